"""Anchors from ads that ended: by when we knew, in a window of when it happened, never itself."""

from __future__ import annotations

from typing import Any

import pytest
from tests.integration.market.world import HOUR, T0, TICK, World

pytestmark = pytest.mark.one_major

SELF = 1000


def enriched(world: World) -> dict[str, Any]:
    return world.row("tom_features_v1_enriched", SELF)


def test_an_end_counts_only_once_it_is_known(world: World) -> None:
    """Last seen two days before t0: nobody knows before three days have passed."""
    world.ad(SELF, T0)
    world.ended(1, T0 - 48 * HOUR, 10 * HOUR)
    world.settle()
    row = enriched(world)
    assert (row["anchor_14d_n"], row["anchor_median_hours_14d"]) == (0, None)
    assert (row["sold_cnt_30d"], row["sold_median_price_30d"]) == (0, None)
    assert row["_max_known_at"] == T0 - 58 * HOUR  # the neighbour's own ask, not its end


def test_knowledge_is_admitted_strictly_before_t0(world: World) -> None:
    cases = {T0: 0, T0 - TICK: 1, T0 + TICK: 0}
    for cohort, known in enumerate(cases, start=1):
        world.ad(cohort, T0, generation=cohort)
        world.ended(100 + cohort, T0 - 5 * HOUR, 10 * HOUR, known=known, generation=cohort)
    world.settle()
    for cohort, admitted in enumerate(cases.values(), start=1):
        row = world.row("tom_features_v1_enriched", cohort, cohort)
        assert (row["anchor_14d_n"], row["sold_cnt_30d"]) == (admitted, admitted)
        assert row["anchor_median_hours_14d"] == (10 if admitted else None)


def test_windows_end_at_336_and_720_hours(world: World) -> None:
    cases = {336 * HOUR: (1, 1), 336 * HOUR + TICK: (0, 1), 720 * HOUR: (0, 1)}
    cases[720 * HOUR + TICK] = (0, 0)
    for cohort, before in enumerate(cases, start=1):
        world.ad(cohort, T0, generation=cohort)
        world.ended(100 + cohort, T0 - before, HOUR, generation=cohort)
    world.settle()
    rows = [world.row("tom_features_v1_enriched", cohort, cohort) for cohort in range(1, 5)]
    assert [(row["anchor_14d_n"], row["sold_cnt_30d"]) for row in rows] == list(cases.values())


def test_the_ad_itself_is_never_among_them(world: World) -> None:
    """The same id under another generation ended before; so did an earlier life of this very id."""
    world.ad(SELF, T0)
    world.gone(SELF, T0, known=T0 + HOUR)
    world.event(SELF, "gone", T0 - 9 * HOUR, T0 - 8 * HOUR, price=1, kind="last_ask")
    world.settle()
    row = enriched(world)
    assert (row["anchor_14d_n"], row["sold_cnt_30d"]) == (0, 0)
    assert world.rows("sold_durations_v1", SELF)[0]["duration_seconds"] == 0


def ended_in_class(world: World, first: int, count: int, hours: int, power_ps: int) -> None:
    for number in range(first, first + count):
        world.ended(number, T0 - 100 * HOUR, hours * HOUR, power_ps=power_ps, price=100 * hours)


def test_ten_ends_of_the_power_class_are_enough(world: World) -> None:
    world.ad(SELF, T0, power_ps=75)
    ended_in_class(world, 0, 10, 5, 61)
    ended_in_class(world, 100, 30, 50, 76)
    world.settle()
    row = enriched(world)
    assert (row["anchor_14d_level"], row["anchor_14d_n"]) == ("class", 10)
    assert (row["sold_30d_level"], row["sold_cnt_30d"]) == ("class", 10)
    assert (row["anchor_median_hours_14d"], row["sold_median_price_30d"]) == (5, 500)


def test_nine_fall_back_to_the_whole_cohort(world: World) -> None:
    world.ad(SELF, T0, power_ps=75)
    ended_in_class(world, 0, 9, 5, 61)
    ended_in_class(world, 100, 30, 50, 76)
    ended_in_class_of_another_cohort = 300
    for number in range(20):
        world.ended(ended_in_class_of_another_cohort + number, T0 - 99 * HOUR, HOUR, generation=2)
    world.settle()
    row = enriched(world)
    assert (row["anchor_14d_level"], row["anchor_14d_n"]) == ("cohort", 39)
    assert (row["sold_30d_level"], row["sold_cnt_30d"]) == ("cohort", 39)
    assert (row["anchor_median_hours_14d"], row["sold_median_price_30d"]) == (50, 5000)


def test_without_any_end_there_is_no_level(world: World) -> None:
    world.ad(SELF, T0)
    world.settle()
    row = enriched(world)
    assert (row["anchor_14d_level"], row["sold_30d_level"], row["ptv_final"]) == (None, None, None)


def test_price_to_value_takes_ends_then_asks_then_nothing(world: World) -> None:
    cases = [(10, 9, 2.0), (9, 6, 1.25), (9, 5, 1.25), (9, 4, None)]
    for cohort, (ended, asks, _) in enumerate(cases, start=1):
        world.ad(SELF, T0, price=1000, generation=cohort)
        for number in range(ended):
            world.ended(number, T0 - 200 * HOUR, HOUR, price=500, generation=cohort)
        for number in range(100, 100 + asks):
            world.ad(number, T0 - HOUR, price=800, generation=cohort)
    world.settle()
    rows = [world.row("tom_features_v1_enriched", SELF, cohort) for cohort in range(1, 5)]
    assert [row["ptv_final"] for row in rows] == [expected for _, _, expected in cases]


def test_history_keeps_the_end_that_was_known_first(world: World) -> None:
    """A correction arrives later; rows decided in between keep what was known to them."""
    world.ad(1, T0 - 300 * HOUR)
    world.gone(1, T0 - 200 * HOUR, known=T0 - 100 * HOUR, price=900)
    world.gone(1, T0 - 250 * HOUR, known=T0 - 50 * HOUR, price=700)
    world.ad(SELF, T0)
    world.settle()
    assert world.row("sold_durations_v1", 1)["duration_hours"] == 100
    assert world.row("sold_prices_v1", 1)["sold_price"] == 900


def test_only_positive_prices_of_admitted_kinds_are_values(world: World) -> None:
    world.ad(SELF, T0)
    for number, (price, kind) in enumerate([(0, "last_ask"), (500, "ask"), (600, "declared")]):
        world.ended(number, T0 - 100 * HOUR, HOUR, price=price, kind=kind)
    world.settle()
    row = enriched(world)
    assert (row["sold_cnt_30d"], row["sold_median_price_30d"]) == (1, 600)
    assert row["anchor_14d_n"] == 3
