"""The foreign market as a template: declared and baselined; each test certifies its own clone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.attack import market


@pytest.fixture(scope="session")
def shop_template(databases: Any, sealed_template: str) -> str:
    """Name of a database with the market declared and its baseline accepted; no certificate."""
    database = databases.create(sealed_template, name="shop_template")
    conn = database.connect()
    market.create(conn)
    market.baseline(conn)
    conn.execute("grant temporary on database shop_template to ml_training")
    database.close()
    return str(database.name)


@pytest.fixture
def open_shop(databases: Any, shop_template: str) -> Iterator[Callable[[], market.Database]]:
    """Make clones of the market, certified in their own database."""
    made: list[Any] = []

    def one() -> market.Database:
        database = databases.create(shop_template)
        made.append(database)
        admin = database.connect()
        admin.execute(f"grant temporary on database {database.name} to ml_training")
        status = market.certify(admin)
        assert status == "CERTIFIED", status
        return database

    yield one
    for database in made:
        databases.drop(database)


@pytest.fixture
def shop(open_shop: Callable[[], market.Database]) -> market.Database:
    """One certified clone."""
    return open_shop()
