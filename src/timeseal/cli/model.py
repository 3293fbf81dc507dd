"""`timeseal model …`: train on certified rows, score live ads, show the register."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from timeseal.cli.opened import opened
from timeseal.cli.options import database_option, json_option, option
from timeseal.cli.output import emit_json, progress, say

VERTICAL = "cars"


@click.group()
def model() -> None:
    """Models: train, score, show."""


@model.command()
@option(
    "--reopen-holdout",
    "reopen",
    metavar="REASON",
    envvar="TIMESEAL_REOPEN_HOLDOUT",
    help="Open the holdout again with other code or data; recorded.",
)
@database_option
@json_option
def train(reopen: str | None, database: str, as_json: bool) -> None:
    """Train on certified rows, judge on t0 cohorts, register and promote; done once is done.

    Reads as the training role: a closed door is an error, and there is no other way to the rows.

    \b
    Example:
      timeseal model train
    """
    from timeseal.market.training.plan import load
    from timeseal.market.training.register import promote
    from timeseal.market.training.run import train as run

    with opened(database, "training") as conn, progress("training"):
        report = run(conn, load(VERTICAL), say=say, reopen=reopen)
        promote(conn, report.model_key)
    if as_json:
        emit_json(
            {
                "model_key": report.model_key,
                "fresh": report.fresh,
                "certificate_id": report.certificate_id,
                "rows": report.rows,
                "left_out": report.left_out and report.left_out.as_document(),
            }
        )
    else:
        word = "registered" if report.fresh else "was registered before; nothing to do"
        if report.left_out:
            say(str(report.left_out))
        say(f"{report.model_key} {word}")
        say("next: timeseal model score   (figures: timeseal model show)")


@model.command()
@option(
    "--hours",
    type=click.FloatRange(min=1),
    envvar="TIMESEAL_HOURS",
    help="Ask whether an ad is there so many more hours.  [default: the market's first horizon]",
)
@database_option
@json_option
def score(hours: float | None, database: str, as_json: bool) -> None:
    """Score every live ad with the promoted model, under the certificate its rows are read with.

    \b
    Example:
      timeseal model score && timeseal model show
    """
    from timeseal.market.training.plan import load
    from timeseal.market.training.score import score as run

    with opened(database, "training") as conn, progress("scoring live ads"):
        rows = run(conn, load(VERTICAL), datetime.now(UTC), hours)
    if as_json:
        emit_json({"scored": rows})
    else:
        say(f"{rows:,} ads scored" if rows else "scored before; nothing to do")


@model.command()
@database_option
@json_option
def show(database: str, as_json: bool) -> None:
    """Show the figures of the promoted model and the ten ads most likely to stay.

    \b
    Example:
      timeseal model show --json
    """
    from dataclasses import asdict

    from timeseal.cli import shown
    from timeseal.market.training.plan import load
    from timeseal.market.training.shown import read_ads, read_models

    plan = load(VERTICAL)
    with opened(database, "training") as conn:
        models, ads = read_models(conn, plan), read_ads(conn, plan)
    if as_json:
        emit_json({"models": asdict(models), "ads": asdict(ads)})
    else:
        shown.models(models)
        shown.ads(ads)
