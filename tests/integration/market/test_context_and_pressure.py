"""The same car again, supply and posting pressure: trailing windows, strictly before t0."""

from __future__ import annotations

import pytest
from tests.integration.market.world import HOUR, T0, TICK, World

pytestmark = pytest.mark.one_major

SELF = 100


def test_counts_of_posted_ads_are_trailing_and_strict(world: World) -> None:
    world.ad(SELF, T0)
    for number, before in enumerate((0 * HOUR, TICK, 720 * HOUR, 720 * HOUR + TICK)):
        world.ad(number, T0 - before)
    world.ad(50, T0 - HOUR, generation=2)
    world.settle()
    row = world.row("trainer_derived_features_v1", SELF)
    assert (row["gen_30d_post_count"], row["allgen_30d_post_count"]) == (2, 3)
    assert row["_max_known_at"] == T0 - TICK


def test_a_market_without_recent_ads_proves_nothing_older(world: World) -> None:
    world.ad(SELF, T0)
    world.ad(1, T0 - 800 * HOUR)
    world.settle()
    row = world.row("trainer_derived_features_v1", SELF)
    assert (row["allgen_30d_post_count"], row["_max_known_at"]) == (0, None)
    assert world.row("cars_context_v1", SELF)["_max_known_at"] is None


def test_the_same_car_again_is_counted_with_its_last_price(world: World) -> None:
    place = {"postal_code": "04275"}
    world.ad(SELF, T0, price=900, **place)
    world.ad(1, T0 - 30 * HOUR, price=1000, **place)
    world.ad(2, T0 - 10 * HOUR, price=1200, **place)
    world.ad(3, T0 - 10 * HOUR, price=1800, **place)
    world.ad(4, T0 - 5 * HOUR, power_ps=76, **place)
    world.ad(5, T0, price=1, **place)
    world.ad(6, T0 - 720 * HOUR - TICK, **place)
    world.ad(7, T0 - HOUR, generation=2, **place)
    world.ad(8, T0 - HOUR, generation=3, brand="c", **place)
    world.settle()
    row = world.row("cars_context_v1", SELF)
    assert (row["relist_same_car_720h"], float(row["relist_same_car_hours"])) == (3, 10)
    assert row["relist_same_car_price_ratio"] == 0.5
    assert (row["seller_area_same_model_720h"], row["seller_area_same_brand_720h"]) == (4, 5)
    assert row["_max_known_at"] == T0 - HOUR


def test_equal_titles_meet_only_at_one_place(world: World) -> None:
    world.ad(SELF, T0, title="Golf_IV", postal_code="04275")
    world.ad(1, T0 - HOUR, title="golf iv", postal_code="04275", power_ps=99)
    world.ad(2, T0 - HOUR, title="golf iv", postal_code="04277", power_ps=99)
    world.settle()
    assert world.row("cars_context_v1", SELF)["relist_same_title_place_720h"] == 1


def test_the_same_car_elsewhere_needs_the_same_price(world: World) -> None:
    world.ad(SELF, T0, price=900)
    world.ad(1, T0 - HOUR, price=900)
    world.ad(2, T0 - HOUR, price=901)
    world.ad(3, T0, price=900)
    world.settle()
    assert world.row("cars_context_v1", SELF)["relist_same_car_any_place_720h"] == 1


def test_supply_counts_168_hours_by_brand_and_area(world: World) -> None:
    world.ad(SELF, T0, postal_code="04275")
    world.ad(1, T0 - 168 * HOUR, postal_code="04299")
    world.ad(2, T0 - TICK, postal_code="04109", generation=2)
    world.ad(3, T0 - 168 * HOUR - TICK, postal_code="04275", power_ps=99)
    world.ad(4, T0 - HOUR, postal_code="04275", brand="c", power_ps=99)
    world.settle()
    row = world.row("cars_context_v1", SELF)
    assert row["supply_brand_168h"] == 2
    assert (row["supply_postal3_168h"], row["supply_postal2_168h"]) == (2, 3)


def test_rules_that_the_market_cannot_judge_stay_unknown(world: World) -> None:
    world.ad(SELF, T0, price=5000)
    for number in range(10):
        world.ended(number, T0 - 200 * HOUR, HOUR, price=1000)
    world.settle()
    row = world.row("trainer_derived_features_v1", SELF)
    unknown = ("rocket_clean", "rocket_heavy", "fast_pattern_v2", "battery_pct_effective_fused")
    assert [row[name] for name in unknown] == [None] * 4
    assert (row["is_zombie_pattern"], row["policy_version"]) == (1, "trainer-2")


def test_the_published_view_shows_the_rows_as_defined_now(world: World) -> None:
    world.ad(SELF, T0)
    world.settle()
    world.conn.execute("delete from store.trainer_derived_features_v1")
    query = "select listing_id, gen_30d_post_count from ml.trainer_derived_features_v1"
    assert world.conn.execute(query).fetchall() == [(SELF, 0)]
