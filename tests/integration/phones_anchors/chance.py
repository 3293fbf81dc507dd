"""Small markets drawn by chance: crowded, full of ties, late knowledge, corrections and returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from tests.integration.phones_anchors.facts import BERGEN, NOWHERE, OSLO
from tests.integration.phones_base.facts import DAY, HOUR, T0, Market

#: Everything happens on a grid of six hours, midnights among them, so that instants coincide.
STEP = 6 * HOUR
DAYS = 130
START = T0.replace(hour=0, minute=0) - DAYS * DAY
TEXTS = (
    "Pent brukt.",
    "Batterihelse 92%.",
    "",
    "Batteri 83 %.",
    "",
    "Skjermen er knust.",
    "Liten ripe.",
)
CONDITIONS = ("Pent brukt", "Pent brukt", "Som ny", "Godt brukt", None)


@dataclass(frozen=True, slots=True)
class Goods:
    """What a market sells: how an ad looks, how it ends, and of which kind its price is then."""

    dress: Callable[[Random], dict[str, object]]
    ends: tuple[str, ...]
    kinds: tuple[str, ...]


def _dress(chance: Random) -> dict[str, object]:
    return {
        "price": chance.choice((None, 3000, 4000, 4500, 5000, 5000, 5500, 7000)),
        "storage_gb": chance.choice((128,) * 9 + (256, 64, None)),
        "model": chance.choice(("iPhone 15", "iphone  15 ")),
        "condition": chance.choice(CONDITIONS),
        "description": chance.choice(TEXTS),
        "title": chance.choice(("iPhone",) * 25 + ("Ønskes kjøpt",)),
        "postal_code": chance.choice((OSLO, OSLO, OSLO, BERGEN, NOWHERE)),
        "seller_rating": chance.choice((None, 9.2, 9.9)),
        "review_count": chance.choice((None, 20, 80)),
        "member_since_year": chance.choice((2019, 2025)),
    }


PHONES = Goods(_dress, ("sold", "sold", "sold", "sold", "removed"), ("declared", "last_ask"))


def draw(market: Market, seed: int, ads: int = 200, goods: Goods = PHONES) -> None:
    """Write a market of that many ads."""
    chance = Random(seed)  # noqa: S311 - a market to test on, no secret
    for listing in range(1, ads + 1):
        seen = START + chance.randrange(DAYS * 4) * STEP
        generation = chance.choice((15, 15, 15, 15, 15, 15, 14))
        market.ad(listing, seen, generation, **goods.dress(chance))
        if chance.random() < 0.05:
            again = seen + chance.choice((0, 2)) * STEP
            market.ad(listing, again, 29 - generation, **goods.dress(chance))
            _life(market, chance, (29 - generation, listing), again, goods)
        _life(market, chance, (generation, listing), seen, goods)


def _life(
    market: Market, chance: Random, key: tuple[int, int], seen: datetime, goods: Goods
) -> None:
    generation, listing = key

    def later(most: int) -> timedelta:
        return chance.randrange(most) * STEP

    def event(what: str, known: datetime, at: datetime | None = None, **values: object) -> None:
        market.event(listing, what, known, at, generation=generation, **values)

    if chance.random() < 0.4:
        known = seen + later(60)
        event("price_changed", known, price=chance.choice((3500, 4500)), price_kind="ask")
    if chance.random() < 0.25:
        known = seen + later(40)
        event("inactive", known)
        if chance.random() < 0.6:
            event("active", known + later(20))
    if chance.random() < 0.15:
        known = seen + later(60) - STEP
        event("spam_marked", known, mark="junk")
        if chance.random() < 0.5:
            event("spam_marked", known + later(40), mark="no", source="other")
    if chance.random() < 0.1:
        event("relisted", seen - chance.randrange(1, 8) * STEP)
    if chance.random() < 0.85:
        _end(market, chance, key, seen + later(80), goods)


def _end(market: Market, chance: Random, key: tuple[int, int], at: datetime, goods: Goods) -> None:
    generation, listing = key
    known = at + chance.choice((0, 1, 1, 4, 30)) * STEP
    what = chance.choice(goods.ends)
    kind = chance.choice(goods.kinds)
    price = chance.choice((None, 2900, 3900, 3900, 4400, 4800, 5200))
    values = {"generation": generation, "price": price, "price_kind": kind}
    market.event(listing, what, known, at, **values)
    if chance.random() < 0.15:
        market.event(listing, "relisted", known + 5 * STEP, generation=generation)
        again = known + chance.randrange(5, 30) * STEP
        market.event(listing, goods.ends[0], again, again, **values | {"price": 3300})
    if what == "sold" and generation == 15 and chance.random() < 0.5:
        audited = known + chance.randrange(60) * STEP
        market.read(listing, audited, "post_sold_audit", real_sold_price=chance.choice((2500, 0)))
