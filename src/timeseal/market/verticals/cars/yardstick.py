"""The yardstick: what forty lines can do, so that a bigger model has something to beat.

An accelerated failure time model on price, age, mileage, power, declared damage and the residual
of a hedonic price regression that only ever saw earlier rows. Arrays in, a score out.
"""

from __future__ import annotations

import numpy as np
import xgboost

from timeseal.models.arrays import Columns, Flags, Floats, numbers, texts
from timeseal.models.outcome import Outcome

PARAMS = {
    "objective": "survival:aft",
    "aft_loss_distribution": "normal",
    "aft_loss_distribution_scale": 1.8,
    "max_depth": 3,
    "eta": 0.05,
    "subsample": 0.8,
    "min_child_weight": 20,
    "seed": 1,
    "nthread": 1,
    "verbosity": 0,
}


def scores(columns: Columns, day: Floats, fit: Flags, test: Flags, outcome: Outcome) -> Floats:
    """Log-time scores of the `test` rows; `outcome` labels the `fit` rows as known at the origin.

    `columns` holds the inputs and `age_years`; `day` numbers the t0 day.
    """
    price, X = np.log(numbers(columns, "price")), _hedonic(columns)
    residual = np.full(len(price), np.nan)
    seen = _Seen(X.shape[1])
    for when in np.unique(day[fit]):
        today = fit & (day == when)
        if seen.rows >= 500:
            residual[today] = price[today] - seen.expected(X[today])
        seen.add(X[today], price[today])
    residual[test] = price[test] - seen.expected(X[test])
    names = ("age_years", "mileage_km", "power_ps", "unrepaired_damage_declared")
    F = np.column_stack([price, residual, *(numbers(columns, name) for name in names)])
    lower = np.maximum(outcome.hours, 0.5)
    data = xgboost.DMatrix(F[fit], nthread=1)
    data.set_float_info("label_lower_bound", lower)
    data.set_float_info("label_upper_bound", np.where(outcome.event, lower, np.inf))
    model = xgboost.train(PARAMS, data, 150)
    margin = model.predict(xgboost.DMatrix(F[test]), output_margin=True)
    return np.asarray(margin, dtype=np.float64)


def _hedonic(columns: Columns) -> Floats:
    age = numbers(columns, "age_years")
    km, ps = np.log(numbers(columns, "mileage_km")), np.log(numbers(columns, "power_ps"))
    damage = numbers(columns, "unrepaired_damage_declared")
    automatic = texts(columns, "gearbox") == "automatic"
    diesel = texts(columns, "fuel") == "diesel"
    line = [age, age**2, km, ps, age * km, age * ps, damage == 1, np.isnan(damage)]
    Z = np.column_stack([np.asarray(one, dtype=np.float64) for one in (*line, automatic, diesel)])
    models = np.unique(texts(columns, "generation"), return_inverse=True)[1]
    return np.hstack([(Z - Z.mean(0)) / Z.std(0), np.eye(models.max() + 1)[models]])


class _Seen:
    """Ridge regression of the rows seen so far, as running sums."""

    def __init__(self, width: int) -> None:
        self.rows, self.total, self.price = 0, np.zeros(width), 0.0
        self.gram, self.cross = np.zeros((width, width)), np.zeros(width)

    def add(self, X: Floats, price: Floats) -> None:
        """Take rows of features and log prices in."""
        self.rows, self.total, self.price = (
            self.rows + len(X), self.total + X.sum(0), self.price + float(price.sum()),
        )  # fmt: skip
        self.gram, self.cross = self.gram + X.T @ X, self.cross + X.T @ price

    def expected(self, asked: Floats) -> Floats:
        """Expected log price of other rows."""
        mean, centre = self.total / self.rows, self.price / self.rows
        gram = self.gram - self.rows * np.outer(mean, mean) + 3.0 * np.eye(len(mean))
        coef = np.linalg.solve(gram, self.cross - self.rows * centre * mean)
        return np.asarray(centre + (asked - mean) @ coef)
