"""`timeseal store …`: what a store would become, bring it up to date, certify it, show it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import psycopg

from timeseal.cli import certificates
from timeseal.cli.opened import entrypoints, give_reason, opened
from timeseal.cli.options import database_option, json_option, option, reason_option
from timeseal.cli.output import emit_json, emit_rows, progress, say
from timeseal.errors import ExitCode
from timeseal.seal import certificate

STORE_OF = "select e.store from audit.entrypoint as e where e.entrypoint = %s"
REFRESH = "select r.layer, r.inserted, r.updated, r.deleted from audit.refresh_store(%s, %s) as r"
PUBLISHED = "select r.layer, r.published, r.row_count from audit.refresh_published(%s) as r"
full_option = option(
    "--full",
    is_flag=True,
    envvar="TIMESEAL_FULL",
    help="Compare every row with its definition, not only what new facts can reach.",
)


@click.group()
def store() -> None:
    """Stores: plan, refresh, publish, show."""


@store.command()
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@option("--sql", "as_sql", is_flag=True, envvar="TIMESEAL_SQL", help="Print the statements.")
@option("--apply", "do_apply", is_flag=True, envvar="TIMESEAL_APPLY", help="Execute the plan.")
@database_option
@json_option
def plan(
    folders: tuple[Path, ...], as_sql: bool, do_apply: bool, database: str, as_json: bool
) -> None:
    """List what a store declaration would change; FOLDERS hold store.toml, later ones win.

    Without FOLDERS: the stores of the market, with what TIMESEAL_STORES lays over them or adds.

    \b
    Example:
      timeseal store plan my_store/ --sql
    """
    from timeseal.market.stores import declared, describe_columns
    from timeseal.seal import binding
    from timeseal.seal.store import load_store

    with opened(database, "admin") as conn:
        wanted = [load_store(folders)] if folders else declared(conn)
        planned: list[dict[str, object]] = []
        for declaration in wanted:
            stages = binding.plan(conn, declaration)
            planned.append({"store": declaration.name, "stages": [str(one) for one in stages]})
            if as_sql and not as_json:
                click.echo(binding.explain(stages))
            elif not as_json:
                emit_rows(
                    ("action", "object", "why"),
                    [(one.action, one.subject, one.why) for one in stages],
                )
            if not stages:
                say(f"{declaration.name}: nothing to do")
            elif do_apply:
                with progress(f"binding {declaration.name}"):
                    binding.apply(conn, declaration, stages)
                    if not folders:
                        describe_columns(conn, declaration)
                say(f"{declaration.name}: {len(stages)} stages done")
                say("hint: timeseal store publish")
    if as_json:
        emit_json(planned)


@store.command()
@click.argument("names", nargs=-1, metavar="[ENTRYPOINT]...")
@full_option
@option(
    "--published", is_flag=True, envvar="TIMESEAL_PUBLISHED", help="Recompute the *_mv views too."
)
@database_option
@json_option
def refresh(
    names: tuple[str, ...], full: bool, published: bool, database: str, as_json: bool
) -> None:
    """Bring stored layers to what the facts say; shuts the door until the next certification.

    \b
    Example:
      timeseal store refresh survival
    """
    columns = ("layer", "inserted", "updated", "deleted")
    with opened(database) as conn:
        done: dict[str, list[dict[str, object]]] = {}
        for name in _stores(conn, names):
            with progress(f"refreshing {name}"):
                rows = conn.execute(REFRESH, (name, full)).fetchall()
                if published:
                    conn.execute(PUBLISHED, (name,))
            done[name] = [dict(zip(columns, row, strict=True)) for row in rows]
    if as_json:
        emit_json(done)
        return
    for name, layers in done.items():
        emit_rows(("store", *columns), [(name, *one.values()) for one in layers])


@store.command()
@click.argument("names", nargs=-1, metavar="[ENTRYPOINT]...")
@full_option
@database_option
@reason_option
@json_option
def publish(
    names: tuple[str, ...], full: bool, database: str, reason: str | None, as_json: bool
) -> int:
    """Refresh and certify in one transaction: readers never wait and never see half.

    \b
    Example:
      timeseal store publish survival --full --reason "repair after a manual change"
    """
    results: list[certificate.Certificate] = []
    with opened(database) as conn:
        give_reason(conn, reason)
        for name in entrypoints(conn, names):
            # publishing an entrypoint certifies its open siblings too: once is enough
            sibling = certificate.current(conn, name) if results else None
            if sibling is not None and sibling.certified_at >= results[0].certified_at:
                results.append(sibling)
                continue
            with progress(f"publishing {name}"):
                results.append(certificate.publish(conn, name, full))
    if as_json:
        emit_json([certificates.as_document(one) for one in results])
    else:
        for one in results:
            certificates.show(one)
    passed = all(one.is_certified for one in results)
    return int(ExitCode.OK if passed else ExitCode.CLAIM_FAILED)


@store.command()
@click.argument("names", nargs=-1, metavar="[ENTRYPOINT]...")
@database_option
@json_option
def show(names: tuple[str, ...], database: str, as_json: bool) -> int:
    """Show each layer with its rows, days and fingerprint, beside its published recomputation.

    Exit 1 when a stored layer and its published twin differ.

    \b
    Example:
      timeseal store show survival --json
    """
    from timeseal.market.report.registry import read_layers

    columns = ("store", "layer", "published", "rows", "days", "fingerprint", "agrees")
    found: list[tuple[object, ...]] = []
    with opened(database, "admin") as conn:
        for name in _stores(conn, names):
            with progress(f"fingerprinting {name}"):
                for one in read_layers(conn, name):
                    cells = (one.name, one.published, one.rows, one.days, one.fingerprint)
                    found.append((name, *cells, one.agrees))
    if as_json:
        emit_json([dict(zip(columns, row, strict=True)) for row in found])
    else:
        emit_rows(columns, found)
        if not found:
            say("no stored layers")
            say("hint: timeseal store plan --apply")
    agree = all(row[-1] for row in found)
    return int(ExitCode.OK if agree else ExitCode.CLAIM_FAILED)


@store.command()
@click.argument("name", metavar="ENTRYPOINT")
@option(
    "--from",
    "folders",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="TIMESEAL_FROM",
    help="Folder of your own store.toml, for its words; later ones win.",
)
@database_option
def page(name: str, folders: tuple[Path, ...], database: str) -> None:
    """Write the reference page of a store: columns, layers, rules, limits; as Markdown.

    \b
    Example:
      timeseal store page survival > survival.md
    """
    from timeseal.market import store_page
    from timeseal.market.stores import words

    with opened(database, "admin") as conn:
        for store_name in _stores(conn, (name,)):
            click.echo(
                store_page.as_markdown(conn, store_name, words(conn, store_name, folders)), nl=False
            )


def _stores(conn: psycopg.Connection[Any], names: tuple[str, ...]) -> list[str]:
    """The stores behind the named entrypoints, or all; a plain view has no store."""
    found: list[str] = []
    for name in entrypoints(conn, names):
        row = conn.execute(STORE_OF, (name,)).fetchone()
        if row and row[0] and row[0] not in found:
            found.append(row[0])
    return found
