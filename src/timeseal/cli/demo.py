"""`timeseal demo`: the whole path on real data, then three refusals, mended again."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import NoReturn

import click

from timeseal.cli.inputs import data_option
from timeseal.cli.options import database_option, option
from timeseal.cli.output import say


@click.command()
@database_option
@data_option
@option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("out"),
    show_default=True,
    envvar="TIMESEAL_OUT",
    help="Folder of the report.",
)
@option("--fresh", is_flag=True, envvar="TIMESEAL_FRESH", help="Drop the database and start over.")
def demo(database: str, data: Path | None, out: Path, fresh: bool) -> None:
    """Load 34,864 real ads, certify, train, score; then provoke three refusals and mend them.

    Takes a few minutes once; a second run finds nothing to do and shows the same tables.

    \b
    Example:
      timeseal demo && open out/report.html
    """
    # A polite kill mends what is provoked, as Ctrl-C does; after kill -9 the next run does.
    signal.signal(signal.SIGTERM, _stop_once)
    from timeseal.cli.journey import Journey
    from timeseal.cli.tour import walk

    journey = Journey(database, data, out)
    if fresh:
        journey.forget()
    seconds = walk(journey.steps())
    say(f"\ndone in {seconds:.0f} s; the page: {out / 'report.html'}")
    say("next, seal a view of your own:")
    for step in journey.next_steps():
        say(f"  {step}")


def _stop_once(number: int, _: object) -> NoReturn:
    """Stop, and let nobody stop the mending that follows: whole process groups are told twice."""
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
