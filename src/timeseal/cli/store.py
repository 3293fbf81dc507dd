"""`timeseal store …`: what a store would become, bring it up to date, certify it, show it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import psycopg

from timeseal.cli import certificates
from timeseal.cli.opened import entrypoints, give_reason, opened
from timeseal.cli.options import database_option, json_option, option, reason_option
from timeseal.cli.output import emit_json, emit_rows, progress, say
from timeseal.errors import ExitCode, UsageError
from timeseal.seal import certificate
from timeseal.seal.refresh import Plan
from timeseal.seal.store import Declaration

STORE_OF = "select e.store from audit.entrypoint as e where e.entrypoint = %s"
REFRESH = (
    "select r.layer, r.route, r.inserted, r.updated, r.deleted"
    " from audit.refresh_store(%s, %s) as r"
)
#: SQLSTATE of the warning that the planner held rows for done which were not.
MISSED = "TS006"
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
@click.argument("names", nargs=-1, metavar="[ENTRYPOINT | FOLDER]...")
@option("--sql", "as_sql", is_flag=True, envvar="TIMESEAL_SQL", help="Print the statements.")
@option("--apply", "do_apply", is_flag=True, envvar="TIMESEAL_APPLY", help="Execute the plan.")
@database_option
@json_option
def plan(
    names: tuple[str, ...], as_sql: bool, do_apply: bool, database: str, as_json: bool
) -> None:
    """List what a declaration would change, then what a refresh would recompute, and why.

    FOLDERS hold store.toml, later ones win. Without one: the stores of the market, with what
    TIMESEAL_STORES lays over them or adds. Only the declaration is applied by --apply;
    `timeseal store publish` does the rest.

    \b
    Example:
      timeseal store plan survival
      timeseal store plan my_store/ --sql
    """
    from timeseal.market.stores import describe_columns
    from timeseal.seal import binding, refresh

    with opened(database, "admin") as conn:
        planned: list[dict[str, object]] = []
        for name, declaration in _wanted(conn, names):
            stages = binding.plan(conn, declaration) if declaration else []
            found: dict[str, object] = {"store": name, "stages": [str(one) for one in stages]}
            planned.append(found)
            if as_sql and not as_json:
                click.echo(binding.explain(stages))
            elif stages and not as_json:
                emit_rows(
                    ("action", "object", "why"),
                    [(one.action, one.subject, one.why) for one in stages],
                )
            if not stages:
                say(f"{name}: nothing to do")
            elif declaration and do_apply:
                with progress(f"binding {name}"):
                    binding.apply(conn, declaration, stages)
                    if not any(Path(one).is_dir() for one in names):
                        describe_columns(conn, declaration)
                say(f"{name}: {len(stages)} stages done")
                say("hint: timeseal store publish")
            if not stages and not as_sql:
                found["refresh"] = refreshed = refresh.plan(conn, name)
                say(refreshed.headline)
                if not as_json:
                    _show_refresh(refreshed)
    if as_json:
        emit_json([_document(one) for one in planned])


def _show_refresh(planned: Plan) -> None:
    """One line per layer and cause."""
    emit_rows(
        ("layer", "recomputed", "why"),
        [
            (one.layer if not number else "", one.recomputed if not number else "", why)
            for one in planned.layers
            for number, why in enumerate(one.why or ("",))
        ],
    )


def _document(planned: dict[str, object]) -> dict[str, object]:
    found = planned.get("refresh")
    return planned | ({"refresh": asdict(found)} if isinstance(found, Plan) else {})


def _wanted(
    conn: psycopg.Connection[Any], names: tuple[str, ...]
) -> list[tuple[str, Declaration | None]]:
    """The stores to plan: of a folder, of named entrypoints, or all; None: only bound here."""
    from timeseal.market.stores import declared, has_market
    from timeseal.seal.store import load_store

    folders = [Path(name) for name in names if Path(name).is_dir()]
    if folders:
        one = load_store(folders)
        return [(one.name, one)]
    known = {one.name: one for one in declared(conn)} if has_market(conn) or not names else {}
    found: dict[str, Declaration | None] = {}
    for name in names or known:
        for store_name in [name] if name in known else _stores(conn, (name,)):
            found[store_name] = known.get(store_name)
    return list(found.items())


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
) -> int:
    """Bring stored layers to what the facts say; shuts the door until the next certification.

    Exit 1 when --full had to change a row that the planner had held for done.

    \b
    Example:
      timeseal store refresh survival
    """
    columns = ("layer", "recomputed", "inserted", "updated", "deleted")
    with opened(database) as conn:
        missed = _listen(conn)
        done: dict[str, list[dict[str, object]]] = {}
        for name in _stores(conn, names):
            with progress(f"refreshing {name}"):
                rows = conn.execute(REFRESH, (name, full)).fetchall()
                if published:
                    conn.execute(PUBLISHED, (name,))
            done[name] = [dict(zip(columns, row, strict=True)) for row in rows]
    if as_json:
        emit_json(done)
    else:
        for name, layers in done.items():
            emit_rows(("store", *columns), [(name, *one.values()) for one in layers])
    return int(ExitCode.CLAIM_FAILED if missed else ExitCode.OK)


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

    Exit 1 when a certificate was refused, or when --full had to change a row that the planner
    had held for done.

    \b
    Example:
      timeseal store publish survival --full --reason "repair after a manual change"
    """
    results: list[certificate.Certificate] = []
    with opened(database) as conn:
        missed = _listen(conn)
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
    return int(ExitCode.OK if passed and not missed else ExitCode.CLAIM_FAILED)


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
        stores = _stores(conn, (name,))
        if not stores:
            raise UsageError(
                f"{name} is a sealed view without a store, so it has no page",
                expected="an entrypoint of a store",
                found="a view",
                hint=f"timeseal seal check {name}",
            )
        for store_name in stores:
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


def _listen(conn: psycopg.Connection[Any]) -> list[str]:
    """Say at once, and keep, what a full refresh finds that the planner had missed."""
    missed: list[str] = []

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        if notice.sqlstate == MISSED:
            missed.append(notice.message_primary or MISSED)
            say(f"WARNING: {missed[-1]}")
            say(f"  {notice.message_detail}")
            say("hint: timeseal store plan shows how far each layer says that a change reaches")

    conn.add_notice_handler(hear)
    return missed
