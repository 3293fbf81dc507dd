"""Databases of a server: create, list, drop. Installing into them is `install.py`."""

from __future__ import annotations

from psycopg import sql

from timeseal.db.connect import connect
from timeseal.db.server import Server


def create_database(server: Server, name: str) -> bool:
    """Create an empty UTF-8 database with byte order collation; False when it exists."""
    if name in list_databases(server):
        return False
    with connect(server, server.maintenance) as conn:
        conn.execute(
            sql.SQL(
                "create database {} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'"
            ).format(sql.Identifier(name))
        )
    return True


def list_databases(server: Server) -> list[str]:
    """Names of the databases one can connect to, sorted."""
    with connect(server, server.maintenance) as conn:
        rows = conn.execute(
            "select d.datname from pg_database d"
            " where d.datallowconn and not d.datistemplate order by d.datname"
        )
        return [str(name) for (name,) in rows]


def drop_database(server: Server, name: str) -> None:
    """Drop a database and everything in it, ending its sessions."""
    with connect(server, server.maintenance) as conn:
        conn.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
