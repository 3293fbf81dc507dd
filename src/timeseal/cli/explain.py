"""`timeseal explain`: name the cell, the cause and the fix."""

from __future__ import annotations

from datetime import datetime

import click

from timeseal.cli import certificates, drift
from timeseal.cli.opened import entrypoints, opened
from timeseal.cli.options import database_option, json_option, option
from timeseal.cli.output import emit_json, progress, say
from timeseal.errors import ExitCode
from timeseal.seal import certificate


@click.command()
@click.argument("names", nargs=-1, metavar="[ENTRYPOINT]...")
@database_option
@option(
    "--rows",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    envvar="TIMESEAL_ROWS",
    help="Name at most so many rows.",
)
@option(
    "--drift",
    "only_drift",
    is_flag=True,
    envvar="TIMESEAL_DRIFT",
    help="Days, rows and columns that differ from the accepted ones, with the class of each.",
)
@option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    envvar="TIMESEAL_DAY",
    help="With --drift: this day alone.",
)
@json_option
def explain(
    names: tuple[str, ...],
    database: str,
    rows: int,
    only_drift: bool,
    day: datetime | None,
    as_json: bool,
) -> int:
    """Say why a door is closed: cause, row, cell, expected, found, and the command that mends it.

    \b
    Example:
      timeseal explain ml.survival_feature_store_t0_v1_v
      timeseal explain ml.survival_feature_store_t0_v1_v --drift --rows 5
    """
    if day is not None and not only_drift:
        raise click.UsageError("--day belongs to --drift")
    found = {}
    with opened(database) as conn:
        if only_drift:
            on = None if day is None else day.date()
            return drift.explain(conn, entrypoints(conn, names), on, rows, as_json)
        for name in entrypoints(conn, names):
            with progress(f"comparing {name} with its baseline"):
                found[name] = certificate.explain(conn, name, rows)
    if as_json:
        document = {
            name: [certificates.cause_document(one) for one in causes]
            for name, causes in found.items()
        }
        emit_json(document)
    else:
        for name, causes in found.items():
            if causes:
                certificates.show_causes(causes)
            else:
                say(f"{name}: nothing is wrong")
    return int(ExitCode.CLAIM_FAILED if any(found.values()) else ExitCode.OK)
