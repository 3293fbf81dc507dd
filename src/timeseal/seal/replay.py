"""Replays on demand: rebuild what was knowable, name what was not.

All judging happens in audit.replay; this module turns its answer into values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

MODES = ("world", "entity", "late")
RUN = (
    "select r.mode, r.level, r.object, r.subject, r.expected, r.found, r.hint"
    " from audit.replay(%s, %s, %s, %s, %s, %s) as r"
)
BATCHES = "select b.from_t0, b.upto_t0, b.rows from audit.replay_batches(%s, %s) as b"
ROWS = (
    "select 'row', r.level, r.object, r.subject, r.expected, r.found, r.hint"
    " from audit.replay_rows(%s, %s, %s) as r"
)
SUMMARY = "select audit.replay_summary(%s, 1) -> 0"
RECORD = "select audit.replay_record(%s, %s)"
DECLARED = "select h.note from audit.declared_history(%s) as h"


@dataclass(frozen=True, slots=True)
class Leak:
    """One leaking column (or obstacle) of one mode; `subject` is the key of a row that shows it."""

    mode: str
    level: str
    object: str
    subject: str
    expected: str
    found: str
    hint: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What one mode looked at: rows, columns and seconds, and why it was left out if it was."""

    mode: str
    status: str
    rows: int
    columns: int
    seconds: float
    note: str | None

    @classmethod
    def of(cls, said: dict[str, Any]) -> Compared:
        """Read one element of a record's modes."""
        return cls(
            said["mode"],
            said["status"],
            int(said["rows"]),
            int(said["columns"]),
            float(said["seconds"]),
            said["note"],
        )


@dataclass(frozen=True, slots=True)
class Draw:
    """What a replay draws: by which seed, how many rows (`full`: each once), up to which cut."""

    seed: str
    sample: int = 200
    full: bool = False
    cut: datetime | None = None


def replay(
    conn: psycopg.Connection[Any], entrypoint: str, mode: str, draw: Draw
) -> tuple[list[Leak], Compared | None]:
    """Run one mode and record it; the second value is None when there was nothing to replay.

    Raises SQLSTATE TS003 for an entrypoint or a mode that does not exist.
    """
    given = (entrypoint, mode, draw.full, draw.seed, draw.cut, draw.sample)
    rows = conn.execute(RUN, given).fetchall()
    found = conn.execute(RECORD, (entrypoint, draw.seed)).fetchone()
    modes = found[0]["modes"] if found else []
    compared = next((Compared.of(one) for one in modes if one["mode"] == mode), None)
    return [Leak(*row) for row in rows], compared


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of a replay of every row: what it found; counts run from the first row on."""

    leaks: tuple[Leak, ...]
    proven: int
    total: int
    columns: int
    seconds: float


def replay_rows(
    conn: psycopg.Connection[Any], entrypoint: str, batch: int = 500
) -> Iterator[Stretch]:
    """Give every row a world of its own, stretch by stretch of about `batch` rows.

    Each stretch is a statement of its own and leaves nothing behind: stop between any two.
    Raises SQLSTATE TS003 for an entrypoint that does not exist.
    """
    stretches = conn.execute(BATCHES, (entrypoint, batch)).fetchall()
    total = sum(rows for _, _, rows in stretches)
    proven, seconds = 0, 0.0
    for start, end, _ in stretches:
        leaks = conn.execute(ROWS, (entrypoint, start, end)).fetchall()
        row = conn.execute(SUMMARY, (entrypoint,)).fetchone()
        said = row[0] if row else {}
        proven += int(said["rows"])
        seconds += float(said["seconds"])
        yield Stretch(
            tuple(Leak(*leak) for leak in leaks), proven, total, int(said["columns"]), seconds
        )


def every_row(stretches: Iterator[Stretch]) -> tuple[list[Leak], Compared | None]:
    """The sum of a replay of every row; None when there was no row."""
    leaks: dict[Leak, None] = {}
    last: Stretch | None = None
    for last in stretches:
        leaks |= dict.fromkeys(last.leaks)
    if last is None:
        return [], None
    failed = any(leak.level != "warning" for leak in leaks)
    whole = last.proven == last.total
    status = "failed" if failed else "passed" if whole else "skipped"
    note = f"{last.proven} of {last.total} rows, each in a world of its own"
    return list(leaks), Compared("row", status, last.proven, last.columns, last.seconds, note)


def declared_history(conn: psycopg.Connection[Any], entrypoint: str) -> str | None:
    """Say how many rows nobody observed: a replay proves nothing of them. None: there are none."""
    row = conn.execute(DECLARED, (entrypoint,)).fetchone()
    return None if row is None else row[0]
