"""A workbench for gates and closures: one database per module, every test rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from tests.attack import market
from tests.databases import Database

Row = tuple[Any, ...]


@dataclass
class Workbench:
    """A connection as owner of everything, inside a transaction that never commits."""

    conn: psycopg.Connection[Any]

    def run(self, text: str, values: list[object] | None = None) -> None:
        self.conn.execute(text, values)  # type: ignore[arg-type]

    def rows(self, text: str, values: list[object] | None = None) -> list[Row]:
        return self.conn.execute(text, values).fetchall()  # type: ignore[arg-type]

    def one(self, text: str, values: list[object] | None = None) -> Any:
        return self.rows(text, values)[0][0]

    def declare(
        self,
        entrypoint: str,
        key: str = "id",
        t0: str = "t0",
        store: str | None = None,
        replay: str = "none",
        day: str | None = None,
        universe: str | None = None,
    ) -> None:
        self.run(
            "insert into audit.entrypoint (entrypoint, relid, key_columns, t0_column, guarded_view,"
            " store, replay, day_column, universe)"
            " values (%s, %s::regclass, string_to_array(%s, ','), %s, %s, %s, %s, %s, %s)",
            [entrypoint, entrypoint, key, t0, entrypoint + "_g", store, replay, day, universe],
        )

    def findings(self, gate: str, entrypoint: str) -> set[tuple[str, str]]:
        """The (object, subject) pairs a gate returns."""
        return {
            (row[0], row[1])
            for row in self.rows(f"select object, subject from audit.gate_{gate}(%s)", [entrypoint])
        }


@pytest.fixture(scope="module")
def bench_database(clone: Callable[[str], Database], sealed_template: str) -> Database:
    return clone(sealed_template)


@pytest.fixture
def bench(bench_database: Database) -> Iterator[Workbench]:
    conn = bench_database.connect(autocommit=False)
    conn.execute("create schema s authorization timeseal_owner")
    conn.execute("set role timeseal_owner")
    yield Workbench(conn)
    conn.rollback()
    conn.close()


@pytest.fixture(scope="module")
def shop_conn(clone: Callable[[str], Database], sealed_template: str) -> market.Conn:
    """The market of somebody else, certified; the engine's fuse is all that remembers a test."""
    conn = clone(sealed_template).connect()
    market.create(conn)
    market.certified(conn)
    return conn


@pytest.fixture
def certified_shop(shop_conn: market.Conn) -> Iterator[market.Conn]:
    """That market inside a transaction that is rolled back."""
    with shop_conn.transaction(force_rollback=True):
        yield shop_conn
