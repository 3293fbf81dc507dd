"""One uncertified copy of the cars slice for all proofs: each undoes what it did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
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
