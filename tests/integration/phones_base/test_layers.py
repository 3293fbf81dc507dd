"""The base layers of phones on hand-written ads: what is admitted by t0, and what is not."""

from __future__ import annotations

import pytest
from psycopg.errors import Diagnostic
from tests.integration.phones_base.facts import DAY, HOUR, T0, TICK, Market

from timeseal.cli.load import hear_alarms
from timeseal.market.vertical import load

BASE, CLEAN = "tom_features_v1", "tom_features_v1_enriched_clean"
ENRICHED, LANDED = "tom_features_v1_enriched", "tom_features_v1_enriched_ai_clean"


def test_a_row_says_what_the_first_sight_said(ads: Market) -> None:
    ads.ad(1, seller_rating=9.5, review_count=3, member_since_year=2019, location_city="Oslo")
    ads.ad(1, T0 + HOUR, price=4000, title="other", seller_rating=1.0)
    ads.ad(2, title=None, description=None)
    ads.settle()
    row = ads.row(BASE, 1)
    assert (row["t0"], row["price"], row["seller_rating"], row["review_count"]) == (
        T0,
        5000,
        9.5,
        3,
    )
    assert (row["title_length"], row["description_length"]) == (9, 11)
    assert (row["local_weekday"], row["posted_hour_local"]) == (2, 0), "Wednesday in Oslo"
    assert str(row["t0_day"]) == "2026-06-02"
    assert row["_max_known_at"] is None
    assert (ads.row(BASE, 2)["title_length"], ads.row(BASE, 2)["description_length"]) == (0, 0)


def test_storage_classes_are_those_of_the_vertical(ads: Market) -> None:
    sizes = [None, 16, 64, 119, 120, 128, 249, 250, 256, 499, 500, 512, 899, 900, 1024, 2048]
    for number, size in enumerate(sizes):
        ads.ad(number, storage_gb=size)
    ads.settle()
    classes = load("phones").size_class
    found = [ads.row(BASE, number)["size_class"] for number in range(len(sizes))]
    assert found == [classes.of(size) for size in sizes]
    buckets = [ads.row(BASE, number)["sbucket"] for number in range(len(sizes))]
    assert buckets[:4] == [None, 16, 64, 119]
    assert buckets[4:] == [128] * 3 + [256] * 3 + [512] * 3 + [1024] * 3
    assert ads.row(BASE, 5)["class_id"] == 1502
    assert ads.row(BASE, 0)["class_id"] is None


def test_what_was_read_counts_when_it_was_known_before(ads: Market) -> None:
    known = {1: T0 - TICK, 2: T0, 3: T0 + HOUR}
    for number, at in known.items():
        ads.ad(number)
        ads.read(number, at, condition_score=0.7, battery_pct_fixed_ai=88, damage_severity_ai=2)
    ads.ad(4)
    ads.read(4, T0 - 2 * HOUR, condition_score=0.2, battery_pct_fixed_ai="about 90")
    ads.read(4, T0 - HOUR, condition_score=0.9)
    ads.read(4, T0 - TICK, "post_sold_audit", condition_score=1.0)
    ads.ad(5)
    ads.read(5, T0 - HOUR, condition_score="0.30000000000000004", battery_pct_fixed_ai="9" * 11)
    ads.settle()
    assert [ads.row(BASE, one)["condition_score"] for one in (1, 2, 3)] == [0.7, None, None]
    assert ads.row(BASE, 1)["battery_pct_fixed_ai"] == 88
    assert ads.row(BASE, 1)["_max_known_at"] == T0 - TICK
    latest = ads.row(BASE, 4)
    assert (latest["condition_score"], latest["battery_pct_fixed_ai"]) == (0.9, None)
    strange = ads.row(BASE, 5)
    assert (strange["condition_score"], strange["battery_pct_fixed_ai"]) == (0.1 + 0.2, None)
    landed = [ads.row("ai_enrich_landmark_v1", one)["condition_score"] for one in (1, 2, 3)]
    assert landed == [0.7, 0.7, 0.7], "a day later all of it was known"


def test_an_audited_price_replaces_the_other_from_when_it_was_known(ads: Market) -> None:
    ads.sold(1, T0 - 10 * DAY, 4000)
    ads.read(1, T0 - 2 * DAY, "post_sold_audit", real_sold_price=3000)
    ads.read(1, T0 - DAY, "post_sold_audit", real_sold_price=9999)
    for number, at in {10: T0 - 2 * DAY, 11: T0 - 2 * DAY + TICK, 12: T0}.items():
        ads.ad(number, at)
    ads.settle()
    prices = [row["sold_price"] for row in ads.rows("sold_prices_v1", 1)]
    assert sorted(prices) == [3000, 4000]
    found = [ads.row(ENRICHED, number) for number in (10, 11, 12)]
    assert [one["sold_median_price_30d"] for one in found] == [4000, 3000, 3000]
    assert [one["sold_cnt_30d"] for one in found] == [1, 1, 1], "one sale is one sale"


def test_both_prices_of_a_sale_fall_into_a_window_or_neither(ads: Market) -> None:
    """Its first end lies 31 days back, the end with a price 29, the audit replaces that price."""
    ads.ad(1, T0 - 40 * DAY)
    ads.event(1, "sold", T0 - 30 * DAY, T0 - 31 * DAY)
    ads.event(1, "sold", T0 - 28 * DAY, T0 - 29 * DAY, price=4000, price_kind="declared")
    ads.read(1, T0 - 2 * DAY, "post_sold_audit", real_sold_price=3000)
    ads.ad(2, T0 - 40 * DAY)
    ads.event(2, "sold", T0 - 28 * DAY, T0 - 29 * DAY, price=4100, price_kind="declared")
    for number, at in {10: T0 - 27 * DAY, 11: T0 - DAY - TICK, 12: T0}.items():
        ads.ad(number, at)
    ads.settle()
    assert {row["event_time"] for row in ads.rows("sold_prices_v1", 1)} == {T0 - 31 * DAY}
    found = [ads.row(ENRICHED, number) for number in (10, 11, 12)]
    assert [one["sold_median_price_30d"] for one in found] == [4050, 3550, 4100]
    assert [one["sold_cnt_30d"] for one in found] == [2, 2, 1], "never the price that was replaced"


def test_a_sale_from_before_the_first_sight_hides_no_later_one(ads: Market) -> None:
    ads.ad(1, T0 - 9 * DAY)
    ads.event(1, "sold", T0 - 8 * DAY, T0 - 20 * DAY, price=100, price_kind="declared")
    ads.event(1, "sold", T0 - 2 * DAY, T0 - 3 * DAY, price=4000, price_kind="declared")
    ads.event(1, "sold", T0 - DAY, T0 - 3 * DAY, price=4200, price_kind="declared")
    ads.read(1, T0 - DAY, "post_sold_audit", real_sold_price="3900")
    ads.ad(2, T0 - 2 * DAY, price=None)
    ads.event(2, "sold", T0 - DAY)
    ads.read(2, T0 - DAY - HOUR, "post_sold_audit", real_sold_price=-1)
    ads.read(2, T0 - HOUR, "post_sold_audit", real_sold_price=2500)
    ads.settle()
    found = [(row["sold_price"], row["known_at"]) for row in ads.rows("sold_prices_v1", 1)]
    assert sorted(found) == [(3900, T0 - DAY), (4000, T0 - 2 * DAY)]
    assert ads.row("sold_prices_v1", 2)["sold_price"] == 2500, "an audit alone is a price"


def test_a_removed_ad_was_not_sold(ads: Market) -> None:
    ads.ad(1, T0 - 4 * DAY)
    ads.event(1, "removed", T0 - 2 * DAY, T0 - 3 * DAY, price=4000, price_kind="last_ask")
    ads.sold(2, T0 - 3 * DAY, 4100)
    ads.event(2, "removed", T0 - 3 * DAY, price=3900, price_kind="last_ask")
    ads.ad(3)
    ads.ad(4, T0 + 9 * DAY)
    ads.sold(5, T0 + DAY, 4200)
    ads.event(5, "removed", T0 + 3 * DAY, T0 + DAY - HOUR)
    ads.sold(6, T0 + DAY, 4200)
    ads.event(6, "removed", T0 + 3 * DAY, T0 + DAY)
    ads.settle()
    row = ads.row(ENRICHED, 3)
    assert (row["sold_cnt_30d"], row["anchor_14d_n"]) == (1, 1)
    assert [row["sold_price"] for row in ads.rows("sold_prices_v1", 2)] == [4100]
    label = ads.row("tom_labels_v1", 1)
    assert (label["sold_event"], label["duration_hours"]) == (False, 24), "watched until removed"
    sales = [ads.row("tom_labels_v1", one)["sold_event"] for one in (2, 5, 6)]
    assert sales == [True, False, True], "the first end counts; of two at one instant the sale"


def test_an_ad_whose_own_words_say_so_is_out_from_its_first_sight(ads: Market) -> None:
    telling = [
        {"title": "Ønskes kjøpt iPhone 15"},
        {"title": "WTB iPhone 15"},
        {"description": "Ønsker å kjøpe iPhone 15, 128 GB."},
        {"title": "Pakke med iPhone 15"},
        {"description": "Bundle: iPhone 15, iPad and charger, together only."},
        {"title": "Deksel iPhone 15"},
        {"description": "Screen protector for iPhone 15."},
        {"model": "iPhone XR"},
        {"model": "iPhone 12 Pro"},
    ]
    innocent = [
        {"description": "Alltid brukt med deksel. Kjøper betaler frakt."},
        {"description": "Jeg kjøpte den brukt. Case and screen protector since day one."},
        {"title": "iPhone 15 med kvittering", "description": None},
        {"title": "Pent brukt iPhone 15, deksel følger med"},
        {"title": None, "description": None, "model": None},
    ]
    for number, words in enumerate(telling + innocent):
        ads.ad(number, **words)
    everything = range(len(telling + innocent))
    ads.sold(90, T0 - DAY, 300, title="Deksel iPhone 15")
    ads.sold(91, T0 - DAY, 4000)
    ads.settle()
    row = ads.row(ENRICHED, 1)
    support = row["sold_cnt_30d"], row["anchor_14d_n"], row["ask_cnt"]
    assert support == (1, 1, 1), "nor does it stand for a price or a time of others"
    assert ads.kept(ENRICHED, *everything) == list(everything)
    assert ads.kept(CLEAN, *everything) == list(everything)[len(telling) :]
    assert ads.kept(LANDED, *everything) == list(everything)[len(telling) :]
    assert ads.conn.execute("select count(*) from build.clean_rows_reconcile").fetchone() == (0,)


def test_marks_count_on_each_clock_as_known_then(ads: Market) -> None:
    known = {1: T0 - TICK, 2: T0, 3: T0 + DAY - TICK, 4: T0 + DAY}
    for number, at in known.items():
        ads.ad(number)
        ads.event(number, "spam_marked", at, mark="junk")
    ads.ad(5)
    ads.event(5, "spam_marked", T0 + HOUR, mark="junk")
    ads.event(5, "spam_marked", T0 + 2 * HOUR, mark="no")
    ads.ad(6)
    ads.event(6, "spam_marked", T0 + HOUR, mark="junk")
    ads.event(6, "spam_marked", T0 + DAY, mark="no")
    ads.settle()
    assert ads.kept(CLEAN, 1, 2, 3, 4, 5, 6) == [2, 3, 4, 5, 6]
    assert ads.kept(LANDED, 1, 2, 3, 4, 5, 6) == [4, 5]


@pytest.mark.parametrize("mark", ["spma", "", None])
def test_an_unknown_mark_goes_to_quarantine_with_an_alarm(ads: Market, mark: str | None) -> None:
    said: list[tuple[str | None, str]] = []

    def hear(one: Diagnostic) -> None:
        said.append((one.severity_nonlocalized, one.message_primary or ""))

    ads.conn.add_notice_handler(hear)
    for number in (1, 2):
        ads.ad(number)
        ads.event(number, "spam_marked", T0 - HOUR, mark=mark)
    ads.event(2, "spam_marked", T0 - 2 * HOUR, mark=" WTB ")
    ads.settle()
    assert [level for level, _ in said] == ["WARNING", "WARNING"]
    assert "unknown mark" in said[0][1]
    kept = ads.conn.execute(
        "select q.row_number, q.found, q.raw_line::jsonb ->> 'listing_id' from raw.quarantine as q"
        " where q.column_name = 'mark' order by q.row_number"
    ).fetchall()
    assert kept == [(1, mark, "1"), (2, mark, "2")]
    marks = ads.conn.execute("select e.mark from raw.listing_event as e").fetchall()
    assert marks == [(" WTB ",)], "a known one is a fact, as it was written"
    assert ads.kept(CLEAN, 1, 2) == [1]


def test_a_load_says_the_alarm_and_how_to_mend_it(
    ads: Market, capsys: pytest.CaptureFixture[str]
) -> None:
    """Near miss: a mark that is known says nothing."""
    hear_alarms(ads.conn)
    ads.ad(1)
    ads.event(1, "spam_marked", T0 - HOUR, mark="junk")
    ads.settle()
    assert "alarm" not in capsys.readouterr().err
    ads.event(1, "spam_marked", T0 + HOUR, mark="jnuk")
    ads.settle()
    said = capsys.readouterr().err
    assert "alarm: TS003: unknown mark 'jnuk' of ad 1 in quarantine" in said
    assert "hint: select raw_line from raw.quarantine" in said


def test_a_number_seen_under_another_generation_is_a_twin(ads: Market) -> None:
    """T-twin: deterministic, no fan-out, the row that was first stays."""
    ads.ad(1, T0 - HOUR, generation=15)
    ads.ad(1, T0, generation=14)
    ads.ad(2, T0, generation=16)
    ads.ad(2, T0, generation=15)
    ads.settle()
    assert [row["duplicate_of"] for row in ads.rows(ENRICHED, 1)] == [15, None]
    assert [row["duplicate_of"] for row in ads.rows(ENRICHED, 2)] == [None, 15]
    for layer in (CLEAN, LANDED):
        assert [ads.row(layer, one)["generation"] for one in (1, 2)] == [15, 15]
    assert ads.conn.execute("select count(*) from build.clean_rows_reconcile").fetchone() == (0,)


def test_a_twin_of_the_very_same_instant_is_told(ads: Market) -> None:
    """Which is the ad is then a rule, not knowledge; what was seen before t0 speaks first."""
    ads.ad(1, T0 - HOUR, generation=15)
    ads.ad(1, T0, generation=14)
    ads.ad(2, T0, generation=16)
    ads.ad(2, T0, generation=15)
    ads.ad(3, T0 - HOUR, generation=17)
    ads.ad(3, T0, generation=14)
    ads.ad(3, T0, generation=15)
    ads.settle()
    told = "select generation, listing_id, duplicate_of from build.twins_of_one_instant"
    assert ads.conn.execute(told).fetchall() == [(16, 2, 15)]
    known = [(row["duplicate_of"], row["_max_known_at"]) for row in ads.rows(BASE, 3)]
    assert known == [(17, T0 - HOUR), (17, T0 - HOUR), (None, None)]
