"""Values of geo files in one form: codes with their zeros, plain blanks, towns as maps key them.

Owns the normal forms; raises `Broken` for a value that has none. One hierarchy level per column: a
county code in a column of municipalities is refused, never padded into a municipality.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from timeseal.market.rows import Broken

__all__ = ["FORMS", "norm_city", "plain"]

_BLANKS = re.compile("[ \t\n\r\f\v\u0085\u00a0\u2007\u2009\u200b\u202f\ufeff]+")
_UPPER = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞČĐŊŠŦŽABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOWER = "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþčđŋšŧžabcdefghijklmnopqrstuvwxyz"
_TO_LOWER = str.maketrans(_UPPER, _LOWER)


def plain(text: str | None) -> str | None:
    """Composed letters, single blanks (tabs and no-break spaces too), trimmed; empty is None."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text or "")).strip(" ") or None


def norm_city(text: str | None) -> str | None:
    """The same as `ref.norm_city`."""
    found = plain(text)
    return found.translate(_TO_LOWER) if found else None


def _code(text: str, length: int, zeros: int, level: str) -> str:
    """Digits of a code; up to `zeros` leading zeros lost by a spreadsheet are put back."""
    digits = text.removeprefix("municip").removeprefix("county").split(" ")[0]
    if not digits.isascii() or not digits.isdigit():
        raise Broken("not a code", f"{length} digits of a {level}", text)
    if not length - zeros <= len(digits) <= length:
        raise Broken("another level", f"{length} digits of a {level}", text)
    return digits.zfill(length)


def _postal(text: str) -> str:
    return _code(text, 4, 3, "postal code")


def _kommune(text: str) -> str:
    return _code(text, 4, 1, "municipality")


def _fylke(text: str) -> str:
    return _code(text, 2, 1, "county")


def _year(text: str) -> int:
    if not re.fullmatch("[0-9]{4}", text):
        raise Broken("not a year", "four digits", text)
    return int(text)


def _first_of_year(text: str) -> date:
    return date(_year(text), 1, 1)


def _count(text: str) -> int:
    if not re.fullmatch("[0-9]+", text):
        raise Broken("not a whole number", "digits", text)
    return int(text)


def _text(text: str) -> str:
    return text


def _city(text: str) -> str:
    return text.translate(_TO_LOWER)


#: Normal form of a plain, non-empty text.
FORMS: dict[str, Callable[[str], object]] = {
    "postal": _postal,
    "kommune": _kommune,
    "fylke": _fylke,
    "year": _year,
    "first_of_year": _first_of_year,
    "count": _count,
    "text": _text,
    "city": _city,
}
