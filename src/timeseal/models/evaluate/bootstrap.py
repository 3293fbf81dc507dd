"""Bootstrap by row weights: every metric takes a weight matrix, one resample per row of it.

Ads of one day share a market, so pooled figures resample whole t0 days; a cohort of three days has
too few of them and resamples ads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from timeseal.models.arrays import Floats

Metric = Callable[[Floats], Floats]
"""Weights of shape (resamples, n) to values of shape (resamples,)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % percentile interval; `low` and `high` are NaN without one."""

    value: float
    low: float
    high: float

    def contains(self, value: float) -> bool:
        """Whether the interval holds `value`."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Resampling:
    """Weight matrix of shape (resamples, n), the same for every metric, hence paired."""

    weights: Floats

    def estimate(self, metric: Metric) -> Estimate:
        """The metric on all rows once, with the percentile interval of the resamples."""
        n = self.weights.shape[1]
        value = float(metric(np.ones((1, n)))[0])
        spread = metric(self.weights)
        spread = spread[np.isfinite(spread)]
        if len(spread) < 2:
            return Estimate(value, float("nan"), float("nan"))
        low, high = np.quantile(spread, [0.025, 0.975])
        return Estimate(value, float(low), float(high))

    def difference(self, ours: Metric, theirs: Metric) -> Estimate:
        """Paired difference of two metrics on the same resamples."""
        return self.estimate(lambda weights: ours(weights) - theirs(weights))


def resample(n: int, times: int = 400, seed: int = 20160325) -> Resampling:
    """Resample rows: multinomial counts, shape (times, n)."""
    draw = np.random.default_rng(seed)
    chosen = draw.integers(0, n, size=(times, n))
    return Resampling(np.stack([np.bincount(row, minlength=n) for row in chosen]).astype(float))


def resample_clusters(
    cluster: NDArray[np.int64], times: int = 400, seed: int = 20160325
) -> Resampling:
    """Resample whole clusters (t0 days), each row weighing as often as its cluster is drawn."""
    _, place = np.unique(cluster, return_inverse=True)
    groups = int(place.max()) + 1
    draw = np.random.default_rng(seed)
    chosen = draw.integers(0, groups, size=(times, groups))
    counts = np.stack([np.bincount(row, minlength=groups) for row in chosen]).astype(float)
    return Resampling(counts[:, place])
