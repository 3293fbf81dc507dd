"""A reader who owns a schema and shadows every name in the search path gets no further."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.attack import market
from tests.attack.market import ENTRYPOINT, GUARDED, Conn

SHADOWS = Path(__file__).with_name("shadows.sql")
PATHS = ["mine, pg_catalog", "mine, audit, shop, public", "pg_temp, mine, pg_catalog", ""]


@pytest.fixture
def intruder(shop: market.Database) -> Conn:
    """A reader with a schema of shadows, in front of a door whose certificate has expired."""
    admin = shop.connect()
    admin.execute("create schema mine authorization ml_training")
    market.reissue(admin, expires_at="clock_timestamp()")
    reader = shop.connect("training")
    reader.execute(SHADOWS.read_bytes())
    for table in ("t0_cert_run", "entrypoint", "stamp"):
        reader.execute(f"create temp table {table} as select * from mine.{table}")
    return reader


@pytest.mark.parametrize("path", PATHS)
def test_no_search_path_opens_the_door(path: str, intruder: Conn) -> None:
    intruder.execute(f"set search_path = {path or chr(39) * 2}")
    for statement in (
        f"select count(*) from {GUARDED}",
        f"select audit.cert_guard('{ENTRYPOINT}', pg_catalog.make_interval(hours => 24))",
        f"select audit.require_certified('{ENTRYPOINT}')",
        f"select audit.require_certified_strict('{ENTRYPOINT}')",
    ):
        with pytest.raises(psycopg.Error) as refused:
            intruder.execute(statement)
        assert refused.value.sqlstate == "TS001", statement


@pytest.mark.parametrize("setting", ["timezone = 'Pacific/Kiritimati'", "datestyle = 'SQL, DMY'"])
def test_no_setting_moves_the_clock(setting: str, intruder: Conn) -> None:
    intruder.execute(f"set {setting}")
    with pytest.raises(psycopg.Error, match="expired"):
        intruder.execute(f"select count(*) from {GUARDED}")


DENIED = [
    block.strip().removesuffix(";")
    for block in Path(__file__).with_name("denied.sql").read_text().split("\n\n")[1:]
]


@pytest.fixture(scope="module")
def reader(databases: Any, shop_template: str) -> Iterator[Conn]:
    """A reader of one market for all refusals: none of them may change anything."""
    database = databases.create(shop_template)
    assert market.certify(database.connect()) == "CERTIFIED"
    yield database.connect("training")
    assert market.door(database.connect()) is None
    databases.drop(database)


@pytest.mark.parametrize("statement", DENIED)
def test_a_reader_is_denied(statement: str, reader: Conn) -> None:
    with pytest.raises(psycopg.Error) as refused:
        reader.execute(statement.encode())
    assert refused.value.sqlstate in {"42501", "0A000", "58P01"}, refused.value


def test_statistics_of_what_lies_below_are_hidden(shop: market.Database) -> None:
    shop.connect().execute("analyze")
    rows = (
        shop.connect("training")
        .execute("select tablename from pg_stats where schemaname = 'shop'")
        .fetchall()
    )
    assert {name for (name,) in rows} <= {"basket", "absent"}


#: What lends a reader the rights of its owner; as-of joins run with the caller's own.
DOORS = {
    "asof_certificate",
    "cert_guard",
    "door_cause",
    "held_certificate",
    "plan_guard",
    "require_certified",
    "require_certified_strict",
}


def test_a_reader_may_call_only_the_doors(sealed_db: market.Database) -> None:
    rows = (
        sealed_db.connect()
        .execute(
            "select p.proname from pg_proc as p where p.pronamespace = 'audit'::regnamespace"
            " and p.prosecdef and has_function_privilege('ml_training', p.oid, 'execute')"
        )
        .fetchall()
    )
    assert {name for (name,) in rows} == DOORS


def test_every_grant_of_a_fresh_install_is_declared_and_every_declared_one_is_made(
    sealed_db: market.Database,
) -> None:
    declared, granted = (
        sealed_db.connect().execute(text).fetchall()
        for text in (
            (
                "select d.routine, d.grantee from audit.declared_execute as d"
                " where not exists (select from audit.runner as r"
                " where d.routine in (r.runner, r.assertion)) order by 1, 2"
            ),
            (
                "select distinct p.proname::text, pg_get_userbyid(x.grantee)::text"
                " from pg_proc as p cross join aclexplode(p.proacl) as x"
                " where p.pronamespace = 'audit'::regnamespace and x.grantee <> p.proowner"
                " order by 1, 2"
            ),
        )
    )
    assert granted == declared


@pytest.mark.parametrize("role", ["timeseal_worker", "timeseal_certifier", "ml_training", "public"])
def test_no_role_may_write_the_registry(role: str, sealed_db: market.Database) -> None:
    rows = (
        sealed_db.connect()
        .execute(
            "select c.oid::regclass::text from pg_class as c"
            " where c.relnamespace = 'audit'::regnamespace and c.relkind in ('r', 'p', 'S')"
            " and case when c.relkind = 'S'"
            " then has_sequence_privilege(%(role)s, c.oid, 'update')"
            " else has_table_privilege("
            "%(role)s, c.oid, 'insert, update, delete, truncate, trigger')"
            " end",
            {"role": role},
        )
        .fetchall()
    )
    assert rows == []


def test_every_definer_has_a_path_nobody_else_writes(sealed_db: market.Database) -> None:
    """pg_temp named last: unnamed it would be searched first, for relations."""
    rows = (
        sealed_db.connect()
        .execute(
            "select p.oid::regprocedure::text from pg_proc as p"
            " where p.prosecdef and p.pronamespace not in"
            " ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
            " and (p.proconfig is null"
            " or not 'search_path=pg_catalog, pg_temp' = any (p.proconfig))"
        )
        .fetchall()
    )
    assert rows == []
