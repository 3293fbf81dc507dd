"""`timeseal load …`: files become append-only facts; rows that break a rule go to quarantine."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from timeseal.cli.inputs import CARS, DIRTY, PHONES, data_option, find
from timeseal.cli.opened import opened, opened_server
from timeseal.cli.options import database_option, json_option, option
from timeseal.cli.output import emit_fields, emit_json, emit_rows, progress, say
from timeseal.cli.session import open_session
from timeseal.market.facts import LoadReport

if TYPE_CHECKING:
    import psycopg

    from timeseal.market.rows import BrokenRule, Progress
    from timeseal.market.verticals.phones.load import WorldReport

TELL_SECONDS = 10.0
DIRTY_DATABASE = "dirty"
ADMISSIONS = (
    "select a.release_id, a.title, a.verdict, a.reason from ref.release_admission as a order by 1"
)


@click.group()
def load() -> None:
    """Load files as facts: car ads, reference geography, the simulated phones market."""


@load.command()
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@option(
    "--dirty",
    is_flag=True,
    envvar="TIMESEAL_DIRTY",
    help=f"Load the raw file, dirt and all, into a database of its own ({DIRTY_DATABASE}).",
)
@data_option
@database_option
@json_option
def cars(file: Path | None, dirty: bool, data: Path | None, database: str, as_json: bool) -> None:
    """Load car ads (default: the file of the demo) as one run; loading twice changes nothing.

    \b
    Example:
      timeseal load cars --dirty
    """
    from timeseal.market.facts import load_cars

    path = file or find(DIRTY if dirty else CARS, data)
    if dirty:
        database = DIRTY_DATABASE
        _prepare(database)
    with opened(database, "worker") as conn, progress(f"loading {path.name}"):
        hear_alarms(conn)
        report = load_cars(conn, path)
    if as_json:
        emit_json(_document(report, database))
    else:
        _show(report, database)


@load.command()
@option(
    "--seed",
    type=click.IntRange(min=0),
    default=7,
    show_default=True,
    envvar="TIMESEAL_WORLD_SEED",
    help="Which world; the same seed gives the same facts.",
)
@option(
    "--days",
    type=click.IntRange(min=1),
    default=120,
    show_default=True,
    envvar="TIMESEAL_WORLD_DAYS",
    help="Length of the world.",
)
@option(
    "--listings",
    type=click.IntRange(min=1),
    default=35_000,
    show_default=True,
    envvar="TIMESEAL_WORLD_LISTINGS",
    help="New ads over these days, in expectation.",
)
@option(
    "--truth",
    is_flag=True,
    envvar="TIMESEAL_WORLD_TRUTH",
    help="Write the truth too, into a schema that nobody may read.",
)
@data_option
@database_option
@json_option
def phones(
    seed: int,
    days: int,
    listings: int,
    truth: bool,
    data: Path | None,
    database: str,
    as_json: bool,
) -> None:
    """Load the simulated phones market; a load that was stopped goes on where it was.

    \b
    Example:
      timeseal load phones --db phones --seed 7 --days 120 --listings 35000
    """
    from timeseal.db import install
    from timeseal.market.verticals.phones.load import load_phones, write_truth
    from timeseal.market.verticals.phones.world.generator import Plan
    from timeseal.market.verticals.phones.world.sources import Sources

    plan, sources = Plan(seed, days, listings), Sources.read(find(PHONES, data))
    if truth:
        with opened_server(database) as (_, admin):
            install.apply(admin, install.plan(admin, ["phones_truth"]))
    with opened(database, "worker") as conn, progress(f"loading {days} days of {PHONES}"):
        hear_alarms(conn)
        report = load_phones(conn, plan, sources, truth=truth, progress=_ticker())
    if truth:
        with opened_server(database) as (_, admin), progress("writing the truth"):
            write_truth(admin, plan, sources, report.truth)
    if as_json:
        emit_json(_world_document(report, database))
    else:
        _show_world(report, database)
        say("next: timeseal load geo, then timeseal store publish")


@load.command()
@click.argument(
    "folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@data_option
@database_option
@json_option
def geo(folder: Path | None, data: Path | None, database: str, as_json: bool) -> None:
    """Load the dated geography releases, and show which of them the ads may read.

    \b
    Example:
      timeseal load geo
    """
    from timeseal.market.geo import folder_of, load_geo
    from timeseal.market.stores import market_name

    columns = ("release", "title", "verdict", "reason")
    with opened(database, "worker") as conn:
        path = folder or find(folder_of(market_name(conn)), data)
        with progress(f"loading {path.name}"):
            load_geo(conn, path)
        rows = conn.execute(ADMISSIONS).fetchall()
    if as_json:
        emit_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        emit_rows(columns, rows)


def hear_alarms(conn: psycopg.Connection[Any]) -> None:
    """Say every warning of the server, such as a mark that nobody has given a meaning to."""

    def hear(one: psycopg.errors.Diagnostic) -> None:
        if one.severity_nonlocalized == "WARNING":
            say(f"alarm: {one.message_primary}")
            if one.message_hint:
                say(f"hint: {one.message_hint}")

    conn.add_notice_handler(hear)


def _prepare(database: str) -> None:
    """A database of its own, so that dirt never meets what is certified."""
    from timeseal.db import databases, install
    from timeseal.db.connect import connect

    _, server = open_session()
    created = databases.create_database(server, database)
    with connect(server, database) as conn:
        stages = install.plan(conn, ["market", "cars"])
        with progress(f"installing into {database}"):
            install.apply(conn, stages)
    if created:
        say(f"created database {database}")


def _document(report: LoadReport, database: str) -> dict[str, object]:
    return {
        "database": database,
        "source": report.source,
        "run_id": report.run_id,
        "already_loaded": report.already_loaded,
        "rows_in": report.rows_in,
        "rows_new": report.rows_new,
        "events_new": report.events_new,
        "rows_quarantined": report.rows_quarantined,
        "observed_until": report.observed_until,
        "normalised": dict(report.normalised),
        "broken": _broken(report.broken),
    }


def _broken(broken: Iterable[BrokenRule]) -> list[dict[str, object]]:
    return [
        {
            "column": one.column,
            "reason": one.reason,
            "expected": one.expected,
            "rows": one.count,
            "examples": [{"row": number, "found": found} for number, found in one.examples],
        }
        for one in broken
    ]


def _show(report: LoadReport, database: str) -> None:
    if report.already_loaded:
        say(f"{report.source}: this file is already in {database}; nothing changed")
        return
    emit_fields(
        {
            "source": report.source,
            "database": database,
            "rows read": f"{report.rows_in:,}",
            "ads new": f"{report.rows_new:,}",
            "gone events": f"{report.events_new:,}",
            "quarantined": f"{report.rows_quarantined:,}",
            "known until": report.observed_until,
        }
    )
    for notation, rows in sorted(report.normalised.items()):
        say(f"normalised: {notation}: {rows:,} rows")
    _show_broken(report.broken)


def _ticker() -> Progress:
    """Say how far a long load is, every ten seconds."""
    last = time.monotonic()

    def tick(what: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= TELL_SECONDS:
            last = time.monotonic()
            say(f"{what}: {done} of {total}")

    return tick


def _world_document(report: WorldReport, database: str) -> dict[str, object]:
    return {
        "database": database,
        "source": report.source,
        "already_loaded": report.days_new == 0,
        "days": report.days,
        "days_new": report.days_new,
        "rows_new": report.rows_new,
        "pages_read": report.pages_read,
        "rows_quarantined": report.rows_quarantined,
        "truth": len(report.truth),
        "observed_until": report.observed_until,
        "broken": _broken(report.broken),
    }


def _show_world(report: WorldReport, database: str) -> None:
    if not report.days_new:
        say(f"{report.source}: these {report.days} days are already in {database}; nothing changed")
        return
    emit_fields(
        {
            "source": report.source,
            "database": database,
            "days new": f"{report.days_new} of {report.days}",
            "pages read": f"{report.pages_read:,}",
            **{name.removeprefix("raw."): f"{n:,}" for name, n in report.rows_new.items()},
            "quarantined": f"{report.rows_quarantined:,}",
            "truth": f"{len(report.truth):,} ads" if report.truth else "not written",
            "known until": report.observed_until,
        }
    )
    _show_broken(report.broken)


def _show_broken(broken: Iterable[BrokenRule]) -> None:
    rows = [(one.column, one.count, one.expected, _examples(one.examples)) for one in broken]
    if rows:
        emit_rows(("column", "rows", "expected", "for example"), rows)


def _examples(examples: tuple[tuple[int, str | None], ...]) -> str:
    return ", ".join(f"row {number}: {found or 'nothing'}" for number, found in examples)
