"""Random numbers that belong to somebody and to a moment: (seed, entity, purpose, slot) -> (0, 1).

Owns the generator. A draw depends on nothing else: not on how many others were drawn, in which
order, or for whom. So a longer or a fuller world keeps its beginning, and a world can be cut: from
the slot `cut` on every draw comes from another seed, which is how the tests prove that no fact knew
what was drawn later. Mixing is SplitMix64's; the root comes from numpy's SeedSequence.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from math import cos, exp, log, pi, sqrt
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Divergence", "Draws", "Floats", "Keys", "Slots", "Stream"]

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]
Slots = NDArray[np.int64]
_UNIT, _HALF = 2.0**-53, 2.0**-54
One = TypeVar("One")

_MASK = (1 << 64) - 1
_GOLDEN, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


@dataclass(frozen=True, slots=True)
class Divergence:
    """From slot `cut` on, draws come from `seed`; before it nothing changes."""

    cut: int
    seed: int


class Draws:
    """The draws of one world."""

    def __init__(self, seed: int, divergence: Divergence | None = None) -> None:
        self._root = _root(seed)
        self._cut = divergence.cut if divergence else None
        self._other = _root(divergence.seed) if divergence else self._root

    def uniform(self, keys: Keys | int, purpose: str, slots: Slots | int) -> Floats:
        """Uniform numbers in (0, 1), one per element of the broadcast keys and slots."""
        owners, at = np.asarray(keys, np.uint64), np.asarray(slots, np.int64)
        with np.errstate(over="ignore"):
            mixed = _mix(owners ^ self._salts(purpose, at)) + _mix(
                at.astype(np.uint64) * np.uint64(_GOLDEN)
            )
            return np.asarray(((_mix(mixed) >> np.uint64(11)) + 0.5) * 2.0**-53)

    def key(self, purpose: str, slot: int, number: int = 0) -> int:
        """A key of its own for a new entity."""
        return _scalar(self._salt(purpose, slot) ^ _scalar((slot << 24) + number + 1))

    def stream(self, key: int, purpose: str, slot: int) -> Stream:
        """A sequence of numbers for one entity, one purpose, at one moment."""
        return Stream(_scalar(key ^ self._salt(purpose, slot)) + _scalar(slot * _GOLDEN))

    def _salt(self, purpose: str, slot: int) -> int:
        root = self._root if self._cut is None or slot < self._cut else self._other
        return root ^ _word(purpose)

    def _salts(self, purpose: str, slots: Slots) -> Keys:
        word = np.uint64(_word(purpose))
        if self._cut is None:
            return np.asarray(np.uint64(self._root) ^ word)
        roots = np.where(slots < self._cut, np.uint64(self._root), np.uint64(self._other))
        return np.asarray(roots ^ word)


class Stream:
    """SplitMix64 from one state: numbers in a row, for one entity and purpose."""

    __slots__ = ("_state",)

    def __init__(self, state: int) -> None:
        self._state = state & _MASK

    def random(self) -> float:
        """Uniform in (0, 1)."""
        # written out: the world spends a quarter of its time here
        self._state = state = (self._state + _GOLDEN) & _MASK
        state = ((state ^ (state >> 30)) * _FIRST) & _MASK
        state = ((state ^ (state >> 27)) * _SECOND) & _MASK
        return ((state ^ (state >> 31)) >> 11) * _UNIT + _HALF

    def chance(self, probability: float) -> bool:
        """Return True with that probability."""
        return self.random() < probability

    def below(self, count: int) -> int:
        """A whole number from 0 to count - 1."""
        return int(self.random() * count)

    def one(self, options: tuple[One, ...]) -> One:
        """One of the options, each as likely as the others."""
        return options[int(self.random() * len(options))]

    def weighted(self, options: tuple[tuple[One, float], ...]) -> One:
        """One of the options by its weight; weights add up to one."""
        left = self.random()
        for option, weight in options:
            left -= weight
            if left < 0:
                return option
        return options[-1][0]

    def normal(self) -> float:
        """Standard normal (Box and Muller)."""
        return sqrt(-2 * log(self.random())) * cos(2 * pi * self.random())

    def gamma(self, shape: float) -> float:
        """Gamma of mean one by Wilson and Hilferty's cube: good for shapes from one."""
        third = 1 / (9 * shape)
        return max(1e-3, 1 - third + self.normal() * sqrt(third)) ** 3

    def delay(self, median: float, spread: float) -> float:
        """A log-normal waiting time in the unit of its median."""
        return median * exp(spread * self.normal())


@lru_cache
def _root(seed: int) -> int:
    return int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0])


@lru_cache
def _word(purpose: str) -> int:
    return int.from_bytes(hashlib.sha256(purpose.encode()).digest()[:8], "big")


def _mix(state: Keys) -> Keys:
    state = (state ^ (state >> np.uint64(30))) * np.uint64(_FIRST)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(_SECOND)
    return np.asarray(state ^ (state >> np.uint64(31)))


def _scalar(state: int) -> int:
    state &= _MASK
    state = ((state ^ (state >> 30)) * _FIRST) & _MASK
    state = ((state ^ (state >> 27)) * _SECOND) & _MASK
    return state ^ (state >> 31)
