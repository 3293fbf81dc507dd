"""A market in Norway with its real releases, and no ad yet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.databases import Database, Databases
from tests.integration.geo import norway


@pytest.fixture(scope="session")
def norway_template(databases: Databases, sealed_template: str) -> str:
    """Name of a database with the releases loaded, both stores bound, nothing pinned."""
    database = databases.create(sealed_template, "norway_template")
    norway.build(database.connect(), database.connect("worker"))
    database.close()
    return database.name


@pytest.fixture
def norway_db(databases: Databases, norway_template: str) -> Iterator[Database]:
    database = databases.create(norway_template)
    yield database
    databases.drop(database)
