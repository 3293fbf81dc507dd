"""The definition digest moves with every change that a reader could feel, and with nothing else."""

from __future__ import annotations

import pytest
from tests.databases import Database
from tests.integration.seal.conftest import Workbench

from timeseal.seal import definition

SHOP = """
create type s.mood as enum ('a', 'b');
create domain s.positive as numeric(10, 2) check (value > 0);
create function s.f(x integer) returns integer immutable language sql return x + 1;
create function s.say() returns trigger language plpgsql as 'begin return new; end';
create table s.fact (id integer primary key, price s.positive, m s.mood, t0 timestamptz);
create index fact_price on s.fact (price);
create trigger say before insert on s.fact for each row execute function s.say();
create table s.other (id integer);
create view s.build as select id, s.f(id) as g, price, t0 from s.fact;
create view s.ep as select id, g, t0 from s.build;
create view s.ep_g as select id, g, t0 from s.ep;
"""

VOIDS = {
    "view body": "create or replace view s.build as"
    " select id, s.f(id) + 1 as g, price, t0 from s.fact",
    "function body": "create or replace function s.f(x integer) returns integer immutable"
    " language sql return x + 2",
    "function setting": "alter function s.f set work_mem = '8MB'",
    "function right": "grant execute on function s.f to ml_training",
    "enum label": "alter type s.mood add value 'c'",
    "domain rule": "alter domain s.positive add check (value < 1000)",
    "column type": "alter table s.fact alter column m type text",
    "nullability": "alter table s.fact alter column t0 set not null",
    "new column": "alter table s.fact add column extra integer",
    "table right": "grant select on s.fact to ml_training",
    "column right": "grant select (id) on s.fact to ml_training",
    "view right": "grant select on s.ep to ml_training",
    "guarded view right": "grant select on s.ep_g to ml_training",
    "guarded view body": "create or replace view s.ep_g as select id, g + 0 as g, t0 from s.ep",
    "schema right": "grant usage on schema s to ml_training",
    "row security": "alter table s.fact enable row level security",
    "policy": "create policy p on s.fact using (id > 1)",
    "view option": "alter view s.build set (security_invoker = true)",
    "trigger off": "alter table s.fact disable trigger say",
    "trigger function": "create or replace function s.say() returns trigger language plpgsql"
    " as 'begin new.id = 1; return new; end'",
    "rule": "create rule r as on insert to s.fact do instead nothing",
    "rename": "alter view s.build rename to build2",
    "persistence": "alter table s.fact set unlogged",
}
KEEPS = {
    "rows": "insert into s.fact values (1, 2, 'a', '2020-01-01')",
    "statistics": "analyze s.fact",
    "index": "create index more on s.fact (t0)",
    "comment": "comment on table s.fact is 'x'",
    "another table": "alter table s.other add column b integer",
    "another right": "grant select on s.other to ml_training",
    "plain default": "alter table s.fact alter column t0 set default '2020-01-01'",
}


@pytest.fixture
def shop(bench: Workbench) -> Workbench:
    bench.run(SHOP)
    bench.declare("s.ep")
    bench.run("update audit.entrypoint set guarded_relid = 's.ep_g'::regclass")
    return bench


@pytest.mark.parametrize("change", VOIDS)
def test_a_change_that_matters_moves_the_digest_and_the_stamp(shop: Workbench, change: str) -> None:
    before = definition.digest(shop.conn, "s.ep")
    objects = definition.definition_objects(shop.conn, "s.ep")
    shop.run(VOIDS[change])
    assert definition.digest(shop.conn, "s.ep") != before
    assert definition.changes(objects, definition.definition_objects(shop.conn, "s.ep"))


@pytest.mark.parametrize("change", KEEPS)
def test_a_change_that_no_reader_feels_keeps_the_digest(shop: Workbench, change: str) -> None:
    before = definition.digest(shop.conn, "s.ep")
    shop.run(KEEPS[change])
    assert definition.digest(shop.conn, "s.ep") == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("search_path", "s, public"),
        ("TimeZone", "Asia/Kolkata"),
        ("DateStyle", "German"),
        ("IntervalStyle", "sql_standard"),
        ("quote_all_identifiers", "on"),
        ("extra_float_digits", "-5"),
        ("bytea_output", "escape"),
    ],
)
def test_the_session_does_not_show_in_the_digest(shop: Workbench, name: str, value: str) -> None:
    shop.run(
        "create or replace view s.ep as select id, g, t0 from s.build"
        " where t0 < '2020-01-01 00:00+00' and t0 - timestamptz '2019-01-01' > interval '1 day'"
        " and g < 0.1::float8 and '\\x01'::bytea is not null"
    )
    before = definition.digest(shop.conn, "s.ep")
    shop.run("select set_config(%s, %s, true)", [name, value])
    assert definition.digest(shop.conn, "s.ep") == before


def test_every_object_is_named_once(shop: Workbench) -> None:
    names = [one.fqn for one in definition.definition_objects(shop.conn, "s.ep")]
    assert len(names) == len(set(names)) > 8


@pytest.mark.parametrize(
    "change",
    ["view body", "function body", "enum label", "column type", "trigger off", "view right"],
)
def test_the_catalogue_stamp_sees_committed_changes(sealed_db: Database, change: str) -> None:
    conn = sealed_db.connect()
    conn.execute("create schema s")
    conn.execute(SHOP)
    stamp = "select audit.catalog_stamp('s.ep'::regclass)"
    before = conn.execute(stamp).fetchone()
    conn.execute("insert into s.fact values (1, 2, 'a', '2020-01-01')")
    conn.execute("analyze s.fact")
    assert conn.execute(stamp).fetchone() == before
    conn.execute(VOIDS[change])  # type: ignore[arg-type]
    assert conn.execute(stamp).fetchone() != before


@pytest.mark.parametrize("concurrently", ["", "concurrently"])
def test_the_catalogue_stamp_sees_a_refresh(sealed_db: Database, concurrently: str) -> None:
    """Where no event trigger may be installed, this is what voids after a REFRESH."""
    conn = sealed_db.connect()
    conn.execute("create schema s; create table s.src (id integer)")
    conn.execute(
        "create materialized view s.mv as select id from s.src; create unique index on s.mv (id)"
    )
    conn.execute("create view s.ep as select id from s.mv")
    stamp = "select audit.catalog_stamp('s.ep'::regclass)"
    before = conn.execute(stamp).fetchone()
    conn.execute("insert into s.src values (1)")
    assert conn.execute(stamp).fetchone() == before
    conn.execute(f"refresh materialized view {concurrently} s.mv")  # type: ignore[arg-type]
    assert conn.execute(stamp).fetchone() != before


@pytest.mark.parametrize(
    "change",
    [
        "grant timeseal_owner to ml_training",
        "alter role ml_training bypassrls",
        "alter role ml_training set search_path = x",
        "grant set on parameter session_replication_role to ml_training",
    ],
)
def test_the_settings_digest_sees_what_no_trigger_sees(bench: Workbench, change: str) -> None:
    bench.run("reset role")
    before = bench.one("select audit.settings_sha256()")
    bench.run("create role somebody_harmless login")
    assert bench.one("select audit.settings_sha256()") == before
    bench.run(change)
    assert bench.one("select audit.settings_sha256()") != before
