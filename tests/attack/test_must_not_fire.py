"""What changes neither content nor definition leaves the door open."""

from __future__ import annotations

import pytest
from tests.attack import market
from tests.attack.market import GUARDED

pytestmark = pytest.mark.one_major

HARMLESS = [
    "vacuum shop.price",
    "vacuum full shop.price",
    "vacuum full shop.item_origin",
    "cluster shop.price using price_pkey",
    "analyze",
    "reindex table shop.price",
    "reindex table concurrently shop.price",
    "create index price_price_idx on shop.price (price)",
    "create index concurrently price_note_idx on shop.price (note)",
    "comment on view shop.item_features is 'a remark'",
    "comment on table shop.price is 'a remark'",
    "comment on view shop.absurd is 'a rule'",
    "create or replace view shop.other_rule as select p.item from shop.price as p where false",
    "update audit.store_invariant set hint = 'mend it'",
    "create statistics shop.price_stat on price, note from shop.price",
    "create schema elsewhere",
    "create table shop.elsewhere (id integer)",
    "create view shop.other_view as select p.item from shop.price as p",
    "create function shop.other(p integer) returns integer language sql immutable return p",
    "alter table shop.unrelated add column more text",
    "grant select on shop.unrelated to timeseal_worker",
    "insert into shop.unrelated values (1, 'one')",
    "drop table shop.unrelated",
    "create temp table mine (id integer)",
    "create materialized view shop.other_mv as select 1 as one",
    "create sequence shop.counter",
    "insert into shop.origin values (41, 'CLEAN')",
    "update shop.origin set note = 'POISON'",
    "do $$ begin execute 'create table shop.from_do (id integer)'; end $$",
    "create table shop.shadowed as select p.item from shop.price as p",
    "alter table shop.price alter column price set statistics 500",
]


def test_the_door_stays_open(shop: market.Database) -> None:
    """One after the other in one database: the name of what closed it is what fails."""
    admin, reader = shop.connect(), shop.connect("training")
    text = f"select count(*), count(*) filter (where origin_note = 'POISON') from {GUARDED}"
    closed = {}
    for statement in HARMLESS:
        admin.execute(statement.encode())
        cause = market.door(admin)
        if cause is not None:
            closed[statement] = cause
            assert market.certify(admin) == "CERTIFIED", statement
        assert reader.execute(text).fetchone() == (market.ROWS, 0), statement
    assert closed == {}


def test_another_start_of_the_same_server_leaves_the_door_open(shop: market.Database) -> None:
    admin = shop.connect()
    with admin.transaction(force_rollback=True):
        market.reissue(admin, server_started_at="server_started_at - interval '1 hour'")
        assert market.door(admin) is None


def test_appended_facts_void_nothing_until_they_are_refreshed(shop: market.Database) -> None:
    """The build closure carries definitions only; the refresh is what a reader can see."""
    admin = shop.connect()
    admin.execute("insert into shop.origin values (42, 'CLEAN')")
    assert market.door(admin) is None
    admin.execute("refresh materialized view shop.item_origin")
    assert market.door(admin) is not None
    assert market.certify(admin) == "CERTIFIED"


def test_a_failed_statement_voids_nothing(shop: market.Database) -> None:
    admin = shop.connect()
    with admin.transaction(force_rollback=True):
        admin.execute("update shop.price set note = 'POISON'")
    assert market.door(admin) is None
    assert market.certify(admin) == "CERTIFIED"
