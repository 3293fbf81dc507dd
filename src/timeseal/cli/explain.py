"""`timeseal explain`: name the cell, the cause and the fix."""

from __future__ import annotations

import click

from timeseal.cli import certificates
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
@json_option
def explain(names: tuple[str, ...], database: str, rows: int, as_json: bool) -> int:
    """Say why a door is closed: cause, row, cell, expected, found, and the command that mends it.

    \b
    Example:
      timeseal explain ml.survival_feature_store_t0_v1_v
    """
    found = {}
    with opened(database) as conn:
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
