"""A small store over a bitemporal world, for the tests of binding, refresh and replay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.databases import Database, Databases

from timeseal.seal import binding
from timeseal.seal.roles import Connection, acting_as_owner
from timeseal.seal.store import Declaration, load_store

SHOP = Path(__file__).parent / "shop"


@pytest.fixture(scope="session")
def shop_facts_template(databases: Databases, sealed_template: str) -> str:
    """Name of a database with the engine and the facts: 240 things over 60 hours."""
    database = databases.create(sealed_template, "shop_facts_template")
    conn = database.connect()
    with acting_as_owner(conn):
        conn.execute((SHOP / "facts.sql").read_text().encode())
        conn.execute("select raw.fill(1, 0, 240)")
    database.close()
    return database.name


@pytest.fixture(scope="session")
def shop_template(databases: Databases, shop_facts_template: str) -> str:
    """Name of a database with the honest store bound over the facts, not refreshed."""
    database = databases.create(shop_facts_template, "shop_template")
    conn = database.connect()
    declaration = load_store([SHOP])
    binding.apply(conn, declaration, binding.plan(conn, declaration))
    database.close()
    return database.name


@pytest.fixture
def shop_facts(databases: Databases, shop_facts_template: str) -> Iterator[Connection]:
    """An admin connection to facts without a store."""
    database = databases.create(shop_facts_template)
    yield database.connect()
    databases.drop(database)


@pytest.fixture
def shop(databases: Databases, shop_template: str) -> Iterator[Connection]:
    """An admin connection to a fresh clone of the shop."""
    database: Database = databases.create(shop_template)
    yield database.connect()
    databases.drop(database)


@pytest.fixture
def bind(shop: Connection, tmp_path: Path) -> Callable[..., Declaration]:
    """Lay changed layer texts (`name="old text -> new text"`) over the shop and bind them."""

    def with_texts(**changes: tuple[str, str]) -> Declaration:
        for stem, (old, new) in changes.items():
            file = next(SHOP.glob(f"{stem}.*.sql"))
            text = file.read_text()
            assert old in text, f"{file.name} does not contain {old!r}"
            (tmp_path / file.name).write_text(text.replace(old, new))
        declaration = load_store([SHOP, tmp_path])
        binding.apply(shop, declaration, binding.plan(shop, declaration))
        return declaration

    return with_texts
