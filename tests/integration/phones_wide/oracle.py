"""The socio and market columns computed a second time: from the facts, one ad against all others.

Naive on purpose: no window, no index, no layer; decimals of fifty digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import pairwise
from typing import Any

WINDOW = timedelta(hours=720)
LOW, HIGH = Decimal("-5.964859"), Decimal("-3.610855")
MARKS = {"spam", "wanted", "junk", "bundled"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look at an ad showed."""

    listing_id: int
    generation: int
    at: datetime
    price: int | None
    postal_code: str | None
    location_city: str | None
    model: str | None
    title: str | None
    is_bidding: bool | None


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of a small world; releases as (published, content), content by postal or code."""

    seen: list[Seen]
    marks: list[tuple[int, int, str, datetime]]
    registers: list[tuple[datetime, dict[str, str]]]
    successors: tuple[datetime, dict[str, str | None]]
    figures: list[tuple[datetime, dict[str, int]]]
    metros: dict[str, str]
    cities: dict[str, str]


def rounded(value: Decimal, places: int = 6) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def universe(facts: Facts) -> list[Seen]:
    """First sights that are neither marked, nor twins, nor spam by their own words."""
    found = []
    for one in facts.seen:
        same = [s for s in facts.seen if s.listing_id == one.listing_id]
        if any(s.generation == one.generation and s.at < one.at for s in same):
            continue
        if any((s.at, s.generation) < (one.at, one.generation) for s in same):
            continue
        if re.match("ønskes( |:|$)", (one.title or "").lower()):
            continue
        marks = [
            (known, mark)
            for listing, generation, mark, known in facts.marks
            if (listing, generation) == (one.listing_id, one.generation) and known < one.at
        ]
        latest = max((known for known, _ in marks), default=None)
        if any(known == latest and mark in MARKS for known, mark in marks):
            continue
        found.append(one)
    return found


def postal_code(text: str | None) -> str | None:
    digits = re.sub("[^0-9]", "", text or "")
    return digits.zfill(4) if len(digits) in (3, 4) else None


def tier(one: Seen) -> str:
    words = re.findall("[a-z0-9]+", ((one.model or "").strip() or one.title or "").lower())
    if "promax" in words or any(pair == ("pro", "max") for pair in pairwise(words)):
        return "pro_max"
    for name in ("pro", "mini", "plus"):
        if name in words:
            return name
    return "base" if "iphone" in words or "15" in words else "unknown"


def place(facts: Facts, one: Seen) -> dict[str, Any]:
    """Municipality by the register of its time, area and income, super metro."""
    postal = postal_code(one.postal_code)
    known = [r for r in facts.registers if r[0] < one.at and postal in r[1]]
    kommune = max(known, key=lambda r: r[0])[1][postal or ""] if known else None
    published, successors = facts.successors
    area = (
        (successors[kommune] or kommune) if kommune in successors and published < one.at else None
    )
    income = None
    if area is not None:
        told = []
        for when, codes in facts.figures:
            members = [c for c, after in successors.items() if (after or c) == area and c in codes]
            if when < one.at and len(members) == 1:
                told.append((when, codes[members[0]]))
        income = max(told)[1] if told else None
    city = (one.location_city or "").strip().lower() or None
    metro, how = facts.metros.get(postal or ""), "postal"
    if metro is None:
        metro, how = facts.cities.get(city or ""), "city"
    if metro is None:
        how = "missing_keys" if postal is None and city is None else "unmapped"
    return {
        "kommune_code4": kommune,
        "area": area or kommune,
        "income": income,
        "super_metro_v4_geo": metro,
        "geo_match_method": how,
    }


def expected(facts: Facts) -> dict[int, dict[str, Any]]:
    """The socio and market columns of every ad of the universe, by listing."""
    with localcontext() as context:
        context.prec = 50
        ads = universe(facts)
        where = {one: place(facts, one) for one in ads}
        ratios = {one: _ratio(one, where[one]["income"]) for one in ads}
        return {
            one.listing_id: {
                "kommune_code4": where[one]["kommune_code4"],
                "super_metro_v4_geo": where[one]["super_metro_v4_geo"],
                "geo_match_method": where[one]["geo_match_method"],
                "income_median_after_tax_nok": where[one]["income"],
                "log_price_to_income_cap": ratios[one],
                "model_tier_socio": tier(one),
                **_affordability(one, ratios),
                **_market(one, where),
            }
            for one in ads
        }


def _ratio(one: Seen, income: int | None) -> Decimal | None:
    if one.price is None or income is None:
        return None
    return max(LOW, min(HIGH, rounded((Decimal(one.price + 1) / income).ln())))


def _affordability(one: Seen, ratios: dict[Seen, Decimal | None]) -> dict[str, Any]:
    mine = ratios[one]
    reason = None
    if one.is_bidding:
        reason = "auction"
    elif mine is None:
        reason = "no_ratio"
    elif tier(one) == "unknown":
        reason = "unknown_tier"
    if reason is not None or mine is None:
        return {
            "aff_state": reason,
            "aff_n_in_seg": 0,
            "aff_resid_in_seg": None,
            "aff_decile_in_seg": None,
        }
    others = [
        ratio
        for x, ratio in ratios.items()
        if x.at < one.at
        and (x.generation, tier(x)) == (one.generation, tier(one))
        and ratio is not None
        and not x.is_bidding
    ]
    known = len(others) >= 30
    mean = sum(others, Decimal(0)) / len(others) if known else Decimal(0)
    steps = [rounded((ratio - LOW) * 1000, 0) for ratio in others]
    own = rounded((mine - LOW) * 1000, 0)
    halves = 2 * sum(s < own for s in steps) + sum(s == own for s in steps)
    return {
        "aff_state": "known" if known else "few_in_segment",
        "aff_n_in_seg": len(others),
        "aff_resid_in_seg": rounded(mine - mean) if known else None,
        "aff_decile_in_seg": min(10, 10 * halves // (2 * len(others)) + 1) if known else None,
    }


def _market(one: Seen, where: dict[Seen, dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    relative = {}
    asks = one.price is not None and one.price > 0 and not one.is_bidding
    for name, key in (("super", "super_metro_v4_geo"), ("kommune", "area")):
        logs = [
            rounded(Decimal(x.price).ln())
            for x in where
            if x.price
            and x.price > 0
            and not x.is_bidding
            and where[one][key] is not None
            and where[x][key] == where[one][key]
            and one.at - WINDOW <= x.at < one.at
        ]
        mean = sum(logs, Decimal(0)) / len(logs) if logs else None
        relative[name] = None
        if asks and mean is not None and len(logs) >= 20:
            relative[name] = rounded(rounded(Decimal(one.price or 0).ln()) - mean)
        found[f"comp_n_30d_{name}"] = len(logs)
        found[f"comp_log_price_mean_30d_{name}"] = None if mean is None else rounded(mean)
        found[f"rel_log_price_to_comp_mean30_{name}"] = relative[name]
    best = relative["kommune"] if relative["super"] is None else relative["super"]
    found["rel_price_best"] = best
    found["rel_price_source"] = None if best is None else 1 if relative["super"] is not None else 2
    found["miss_rel_price"] = int(best is None)
    return found
