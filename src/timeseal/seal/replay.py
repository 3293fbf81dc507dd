"""Replays on demand: rebuild what was knowable, name what was not.

All judging happens in audit.replay; this module turns its answer into values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

MODES = ("world", "entity", "late")
RUN = (
    "select r.mode, r.level, r.object, r.subject, r.expected, r.found, r.hint"
    " from audit.replay(%s, %s, %s, %s, %s, %s) as r"
)
RECORD = "select audit.replay_record(%s, %s)"


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
