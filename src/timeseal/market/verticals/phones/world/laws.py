"""Every constant of the world with its unit, meaning and origin; the specification prints them.

Owns numbers only. `measured` ones come from files of data/phones-world; the rest are stated, that
is chosen, and named as such.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field
from typing import Any

__all__ = ["LAWS", "Laws"]

STATED = "stated"


def law(value: Any, meaning: str, origin: str = STATED) -> Any:
    """A constant with what it means and where it comes from."""
    return field(default=value, metadata={"meaning": meaning, "origin": origin})


@dataclass(frozen=True, slots=True)
class Laws:
    """The constants; hours, hazards per hour, shares, log price ratios unless said otherwise."""

    # arrival
    hour_of_day: tuple[float, ...] = law(
        (
            *(0.35, 0.2, 0.12, 0.1, 0.1, 0.18, 0.4, 0.7, 0.9, 1.0, 1.1, 1.15),
            *(1.2, 1.15, 1.15, 1.25, 1.4, 1.55, 1.7, 1.95, 2.1, 1.95, 1.45, 0.85),
        ),
        "activity by hour of the day in Oslo, mean 1",
    )
    seller_weekday: tuple[float, ...] = law(
        (1.0, 0.96, 0.94, 0.95, 0.9, 1.05, 1.2), "new ads by weekday, Monday first"
    )
    buyer_weekday: tuple[float, ...] = law(
        (1.0, 0.97, 0.95, 0.98, 0.95, 0.95, 1.2), "buyers by weekday, Monday first"
    )
    payday: tuple[int, ...] = law((12, 13, 14, 15), "days of the month around payday")
    payday_factor: float = law(1.15, "activity on these days")
    # what an arrival is
    wanted: float = law(0.015, "share of wanted ads")
    bundle: float = law(0.015, "share of ads that sell several things")
    junk: float = law(0.02, "share of accessory ads, scams and the like")
    below13: float = law(0.006, "share of older phones offered among generation 13")
    twin: float = law(0.015, "share of ads that a search shows under a second generation too")
    # who sells what
    returning: float = law(0.22, "share of ads by sellers of the pool of returning ones")
    pool: int = law(4000, "sellers in the pool; the n-th is chosen as its size times u cubed")
    businesses: float = law(0.12, "share of ads by businesses, all in the pool")
    unrated: float = law(0.3, "share of private sellers without a review")
    damages: tuple[tuple[float, ...], ...] = law(
        (
            (1.0, 0.0, 0.0, 0.0),
            (0.97, 0.03, 0.0, 0.0),
            (0.83, 0.13, 0.03, 0.01),
            (0.5, 0.3, 0.15, 0.05),
            (0.15, 0.1, 0.25, 0.5),
        ),
        "shares of damage severity 0 to 3, by grade 1.0, 0.9, 0.7, 0.5, 0.2",
    )
    battery_new: float = law(98.0, "percent of battery health of the youngest generation")
    battery_year: float = law(3.2, "percent less per generation")
    battery_spread: float = law(4.0, "percent less per half-normal unit of use; never below 68")
    modes: tuple[tuple[str, float], ...] = law(
        (("obo", 0.45), ("firm", 0.30), ("unspecified", 0.25)), "sale modes of ordinary ads"
    )
    shipping: tuple[tuple[str, float], ...] = law(
        (("can_ship", 0.4), ("pickup_only", 0.35), ("both", 0.25)), "how the phone changes hands"
    )
    repairs: tuple[tuple[str, float], ...] = law(
        (
            *(("none", 0.86), ("unknown", 0.04), ("apple", 0.04)),
            *(("authorized", 0.02), ("independent", 0.04)),
        ),
        "who repaired it, if anybody did",
    )
    work_phone: float = law(0.07, "share of work phones")
    first_owner: float = law(0.8, "share sold by their first owner")
    receipt: float = law(0.35, "share of private ads with a receipt")
    receipt_business: float = law(0.75, "share of business ads with a receipt")
    case: float = law(0.7, "share always used in a case")
    urgent: float = law(0.08, "share of sellers in a hurry")
    # price
    urgent_price: float = law(-0.05, "their log of asking price over value, added")
    kind_price: tuple[tuple[str, float], ...] = law(
        (("wanted", 0.6), ("bundle", 1.35), ("junk", 0.12), ("below13", 0.55), ("auction", 0.6)),
        "factor of the asking price by kind of ad",
    )
    nok_per_cad: float = law(7.3, "level of Norwegian asking prices against the measured CAD")
    monthly_decay: float = law(0.018, "fall of values per 30 days, logarithmic")
    value_spread: float = law(0.06, "private value around the value of model, storage and grade")
    overask: float = law(0.07, "mean log of asking price over value")
    overask_spread: float = law(0.18, "its standard deviation among ads")
    business_overask: float = law(0.05, "added by businesses")
    battery_price: float = law(0.006, "log value per percent of battery health from 88")
    damage_price: tuple[float, ...] = law(
        (0.0, -0.08, -0.22, -0.48), "log value by damage severity 0 to 3"
    )
    grade_factor: str = law(
        "grades.csv", "value by grade", "ebay-iphone-sold, medians per model and storage"
    )
    # sale: (hunters + browsers) x frailty x clock
    frailty_shape: float = law(3.0, "gamma frailty of mean 1: what no page shows")
    dead: float = law(0.05, "share of ads that hardly anybody trusts, on top of the frailty")
    dead_factor: float = law(0.03, "their sale hazard against the others'")
    hunter: float = law(0.014, "sale hazard of bargain hunters at age 0, per hour")
    hunter_fade: float = law(18.0, "hours in which their attention falls by e")
    hunter_price: float = law(7.0, "log hazard of hunters per log asking price over value")
    hunter_damage: float = law(0.30, "log hazard of hunters when damaged: they repair")
    browser: float = law(0.0045, "sale hazard of ordinary buyers when fully reached, per hour")
    browser_rise: float = law(30.0, "hours in which ordinary buyers come to know the ad")
    browser_price: float = law(4.5, "log hazard of ordinary buyers per log asking price over value")
    browser_damage: float = law(-0.80, "log hazard of ordinary buyers when damaged")
    browser_city: float = law(0.35, "their log hazard per standardised log of kommune people")
    browser_effort: float = law(1.4, "their log hazard per unit of effort put into the ad, 0 to 1")
    sink: float = law(240.0, "age in hours at which the ad has sunk: (1 + age / sink) ^ -0.7")
    sink_power: float = law(0.7, "that power")
    # withdrawal, the competing risk
    withdraw: float = law(0.00028, "withdrawal hazard at age 0, per hour")
    withdraw_rise: float = law(336.0, "age in hours after which it has doubled")
    withdraw_overask: float = law(0.8, "its log hazard per log asking price over value, if above")
    expiry: float = law(1440.0, "hours after which the platform takes an ad down")
    # what sellers do
    cut: float = law(0.0016, "hazard of a price change at age 0, per hour")
    cut_rise: float = law(120.0, "age in hours after which it has doubled; at most threefold")
    cut_size: float = law(0.065, "median cut of the price")
    cut_spread: float = law(0.55, "log-normal spread of the cut")
    raise_share: float = law(0.06, "share of price changes that raise it")
    raised: float = law(1.03, "factor of a raised price")
    edit: float = law(0.0005, "hazard of another edit of the text, per hour")
    reserve: float = law(0.0007, "hazard of being marked reserved (inactive), per hour")
    unreserve: float = law(0.035, "hazard of being offered again, per hour")
    reserved_factor: float = law(3.0, "sale hazard while reserved")
    relist: float = law(0.2, "share of withdrawn ads that come back under a new number")
    relist_delay: float = law(60.0, "median hours until they do")
    relist_price: float = law(0.95, "their price against the last one asked")
    auction: float = law(0.03, "share of ads that take bids")
    auction_days: tuple[int, ...] = law((3, 5, 7), "running time of an auction, days")
    auction_sale: float = law(0.7, "share of auctions that end in a sale")
    bid: float = law(0.02, "hazard of a bid, per hour")
    bid_step: float = law(1.04, "factor of a bid on the price")
    haggle: float = law(0.045, "mean log of asking price over price paid")
    # texts
    norwegian: float = law(0.86, "share of texts in Norwegian, others in English")
    said: float = law(0.72, "chance that a text states a given attribute")
    misstated: float = law(0.015, "chance that what it states is not the truth")
    typo: float = law(0.10, "chance that a text has a letter out of place")
    misread: float = law(0.03, "chance that enrichment reads a statement wrongly")
    # watching
    missed_crawl: float = law(0.01, "share of half-hourly crawls that do not happen")
    outage: float = law(0.002, "chance per half hour that an outage begins")
    outage_hours: float = law(18.0, "longest outage; lengths are uniform up to it")
    provider_outage: float = law(0.0008, "chance per half hour that enrichment breaks down")
    provider_hours: float = law(30.0, "longest of these, uniform up to it")
    unseen: float = law(0.07, "chance that a crawl overlooks a new or changed ad")
    malformed: float = law(0.008, "share of pages that arrive broken")
    monitor: float = law(0.5, "chance that a round of the reverse monitor reaches an ad")
    monitor_hours: tuple[int, int] = law((8, 23), "first and last hour of its rounds, in Oslo")
    confirmations: int = law(2, "looks that must agree before `removed` is believed")
    platform_stamp: float = law(0.85, "share of sales whose time the page tells")
    declared_price: float = law(0.7, "share of sales whose price the page declares")
    # what is known later
    enrich_delay: float = law(0.8, "median hours from first sight to enrichment")
    enrich_spread: float = law(1.1, "its log-normal spread")
    enrich_never: float = law(0.03, "share of ads that enrichment never reads")
    enrich_again: float = law(0.05, "share that it reads again, 2 to 30 days later")
    heal_delay: float = law(3.0, "median hours to condition, battery and damage")
    heal_spread: float = law(1.0, "its log-normal spread")
    heal_wrong: float = law(0.05, "chance that a healed value is off by one step")
    heal_again: float = law(0.06, "share corrected 1 to 20 days later")
    form_condition: float = law(0.92, "share of ads whose form names the condition")
    form_storage: float = law(0.95, "share of ads whose form names the storage")
    image_none: float = law(0.04, "share of ads without a photo")
    image_delay: float = law(0.6, "median hours to the photos")
    label_delay: float = law(2.5, "median further hours to the labels of a pipeline")
    label_wrong: float = law(0.05, "chance that a label is wrong")
    spam_delay: float = law(9.0, "median hours until an ad is marked")
    spam_missed: float = law(0.05, "share of ads that deserve a mark and never get one")
    spam_false: float = law(0.002, "share of decent ads that are marked")
    spam_cleared: float = law(0.6, "share of false marks that are taken back within 3 days")
    audited: float = law(0.6, "share of sales whose price is audited 7 to 21 days later")
    resnapshot: float = law(0.1, "share of sales whose condition is re-read after the sale")

    @classmethod
    def table(cls) -> list[tuple[str, str, str, str]]:
        """Name, value, meaning and origin of every constant."""
        return [_row(one) for one in cls.__dataclass_fields__.values()]


def _row(one: Field[Any]) -> tuple[str, str, str, str]:
    return one.name, _shown(one.default, ", "), one.metadata["meaning"], one.metadata["origin"]


def _shown(value: Any, between: str) -> str:
    """A value as people read it: lists with commas, what belongs together with blanks."""
    if isinstance(value, tuple):
        return between.join(_shown(one, " ") for one in value)
    return str(value)


LAWS = Laws()
