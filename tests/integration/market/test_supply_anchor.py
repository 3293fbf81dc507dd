"""The asking-price anchor: 168 trailing hours, strictly before t0, never the ad itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.integration.market.world import HOUR, T0, TICK, World

pytestmark = pytest.mark.one_major

SELF = 100


def anchor(world: World) -> tuple[float | None, int]:
    row = world.row("ask_median_v1", SELF)
    return row["ask_median_price"], row["ask_cnt"]


def test_an_ad_without_earlier_neighbours_has_no_anchor(world: World) -> None:
    world.ad(SELF, T0)
    world.settle()
    assert anchor(world) == (None, 0)


def test_the_window_is_closed_below_and_open_above(world: World) -> None:
    cases = {timedelta(0): 0, TICK: 1, 168 * HOUR: 1, 168 * HOUR + TICK: 0, -TICK: 0}
    for cohort, before in enumerate(cases, start=1):
        world.ad(cohort, T0, generation=cohort, price=5000)
        world.ad(100 + cohort, T0 - before, generation=cohort, price=700)
    world.settle()
    found = [world.row("ask_median_v1", cohort, cohort) for cohort in range(1, len(cases) + 1)]
    assert [row["ask_cnt"] for row in found] == list(cases.values())
    assert [row["ask_median_price"] for row in found] == [None, 700, 700, None, None]


def test_ads_of_one_instant_do_not_see_each_other(world: World) -> None:
    world.ad(SELF, T0, price=5000)
    world.ad(SELF + 1, T0, price=9000)
    world.settle()
    assert anchor(world) == (None, 0)
    assert world.row("ask_median_v1", SELF + 1)["ask_cnt"] == 0


def test_a_second_look_at_the_ad_itself_is_no_neighbour(world: World) -> None:
    world.ad(SELF, T0 - HOUR, price=5000)
    world.ad(SELF, T0, price=4000)
    world.ad(SELF, T0 - 2 * HOUR, generation=2, price=100)
    world.settle()
    assert world.row("tom_features_v1", SELF)["t0"] == T0 - HOUR
    assert world.row("tom_features_v1", SELF)["price"] == 5000
    assert anchor(world) == (None, 0)


def test_the_median_is_that_of_the_cohort(world: World) -> None:
    world.ad(SELF, T0)
    for number, price in enumerate((1000, 4000, 2000, 3000)):
        world.ad(number, T0 - (number + 1) * HOUR, price=price)
    world.ad(50, T0 - HOUR, generation=2, price=1)
    world.settle()
    assert anchor(world) == (2500, 4)


def test_prices_of_nothing_are_no_asks(world: World) -> None:
    world.ad(SELF, T0, price=5000)
    for number, price in enumerate((0, -1, None, 800)):
        world.ad(number, T0 - HOUR, price=price)
    world.settle()
    assert anchor(world) == (800, 1)


def test_a_price_of_nothing_has_no_ratio(world: World) -> None:
    prices = {SELF: 0, SELF + 1: -5, SELF + 2: None}
    for listing_id, price in prices.items():
        world.ad(listing_id, T0, price=price)
    for number in range(6):
        world.ad(number, T0 - HOUR, price=1000)
    world.settle()
    for listing_id, price in prices.items():
        row = world.row("tom_features_v1_enriched", listing_id)
        assert (row["ask_cnt"], row["ptv_ask_day"], row["ptv_final"]) == (6, None, None)
        assert row["delta_vs_ask_median_day"] == (None if price is None else price - 1000)


def test_the_proof_column_names_the_latest_neighbour(world: World) -> None:
    world.ad(SELF, T0)
    world.ad(1, T0 - 3 * HOUR)
    world.ad(2, T0 - 2 * HOUR)
    world.settle()
    assert world.row("ask_median_v1", SELF)["_max_known_at"] == T0 - 2 * HOUR
    assert world.row("ask_median_v1", 1)["_max_known_at"] is None
