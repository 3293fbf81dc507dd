"""P(still there h more hours | still there now): the question about an ad that is live today.

An ad that has already waited is not "predicted" to have waited. What it has survived is divided
out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from timeseal.errors import UsageError
from timeseal.models.arrays import Flags, Floats
from timeseal.models.proportional import survival


def still_there(location: Floats, scale: float, age_h: Floats, more_h: float) -> Floats:
    """S(age + more) / S(age) per row, in [0, 1]; `age_h` is hours since t0 at the instant asked."""
    if (age_h < 0).any():
        raise UsageError(
            "an ad is younger than zero hours",
            expected="t0 before the instant of knowledge",
            found=f"{float(age_h.min()):.1f} h",
        )
    ages = np.maximum(age_h, 1e-12)
    each = (_at(location, scale, ages + more_h), _at(location, scale, ages))
    return np.asarray(each[0] / np.maximum(each[1], 1e-12))


@dataclass(frozen=True, slots=True)
class Ranked:
    """Row numbers by falling chance, with the chance."""

    rows: tuple[int, ...]
    chances: tuple[float, ...]


def rank(chance: Floats, live: Flags, keys: Floats, count: int) -> Ranked:
    """The `count` live rows with the highest chance; ties go to the smaller key."""
    rows = np.flatnonzero(live)
    order = rows[np.lexsort((keys[rows], -chance[rows]))][:count]
    return Ranked(tuple(map(int, order)), tuple(float(one) for one in chance[order]))


def _at(location: Floats, scale: float, hours: Floats) -> Floats:
    """S(hours[i] | row i), elementwise."""
    scaled = location - np.log(hours)
    return survival(scaled, scale, np.ones(1))[:, 0]
