"""The phones world for the tests: small plans, and its facts by knowledge time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.databases import Database
from tests.integration.geo import norway
from timeseal.db import install
from timeseal.market.verticals.phones.world import clock
from timeseal.market.verticals.phones.world.draws import Divergence
from timeseal.market.verticals.phones.world.generator import Day, Plan, World
from timeseal.market.verticals.phones.world.record import KNOWN_AT, Facts
from timeseal.market.verticals.phones.world.sources import Sources

DATA = Path(__file__).parents[1] / "data" / "phones-world"
SOURCES = Sources.read(DATA)
#: Long enough for audits of sales, which come 7 to 21 days later.
PLAN = Plan(seed=7, days=40, listings=450)


def build(database: Database, plan: Plan = PLAN) -> None:
    """Install, load, pin, bind and refresh every store of phones; nothing is accepted yet."""
    from timeseal.market.geo import load_geo, pin
    from timeseal.market.stores import declared
    from timeseal.market.verticals.phones.load import load_phones
    from timeseal.seal import binding

    admin, worker = database.connect(), database.connect("worker")
    install.apply(admin, install.plan(admin, ["phones"]))
    stores = declared(admin)
    for one in stores:
        binding.apply(admin, one, binding.plan(admin, one))
    load_geo(worker, norway.DATA)
    load_phones(worker, plan, SOURCES)
    pin(admin, norway.PINNED, norway.WHY)
    admin.execute("analyze")  # nobody does it on a server without autovacuum
    for one in stores:
        admin.execute("select count(*) from audit.refresh_store(%s, true)", (one.name,))
    admin.execute("vacuum (analyze)")
    database.close()


def days(plan: Plan, divergence: Divergence | None = None) -> Iterator[Day]:
    """The days of a world."""
    return World(plan, SOURCES, divergence).days()


def known_before(facts: list[Facts], instant: int) -> dict[str, list[str]]:
    """Every line known before an instant, by relation, and the refusals of the whole days."""
    limit = clock.text(instant)
    found = {
        name: [
            line for one in facts for line in one.lines[name] if line.split("\t")[column] < limit
        ]
        for name, column in KNOWN_AT.items()
    }
    whole = [one for one in facts if clock.begins((one.day + 1) * clock.SLOTS_A_DAY) <= instant]
    found["refusals"] = [f"{one.day} {bad.raw_line}" for one in whole for bad in one.rejections]
    return found
