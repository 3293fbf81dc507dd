"""`timeseal db …`: the server and its databases."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from timeseal.cli import clients
from timeseal.cli.output import emit_fields, emit_json, emit_rows, progress, say
from timeseal.cli.session import open_session
from timeseal.db.embedded import Embedded
from timeseal.db.server import External, Role, Server
from timeseal.errors import TimesealError, UsageError
from timeseal.settings import Settings

VERTICALS = ("cars", "phones")
ROLES = ("admin", "worker", "certifier", "training")
_role_option = click.option(
    "--role", type=click.Choice(ROLES), default="admin", show_default=True, help="Log in as."
)
_json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
_database_option = click.option("--database", "-d", metavar="NAME", help="Default: TIMESEAL_DB.")


@click.group()
def db() -> None:
    """The database: start, stop, create, connect."""


@db.command()
def start() -> None:
    """Start the embedded server (does nothing when it runs)."""
    _embedded()
    _, server = open_session()
    status = cast(Embedded, server).status()
    say(f"running: PostgreSQL {status.version} in {status.data}")


@db.command()
def stop() -> None:
    """Stop the embedded server."""
    say("stopped" if _embedded().stop() else "not running")


@db.command()
@_json_option
def status(as_json: bool) -> None:
    """Show which server is used and its databases."""
    settings = Settings.from_env()
    fields: dict[str, object]
    if settings.dsn:
        fields = {"kind": "external", "running": True, "version": _version(settings)}
        fields["databases"] = _databases(External(settings.dsn))
    else:
        server = _embedded()
        fields = {"kind": "embedded", **server.status().as_dict()}
        fields["databases"] = _databases(server) if fields["running"] else []
    if as_json:
        emit_json(fields)
        return
    names = cast(list[str], fields["databases"])
    emit_fields({**fields, "databases": ", ".join(names) or "none"})
    if not fields["running"]:
        say("hint: timeseal db start")


@db.command()
@_role_option
@_database_option
def dsn(role: Role, database: str | None) -> None:
    """Print a connection string; it holds a password."""
    settings, server = open_session()
    click.echo(server.dsn(database or settings.database, role))


@db.command(context_settings={"ignore_unknown_options": True})
@_role_option
@_database_option
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(role: Role, database: str | None, arguments: tuple[str, ...]) -> None:
    """Open psql; ARGUMENTS go to it."""
    settings, server = open_session()
    clients.replace_with(server, database or settings.database, role, "psql", arguments)


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_database_option
def dump(file: Path, database: str | None) -> None:
    """Write the whole database to FILE with pg_dump (custom format).

    \b
    Example:
      timeseal db dump shop.dump --db shop
    """
    settings, server = open_session()
    name = database or settings.database
    with progress(f"dumping {name}"):
        clients.run(server, name, "pg_dump", ["--format=custom", f"--file={file}"])
    say(f"{name} written to {file}")


@db.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("name")
@click.option("--vertical", type=click.Choice(VERTICALS), help="The market it holds, if any.")
def restore(file: Path, name: str, vertical: str | None) -> None:
    """Restore FILE into the new database NAME; its doors stay closed until it is certified there.

    \b
    Example:
      timeseal db restore shop.dump shop_copy
    """
    from timeseal.db import databases, install
    from timeseal.db.connect import connect

    _, server = open_session()
    if not databases.create_database(server, name):
        raise UsageError(
            f"database {name} exists",
            expected="a name that is free",
            found=name,
            hint=f"timeseal db destroy {name}   (or restore under another name)",
        )
    components = ["seal", "contract", *(["market", vertical] if vertical else [])]
    try:
        with connect(server, name) as conn:
            install.make_roles(conn, install.plan(conn, components))
        with progress(f"restoring into {name}"):
            clients.run(server, name, "pg_restore", ["--exit-on-error", str(file)])
        _install(server, name, components, repair=False)
        _rebind_restored(server, name, components)
        if vertical:
            _bind_stores(server, name)
    except TimesealError:
        databases.drop_database(server, name)
        raise


@db.command()
@click.argument("name")
@click.option("--vertical", type=click.Choice(VERTICALS), help="Install a market too.")
@click.option("--explain", is_flag=True, help="Print the plan; change nothing.")
@click.option("--repair", is_flag=True, help="Run every file again, also unchanged ones.")
@_json_option
def create(name: str, vertical: str | None, explain: bool, repair: bool, as_json: bool) -> None:
    """Create a database and install the engine; an existing one is brought up to date."""
    from timeseal.db import databases

    _, server = open_session()
    components = ["seal", "contract", *(["market", vertical] if vertical else [])]
    exists = name in databases.list_databases(server)
    if explain:
        # Nothing of ours is in the maintenance database, so its plan is that of a fresh one.
        _explain(server, name if exists else server.maintenance, components, as_json)
        return
    created = databases.create_database(server, name)
    try:
        _install(server, name, components, repair)
        if vertical:
            _bind_stores(server, name)
    except TimesealError:
        if created:  # half a database would only be in the way of the next try
            databases.drop_database(server, name)
        raise


@db.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def destroy(name: str, yes: bool) -> None:
    """Drop a database with everything in it."""
    from timeseal.db import databases

    _, server = open_session()
    if name not in databases.list_databases(server):
        raise UsageError(
            f"no database {name}",
            expected=", ".join(databases.list_databases(server)),
            found=name,
            hint="timeseal db status",
        )
    if not yes:
        click.confirm(f"Drop {name} with everything in it?", abort=True, err=True)
    databases.drop_database(server, name)
    say(f"dropped {name}")


def _install(server: Server, name: str, components: list[str], repair: bool) -> None:
    from timeseal.db import install
    from timeseal.db.connect import connect

    with connect(server, name) as conn:
        stages = install.plan(conn, components, force=repair)
        with progress(f"installing into {name}"):
            ran = install.apply(conn, stages)
        say(f"{name}: {len(ran)} files installed, {len(stages) - len(ran)} unchanged or skipped")
        say(f"protection: {install.protection(conn)}")


def _rebind_restored(server: Server, name: str, components: list[str]) -> None:
    """After a restore: oids are found by name, every file is run once more."""
    from timeseal.db.connect import connect
    from timeseal.seal import restored

    with connect(server, name) as conn:
        found = restored.rebind(conn, sure=True)
    if not found:
        return
    _install(server, name, components, repair=True)
    say(f"restored from a dump: {found} entrypoints found again; certify them: timeseal status")


def _bind_stores(server: Server, name: str) -> None:
    """Build the tables and views of the vertical's stores, empty until they are refreshed."""
    from timeseal.db.connect import connect
    from timeseal.market.stores import declared, describe_columns
    from timeseal.seal import binding

    with connect(server, name) as conn:
        for declaration in declared(conn):
            stages = binding.plan(conn, declaration)
            with progress(f"binding {declaration.name}"):
                binding.apply(conn, declaration, stages)
                describe_columns(conn, declaration)
            say(f"store {declaration.name}: {len(stages)} stages done")


def _explain(server: Server, database: str, components: list[str], as_json: bool) -> None:
    from timeseal.db import install
    from timeseal.db.connect import connect

    with connect(server, database) as conn:
        stages = install.plan(conn, components)
        protection = install.protection(conn)
    columns = ("component", "action", "runs as", "file", "purpose")
    rows = [
        (one.component, one.action, one.runner, one.file.path, one.file.header.purpose)
        for one in stages
    ]
    if as_json:
        keyed = [dict(zip(columns, row, strict=True)) for row in rows]
        emit_json({"protection": protection, "stages": keyed})
        return
    emit_rows(columns, rows)
    say(f"protection: {protection}")


def _embedded() -> Embedded:
    settings = Settings.from_env()
    if settings.dsn:
        raise UsageError(
            "the embedded server is not in use",
            expected="TIMESEAL_DSN unset",
            found="TIMESEAL_DSN names another server",
            hint="unset TIMESEAL_DSN",
        )
    return Embedded(settings.home, settings.pg_bindir)


def _databases(server: Server) -> list[str]:
    from timeseal.db.databases import list_databases

    return [name for name in list_databases(server) if name != "postgres"]


def _version(settings: Settings) -> str:
    from timeseal.db.connect import connect

    server = External(str(settings.dsn))
    with connect(server, server.maintenance) as conn:
        return str(conn.info.parameter_status("server_version"))
