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


@dataclass(frozen=True, slots=True)
class Kept:
    """A database put aside by `Databases.keep`: where it lies, and as what it comes back."""

    template: str
    name: str
    oid: int
    grants: tuple[str, ...]


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

    def keep(self, database: Database) -> Kept:
        """Put a database aside, to be brought back as itself any number of times.

        Certificates are bound to the oid of their database: a clone made under the old one holds
        them, as if nobody had touched it since.
        """
        database.close()
        with connect(self.server, "postgres") as conn:
            grants = conn.execute(
                "select d.oid, coalesce(array_agg(format('grant %%s on database %%I to %%s',"
                " a.privilege_type, d.datname, case when a.grantee = 0 then 'public'"
                " else a.grantee::regrole::text end)) filter (where a is not null), '{}')"
                " from pg_database as d left join lateral aclexplode(d.datacl) as a on true"
                " where d.datname = %s group by d.oid",
                (database.name,),
            ).fetchone()
        assert grants is not None, database.name
        template = self.create(database.name)
        self.drop(database)
        return Kept(template.name, database.name, grants[0], tuple(grants[1]))

    def again(self, kept: Kept) -> Database:
        """Bring a kept database back; the one brought back before must be dropped by now."""
        with connect(self.server, "postgres") as conn:
            conn.execute(
                sql.SQL("create database {} template {} strategy file_copy oid {}").format(
                    sql.Identifier(kept.name), sql.Identifier(kept.template), sql.Literal(kept.oid)
                )
            )
            for grant in kept.grants:
                conn.execute(grant.encode())
        return Database(kept.name, self.server)

    def drop(self, database: Database) -> None:
        """Drop it, whoever is still connected."""
        database.close()
        with connect(self.server, "postgres") as conn:
            conn.execute(
                sql.SQL("drop database if exists {} with (force)").format(
                    sql.Identifier(database.name)
                )
            )


def content(conn: psycopg.Connection[Any], relation: str) -> tuple[str | None, int]:
    """Digest and number of the rows of a layer, whatever columns it has."""
    row = conn.execute(
        sql.SQL(
            "select encode(sha256(convert_to("
            "string_agg(t::text, E'\\n' order by t::text collate \"C\"), 'UTF8')), 'hex'), count(*)"
            " from {} as t"
        ).format(sql.Identifier(*relation.split(".")))
    ).fetchone()
    assert row is not None
    return row[0], row[1]
