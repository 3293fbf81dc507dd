"""Layer A: the first observation of an ad, for ever; duplicates as known then; local time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.integration.market.world import HOUR, T0, TICK, World

pytestmark = pytest.mark.one_major


def test_t0_is_the_first_observation_and_never_moves(world: World) -> None:
    world.ad(1, T0, price=900)
    world.settle()
    world.ad(1, T0 + HOUR, price=500)
    world.settle(full=False)
    row = world.row("tom_features_v1", 1)
    assert (row["t0"], row["edited_date"], row["price"]) == (T0, T0, 900)


def test_an_earlier_observation_that_arrives_late_takes_over(world: World) -> None:
    world.ad(1, T0, price=900)
    world.settle()
    world.ad(1, T0 - HOUR, price=950)
    world.settle(full=False)
    assert [(row["t0"], row["price"]) for row in world.rows("tom_features_v1", 1)] == [
        (T0 - HOUR, 950)
    ]


def test_two_payloads_of_one_instant_make_one_row(world: World) -> None:
    world.ad(1, T0, price=1, payload="b")
    world.ad(1, T0, price=2, payload="a")
    world.settle()
    assert world.row("tom_features_v1", 1)["price"] == 2


def test_a_listing_seen_before_under_another_generation_is_a_duplicate(world: World) -> None:
    world.ad(1, T0, generation=5)
    world.ad(1, T0 + HOUR, generation=3)
    world.ad(1, T0 + 2 * HOUR, generation=4)
    world.ad(2, T0, generation=9)
    world.settle()
    found = [world.row("tom_features_v1", 1, one)["duplicate_of"] for one in (5, 3, 4)]
    assert found == [None, 5, 3]
    assert world.row("tom_features_v1", 1, 3)["_max_known_at"] == T0
    assert world.row("tom_features_v1", 2, 9)["duplicate_of"] is None
    assert len(world.rows("tom_features_v1_enriched", 1, 3)) == 1
    kept = [len(world.rows("tom_features_v1_enriched_clean", 1, one)) for one in (5, 3, 4)]
    assert kept == [1, 0, 0]


def test_twins_of_one_instant_keep_the_lower_generation(world: World) -> None:
    world.ad(1, T0, generation=5)
    world.ad(1, T0, generation=3)
    world.settle()
    kept = [len(world.rows("tom_features_v1_enriched_clean", 1, one)) for one in (3, 5)]
    assert kept == [1, 0]


def test_a_later_twin_changes_nothing_earlier(world: World) -> None:
    world.ad(1, T0, generation=5)
    world.settle()
    before = world.row("tom_features_v1_enriched_clean", 1, 5)
    world.ad(1, T0 + TICK, generation=3)
    world.settle()
    assert world.row("tom_features_v1_enriched_clean", 1, 5) == before


def test_the_power_class_has_closed_upper_limits(world: World) -> None:
    for power in (60, 61, 300, 301, None):
        world.ad(power or 0, T0, power_ps=power)
    world.settle()
    classes = [world.row("tom_features_v1", one)["size_class"] for one in (60, 61, 300, 301, 0)]
    assert classes == [1, 2, 8, 9, None]


def test_the_day_is_utc_and_the_hour_is_the_market_s(world: World) -> None:
    """Saturday 26 March 2016, 23:30 UTC is Sunday, half an hour past midnight in Berlin."""
    world.conn.execute("set timezone = 'Pacific/Auckland'")
    world.ad(1, datetime(2016, 3, 26, 23, 30, tzinfo=UTC))
    world.ad(2, datetime(2016, 3, 27, 1, 30, tzinfo=UTC))  # the hour after the switch to summer
    world.settle()
    first, second = world.row("tom_features_v1", 1), world.row("tom_features_v1", 2)
    assert (str(first["t0_day"]), first["local_weekday"]) == ("2016-03-26", 6)
    assert (first["posted_hour_local"], second["posted_hour_local"]) == (0, 3)
    derived = world.row("trainer_derived_features_v1", 1)
    assert (derived["dow"], derived["is_weekend"]) == (6, 1)


def test_title_words_do_not_depend_on_the_collation(world: World) -> None:
    world.ad(1, T0, title="ÜBERHOLT_TÜV_neu_1.Hand AHK 2xKlima")
    world.ad(2, T0, title="Handbuch für Navigation")
    world.settle()
    row = world.row("tom_features_v1", 1)
    flags = ("inspection", "inspection_new", "first_owner", "tow_bar", "air_conditioning")
    assert [row[f"title_says_{flag}"] for flag in flags] == [1, 1, 1, 1, 1]
    assert (row["title_word_count"], row["title_digit_count"]) == (6, 2)
    assert str(row["title_upper_share"]) == "0.592593"  # 16 of 27
    other = world.row("tom_features_v1", 2)
    assert (other["title_says_first_owner"], other["title_says_navigation"]) == (0, 1)
