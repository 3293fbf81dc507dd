"""The same states without event triggers: row versions of the catalogue stand watch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.attack import market
from tests.attack.snapshot import ABSENT, CLOSED, CONTENT, COUNT, outcome
from tests.attack.states import DATA, DEFINITIONS, State


@pytest.fixture(scope="session")
def unwatched_template(databases: Any, shop_template: str) -> str:
    """The market where nobody could install event triggers."""
    database = databases.create(shop_template, name="unwatched_template")
    conn = database.connect()
    conn.execute("drop event trigger timeseal_watch_ddl; drop event trigger timeseal_watch_drop")
    database.close()
    return str(database.name)


@pytest.fixture
def shop(databases: Any, unwatched_template: str) -> Iterator[market.Database]:
    """A clone of it."""
    database = databases.create(unwatched_template)
    yield database
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
