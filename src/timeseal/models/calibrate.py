"""Calibration and stacking on own t0 cohorts: two parts become one survival function.

The linear part and the trees each give a location in log hours. A Weibull regression of the
censored outcomes on the two standardised locations, over the calibration cohorts, weighs and
calibrates them. No row calibrates a member that was fitted on it, and test rows take no part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from timeseal.models.arrays import Floats
from timeseal.models.outcome import Outcome
from timeseal.models.proportional import fit_weibull, survival


@dataclass(frozen=True, slots=True)
class Calibration:
    """ln T = intercept + Σ slope · (part − mean) / spread + scale · extreme-value error."""

    means: tuple[float, ...]
    spreads: tuple[float, ...]
    slopes: tuple[float, ...]
    intercept: float
    scale: float

    def location(self, parts: tuple[Floats, ...]) -> Floats:
        """Calibrated location in log hours: large means slow."""
        moved = np.stack(parts) - np.asarray(self.means)[:, None]
        weights = np.asarray([self.weight(part) for part in range(len(parts))])
        return np.asarray(self.intercept + weights @ moved, dtype=np.float64)

    def survival(self, parts: tuple[Floats, ...], hours: Floats) -> Floats:
        """S(t | x), shape (n, len(hours))."""
        return survival(self.location(parts), self.scale, hours)

    def weight(self, part: int) -> float:
        """How many calibrated log hours one log hour of a part is worth."""
        return self.slopes[part] / self.spreads[part]


def calibrate(parts: tuple[Floats, ...], outcome: Outcome) -> Calibration:
    """Fit on calibration rows; `parts` are locations of those rows by members that never saw them.

    A part that would enter with a negative weight is left out: it adds noise, not knowledge.
    """
    means = tuple(float(part.mean()) for part in parts)
    spreads = tuple(max(float(part.std()), 1e-9) for part in parts)
    scaled = np.column_stack(
        [(part - mean) / spread for part, mean, spread in zip(parts, means, spreads, strict=True)]
    )
    fitted = fit_weibull(sparse.csr_matrix(scaled), outcome, ridge=1e-6)
    kept = fitted.coef > 0
    if not kept.all() and kept.any():
        fitted = fit_weibull(sparse.csr_matrix(scaled * kept), outcome, ridge=1e-6)
    slopes = tuple(float(one) for one in np.where(kept, fitted.coef, 0.0))
    return Calibration(means, spreads, slopes, fitted.intercept, fitted.scale)
