"""Replay of every row: a leak confined to one row is convicted, in every run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.databases import Databases

from timeseal.seal.replay import every_row, replay_rows
from timeseal.seal.roles import Connection, acting_as_owner
from timeseal.seal.store import Declaration

ENTRYPOINT = "ml.thing_features_v"
THINGS = 100
Bind = Callable[..., Declaration]
KNOWN = "x.known_at < b.t0"
SEEN = "x.t0 < b.t0 and"

#: leak -> the change of one layer text: each touches few rows, by little
LEAKS = {
    "one row": (KNOWN, f"({KNOWN} or x.known_at < b.t0 + interval '2 hours' and b.item = 88)"),
    "one row, the same instant": (SEEN, "(x.t0 < b.t0 or x.t0 = b.t0 and b.item = 40) and"),
    "old rows only": (
        KNOWN,
        f"({KNOWN} or x.known_at <= b.t0 + interval '1 hour' and b.t0 < '2024-03-01 22:00+00')",
    ),
    "mid window filter": (
        "x.t0 < b.t0 and x.t0 >=",
        "(x.t0 < b.t0 or x.t0 = b.t0 + interval '1 h' and b.amount in (120, 121)) and x.t0 >=",
    ),
}


@pytest.fixture
def shop(databases: Databases, shop_template: str, small_shop: str) -> Iterator[Connection]:
    """A clone of the small shop in place of the large one."""
    database = databases.create(small_shop)
    yield database.connect()
    databases.drop(database)


@pytest.fixture(scope="module")
def small_shop(databases: Databases, shop_template: str) -> str:
    """The shop with few things, endings early enough to be known to the later ones."""
    database = databases.create(shop_template, "small_shop_template")
    conn = database.connect()
    with acting_as_owner(conn):
        for fact in ("sighting", "ending", "run"):
            conn.execute(f"alter table raw.{fact} disable trigger user".encode())
            conn.execute(f"delete from raw.{fact}".encode())
        conn.execute("select raw.fill(1, 0, %s)", [THINGS])
    database.close()
    return database.name


def _every_row(conn: Connection) -> tuple[set[str], Any]:
    leaks, compared = every_row(replay_rows(conn, ENTRYPOINT, 30))
    assert all(leak.level == "blocking" for leak in leaks)
    return {leak.object.removeprefix(f"{ENTRYPOINT}.") for leak in leaks}, compared


def test_the_honest_store_is_proven_row_by_row(shop: Connection) -> None:
    shop.execute("select * from audit.refresh_store('shop')")
    found, compared = _every_row(shop)
    assert found == set()
    assert (compared.status, compared.rows) == ("passed", THINGS)
    log = shop.execute("select count(*), sum(kept_rows) from audit.replay_log").fetchone()
    assert log == (4, 0)
    left = shop.execute("select 1 from pg_namespace where nspname like 'timeseal\\_%'").fetchall()
    assert left == []


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_of_few_rows_is_always_convicted(shop: Connection, bind: Bind, leak: str) -> None:
    bind(thing_enriched=LEAKS[leak])
    shop.execute("select * from audit.refresh_store('shop')")
    found, compared = _every_row(shop)
    assert found
    assert found <= {"ended_n", "lasted_median_s", "offered_n", "offered_median"}
    assert compared.status == "failed"
