"""Phones markets that several folders share: built once, cloned by whoever changes them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.databases import Database, Databases
from tests.integration.phones_base.facts import Market, bind


@pytest.fixture(scope="session")
def base_template(databases: Databases, sealed_template: str) -> str:
    """Name of a phones market with its base store bound, and no ad."""
    database = databases.create(sealed_template, "base_template")
    bind(database)
    database.close()
    return database.name


@pytest.fixture(scope="session")
def world_template(databases: Databases, phones_template: str) -> str:
    """Name of a phones market with a small world in it, refreshed and accepted."""
    database = databases.create(phones_template, "base_world")
    admin = database.connect()
    for (entrypoint,) in admin.execute(
        "select entrypoint from audit.entrypoint order by 1"
    ).fetchall():
        admin.execute("call audit.capture_viewdef_baseline(%s::regclass)", (entrypoint,))
        admin.execute("call audit.rebaseline_last_n_days(%s::regclass)", (entrypoint,))
    database.close()
    return database.name


@pytest.fixture(scope="module")
def world(databases: Databases, world_template: str) -> Iterator[Database]:
    """The small world; shared, so change it inside a transaction that is rolled back."""
    database = databases.create(world_template)
    yield database
    databases.drop(database)


@pytest.fixture
def market(databases: Databases, base_template: str) -> Iterator[Database]:
    """The market without an ad."""
    database = databases.create(base_template)
    yield database
    databases.drop(database)


@pytest.fixture
def ads(market: Database) -> Market:
    """The market without an ad, for facts written by hand."""
    return Market(market.connect())
