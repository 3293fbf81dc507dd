"""`timeseal contract …`: the sets of model inputs: draft, stamped, promoted, in use."""

from __future__ import annotations

import click

from timeseal.cli.opened import opened
from timeseal.cli.options import database_option, json_option, option
from timeseal.cli.output import emit_json, emit_rows, say
from timeseal.errors import ExitCode

COLUMNS = ("set", "state", "features", "describes", "in use", "digest")
ROWS = (
    "select c.ordinal, c.feature_name, c.dtype, c.is_nullable, c.window_def, c.expr_sql"
    " from ml.feature_contract as c join ml.feature_set as s using (set_id)"
    " where s.name = %s order by c.ordinal"
)


@click.group()
def contract() -> None:
    """Contracts: which columns a model reads, of which type, looking at which time."""


@contract.command("list")
@database_option
@json_option
def list_sets(database: str, as_json: bool) -> None:
    """List every feature set and what became of it.

    \b
    Example:
      timeseal contract list
    """
    from timeseal.seal.contract import sets

    with opened(database, "admin") as conn:
        found = sets(conn)
    if as_json:
        emit_json([{name: getattr(one, name) for name in one.__slots__} for one in found])
        return
    rows = [
        (
            one.name,
            one.state,
            one.features,
            one.relation,
            "yes" if one.current else None,
            (one.features_hash or "")[:16],
        )
        for one in found
    ]
    emit_rows(COLUMNS, rows)


@contract.command()
@click.argument("name")
@database_option
@json_option
def show(name: str, database: str, as_json: bool) -> None:
    """Show the features of a set in order, with the window that each looks at.

    \b
    Example:
      timeseal contract show cars_features_v1
    """
    columns = ("#", "feature", "type", "nullable", "window", "expression")
    with opened(database) as conn:
        found = conn.execute(ROWS, (name,)).fetchall()
    if as_json:
        emit_json([dict(zip(columns, row, strict=True)) for row in found])
    else:
        emit_rows(columns, found)


@contract.command()
@click.argument("name")
@option("--from", "source", metavar="SET", envvar="TIMESEAL_SET", help="Start with its features.")
@option("--relation", envvar="TIMESEAL_RELATION", help="What the set describes: SCHEMA.VIEW.")
@option("--add", multiple=True, envvar="TIMESEAL_ADD", help="A column to append; may be repeated.")
@option(
    "--without",
    multiple=True,
    envvar="TIMESEAL_WITHOUT",
    help="A feature to leave out; repeatable.",
)
@option("--notes", envvar="TIMESEAL_NOTES", help="What changed, for people.")
@database_option
def new(
    name: str,
    source: str | None,
    relation: str | None,
    add: tuple[str, ...],
    without: tuple[str, ...],
    notes: str | None,
    database: str,
) -> None:
    """Write a draft NAME; a promoted set never changes, so every change begins here.

    \b
    Example:
      timeseal contract new cars_features_v2 --from cars_features_v1 --without lat --without lon
    """
    from timeseal.seal.contract import Draft, draft

    with opened(database, "admin") as conn:
        count = draft(conn, Draft(name, source, relation, add, without, notes))
    say(f"{name}: a draft of {count} features")
    say(f"hint: timeseal contract stamp {name}")


@contract.command()
@click.argument("name")
@database_option
def stamp(name: str, database: str) -> None:
    """Stamp a draft with the digests of its rows; an unchanged set keeps its stamp.

    \b
    Example:
      timeseal contract stamp cars_features_v2
    """
    with opened(database) as conn:
        row = conn.execute("select ml.stamp_feature_contract(%s)", (name,)).fetchone()
    click.echo(row[0] if row else "")
    say(f"hint: timeseal contract check {name}")


@contract.command()
@click.argument("name")
@database_option
@json_option
def check(name: str, database: str, as_json: bool) -> int:
    """Say OK, or how the set differs from its stamps and its relation; exit 1 then.

    \b
    Example:
      timeseal contract check cars_features_v1
    """
    from timeseal.seal.contract import findings

    columns = ("subject", "expected", "found", "what mends it")
    with opened(database, "admin") as conn:
        found = findings(conn, name)
    if as_json:
        emit_json([dict(zip(columns, row, strict=True)) for row in found])
    else:
        click.echo("MISMATCH" if found else "OK")
        if found:
            emit_rows(columns, found)
    return int(ExitCode.CLAIM_FAILED if found else ExitCode.OK)


@contract.command()
@click.argument("name")
@option("--use", "in_use", is_flag=True, envvar="TIMESEAL_USE", help="Make it the set in use.")
@database_option
def promote(name: str, in_use: bool, database: str) -> None:
    """Promote a stamped set that holds; from then on nobody changes it.

    \b
    Example:
      timeseal contract promote cars_features_v2 --use
    """
    from timeseal.seal.contract import use

    with opened(database, "admin" if in_use else "certifier") as conn:
        conn.execute("select ml.promote_feature_contract(%s)", (name,))
        if in_use:
            use(conn, name)
    say(f"{name} is promoted" + (" and in use" if in_use else ""))
