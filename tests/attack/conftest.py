"""The foreign market as a template: declared and baselined; each test certifies its own clone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.attack import market
from tests.databases import Database, Databases, Kept


@pytest.fixture(scope="session")
def shop_template(databases: Databases, sealed_template: str) -> str:
    """Name of a database with the market declared and its baseline accepted; no certificate."""
    database = databases.create(sealed_template, name="shop_template")
    conn = database.connect()
    market.create(conn)
    market.baseline(conn)
    conn.execute("grant temporary on database shop_template to ml_training")
    database.close()
    return database.name


def _certified(databases: Databases, template: str, name: str | None = None) -> Database:
    """A clone of the market, certified as itself."""
    database = databases.create(template, name)
    admin = database.connect()
    admin.execute(f"grant temporary on database {database.name} to ml_training")
    status = market.certify(admin)
    assert status == "CERTIFIED", status
    return database


@pytest.fixture(scope="session")
def certified_shop(databases: Databases, shop_template: str) -> Kept:
    """The market with its certificate, put aside."""
    return databases.keep(_certified(databases, shop_template, "certified_shop"))


@pytest.fixture
def open_shop(
    databases: Databases, shop_template: str, certified_shop: Kept
) -> Iterator[Callable[[], Database]]:
    """Make certified copies of the market: the first is the one put aside, others get their own."""
    made: list[Database] = []

    def one() -> Database:
        made.append(
            _certified(databases, shop_template) if made else databases.again(certified_shop)
        )
        return made[-1]

    yield one
    for database in made:
        databases.drop(database)


@pytest.fixture
def shop(open_shop: Callable[[], Database]) -> Database:
    """One certified copy, with an open door."""
    database = open_shop()
    assert market.door(database.connect()) is None
    return database


@pytest.fixture(scope="module")
def sandbox_db(databases: Databases, shop_template: str) -> Iterator[Database]:
    """One certified market for all tests that need a single session."""
    database = _certified(databases, shop_template)
    yield database
    databases.drop(database)


@pytest.fixture
def sandbox(sandbox_db: Database) -> Iterator[market.Conn]:
    """That market inside a transaction that is rolled back; only its fuse remembers."""
    admin = sandbox_db.opened[0]
    with admin.transaction(force_rollback=True):
        yield admin
