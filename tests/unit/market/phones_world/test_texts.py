"""What texts say, against the truth, read by eyes of their own; and what is read out of them."""

from __future__ import annotations

import re

import pytest
from tests.phones import SOURCES

from timeseal.market.verticals.phones.world.ad import Ad
from timeseal.market.verticals.phones.world.draws import Draws
from timeseal.market.verticals.phones.world.laws import LAWS
from timeseal.market.verticals.phones.world.market import Market
from timeseal.market.verticals.phones.world.page import Page
from timeseal.market.verticals.phones.world.reading import enriched, healed

BATTERY = re.compile(r"(\d{2,3}) ?%")
#: Phrases that refuse to ship, or to bargain; most contain the word for the opposite.
NO_SHIPPING = re.compile(
    r"sendes ikke|sender ikke|kun henting|dessverre ikke sendes"
    r"|pickup only|no shipping|will not ship",
    re.IGNORECASE,
)
SHIPS = re.compile(
    r"kan sendes mot|sender gjerne|sendes med posten|can ship|shipping possible|hentes eller sendes"
    r"|henting eller sending|pickup or shipping|collected or sent",
    re.IGNORECASE,
)
FIRM = re.compile(
    r"fast pris|prisen er fast|ikke prutbar|prut blir ikke|price is firm|not negotiable|no offers",
    re.IGNORECASE,
)
BROKEN = re.compile(
    r"knust skjerm|skjermen er knust|slår seg ikke på|broken|does not turn on", re.I
)
UNBROKEN = re.compile(r"ingen skader|ikke knust|uten skader|no damage|not cracked", re.I)


@pytest.fixture(scope="module")
def ads() -> list[Ad]:
    market = Market(Draws(21), SOURCES, 600.0)
    changes = [one for day in range(5) for one in market.day(day)]
    return [one.ad for one in changes if one.what == "published" and one.ad.kind == "regular"]


def rate_of_errors(pairs: list[tuple[object, object]]) -> float:
    return sum(said != so for said, so in pairs) / len(pairs)


def close_to_misstated(pairs: list[tuple[object, object]]) -> bool:
    """Within four standard errors of the stated rate; typos hide a few."""
    spread = (LAWS.misstated / len(pairs)) ** 0.5
    return abs(rate_of_errors(pairs) - LAWS.misstated) < 4 * spread


def test_battery_is_what_the_text_says_but_for_the_stated_error(ads: list[Ad]) -> None:
    found = [(BATTERY.search(ad.text.description), ad.phone.battery) for ad in ads]
    pairs = [(int(hit.group(1)), real) for hit, real in found if hit and real is not None]
    assert len(pairs) > 1200
    assert close_to_misstated(pairs)
    assert all(said >= real for said, real in pairs), "batteries are only talked up"
    assert not any(hit and real is None for hit, real in found), (
        "a sealed phone has no wear to state"
    )


def test_negations_mean_what_they_say(ads: list[Ad]) -> None:
    pairs: list[tuple[object, object]] = []
    for ad in ads:
        refuses = bool(NO_SHIPPING.search(ad.text.description))
        offers = bool(SHIPS.search(ad.text.description))
        assert not (refuses and offers), ad.text.description
        if refuses or offers:
            pairs.append((refuses, ad.phone.facts["shipping"] == "pickup_only"))
    assert len(pairs) > 1200
    assert sum(refuses is True for refuses, _ in pairs) > 300
    # of wrong statements two thirds swap refusing for offering or back
    assert rate_of_errors(pairs) < 2 * LAWS.misstated


def test_firm_prices_and_damage_are_told_apart(ads: list[Ad]) -> None:
    firm = [
        (True, ad.phone.facts["sale_mode"] == "firm")
        for ad in ads
        if FIRM.search(ad.text.description)
    ]
    broken = [(True, ad.phone.damage == 3) for ad in ads if BROKEN.search(ad.text.description)]
    sound = [(True, ad.phone.damage == 0) for ad in ads if UNBROKEN.search(ad.text.description)]
    assert min(len(firm), len(sound)) > 300
    assert len(broken) > 20
    assert rate_of_errors(firm) < 0.04
    assert rate_of_errors(sound) < 0.02
    assert rate_of_errors(broken) < 0.35, "a rare truth: errors of the many sound phones weigh more"


def test_said_is_what_is_stated_as_often_as_the_law_says(ads: list[Ad]) -> None:
    said = [("shipping" in ad.text.said, ad.seller.effort) for ad in ads]
    expected = sum(min(1.0, LAWS.said * (0.75 + 0.5 * effort)) for _, effort in said)
    assert abs(sum(flag for flag, _ in said) - expected) < 4 * (len(said) / 4) ** 0.5
    assert all("urgency" not in ad.text.said for ad in ads if ad.phone.facts["urgency"] == "no")
    languages = sum(
        bool(re.search(r"[æøåÆØÅ]|\b(og|er|til|med|ikke|selg\w*)\b", ad.text.description))
        for ad in ads
    )
    assert 0.8 < languages / len(ads) < 0.93


def test_readers_err_as_often_as_stated_and_see_only_what_is_said(ads: list[Ad]) -> None:
    draws, pairs = Draws(2), []
    for ad in ads:
        stream = draws.stream(ad.key, "test", ad.slot)
        page = Page.of(draws, ad)
        read = dict(enriched(page, stream))
        assert ("first_owner" in read) == ("first_owner" in ad.text.said)
        if "first_owner" in read:
            pairs.append((read["first_owner"] == "true", ad.text.said["first_owner"] == "yes"))
        health = dict(healed(page, stream, 0.0))
        assert health.get("battery_pct_fixed_ai") == ad.text.said.get("battery")
        assert health["damage_severity_ai"] == ad.text.said.get("damage", "0")
    spread = (LAWS.misread / len(pairs)) ** 0.5
    assert abs(rate_of_errors(list(pairs)) - LAWS.misread) < 4 * spread
