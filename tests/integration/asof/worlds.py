"""Small random worlds of facts and spines, and the as-of join written as plainly as it can be."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 1, 1, tzinfo=UTC)
COUNT = 240
HOURS = 6


@dataclass(frozen=True)
class Fact:
    """One row of facts; `seq` is its own everywhere."""

    key: tuple[Any, ...]
    event_time: datetime | None
    known_at: datetime | None
    seq: int
    value: float | None


@dataclass(frozen=True)
class SpineRow:
    """One row that asks."""

    row: int
    key: tuple[Any, ...]
    t0: datetime | None


def _time(dice: random.Random) -> datetime | None:
    """Coarse, so that instants meet; now and then unknown."""
    return None if dice.random() < 0.08 else START + timedelta(hours=dice.randrange(HOURS))


def _key(dice: random.Random, world: int) -> tuple[Any, ...]:
    return (world, dice.choice(["1", "1", "12", "12", None]), dice.choice([3, 23]))


def draw(seed: int = 20260101) -> tuple[list[Fact], list[SpineRow]]:
    """All worlds in one: the first part of the key is the number of the world."""
    dice = random.Random(seed)  # noqa: S311 - dice, not secrets
    facts: list[Fact] = []
    spine: list[SpineRow] = []
    for world in range(COUNT):
        for _ in range(dice.choice([0, 2, 12, 30])):
            value = dice.choice([None, float("inf"), dice.random()])
            facts.append(Fact(_key(dice, world), _time(dice), _time(dice), len(facts), value))
        for _ in range(dice.choice([1, 5, 8])):
            spine.append(SpineRow(len(spine), _key(dice, world), _time(dice)))
        spine.append(SpineRow(len(spine), spine[-1].key, spine[-1].t0))  # the same question twice
    return facts, spine


def naive(
    facts: Iterable[Fact],
    row: SpineRow,
    embargo: timedelta,
    max_age: timedelta | None,
    clocks: tuple[bool, bool],
) -> int | None:
    """`seq` of the newest fact admitted before t0; `clocks` says if known_at, event_time count."""
    if row.t0 is None or None in row.key:
        return None
    known, event = clocks
    admitted = [
        fact
        for fact in facts
        if fact.key == row.key
        and (not known or (fact.known_at is not None and fact.known_at < row.t0))
        and (not event or (fact.event_time is not None and fact.event_time < row.t0 - embargo))
    ]

    def newest(fact: Fact) -> tuple[Any, ...]:
        return (fact.event_time if event else 0, fact.known_at if known else 0, fact.seq)

    if not admitted:
        return None
    best = max(admitted, key=newest)
    when = best.event_time if event else best.known_at
    assert when is not None
    return None if max_age is not None and row.t0 - when > max_age else best.seq
