"""A connection to an installed database, or an error that says how to get one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from timeseal.cli.session import open_session
from timeseal.db.connect import connect
from timeseal.db.server import Role, Server
from timeseal.errors import EnvironmentProblem, UsageError

INSTALLED = (
    "select exists (select from pg_catalog.pg_class as k join pg_catalog.pg_namespace as n"
    " on n.oid = k.relnamespace where n.nspname = 'audit' and k.relname = 't0_cert_run')"
)
DECLARED = (
    "select e.entrypoint, e.guarded_view, e.store, extract(epoch from e.max_age)::bigint"
    " from audit.entrypoint as e where e.retired_at is null order by e.declared_at, e.entrypoint"
)


@contextmanager
def opened(database: str, role: Role = "certifier") -> Iterator[psycopg.Connection[Any]]:
    """Connect to `database` as `role`; refuse when the engine is not installed there."""
    _, server = open_session()
    with connect(server, database, role) as conn:
        require_installed(conn, database)
        yield conn


@contextmanager
def opened_server(database: str) -> Iterator[tuple[Server, psycopg.Connection[Any]]]:
    """As `opened` for the admin, with the server beside it for work in several roles."""
    _, server = open_session()
    with connect(server, database) as conn:
        require_installed(conn, database)
        yield server, conn


def require_installed(conn: psycopg.Connection[Any], database: str) -> None:
    """Raise unless the engine's registry exists in this database."""
    row = conn.execute(INSTALLED).fetchone()
    if row is None or not row[0]:
        raise EnvironmentProblem(
            f"Timeseal is not installed in database {database}",
            expected="schema audit with its registry",
            found="none",
            hint=f"timeseal db create {database}   (or the whole tour: timeseal demo)",
        )


def entrypoints(conn: psycopg.Connection[Any], named: tuple[str, ...] = ()) -> list[str]:
    """The declared entrypoints, or those named by entrypoint, guarded view or store."""
    declared = conn.execute(DECLARED).fetchall()
    if not named:
        return [row[0] for row in declared]
    found: list[str] = []
    for name in named:
        matching = [row[0] for row in declared if name in row[:3]]
        if not matching:
            raise UsageError(
                f"{name} is not declared here",
                expected=", ".join(str(row[0]) for row in declared) or "a declared entrypoint",
                found=name,
                hint="timeseal seal add SCHEMA.VIEW --key COLUMNS --t0 COLUMN",
            )
        found += [one for one in matching if one not in found]
    return found


def give_reason(conn: psycopg.Connection[Any], reason: str | None) -> None:
    """Say why, for the record of the next certification."""
    if reason:
        conn.execute("select set_config('timeseal.reason', %s, false)", (reason,))
