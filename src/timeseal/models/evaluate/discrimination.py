"""How well a score ranks: AUC and PR-AUC at a horizon, Uno's C.

A large `slow` score means "stays long". All metrics take inverse-probability-of-censoring weights
times resampling weights. References: Uno et al. (2007, 2011), Hung and Chiang (2010).
"""

from __future__ import annotations

import numpy as np

from timeseal.models.arrays import Flags, Floats
from timeseal.models.evaluate.bootstrap import Metric
from timeseal.models.evaluate.censoring import Step
from timeseal.models.outcome import Outcome


def auc(still: Flags, weights: Floats, slow: Floats) -> Metric:
    """Cumulative/dynamic AUC: chance that a row still there scores above one gone; ties half."""
    order = np.argsort(slow, kind="stable")
    ends = _tie_ends(slow[order])
    positive, negative = (weights * still)[order], (weights * ~still)[order]

    def metric(resampled: Floats) -> Floats:
        w = resampled[:, order]
        p = _per_tie(w * positive, ends)
        n = _per_tie(w * negative, ends)
        below = np.cumsum(n, axis=1) - 0.5 * n
        total = p.sum(axis=1) * n.sum(axis=1)
        return np.asarray((p * below).sum(axis=1) / np.where(total > 0, total, np.nan))

    return metric


def pr_auc(still: Flags, weights: Floats, slow: Floats) -> Metric:
    """Average precision of "still there": precision summed over steps of recall."""
    order = np.argsort(-slow, kind="stable")
    ends = _tie_ends(slow[order])
    positive, every = (weights * still)[order], weights[order]

    def metric(resampled: Floats) -> Floats:
        w = resampled[:, order]
        hits = _per_tie(w * positive, ends)
        flagged = np.cumsum(_per_tie(w * every, ends), axis=1)
        precision = np.cumsum(hits, axis=1) / np.maximum(flagged, 1e-12)
        total = np.maximum(hits.sum(axis=1), 1e-12)
        return np.asarray((precision * hits).sum(axis=1) / total)

    return metric


def uno_c(outcome: Outcome, slow: Floats, horizon_h: float, curve: Step) -> Metric:
    """Uno's concordance up to `horizon_h`: pairs ordered in time, weighted by G(T)^-2."""
    hours, event = outcome.hours, outcome.event
    early = event & (hours < horizon_h)
    factor = np.where(early, 1.0 / np.maximum(curve.before(hours), 1e-6) ** 2, 0.0)
    rows = np.flatnonzero(early)
    later = (hours[rows, None] < hours[None, :]) * factor[rows, None]
    ahead = (slow[rows, None] < slow[None, :]) + 0.5 * (slow[rows, None] == slow[None, :])
    comparable = later.astype(np.float32)
    concordant = (later * ahead).astype(np.float32)

    def metric(resampled: Floats) -> Floats:
        w = resampled.astype(np.float32)
        first = w[:, rows]
        top = ((first @ concordant) * w).sum(axis=1)
        bottom = ((first @ comparable) * w).sum(axis=1)
        return np.asarray(top / np.where(bottom > 0, bottom, np.nan), dtype=np.float64)

    return metric


def _tie_ends(ordered: Floats) -> np.ndarray:
    """Start of each run of equal scores."""
    return np.concatenate([[0], np.flatnonzero(np.diff(ordered) != 0) + 1])


def _per_tie(values: Floats, starts: np.ndarray) -> Floats:
    return np.asarray(np.add.reduceat(values, starts, axis=1))
