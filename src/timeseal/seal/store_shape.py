"""The frozen shapes of a store declaration: what `store` reads and `binding` acts on.

Owns no behaviour. Names are `schema.relation` unless a sentence says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal[
    "key", "t0", "event_time", "known_at", "attribute", "outcome", "label", "current", "reference"
]


@dataclass(frozen=True, slots=True)
class Text:
    """One SELECT with bare names; `path` and `first_line` of the body are for messages."""

    path: str
    purpose: str
    body: str
    first_line: int


@dataclass(frozen=True, slots=True)
class Index:
    """A named index of a published materialized view or of a stored table."""

    name: str
    columns: tuple[str, ...]
    unique: bool


@dataclass(frozen=True, slots=True)
class ColumnRole:
    """What a column is and, where it is admitted to a row, by which clock."""

    relation: str
    column: str
    role: Role
    clock: str | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """Which rows of a layer a changed row of one input can change.

    Those that agree with it in every expression of `by` and whose t0 lies between `after` - `lead`
    and `since` + `look_back`, columns of the input; what is not said does not bound. With `reads`,
    only a change of these columns (and of those named before) travels this way; `elsewhere` are the
    other columns that the layer reads of the input: of the row itself, or through another reach.
    """

    input: str
    by: tuple[str, ...]
    after: str | None
    since: str | None
    lead: str | None
    look_back: str | None
    reads: tuple[str, ...] | None
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """One stored step of a store; `kind` says whether its rows are bounded by their t0.

    `unit` is the column by whose values it is recomputed, `rows_of` the layer whose rows it has;
    where it `walks` a whole layer in windows, few units are given only what they can read of it.
    Later published layers read the text of an `inline` one, so that no REFRESH of it is needed.
    """

    name: str
    text: Text
    published: str | None
    key: tuple[str, ...]
    t0: str | None
    day: str | None
    kind: str
    indexes: tuple[Index, ...]
    stored_indexes: tuple[Index, ...]
    view: str | None
    unit: str | None
    rows_of: str | None
    walks: str | None
    inline: bool
    reach: tuple[Reach, ...]


@dataclass(frozen=True, slots=True)
class Entrypoint:
    """A certified view and the guarded view that consumers read; names are `schema.relation`."""

    name: str
    text: Text
    guarded_view: str
    key: tuple[str, ...]
    t0: str
    day: str | None
    universe: str | None
    contract: str | None
    max_age: str
    tolerant_days: int
    replay: str
    replay_budget: str


@dataclass(frozen=True, slots=True)
class FactRelation:
    """A source relation: facts carry knowledge time; `defining` rows are what fixes a t0.

    The column `known_at_kind` tells what was observed from what somebody declared afterwards;
    the column `run` holds the run that brought a row.
    """

    relation: str
    kind: str
    known_at: str | None
    event_time: str | None
    key: tuple[str, ...]
    defining: bool
    t0: str | None
    known_at_kind: str | None = None
    run: str | None = None


@dataclass(frozen=True, slots=True)
class FirewallPair:
    """The one layer that may read one forbidden column, and why."""

    layer: str
    relation: str
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Budget:
    """How much change of closed days a named occasion may approve."""

    name: str
    max_days: int
    max_rows: int


@dataclass(frozen=True, slots=True)
class Invariant:
    """A query of this store that returns bad rows: they shut `entrypoint` and those of `also`."""

    name: str
    entrypoint: str
    text: Text
    level: str
    hint: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pin:
    """A finding that the declaration accepts from the start: a waiver, recorded once."""

    entrypoint: str
    gate: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """A whole store, in the order in which its layers are built.

    `meaning` and `limits` are sentences for people; no digest covers them.
    """

    name: str
    sources: tuple[str, ...]
    horizon_function: str | None
    reach_function: str | None
    layers: tuple[Layer, ...]
    entrypoints: tuple[Entrypoint, ...]
    facts: tuple[FactRelation, ...]
    roles: tuple[ColumnRole, ...]
    firewall: tuple[FirewallPair, ...]
    budgets: tuple[Budget, ...]
    invariants: tuple[Invariant, ...]
    pins: tuple[Pin, ...]
    meaning: str | None
    limits: tuple[str, ...]
