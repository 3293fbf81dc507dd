"""Connections as one of our roles; owns nothing else.

Sessions keep the server's settings: the engine must not depend on zone, search path or formats.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from timeseal.db.server import LOGINS, Role, Server
from timeseal.errors import ServerUnavailable

__all__ = ["Role", "connect"]


def connect(
    server: Server, database: str, role: Role = "admin", autocommit: bool = True
) -> psycopg.Connection[Any]:
    """Connect to `database` as `role`.

    On the embedded server the role is a real login; on an external one it is `set role`.
    """
    try:
        conn = psycopg.connect(
            server.dsn(database, role), autocommit=True, application_name="timeseal"
        )
    except psycopg.OperationalError as error:
        raise _unavailable(database, role, error) from error
    if role != "admin" and server.sets_role:
        conn.execute(sql.SQL("set role {}").format(sql.Identifier(LOGINS[role])))
    conn.autocommit = autocommit
    return conn


def _unavailable(database: str, role: Role, error: psycopg.Error) -> ServerUnavailable:
    reason = str(error).strip().splitlines()
    missing = f'database "{database}" does not exist' in str(error)
    return ServerUnavailable(
        f"cannot connect to database {database} as {role}",
        expected="a database that answers",
        found=reason[-1] if reason else type(error).__name__,
        hint=f"timeseal db create {database}" if missing else "timeseal db status",
    )
