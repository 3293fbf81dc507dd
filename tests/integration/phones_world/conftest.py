"""An installed phones market, empty, and one with a small world in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.databases import Database, Databases
from tests.phones import SOURCES

from timeseal.db import install
from timeseal.market.verticals.phones.load import WorldReport, load_phones, write_truth
from timeseal.market.verticals.phones.world.generator import Plan

PLAN = Plan(seed=7, days=6, listings=420)


@pytest.fixture(scope="session")
def phones_template(databases: Databases, sealed_template: str) -> str:
    """Name of a database with the phones market installed, and nothing in it."""
    database = databases.create(sealed_template, "phones_template")
    admin = database.connect()
    install.apply(admin, install.plan(admin, ["phones"]))
    database.close()
    return database.name


@pytest.fixture
def empty_phones(databases: Databases, phones_template: str) -> Iterator[Database]:
    """An empty phones market."""
    database = databases.create(phones_template)
    yield database
    databases.drop(database)


@pytest.fixture(scope="module")
def phones(databases: Databases, phones_template: str) -> Iterator[tuple[Database, WorldReport]]:
    """A phones market with a small world and its truth; shared, so leave it as it is."""
    database = databases.create(phones_template)
    report = load_phones(database.connect("worker"), PLAN, SOURCES, truth=True)
    admin = database.connect()
    install.apply(admin, install.plan(admin, ["phones_truth"]))
    write_truth(admin, PLAN, SOURCES, report.truth)
    yield database, report
    databases.drop(database)
