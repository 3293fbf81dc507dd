"""Drift as values: which days differ from the accepted ones, then which rows and cells, and why.

All judging happens in the database (audit.drift_days, audit.drift_cells, audit.drift_ledger); this
module must not judge anything itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import class_row

DAYS = "select * from audit.drift_days(%s)"
CELLS = "select * from audit.drift_cells(%s, %s, %s)"
LEDGER = (
    "select l.drift_id, l.t0_day, l.verdict, l.classes, l.rows_added, l.rows_changed,"
    " l.rows_removed, l.columns, l.actor, l.acting_role, l.reason, l.recorded_at, l.budget,"
    " l.budget_rows, l.evidence, l.chain_holds"
    " from audit.drift_ledger as l where l.entrypoint = %s order by l.drift_id"
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day that differs and may not; `evidence` lists causes, the most frequent first."""

    t0_day: date
    verdict: str
    classes: list[str]
    rows_added: int
    rows_changed: int
    rows_removed: int
    columns: list[str]
    evidence: list[dict[str, Any]]
    fix: str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that differs, and its class; `column_name` is None for a row that came or went."""

    t0_day: date
    row_key: dict[str, Any]
    change: str
    kind: str | None
    column_name: str | None
    expected: str | None
    found: str | None
    cause: str | None
    fix: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the ledger: an acceptance, or one that was refused."""

    drift_id: int
    t0_day: date
    verdict: str
    classes: list[str]
    rows_added: int
    rows_changed: int
    rows_removed: int
    columns: list[str]
    actor: str
    acting_role: str
    reason: str
    recorded_at: datetime
    budget: str | None
    budget_rows: int
    evidence: list[dict[str, Any]]
    chain_holds: bool


def days(conn: psycopg.Connection[Any], entrypoint: str) -> list[Day]:
    """Find the drifted days by cheap sums, confirm them by SHA-256; empty when there are none."""
    with conn.cursor(row_factory=class_row(Day)) as cursor:
        return cursor.execute(DAYS, (entrypoint,)).fetchall()


def cells(
    conn: psycopg.Connection[Any], entrypoint: str, on: Sequence[date], rows: int = 20
) -> list[Cell]:
    """Name the differing cells of the first `rows` rows on the given days."""
    found = conn.execute(CELLS, (entrypoint, list(on), rows)).fetchall()
    return [Cell(*row) for row in found]


def ledger(conn: psycopg.Connection[Any], entrypoint: str) -> list[Event]:
    """Read the drift ledger of an entrypoint, oldest first."""
    with conn.cursor(row_factory=class_row(Event)) as cursor:
        return cursor.execute(LEDGER, (entrypoint,)).fetchall()
