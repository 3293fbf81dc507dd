"""Throw-away databases of the test server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from timeseal.db.connect import connect
from timeseal.db.server import Role, Server


@dataclass
class Database:
    """A database of the test server; connections made through it are closed at its end."""

    name: str
    server: Server
    opened: list[psycopg.Connection[Any]] = field(default_factory=list)

    def connect(self, role: Role = "admin", autocommit: bool = True) -> psycopg.Connection[Any]:
        """A connection as one of our roles (real logins)."""
        conn = connect(self.server, self.name, role, autocommit)
        self.opened.append(conn)
        return conn

    def close(self) -> None:
        """Close every connection handed out."""
        for conn in self.opened:
            conn.close()
        self.opened.clear()


class Databases:
    """Creates and drops databases of one server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._count = 0
        self._named: set[str] = set()

    def create(self, template: str | None = None, name: str | None = None) -> Database:
        """A fresh database, or a clone of `template`."""
        self._count += 1
        if name is None or name in self._named:  # two suites may choose the same word
            name = f"{name or 't'}{self._count}"
        self._named.add(name)
        with connect(self.server, "postgres") as conn:
            conn.execute(
                sql.SQL("create database {} template {} strategy file_copy").format(
                    sql.Identifier(name), sql.Identifier(template or "template0")
                )
            )
            if template is not None:
                # A clone does not carry the grants on the database itself.
                conn.execute(
                    sql.SQL("grant create on database {} to timeseal_owner").format(
                        sql.Identifier(name)
                    )
                )
        return Database(name, self.server)

    def drop(self, database: Database) -> None:
        """Drop it, whoever is still connected."""
        database.close()
        with connect(self.server, "postgres") as conn:
            conn.execute(
                sql.SQL("drop database if exists {} with (force)").format(
                    sql.Identifier(database.name)
                )
            )
