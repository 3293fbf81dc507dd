"""Negative controls, and the usual practice they expose.

A model that sees nothing but the calendar must be at chance on a t0 cohort. On a slice chosen by
disappearance date the same rule looks excellent, because there the date of appearance *is* the
label: whoever vanished lately and appeared long ago was slow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from timeseal.models.arrays import HOUR, Flags, Floats, Instants, hours_between
from timeseal.models.evaluate.bootstrap import Estimate, resample
from timeseal.models.evaluate.censoring import censoring, ipcw
from timeseal.models.evaluate.discrimination import auc
from timeseal.models.outcome import Outcome
from timeseal.models.proportional import fit_weibull

BAND = 0.03


@dataclass(frozen=True, slots=True)
class Control:
    """AUC of something that may know nothing; it holds within ± .03 or when the interval has .5."""

    name: str
    estimate: Estimate

    @property
    def holds(self) -> bool:
        """Whether the control is at chance."""
        return abs(self.estimate.value - 0.5) <= BAND or self.estimate.contains(0.5)


def calendar_columns(t0: Instants, local_hour: Floats) -> Floats:
    """All a calendar knows of t0, shape (n, 10): day number, weekday, hour of day as a circle."""
    day = t0.astype("datetime64[D]").astype(np.int64)
    weekday = np.eye(7)[(day + 3) % 7]
    turn = 2 * np.pi * local_hour / 24
    return np.column_stack([(day - day.min()) / 7.0, weekday, np.sin(turn), np.cos(turn)])


def calendar_score(fit: Floats, outcome: Outcome, test: Floats) -> Floats:
    """Score of the test rows by a hazard regression that saw the calendar columns only."""
    model = fit_weibull(sparse.csr_matrix(fit), outcome, ridge=1.0)
    return model.location(sparse.csr_matrix(test))


def permuted_within_day(
    outcome: Outcome, days: Instants, slow: Floats, horizon_h: float, times: int = 200
) -> Estimate:
    """AUC of a score against outcomes shuffled inside each t0 day, over `times` shuffles.

    Shuffling keeps every day's level and destroys every listing's own outcome: what is left above
    chance would be a score that ranks days instead of listings.
    """
    draw = np.random.default_rng(7)
    groups = [np.flatnonzero(days == day) for day in np.unique(days)]
    weights, still = ipcw(outcome, horizon_h, censoring(outcome))
    found = np.empty(times)
    for one in range(times):
        order = np.arange(len(outcome))
        for rows in groups:
            order[rows] = draw.permutation(rows)
        found[one] = auc(still[order], weights[order], slow)(np.ones((1, len(outcome))))[0]
    low, high = np.quantile(found, [0.025, 0.975])
    return Estimate(float(found.mean()), float(low), float(high))


@dataclass(frozen=True, slots=True)
class Judged:
    """One scorer judged by one protocol at one horizon."""

    protocol: str
    rows: int
    slow_share: float
    auc: Estimate
    f1: float


def sold_window(gone_at: Instants, end: np.datetime64, days: int = 7) -> Flags:
    """The usual slice: rows that vanished in the last `days` days before `end`."""
    return np.asarray((gone_at >= end - days * 24 * HOUR) & (gone_at < end))


def judge_date_rule(
    protocol: str,
    t0: Instants,
    gone_at: Instants,
    rows: Flags,
    horizon_h: float,
    cut: np.datetime64 | None = None,
) -> Judged:
    """A rule that knows only when an ad appeared: earlier means slower.

    `slow` = longer than `horizon_h`. With `cut` rows before it are flagged slow; without, as many
    of the earliest rows are flagged as there are slow ones, which is the best a rank rule can hope
    for.
    """
    slow = ~(hours_between(t0[rows], gone_at[rows]) <= horizon_h)
    age = -hours_between(t0[rows].min(), t0[rows])
    flagged = t0[rows] < cut if cut is not None else _earliest(age, int(slow.sum()))
    hit = float((flagged & slow).sum())
    f1 = 2 * hit / max(float(flagged.sum() + slow.sum()), 1.0)
    metric = auc(slow, np.ones(len(slow)), age)
    estimate = resample(len(slow), 200).estimate(metric)
    return Judged(protocol, len(slow), float(slow.mean()), estimate, f1)


def _earliest(age: Floats, count: int) -> Flags:
    flagged = np.zeros(len(age), dtype=np.bool_)
    flagged[np.argsort(-age, kind="stable")[:count]] = True
    return flagged
