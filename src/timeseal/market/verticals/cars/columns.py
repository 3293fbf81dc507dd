"""Column rules of the car ads: one reader per source column returns a value or refuses it.

Owns the source's vocabulary and ranges, nothing else. Notations that carry the same value in
another spelling are normalised and counted, never silently; a value outside a rule is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from timeseal.market.rows import Broken
from timeseal.market.zone import instant

__all__ = ["BODY", "FUEL", "GEARBOX", "MILEAGE_STEPS", "Reader", "Values", "readers"]

BODY = {
    "limousine": "saloon",
    "kleinwagen": "small_car",
    "kombi": "estate",
    "bus": "van",
    "cabrio": "convertible",
    "coupe": "coupe",
    "suv": "suv",
    "andere": "other",
}
GEARBOX = {"manuell": "manual", "automatik": "automatic"}
FUEL = {
    "benzin": "petrol",
    "diesel": "diesel",
    "lpg": "lpg",
    "cng": "cng",
    "hybrid": "hybrid",
    "elektro": "electric",
    "andere": "other",
}
DAMAGE = {"nein": False, "ja": True}
MILEAGE_STEPS = frozenset(
    (5000, 10000, 20000, 30000, 40000, 50000, 60000, 70000, 80000, 90000, 100000, 125000, 150000)
)

_DOLLARS = re.compile(r"\$(\d{1,3}(?:,\d{3})*)")
_KILOMETRES = re.compile(r"(\d{1,3}(?:,\d{3})*)km")


@dataclass(slots=True)
class Values:
    """Counts of the spellings that were brought to the canonical one, by rule."""

    normalised: Counter[str] = field(default_factory=Counter)


Reader = Callable[[str, Values], object]


class ZonedReader:
    """Reads local times of one zone; times repeat, so conversions are remembered."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._instant = lru_cache(maxsize=65536)(lambda text: instant(text, zone))

    def __call__(self, text: str, _: Values) -> datetime:
        return self._instant(text)


def readers(zone: ZoneInfo) -> Mapping[str, tuple[str, Reader]]:
    """Source column → (canonical column, reader); columns that are absent here are not used."""
    when = ZonedReader(zone)
    return {
        "dateCrawled": ("observed_at", when),
        "lastSeen": ("last_seen", when),
        "dateCreated": ("published_on", _day),
        "name": ("title", _title),
        "seller": ("seller", _only("privat")),
        "offerType": ("offer_type", _only("Angebot")),
        "price": ("price", _price),
        "vehicleType": ("body", _listed(BODY)),
        "gearbox": ("gearbox", _listed(GEARBOX)),
        "fuelType": ("fuel", _listed(FUEL)),
        "notRepairedDamage": ("unrepaired_damage_declared", _listed(DAMAGE)),
        "yearOfRegistration": ("first_registration_year", _within(1950, 2016)),
        "monthOfRegistration": ("first_registration_month", _month),
        "powerPS": ("power_ps", _within(20, 700)),
        "kilometer": ("mileage_km", _mileage),
        "odometer": ("mileage_km", _mileage),
        "postalCode": ("postal_code", _postal_code),
        "brand": ("brand", _word),
        "model": ("model", _word),
    }


def _number(text: str, expected: str) -> int:
    if not text:
        raise Broken("missing", expected, None)
    if not text.isascii() or not text.isdigit():
        raise Broken("not_a_number", expected, text)
    return int(text)


def _within(low: int, high: int) -> Reader:
    expected = f"a whole number from {low} to {high}"

    def read(text: str, _: Values) -> int:
        value = _number(text, expected)
        if not low <= value <= high:
            raise Broken("out_of_range", expected, text)
        return value

    return read


_price_rule = _within(100, 200_000)


def _price(text: str, values: Values) -> object:
    found = _DOLLARS.fullmatch(text)
    if found:
        values.normalised['price written "$5,000"'] += 1
        text = found.group(1).replace(",", "")
    return _price_rule(text, values)


def _mileage(text: str, values: Values) -> int:
    found = _KILOMETRES.fullmatch(text)
    if found:
        values.normalised['mileage written "150,000km"'] += 1
        text = found.group(1).replace(",", "")
    expected = "one of the site's 13 steps, 5000 to 150000"
    value = _number(text, expected)
    if value not in MILEAGE_STEPS:
        raise Broken("not_in_list", expected, text)
    return value


def _month(text: str, values: Values) -> int | None:
    value = _within(0, 12)(text, values)
    return value if isinstance(value, int) and value > 0 else None


def _listed(words: Mapping[str, object]) -> Reader:
    expected = "one of " + ", ".join(words) + ", or nothing"

    def read(text: str, _: Values) -> object:
        if not text:
            return None
        if text not in words:
            raise Broken("not_in_list", expected, text)
        return words[text]

    return read


def _only(word: str) -> Reader:
    def read(text: str, _: Values) -> str:
        if text != word:
            raise Broken("not_in_list", word, text or None)
        return text

    return read


def _word(text: str, _: Values) -> str:
    if not text:
        raise Broken("missing", "a name from the cohort release", None)
    return text


def _title(text: str, _: Values) -> str:
    if not text.strip():
        raise Broken("missing", "a title", text or None)
    if "\x00" in text:
        raise Broken("not_text", "text without NUL", text.replace("\x00", "\\0"))
    return text


def _postal_code(text: str, values: Values) -> str:
    if len(text) == 4 and text.isascii() and text.isdigit():
        values.normalised["postal code without its leading zero"] += 1
        text = "0" + text
    if len(text) != 5 or not text.isascii() or not text.isdigit():
        raise Broken("not_a_postal_code", "five digits", text or None)
    return text


def _day(text: str, _: Values) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Broken("not_a_day", "yyyy-mm-dd", text or None) from None
