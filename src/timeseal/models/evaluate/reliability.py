"""Whether a probability means what it says: Brier, IBS, slope and intercept, ICI, D-calibration.

Probabilities are P(still there after the horizon). References: Graf et al. (1999) for Brier and
IBS; Austin, Harrell and van Klaveren (2020) for ICI, E50, E90; Haider et al. (2020) for
D-calibration.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from timeseal.models.arrays import Flags, Floats
from timeseal.models.evaluate.bootstrap import Metric
from timeseal.models.evaluate.censoring import Step, ipcw
from timeseal.models.outcome import Outcome


def brier(still: Flags, weights: Floats, chance: Floats) -> Metric:
    """Mean squared distance of chance and fact, weighted."""
    error = (chance - still) ** 2 * weights

    def metric(resampled: Floats) -> Floats:
        return np.asarray((resampled @ error) / resampled.sum(axis=1))

    return metric


def integrated_brier(outcome: Outcome, grid: Floats, chances: Floats, curve: Step) -> Metric:
    """Brier averaged over `grid` by the trapezoid rule; `chances` has shape (n, len(grid))."""
    errors = []
    for place, horizon in enumerate(grid):
        weights, still = ipcw(outcome, float(horizon), curve)
        errors.append((chances[:, place] - still) ** 2 * weights)
    per_row = np.trapezoid(np.stack(errors), grid, axis=0) / (grid[-1] - grid[0])

    def metric(resampled: Floats) -> Floats:
        return np.asarray((resampled @ per_row) / resampled.sum(axis=1))

    return metric


def slope(still: Flags, weights: Floats, chance: Floats) -> Metric:
    """Slope of the logistic recalibration; 1 is perfect, below 1 too extreme."""
    return _coefficient(still, weights, _powers(chance, 1), 1)


def intercept(still: Flags, weights: Floats, chance: Floats) -> Metric:
    """Calibration in the large: log odds to add, the slope held at 1."""
    logit = _logit(chance)

    def metric(resampled: Floats) -> Floats:
        return _irls(resampled * weights, still, np.ones((len(chance), 1)), logit)[:, 0]

    return metric


def calibration_error(
    still: Flags, weights: Floats, chance: Floats, quantile: float | None = None
) -> Metric:
    """ICI (mean) or E50/E90 (`quantile`) of |chance − smoothed observed share|.

    The smooth is a cubic logistic curve in the log odds of the chance.
    """
    design = _powers(chance, 3)

    def metric(resampled: Floats) -> Floats:
        coef = _irls(resampled * weights, still, design, np.zeros(len(chance)))
        gap = np.abs(1.0 / (1.0 + np.exp(-np.clip(coef @ design.T, -30, 30))) - chance)
        if quantile is None:
            return np.asarray((gap * resampled).sum(axis=1) / resampled.sum(axis=1))
        return _weighted_quantile(gap, resampled, quantile)

    return metric


def d_calibration(outcome: Outcome, survival_at_time: Floats, bins: int = 10) -> float:
    """p-value of the chi-square test that S(T | x) is uniform; censored rows are spread below."""
    event, value = outcome.event, np.clip(survival_at_time, 1e-9, 1.0)
    edges = np.linspace(0.0, 1.0, bins + 1)
    place = np.minimum((value * bins).astype(int), bins - 1)
    counts = np.bincount(place[event], minlength=bins).astype(float)
    for one, where in zip(value[~event], place[~event], strict=True):
        counts[where] += (one - edges[where]) / one
        counts[:where] += 1.0 / (bins * one)
    expected = len(value) / bins
    return float(chi2.sf(((counts - expected) ** 2 / expected).sum(), bins - 1))


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows of similar chance: mean chance and observed share with a 95 % Wilson interval."""

    predicted: float
    observed: float
    low: float
    high: float
    rows: int


def reliability_bins(still: Flags, chance: Floats, bins: int = 10) -> tuple[Bin, ...]:
    """Deciles of the chance; for rows whose outcome at the horizon is fully known."""
    order = np.argsort(chance, kind="stable")
    return tuple(_bin(still[rows], chance[rows]) for rows in np.array_split(order, bins))


def _bin(still: Flags, chance: Floats) -> Bin:
    n, share, z = len(still), float(still.mean()), 1.96
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Bin(float(chance.mean()), share, float(centre - half), float(centre + half), n)


def _logit(chance: Floats) -> Floats:
    inside = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))


def _powers(chance: Floats, degree: int) -> Floats:
    logit = _logit(chance)
    scale = np.maximum(np.abs(logit - logit.mean()).max(), 1e-9) if degree > 1 else 1.0
    base = (logit - logit.mean()) / scale if degree > 1 else logit
    return np.column_stack([base**power for power in range(degree + 1)])


def _coefficient(still: Flags, weights: Floats, design: Floats, which: int) -> Metric:
    def metric(resampled: Floats) -> Floats:
        return _irls(resampled * weights, still, design, np.zeros(len(still)))[:, which]

    return metric


def _irls(w: Floats, still: Flags, design: Floats, offset: Floats) -> Floats:
    """Logistic coefficients per resample, shape (resamples, k), by damped Newton steps."""
    k = design.shape[1]
    coef = np.zeros((len(w), k))
    pairs = (design[:, :, None] * design[:, None, :]).reshape(len(design), k * k)
    for _ in range(12):
        mean = 1.0 / (1.0 + np.exp(-np.clip(coef @ design.T + offset, -30, 30)))
        gradient = (w * (still - mean)) @ design - 1e-6 * coef
        curvature = ((w * mean * (1 - mean)) @ pairs).reshape(-1, k, k) + 1e-6 * np.eye(k)
        step = np.linalg.solve(curvature, gradient[:, :, None])[:, :, 0]
        coef = coef + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-6:
            break
    return coef


def _weighted_quantile(values: Floats, weights: Floats, quantile: float) -> Floats:
    order = np.argsort(values, axis=1)
    share = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    place = (share < quantile * share[:, -1:]).sum(axis=1)
    ordered = np.take_along_axis(values, order, axis=1)
    return np.asarray(ordered[np.arange(len(values)), place])
