"""What others are told of an ad follows the ad; reconciliations name what they should."""

from __future__ import annotations

import pytest
from tests.integration.phones_base.facts import DAY, HOUR, T0, TICK, Market

pytestmark = pytest.mark.one_major


def test_a_mark_of_its_own_words_reaches_the_neighbours(ads: Market) -> None:
    """The second text of the instant is the one that counts, and it asks for a phone."""
    ads.ad(2, T0 - 3 * DAY, generation=14, price=3000)
    ads.ad(1, T0 - 2 * DAY, price=1000)
    ads.ad(2, T0 - DAY, price=3000)
    ads.ad(3)
    ads.settle(full=False)
    assert ads.row("ask_median_v1", 3)["ask_cnt"] == 2
    ads.ad(2, T0 - DAY, price=3000, title="Ønskes kjøpt iPhone 15", source="a")
    ads.settle(full=False)
    asked = ads.row("ask_median_v1", 3)
    assert (asked["ask_median_price"], asked["ask_cnt"]) == (1000, 1)


@pytest.mark.parametrize(
    ("layer", "invariant"),
    [
        ("tom_features_v1_enriched_clean", "clean_rows_reconcile"),
        ("tom_features_v1_enriched_ai_clean", "landmark_rows_reconcile"),
    ],
)
def test_the_latest_mark_of_its_time_decides(ads: Market, layer: str, invariant: str) -> None:
    """One ad was marked, one cleared again, one marked too late: each way round is named."""
    for number in (1, 2, 3, 4):
        ads.ad(number)
    ads.ad(9, T0 + 2 * DAY)
    ads.event(1, "spam_marked", T0 - HOUR, mark="junk")
    ads.event(2, "spam_marked", T0 - HOUR, mark="junk")
    ads.event(2, "spam_marked", T0 - TICK, mark="no")
    ads.event(3, "spam_marked", T0 + 2 * DAY, mark="junk")
    ads.settle()
    relation = ads.conn.execute(
        "select audit.relation_name(i.relid) from audit.store_invariant as i where i.name = %s",
        (invariant,),
    ).fetchone()
    assert relation is not None
    named = f"select b.listing_id, b.problem from {relation[0]} as b order by b.listing_id"
    assert ads.kept(layer, 1, 2, 3, 4) == [2, 3, 4]
    assert ads.conn.execute(named.encode()).fetchall() == []
    ads.conn.execute(f"update store.{layer} set listing_id = 1 where listing_id = 2".encode())
    assert ads.conn.execute(named.encode()).fetchall() == [
        (1, "kept in spite of a reason"),
        (2, "left out without a reason"),
    ]
