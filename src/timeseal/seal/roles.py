"""Acting as the owner of the engine: inside the block statements run as `timeseal_owner`.

Owns nothing but that switch; a caller who has to join the owner for it leaves again in the same
transaction, so that the owner has no members afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.rows import TupleRow

from timeseal.errors import InstallRefused

OWNER = "timeseal_owner"
Connection = psycopg.Connection[TupleRow]


@contextmanager
def acting_as_owner(conn: Connection) -> Iterator[None]:
    """Run the block in one transaction as the owner role; the caller's role is back afterwards.

    Raises `InstallRefused` when the caller may not become the owner.
    """
    with conn.transaction():
        caller = _role(conn)
        joined = _join(conn)
        conn.execute("set local role timeseal_owner")
        conn.execute("set local search_path = pg_catalog, pg_temp")
        conn.execute("set local client_min_messages = warning")
        yield
        conn.execute("select set_config('role', %s, true)", [caller])
        if joined:
            conn.execute("revoke timeseal_owner from current_user")


def _role(conn: Connection) -> str:
    row = conn.execute("select current_setting('role')").fetchone()
    return str(row[0]) if row else "none"


def _join(conn: Connection) -> bool:
    """Become a member where the caller is none; true when that membership has to go again."""
    privilege = "SET" if conn.info.server_version >= 160000 else "MEMBER"
    row = conn.execute(
        "select pg_has_role(current_user, 'timeseal_owner', %s)", [privilege]
    ).fetchone()
    if row is not None and row[0]:
        return False
    modern = conn.info.server_version >= 160000
    try:
        with conn.transaction():
            conn.execute(
                "grant timeseal_owner to current_user with set true, inherit false"
                if modern
                else "grant timeseal_owner to current_user"
            )
    except psycopg.errors.InsufficientPrivilege as error:
        raise InstallRefused(
            f"{conn.info.user} may not act as {OWNER}",
            expected="a superuser, or the role that installed the engine",
            found=error.diag.message_primary or str(error),
            hint="connect as the role that ran: timeseal db create",
        ) from error
    return True
