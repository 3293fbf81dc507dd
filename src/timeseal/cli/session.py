"""What every command begins with: the settings, the server, a word when it had to be started."""

from __future__ import annotations

from timeseal.cli.output import progress, say
from timeseal.db.embedded import Embedded
from timeseal.db.server import External, Server
from timeseal.settings import Settings


def open_session() -> tuple[Settings, Server]:
    """The settings and a server that answers; starts the embedded one and says where it lies."""
    settings = Settings.from_env()
    if settings.dsn:
        return settings, External(settings.dsn)
    server = Embedded(settings.home, settings.pg_bindir)
    with progress("starting PostgreSQL"):
        started = server.start()
    if started and server.note:
        say(server.note)
    return settings, server
