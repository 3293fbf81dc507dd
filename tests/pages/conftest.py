"""Both markets without an ad, built once: what the generated pages are written from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.databases import Databases
from tests.pages import stores
from tests.pages.compatibility import Markets


@pytest.fixture(scope="session")
def markets(databases: Databases, sealed_template: str) -> Iterator[Markets]:
    made = {name: databases.create(sealed_template, f"pages_{name}") for name in stores.VERTICALS}
    yield {name: stores.bound(database, name) for name, database in made.items()}
    for database in made.values():
        databases.drop(database)
