"""The phones market without an ad, for places and markets that a test writes by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.databases import Database, Databases
from tests.integration.phones_wide.facts import Conn, Norway, by_hand


@pytest.fixture(scope="session")
def wide_database(databases: Databases, base_template: str) -> Iterator[Database]:
    """The market; shared, so write into it inside a transaction that is rolled back."""
    database = databases.create(base_template)
    by_hand(database.connect())
    yield database
    databases.drop(database)


@pytest.fixture(scope="session")
def shared(wide_database: Database) -> Conn:
    return wide_database.connect()


@pytest.fixture
def norway(shared: Conn) -> Iterator[Norway]:
    """The market inside a transaction that is rolled back."""
    with shared.transaction(force_rollback=True):
        yield Norway(shared)
