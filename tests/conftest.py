"""Fixtures: one private PostgreSQL per session, cloned databases per test.

The environment is scrubbed first, so that no test ever meets a server it did not start.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

TEST_BINDIR = os.environ.get("TIMESEAL_TEST_BINDIR")
for _name in [name for name in os.environ if name.startswith(("TIMESEAL_", "PG"))]:
    del os.environ[_name]

from timeseal.db import install  # noqa: E402
from timeseal.db.binaries import Binaries, inspect, wheel_bindir  # noqa: E402
from timeseal.db.connect import connect  # noqa: E402
from timeseal.db.embedded import Embedded  # noqa: E402
from timeseal.db.server import Role, Server  # noqa: E402

#: Tests throw their data away, so nothing needs to reach the disk.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
}


def tested_binaries() -> Binaries:
    """The server under test: TIMESEAL_TEST_BINDIR, or the wheel's."""
    bindir = Path(TEST_BINDIR) if TEST_BINDIR else wheel_bindir()
    found = inspect(bindir, "configured") if bindir else None
    if found is None:
        raise pytest.UsageError(f"no PostgreSQL to test on: {bindir}")
    return found


def pytest_report_header() -> str:
    """Say which server the database tests run on."""
    return f"database tests on {tested_binaries()}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test that uses a database runs on both majors, unless it says `one_major`."""
    for item in items:
        uses_server = "server" in getattr(item, "fixturenames", ())
        if uses_server and item.get_closest_marker("one_major") is None:
            item.add_marker(pytest.mark.both_majors)


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

    def create(self, template: str | None = None, name: str | None = None) -> Database:
        """A fresh database, or a clone of `template`."""
        self._count += 1
        name = name or f"t{self._count}"
        with connect(self.server, "postgres") as conn:
            conn.execute(
                sql.SQL("create database {} template {}").format(
                    sql.Identifier(name), sql.Identifier(template or "template0")
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


@pytest.fixture(scope="session")
def server() -> Iterator[Embedded]:
    """A private embedded server in a throw-away home."""
    home = Path(tempfile.mkdtemp(prefix="ts-"))
    home.chmod(0o711)  # a demoted server has to enter it
    embedded = Embedded(home, tested_binaries().bindir, CARELESS)
    try:
        embedded.start()
        yield embedded
    finally:
        embedded.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def databases(server: Embedded) -> Databases:
    """Creates databases on the test server."""
    return Databases(server)


@pytest.fixture
def empty_db(databases: Databases) -> Iterator[Database]:
    """A database with nothing of ours in it."""
    database = databases.create()
    yield database
    databases.drop(database)


@pytest.fixture(scope="session")
def sealed_template(databases: Databases) -> str:
    """Name of a database with the engine and the contract installed; nobody may stay connected."""
    database = databases.create(name="sealed_template")
    conn = database.connect()
    install.apply(conn, install.plan(conn, ["seal", "contract"]))
    database.close()
    return database.name


@pytest.fixture
def sealed_db(databases: Databases, sealed_template: str) -> Iterator[Database]:
    """A fresh clone of the installed engine."""
    database = databases.create(sealed_template)
    yield database
    databases.drop(database)


@pytest.fixture(scope="session")
def clone(databases: Databases) -> Iterator[Callable[[str], Database]]:
    """Clone any template by name; every clone is dropped at the end of the session."""
    made: list[Database] = []

    def one(template: str) -> Database:
        made.append(databases.create(template))
        return made[-1]

    yield one
    for database in made:
        databases.drop(database)
