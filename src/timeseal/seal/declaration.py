"""Reading one TOML declaration strictly: typed values, no unknown key, a reason code per refusal.

Owns the reading; knows nothing of stores. `Table.done` refuses keys that nobody asked for, so a
misspelt key is an error and never a silent default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

from timeseal.errors import UsageError

_NAME = re.compile(r"[a-z_][a-z0-9_]*")


class DeclarationError(UsageError):
    """A declaration that cannot be bound; `reason` is stable and meant for programs."""

    hint_command: ClassVar[str] = "timeseal store plan"

    def __init__(self, reason: str, where: str, expected: str, found: str) -> None:
        super().__init__(
            f"{reason}: {where}",
            expected=expected,
            found=found,
            hint=f"mend the declaration, then run: {self.hint_command}",
        )
        self.reason = reason


class Table:
    """A TOML table whose keys are taken one by one; `where` names it in messages."""

    def __init__(self, values: Mapping[str, object], where: str) -> None:
        self._values = dict(values)
        self._asked: list[str] = []
        self.where = where

    def text(self, key: str) -> str:
        """Take a required text."""
        value = self.optional(key)
        if value is None:
            raise DeclarationError("missing_key", self.where, key, "nothing")
        return value

    def optional(self, key: str) -> str | None:
        """Take a text that may be absent."""
        value = self._take(key, None)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self._bad(key, "a text", value)
        return value

    def has(self, key: str) -> bool:
        """Say whether a key is there, without taking it."""
        return key in self._values

    def names(self, key: str, optional: bool = False) -> tuple[str, ...]:
        """Take a list of column or schema names; a required one has at least one."""
        value = self._take(key, None)
        if value is None and optional:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise DeclarationError(
                "bad_value", f"{self.where}.{key}", "a list of names", repr(value)
            )
        if len(set(value)) < len(value) or not (value or optional):
            raise DeclarationError(
                "bad_value", f"{self.where}.{key}", "distinct names", repr(value)
            )
        return tuple(value)

    def relation(self, key: str, optional: bool = False) -> str | None:
        """Take `schema.relation`, both plain lower-case identifiers."""
        value = self.optional(key) if optional else self.text(key)
        if value is None:
            return None
        parts = value.split(".")
        if len(parts) != 2 or not all(_NAME.fullmatch(part) for part in parts):
            raise DeclarationError("bad_name", f"{self.where}.{key}", "schema.relation", value)
        return value

    def choice(self, key: str, allowed: frozenset[str]) -> str:
        """Take one of a few words."""
        value = self.text(key)
        if value not in allowed:
            raise DeclarationError(
                "bad_value", f"{self.where}.{key}", " or ".join(sorted(allowed)), value
            )
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """Take true or false."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self._bad(key, "true or false", value)
        return value

    def number(self, key: str, default: int | None = None) -> int:
        """Take a whole number of at least 0."""
        value = self._take(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._bad(key, "a number >= 0", value)
        return value

    def table(self, key: str, optional: bool = False) -> Table:
        """Take a sub-table."""
        value = self._take(key, {} if optional else None)
        if not isinstance(value, dict):
            raise DeclarationError("missing_table", self.where, f"[{key}]", repr(value))
        return Table(cast("dict[str, object]", value), f"{self.where} [{key}]")

    def tables(self, key: str) -> list[Table]:
        """Take an array of tables, possibly empty."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise DeclarationError("bad_value", self.where, f"[[{key}]]", repr(value))
        return [
            Table(one, f"{self.where} [[{key}]] {one.get('name', number)}")
            for number, one in enumerate(value, start=1)
        ]

    def _take(self, key: str, default: object) -> object:
        self._asked.append(key)
        return self._values.pop(key, default)

    def _bad(self, key: str, expected: str, value: object) -> DeclarationError:
        return DeclarationError("bad_value", f"{self.where}.{key}", expected, repr(value))

    def done(self) -> None:
        """Refuse what nobody took."""
        if self._values:
            raise DeclarationError(
                "unknown_key", self.where, ", ".join(self._asked), ", ".join(self._values)
            )


def merge(documents: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Lay later documents over earlier: tables by key, named arrays by name, others appended."""
    merged: dict[str, object] = {}
    for document in documents:
        for key, value in document.items():
            merged[key] = _laid_over(merged.get(key), value)
    return merged


def _laid_over(below: object, above: object) -> object:
    if isinstance(below, dict) and isinstance(above, dict):
        return merge([below, above])
    if isinstance(below, list) and isinstance(above, list):
        return _lists(below, above)
    return above


def _lists(below: list[object], above: list[object]) -> list[object]:
    found = list(below)
    for one in above:
        name = one.get("name") if isinstance(one, dict) else None
        for position, old in enumerate(found):
            if name is not None and isinstance(old, dict) and old.get("name") == name:
                found[position] = _laid_over(old, one)
                break
        else:
            found.append(one)
    return found
