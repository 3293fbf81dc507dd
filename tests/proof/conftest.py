"""One uncertified copy of each market for all proofs: each undoes what it did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.integration.cars_market.cars_drawn import drawn
from tests.proof.world import Conn


@pytest.fixture(scope="session")
def market_db(databases: Any, cars_template: str) -> Iterator[Any]:
    """A copy of the slice, refreshed, not certified."""
    database = databases.create(cars_template)
    yield database
    databases.drop(database)


@pytest.fixture(scope="session")
def market_conn(market_db: Any) -> Conn:
    """An administrator's connection to it."""
    conn: Conn = market_db.connect()
    return conn


@pytest.fixture(scope="session")
def drawn_cars(databases: Any, market_template: str) -> Iterator[Any]:
    """A drawn market of cars, its store refreshed, not certified."""
    database = databases.create(market_template)
    drawn(database.connect(), 20160320, ads=400)
    yield database
    databases.drop(database)


@pytest.fixture(scope="session")
def phones_market(databases: Any, phones_template: str) -> Iterator[Any]:
    """A copy of the small phones world, every store refreshed, not certified."""
    database = databases.create(phones_template)
    yield database
    databases.drop(database)
