"""An empty cars market, bound, for hand-made facts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.databases import Database, Databases
from tests.integration.market.world import World


@pytest.fixture
def market_db(databases: Databases, market_template: str) -> Iterator[Database]:
    database = databases.create(market_template)
    yield database
    databases.drop(database)


@pytest.fixture
def world(market_db: Database) -> World:
    """A market whose facts a test writes by hand."""
    return World(market_db.connect())
