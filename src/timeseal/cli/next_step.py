"""What bare `timeseal` says: the next sensible command, found by looking at what is there."""

from __future__ import annotations

from timeseal.errors import TimesealError
from timeseal.settings import Settings


def next_step() -> str:
    """One line for a person who does not know what comes next; starts nothing."""
    settings = Settings.from_env()
    if settings.dsn is None and not settings.home.exists():
        return "Nothing here yet. Next: timeseal demo"
    try:
        return _of_database(settings)
    except TimesealError as error:
        return f"{error.message}\nNext: {error.hint or 'timeseal db status'}"


def _of_database(settings: Settings) -> str:
    from timeseal.cli.opened import INSTALLED
    from timeseal.cli.status import read_doors
    from timeseal.db.connect import connect
    from timeseal.db.databases import list_databases
    from timeseal.db.embedded import Embedded
    from timeseal.db.server import External, Server

    server: Server
    if settings.dsn:
        server = External(settings.dsn)
    else:
        server = Embedded(settings.home, settings.pg_bindir)
        if not server.status().running:
            return "The server is stopped. Next: timeseal db start"
    name = settings.database
    if name not in list_databases(server):
        return f"There is no database {name}. Next: timeseal demo   (or: timeseal db create {name})"
    with connect(server, name) as conn:
        installed = conn.execute(INSTALLED).fetchone()
        if not installed or not installed[0]:
            return f"Timeseal is not installed in {name}. Next: timeseal db create {name}"
        doors = read_doors(conn)
    if not doors:
        return (
            f"Nothing is sealed in {name}."
            " Next: timeseal seal add SCHEMA.VIEW --key COLUMNS --t0 COLUMN"
        )
    for door in doors:
        if not door.open:
            return f"{door.entrypoint} is closed: {door.cause}\nNext: {door.next}"
    return f"{len(doors)} of {len(doors)} doors open in {name}. Next: timeseal model train"
