"""A vertical: the domain pack of one kind of goods, read from its `vertical.toml`.

Owns the words, units, zone, horizons and cohort rules of a market; reads no database. Everything
that people see about a column (comments, CLI, reports, reasons) takes its words from here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from timeseal.errors import PackageBroken, UsageError

__all__ = ["Attribute", "SizeClass", "Vertical", "load", "parse"]

_PACKAGE = "timeseal.market"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute in the market's words: what it is called, in which unit, what it means."""

    name: str
    label: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class SizeClass:
    """Size classes within a cohort: class n holds values up to limits[n-1], the last all above."""

    label: str
    rule: str
    column: str
    limits: tuple[int, ...]

    def of(self, value: int | None) -> int | None:
        """Class of a value, 1-based; None stays None."""
        if value is None:
            return None
        return 1 + sum(value > limit for limit in self.limits)


@dataclass(frozen=True, slots=True)
class Vertical:
    """A market's declaration; durations are absolute hours, never calendar days."""

    name: str
    label: str
    zone: str
    currency: str
    horizons_hours: tuple[int, ...]
    grace: timedelta
    landmark: timedelta
    ask_window: timedelta
    terminal_events: tuple[str, ...]
    price_kinds: tuple[str, ...]
    contract: str
    stores: tuple[str, ...]
    cohort_label: str
    cohort_rule: str
    size_class: SizeClass
    attributes: Mapping[str, Attribute]
    not_in_vertical: frozenset[str]
    published: Mapping[str, str]
    units: Mapping[str, str]

    def meaning(self, column: str) -> str | None:
        """One sentence about a column, or None when this vertical has none."""
        if column in self.not_in_vertical:
            return f"not in vertical: this market does not have it, so it is NULL ({self.label})"
        if column in self.attributes:
            one = self.attributes[column]
            return f"{one.label} ({one.unit}): {one.meaning}"
        return self.published.get(column)

    def tzinfo(self) -> ZoneInfo:
        """The market's zone."""
        try:
            return ZoneInfo(self.zone)
        except ZoneInfoNotFoundError as error:
            raise UsageError(
                f"zone of vertical {self.name}",
                expected="a zone of the tz database",
                found=self.zone,
                hint="pip install tzdata",
            ) from error


def load(name: str) -> Vertical:
    """Read the vertical of that name from the package."""
    source = files(_PACKAGE).joinpath("verticals", name, "vertical.toml")
    if not source.is_file():
        known = sorted(one.name for one in files(_PACKAGE).joinpath("verticals").iterdir())
        raise UsageError(
            f"unknown vertical {name}",
            expected=", ".join(one for one in known if not one.startswith("_")),
            found=name,
            hint="timeseal db create --help",
        )
    return parse(source.read_text(encoding="utf-8"), f"verticals/{name}/vertical.toml")


def parse(text: str, where: str) -> Vertical:
    """Read a declaration; a missing or mistyped entry is an error that names it."""
    try:
        return _vertical(tomllib.loads(text))
    except (KeyError, TypeError, ValueError) as error:
        raise PackageBroken(
            f"{where} cannot be read",
            expected="vertical, cohort, size_class, attribute.*, not_in_vertical, published",
            found=f"{type(error).__name__}: {error}",
            hint="pip install --force-reinstall timeseal",
        ) from error


def _vertical(document: Mapping[str, Mapping[str, object]]) -> Vertical:
    head, cohort = document["vertical"], document["cohort"]
    attributes, units = _attributes(document["attribute"]), document.get("unit", {})
    return Vertical(
        name=_text(head, "name"),
        label=_text(head, "label"),
        zone=_text(head, "zone"),
        currency=_text(head, "currency"),
        horizons_hours=_numbers(head, "horizons_hours"),
        grace=timedelta(hours=_number(head, "grace_hours")),
        landmark=timedelta(hours=_number(head, "landmark_hours")),
        ask_window=timedelta(hours=_number(head, "ask_window_hours")),
        terminal_events=_texts(head, "terminal_events"),
        price_kinds=_texts(head, "price_kinds"),
        contract=_text(head, "contract"),
        stores=_texts(head, "stores"),
        cohort_label=_text(cohort, "label"),
        cohort_rule=_text(cohort, "rule"),
        size_class=_size_class(document["size_class"]),
        attributes=attributes,
        not_in_vertical=frozenset(_texts(document["not_in_vertical"], "columns")),
        published={name: _text(document["published"], name) for name in document["published"]},
        units={name: one.unit for name, one in attributes.items()}
        | {name: _text(units, name) for name in units},
    )


def _size_class(table: Mapping[str, object]) -> SizeClass:
    limits = _numbers(table, "limits")
    if list(limits) != sorted(set(limits)):
        raise ValueError("size_class.limits must rise")
    return SizeClass(_text(table, "label"), _text(table, "rule"), _text(table, "column"), limits)


def _attributes(table: Mapping[str, object]) -> dict[str, Attribute]:
    found = {}
    for name, one in table.items():
        if not isinstance(one, dict):
            raise TypeError(f"attribute.{name} is no table")
        found[name] = Attribute(
            name, _text(one, "label"), _text(one, "unit"), _text(one, "meaning")
        )
    return found


def _text(table: Mapping[str, object], key: str) -> str:
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{key} must be a text")
    return value


def _texts(table: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = table[key]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TypeError(f"{key} must be a list of texts")
    return tuple(value)


def _number(table: Mapping[str, object], key: str) -> int:
    value = table[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{key} must be a whole number >= 0")
    return value


def _numbers(table: Mapping[str, object], key: str) -> tuple[int, ...]:
    value = table[key]
    if not isinstance(value, list) or not all(isinstance(one, int) for one in value):
        raise TypeError(f"{key} must be a list of whole numbers")
    return tuple(value)
