"""The phones world for the tests: small plans, and its facts by knowledge time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from timeseal.market.verticals.phones.world import clock
from timeseal.market.verticals.phones.world.draws import Divergence
from timeseal.market.verticals.phones.world.generator import Day, Plan, World
from timeseal.market.verticals.phones.world.record import KNOWN_AT, Facts
from timeseal.market.verticals.phones.world.sources import Sources

DATA = Path(__file__).parents[1] / "data" / "phones-world"
SOURCES = Sources.read(DATA)


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
