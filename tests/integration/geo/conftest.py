"""A market in Norway with its real releases, and no ad yet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.databases import Database, Databases


@pytest.fixture
def norway_db(databases: Databases, norway_template: str) -> Iterator[Database]:
    database = databases.create(norway_template)
    yield database
    databases.drop(database)
