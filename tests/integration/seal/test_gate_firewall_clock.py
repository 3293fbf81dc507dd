"""Outcomes, labels and current states reach nobody without a declared pair; clocks do not mix."""

from __future__ import annotations

import pytest
from tests.integration.seal.conftest import Workbench

SHOP = """
create table s.fact (id integer primary key, known_at timestamptz, t0 timestamptz, price numeric,
  gone_at timestamptz);
create table s.label (id integer primary key, event boolean);
create table s.release (code text primary key, income numeric);
create view s.past as select id, known_at, gone_at from s.fact;
create view s.base as select id, t0, price from s.fact;
create view s.ep as select b.id, b.t0, b.price from s.base as b;
insert into audit.fact_relation (relid, kind, known_at_column, defining, t0_column)
values ('s.fact'::regclass, 'fact', 'known_at', true, 't0'),
  ('s.release'::regclass, 'reference', null, false, null);
insert into audit.column_role (relid, column_name, role)
values ('s.fact'::regclass, 'id', 'key'), ('s.fact'::regclass, 'known_at', 'known_at'),
  ('s.fact'::regclass, 't0', 't0'), ('s.fact'::regclass, 'price', 'attribute'),
  ('s.fact'::regclass, 'gone_at', 'outcome'),
  ('s.label'::regclass, 'id', 'key'), ('s.label'::regclass, 'event', 'label');
"""
PAIR = (
    "insert into audit.firewall_pair values ('shop', '{}'::regclass, '{}'::regclass, '{}',"
    " 'bounded')"
)
#: how an outcome may try to get in → reader and column of the finding
LEAKS = {
    "a column": ("select id, t0, gone_at from s.fact", "s.ep", "s.fact.gone_at"),
    "a filter": ("select id, t0 from s.fact where gone_at is null", "s.ep", "s.fact.gone_at"),
    "a join": (
        "select a.id, a.t0 from s.fact a join s.base b on a.gone_at < b.t0",
        "s.ep",
        "s.fact.gone_at",
    ),
    "an order": ("select id, t0 from s.fact order by gone_at", "s.ep", "s.fact.gone_at"),
    "a whole row": (
        "select f.id, f.t0, count(f) from s.fact f group by 1, 2",
        "s.ep",
        "s.fact.gone_at",
    ),
    "a row as json": ("select id, t0, row_to_json(f) as r from s.fact f", "s.ep", "s.fact.gone_at"),
    "a subquery": (
        "select id, t0, exists (select from s.fact g where g.gone_at < b.t0) as y from s.base b",
        "s.ep",
        "s.fact.gone_at",
    ),
    "a view of a view": (
        "select b.id, b.t0 from s.base b join s.past p on p.id = b.id",
        "s.past",
        "s.fact.gone_at",
    ),
    "a label": (
        "select b.id, b.t0, l.event from s.base b join s.label l using (id)",
        "s.ep",
        "s.label.event",
    ),
    "rows of a label": (
        "select b.id, b.t0, (select count(*) from s.label) as n from s.base b",
        "s.ep",
        "s.label.its rows",
    ),
    "a table filled by hand": ("select id, t0 from s.copy", "s.copy", "s.copy"),
    "a renamed label": (
        "select b.id, b.t0, h.event from s.base b join s.hidden h using (id)",
        "s.ep",
        "s.hidden.event",
    ),
}


@pytest.fixture
def shop(bench: Workbench) -> Workbench:
    bench.run(SHOP)
    return bench


def declare(bench: Workbench, text: str | None = None) -> None:
    if text is not None:
        bench.run(f"drop view s.ep; create view s.ep as {text}")
    bench.declare("s.ep", store="shop", replay="world")


def test_a_closure_of_attributes_passes(shop: Workbench) -> None:
    declare(shop)
    assert shop.findings("firewall", "s.ep") == set()


@pytest.mark.parametrize("way", LEAKS)
@pytest.mark.gate("firewall", "fires")
def test_a_forbidden_column_is_found_where_it_is_read(shop: Workbench, way: str) -> None:
    text, reader, column = LEAKS[way]
    shop.run("create table s.copy as select id, t0 from s.fact")
    if "hidden" in text:
        shop.run("alter table s.label rename to hidden")
    declare(shop, text)
    assert (reader, column) in shop.findings("firewall", "s.ep")


@pytest.mark.gate("firewall", "near miss")
def test_a_pair_lets_one_reader_read_one_column(shop: Workbench) -> None:
    declare(shop, "select b.id, b.t0 from s.base b join s.past p on p.gone_at < b.t0")
    shop.run(PAIR.format("s.past", "s.fact", "gone_at"))
    assert shop.findings("firewall", "s.ep") == set()
    shop.run(
        "create or replace view s.base as select id, t0, price from s.fact where gone_at is null"
    )
    assert shop.findings("firewall", "s.ep") == {("s.base", "s.fact.gone_at")}


def test_a_pair_of_another_store_does_not_count(shop: Workbench) -> None:
    declare(shop, "select id, t0, gone_at from s.fact")
    shop.run(PAIR.format("s.ep", "s.fact", "gone_at").replace("'shop'", "'other'"))
    assert shop.findings("firewall", "s.ep") == {("s.ep", "s.fact.gone_at")}


def test_a_fact_column_without_a_role_is_found_even_unread(shop: Workbench) -> None:
    declare(shop)
    shop.run("alter table s.fact add column extra integer")
    assert shop.findings("firewall", "s.ep") == {("s.fact", "s.fact.extra")}


def test_a_reference_column_needs_a_role_when_read(shop: Workbench) -> None:
    declare(shop, "select b.id, b.t0, r.income from s.base b join s.release r on r.code = 'x'")
    assert shop.findings("firewall", "s.ep") == {
        ("s.release", "s.release.code"),
        ("s.release", "s.release.income"),
    }


def test_columns_of_a_history_layer_need_roles(shop: Workbench) -> None:
    shop.run(
        "create table s.history as select id, gone_at from s.past; "
        "insert into audit.materialisation"
        " (stored, source, store, layer, ordinal, key_columns, kind)"
        " values ('s.history'::regclass, 's.past'::regclass, 'shop', 'history', 1, '{id}',"
        " 'history')"
    )
    shop.run(PAIR.format("s.past", "s.fact", "gone_at"))
    declare(shop, "select b.id, b.t0, h.gone_at from s.base b join s.history h using (id)")
    assert shop.findings("firewall", "s.ep") == {
        ("s.history", "s.history.id"),
        ("s.history", "s.history.gone_at"),
    }
    shop.run(
        "insert into audit.column_role (relid, column_name, role)"
        " values ('s.history'::regclass, 'id', 'key'), ('s.history'::regclass, 'gone_at',"
        " 'outcome')"
    )
    assert shop.findings("firewall", "s.ep") == {("s.ep", "s.history.gone_at")}


def test_a_plain_view_may_read_undeclared_tables_but_no_outcome(shop: Workbench) -> None:
    shop.run("create table s.plain (id integer, t0 timestamptz); drop view s.ep;")
    shop.run("create view s.ep as select id, t0 from s.plain")
    shop.declare("s.ep")
    assert shop.findings("firewall", "s.ep") == set()
    shop.run(
        "create or replace view s.ep as select p.id, p.t0 from s.plain p join s.label l using (id)"
        " where l.event"
    )
    assert ("s.ep", "s.label.event") in shop.findings("firewall", "s.ep")


def test_a_generated_column_carries_what_it_reads(shop: Workbench) -> None:
    shop.run(
        "alter table s.fact add column is_gone boolean generated always as (gone_at is not"
        " null) stored;"
        "insert into audit.column_role (relid, column_name, role)"
        " values ('s.fact'::regclass, 'is_gone', 'attribute')"
    )
    declare(shop)
    assert shop.findings("firewall", "s.ep") == {("s.fact", "s.fact.gone_at")}


def test_a_leaf_has_the_roles_of_its_root(shop: Workbench) -> None:
    shop.run(
        "create table s.big (id integer, t0 timestamptz, sold_at timestamptz) partition by"
        " range (id);"
        "create table s.leaf partition of s.big for values from (0) to (10);"
        "insert into audit.fact_relation (relid, kind, known_at_column) values"
        " ('s.big'::regclass, 'fact', 't0');"
        "insert into audit.column_role (relid, column_name, role) values ('s.big'::regclass,"
        " 'id', 'key'),"
        " ('s.big'::regclass, 't0', 't0'), ('s.big'::regclass, 'sold_at', 'outcome')"
    )
    declare(shop, "select id, t0, sold_at from s.leaf")
    assert shop.findings("firewall", "s.ep") == {("s.ep", "s.leaf.sold_at")}


CLOCK = (
    "insert into audit.column_role (relid, column_name, role, clock) values"
    " ('{}'::regclass, '{}', '{}', {})"
)


def clocks(bench: Workbench, relation: str, **columns: str) -> None:
    for name, clock in columns.items():
        bench.run(CLOCK.format(relation, name, "t0" if name == "t0" else "attribute", f"'{clock}'"))


def test_every_column_declares_its_clock(shop: Workbench) -> None:
    declare(shop)
    clocks(shop, "s.ep", id="t0", t0="t0")
    assert shop.findings("clock", "s.ep") == {("s.ep", "price")}
    clocks(shop, "s.ep", price="t0")
    assert shop.findings("clock", "s.ep") == set()


def test_a_landmark_column_has_no_place_on_a_t0_surface(shop: Workbench) -> None:
    declare(shop)
    clocks(shop, "s.ep", id="t0", t0="t0", price="landmark")
    assert shop.findings("clock", "s.ep") == {("s.ep", "price")}


@pytest.mark.gate("clock", "near miss")
def test_a_landmark_surface_is_a_surface(shop: Workbench) -> None:
    declare(shop)
    clocks(shop, "s.ep", id="landmark", t0="landmark", price="landmark")
    assert shop.findings("clock", "s.ep") == set()


@pytest.mark.gate("clock", "fires")
def test_a_flag_made_from_a_landmark_column_is_found(shop: Workbench) -> None:
    """Where a landmark value exists, the row was still live: its absence is a label."""
    shop.run("create table s.image (id integer, damage integer)")
    clocks(shop, "s.image", damage="landmark")
    declare(
        shop,
        "select b.id, b.t0, i.damage is null as missing from s.base b left join s.image i"
        " using (id)",
    )
    clocks(shop, "s.ep", id="t0", t0="t0", missing="t0")
    assert shop.findings("clock", "s.ep") == {("s.ep", "s.image.damage")}


def test_a_plain_view_without_clocks_is_warned_not_stopped(shop: Workbench) -> None:
    shop.declare("s.ep")
    levels = "select distinct level from audit.gate_clock('s.ep')"
    assert shop.rows(levels) == [("warning",)]
    clocks(shop, "s.ep", id="t0")
    assert shop.rows(levels) == [("blocking",)]
