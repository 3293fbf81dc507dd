"""The worlds of incidents, certified once; every test undoes what it did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.drift import cars, incidents
from tests.drift.incidents import World


@pytest.fixture(scope="session")
def worlds(databases: Any, sealed_template: str) -> Iterator[dict[str, World]]:
    """The foreign market and the store, by name."""
    made = {}
    opened = []
    for make in (incidents.kiosk, incidents.shop):
        opened.append(databases.create(sealed_template))
        world = make(opened[-1])
        made[world.name] = world
    yield made
    for database in opened:
        databases.drop(database)


@pytest.fixture(scope="session")
def cars_world(databases: Any, cars_template: str) -> Iterator[World]:
    """The survival store over a slice of the real ads."""
    database = databases.create(cars_template)
    yield cars.world(database)
    databases.drop(database)


@pytest.fixture
def kiosk(worlds: dict[str, World]) -> Iterator[incidents.Conn]:
    """The foreign market inside a transaction that is rolled back; only its fuse remembers."""
    conn = worlds["foreign"].conn
    with conn.transaction(force_rollback=True):
        yield conn


@pytest.fixture
def shop(worlds: dict[str, World]) -> Iterator[incidents.Conn]:
    """The store, likewise."""
    conn = worlds["store"].conn
    with conn.transaction(force_rollback=True):
        yield conn
