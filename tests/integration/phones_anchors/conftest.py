"""The phones market with a small map of places, for ads written by hand or drawn by chance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.databases import Database, Databases
from tests.integration.phones_anchors.crowd import Crowd, gather
from tests.integration.phones_anchors.facts import small_map
from tests.integration.phones_base.facts import Market

from timeseal.market.geo import pin


def place(database: Database) -> None:
    """Load and pin the small map; nobody stays connected."""
    release = small_map()
    release.load(database.connect("worker"))
    pin(database.connect(), release.release_id)
    database.close()


@pytest.fixture(scope="session")
def placed_template(databases: Databases, base_template: str) -> str:
    """Name of the market without an ad, where two postal codes lie in two super metros."""
    database = databases.create(base_template, "placed_template")
    place(database)
    return database.name


@pytest.fixture
def ads(databases: Databases, placed_template: str) -> Iterator[Market]:
    """That market, for facts written by hand."""
    database = databases.create(placed_template)
    yield Market(database.connect())
    databases.drop(database)


@pytest.fixture(scope="module")
def crowd(databases: Databases, placed_template: str) -> Iterator[Crowd]:
    """One drawn market; shared, so change it inside a transaction that is rolled back."""
    database = databases.create(placed_template)
    yield gather(database)
    databases.drop(database)
