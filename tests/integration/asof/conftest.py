"""One database for all as-of tests; whatever a test makes is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from tests.databases import Database, Databases

Conn = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def asof_db(databases: Databases, sealed_template: str) -> Iterator[Database]:
    """The installed engine and nothing else."""
    database = databases.create(sealed_template)
    yield database
    databases.drop(database)


@pytest.fixture(scope="module")
def admin(asof_db: Database) -> Conn:
    return asof_db.connect()


@pytest.fixture
def conn(admin: Conn) -> Iterator[Conn]:
    """A transaction that leaves nothing."""
    with admin.transaction(force_rollback=True):
        yield admin
