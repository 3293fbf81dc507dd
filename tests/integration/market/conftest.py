"""An empty cars market, bound, for hand-made facts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.databases import Database, Databases
from tests.integration.market.world import World

from timeseal.db import install
from timeseal.market.stores import declared
from timeseal.seal import binding


@pytest.fixture(scope="session")
def market_template(databases: Databases, sealed_template: str) -> str:
    """Name of a database with the cars market installed and bound, and no fact in it."""
    database = databases.create(sealed_template, "market_template")
    admin = database.connect()
    install.apply(admin, install.plan(admin, ["market", "cars"]))
    for declaration in declared(admin):
        binding.apply(admin, declaration, binding.plan(admin, declaration))
    database.close()
    return database.name


@pytest.fixture
def market_db(databases: Databases, market_template: str) -> Iterator[Database]:
    database = databases.create(market_template)
    yield database
    databases.drop(database)


@pytest.fixture
def world(market_db: Database) -> World:
    """A market whose facts a test writes by hand."""
    return World(market_db.connect())
