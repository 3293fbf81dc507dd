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
    "nthread": 2,
    "verbosity": 0,
}


def scores(columns: Columns, day: Floats, fit: Flags, test: Flags, outcome: Outcome) -> Floats:
    """Log-time scores of the `test` rows; `outcome` labels the `fit` rows as known at the origin.

    `columns` holds the inputs and `age_years`; `day` numbers the t0 day.
    """
    price, X = np.log(numbers(columns, "price")), _hedonic(columns)
    residual = np.full(len(price), np.nan)
    for when in np.unique(day[fit]):
        earlier, today = fit & (day < when), fit & (day == when)
        if earlier.sum() >= 500:
            residual[today] = price[today] - _expected(X, price, earlier, today)
    residual[test] = price[test] - _expected(X, price, fit, test)
    names = ("age_years", "mileage_km", "power_ps", "unrepaired_damage_declared")
    F = np.column_stack([price, residual, *(numbers(columns, name) for name in names)])
    lower = np.maximum(outcome.hours, 0.5)
    data = xgboost.DMatrix(F[fit], nthread=2)
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


def _expected(X: Floats, price: Floats, seen: Flags, asked: Flags) -> Floats:
    mean, centre = X[seen].mean(0), price[seen].mean()
    moved = X[seen] - mean
    gram = moved.T @ moved + 3.0 * np.eye(X.shape[1])
    coef = np.linalg.solve(gram, moved.T @ (price[seen] - centre))
    return np.asarray(centre + (X[asked] - mean) @ coef)
