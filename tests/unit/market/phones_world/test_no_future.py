"""What was known before an instant is a function of the world up to that instant."""

from __future__ import annotations

from typing import Any

import pytest
from tests.phones import days, known_before

from timeseal.market.verticals.phones.world import clock
from timeseal.market.verticals.phones.world.draws import Divergence
from timeseal.market.verticals.phones.world.generator import Plan
from timeseal.market.verticals.phones.world.record import Facts
from timeseal.market.verticals.phones.world.watching import Watcher

PLAN = Plan(seed=11, days=9, listings=600)
#: Slots in which the world is cut: in the morning, at night, at a day's first slot, in its last.
CUTS = (3 * 48 + 19, 5 * 48 + 5, 6 * 48, 7 * 48 + 47)


def facts(divergence: Divergence | None = None) -> list[Facts]:
    return [one.facts for one in days(PLAN, divergence)]


def leaks(whole: list[Facts], cut: int) -> list[str]:
    """Relations in which something known before the cut depends on what was drawn after it."""
    other = facts(Divergence(cut, seed=99))
    before = clock.begins(cut)
    ours, theirs = known_before(whole, before), known_before(other, before)
    return [name for name in ours if ours[name] != theirs[name]]


@pytest.fixture(scope="module")
def whole() -> list[Facts]:
    return facts()


@pytest.mark.parametrize("cut", CUTS)
def test_facts_do_not_know_what_is_drawn_later(whole: list[Facts], cut: int) -> None:
    assert leaks(whole, cut) == []


def test_the_other_seed_changes_everything_after_the_cut(whole: list[Facts]) -> None:
    other = facts(Divergence(CUTS[1], seed=99))
    end = clock.begins(PLAN.days * 48)
    ours, theirs = known_before(whole, end), known_before(other, end)
    assert [name for name in ours if ours[name] == theirs[name]] == []


def test_every_kind_of_fact_is_compared(whole: list[Facts]) -> None:
    found = known_before(whole, clock.begins(CUTS[3]))
    assert min(len(lines) for lines in found.values()) > 0
    assert {line.split("\t")[2] for line in found["raw.listing_event"]} >= {
        "published",
        "price_changed",
        "sold",
        "removed",
        "spam_marked",
    }


def test_a_price_that_knows_of_the_sale_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Watcher.day

    def clairvoyant(self: Watcher, day: int, changes: Any) -> Any:
        for one in changes:
            if one.what == "sold":
                one.ad.first_price += 50
        return real(self, day, changes)

    monkeypatch.setattr(Watcher, "day", clairvoyant)
    assert "raw.listing_observation" in leaks(facts(), CUTS[0])


def test_a_delay_that_knows_of_the_sale_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enrichment that skips what will soon be sold tells that it will."""
    real = Watcher.day
    sold: set[int] = set()

    def picky(self: Watcher, day: int, changes: Any) -> Any:
        sold.clear()
        sold.update(one.ad.listing_id for one in changes if one.what == "sold")
        plan = self._later.first_sight
        monkeypatch.setattr(
            self._later,
            "first_sight",
            lambda page, at: None if page.ad.listing_id in sold else plan(page, at),
            raising=False,
        )
        try:
            return real(self, day, changes)
        finally:
            monkeypatch.setattr(self._later, "first_sight", plan, raising=False)

    monkeypatch.setattr(Watcher, "day", picky)
    assert "raw.attribute_event" in leaks(facts(), CUTS[0])
