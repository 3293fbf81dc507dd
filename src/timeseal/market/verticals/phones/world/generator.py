"""A world: a plan, and its days of facts with the truth behind them.

Owns the order of a day (market, then watching) and a world's identity. Days come one by one and
only what is live or still expected is kept, so memory does not grow with the length of the world.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from timeseal.market.verticals.phones.world.draws import Divergence, Draws
from timeseal.market.verticals.phones.world.laws import Laws
from timeseal.market.verticals.phones.world.market import Market
from timeseal.market.verticals.phones.world.page import Page
from timeseal.market.verticals.phones.world.record import Facts
from timeseal.market.verticals.phones.world.sources import Sources
from timeseal.market.verticals.phones.world.watching import Watcher

__all__ = ["Day", "Plan", "World"]

#: Raised when the same plan and sources give other facts than before.
VERSION = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """Which world: `listings` is the expected number of new ads over `days`."""

    seed: int
    days: int
    listings: int

    @property
    def ads_a_day(self) -> float:
        """New ads per day in the mean; worlds of one rate share their days."""
        return self.listings / self.days


@dataclass(frozen=True, slots=True)
class Day:
    """One day: its facts, and the pages nobody will hear of again."""

    facts: Facts
    finished: list[Page]


class World:
    """Deterministic: the same plan and sources give the same bytes on every machine."""

    def __init__(self, plan: Plan, sources: Sources, divergence: Divergence | None = None) -> None:
        self.plan = plan
        self._sources = sources
        draws = Draws(plan.seed, divergence)
        self._market = Market(draws, sources, plan.ads_a_day)
        self._watcher = Watcher(draws)

    @property
    def identity(self) -> str:
        """Digest of all that decides the facts of a day but the day."""
        parts = (VERSION, self.plan.seed, repr(self.plan.ads_a_day), self._sources.sha256)
        laws = repr([row[:2] for row in Laws.table()])
        return hashlib.sha256("\x1f".join(map(str, (*parts, laws))).encode()).hexdigest()

    def days(self) -> Iterator[Day]:
        """The days in order; may be read once."""
        for day in range(self.plan.days):
            yield Day(*self._watcher.day(day, self._market.day(day)))

    def open_pages(self) -> Iterator[Page]:
        """Pages of ads that are still there, or whose end nobody has noticed yet."""
        return self._watcher.rest()
