"""Labels of phones as of an origin: removal competes with sale; the landmark is entered late."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from tests.integration.phones_base.facts import DAY, HOUR, T0, TICK, Market

pytestmark = pytest.mark.one_major

ORIGIN = T0 + 30 * DAY
LABELS = (
    "select listing_id, outcome, event, duration_hours::float8, entry_hours::int, at_risk, fast24,"
    " slow21 from ml.tom_labels_asof(%s, %s) where generation = 15 order by listing_id"
)
OPEN = (
    "create or replace function audit.require_certified(p_entrypoint text, p_max_age interval"
    " default interval '24 hours') returns boolean language sql as 'select true'"
)


def labels(
    ads: Market, origin: datetime = ORIGIN, landmark: bool = False
) -> dict[int, tuple[Any, ...]]:
    """What the function says behind a door that is held open."""
    ads.ad(999, ORIGIN + 40 * DAY, generation=13)
    ads.settle()
    ads.conn.execute(OPEN)
    found = ads.conn.execute(LABELS, (origin, landmark)).fetchall()
    return {row[0]: row[1:] for row in found}


def test_the_first_end_counts_and_removal_competes_with_sale(ads: Market) -> None:
    ends = {
        1: [("sold", 10)],
        2: [("sold", 24)],
        3: [("sold", 504)],
        4: [("removed", 10), ("sold", 20)],
        5: [("removed", 12), ("sold", 12)],
        6: [("removed", 600)],
        7: [],
    }
    for number, told in ends.items():
        ads.ad(number)
        for event, hours in told:
            ads.event(number, event, T0 + (hours + 1) * HOUR, T0 + hours * HOUR)
    for number, age in {8: 47, 9: 49}.items():
        ads.ad(number, ORIGIN - age * HOUR)
    found = labels(ads)
    assert {number: row[:3] + row[-2:] for number, row in found.items()} == {
        1: ("sold", True, 10, True, False),
        2: ("sold", True, 24, True, False),
        3: ("sold", True, 504, False, True),
        4: ("removed", False, 10, False, False),
        5: ("sold", True, 12, True, False),
        6: ("removed", False, 600, False, True),
        7: ("censored", False, 696, False, True),
        8: ("censored", False, 23, None, None),
        9: ("censored", False, 25, False, None),
    }
    assert {row[3:5] for row in found.values()} == {(0, True)}


def test_nothing_is_known_after_the_origin(ads: Market) -> None:
    for number, known in {1: ORIGIN - TICK, 2: ORIGIN}.items():
        for event, offset in {"sold": 0, "removed": 10}.items():
            ads.ad(number + offset)
            ads.event(number + offset, event, known, T0 + 30 * HOUR)
        ads.ad(number + 20)
        ads.event(number + 20, "spam_marked", known, mark="junk")
    ads.ad(23)
    ads.event(23, "spam_marked", T0 + HOUR, mark="junk")
    ads.event(23, "spam_marked", T0 + 2 * HOUR, mark="no")
    found = labels(ads)
    assert {number: row[0] for number, row in found.items()} == {
        1: "sold",
        2: "censored",
        11: "removed",
        12: "censored",
        22: "censored",
        23: "censored",
    }, "a mark that was taken back excludes nothing"


def test_the_landmark_is_entered_by_ads_that_were_there_as_known_then(ads: Market) -> None:
    ends = {
        1: ("sold", 10, T0 + DAY - TICK),
        2: ("sold", 10, T0 + DAY),
        3: ("removed", 24, T0 + 26 * HOUR),
        4: ("sold", 25, T0 + 26 * HOUR),
        5: ("removed", 5, T0 + 6 * HOUR),
    }
    for number, (event, hours, known) in ends.items():
        ads.ad(number)
        ads.event(number, event, known, T0 + hours * HOUR)
    ads.ad(6)
    ads.ad(7, ORIGIN - 2 * DAY)
    ads.ad(8, ORIGIN - 2 * DAY - TICK)
    found = labels(ads, landmark=True)
    assert {number: (*row[:1], row[2], *row[3:5]) for number, row in found.items()} == {
        2: ("sold", 10, 24, False),
        3: ("removed", 24, 24, False),
        4: ("sold", 25, 24, True),
        6: ("censored", 696, 24, True),
        8: ("censored", pytest.approx(24, abs=1e-6), 24, True),
    }
    there = [one for one in range(1, 8) if ads.rows("tom_features_v1_enriched_ai_clean", one)]
    assert there == [2, 3, 4, 6, 7], "the surface holds the same ads, and those too young to judge"
