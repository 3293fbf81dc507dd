"""The doctor finds nothing after install, and each way around the guard once it is there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.databases import Database, Databases

from timeseal.db import install
from timeseal.seal.roles import Connection

Finding = tuple[str, str, str, str]

BYPASSES = {
    one["name"]: one
    for one in tomllib.loads((Path(__file__).parent / "bypasses.toml").read_text())["bypass"]
}


def _found(conn: Connection, level: str = "boundary") -> set[Finding]:
    rows = conn.execute(
        "select gate, level, object, subject from audit.doctor() where level <> %s", [level]
    ).fetchall()
    return {(gate, grade, thing, subject) for gate, grade, thing, subject in rows}


@pytest.fixture(scope="module")
def one_shop(databases: Databases, shop_template: str) -> Iterator[Connection]:
    """One shop for all bypasses, each of which is rolled back."""
    database = databases.create(shop_template)
    yield database.connect()
    databases.drop(database)


@pytest.fixture
def mallory(one_shop: Connection) -> Iterator[Connection]:
    """The shop, and a login called mallory who is in no group yet; undone afterwards."""
    with one_shop.transaction(force_rollback=True):
        one_shop.execute("create role mallory login; create role mallory_group nologin")
        yield one_shop


def test_an_installation_leaves_no_way_around(sealed_db: Database) -> None:
    assert _found(sealed_db.connect()) == set()


def test_an_installation_of_a_market_leaves_none_either(sealed_db: Database) -> None:
    conn = sealed_db.connect()
    install.apply(conn, install.plan(conn, ["cars"]))
    assert _found(conn) == set()


def test_a_bound_store_leaves_no_way_around(mallory: Connection) -> None:
    assert _found(mallory) == set()


@pytest.mark.parametrize("bypass", BYPASSES)
def test_a_seeded_bypass_is_found(mallory: Connection, bypass: str) -> None:
    mallory.execute(BYPASSES[bypass]["does"])
    found = {
        (gate, level, re.sub(r"^audit\.fuse_\d+$", "audit.fuse", thing), subject)
        for gate, level, thing, subject in _found(mallory)
    }
    assert tuple(BYPASSES[bypass]["finding"]) in found


def test_every_finding_says_expected_found_and_how_to_mend_it(mallory: Connection) -> None:
    mallory.execute("grant select on store.thing_base to mallory")
    ((expected, found, hint),) = mallory.execute(
        "select expected, found, hint from audit.doctor() where level = 'blocking'"
    ).fetchall()
    assert (expected, found) == ("no such grant", "mallory")
    mallory.execute(hint)
    assert _found(mallory) == set()


def test_harmless_things_are_not_findings(mallory: Connection) -> None:
    mallory.execute(
        "grant select on ml.thing_train_v to mallory;"
        "grant ml_training to mallory;"
        "grant select on audit.t0_cert_registry to mallory;"
        "create table public.hers (x integer); alter table public.hers owner to mallory;"
        "create view public.fine as select item from ml.thing_train_v;"
        "grant select on public.fine to mallory;"
        "create view public.powerless as select item from store.thing_base;"
        "alter view public.powerless owner to mallory;"
        "create view public.invoker with (security_invoker = true) as"
        " select item from store.thing_base; grant select on public.invoker to mallory;"
        "create role nobody nologin; create role keeper nologin;"
        "create function public.powerless_lent() returns integer language sql security definer as"
        " 'select 1'; alter function public.powerless_lent() owner to nobody;"
        "create function public.certified_lent() returns bigint language sql security definer as"
        " 'select count(*) from ml.thing_train_v';"
        "alter function public.certified_lent() owner to ml_training;"
        "create function public.kept() returns bigint language sql security definer as"
        " 'select count(*) from store.thing_base';"
        "revoke execute on function public.kept() from public;"
        "grant execute on function public.kept() to keeper;"
        "set role timeseal_owner; create table ml.prediction (item integer);"
        "create view ml.prediction_v as select item from ml.prediction;"
        "grant select, insert on ml.prediction, ml.prediction_v to ml_training; reset role;"
        "create function public.own_rights() returns bigint language sql as"
        " 'select count(*) from store.thing_base';"
        "create function public.touched() returns trigger language plpgsql as"
        " 'begin return new; end';"
        "create trigger touched before insert on public.hers"
        " for each row execute function public.touched();"
        "create table public.shared (x integer); create publication hers for table public.shared;"
        "create foreign data wrapper away;"
        "create server elsewhere foreign data wrapper away options (dbname 'another_place');"
        "create rule log as on insert to public.hers do also insert into public.shared values (1);"
        "grant select on pg_catalog.pg_stats to mallory;"
        "create view public.planned as select s.tablename from pg_catalog.pg_stats as s;"
        "grant select on public.planned to mallory;"
        "create materialized view public.bare as select s.tablename from pg_catalog.pg_stats as s"
        " with no data; alter materialized view public.bare owner to nobody;"
        "grant select on public.bare to mallory;"
        "create trusted language plhers handler pg_catalog.plpgsql_call_handler;"
        "alter default privileges in schema public grant select on tables to mallory;"
        "alter role mallory set search_path = hers; alter role mallory set work_mem = '8MB';"
        "grant execute on function audit.door_cause(text, interval) to mallory_group;"
        "grant pg_checkpoint to mallory;"
        "create role loader login in role timeseal_worker;"
        "create role releaser login in role timeseal_certifier, timeseal_worker"
    )
    assert _found(mallory) == set()


def test_a_lent_routine_that_was_read_is_listed_until_it_changes(mallory: Connection) -> None:
    body = (
        "create or replace function public.counted() returns bigint language sql security definer"
        " as 'select count(*) from store.thing_base where {}'"
    )
    mallory.execute(body.format("true").encode())
    lent = ("function", "blocking", "public.counted()", "lent rights")
    assert _found(mallory) == {lent}
    mallory.execute("select audit.declare_definer('public.counted()', 'a number of rows only')")
    assert _found(mallory) == {("function", "warning", "public.counted()", "declared")}
    mallory.execute(body.format("amount > 0").encode())
    assert _found(mallory) == {lent}


def test_only_the_owner_declares(mallory: Connection) -> None:
    mallory.execute("set local role timeseal_certifier")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), mallory.transaction():
        mallory.execute("select audit.declare_definer('pg_catalog.now()', 'mine')")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), mallory.transaction():
        mallory.execute("insert into audit.declared_definer values ('x()', 'y', 'mine')")


def test_a_group_without_a_way_to_use_it_is_no_path(mallory: Connection) -> None:
    mallory.execute("grant select on store.thing_base to mallory_group")
    assert _found(mallory) == set()
    if mallory.info.server_version >= 160000:
        mallory.execute("grant mallory_group to mallory with inherit false, set false")
        assert _found(mallory) == set()
        mallory.execute("grant mallory_group to mallory with inherit false, set true")
        assert ("grant", "blocking", "store.thing_base", "SELECT") in _found(mallory)


@pytest.mark.parametrize("by", ["inherit", "set", "admin"])
def test_roles_are_followed_by_every_option(mallory: Connection, by: str) -> None:
    """From 16 on: what is only inherited cannot be SET; what can be granted can be anything."""
    if mallory.info.server_version < 160000:
        pytest.skip("memberships have no options before 16")
    options = {one: "true" if one == by else "false" for one in ("inherit", "set", "admin")}
    clause = ", ".join(f"{one} {value}" for one, value in options.items())
    mallory.execute(
        f"create role far nologin; grant pg_read_all_data to far with inherit false, set true;"
        f" grant far to mallory_group with {clause}; grant mallory_group to mallory".encode()
    )
    finding = ("predefined role", "blocking", "mallory", "pg_read_all_data")
    assert (finding in _found(mallory)) == (by != "inherit")


def test_createrole_is_a_path_where_it_grants_any_role(mallory: Connection) -> None:
    mallory.execute("alter role mallory createrole")
    finding = ("membership", "blocking", "mallory", "CREATEROLE")
    assert (finding in _found(mallory)) == (mallory.info.server_version < 160000)


def test_superusers_and_the_database_owner_are_named_as_the_boundary(mallory: Connection) -> None:
    (owner,) = mallory.execute("select current_user").fetchone() or ("",)
    rows = mallory.execute(
        "select object, subject from audit.doctor() where level = 'boundary'"
    ).fetchall()
    assert (owner, "superuser") in rows


def test_worker_and_certifier_ask_and_training_does_not(shop: Connection) -> None:
    for role in ("timeseal_worker", "timeseal_certifier"):
        shop.execute(f"set role {role}")  # type: ignore[arg-type]
        assert _found(shop) == set()
    shop.execute("set role ml_training")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        _found(shop)
