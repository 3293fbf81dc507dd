"""`timeseal adopt …`: a table that others write becomes facts, and stays theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

import click

from timeseal.cli.opened import opened, opened_server
from timeseal.cli.options import database_option, json_option, option
from timeseal.cli.output import emit_fields, emit_json, emit_rows, progress, say
from timeseal.db.connect import connect
from timeseal.errors import UsageError
from timeseal.seal.foreign import names

if TYPE_CHECKING:
    from timeseal.market.adoption import Adoption, Plan, Taken, Wanted

LISTED = ("table", "watch", "key", "t0", "adopted", "taken in until", "waiting", "released")
QUARANTINED = (
    "select q.column_name, q.reason, min(q.expected), count(*), min(q.found)"
    " from raw.quarantine as q where q.run_id = %s group by 1, 2"
    " order by count(*) desc, 1, 2"
)


@click.command()
@click.argument("table", required=False)
@option("--key", envvar="TIMESEAL_KEY", help="Columns of cohort and number of an ad: a,b.")
@option("--t0", envvar="TIMESEAL_T0", help="Column that says when a row of before came to be.")
@option(
    "--watch",
    type=click.Choice(["trigger", "poll"]),
    default="trigger",
    show_default=True,
    envvar="TIMESEAL_WATCH",
    help="Note every write as it happens, or compare now and then.",
)
@option("--columns", envvar="TIMESEAL_COLUMNS", help="Take only these by equal name: a,b.")
@option("--map", "mapped", envvar="TIMESEAL_MAP", help="Names that differ: price=ask,mark=junk.")
@option("--attributes", envvar="TIMESEAL_ATTRIBUTES", help="Columns that become attributes: a,b.")
@option(
    "--status", envvar="TIMESEAL_STATUS_MAP", help="What its words mean: online=live,off=removed."
)
@option(
    "--deleted",
    type=click.Choice(["unknown", "removed", "gone"]),
    default="unknown",
    show_default=True,
    envvar="TIMESEAL_DELETED",
    help="What a deleted row says of its ad.",
)
@option(
    "--outcomes",
    type=click.Choice(["adoption", "event"]),
    default="adoption",
    show_default=True,
    envvar="TIMESEAL_OUTCOMES",
    help="Since when old ends count as known: the adoption, or (declared) when they happened.",
)
@option("--zone", envvar="TIMESEAL_ZONE", help="Zone of times without one (default: the market's).")
@option("--poll", metavar="TABLE", envvar="TIMESEAL_POLL", help="Take in what changed since.")
@option("--list", "do_list", is_flag=True, envvar="TIMESEAL_LIST", help="List adopted tables.")
@option("--release", metavar="TABLE", envvar="TIMESEAL_RELEASE", help="Take triggers off again.")
@option("--dry-run", is_flag=True, envvar="TIMESEAL_DRY_RUN", help="Print the plan only.")
@database_option
@json_option
def adopt(
    table: str | None,
    key: str | None,
    t0: str | None,
    watch: str,
    columns: str | None,
    mapped: str | None,
    attributes: str | None,
    status: str | None,
    deleted: str,
    outcomes: str,
    zone: str | None,
    poll: str | None,
    do_list: bool,
    release: str | None,
    dry_run: bool,
    database: str,
    as_json: bool,
) -> None:
    """Turn TABLE, which others write, into facts: its history as declared, its changes as seen.

    The table stays theirs: nothing is added but triggers and the right to read the mapped columns.

    \b
    Example:
      timeseal adopt public.listings --key generation,listing_id --t0 edited_date
      timeseal adopt --poll public.listings
    """
    from timeseal.market.adoption import STATUSES, Wanted

    asked = [one for one in (table, poll, release) if one] + (["list"] if do_list else [])
    if len(asked) != 1 or (table and not (key and t0)):
        raise UsageError(
            "one thing at a time",
            expected="TABLE with --key and --t0, or --poll, --release, --list",
            found=", ".join(asked) or "nothing",
            hint="timeseal adopt --help",
        )
    if do_list:
        _list(database, as_json)
    elif poll:
        _poll(database, poll, as_json)
    elif release:
        _release(database, release, as_json)
    else:
        statuses = STATUSES if status is None else _states(_pairs("--status", status))
        wanted = Wanted(
            table=str(table),
            key=names(str(key)),
            t0=str(t0),
            watch=cast(Any, watch),
            columns=None if columns is None else names(columns),
            mapped=_pairs("--map", mapped),
            attributes=() if attributes is None else names(attributes),
            statuses=statuses,
            deleted_means=deleted,
            outcomes_known=f"at {outcomes}",
            zone=zone,
        )
        _adopt(database, wanted, dry_run, as_json)


def _adopt(database: str, wanted: Wanted, dry_run: bool, as_json: bool) -> None:
    from timeseal.market import adopt as market

    with opened_server(database) as (server, conn):
        if dry_run:
            made = market.plan(conn, wanted)
            _show_plan(made, as_json)
            return
        with connect(server, database, "worker") as worker:
            with progress(f"adopting {wanted.table}"):
                made, taken = market.adopt(conn, worker, wanted)
            broken = worker.execute(QUARANTINED, (taken.run_id,)).fetchall()
    if as_json:
        emit_json(_document(made.table.name, taken, broken, made.column_map))
        return
    _show(made.table.name, taken, broken)
    if made.standing:
        say(f"{made.table.name} was adopted already; what changed since was taken in")
        return
    if made.unmapped:
        say("not taken: " + ", ".join(made.unmapped))
    say(f"{taken.declared:,} ads have a history that is declared, not observed")
    say(f"hint: timeseal adopt --poll '{made.table.name}'   (then: timeseal store publish)")


def _poll(database: str, name: str, as_json: bool) -> None:
    from timeseal.market import adopt as market

    with opened(database, "worker") as conn:
        adoption = market.find(conn, name)
        with progress(f"taking in {adoption.relation}"):
            taken = market.take_in(conn, adoption)
        broken = conn.execute(QUARANTINED, (taken.run_id,)).fetchall()
    if as_json:
        emit_json(_document(adoption.relation, taken, broken))
        return
    _show(adoption.relation, taken, broken)
    if adoption.watch == "poll":
        gap = f"{adoption.taken_until:%Y-%m-%d %H:%M:%S%z}"
        say(f"what came and went between {gap} and now was not seen")
    elif taken.missed:
        say(f"{taken.missed:,} changes were not noted by the triggers; they count as seen now")


def _release(database: str, name: str, as_json: bool) -> None:
    from timeseal.market import adopt as market

    with opened_server(database) as (server, conn), connect(server, database, "worker") as worker:
        adoption = market.find(conn, name)
        with progress(f"releasing {adoption.relation}"):
            taken = market.release(conn, worker, adoption)
    if as_json:
        emit_json({"table": adoption.relation, "released": True, "last": taken and asdict(taken)})
        return
    say(f"{adoption.relation} is released; its facts stay")
    if taken is None:
        say(f"the table is gone: {adoption.waiting:,} noted changes could not be placed")


def _list(database: str, as_json: bool) -> None:
    from timeseal.market.adopt import adoptions

    with opened(database, "worker") as conn:
        found = adoptions(conn)
    if as_json:
        emit_json([asdict(one) for one in found])
        return
    emit_rows(LISTED, [_line(one) for one in found])
    if not found:
        say("hint: timeseal adopt SCHEMA.TABLE --key COHORT,NUMBER --t0 COLUMN")


def _line(one: Adoption) -> tuple[object, ...]:
    keys = f"{one.column_map['generation']},{one.column_map['listing_id']}"
    adopted, until = (f"{at:%Y-%m-%d %H:%M:%S%z}" for at in (one.adopted_at, one.taken_until))
    released = one.released_at and f"{one.released_at:%Y-%m-%d %H:%M:%S%z}"
    t0 = one.column_map["t0"]
    return (one.relation, one.watch, keys, t0, adopted, until, one.waiting, released)


def _show_plan(made: Plan, as_json: bool) -> None:
    if as_json:
        emit_json(
            {
                "table": made.table.name,
                "adopted": made.standing is not None,
                "columns": dict(made.column_map),
                "unmapped": made.unmapped,
                "stages": [asdict(one) for one in made.stages],
            }
        )
        return
    for ours, theirs in made.column_map.items():
        click.echo(f"-- {theirs} becomes {ours.replace('@', 'attribute ')}")
    for one in made.stages:
        click.echo(f"-- {one}\n{one.statement};")
    if made.unmapped:
        say("not taken: " + ", ".join(made.unmapped))
    if made.standing:
        say(f"{made.table.name} is adopted already")


def _document(
    name: str, taken: Taken, broken: list[Any], columns: Mapping[str, str] | None = None
) -> dict[str, object]:
    words = ("column", "reason", "expected", "rows", "example")
    said = [dict(zip(words, row, strict=True)) for row in broken]
    mapped = {} if columns is None else {"columns": dict(columns)}
    return {"table": name, **asdict(taken), "quarantined": said, **mapped}


def _show(name: str, taken: Taken, broken: list[Any]) -> None:
    emit_fields(
        {
            "table": name,
            "rows read": f"{taken.rows_in:,}",
            "observations": f"{taken.observations:,}",
            "of them declared": f"{taken.declared:,}",
            "events": f"{taken.events:,}",
            "attributes": f"{taken.attributes:,}" if taken.attributes else None,
            "refused": f"{taken.refused:,}",
            "not understood": f"{taken.noted:,}",
        }
    )
    if broken:
        emit_rows(("column", "reason", "expected", "rows", "for example"), broken)
        say("hint: select * from raw.quarantine   (nothing of it is a fact)")


def _pairs(name: str, text: str | None) -> dict[str, str]:
    """Read `ours=theirs,…`; a part without `=` is refused."""
    found: dict[str, str] = {}
    for part in names(text) if text else ():
        left, equals, right = part.partition("=")
        if not (left.strip() and equals and right.strip()):
            raise UsageError(
                f"{name} cannot be read",
                expected="NAME=NAME, separated by commas",
                found=part,
                hint="timeseal adopt --help",
            )
        found[left.strip()] = right.strip()
    return found


def _states(given: dict[str, str]) -> dict[str, str]:
    """Refuse a state that means nothing to us."""
    from timeseal.market.adoption import STATES

    for word, state in given.items():
        if state not in STATES:
            raise UsageError(
                f"a status cannot mean {state}",
                expected=", ".join(STATES),
                found=f"{word}={state}",
                hint="leave a word out whose meaning nobody knows",
            )
    return given
