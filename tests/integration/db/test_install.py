"""Installation: fresh, repeated, explained, by a non-superuser, refused over foreign objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from tests.databases import Database, Databases
from tests.servers import careless_server

from timeseal.db import install
from timeseal.db.collision import refuse_foreign_relations, refuse_foreign_schemas
from timeseal.db.components import COMPONENTS, Component
from timeseal.db.connect import connect
from timeseal.db.server import LOGINS
from timeseal.db.sqlfile import Header, SqlFile
from timeseal.errors import InstallRefused, PackageBroken, UsageError

Conn = psycopg.Connection[Any]
HEADER = Header("a test", "one row", "nothing", "lab.thing", "none")


def file(path: str, kind: str, text: str) -> SqlFile:
    return SqlFile("timeseal.lab", path, kind, HEADER, text)


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> list[SqlFile]:
    """A component of a few files, so that these tests do not depend on the engine's."""
    files = [
        file("lab.schema.sql", "schema", "create schema if not exists lab;\n"),
        file(
            "thing.table.sql",
            "table",
            "create table if not exists lab.thing (x int primary key);\n",
        ),
        file(
            "one.function.sql",
            "function",
            "create or replace function lab.one() returns int language sql as 'select 1';\n",
        ),
    ]
    monkeypatch.setattr(Component, "files", _files_of(Component.files, files))
    monkeypatch.setitem(COMPONENTS, "lab", Component("lab", "timeseal.lab", "none", ("install",)))
    return files


def _files_of(real: Any, files: list[SqlFile]) -> Any:
    return lambda self: files if self.name == "lab" else real(self)


def one(conn: Conn, query: str, *values: object) -> Any:
    row = conn.execute(query.encode(), values).fetchone()
    return row[0] if row else None


def setup(conn: Conn, *components: str) -> list[install.Stage]:
    return install.apply(conn, install.plan(conn, components or ["lab"]))


@pytest.fixture(scope="module")
def strangers() -> Iterator[Databases]:
    """A server of somebody else, where our roles may be missing."""
    with careless_server() as server:
        yield Databases(server)


@pytest.fixture
def strange(strangers: Databases) -> Iterator[Database]:
    """A database there, without our roles and owned by `plain`: CREATEROLE, no superuser."""
    database = strangers.create()
    admin = database.connect()
    drop_our_roles(admin)
    admin.execute("create role plain login createrole password 'p'")
    admin.execute(sql.SQL("alter database {} owner to plain").format(sql.Identifier(database.name)))
    yield database
    strangers.drop(database)
    with connect(strangers.server, "postgres") as conn:
        drop_our_roles(conn)
        conn.execute("drop role plain")


@pytest.fixture
def plain(strange: Database) -> Iterator[Conn]:
    """Connected as that user."""
    dsn = strange.server.dsn(strange.name)
    with psycopg.connect(dsn, user="plain", password="p", autocommit=True) as conn:
        yield conn


def drop_our_roles(conn: Conn) -> None:
    for name in ("timeseal_owner", *LOGINS.values()):
        conn.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(name)))


def test_a_fresh_database_gets_every_file_and_its_owner(
    empty_db: Database, lab: list[SqlFile]
) -> None:
    conn = empty_db.connect()
    ran = setup(conn)
    assert [stage.file.path for stage in ran][-3:] == [one.path for one in lab]
    assert (
        one(conn, "select tableowner from pg_tables where tablename = 'thing'") == "timeseal_owner"
    )
    assert one(conn, "select count(*) from audit.install_file where component = 'lab'") == 3
    assert one(conn, "select current_user") == "timeseal_admin"


def test_installing_twice_touches_nothing(empty_db: Database, lab: list[SqlFile]) -> None:
    conn = empty_db.connect()
    setup(conn)
    version = (
        "select string_agg(xmin::text, ',' order by oid) from pg_proc"
        " where pronamespace = 'lab'::regnamespace"
    )
    before = one(conn, version)
    stages = install.plan(conn, ["lab"])
    assert {stage.action for stage in stages} == {"unchanged"}
    assert install.apply(conn, stages) == []
    assert one(conn, version) == before


def test_a_plan_changes_nothing(empty_db: Database, lab: list[SqlFile]) -> None:
    conn = empty_db.connect()
    stages = install.plan(conn, ["lab"])
    assert {stage.action for stage in stages} == {"run"}
    assert one(conn, "select to_regnamespace('lab') is null") is True
    assert "lab.schema.sql" in str(stages[-3])


def test_a_changed_function_file_runs_again_alone(empty_db: Database, lab: list[SqlFile]) -> None:
    conn = empty_db.connect()
    setup(conn)
    lab[2] = file(lab[2].path, "function", lab[2].text.replace("select 1", "select 2"))
    assert [stage.file.path for stage in setup(conn)] == ["one.function.sql"]
    assert one(conn, "select lab.one()") == 2


def test_repair_puts_back_what_was_changed_by_hand(empty_db: Database, lab: list[SqlFile]) -> None:
    conn = empty_db.connect()
    setup(conn)
    conn.execute("create or replace function lab.one() returns int language sql as 'select 7'")
    setup(conn)
    assert one(conn, "select lab.one()") == 7
    install.apply(conn, install.plan(conn, ["lab"], force=True))
    assert one(conn, "select lab.one()") == 1


def test_a_changed_table_file_is_refused_not_ignored(
    empty_db: Database, lab: list[SqlFile]
) -> None:
    conn = empty_db.connect()
    setup(conn)
    lab[1] = file(lab[1].path, "table", lab[1].text.replace("x int", "x bigint"))
    with pytest.raises(InstallRefused, match=r"thing\.table\.sql differs"):
        install.plan(conn, ["lab"])


@pytest.mark.parametrize(
    ("foreign", "named"),
    [
        ("create schema lab authorization pg_monitor", "schema lab"),
        ("create schema lab authorization timeseal_owner; create table lab.thing (y int)", "thing"),
        (
            "create schema lab authorization timeseal_owner; create view lab.thing as select 1 x",
            "thing",
        ),
    ],
)
def test_what_is_not_ours_is_never_taken_over(
    empty_db: Database, lab: list[SqlFile], foreign: str, named: str
) -> None:
    conn = empty_db.connect()
    setup(conn, "install")
    conn.execute(foreign.encode())
    with pytest.raises(InstallRefused, match=f"{named} exists and is not ours") as refusal:
        install.plan(conn, ["lab"])
    assert "timeseal db create NAME" in str(refusal.value.hint)


def test_what_is_ours_is_no_collision(empty_db: Database, lab: list[SqlFile]) -> None:
    conn = empty_db.connect()
    setup(conn)
    refuse_foreign_relations(conn, "timeseal_owner", ["lab.thing", "lab.unknown", '"iPhone".x'])
    refuse_foreign_schemas(conn, "timeseal_owner", ["lab", '"iPhone"'])


def test_a_broken_file_is_named_with_its_line_and_leaves_nothing(
    empty_db: Database, lab: list[SqlFile]
) -> None:
    conn = empty_db.connect()
    lab.append(
        file("bad.view.sql", "view", "create view lab.v as\nselect nowhere from lab.thing;\n")
    )
    with pytest.raises(PackageBroken, match=r"timeseal/lab/bad\.view\.sql:2 does not run"):
        setup(conn)
    assert one(conn, "select to_regnamespace('lab') is null") is True
    assert one(conn, "select current_user") == "timeseal_admin"


def test_an_unknown_component_names_the_known(empty_db: Database) -> None:
    with pytest.raises(UsageError, match="seal, contract"):
        install.plan(empty_db.connect(), ["nonsense"])


def test_a_plain_installer_owns_nothing_and_joins_nobody(plain: Conn, lab: list[SqlFile]) -> None:
    lab.append(file("net.superuser.sql", "superuser", "select no_such_function();\n"))
    stages = install.plan(plain, ["lab"])
    assert stages[-1].action == "needs superuser"
    install.apply(plain, stages)
    assert install.protection(plain) == "owner-only"
    assert (
        one(plain, "select tableowner from pg_tables where tablename = 'thing'") == "timeseal_owner"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        plain.execute("set role timeseal_owner")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        plain.execute("select * from lab.thing")
    plain.execute("set role timeseal_worker")
    plain.execute("reset role")


def test_a_plain_installer_can_install_again(plain: Conn, lab: list[SqlFile]) -> None:
    install.apply(plain, install.plan(plain, ["lab"]))
    lab[2] = file(lab[2].path, "function", lab[2].text.replace("select 1", "select 2"))
    install.apply(plain, install.plan(plain, ["lab"]))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        plain.execute("set role timeseal_owner")


def test_a_user_without_createrole_is_told_what_is_missing(
    plain: Conn, strange: Database, lab: list[SqlFile]
) -> None:
    strange.connect().execute("alter role plain nocreaterole")
    with pytest.raises(InstallRefused, match="lacks a right") as refusal:
        install.apply(plain, install.plan(plain, ["lab"]))
    assert "createrole" in str(refusal.value.hint)


def test_an_event_trigger_file_runs_as_the_superuser(
    empty_db: Database, lab: list[SqlFile]
) -> None:
    lab.append(
        file(
            "who.superuser.sql", "superuser", "create table public.who as select current_user w;\n"
        )
    )
    lab.append(
        file("next.view.sql", "view", "create or replace view lab.v as select 1 as x;\n"),
    )
    conn = empty_db.connect()
    setup(conn)
    assert one(conn, "select w from public.who") == "timeseal_admin"
    assert one(conn, "select viewowner from pg_views where viewname = 'v'") == "timeseal_owner"


def test_a_database_in_another_encoding_is_refused(databases: Databases) -> None:
    with connect(databases.server, "postgres") as conn:
        conn.execute(
            "create database latin template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'"
        )
    database = Database("latin", databases.server)
    with pytest.raises(InstallRefused, match="found LATIN1"):
        install.plan(database.connect(), ["install"])
    databases.drop(database)


def test_a_server_older_than_fifteen_is_refused() -> None:
    install.refuse_unfit(150000, "UTF8")
    with pytest.raises(InstallRefused, match="expected 15 or later, found 14"):
        install.refuse_unfit(140012, "UTF8")
