"""The enclosure, built once: bound stores, and the market in which leaks are judged."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.databases import Databases
from tests.leakzoo import world
from tests.leakzoo.world import Conn


@pytest.fixture(scope="session")
def zoo_bound(databases: Databases, sealed_template: str) -> str:
    """Name of a database with both stores bound over no facts."""
    database = databases.create(sealed_template, "zoo_bound")
    world.bind(database)
    return database.name


@pytest.fixture(scope="session")
def enclosure(databases: Databases, zoo_bound: str) -> Iterator[Conn]:
    """A connection to the market of the zoo; whoever uses it undoes what he did."""
    database = databases.create(zoo_bound)
    world.populate(database)
    yield database.connect()
    databases.drop(database)
