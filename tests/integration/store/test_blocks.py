"""Published blocks: certified is said of what is there and fresh, and of nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.databases import Database
from tests.servers import server_under_test

from timeseal.cli.__main__ import run
from timeseal.db.embedded import Embedded
from timeseal.seal import foreign
from timeseal.seal.foreign import Seal
from timeseal.seal.roles import Connection, acting_as_owner

Output = pytest.CaptureFixture[str]
#: Two surfaces of one shop; the second stands for a block whose columns arrive later than t0.
SHOP = """
create schema shop;
create table shop.bid (id integer, at timestamptz not null, price integer, primary key (id, at));
insert into shop.bid
select n, timestamptz '2026-01-01 06:00+00' + n * interval '7 hours', n
from generate_series(1, 40) as n;
create table shop.read (id integer, at timestamptz not null, twice integer, primary key (id, at));
insert into shop.read select b.id, b.at, b.price * 2 from shop.bid as b;
create view shop.early as select b.id, b.at, b.price from shop.bid as b;
create view shop.later as select r.id, r.at, r.twice from shop.read as r;
"""
BLOCKS = """
insert into audit.t0_block (feature_block, ordinal, entrypoint, surface, columns, promised)
values
  ('priced', 1, 'shop.early', 'shop.early', '{price}', true),
  ('read later', 2, 'shop.early', 'shop.later', '{twice}', true),
  ('unbuilt', 3, 'shop.early', 'shop.early', '{price,depth}', true),
  ('elsewhere', 4, 'shop.nothing', 'shop.nothing', '{}', false),
  ('foreseen', 5, 'shop.nothing', 'shop.nothing', '{}', true)
"""
#: The coverage query as scripts write it: their own list of blocks beside the registry.
AS_PUBLISHED = """
with block_map (feature_block, entrypoint) as (
  values ('priced', 'shop.early'), ('foreseen', 'shop.nothing')
)
select m.feature_block, entrypoint, r.status, r.certified_at, now() - r.certified_at as age,
  r.dataset_days, r.notes
from block_map as m
left join audit.t0_cert_registry as r using (entrypoint)
order by m.feature_block
"""


@pytest.fixture(autouse=True)
def use_the_test_server(server: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMESEAL_HOME", str(server.home))
    monkeypatch.setenv("TIMESEAL_PG_BINDIR", str(server_under_test().bindir))


@pytest.fixture
def shop(sealed_db: Database) -> Connection:
    conn = sealed_db.connect()
    conn.execute(SHOP.encode())
    for view in ("shop.early", "shop.later"):
        assert foreign.add(conn, Seal(view, ("id",), "at")).status == "CERTIFIED"
    with acting_as_owner(conn):
        conn.execute(BLOCKS.encode())
    return conn


def statuses(conn: Connection) -> dict[str, str]:
    rows = conn.execute("select feature_block, status from audit.t0_block_coverage").fetchall()
    return {str(name): str(status) for name, status in rows}


def blocks(database: Database, output: Output) -> dict[str, Any]:
    run(["status", "--blocks", "--json", "--db", database.name])
    document = json.loads(output.readouterr().out)
    return {one["feature_block"]: one for one in document["blocks"]}


def test_every_block_says_what_it_is(shop: Connection) -> None:
    assert list(statuses(shop).items()) == [
        ("priced", "CERTIFIED"),
        ("read later", "CERTIFIED"),
        ("unbuilt", "not built"),
        ("elsewhere", "not provided"),
        ("foreseen", "not built"),
    ]


def test_a_block_of_two_surfaces_is_as_good_as_the_worse(shop: Connection) -> None:
    shop.execute("call audit.revoke_certificate('shop.later', 'for the test')")
    assert (statuses(shop)["priced"], statuses(shop)["read later"]) == ("CERTIFIED", "VOID")
    shop.execute("call audit.revoke_certificate('shop.early', 'for the test')")
    shop.execute("select audit.certify('shop.later', 10, 2000)")
    assert statuses(shop)["read later"] == "VOID"


def test_what_is_not_built_borrows_no_certificate(shop: Connection) -> None:
    row = shop.execute(
        "select certified_at, age, dataset_days, notes from audit.t0_block_coverage"
        " where feature_block = 'unbuilt'"
    ).fetchone()
    assert row == (None, None, None, None)


def test_the_published_query_runs_as_it_stands(shop: Connection) -> None:
    foreseen, priced = shop.execute(AS_PUBLISHED.encode()).fetchall()
    assert priced[:3] == ("priced", "shop.early", "CERTIFIED")
    assert priced[5] == 12
    assert foreseen[2:] == (None,) * 5


@pytest.mark.one_major
def test_status_shows_the_blocks_and_strict_asks_for_all_that_there_should_be(
    shop: Connection, sealed_db: Database, capsys: Output
) -> None:
    assert run(["status", "--blocks", "--strict", "--db", sealed_db.name]) == 1
    said = capsys.readouterr()
    assert "2 of 4 blocks of this market CERTIFIED and younger than 24 h" in said.err
    assert "read later: its columns are on shop.later" in said.err
    assert blocks(sealed_db, capsys)["priced"]["fresh"] is True
    with acting_as_owner(shop):
        shop.execute("update audit.t0_block set promised = false where columns <> '{price}'")
        shop.execute("delete from audit.t0_block where feature_block = 'unbuilt'")
    assert run(["status", "--blocks", "--strict", "--db", sealed_db.name]) == 0
    assert run(["store", "page", "shop.early", "--db", sealed_db.name]) == 2
    assert "hint: timeseal seal check shop.early" in capsys.readouterr().err
    shop.execute("update shop.bid set price = 0 where id = 7")
    assert run(["status", "--blocks", "--strict", "--db", sealed_db.name]) == 1
    said = capsys.readouterr()
    assert "hint: timeseal store publish shop.early" in said.err
    assert blocks(sealed_db, capsys)["priced"]["fresh"] is False


@pytest.mark.one_major
def test_a_database_without_a_market_has_no_blocks(sealed_db: Database, capsys: Output) -> None:
    assert run(["status", "--blocks", "--db", sealed_db.name]) == 0
    assert "hint: timeseal db create NAME --vertical cars" in capsys.readouterr().err
