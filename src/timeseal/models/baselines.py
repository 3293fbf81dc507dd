"""What a survival model has to beat: Kaplan-Meier, price alone, a ten-column logistic regression.

Each gives a score ("stays long") and a chance at any horizon, from the same labelled rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from timeseal.errors import UsageError
from timeseal.models.arrays import Columns, Flags, Floats, numbers
from timeseal.models.evaluate.censoring import Step, censoring, ipcw, kaplan_meier
from timeseal.models.outcome import Outcome
from timeseal.models.proportional import WeibullModel, fit_weibull, survival


class Baseline(Protocol):
    """Anything with a score and a survival function."""

    def location(self, columns: Columns) -> Floats:
        """A score of shape (n,): large means slow."""
        ...

    def survival(self, columns: Columns, hours: Floats) -> Floats:
        """P(still there after each of `hours`), shape (n, len(hours))."""
        ...


@dataclass(frozen=True, slots=True)
class KaplanMeier:
    """Everybody gets the curve of the labelled rows; it cannot rank, so its AUC is .5."""

    curve: Step
    by: str

    def location(self, columns: Columns) -> Floats:
        """The same score for every row."""
        return np.zeros(len(columns[self.by]))

    def survival(self, columns: Columns, hours: Floats) -> Floats:
        """The curve; beyond the last label it stays at its last value."""
        return np.tile(self.curve.at(np.asarray(hours)), (len(columns[self.by]), 1))


@dataclass(frozen=True, slots=True)
class PriceOnly:
    """A Weibull regression on the standardised log of one column."""

    column: str
    mean: float
    spread: float
    model: WeibullModel

    def location(self, columns: Columns) -> Floats:
        """Location in log hours."""
        return self.model.location(self._design(columns))

    def survival(self, columns: Columns, hours: Floats) -> Floats:
        """S(t | price)."""
        return survival(self.location(columns), self.model.scale, hours)

    def _design(self, columns: Columns) -> sparse.csr_matrix:
        log = np.log(np.maximum(numbers(columns, self.column), 1.0))
        return sparse.csr_matrix(((log - self.mean) / self.spread)[:, None])


@dataclass(frozen=True, slots=True)
class Logistic:
    """Logistic regression of "still there after `horizon_h`" on at most ten columns.

    Rows censored before the horizon weigh nothing, the others by inverse chance of being censored.
    It knows one horizon only; other horizons take the proportional hazard through that point.
    """

    columns: tuple[str, ...]
    centre: Floats
    spread: Floats
    coef: Floats
    intercept: float
    horizon_h: float
    curve: Step

    def location(self, columns: Columns) -> Floats:
        """Log odds of still being there."""
        X = _standardised(columns, self.columns, self.centre, self.spread)
        return np.asarray(X @ self.coef + self.intercept)

    def survival(self, columns: Columns, hours: Floats) -> Floats:
        """chance ** (H0(t) / H0(horizon)), H0 the cumulative hazard of the labelled rows."""
        chance = 1.0 / (1.0 + np.exp(-self.location(columns)))
        hazard = -np.log(np.maximum(self.curve.at(np.asarray(hours)), 1e-6))
        reference = -np.log(np.maximum(self.curve.at(np.asarray([self.horizon_h])), 1e-6))
        return np.asarray(np.clip(chance, 1e-6, 1.0)[:, None] ** (hazard / reference)[None, :])


def fit_kaplan_meier(outcome: Outcome, by: str) -> KaplanMeier:
    """Curve of all labelled rows; `by` is any column, read for its length only."""
    return KaplanMeier(kaplan_meier(outcome.hours, outcome.event), by)


def fit_price_only(columns: Columns, outcome: Outcome, column: str) -> PriceOnly:
    """Fit on labelled rows."""
    log = np.log(np.maximum(numbers(columns, column), 1.0))
    shell = PriceOnly(column, float(log.mean()), float(log.std()), WeibullModel(0, log[:0], 1))
    model = fit_weibull(shell._design(columns), outcome, ridge=1e-6)
    return PriceOnly(column, shell.mean, shell.spread, model)


def fit_logistic(
    columns: Columns, outcome: Outcome, names: tuple[str, ...], horizon_h: float
) -> Logistic:
    """Fit at the largest usable horizon not above `horizon_h` (60 % of rows must not be lost)."""
    if len(names) > 10:
        raise UsageError("too many columns", expected="at most 10", found=str(len(names)))
    curve = censoring(outcome)
    horizon = _usable(outcome, horizon_h)
    weights, still = ipcw(outcome, horizon, curve)
    used = weights > 0
    raw = np.column_stack([numbers(columns, name) for name in names])
    centre = np.nanmean(raw, axis=0)
    spread = np.maximum(np.nanstd(raw, axis=0), 1e-9)
    X = _standardised(columns, names, centre, spread)[used]
    model = LogisticRegression(C=1.0, max_iter=500)
    model.fit(X, still[used], sample_weight=np.minimum(weights[used], 20.0))
    km = kaplan_meier(outcome.hours, outcome.event)
    return Logistic(
        names,
        centre,
        spread,
        model.coef_[0].astype(np.float64),
        float(model.intercept_[0]),
        horizon,
        km,
    )


def _usable(outcome: Outcome, horizon_h: float) -> float:
    """The wished horizon, or the longest one that keeps both classes and 40 % of the rows."""
    for share in (1.0, 0.75, 0.5, 0.25):
        horizon = horizon_h * share
        weights, still = ipcw(outcome, horizon, censoring(outcome))
        used: Flags = weights > 0
        if used.mean() >= 0.4 and 0.05 < still[used].mean() < 0.95:
            return horizon
    return horizon_h * 0.25


def _standardised(
    columns: Columns, names: tuple[str, ...], centre: Floats, spread: Floats
) -> Floats:
    raw = np.column_stack([numbers(columns, name) for name in names])
    return np.clip(np.nan_to_num((raw - centre) / spread), -5.0, 5.0)
