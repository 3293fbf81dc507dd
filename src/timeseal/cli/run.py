"""`timeseal run JOB`: one node of the job table, once; what a scheduler calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import click

from timeseal.cli.options import database_option
from timeseal.cli.output import emit_rows


class Job(NamedTuple):
    """One node: what it does, and the command it is."""

    meaning: str
    command: Callable[[], tuple[click.Command, dict[str, object]]]


def _load() -> tuple[click.Command, dict[str, object]]:
    from timeseal.cli.load import cars

    return cars, {"file": None, "dirty": False, "data": None, "as_json": False}


def _publish() -> tuple[click.Command, dict[str, object]]:
    from timeseal.cli.store import publish

    return publish, {"names": (), "full": False, "reason": "scheduled", "as_json": False}


def _certify() -> tuple[click.Command, dict[str, object]]:
    from timeseal.cli.certify import certify

    return certify, {"names": (), "days": 10, "reason": "scheduled", "as_json": False}


def _train() -> tuple[click.Command, dict[str, object]]:
    from timeseal.cli.model import train

    return train, {"reopen": None, "as_json": False}


def _score() -> tuple[click.Command, dict[str, object]]:
    from timeseal.cli.model import score

    return score, {"hours": None, "as_json": False}


#: The nodes in the order in which a night would run them.
JOBS: dict[str, Job] = {
    "load": Job("new files become facts", _load),
    "publish": Job("refresh the stores and certify them", _publish),
    "certify": Job("certify what is stored", _certify),
    "train": Job("train on certified rows, judge, register, promote", _train),
    "score": Job("score live ads with the promoted model", _score),
}


@click.command()
@click.argument("job", required=False, type=click.Choice(list(JOBS)))
@database_option
@click.pass_context
def run(ctx: click.Context, job: str | None, database: str) -> int:
    """Run one job once, and exit as it does; without a JOB, list them.

    \b
    Example:
      timeseal run publish && timeseal run score
    """
    if job is None:
        emit_rows(("job", "what it does"), [(name, one.meaning) for name, one in JOBS.items()])
        return 0
    command, arguments = JOBS[job].command()
    result = ctx.invoke(command, database=database, **arguments)
    return result if isinstance(result, int) else 0
