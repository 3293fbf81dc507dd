"""Every defence is missed: with it a probe passes, without it the same probe fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from tests.attack import market
from tests.databases import Kept
from tests.integration.cars_market import cars_drawn
from tests.integration.phones_anchors.conftest import place
from tests.integration.phones_anchors.crowd import Crowd, gather
from tests.integration.phones_base.facts import bind
from tests.mutants import probes_anchors, probes_cars, probes_geo, probes_phones
from tests.mutants.__main__ import TARGET
from tests.mutants.harness import (
    PROBES,
    Mutant,
    Probe,
    as_markdown,
    load_probes,
    mutants,
    weaken,
)
from tests.mutants.probes_shop import opened
from tests.proof import world

pytestmark = pytest.mark.one_major
MUTANTS = list(mutants())
USED = sorted({mutant.probe for mutant in MUTANTS})
Runner = Callable[[Probe, Mutant | None], None]

load_probes()
#: Probes of one base other than the foreign market stay with whatever else needs its template.
WORLDS = {
    "cars": "cars_template",
    "norway": "norway_template",
    "phones": "phones_mutants",
    "crowd": "phones_mutants",
}


def kept_together(name: str) -> list[pytest.MarkDecorator]:
    """Marks of a test that runs this probe."""
    world = WORLDS.get(PROBES[name].base)
    return [pytest.mark.xdist_group(world)] if world else []


@pytest.fixture(scope="session")
def declared_shop(databases: Any, sealed_template: str) -> str:
    """The foreign market, declared and baselined, as a template of its own."""
    database = databases.create(sealed_template, name="mutant_shop_template")
    conn = database.connect()
    market.create(conn)
    market.baseline(conn)
    database.close()
    return str(database.name)


@pytest.fixture(scope="session")
def certified_shop(databases: Any, declared_shop: str) -> Kept:
    """That market as the real build certified it, put aside; what its doctor finds, a probe did."""
    database = databases.create(declared_shop, name="mutant_shop_certified")
    found = "select f.gate, f.object from audit.doctor() as f where f.level <> 'boundary'"
    assert opened(database).execute(found).fetchall() == []
    return databases.keep(database)


@pytest.fixture(scope="session")
def cars_conn(databases: Any, cars_template: str) -> Iterator[market.Conn]:
    """A slice of the real ads; every probe undoes what it did."""
    database = databases.create(cars_template)
    yield database.connect()
    databases.drop(database)


@pytest.fixture(scope="session")
def bound_phones(databases: Any, sealed_template: str) -> str:
    """The phones market with its store bound and no ad, as a template."""
    database = databases.create(sealed_template, name="mutant_phones_template")
    bind(database)
    database.close()
    return str(database.name)


@pytest.fixture(scope="session")
def crowd(databases: Any, bound_phones: str) -> Iterator[Crowd]:
    """A drawn phones market, counted by the oracle; every probe undoes what it did."""
    database = databases.create(bound_phones)
    place(database)
    yield gather(database)
    databases.drop(database)


@pytest.fixture(scope="session")
def garage(databases: Any, market_template: str) -> Iterator[Crowd]:
    """A drawn market of cars, counted by the oracle; every probe undoes what it did."""
    database = databases.create(market_template)
    yield cars_drawn.gather(database)
    databases.drop(database)


@contextmanager
def clone(databases: Any, template: str | Kept) -> Iterator[Any]:
    """A throw-away build."""
    if isinstance(template, Kept):
        database = databases.again(template)
    else:
        database = databases.create(template)
    try:
        yield database
    finally:
        databases.drop(database)


def on_a_shop(database: Any, probe: Probe, mutant: Mutant | None) -> None:
    """Run a probe on the foreign market, weakened after it was declared, or before when bare."""
    admin = database.connect()
    if mutant:
        weaken(admin, mutant)
    if probe.base == "bare":
        market.create(admin)
        market.baseline(admin)
    elif mutant:
        # what the change did to the definition is accepted: only the lost defence counts
        admin.execute("call audit.capture_viewdef_baseline('shop.item_features')")
    probe.run(database)


def shop_of(probe: Probe, mutant: Mutant | None) -> str:
    """Which template of the foreign market a probe starts from."""
    if probe.base == "bare":
        return "sealed_template"
    return "declared_shop" if mutant and mutant.certifies else "certified_shop"


@pytest.fixture
def run(request: pytest.FixtureRequest, databases: Any) -> Runner:
    """Run a probe on a build, weakened or not."""

    def build(template: str) -> AbstractContextManager[Any]:
        return clone(databases, request.getfixturevalue(template))

    def on_shop(probe: Probe, mutant: Mutant | None) -> None:
        with build(shop_of(probe, mutant)) as database:
            on_a_shop(database, probe, mutant)

    def on_cars(probe: Probe, mutant: Mutant | None) -> None:
        conn = request.getfixturevalue("cars_conn")
        with world.undone(conn):
            if mutant:
                probes_cars.weaken_cars(conn, mutant)
            probe.run(conn)

    def in_norway(probe: Probe, mutant: Mutant | None) -> None:
        with build("norway_template") as database:
            probes_geo.in_norway(database, probe, mutant)

    def on_phones(probe: Probe, mutant: Mutant | None) -> None:
        with build("bound_phones") as database:
            probes_phones.on_phones(database, probe, mutant)

    def in_a_crowd(probe: Probe, mutant: Mutant | None) -> None:
        probes_anchors.in_a_crowd(request.getfixturevalue(probe.base), probe, mutant)

    def run_on(probe: Probe, mutant: Mutant | None) -> None:
        runners = {"cars": on_cars, "norway": in_norway, "phones": on_phones}
        runners |= {"crowd": in_a_crowd, "garage": in_a_crowd}
        runners.get(probe.base, on_shop)(probe, mutant)

    return run_on


@pytest.mark.parametrize("name", [pytest.param(one, marks=kept_together(one)) for one in USED])
def test_the_probe_passes_on_the_real_build(name: str, run: Runner) -> None:
    run(PROBES[name], None)


@pytest.mark.parametrize(
    "mutant",
    [pytest.param(one, marks=kept_together(one.probe)) for one in MUTANTS],
    ids=lambda one: one.name.replace(" ", "-"),
)
def test_the_probe_fails_without_the_defence(mutant: Mutant, run: Runner) -> None:
    with pytest.raises(AssertionError):
        run(PROBES[mutant.probe], mutant)


def test_every_probe_is_used_and_names_are_unique() -> None:
    assert {name.split(":")[0] for name in PROBES} == {name.split(":")[0] for name in USED}
    names = [mutant.name for mutant in MUTANTS]
    assert sorted(names) == sorted(set(names))


def test_the_published_list_is_current() -> None:
    assert TARGET.read_text(encoding="utf-8") == as_markdown(), "run: python -m tests.mutants"
