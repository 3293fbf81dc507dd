"""The landmark surface: the 25 ai_* columns, their state, and who is still there a day later."""

from __future__ import annotations

from typing import Any

import pytest
from tests.integration.phones_base.facts import DAY, ENTRYPOINT, HOUR, LANDMARK, T0, TICK, Market

LANDED = "tom_features_v1_enriched_ai_clean"
#: What is said of an ad of which nothing is known.
NOTHING = {
    "ai_sale_mode_unspecified": 1,
    "ai_owner_unknown": 1,
    "ai_ship_unspecified": 1,
    "ai_rep_unknown": 1,
    "ai_storage_gb_fixed": None,
}
#: What is read -> what the columns say beyond that.
READ: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"sale_mode": "OBO"}, {"ai_sale_mode_obo": 1, "ai_sale_mode_unspecified": 0}),
    ({"sale_mode": "firm"}, {"ai_sale_mode_firm": 1, "ai_sale_mode_unspecified": 0}),
    ({"sale_mode": "bids"}, {"ai_sale_mode_bids": 1, "ai_sale_mode_unspecified": 0}),
    ({"sale_mode": "not_sold"}, {}),
    ({"owner_type": "private"}, {"ai_owner_private": 1, "ai_owner_unknown": 0}),
    ({"owner_type": "work_phone"}, {"ai_owner_work": 1, "ai_owner_unknown": 0}),
    (
        {"can_ship": "true", "pickup_only": "false"},
        {"ai_ship_can": 1, "ai_ship_unspecified": 0, "ai_can_ship_bin": 1},
    ),
    (
        {"can_ship": "true", "pickup_only": "true"},
        {
            "ai_ship_pickup": 1,
            "ai_ship_unspecified": 0,
            "ai_can_ship_bin": 1,
            "ai_pickup_only_bin": 1,
        },
    ),
    ({"repair_provider": "apple"}, {"ai_rep_apple": 1, "ai_rep_unknown": 0}),
    ({"repair_provider": "authorized"}, {"ai_rep_authorized": 1, "ai_rep_unknown": 0}),
    ({"repair_provider": "independent"}, {"ai_rep_independent": 1, "ai_rep_unknown": 0}),
    (
        {"vat_invoice": "true", "first_owner": "true", "used_with_case_claim": "false"},
        {"ai_vat_invoice_bin": 1, "ai_first_owner_bin": 1},
    ),
    (
        {"negotiability_ai": "0.8", "urgency_ai": "1.7", "lqs_textonly": "-0.2"},
        {"ai_negotiability_f": 0.8, "ai_urgency_f": 1, "ai_lqs_textonly_f": 0},
    ),
    (
        {"opening_offer_nok": "4000", "storage_gb_fixed_ai": "256"},
        {"ai_opening_offer_nok_f": 4000, "ai_opening_offer_ratio": 0.8, "ai_storage_gb_fixed": 256},
    ),
    ({"opening_offer_nok": "-5"}, {}),
    (
        {"opening_offer_nok": "99000"},
        {"ai_opening_offer_nok_f": 99000, "ai_opening_offer_ratio": 5},
    ),
]


def said(row: dict[str, Any]) -> dict[str, Any]:
    """The 25 columns."""
    return {
        name: value for name, value in row.items() if name.startswith("ai_") and name != "ai_state"
    }


def test_the_published_rules(ads: Market) -> None:
    for number, (fields, _) in enumerate(READ):
        ads.ad(number)
        ads.read(number, T0 + HOUR, "ai_enrich", **fields)
    ads.settle()
    empty = dict.fromkeys(said(ads.row(LANDED, 0)), 0) | NOTHING
    assert len(empty) == 25
    for number, (fields, expected) in enumerate(READ):
        assert said(ads.row(LANDED, number)) == empty | expected, fields
        assert ads.row(LANDED, number)["ai_state"] == "known"


def test_a_report_counts_when_it_was_known_before_the_decision(ads: Market) -> None:
    for number, at in {1: T0 + DAY - TICK, 2: T0 + DAY, 3: T0 + 2 * DAY}.items():
        ads.ad(number)
        ads.read(number, at, "ai_enrich", sale_mode="firm", urgency_ai="0.5")
    ads.ad(4, title=None, description=None)
    ads.ad(5, price=None)
    ads.settle()
    found = {number: ads.row(LANDED, number) for number in range(1, 6)}
    states = [found[one]["ai_state"] for one in (1, 2, 3, 4, 5)]
    assert states == ["known", "pending", "pending", "absent", "pending"]
    assert [found[one]["ai_sale_mode_firm"] for one in (1, 2, 3)] == [1, 0, 0]
    assert [found[one]["ai_urgency_f"] for one in (1, 2, 3)] == [0.5, 0, 0]
    assert found[5]["ai_opening_offer_ratio"] is None
    assert found[1]["decision_at"] == T0 + DAY


def test_the_latest_report_counts_as_a_whole(ads: Market) -> None:
    ads.ad(1)
    ads.read(1, T0 + HOUR, "ai_enrich", sale_mode="firm", vat_invoice="true")
    ads.read(1, T0 + 2 * HOUR, "ai_enrich", sale_mode="obo")
    ads.read(1, T0 + 3 * HOUR, "somebody", sale_mode="bids")
    ads.settle()
    row = ads.row(LANDED, 1)
    assert (row["ai_sale_mode_obo"], row["ai_sale_mode_firm"], row["ai_vat_invoice_bin"]) == (
        1,
        0,
        0,
    )


def test_what_an_adopted_row_says_is_read_too(ads: Market) -> None:
    """Only what changed is told anew; a column of another kind is no report of the enrichment."""
    told = "adopted shop.phones"
    ads.ad(1)
    ads.read(1, T0 + HOUR, told, sale_mode="firm", can_ship="true", condition_score=0.5)
    ads.read(1, T0 + 2 * HOUR, told, sale_mode="bids")
    ads.read(1, T0 + DAY, told, sale_mode="obo", condition_score=0.9)
    ads.ad(2)
    ads.read(2, T0 + HOUR, told, condition_score=0.5)
    ads.read(2, T0 + 2 * HOUR, condition_score=0.7)
    ads.sold(3, T0 - 9 * DAY, 4000)
    ads.read(3, T0 - DAY, told, real_sold_price=3900, condition_score=0.1)
    ads.settle()
    row = ads.row(LANDED, 1)
    assert (row["ai_sale_mode_bids"], row["ai_sale_mode_firm"], row["ai_ship_can"]) == (1, 0, 1)
    assert (row["ai_state"], row["condition_score"]) == ("known", 0.5)
    assert (ads.row(LANDED, 2)["ai_state"], ads.row(LANDED, 2)["condition_score"]) == (
        "pending",
        0.7,
    )
    assert ads.row(LANDED, 1)["sold_median_price_30d"] == 3900
    assert ads.row("ai_enrich_landmark_v1", 3)["condition_score"] is None


@pytest.mark.parametrize("event", ["sold", "removed"])
def test_only_ads_still_there_as_known_then_have_a_row(ads: Market, event: str) -> None:
    for number, at in {1: T0 + DAY - TICK, 2: T0 + DAY}.items():
        ads.ad(number)
        ads.event(number, event, at, T0 + HOUR)
    ads.settle()
    assert ads.kept(LANDED, 1, 2) == [2]
    assert ads.kept("tom_features_v1_enriched_clean", 1, 2) == [1, 2]


def test_no_ad_leaves_the_surface_without_a_reason(ads: Market) -> None:
    """Near miss: ads that left for a reason, and the newest, whose day is not over."""
    for number in range(1, 7):
        ads.ad(number)
    ads.ad(2, T0 - HOUR, generation=14)
    ads.event(3, "removed", T0 + HOUR)
    ads.event(4, "spam_marked", T0 + HOUR, mark="junk")
    ads.ad(7, T0 + 2 * DAY)
    ads.settle()
    problems = "select r.listing_id, r.problem from build.landmark_rows_reconcile as r order by 1"
    assert ads.conn.execute(problems).fetchall() == []
    gate = "select g.object from audit.gate_invariants(%s) as g"
    assert ads.conn.execute(gate, (LANDMARK,)).fetchall() == []
    ads.conn.execute(f"delete from store.{LANDED} where listing_id = 5")
    ads.conn.execute("delete from store.ai_enrich_landmark_v1 where listing_id = 6")
    ads.conn.execute(f"delete from store.{LANDED} where listing_id = 6")
    ads.conn.execute(f"update store.{LANDED} set listing_id = 3 where listing_id = 1")
    assert ads.conn.execute(problems).fetchall() == [
        (1, "left out without a reason"),
        (3, "kept in spite of a reason"),
        (5, "left out without a reason"),
        (6, "left out without a reason"),
    ]
    judged = ads.conn.execute(gate, (LANDMARK,)).fetchall()
    assert {name for (name,) in judged} == {"landmark_rows_reconcile"}


def test_no_landmark_column_reaches_the_surface_of_t0(ads: Market) -> None:
    clocks = ads.conn.execute(
        "select r.clock, count(*) from audit.column_role as r"
        " where r.relid = %s::regclass group by r.clock",
        (LANDMARK,),
    ).fetchall()
    assert clocks == [("landmark", 61)]
    shared = ads.conn.execute(
        "select count(*) from audit.build_closure(%s::regclass) as b"
        " where b.fqn like '%%ai_enrich%%' or b.fqn like '%%ai_clean%%'",
        (ENTRYPOINT,),
    ).fetchone()
    assert shared == (0,)
