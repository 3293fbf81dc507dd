"""Marginal laws of the world against its specification, on some 3,000 ads.

The tests compute from the formulas of docs/explanation/phones-world.md, not from the generator.
A law passes at p > 0.001, so that one true world in a thousand fails per law; the seed is fixed.
"""

from __future__ import annotations

from collections import Counter
from math import exp, log
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from tests.phones import SOURCES

from timeseal.market.verticals.phones.world import clock
from timeseal.market.verticals.phones.world.draws import Draws
from timeseal.market.verticals.phones.world.laws import LAWS
from timeseal.market.verticals.phones.world.market import Change, Market
from timeseal.market.verticals.phones.world.oracle import Cases, chances
from timeseal.market.verticals.phones.world.specify import between, constants
from timeseal.market.verticals.phones.world.watching import down

DAYS, RATE, CHANCE = 20, 150.0, 0.001
SPECIFICATION = Path(__file__).parents[4] / "docs" / "explanation" / "phones-world.md"


@pytest.fixture(scope="module")
def changes() -> list[Change]:
    market = Market(Draws(5), SOURCES, RATE)
    return [one for day in range(DAYS) for one in market.day(day)]


@pytest.fixture(scope="module")
def births(changes: list[Change]) -> list[Change]:
    return [one for one in changes if one.what == "published" and one.ad.parent is None]


def agree(found: dict[object, int], shares: dict[object, float]) -> bool:
    """Chi-square of counts against shares; rare classes are joined."""
    total = sum(found.values())
    expected = {key: total * share / sum(shares.values()) for key, share in shares.items()}
    rare = {key for key, count in expected.items() if count < 8}
    left = [(found.get(key, 0), count) for key, count in expected.items() if key not in rare]
    if rare:
        pooled = sum(found.get(key, 0) for key in rare), sum(expected[key] for key in rare)
        left.append(pooled)
    seen, wanted = zip(*[pair for pair in left if pair[1] > 0], strict=True)
    return bool(stats.chisquare(seen, wanted).pvalue > CHANCE)


def test_the_specification_prints_these_constants() -> None:
    text = SPECIFICATION.read_text(encoding="utf-8")
    assert between(text, "laws", constants()) == text, "run the command in specify.py"


def test_there_are_as_many_ads_as_planned(births: list[Change]) -> None:
    assert abs(len(births) - DAYS * RATE) < 5 * (DAYS * RATE) ** 0.5


def test_ads_come_by_the_hour_of_oslo(births: list[Change]) -> None:
    found = Counter(clock.moment(one.at).astimezone(clock.ZONE).hour for one in births)
    assert agree(dict(found), dict(enumerate(LAWS.hour_of_day)))


def test_kinds_have_their_shares(births: list[Change]) -> None:
    rare = {name: getattr(LAWS, name) for name in ("wanted", "bundle", "junk", "below13")}
    found = Counter(one.ad.kind for one in births)
    assert agree(dict(found), {**rare, "regular": 1 - sum(rare.values())})


def test_models_and_storage_sell_as_measured(births: list[Change]) -> None:
    shares = np.diff(SOURCES.product_shares, prepend=0.0)
    wanted = {
        (one.model, one.storage_gb): share
        for one, share in zip(SOURCES.products, shares, strict=True)
    }
    found = Counter((one.ad.phone.product.model, one.ad.phone.product.storage_gb) for one in births)
    assert agree(dict(found), dict(wanted))


def test_people_live_where_people_live(births: list[Change]) -> None:
    private = [one.ad.seller.place for one in births if one.ad.seller.key.startswith("u")]
    oslo = sum(place.kommune == "0301" for place in private) / len(private)
    people = {place.kommune: place for place in SOURCES.places}
    share = sum(
        float(step)
        for place, step in zip(
            SOURCES.places, np.diff(SOURCES.place_shares, prepend=0.0), strict=True
        )
        if place.kommune == "0301"
    )
    assert len(people) == 357
    assert abs(oslo - share) < 4 * (share / len(private)) ** 0.5


def test_first_prices_are_lognormal_around_the_value(births: list[Change]) -> None:
    over = [
        log(one.ad.first_price / one.ad.phone.value)
        - LAWS.business_overask * one.ad.seller.business
        - LAWS.urgent_price * (one.ad.phone.facts["urgency"] == "yes")
        for one in births
        if one.ad.kind == "regular" and one.ad.auction_ends is None
    ]
    law = stats.norm(LAWS.overask, LAWS.overask_spread)
    assert stats.kstest(over, law.cdf).pvalue > CHANCE


def test_frailty_is_gamma(births: list[Change]) -> None:
    drawn = [one.ad.frailty for one in births]
    law = stats.gamma(LAWS.frailty_shape, scale=1 / LAWS.frailty_shape)
    assert stats.kstest(drawn, law.cdf).statistic < 0.035


def risk(change: Change) -> tuple[float, float]:
    """Chances that an ad is sold, and that it is withdrawn, before its first midnight.

    Until then its price stands and nobody has reserved it. Written out from the specification.
    """
    ad, place, effort = change.ad, change.ad.seller.place, change.ad.seller.effort
    over = min(2.0, max(-1.5, log(ad.first_price / ad.phone.value)))
    damaged = ad.phone.damage >= 2
    alive = ad.frailty * (LAWS.dead_factor if ad.dead else 1)
    hunters = LAWS.hunter * exp(min(3.0, -LAWS.hunter_price * over + LAWS.hunter_damage * damaged))
    browsers = LAWS.browser * exp(
        -LAWS.browser_price * over
        + LAWS.browser_damage * damaged
        + LAWS.browser_city * place.city
        + LAWS.browser_effort * (effort - 0.5)
    )
    gone = LAWS.withdraw * exp(LAWS.withdraw_overask * max(0.0, over))
    step, left, sold, removed = 60 * clock.SECOND, 1.0, 0.0, 0.0
    midnight = (change.at - clock.ORIGIN) // clock.DAY * clock.DAY + clock.ORIGIN + clock.DAY
    for now in range(change.at, midnight, 10 * step):
        age = (now + 5 * step - change.at) / clock.HOUR
        local = clock.moment(now).astimezone(clock.ZONE)
        worth = LAWS.hour_of_day[local.hour] * LAWS.buyer_weekday[local.weekday()]
        worth *= LAWS.payday_factor if local.day in LAWS.payday else 1
        fade, rise = exp(-age / LAWS.hunter_fade), 1 - exp(-age / LAWS.browser_rise)
        sale = alive * worth * (hunters * fade + browsers * rise)
        sale *= (1 + age / LAWS.sink) ** -LAWS.sink_power
        ends = (sale + gone) * min(10 * step, midnight - now) / clock.HOUR
        sold += left * (1 - exp(-ends)) * sale / (sale + gone)
        removed += left * (1 - exp(-ends)) * gone / (sale + gone)
        left *= exp(-ends)
    return sold, removed


def test_ads_are_sold_as_often_as_the_law_says(changes: list[Change], births: list[Change]) -> None:
    ends = {one.ad.listing_id: one for one in changes if one.what in {"sold", "removed"}}
    plain = [one for one in births if one.ad.auction_ends is None and one.ad.kind == "regular"]
    risks = [risk(one) for one in plain]
    days = [(one.at - clock.ORIGIN) // clock.DAY for one in plain]
    ended = [ends.get(one.ad.listing_id) for one in plain]
    same = [
        end is not None and (end.at - clock.ORIGIN) // clock.DAY == day
        for end, day in zip(ended, days, strict=True)
    ]
    sold = [
        hit and end is not None and end.what == "sold" for hit, end in zip(same, ended, strict=True)
    ]
    order = np.argsort([one[0] for one in risks])
    distance = 0.0
    for part in np.array_split(order, 10):
        chance = np.array([risks[i][0] for i in part])
        got = sum(sold[i] for i in part)
        distance += (got - chance.sum()) ** 2 / (chance * (1 - chance)).sum()
    assert sum(sold) > 200
    assert stats.chi2(10).sf(distance) > CHANCE
    removed = sum(same) - sum(sold)
    assert abs(removed - sum(one[1] for one in risks)) < 4 * sum(one[1] for one in risks) ** 0.5


def test_hazards_cross_between_sound_and_damaged() -> None:
    """Non-proportional: who is ahead on the first day is behind later."""

    def case(damaged: bool, over: float) -> Cases:
        hunter = LAWS.hunter * exp(-LAWS.hunter_price * over + LAWS.hunter_damage * damaged)
        browser = LAWS.browser * exp(-LAWS.browser_price * over + LAWS.browser_damage * damaged)
        seen = np.array([clock.ORIGIN])
        one = np.ones(1)
        return Cases(seen, seen, hunter * one, browser * one, 0 * one, one, one)

    sound, damaged = (chances(case(flag, 0.0), True)[0] for flag in (False, True))
    assert damaged[2 * 12] > sound[2 * 12]
    assert damaged[2 * 500] < sound[2 * 500]


def test_outages_last_and_end() -> None:
    def dark(slots: range) -> list[bool]:
        return down(Draws(1), "outage", slots, LAWS.outage, LAWS.outage_hours)

    whole, mean = dark(range(48 * 3000)), LAWS.outage * (1 + LAWS.outage_hours)
    assert 0.75 * mean < sum(whole) / len(whole) < 1.25 * mean
    assert [one for day in range(100) for one in dark(range(day * 48, day * 48 + 48))] == whole[
        :4800
    ]
