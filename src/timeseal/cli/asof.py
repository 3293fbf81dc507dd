"""`timeseal asof`: a point-in-time training frame from a spine and fact tables, into a file."""

from __future__ import annotations

import re
import shlex
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from timeseal.cli.options import database_option, json_option, option
from timeseal.cli.output import emit_fields, emit_json, progress, say
from timeseal.cli.session import open_session
from timeseal.db.connect import connect
from timeseal.errors import UsageError
from timeseal.seal.foreign import names

if TYPE_CHECKING:
    from timeseal.seal.asof import AsofView

SPANS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
LISTS = ("key", "spine_key", "columns", "tie_breakers")
WORDS = ("known_at", "event_time", "prefix", "on_tie")
TIMES = ("embargo", "max_age")
FLAGS = ("event_time_only", "with_known_at", "with_age")


@click.command()
@option(
    "--spine",
    required=True,
    metavar="FILE|TABLE",
    envvar="TIMESEAL_SPINE",
    help="Keys and t0: a .parquet or .csv file, or a relation with its schema.",
)
@option(
    "--view",
    "views",
    required=True,
    multiple=True,
    metavar="VIEW",
    envvar="TIMESEAL_VIEW",
    help="A fact table and how to read it; repeat for more.",
)
@option(
    "--t0", default="t0", show_default=True, envvar="TIMESEAL_T0", help="The spine's decision time."
)
@option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="TIMESEAL_OUT",
    help="Parquet file to write.",
)
@option(
    "--explain",
    is_flag=True,
    envvar="TIMESEAL_EXPLAIN",
    help="Say how it would be joined, and stop.",
)
@option(
    "--role",
    type=click.Choice(["admin", "worker", "certifier", "training"]),
    default="training",
    show_default=True,
    envvar="TIMESEAL_ROLE",
    help="Read with the rights of.",
)
@database_option
@json_option
def asof(
    spine: str,
    views: tuple[str, ...],
    t0: str,
    out: Path | None,
    explain: bool,
    role: Any,
    database: str,
    as_json: bool,
) -> None:
    """Join fact tables to a spine, each row as it was known before its t0.

    VIEW is a relation followed by words: key=a,b known_at=COLUMN, and as needed spine_key=a,b
    event_time=COLUMN embargo=2d max_age=90d columns=a,b prefix=p_ tie_breakers=a on_tie=values
    event_time_only with_known_at with_age.

    \b
    Example:
      timeseal asof --spine asks.parquet --out frame.parquet \\
        --view "shop.price key=item,region known_at=known_at columns=price"
    """
    from timeseal.seal.asof import join_asof, plan_asof

    declared = [read_view(one) for one in views]
    if out is None and not explain:
        raise UsageError(
            "nowhere to write the frame", expected="--out FILE.parquet, or --explain",
            found="neither", hint="timeseal asof --help",
        )  # fmt: skip
    asked = _spine(spine)
    _, server = open_session()
    with connect(server, database, role) as conn:
        if explain:
            _explain(plan_asof(conn, asked, declared, t0=t0), as_json)
            return
        with progress("joining"):
            frame = join_asof(conn, asked, declared, t0=t0)
    from pyarrow import parquet

    parquet.write_table(frame, out)
    document = {"file": str(out), "rows": frame.num_rows, "columns": frame.num_columns}
    emit_json(document) if as_json else emit_fields(document)


def read_view(text: str) -> AsofView:
    """A view from its relation and words.

    >>> read_view("shop.price key=item,region known_at=k max_age=36h").max_age
    datetime.timedelta(days=1, seconds=43200)
    """
    from timeseal.seal.asof import AsofView

    relation, *words = shlex.split(text.replace('"', '\\"')) or [""]
    options: dict[str, Any] = {"key": ()}
    for word in words:
        name, given, value = word.partition("=")
        if name in FLAGS and not given:
            options[name] = True
        elif name in LISTS and value:
            options[name] = names(value)
        elif name in WORDS and value:
            options[name] = names(value)[0]
        elif name in TIMES and (span := re.fullmatch(r"(\d+)([dhms])", value)):
            options[name] = timedelta(**{SPANS[span[2]]: int(span[1])})
        else:
            raise UsageError(
                f"the view {relation} cannot be read",
                expected=f"{', '.join((*LISTS, *WORDS, *TIMES))} with =, or {', '.join(FLAGS)}",
                found=word,
                hint="timeseal asof --help",
            )
    return AsofView(relation, **options)


def _spine(spine: str) -> Any:
    kind = Path(spine).suffix
    if kind not in {".parquet", ".csv"}:
        return spine
    if not Path(spine).is_file():
        raise UsageError(
            f"there is no file {spine}", expected="a .parquet or .csv file", found="none",
            hint="timeseal asof --help",
        )  # fmt: skip
    if kind == ".csv":
        from pyarrow import csv

        return csv.read_csv(spine)
    from pyarrow import parquet

    return parquet.read_table(spine)


def _explain(plans: Any, as_json: bool) -> None:
    if as_json:
        emit_json(
            [
                {"relation": one.relation, "strategy": one.strategy, "reason": one.reason,
                 "costs": one.costs, "statement": one.statement}
                for one in plans
            ]
        )  # fmt: skip
        return
    for one in plans:
        emit_fields({"relation": one.relation, "strategy": one.strategy, "reason": one.reason})
    say("the statement: add --json")
