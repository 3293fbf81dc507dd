"""An ad at its birth: a phone, a seller, a price, a text, and the hazards that follow from them.

Owns what is drawn when an ad is published. Nothing here looks ahead: an ad does not know when it
will be sold, only how likely that is from hour to hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp, log

import numpy as np

from timeseal.market.verticals.phones.world import clock
from timeseal.market.verticals.phones.world.draws import Draws, Stream
from timeseal.market.verticals.phones.world.laws import LAWS
from timeseal.market.verticals.phones.world.seller import Seller, meet
from timeseal.market.verticals.phones.world.sources import Product, Sources
from timeseal.market.verticals.phones.world.texts import Text, compose

__all__ = ["Ad", "Phone", "born", "relisted", "round_price"]

KINDS = (
    ("wanted", LAWS.wanted),
    ("bundle", LAWS.bundle),
    ("junk", LAWS.junk),
    ("below13", LAWS.below13),
    ("regular", 1 - LAWS.wanted - LAWS.bundle - LAWS.junk - LAWS.below13),
)
#: Official colours by generation; Pro and Pro Max have their own.
COLOURS: Mapping[tuple[int, bool], tuple[str, ...]] = {
    (13, False): ("midnight", "starlight", "blue", "pink", "green"),
    (13, True): ("graphite", "silver", "gold", "sierra_blue", "alpine_green"),
    (14, False): ("midnight", "starlight", "blue", "purple", "yellow"),
    (14, True): ("space_black", "silver", "gold", "deep_purple"),
    (15, False): ("black", "blue", "green", "yellow", "pink"),
    (15, True): ("natural_titanium", "blue_titanium", "white_titanium", "black_titanium"),
    (16, False): ("black", "white", "pink", "teal", "ultramarine"),
    (16, True): ("desert_titanium", "natural_titanium", "white_titanium", "black_titanium"),
    (17, False): ("black", "white", "lavender", "mist_blue", "sage"),
    (17, True): ("silver", "cosmic_orange", "deep_blue"),
}
#: Factor of the asking price by kind; an auction starts low.
PRICES = dict(LAWS.kind_price)


@dataclass(frozen=True, slots=True)
class Phone:
    """What is for sale, as it is and not as it is described; `value` in NOK when published."""

    product: Product
    colour: str
    grade: float
    battery: int | None
    damage: int
    facts: Mapping[str, str]
    value: float


@dataclass(slots=True)
class Ad:
    """One published ad. `price` follows the seller's changes; everything else stays."""

    key: int
    listing_id: int
    kind: str
    slot: int
    published: int
    seller: Seller
    phone: Phone
    model: str
    text: Text
    price: int
    photos: int
    auction_ends: int | None
    twin: int | None
    frailty: float
    dead: bool
    first_price: int
    parent: int | None = None
    rates: tuple[float, float, float] = (0.0, 0.0, 0.0)
    first_rates: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def overask(self) -> float:
        """Log of the asking price over what the phone is worth."""
        return log(max(self.price, 1) / self.phone.value)

    def set_price(self, price: int) -> None:
        """Ask another price; hunters', browsers' and withdrawal rates follow (per hour)."""
        self.price = price
        over = min(2.0, max(-1.5, self.overask()))
        damaged = self.phone.damage >= 2
        place, effort = self.seller.place, self.seller.effort
        hunter = -LAWS.hunter_price * over + LAWS.hunter_damage * damaged
        browser = (
            -LAWS.browser_price * over
            + LAWS.browser_damage * damaged
            + LAWS.browser_city * place.city
            + LAWS.browser_effort * (effort - 0.5)
        )
        alive = self.frailty * (LAWS.dead_factor if self.dead else 1.0)
        self.rates = (
            alive * LAWS.hunter * exp(min(hunter, 3.0)),
            alive * LAWS.browser * exp(browser),
            LAWS.withdraw * exp(LAWS.withdraw_overask * max(over, 0.0)),
        )


def born(draws: Draws, sources: Sources, slot: int, number: int) -> Ad:
    """The ad that is the `number`th to be published in a slot."""
    key = draws.key("ad", slot, number)
    stream = draws.stream(key, "birth", slot)
    kind = stream.weighted(KINDS)
    seller = meet(draws, sources, key, slot)
    phone = _phone(stream, sources, seller, slot)
    auction = kind == "regular" and stream.chance(LAWS.auction)
    mode = "bids" if auction else phone.facts["sale_mode"]
    truth = _truth(phone, mode, seller.business)
    model = _shown(stream, kind, phone.product)
    words = {
        "model": model,
        "storage": str(phone.product.storage_gb),
        "colour": phone.colour.replace("_", " "),
        "seller": "business" if seller.business else "new" if phone.grade == 1.0 else "private",
    }
    ad = Ad(
        key=key,
        listing_id=400_000_000 + slot * 4096 + number,
        kind=kind,
        slot=slot,
        published=clock.begins(slot) + int(stream.random() * clock.SLOT),
        seller=seller,
        phone=replace(phone, facts={**phone.facts, "sale_mode": mode}),
        model=model,
        text=compose(draws.stream(key, "text", slot), kind, words, truth, seller.effort),
        price=0,
        photos=_photos(stream, seller.effort),
        auction_ends=slot + 48 * stream.one(LAWS.auction_days) if auction else None,
        twin=_twin(stream, kind, phone.product.generation),
        frailty=stream.gamma(LAWS.frailty_shape),
        dead=stream.chance(LAWS.dead),
        first_price=0,
    )
    ad.first_price = _asked(stream, ad)
    ad.set_price(ad.first_price)
    ad.first_rates = ad.rates
    return ad


def relisted(draws: Draws, parent: Ad, slot: int, number: int) -> Ad:
    """The same phone again, by the same seller, under a new number and a little cheaper."""
    key = draws.key(f"again {parent.key}", slot)
    stream = draws.stream(key, "birth", slot)
    price = round_price(parent.price * LAWS.relist_price)
    ad = replace(
        parent,
        key=key,
        listing_id=400_000_000 + slot * 4096 + 2048 + number,
        slot=slot,
        published=clock.begins(slot) + int(stream.random() * clock.SLOT),
        auction_ends=None,
        twin=None,
        first_price=price,
        parent=parent.listing_id,
    )
    ad.set_price(price)
    ad.first_rates = ad.rates
    return ad


def round_price(amount: float) -> int:
    """Round as people ask: to 50, and just below a thousand where that is near."""
    price = max(100, round(amount / 50) * 50)
    return price - 10 if price >= 1000 and price % 1000 == 0 else price


def _phone(stream: Stream, sources: Sources, seller: Seller, slot: int) -> Phone:
    product = sources.products[int(np.searchsorted(sources.product_shares, stream.random()))]
    number = int(np.searchsorted(sources.grade_shares, stream.random()))
    grade = sources.grades[number]
    damage = stream.weighted(tuple(enumerate(LAWS.damages[number])))
    age = max(0, 17 - product.generation)
    battery = None
    if grade < 1.0:
        worn = LAWS.battery_year * age + LAWS.battery_spread * abs(stream.normal())
        battery = min(100, max(68, round(LAWS.battery_new - worn)))
    receipt = LAWS.receipt_business if seller.business else LAWS.receipt
    facts = {
        "sale_mode": stream.weighted(LAWS.modes),
        "shipping": stream.weighted(LAWS.shipping),
        "owner": "work_phone" if stream.chance(LAWS.work_phone) else "private",
        "first_owner": "yes" if stream.chance(LAWS.first_owner) else "no",
        "repair": stream.weighted(LAWS.repairs),
        "vat_invoice": "yes" if stream.chance(receipt) else "no",
        "case": "yes" if stream.chance(LAWS.case) else "no",
        "urgency": "yes" if stream.chance(LAWS.urgent) else "no",
    }
    logs = (
        LAWS.damage_price[damage]
        + (0.0 if battery is None else LAWS.battery_price * (battery - 88))
        - LAWS.monthly_decay * slot / (30 * clock.SLOTS_A_DAY)
        + LAWS.value_spread * stream.normal()
    )
    value = product.value * sources.grade_factors[number] * exp(logs)
    colours = COLOURS[product.generation, "Pro" in product.model]
    return Phone(product, stream.one(colours), grade, battery, damage, facts, value)


def _truth(phone: Phone, mode: str, business: bool) -> dict[str, str]:
    """What an honest text could state: nobody speaks of the wear of a sealed phone, for example."""
    truth = {**phone.facts, "condition": str(phone.grade), "damage": str(phone.damage)}
    if phone.battery is not None:
        truth["battery"] = str(phone.battery)
    truth.pop("sale_mode")
    if mode != "unspecified":
        truth["sale_mode"] = mode
    if truth["urgency"] == "no":
        truth.pop("urgency")
    if business:
        truth.pop("owner")
    if phone.grade == 1.0:
        for name in ("damage", "case", "repair", "first_owner", "owner"):
            truth.pop(name, None)
    return truth


def _shown(stream: Stream, kind: str, product: Product) -> str:
    if kind == "below13":
        return stream.one(("iPhone 12", "iPhone 11", "iPhone XR", "iPhone 12 Pro"))
    return product.model


def _asked(stream: Stream, ad: Ad) -> int:
    """The first price; urgent sellers ask less, businesses more, other kinds what they like."""
    over = LAWS.overask + LAWS.overask_spread * stream.normal()
    over += LAWS.business_overask * ad.seller.business
    over += LAWS.urgent_price * (ad.phone.facts["urgency"] == "yes")
    factor = PRICES["auction"] if ad.auction_ends is not None else PRICES.get(ad.kind, 1.0)
    return round_price(ad.phone.value * exp(over) * factor)


def _photos(stream: Stream, effort: float) -> int:
    return 0 if stream.chance(LAWS.image_none) else 1 + stream.below(1 + round(5 * effort))


def _twin(stream: Stream, kind: str, generation: int) -> int | None:
    """The generation under which a search shows the ad as well, if it does."""
    other = stream.one(tuple(one for one in (13, 14, 15, 16, 17) if one != generation))
    return other if kind == "regular" and stream.chance(LAWS.twin) else None
