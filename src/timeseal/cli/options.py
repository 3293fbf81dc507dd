"""Options that several commands share, each with the environment variable that sets it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

#: click.option, but what the environment can set is always shown.
option = partial(click.option, show_envvar=True)

database_option = option(
    "--db",
    "database",
    metavar="NAME",
    envvar="TIMESEAL_DB",
    default="demo",
    show_default=True,
    help="Database to work in.",
)
json_option = option(
    "--json", "as_json", is_flag=True, envvar="TIMESEAL_JSON", help="Write one JSON document."
)
reason_option = option(
    "--reason",
    metavar="TEXT",
    envvar="TIMESEAL_REASON",
    help="Why; recorded with the certificate.",
)
days_option = option(
    "--days",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    envvar="TIMESEAL_DAYS",
    help="Newest days that may still grow; older days are always compared.",
)
