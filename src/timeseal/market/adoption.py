"""The frozen shapes of an adoption: what is asked for, what stands, what a run made of it.

Owns no behaviour; `adopt` acts on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from timeseal.market.adopted_table import AdoptedTable
from timeseal.seal.stages import Stage

Watch = Literal["trigger", "poll"]
STATES = ("live", "sold", "removed", "gone")
STATUSES = {"live": "live", "older21days": "live", "sold": "sold", "removed": "removed"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller declares; names are columns of the table, `mapped` is ours → theirs.

    `attributes` become attributes of their own names, known from when they are seen.
    """

    table: str
    key: tuple[str, ...]
    t0: str
    watch: Watch = "trigger"
    columns: tuple[str, ...] | None = None
    mapped: Mapping[str, str] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    statuses: Mapping[str, str] = field(default_factory=lambda: STATUSES)
    deleted_means: str = "unknown"
    outcomes_known: str = "at adoption"
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Adoption:
    """One row of raw.adoption, and how many changes wait to be taken in.

    `here` is false in a copy of the database: its tables are others.
    """

    adoption_id: int
    relation: str
    relid: int
    source: str
    watch: Watch
    column_map: Mapping[str, str]
    status_map: Mapping[str, str]
    deleted_means: str
    outcomes_known: str
    zone: str
    lent: Mapping[str, Any]
    adopted_at: datetime
    declared_at: datetime | None
    taken_until: datetime
    released_at: datetime | None
    here: bool
    waiting: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What adopting would do; `unmapped` columns become nothing."""

    table: AdoptedTable
    column_map: Mapping[str, str]
    unmapped: tuple[str, ...]
    stages: tuple[Stage, ...]
    standing: Adoption | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What one run made of a table: rows judged, what they became, what was refused or noted.

    `noted` are unknown words and vanished rows, of which nothing is written; `missed` are changes
    that the table shows and its triggers did not tell.
    """

    run_id: int
    rows_in: int
    observations: int
    declared: int
    events: int
    attributes: int
    refused: int
    noted: int
    vanished: int
    missed: int
