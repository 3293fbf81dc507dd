"""The cases that the definitions were written for, on a few ads each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files
from typing import Any

import pytest
from tests.databases import Databases
from tests.integration.phones_anchors.facts import BERGEN, NOWHERE, OSLO
from tests.integration.phones_base.facts import DAY, HOUR, T0, TICK, Market

BOOK, PRICE, SPEED = "order_book_v1", "price_anchor_v1", "tom_features_v1_enriched_speed"
MIDNIGHT = T0.replace(hour=0, minute=0)
PHRASES = files("timeseal.market").joinpath("verticals/phones/world/phrases.toml")
#: Each generation is a market of its own.
EMPTY_MONTH, AUDITED, STOCK = 13, 14, 16


@pytest.fixture(scope="module")
def ads(databases: Databases, placed_template: str) -> Iterator[Market]:
    """Every case of this file, in one market."""
    database = databases.create(placed_template)
    market = Market(database.connect())
    _an_empty_month(market)
    _an_audit(market)
    _a_book(market)
    _a_speed(market)
    market.settle()
    yield market
    databases.drop(database)


def _sold(market: Market, listing: int, generation: int, at: Any, price: int) -> None:
    market.ad(listing, at - 10 * HOUR, generation, storage_gb=128, postal_code=NOWHERE)
    market.event(
        listing, "sold", at + HOUR, at, generation=generation, price=price, price_kind="declared"
    )


def _an_empty_month(market: Market) -> None:
    """One fair sale six weeks ago, none since."""
    _sold(market, 1, EMPTY_MONTH, T0 - 42 * DAY, 5000)
    market.ad(2, T0, EMPTY_MONTH, price=5000)


def _an_audit(market: Market) -> None:
    """A sale told at 4,000 and audited at 3,000; ads before and after that was known plus 120 h."""
    _sold(market, 11, AUDITED, T0 - 20 * DAY, 4000)
    key = {"generation": AUDITED, "listing_id": 11, "attribute": "real_sold_price"}
    market._facts.append(
        (
            "attribute_event",
            key
            | {"value": "3000", "event_time": T0 - 20 * DAY, "known_at": T0 - 6 * DAY}
            | {"source": "post_sold_audit", "method": "test", "method_version": "1"},
        )
    )
    edge = T0 - 6 * DAY + 120 * HOUR
    for listing, at in {12: edge, 13: edge + TICK}.items():
        market.ad(listing, at, AUDITED)
    known = T0 - 20 * DAY + HOUR
    for listing, at in {14: known + 120 * HOUR, 15: known + 120 * HOUR + TICK}.items():
        market.ad(listing, at, AUDITED)


def _a_book(market: Market) -> None:
    """Competitors in every state, seen by ad 40, which asks 4,400."""

    def other(listing: int, price: int | None = 4000, **values: Any) -> None:
        market.ad(listing, values.pop("at", T0 - 5 * DAY), STOCK, price=price, **values)

    def event(listing: int, what: str, known: Any, at: Any = None, **values: Any) -> None:
        market.event(listing, what, known, at, generation=STOCK, **values)

    other(21, 4000)
    other(22, 5000)
    event(22, "price_changed", T0 - TICK, price=4200, price_kind="ask")
    other(23, 5000)
    event(23, "price_changed", T0, price=1000, price_kind="ask")
    other(24)
    event(24, "sold", T0 - TICK, T0 - DAY)
    other(25, 6000)
    event(25, "sold", T0 + HOUR, T0 - DAY)
    other(26)
    event(26, "inactive", T0 - DAY)
    other(27, None)
    other(28)
    event(28, "spam_marked", T0 - DAY, mark="junk")
    other(29, at=T0 - 30 * DAY - TICK)
    other(30, postal_code=BERGEN)
    other(31, storage_gb=256)
    other(32, at=T0)
    other(33)
    event(33, "removed", T0 - 2 * DAY)
    event(33, "relisted", T0 - DAY)
    market.ad(40, T0, STOCK, price=4400, postal_code=OSLO)
    market.ad(41, T0, STOCK, price=4400, postal_code=NOWHERE)
    market.ad(42, T0, STOCK, price=4400, storage_gb=None)
    market.ad(43, T0 - 200 * DAY, STOCK, price=None)


def _a_speed(market: Market) -> None:
    """Sales of generation 15 by their price class; the last is the newest ad there is."""
    for number in range(12):
        _sold(market, 50 + number, 15, T0 - 20 * DAY, 5000)
    for number, known in enumerate((MIDNIGHT - TICK, MIDNIGHT), start=70):
        market.ad(number, MIDNIGHT - 3 * DAY, price=5000, postal_code=NOWHERE)
        market.event(number, "sold", known, MIDNIGHT - DAY, price=5000, price_kind="declared")
    market.ad(80, T0, price=5000)
    market.ad(81, T0, price=50_000)


def test_an_empty_month_is_no_price_of_nothing(ads: Market) -> None:
    """W-12: one fair sale of 5,000 gave an anchor of 2,143, and a fair ad 2.33 times its value."""
    row = ads.row(PRICE, 2)
    assert (row["n30_t0"], row["n60_t0"], row["anchor_strict_wide_n"]) == (0, 1, 1)
    assert (row["anchor_blend_t0"], row["ptv_anchor_strict_t0"]) == (5000, 1)
    assert (row["anchor_price_smart"], row["anchor_n_support"]) == (5000, 1)
    assert (row["anchor_level_k"], row["anchor_smart_state"]) == (4, "thin")
    assert row["anchor_strict_level"] == "wide"


def test_an_audit_counts_from_120_hours_after_it_was_known(ads: Market) -> None:
    assert [ads.row(PRICE, one)["anchor_30d_t0"] for one in (12, 13)] == [4000, 3000]
    assert [ads.row(PRICE, one)["n30_t0"] for one in (14, 15)] == [0, 1]
    assert ads.row(PRICE, 14)["anchor_smart_state"] == "empty"


def test_who_competes(ads: Market) -> None:
    """On offer: 21, 22 cheaper since a moment, 23, 25 sold unknown to all, 27 unpriced, 33 back."""
    row = ads.row(BOOK, 40)
    assert (row["ob_state"], row["ob_k_active_30d_sm"]) == ("competitors", 6)
    assert row["ob_median_price_30d_sm"] == 4200, "4000, 4000, 4200, 5000, 6000"
    assert row["ob_price_pctl_30d_sm"] == 0.6
    assert row["ob_delta_vs_median_30d_sm"] == 200
    assert row["ob_arrivals_7d_sm"] == 9, "21 to 28 and 33, marked later or not"
    assert (row["ob_departures_7d_sm"], row["ob_departures_30d_sm"]) == (2, 2), "24 and 33"


def test_an_unknown_cell_and_an_empty_one_are_told_apart(ads: Market) -> None:
    assert ads.row(BOOK, 41)["ob_state"] == "no_place"
    assert ads.row(BOOK, 42)["ob_state"] == "no_class"
    alone = ads.row(BOOK, 43)
    assert (alone["ob_state"], alone["ob_k_active_30d_sm"]) == ("alone", 0)
    assert alone["ob_median_price_30d_sm"] is None
    assert ads.row(BOOK, 41)["ob_k_active_30d_sm"] is None


def test_a_day_knows_what_was_known_when_it_began(ads: Market) -> None:
    """W-15: the newest day has its anchor; 71 became known at midnight, which is too late."""
    row = ads.row(SPEED, 80)
    assert row["ptv_bucket"] == 4
    support = ads.conn.execute(
        "select a.support, a.max_sold_day_used from store.tom_speed_anchor_v1 as a"
        " where a.anchor_day = %s and a.generation = 15 and a.ptv_bucket = 4",
        (T0.date(),),
    ).fetchone()
    assert support == (1, (MIDNIGHT - DAY).date())
    assert (row["speed_fast7_anchor"], row["speed_fast24_anchor"]) == (1, 0)
    assert row["speed_median_hours_ptv"] == timedelta(days=2) / HOUR
    dear = ads.row(SPEED, 81)
    assert (dear["ptv_bucket"], dear["speed_n_eff_ptv"], dear["speed_fast7_anchor"]) == (
        None,
        0,
        None,
    )


def test_texts_are_read_as_they_state_it(ads: Market) -> None:
    """Every phrasing of the world, in both languages; what is denied is not stated."""
    texts = [
        (kind, value, phrase.replace("{x}", "87"))
        for language in tomllib.loads(PHRASES.read_text(encoding="utf-8")).values()
        for kind, values in language.items()
        for value, phrases in values.items()
        for phrase in phrases
    ]
    assert len(texts) > 150
    read = ads.conn.execute(
        "select ref.damage_of_text('iPhone 15 128 GB', p), ref.battery_of_text('iPhone 15', p)"
        " from unnest(%s::text[]) with ordinality as t (p, n) order by n",
        ([phrase for _, _, phrase in texts],),
    ).fetchall()
    for (kind, value, phrase), (damage, battery) in zip(texts, read, strict=True):
        scratched = "synlige riper" in phrase or "visible scratches" in phrase
        assert damage == (int(value) if kind == "damage" else int(scratched)), phrase
        assert battery == (87 if kind == "battery" else None), phrase
    odd = "select ref.battery_of_text(null, '150% batteri'), ref.damage_of_text(null, null)"
    assert ads.conn.execute(odd).fetchone() == (None, 0)
