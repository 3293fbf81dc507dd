"""Judging on what vanished lately, beside judging on everybody first seen in one week.

Arrays in, arrays out; times are hours on one clock, rows are ads. An ad of the first population
entered it by vanishing, so its age at the cut already tells whether it was slow; an ad of the
second entered by appearing, which tells nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

WEEK_H = 168.0


@dataclass(frozen=True, slots=True)
class Population:
    """Who is judged: `chosen` among all rows, and which of the chosen were slow."""

    name: str
    chosen: Flags
    slow: Flags


def vanished_lately(
    first_seen: Floats, duration: Floats, gone: Flags, cut: float, horizon: float
) -> Population:
    """Ads that vanished in the last seven days before `cut`; slow when they took over `horizon`."""
    vanished = first_seen + duration
    chosen = gone & (vanished >= cut - WEEK_H) & (vanished < cut)
    return Population("ads that vanished in the last 7 days", chosen, duration[chosen] > horizon)


def first_seen_in_one_week(
    first_seen: Floats, duration: Floats, cut: float, horizon: float
) -> Population:
    """Every ad first seen in the newest week whose outcome at `horizon` is known at `cut`.

    An ad still there at the cut has been there longer than the horizon, so its censored duration
    decides as well as a complete one.
    """
    newest = cut - horizon
    chosen = (first_seen >= newest - WEEK_H) & (first_seen < newest)
    return Population("all ads first seen in one week", chosen, duration[chosen] > horizon)


def date_only_rule(
    first_seen: Floats, chosen: Flags, cut: float, horizon: float
) -> tuple[Floats, Flags]:
    """Score the chosen by age at the cut; flag as slow beyond the horizon plus half the week."""
    age = cut - first_seen[chosen]
    return age, age > horizon + WEEK_H / 2


def auc(score: Floats, positive: Flags) -> float:
    """Area under the ROC curve by mid-ranks; not a number when a class is empty."""
    positives = int(positive.sum())
    negatives = len(positive) - positives
    if not positives or not negatives:
        return float("nan")
    _, place, counts = np.unique(score, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    ranks = float(middle[place][positive].sum())
    return (ranks - positives * (positives + 1) / 2) / (positives * negatives)


def f1(flagged: Flags, positive: Flags) -> float:
    """Harmonic mean of precision and recall; 0 when nothing is flagged rightly."""
    return float(2 * (flagged & positive).sum() / max(flagged.sum() + positive.sum(), 1))
