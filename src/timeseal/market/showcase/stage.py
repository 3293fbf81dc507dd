"""Knocking at the door as the training role, before, during and after a change.

Every refusal is a failing SELECT of the training role. Mending runs in `finally`, so an aborted
demo leaves the store as it was.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from psycopg import sql

from timeseal.db.connect import connect
from timeseal.db.server import Server
from timeseal.errors import ClaimFailed
from timeseal.market.report.context import Refusal
from timeseal.market.usual_practice.certified import CHANGED_DAYS
from timeseal.seal import certificate
from timeseal.seal.certificate import Cause

DOOR = "the door is closed"
REASON = "select set_config('timeseal.reason', 'demo: mended after a provocation', false)"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where it happens: a server, a database of it, and the door that is knocked at."""

    server: Server
    database: str
    entrypoint: str
    guarded_view: str
    store: str


@dataclass(frozen=True, slots=True)
class Provocation:
    """One change: `change` makes it and says it, `mend` undoes it and certifies again."""

    title: str
    change: Callable[[psycopg.Connection[Any]], str]
    mend: Callable[[psycopg.Connection[Any]], object]
    mended_by: str


@dataclass(frozen=True, slots=True)
class Provoked:
    """The refusal, and the days that differed from their baseline while it stood."""

    refusal: Refusal
    changed_days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class _Met:
    change: str
    error: psycopg.Error
    causes: list[Cause]
    days: tuple[date, ...]


def knock(stage: Stage) -> psycopg.Error | int:
    """Read as the training role: the number of rows, or the error that came instead."""
    view = sql.Identifier(*stage.guarded_view.split("."))
    query = sql.SQL("select count(*) from {}").format(view)
    with connect(stage.server, stage.database, "training") as conn:
        try:
            row = conn.execute(query).fetchone()
        except psycopg.Error as error:
            return error
    return int(row[0]) if row else 0


def require_open(stage: Stage) -> int:
    """Raise unless the training role gets its rows; returns how many."""
    answer = knock(stage)
    if isinstance(answer, int):
        return answer
    raise certificate.as_error(answer) or answer


def provoke(stage: Stage, provocation: Provocation) -> Provoked:
    """Change, be refused, name it, mend it, and be let in again.

    Raises `ClaimFailed` when the door stayed open: then the promise is broken, not the demo.
    """
    with connect(stage.server, stage.database) as conn:
        conn.execute(REASON)
        mending = 0.0
        try:
            met = _meet(stage, provocation, conn)
        finally:
            mending = time.monotonic()
            _mend(provocation, conn)
        seconds = time.monotonic() - mending
    require_open(stage)
    refusal = Refusal(
        title=provocation.title,
        change=met.change,
        statement=f"select count(*) from {stage.guarded_view}",  # noqa: S608  shown, not run
        error=met.error.diag.message_primary or str(met.error),
        hint=(met.error.diag.message_hint or "").removeprefix("Run: "),
        named=named(met.causes),
        mended_by=provocation.mended_by,
        seconds=seconds,
    )
    return Provoked(refusal, met.days)


def _mend(provocation: Provocation, conn: psycopg.Connection[Any]) -> None:
    """Mend; whoever interrupts it once only makes it start over, and is heard afterwards."""
    try:
        provocation.mend(conn)
    except KeyboardInterrupt:
        provocation.mend(conn)
        raise


def _meet(stage: Stage, provocation: Provocation, conn: psycopg.Connection[Any]) -> _Met:
    change = provocation.change(conn)
    answer = knock(stage)
    if isinstance(answer, int):
        raise ClaimFailed(
            f"the door stayed open after: {change}",
            expected="a refusal",
            found=f"{answer} rows",
            hint="timeseal doctor",
        )
    causes = certificate.explain(conn, stage.entrypoint, 1)
    days = conn.execute(CHANGED_DAYS, {"e": stage.entrypoint}).fetchall()
    return _Met(change, answer, causes, tuple(row[0] for row in days))


def named(causes: Sequence[Cause]) -> str:
    """The most precise cause in one line: a cell, else a definition, else what the door says."""
    for cause in causes:
        if cause.column is not None and cause.row_key is not None:
            return cell(cause)
    for cause in causes:
        if cause.cause != DOOR:
            return (
                f"{cause.cause}: {cause.object}: "
                f"expected {_short(cause.expected)}, found {_short(cause.found)}"
            )
    return f"no row and no definition differs; {causes[0].found}" if causes else "nothing differs"


def _short(text: str | None) -> str:
    """Digests by their first twelve characters, everything else as it is."""
    return re.sub(r"\b([0-9a-f]{12})[0-9a-f]{52}\b", r"\1…", text or "nothing")


def cell(cause: Cause) -> str:
    """Relation, row, column, expected and found of one cell."""
    key = cause.row_key or {}
    row = ", ".join(f"{name} {key[name]}" for name in key)
    return f"{cause.object} ({row}) {cause.column}: expected {cause.expected}, found {cause.found}"
