"""`timeseal seal replay`: rebuild what was knowable and compare; every row with --full."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

import click

from timeseal.cli import certificates
from timeseal.cli.opened import entrypoints, opened
from timeseal.cli.options import database_option, json_option, option
from timeseal.cli.output import emit_fields, emit_json, progress, say
from timeseal.errors import ExitCode
from timeseal.seal.replay import (
    MODES,
    Compared,
    Draw,
    Leak,
    Stretch,
    declared_history,
    every_row,
    replay_rows,
)
from timeseal.seal.replay import replay as run_replay


@click.command()
@click.argument("entrypoint")
@option(
    "--mode",
    type=click.Choice([*MODES, "row", "all"]),
    default="all",
    show_default=True,
    envvar="TIMESEAL_MODE",
    help="Which replay.",
)
@option(
    "--full",
    is_flag=True,
    envvar="TIMESEAL_FULL",
    help="Sample every row once; with --mode all, then prove each in a world of its own.",
)
@option("--seed", envvar="TIMESEAL_SEED", help="Draw as a certificate did (default: afresh).")
@option(
    "--cut",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z"]),
    envvar="TIMESEAL_CUT",
    help="World mode: the instant the world ends, with its zone (default: after the last t0).",
)
@option(
    "--sample",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    envvar="TIMESEAL_SAMPLE",
    help="Rows whose own t0 is poisoned.",
)
@database_option
@json_option
def replay(
    entrypoint: str,
    mode: str,
    full: bool,
    seed: str | None,
    cut: datetime | None,
    sample: int,
    database: str,
    as_json: bool,
) -> int:
    """Rebuild ENTRYPOINT as it was knowable and compare it, row by row; exit 1 on a leak.

    Nothing is certified and no door moves; the rebuilt worlds are rolled back.

    \b
    Example:
      timeseal seal replay ml.survival_feature_store_t0_v1_v --mode entity
    """
    draw = Draw(seed or secrets.token_hex(6), sample, full, cut)
    leaks: list[Leak] = []
    compared: list[Compared] = []
    with opened(database) as conn:
        (name,) = entrypoints(conn, (entrypoint,))
        for one in [m for m in MODES if mode in (m, "all")]:
            with progress(f"replaying {name}, mode {one}"):
                found, done = run_replay(conn, name, one, draw)
            leaks += found
            compared += [] if done is None else [done]
        if mode == "row" or (full and mode == "all"):
            with progress(f"replaying {name}, every row"):
                found, done = every_row(_told(replay_rows(conn, name)))
            leaks += found
            compared += [] if done is None else [done]
        history = declared_history(conn, name)
    blocking = [leak for leak in leaks if leak.level != "warning"]
    proven = bool(compared) and all(one.status == "passed" for one in compared)
    if as_json:
        emit_json(
            {
                "entrypoint": name,
                "seed": draw.seed,
                "full": full,
                "modes": [asdict(one) for one in compared],
                "history": history,
                "findings": [asdict(leak) for leak in leaks],
            }
        )
    else:
        certificates.show_compared(compared)
        for leak in leaks:
            click.echo()
            emit_fields(asdict(leak))
        if history:
            say(history)
        say(f"seed {draw.seed}; {len(blocking)} leaks" + ("" if proven else "; not all was proven"))
    return int(ExitCode.OK if proven and not blocking else ExitCode.CLAIM_FAILED)


def _told(stretches: Iterator[Stretch]) -> Iterator[Stretch]:
    """Say after each stretch how far it is, and for how long it may still go on."""
    for one in stretches:
        left = one.seconds / max(one.proven, 1) * (one.total - one.proven)
        say(f"{one.proven} of {one.total} rows, about {left:.0f} s to go")
        yield one
