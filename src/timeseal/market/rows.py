"""Rows of an input file on their way in: what broke which rule, and what was counted.

Owns the words of a refusal (column, expected, found, reason); knows no file format and no database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

__all__ = ["Broken", "BrokenRule", "Progress", "Rejection", "summarise"]

#: Called with (what is going on, rows done, rows in all).
Progress = Callable[[str, int, int], None]


class Broken(Exception):
    """One value of one row breaks a rule; caught by the reader, never by a user."""

    def __init__(self, reason: str, expected: str, found: str | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.expected = expected
        self.found = found


@dataclass(frozen=True, slots=True)
class Rejection:
    """One broken rule of one input row, as it goes to quarantine."""

    row_number: int
    column: str
    expected: str
    found: str | None
    reason: str
    raw_line: str


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """How often a rule broke, and the first rows that broke it."""

    column: str
    reason: str
    expected: str
    count: int
    examples: tuple[tuple[int, str | None], ...]


def summarise(rejections: Iterable[Rejection], examples: int = 3) -> tuple[BrokenRule, ...]:
    """Count rejections by column and reason, most frequent first, each with its first examples."""
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], list[Rejection]] = {}
    for one in rejections:
        rule = (one.column, one.reason)
        counts[rule] += 1
        if counts[rule] <= examples:
            first.setdefault(rule, []).append(one)
    return tuple(
        BrokenRule(
            column=column,
            reason=reason,
            expected=first[column, reason][0].expected,
            count=count,
            examples=tuple((one.row_number, one.found) for one in first[column, reason]),
        )
        for (column, reason), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
