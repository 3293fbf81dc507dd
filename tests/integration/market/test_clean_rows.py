"""E-clean: marks remove a row only when they were known before it was decided."""

from __future__ import annotations

import pytest
from tests.integration.market.world import HOUR, T0, TICK, World

pytestmark = pytest.mark.one_major


def kept(world: World, listing_id: int) -> bool:
    return len(world.rows("tom_features_v1_enriched_clean", listing_id)) == 1


def test_only_a_mark_known_before_t0_removes_a_row(world: World) -> None:
    cases = {1: T0 - TICK, 2: T0, 3: T0 + HOUR}
    for listing_id, known in cases.items():
        world.ad(listing_id, T0)
        world.event(listing_id, "spam_marked", T0 - 2 * HOUR, known, mark="spam")
    world.settle()
    assert [kept(world, one) for one in cases] == [False, True, True]
    assert world.row("tom_features_v1_enriched_clean", 2)["_max_known_at"] is None


def test_every_token_of_the_list_excludes_and_unknown_ones_do_not(world: World) -> None:
    excluding = ["t", "TRUE", "1", "yes", "y", " spam ", "wtb", "wanted"]
    excluding += ["duplicate-junk", "junk", "bundled", "below13"]
    keeping = ["f", "false", "0", "no", "n", "whatever", "", None]
    for number, mark in enumerate(excluding + keeping):
        world.ad(number, T0)
        world.event(number, "spam_marked", T0 - 2 * HOUR, T0 - HOUR, mark=mark)
    world.settle()
    found = [kept(world, number) for number in range(len(excluding + keeping))]
    assert found == [False] * len(excluding) + [True] * len(keeping)
    assert world.row("tom_features_v1_enriched_clean", 14)["_max_known_at"] == T0 - HOUR


def test_the_latest_mark_known_then_decides(world: World) -> None:
    for listing_id, marks in {1: ("spam", "no"), 2: ("no", "spam")}.items():
        world.ad(listing_id, T0)
        for hours, mark in zip((3, 2), marks, strict=True):
            world.event(listing_id, "spam_marked", T0 - 9 * HOUR, T0 - hours * HOUR, mark=mark)
    world.settle()
    assert [kept(world, 1), kept(world, 2)] == [True, False]


def test_marks_of_one_instant_exclude_when_one_of_them_does(world: World) -> None:
    world.ad(1, T0)
    for hours, mark in ((9, "no"), (8, "spam"), (7, "whatever")):
        world.event(1, "spam_marked", T0 - hours * HOUR, T0 - HOUR, mark=mark)
    world.settle()
    assert not kept(world, 1)


def test_nothing_leaves_without_a_reason(world: World) -> None:
    """The reconciling invariant finds a row that somebody took out of the stored layer."""
    world.ad(1, T0)
    world.ad(2, T0)
    world.settle()
    query = "select listing_id, problem from build.clean_rows_reconcile"
    assert world.conn.execute(query).fetchall() == []
    world.conn.execute("delete from store.tom_features_v1_enriched_clean where listing_id = 2")
    assert world.conn.execute(query).fetchall() == [(2, "left out without a reason")]
