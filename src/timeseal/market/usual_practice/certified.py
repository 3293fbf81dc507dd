"""Sampled hash, rebaseline, certify: the prescribed block, run beside ours on damaged rows.

Everything happens in one transaction that is rolled back, the damage included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from psycopg import sql

from timeseal.db.sqlfile import read_manifest
from timeseal.seal import certificate
from timeseal.seal.certificate import Cause

PACKAGE = "timeseal.market.usual_practice"
DAYS, SAMPLE = 10, 2000
REBASELINE = "call usual_practice.rebaseline_last_n_days(%s::regclass, %s, %s)"
CERTIFY = "call usual_practice.run_t0_cert(%s::regclass, %s, %s)"
REQUIRE = "select usual_practice.require_certified(%s::regclass, interval '24 hours')"
CHANGED_DAYS = (
    "select c.t0_day from audit.day_changes(%(e)s, audit.current_days(%(e)s)) as c"
    " where c.verdict not in ('first baseline', 'new day', 'open day') order by c.t0_day"
)
OURS = "select audit.require_certified(%s, interval '24 hours')"
VERDICT = "select r.status, r.notes from usual_practice.cert_registry as r"


@dataclass(frozen=True, slots=True)
class Damage:
    """One column of one stored relation, divided by ten on every `step`-th ad."""

    relation: str
    column: str
    step: int = 40


@dataclass(frozen=True, slots=True)
class Comparison:
    """What both practices said about the same damaged rows.

    `refusal` is the message of Timeseal's own requirement, None when it let the rows pass; `days`
    differ from their accepted fingerprint, so no certification would open the door.
    """

    damaged_rows: int
    status: str
    notes: str
    refusal: str | None
    days: tuple[date, ...]
    causes: tuple[Cause, ...]


class _Undo(Exception):
    pass


def compare(conn: psycopg.Connection[Any], entrypoint: str, damage: Damage) -> Comparison:
    """Damage, run both blocks, undo. Needs an autocommit connection of a superuser.

    The habit's older baselines need not be made: it re-baselines the newest days and compares
    those same days only, so no older one is ever read.
    """
    found: list[Comparison] = []
    try:
        with conn.transaction():
            conn.execute("set local client_min_messages = error")
            for file in read_manifest(PACKAGE, "usual_practice"):
                conn.execute(file.text.encode())
            rows = inflict(conn, damage)
            found.append(_both(conn, entrypoint, rows))
            raise _Undo
    except _Undo:
        return found[0]


def inflict(conn: psycopg.Connection[Any], damage: Damage) -> int:
    """Write the damage past every routine, as a superuser can; returns the number of rows."""
    statement = sql.SQL(
        "update {table} set {column} = {column} / 10 where listing_id %% %s = 0 and {column} >= 10"
    ).format(
        table=sql.Identifier(*damage.relation.split(".")), column=sql.Identifier(damage.column)
    )
    return conn.execute(statement, (damage.step,)).rowcount


def _both(conn: psycopg.Connection[Any], entrypoint: str, rows: int) -> Comparison:
    conn.execute(REBASELINE, (entrypoint, DAYS, SAMPLE))
    conn.execute(CERTIFY, (entrypoint, DAYS, SAMPLE))
    conn.execute(REQUIRE, (entrypoint,))
    status, notes = conn.execute(VERDICT).fetchone() or ("", "")
    refusal = _required(conn, entrypoint)
    causes = tuple(certificate.explain(conn, entrypoint, 1))
    days = tuple(row[0] for row in conn.execute(CHANGED_DAYS, {"e": entrypoint}))
    return Comparison(rows, str(status), str(notes), refusal, days, causes)


def _required(conn: psycopg.Connection[Any], entrypoint: str) -> str | None:
    """Ask Timeseal what the habit's last step asked: is this certified?"""
    try:
        with conn.transaction():
            conn.execute(OURS, (entrypoint,))
    except psycopg.Error as error:
        if certificate.as_error(error) is None:
            raise
        return error.diag.message_primary or str(error)
    return None
