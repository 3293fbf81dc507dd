"""What a decision "will still be there" costs: precision, recall, F1, share flagged, SAC.

SAC is the share of truly fast listings that are flagged slow: the error that hurts, because a fast
listing is treated as one that will wait.
"""

from __future__ import annotations

import numpy as np

from timeseal.models.arrays import Flags, Floats
from timeseal.models.evaluate.bootstrap import Metric


def precision(still: Flags, weights: Floats, flagged: Flags) -> Metric:
    """Share of the flagged that are still there."""
    return _ratio(weights * flagged * still, weights * flagged)


def recall(still: Flags, weights: Floats, flagged: Flags) -> Metric:
    """Share of those still there that were flagged."""
    return _ratio(weights * flagged * still, weights * still)


def f1(still: Flags, weights: Floats, flagged: Flags) -> Metric:
    """Harmonic mean of precision and recall."""
    return _ratio(2.0 * weights * flagged * still, weights * flagged + weights * still)


def flagged_share(weights: Floats, flagged: Flags) -> Metric:
    """Share of all rows that are flagged."""
    return _ratio(weights * flagged, weights)


def sac(fast: Flags, weights: Floats, flagged: Flags) -> Metric:
    """Share of the `fast` rows (gone before the fast limit) that are flagged slow."""
    return _ratio(weights * flagged * fast, weights * fast)


def _ratio(top: Floats, bottom: Floats) -> Metric:
    def metric(resampled: Floats) -> Floats:
        below = resampled @ bottom
        return np.asarray((resampled @ top) / np.where(below > 0, below, np.nan))

    return metric
