"""The same states where no superuser installed: row versions of the catalogue stand watch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from tests.attack import market
from tests.attack.snapshot import ABSENT, CLOSED, CONTENT, COUNT, outcome
from tests.attack.states import DATA, DEFINITIONS, State

from timeseal.db import install
from timeseal.db.connect import connect

PLAIN = "plain_installer"


def admit(conn: market.Conn) -> None:
    """What a plain login holds over roles that it made itself, without the power to make any."""
    modern = conn.info.server_version >= 160000
    options = " with admin true, inherit false, set false" if modern else ""
    conn.execute(f"create role {PLAIN} login createrole password 'p'".encode())
    for role in ("timeseal_owner", "timeseal_worker", "timeseal_certifier", "ml_training"):
        if modern:
            conn.execute(f"grant {role} to {PLAIN}{options}".encode())


@pytest.fixture(scope="module")
def installed_plainly(databases: Any, sealed_template: str) -> Iterator[str]:
    """A database of a login that is no superuser, with the engine that this login installed.

    Roles belong to the cluster, where other tests ask the doctor: this one goes with the module.
    """
    assert sealed_template, "makes our roles"
    database = databases.create(name="plainly")
    admin = database.connect()
    admit(admin)
    admin.execute(f"alter database {database.name} owner to {PLAIN}")
    with plainly(database) as conn:
        stages = install.plan(conn, ["seal", "contract"])
        assert install.protection(conn) == "owner-only"
        install.apply(conn, stages)
    database.close()
    yield database.name
    databases.drop(database)
    with connect(databases.server, "postgres") as conn:
        conn.execute(f"drop role {PLAIN}".encode())


@contextmanager
def plainly(database: market.Database) -> Iterator[market.Conn]:
    """A connection as that login."""
    dsn = database.connect().info.dsn
    with psycopg.connect(dsn, user=PLAIN, password="p", autocommit=True) as conn:
        yield conn


@pytest.fixture(scope="module")
def unwatched_template(databases: Any, installed_plainly: str) -> Iterator[str]:
    """The market there, made by an administrator: event triggers nobody could install."""
    database = databases.create(installed_plainly, name="unwatched_template")
    conn = database.connect()
    market.create(conn)
    market.baseline(conn)
    database.close()
    yield database.name
    databases.drop(database)


@pytest.fixture
def shop(databases: Any, unwatched_template: str) -> Iterator[market.Database]:
    """A clone of it."""
    database = databases.create(unwatched_template)
    yield database
    databases.drop(database)


def test_a_plain_installation_leaves_no_way_around(databases: Any, installed_plainly: str) -> None:
    database = databases.create(installed_plainly)
    owner = f"alter database {database.name} owner to {PLAIN}"
    try:
        admin = database.connect()
        admin.execute(owner.encode())
        rows = admin.execute("select level, object, subject from audit.doctor()").fetchall()
        assert {level for level, _, _ in rows} == {"boundary"}
        assert ("boundary", "protection class", "owner-only") in rows
        assert ("boundary", PLAIN, "database owner") in rows
    finally:
        databases.drop(database)


@pytest.fixture
def unwatched(shop: market.Database) -> market.Conn:
    """A market certified in the class `owner-only`."""
    admin = shop.connect()
    assert market.certify(admin) == "CERTIFIED"
    assert market.door(admin) is None
    return admin


@pytest.mark.parametrize("state", DEFINITIONS + DATA, ids=lambda s: s.name.replace(" ", "-"))
def test_nothing_comes_out(state: State, unwatched: market.Conn, shop: market.Database) -> None:
    state.apply(unwatched)
    reader = shop.connect("training")
    for statement in (COUNT, CONTENT, ABSENT):
        assert outcome(reader, statement) in CLOSED


def test_the_certificate_says_which_class_watches(unwatched: market.Conn) -> None:
    assert unwatched.execute(
        "select protection from audit.t0_cert_run order by run_id desc limit 1"
    ).fetchone() == ("owner-only",)


@pytest.mark.parametrize(
    "statement",
    [
        "analyze",
        "reindex table shop.price",
        "create index on shop.price (price)",
        "vacuum shop.price",
    ],
)
def test_what_changes_nothing_leaves_it_open(
    statement: str, unwatched: market.Conn, shop: market.Database
) -> None:
    unwatched.execute(statement)
    assert outcome(shop.connect("training"), COUNT) == [(market.ROWS,)]
