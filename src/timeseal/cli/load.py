"""`timeseal load …`: files become append-only facts; rows that break a rule go to quarantine."""

from __future__ import annotations

from pathlib import Path

import click

from timeseal.cli.inputs import CARS, DIRTY, data_option, find
from timeseal.cli.opened import opened
from timeseal.cli.options import database_option, json_option, option
from timeseal.cli.output import emit_fields, emit_json, emit_rows, progress, say
from timeseal.cli.session import open_session
from timeseal.market.facts import LoadReport

DIRTY_DATABASE = "dirty"
ADMISSIONS = (
    "select a.release_id, a.title, a.verdict, a.reason from ref.release_admission as a order by 1"
)


@click.group()
def load() -> None:
    """Load files as facts: car ads, reference geography."""


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
        report = load_cars(conn, path)
    if as_json:
        emit_json(_document(report, database))
    else:
        _show(report, database)


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
        "broken": [
            {
                "column": one.column,
                "reason": one.reason,
                "expected": one.expected,
                "rows": one.count,
                "examples": [{"row": number, "found": found} for number, found in one.examples],
            }
            for one in report.broken
        ],
    }


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
    if report.broken:
        emit_rows(
            ("column", "rows", "expected", "for example"),
            [
                (one.column, one.count, one.expected, _examples(one.examples))
                for one in report.broken
            ],
        )


def _examples(examples: tuple[tuple[int, str | None], ...]) -> str:
    return ", ".join(f"row {number}: {found or 'nothing'}" for number, found in examples)
