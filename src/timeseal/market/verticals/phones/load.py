"""A simulated world into facts, day by day: each day is one run, there whole or not at all.

Owns the phones side of a load. A load that was killed goes on where it stopped, since a day that is
in is recognised by the world's identity; another world is refused.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql

from timeseal.db.ownership import acting_as_owner
from timeseal.errors import UsageError
from timeseal.market.facts import (
    FactRun,
    abandon_run,
    alone,
    close_run,
    given_up_on_failure,
    open_run,
    payload_digest,
    quarantine,
    require_idle,
)
from timeseal.market.rows import BrokenRule, Progress, Rejection, summarise
from timeseal.market.verticals.phones.cohorts import cohort_release
from timeseal.market.verticals.phones.world import clock
from timeseal.market.verticals.phones.world.generator import Day, Plan, World
from timeseal.market.verticals.phones.world.record import COLUMNS, SOURCE, Facts
from timeseal.market.verticals.phones.world.sources import Sources
from timeseal.market.verticals.phones.world.truth import COLUMNS as TRUTH
from timeseal.market.verticals.phones.world.truth import truth_line

__all__ = ["WorldReport", "load_phones", "write_truth"]

#: Days of one world that are recognised, whatever its length.
LONGEST_DAYS = 4000
#: Kept examples of refusals; the rest is counted in quarantine.
EXAMPLES = 1000
#: Lines that are put together in memory.
LINES_AT_ONCE = 5000
CLOSED = (
    "select payload_sha256 from raw.run where source = %s and status = 'closed'"
    " and kind = 'backfill'"
)
ABANDONED = "select run_id from raw.run where source = %s and status = 'open' order by run_id"

Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class WorldReport:
    """What a load did; `days_new` of `days` were missing, and `truth` holds a line per ad."""

    source: str
    days: int
    days_new: int
    rows_new: dict[str, int]
    pages_read: int
    rows_quarantined: int
    broken: tuple[BrokenRule, ...]
    observed_until: datetime | None
    seconds: float
    truth: tuple[str, ...]


def load_phones(
    conn: Connection,
    plan: Plan,
    sources: Sources,
    *,
    truth: bool = False,
    progress: Progress | None = None,
) -> WorldReport:
    """Load the days of a world that are not in yet; `conn` is idle and may be the worker's.

    With `truth` the report carries the truth of every ad, for `write_truth`.
    """
    started = time.monotonic()
    require_idle(conn)
    _refuse_the_future(plan)
    world = World(plan, sources)
    books = _Books()
    with alone(conn, SOURCE):
        loaded = _loaded(conn, world)
        cohort_release().load(conn)
        appending: Future[None] | None = None
        # one day is generated while the day before is stored; the connection stays one thread's
        with ThreadPoolExecutor(1) as writer:
            for day in world.days():
                facts = day.facts
                if appending:
                    appending.result()
                if progress:
                    progress("loading days", facts.day, plan.days)
                if _payload(world, facts.day) not in loaded:
                    appending = writer.submit(_append, conn, world, facts)
                    books.add(facts)
                _keep(books, day, truth)
            if appending:
                appending.result()
    if truth:
        books.truth += [truth_line(page) for page in world.open_pages()]
    return WorldReport(
        source=SOURCE,
        days=plan.days,
        days_new=books.days,
        rows_new=books.rows,
        pages_read=books.pages,
        rows_quarantined=books.refused,
        broken=summarise(books.rejections),
        observed_until=None if books.until is None else clock.moment(books.until),
        seconds=time.monotonic() - started,
        truth=tuple(books.truth),
    )


def write_truth(conn: Connection, plan: Plan, sources: Sources, lines: Sequence[str]) -> int:
    """Replace the truth by that of this world; `conn` is the installer's, the tables the owner's.

    The component `phones_truth` has to be installed.
    """
    identity = World(plan, sources).identity
    with acting_as_owner(conn):
        conn.execute("delete from truth.listing")
        _copy(conn, "truth.listing", (*TRUTH, "world"), lines, identity)
    return len(lines)


class _Books:
    """What has been loaded so far."""

    def __init__(self) -> None:
        self.days = self.pages = self.refused = 0
        self.rows: dict[str, int] = dict.fromkeys(COLUMNS, 0)
        self.rejections: list[Rejection] = []
        self.truth: list[str] = []
        self.until: int | None = None

    def add(self, facts: Facts) -> None:
        """Enter a day."""
        self.days += 1
        self.pages += facts.pages_read
        self.refused += facts.pages_refused
        self.rejections += facts.rejections[: EXAMPLES - len(self.rejections)]
        for relation, lines in facts.lines.items():
            self.rows[relation] += len(lines)


def _keep(books: _Books, day: Day, truth: bool) -> None:
    """Remember of a day what the report tells, loaded or not."""
    books.until = day.facts.observed_until or books.until
    if truth:
        books.truth += [truth_line(page) for page in day.finished]


def _append(conn: Connection, world: World, facts: Facts) -> None:
    """One day: a run that is committed before its first fact and closes with its last."""
    until = facts.observed_until
    payload = _payload(world, facts.day)
    run = open_run(
        conn, "backfill", SOURCE, payload, None if until is None else clock.moment(until)
    )
    with given_up_on_failure(conn, run), conn.transaction():
        for relation, lines in facts.lines.items():
            if lines:
                _copy(conn, relation, (*COLUMNS[relation], "run_id"), lines, str(run.run_id))
        quarantine(conn, run, facts.rejections)
        observations = len(facts.lines["raw.listing_observation"])
        close_run(conn, run, (facts.pages_read, observations, facts.pages_refused))


def _copy(
    conn: Connection, relation: str, columns: Sequence[str], lines: Sequence[str], last: str
) -> None:
    """COPY prepared lines, each with one more column that is the same in all of them."""
    target = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(*relation.split(".")), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    end = f"\t{last}\n"
    with conn.cursor() as cursor, cursor.copy(target) as copy:
        for start in range(0, len(lines), LINES_AT_ONCE):
            copy.write(end.join((*lines[start : start + LINES_AT_ONCE], "")))


def _payload(world: World, day: int) -> str:
    return payload_digest(SOURCE, world.identity, day)


def _loaded(conn: Connection, world: World) -> set[str]:
    """Payloads of the days that are in; gives up runs that died, refuses another world."""
    with conn.transaction():
        loaded = {str(row[0]) for row in conn.execute(CLOSED, (SOURCE,))}
        dead = [int(row[0]) for row in conn.execute(ABANDONED, (SOURCE,))]
    for run in dead:
        abandon_run(conn, FactRun(run, "backfill", SOURCE))
    foreign = loaded - {_payload(world, day) for day in range(LONGEST_DAYS)} if loaded else set()
    if foreign:
        raise UsageError(
            "this database holds another world",
            expected="days of the same seed, rate of ads and inputs",
            found=f"{len(foreign)} days of another one",
            hint="timeseal db create NAME --vertical phones   (then: load phones --db NAME)",
        )
    return loaded


def _refuse_the_future(plan: Plan) -> None:
    """Facts cannot be known before they happen: the world may not be longer than the calendar."""
    most = (datetime.now(UTC) - clock.START) // timedelta(days=1)
    if plan.days > most:
        raise UsageError(
            "the world would end in the future",
            expected=f"at most {most} days from {clock.START:%Y-%m-%d}",
            found=f"{plan.days} days",
            hint=f"timeseal load phones --days {max(most, 1)}",
        )
