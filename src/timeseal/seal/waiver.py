"""Waivers: findings that somebody accepts on record, with a reason, until a date.

What may be waived at all is decided in the database (audit.check_waiver); recording and taking back
are the owner's, so that nobody who certifies can also excuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from timeseal.seal.roles import Connection, acting_as_owner

LISTED = (
    "select w.waiver_id, w.entrypoint, w.gate, w.subject, w.reason, w.author, w.created_at,"
    " w.expires_at, case when r.waiver_id is not null then 'taken back'"
    " when f.waiver_id is null then 'expired'"
    " else coalesce('outlived: ' || audit.waiver_outlived(w.waiver_id), 'in force') end,"
    " r.author, r.reason"
    " from audit.waiver as w"
    " left join audit.waiver_revocation as r on r.waiver_id = w.waiver_id"
    " left join audit.waiver_in_force as f on f.waiver_id = w.waiver_id"
    " where %(entrypoint)s::text is null or w.entrypoint = %(entrypoint)s"
    " order by w.waiver_id"
)


@dataclass(frozen=True, slots=True)
class Waiver:
    """One row of audit.waiver; `state` is in force, expired, taken back or `outlived: …`."""

    waiver_id: int
    entrypoint: str
    gate: str
    subject: str
    reason: str
    author: str
    created_at: datetime
    expires_at: datetime
    state: str
    taken_back_by: str | None
    taken_back_why: str | None


def waive(
    conn: Connection, entrypoint: str, gate: str, subject: str, reason: str, until: datetime
) -> int:
    """Record a waiver as the session's user and return its number.

    Raises SQLSTATE TS003 for a gate that is never waived, a subject that is too broad or an end
    more than 365 days ahead, `InstallRefused` for a user who may not act as the owner.
    """
    with acting_as_owner(conn):
        row = conn.execute(
            "select audit.waive(%s, %s, %s, %s, %s)", (entrypoint, gate, subject, reason, until)
        ).fetchone()
    assert row is not None  # noqa: S101 - a scalar function returns one row
    return int(row[0])


def reason_of(conn: Connection, entrypoint: str, gate: str, subject: str) -> str | None:
    """Why the newest waiver of this very finding was recorded; None when there is none."""
    with acting_as_owner(conn):
        row = conn.execute(
            "select w.reason from audit.waiver as w"
            " where (w.entrypoint, w.gate, w.subject) = (%s, %s, %s)"
            " order by w.waiver_id desc limit 1",
            (entrypoint, gate, subject),
        ).fetchone()
    return str(row[0]) if row else None


def take_back(conn: Connection, waiver_id: int, reason: str) -> str:
    """Take a waiver back and return its entrypoint, whose door is shut if the waiver opened it."""
    with acting_as_owner(conn):
        row = conn.execute("select audit.unwaive(%s, %s)", (waiver_id, reason)).fetchone()
    assert row is not None  # noqa: S101 - a scalar function returns one row
    return str(row[0])


def waivers(conn: psycopg.Connection[Any], entrypoint: str | None = None) -> list[Waiver]:
    """Every waiver ever recorded, of one entrypoint or of all, oldest first."""
    found = conn.execute(LISTED, {"entrypoint": entrypoint}).fetchall()
    return [Waiver(*row) for row in found]
