"""Kaplan-Meier curves of groups of ads; arrays in, contexts out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from timeseal.market.report.context import Curve

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

HOURS_PER_DAY = 24.0
#: A curve is drawn while at least so many ads are still watched.
AT_RISK = 30


def by_value(
    ratio: Floats, duration_h: Floats, gone: Flags, limits: Sequence[float] = (0.8, 1.0, 1.25)
) -> tuple[Curve, ...]:
    """One curve per group of asking price divided by value; ads without a ratio are left out."""
    edges = (-np.inf, *limits, np.inf)
    labels = (
        f"below {limits[0]:g}",
        *(f"{low:g} to {high:g}" for low, high in pairwise(limits)),
        f"from {limits[-1]:g}",
    )
    found = []
    for label, (low, high) in zip(labels, pairwise(edges), strict=True):
        inside = (ratio >= low) & (ratio < high)
        if inside.any():
            days, share = kaplan_meier(duration_h[inside] / HOURS_PER_DAY, gone[inside])
            found.append(
                Curve(label, int(inside.sum()), tuple(days.tolist()), tuple(share.tolist()))
            )
    return tuple(found)


def kaplan_meier(days: Floats, gone: Flags) -> tuple[Floats, Floats]:
    """Share still there after each whole step of a quarter day, from 0 on.

    Kaplan and Meier 1958: the product of 1 - (gone / at risk) over the instants of a
    disappearance; an ad censored at an instant is still at risk there.
    """
    instants = np.unique(days[gone])
    ordered = np.sort(days)
    at_risk = len(days) - np.searchsorted(ordered, instants, side="left")
    events = np.searchsorted(np.sort(days[gone]), instants, side="right")
    events = np.diff(events, prepend=0)
    share = np.cumprod(1 - events / at_risk)
    last = ordered[max(len(days) - AT_RISK, 0)]
    grid = np.arange(0, last + 0.25, 0.25)
    place = np.searchsorted(instants, grid, side="right")
    return grid, np.concatenate(([1.0], share))[place]
