"""Fixtures: one private PostgreSQL per session, cloned databases per test.

The environment is scrubbed first, so that no test ever meets a server it did not start.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator

import pytest

_bindir = os.environ.get("TIMESEAL_TEST_BINDIR")
for _name in [name for name in os.environ if name.startswith(("TIMESEAL_", "PG"))]:
    del os.environ[_name]
if _bindir:
    os.environ["TIMESEAL_TEST_BINDIR"] = _bindir
# Hundreds of commands are run: what is compiled once is kept.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Spinning threads of the numeric libraries cost tenfold on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

from tests import cars, phones  # noqa: E402
from tests.databases import Database, Databases, Kept  # noqa: E402
from tests.integration.geo import norway  # noqa: E402
from tests.servers import careless_server, server_under_test  # noqa: E402
from timeseal.db import install  # noqa: E402
from timeseal.db.embedded import Embedded  # noqa: E402

#: Fixtures that take long to build: the tests of one stay together, those of two with the first.
WORLDS = ("cars_full", "phones_template", "cars_template", "norway_template", "crowd", "worlds")


def _shared_in_file(item: pytest.Item) -> str | None:
    """The file of a test that uses what its file builds once for all its tests."""
    info = getattr(item, "_fixtureinfo", None)
    own = (
        fixture
        for found in (info.name2fixturedefs.values() if info else ())
        for fixture in found
        if fixture.scope == "module" and fixture.func.__module__ == item.module.__name__
    )
    return str(item.path.relative_to(item.config.rootpath)) if any(own) else None


def pytest_report_header() -> str:
    """Say which server the database tests run on."""
    return f"database tests on {server_under_test()}"


@pytest.hookimpl(tryfirst=True)  # workers read the groups in a hook of the same name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test that uses a database runs on both majors, unless it says `one_major`.

    Workers build their own servers and templates; what takes long to build is built on one of them.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "cars_full" in fixtures:
            # over a slice of the ads, tests/proof compares the same layers on both majors
            item.add_marker(pytest.mark.one_major)
        if item.get_closest_marker("xdist_group") is None:
            world = next((one for one in WORLDS if one in fixtures), None) or _shared_in_file(item)
            if world is not None:
                item.add_marker(pytest.mark.xdist_group(world))
        if (
            fixtures & {"server", "make_server", "strangers"}
            and item.get_closest_marker("one_major") is None
        ):
            item.add_marker(pytest.mark.both_majors)
        group = item.get_closest_marker("xdist_group")
        if group is not None and hasattr(item, "_id") and item.config.getoption("loadgroup", False):
            # xdist 3.8 writes the group into a field that pytest 9.2 does not read: nothing stays
            # together then, without a word
            item._id = type(item.id).parse(f"{item.nodeid}@{group.args[0]}")


@pytest.fixture(scope="session")
def server() -> Iterator[Embedded]:
    """A private embedded server in a throw-away home."""
    with careless_server() as embedded:
        yield embedded


@pytest.fixture(scope="session")
def databases(server: Embedded) -> Databases:
    """Creates databases on the test server."""
    return Databases(server)


@pytest.fixture
def empty_db(databases: Databases) -> Iterator[Database]:
    """A database with nothing of ours in it."""
    database = databases.create()
    yield database
    databases.drop(database)


@pytest.fixture(scope="session")
def sealed_template(databases: Databases) -> str:
    """Name of a database with the engine and the contract installed; nobody may stay connected."""
    database = databases.create(name="sealed_template")
    conn = database.connect()
    install.apply(conn, install.plan(conn, ["seal", "contract"]))
    database.close()
    return database.name


@pytest.fixture(scope="session")
def market_template(databases: Databases, sealed_template: str) -> str:
    """Name of a database with the cars market installed and bound, and no fact in it."""
    from timeseal.market.stores import declared
    from timeseal.seal import binding

    database = databases.create(sealed_template, "market_template")
    admin = database.connect()
    install.apply(admin, install.plan(admin, ["market", "cars"]))
    for declaration in declared(admin):
        binding.apply(admin, declaration, binding.plan(admin, declaration))
    database.close()
    return database.name


@pytest.fixture
def sealed_db(databases: Databases, sealed_template: str) -> Iterator[Database]:
    """A fresh clone of the installed engine."""
    database = databases.create(sealed_template)
    yield database
    databases.drop(database)


@pytest.fixture(scope="session")
def clone(databases: Databases) -> Iterator[Callable[[str], Database]]:
    """Clone any template by name; clones go with their server."""
    made: list[Database] = []

    def one(template: str) -> Database:
        made.append(databases.create(template))
        return made[-1]

    yield one
    for database in made:
        database.close()


@pytest.fixture(scope="session")
def cars_template(databases: Databases, sealed_template: str) -> str:
    """Name of a database with a slice of the real ads, bound and refreshed, not certified."""
    database = databases.create(sealed_template, "cars_template")
    cars.build(database, cars.SLICE)
    # a slice is certified by many tests; drawn replays have tests of their own, and run on all ads
    database.connect().execute("update audit.entrypoint set replay_budget = '0 s'")
    database.close()
    return database.name


@pytest.fixture(scope="session")
def certified_cars(databases: Databases, cars_template: str) -> Kept:
    """That market with its certificates, put aside."""
    database = databases.create(cars_template, "cars_db")
    cars.certify(database)
    return databases.keep(database)


@pytest.fixture
def cars_db(databases: Databases, certified_cars: Kept) -> Iterator[Database]:
    """A certified copy of that market."""
    database = databases.again(certified_cars)
    yield database
    databases.drop(database)


@pytest.fixture(scope="session")
def cars_full(databases: Databases, sealed_template: str) -> Iterator[Database]:
    """All 34,864 real ads, certified; shared, so a test must leave it as it found it."""
    database = databases.create(sealed_template, "cars_full")
    cars.build(database, None)
    cars.certify(database)
    yield database
    databases.drop(database)


@pytest.fixture(scope="session")
def phones_template(databases: Databases, sealed_template: str) -> str:
    """Name of a database with a small phones world, every store refreshed, nothing accepted."""
    database = databases.create(sealed_template, "phones_template")
    phones.build(database)
    return database.name


@pytest.fixture(scope="session")
def norway_template(databases: Databases, sealed_template: str) -> str:
    """Name of a database with Norway's releases and both stores over them, unpinned, no ad."""
    database = databases.create(sealed_template, "norway_template")
    norway.build(database.connect(), database.connect("worker"))
    database.close()
    return database.name
