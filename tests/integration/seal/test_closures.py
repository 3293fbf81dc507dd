"""Closures follow catalogue edges by class and oid, and stop at other stores' guards."""

from __future__ import annotations

import pytest
from tests.integration.seal.conftest import Workbench

from timeseal.seal import closure

SHOP = """
create type s.mood as enum ('a', 'b');
create domain s.positive as numeric(10, 2) check (value > 0);
create function s.inner_f(x integer) returns integer immutable language sql return x + 1;
create function s.outer_f(x integer) returns integer immutable language sql
  return s.inner_f(x) * 2;
create table s.fact (id integer primary key, price s.positive, m s.mood);
create table s.part (
  id integer, d date, t0 timestamptz, y integer generated always as (s.inner_f(id)) stored
) partition by range (d);
create table s.part_1 partition of s.part for values from ('2020-01-01') to ('2021-01-01');
create view s.build as select id, s.outer_f(id) as g, price from s.fact;
create table s.stored as select id, g from s.build;
create view s.ep as select p.id, p.t0, x.g from s.part as p join s.stored as x using (id);
insert into audit.materialisation (stored, source, store, layer, ordinal, key_columns, kind)
values ('s.stored'::regclass, 's.build'::regclass, 'shop', 'stored', 1, '{id}', 'feature');
"""


def names(bench: Workbench, entrypoint: str = "s.ep") -> set[str]:
    return {f"{one.kind} {one.fqn}" for one in closure.build_closure(bench.conn, entrypoint)}


def test_the_build_closure_reaches_facts_through_stored_layers(bench: Workbench) -> None:
    bench.run(SHOP)
    assert names(bench) == {
        "view s.ep", "table s.part", "table s.part_1", "table s.stored", "view s.build",
        "table s.fact",
        "function s.outer_f(integer)", "function s.inner_f(integer)", "type s.positive",
        "constraint positive_check on s.positive", "type s.mood",
    }  # fmt: skip


def test_the_read_closure_is_what_a_reader_scans(bench: Workbench) -> None:
    bench.run(SHOP)
    assert {one.fqn for one in closure.read_closure(bench.conn, "s.ep")} == {
        "s.part",
        "s.part_1",
        "s.stored",
    }


def test_a_materialised_view_is_read_but_not_read_through(bench: Workbench) -> None:
    bench.run(
        SHOP + "create materialized view s.mv as select id from s.fact;"
        "create view s.ep2 as select id from s.mv"
    )
    assert {one.fqn for one in closure.read_closure(bench.conn, "s.ep2")} == {"s.mv"}
    assert "table s.fact" in names(bench, "s.ep2")


def test_policies_triggers_and_their_functions_belong(bench: Workbench) -> None:
    bench.run(SHOP)
    bench.run(
        "create policy keep on s.part using (s.outer_f(id) > 0);"
        "create function s.fire() returns trigger language plpgsql as 'begin return new; end';"
        "create trigger fire before insert on s.fact for each row execute function s.fire()"
    )
    assert {"policy keep on s.part", "trigger fire on s.fact", "function s.fire()"} <= names(bench)


def test_another_stores_guard_is_the_boundary(bench: Workbench) -> None:
    bench.run(SHOP)
    bench.run(
        "create view s.ep_g as select id, t0 from s.ep;"
        "create view s.child as select id, t0 from s.ep_g"
    )
    bench.declare("s.ep")
    assert "table s.fact" in names(bench, "s.child")
    bench.run("update audit.entrypoint set guarded_relid = 's.ep_g'::regclass")
    assert names(bench, "s.child") == {"view s.child", "guard s.ep_g"}
    assert closure.read_closure(bench.conn, "s.child") == ()
    assert "table s.fact" in names(bench)


@pytest.mark.parametrize("path", ["s, public", "pg_catalog", ""])
def test_names_do_not_depend_on_the_search_path(bench: Workbench, path: str) -> None:
    bench.run(SHOP)
    bench.run("select set_config('search_path', %s, true)", [path])
    assert "function s.outer_f(integer)" in names(bench)


def test_column_reads_see_whole_rows(bench: Workbench) -> None:
    bench.run(
        SHOP + "create view s.ep3 as select id, count(f) as n, max(f::text) as t"
        " from s.fact as f group by id"
    )
    read = bench.rows(
        "select relid::regclass::text, column_name from audit.column_read('s.ep3'::regclass)"
    )
    assert {column for relation, column in read if relation == "s.fact"} == {"id", "price", "m"}
