"""A page as fetched becomes typed values, or is refused with what was expected and found.

Owns the notation of the simulated site and the ranges of its fields, as any connector would.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from timeseal.market.rows import Broken

__all__ = ["MALFORMED", "Reading", "read"]

#: What a broken page shows instead of a field: (field, what it says, weight).
MALFORMED = (
    (("price", ""), 0.4),
    (("storage", "12800 GB"), 0.25),
    (("member_since", "20l7"), 0.2),
    (("postal_code", "O461"), 0.15),
)
STORAGES = frozenset((64, 128, 256, 512, 1024, 2048))
_PRICE = re.compile(r"(\d{1,3}(?: \d{3})*) kr")
_STORAGE = re.compile(r"(\d+) GB")


@dataclass(frozen=True, slots=True)
class Reading:
    """Typed values of a page; None where the page says nothing."""

    price: int
    storage_gb: int | None
    member_since_year: int | None
    postal_code: str


def read(raw: Mapping[str, str]) -> tuple[Reading | None, list[tuple[str, Broken]]]:
    """Read a page: its values, or every rule that it breaks."""
    broken: list[tuple[str, Broken]] = []
    price, storage, since = _price(raw["price"]), _storage(raw["storage"]), _year(raw)
    postal = _postal_code(raw["postal_code"])
    for field, value in (
        ("price", price),
        ("storage", storage),
        ("member_since", since),
        ("postal_code", postal),
    ):
        if isinstance(value, Broken):
            broken.append((field, value))
    if (
        isinstance(price, Broken)
        or isinstance(storage, Broken)
        or isinstance(since, Broken)
        or isinstance(postal, Broken)
    ):
        return None, broken
    return Reading(price, storage, since, postal), broken


def _price(text: str) -> int | Broken:
    expected = "an amount like 4 500 kr, 100 to 200000"
    found = _PRICE.fullmatch(text)
    if found is None:
        return Broken("missing" if not text else "not_a_price", expected, text or None)
    value = int(found.group(1).replace(" ", ""))
    return value if 100 <= value <= 200_000 else Broken("out_of_range", expected, text)


def _storage(text: str) -> int | Broken | None:
    if not text:
        return None
    found = _STORAGE.fullmatch(text)
    value = int(found.group(1)) if found else None
    if value in STORAGES:
        return value
    return Broken("not_in_list", "64, 128, 256, 512, 1024 or 2048 GB", text)


def _year(raw: Mapping[str, str]) -> int | Broken | None:
    text = raw["member_since"]
    if not text:
        return None
    if text.isascii() and text.isdigit() and 1996 <= int(text) <= 2026:
        return int(text)
    return Broken("not_a_year", "a year from 1996 to 2026", text)


def _postal_code(text: str) -> str | Broken:
    if len(text) == 4 and text.isascii() and text.isdigit():
        return text
    return Broken("not_a_postal_code", "four digits", text or None)
