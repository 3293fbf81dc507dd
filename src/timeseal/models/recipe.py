"""What a model reads: derived columns and the columns of each part, declared as data.

A vertical writes its recipe in TOML; this module parses it and computes the derived columns. It
knows operations, never a word of the goods. Every operation uses one row and its own t0 only.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from timeseal.errors import UsageError
from timeseal.models.arrays import Columns, Floats, Instants, Texts, numbers, texts


@dataclass(frozen=True, slots=True)
class Derived:
    """A column computed from one or two others; `op` names the operation."""

    name: str
    op: str
    of: tuple[str, ...]
    by: float = 1.0
    value: str = ""


@dataclass(frozen=True, slots=True)
class ValuePart:
    """The expected price: log `target` on numbers, flags and categories, refined by trees."""

    target: str
    numeric: tuple[str, ...]
    flags: tuple[str, ...]
    categories: tuple[str, ...]
    trees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinearPart:
    """The proportional-hazards part: smooth terms, products, flags, categories."""

    smooth: tuple[str, ...]
    products: tuple[str, ...]
    flags: tuple[str, ...]
    strong_flags: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything a model needs to know about its columns."""

    derived: tuple[Derived, ...]
    value: ValuePart
    linear: LinearPart
    trees: tuple[str, ...]
    text: tuple[str, ...]
    sha256: str

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns that must come from the guarded view, in a fixed order."""
        made = {one.name for one in self.derived} | set(MADE)
        named = [name for one in self.derived for name in one.of]
        part = self.value
        named += [part.target, *part.numeric, *part.flags, *part.categories, *part.trees]
        line = self.linear
        named += [*line.smooth, *line.products, *line.flags, *line.strong_flags, *line.categories]
        named += list(self.trees)
        return tuple(sorted(set(named) - made))

    def source(self, name: str) -> str:
        """The input column a derived column tells about (its first operand, recursively)."""
        for one in self.derived:
            if one.name == name:
                return self.source(one.of[0])
        return name


MADE = ("relative_value", "expected_value")
"""Columns the value part adds: log ask minus log expectation, and the log expectation."""


def parse(text: str) -> Recipe:
    """Recipe from TOML; raises UsageError naming an unknown operation or key."""
    raw = tomllib.loads(text)
    derived = tuple(_derived(one) for one in raw.get("derived", []))
    value, linear = raw["value"], raw["linear"]
    return Recipe(
        derived=derived,
        value=ValuePart(value["target"], *(_names(value, k) for k in _VALUE_LISTS)),
        linear=LinearPart(*(_names(linear, k) for k in _LINEAR_LISTS)),
        trees=_names(raw["trees"], "columns"),
        text=_names(raw["inputs"], "text"),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


_VALUE_LISTS = ("numeric", "flags", "categories", "trees")
_LINEAR_LISTS = ("smooth", "products", "flags", "strong_flags", "categories")


def derive(columns: Columns, t0: Instants, recipe: Recipe) -> dict[str, Floats | Texts]:
    """All input and derived columns; `t0` has one UTC instant per row."""
    out: dict[str, Floats | Texts] = {name: columns[name] for name in columns}
    for one in recipe.derived:
        out[one.name] = _OPERATIONS[one.op](out, t0, one)
    return out


def _derived(raw: Mapping[str, object]) -> Derived:
    op = str(raw["op"])
    if op not in _OPERATIONS:
        raise UsageError(
            f"the recipe asks for an unknown operation {op!r}",
            expected=", ".join(sorted(_OPERATIONS)),
            found=op,
        )
    of = raw["of"]
    operands = tuple(str(one) for one in of) if isinstance(of, list) else (str(of),)
    by, value = float(str(raw.get("by", 1.0))), str(raw.get("value", ""))
    return Derived(str(raw["name"]), op, operands, by, value)


def _names(table: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list):
        raise UsageError(f"recipe key {key} is not a list", expected="list", found=repr(value))
    return tuple(str(one) for one in value)


def _log(columns: Columns, _t0: Instants, one: Derived) -> Floats:
    return np.asarray(np.log(np.maximum(numbers(columns, one.of[0]), one.by)))


def _ratio(columns: Columns, _t0: Instants, one: Derived) -> Floats:
    return numbers(columns, one.of[0]) / np.maximum(numbers(columns, one.of[1]), one.by)


def _years_since(columns: Columns, t0: Instants, one: Derived) -> Floats:
    year = t0.astype("datetime64[Y]")
    now = year.astype(np.float64) + 1970 + (t0 - year) / np.timedelta64(31_557_600, "s")
    month = numbers(columns, one.of[1])
    known = np.where((month >= 1) & (month <= 12), month, 6.5)
    return np.asarray(now - (numbers(columns, one.of[0]) + (known - 0.5) / 12), dtype=np.float64)


def _prefix(columns: Columns, _t0: Instants, one: Derived) -> Texts:
    return texts(columns, one.of[0]).astype(f"U{int(one.by)}")


def _joined(columns: Columns, _t0: Instants, one: Derived) -> Texts:
    first, second = (texts(columns, name) for name in one.of)
    return np.char.add(np.char.add(first, " "), second)


def _number(columns: Columns, _t0: Instants, one: Derived) -> Floats:
    words = texts(columns, one.of[0])
    return np.where(np.char.isdigit(words), np.char.add("0", words), "nan").astype(np.float64)


def _multiple_of(columns: Columns, _t0: Instants, one: Derived) -> Floats:
    return np.asarray(
        (numbers(columns, one.of[0]) % one.by == 0).astype(np.float64), dtype=np.float64
    )


def _ends_from(columns: Columns, _t0: Instants, one: Derived) -> Floats:
    return (numbers(columns, one.of[0]) % 100 >= one.by).astype(np.float64)


def _at_least(columns: Columns, _t0: Instants, one: Derived) -> Floats:
    return (numbers(columns, one.of[0]) >= one.by).astype(np.float64)


def _below(columns: Columns, _t0: Instants, one: Derived) -> Floats:
    return (numbers(columns, one.of[0]) < one.by).astype(np.float64)


def _equals(columns: Columns, _t0: Instants, one: Derived) -> Floats:
    return np.asarray(texts(columns, one.of[0]) == one.value, dtype=np.float64)


def _missing(columns: Columns, _t0: Instants, one: Derived) -> Floats:
    return np.isnan(numbers(columns, one.of[0])).astype(np.float64)


def _capped(columns: Columns, _t0: Instants, one: Derived) -> Floats:
    return np.asarray(np.minimum(numbers(columns, one.of[0]), one.by))


_OPERATIONS: dict[str, Callable[[Columns, Instants, Derived], Floats | Texts]] = {
    "log": _log,
    "ratio": _ratio,
    "years_since": _years_since,
    "prefix": _prefix,
    "joined": _joined,
    "number": _number,
    "multiple_of": _multiple_of,
    "ends_from": _ends_from,
    "at_least": _at_least,
    "below": _below,
    "equals": _equals,
    "missing": _missing,
    "capped": _capped,
}
