"""Municipality codes followed to the end of their release, however many changes lie between.

Publishers state the code an area got at the next change or at the last one; rows that are loaded
state the last one only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["to_the_end"]


@dataclass(frozen=True, slots=True)
class _Code:
    """Years are closed on both ends; `last` None is open, `successor` None ended without one."""

    first: int
    last: int | None
    successor: str | None


def to_the_end(
    columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> list[tuple[object, ...]]:
    """Rows of a code history with the last successor instead of the next one."""
    code, first, last, successor = (
        columns.index(name)
        for name in ("kommune_code4", "valid_from_year", "valid_to_year", "successor_code4")
    )
    known: dict[str, list[_Code]] = defaultdict(list)
    for row in rows:
        end, follower = row[last], row[successor]
        known[str(row[code])].append(
            _Code(
                int(str(row[first])),
                None if end is None else int(str(end)),
                None if follower is None else str(follower),
            )
        )
    return [
        (*row[:successor], _follow(known, row[successor], row[last]), *row[successor + 1 :])
        for row in rows
    ]


def _follow(known: dict[str, list[_Code]], successor: object, ended: object) -> str | None:
    """The code at the end of the chain; a chain that bites its tail ends where it began to."""
    if successor is None:
        return None
    code, year = str(successor), None if ended is None else int(str(ended)) + 1
    passed = {code}
    while year is not None:
        then = next((one for one in known[code] if _holds(one, year)), None)
        if then is None or then.successor is None or then.successor in passed:
            break
        code, year = then.successor, None if then.last is None else then.last + 1
        passed.add(code)
    return code


def _holds(one: _Code, year: int) -> bool:
    return one.first <= year and (one.last is None or year <= one.last)
