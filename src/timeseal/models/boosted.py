"""XGBoost accelerated failure time with interval-censored outcomes, deterministic.

The error is the extreme-value one: with it trees model a proportional hazard, which generalised
better than the normal error on the development origins. Several seeds are averaged in log time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xgboost

from timeseal.models.arrays import Floats
from timeseal.models.outcome import Outcome

_SHORTEST_H = 0.5


@dataclass(frozen=True, slots=True)
class BoostedSettings:
    """Settings chosen on the development origins; one thread, so that equal bytes come out."""

    rounds: int = 300
    seeds: tuple[int, ...] = (0,)
    scale: float = 1.8
    depth: int = 4
    eta: float = 0.03
    threads: int = 1

    def params(self, seed: int) -> dict[str, object]:
        """XGBoost parameters of one member."""
        return {
            "objective": "survival:aft",
            "aft_loss_distribution": "extreme",
            "aft_loss_distribution_scale": self.scale,
            "tree_method": "hist",
            "max_depth": self.depth,
            "eta": self.eta,
            "subsample": 0.6,
            "colsample_bytree": 0.4,
            "min_child_weight": 30,
            "reg_lambda": 5.0,
            "max_bin": 128,
            "nthread": self.threads,
            "seed": seed,
            "verbosity": 0,
        }


@dataclass(frozen=True, slots=True)
class BoostedAft:
    """Members of the ensemble; `location` is their mean in log hours."""

    members: tuple[xgboost.Booster, ...]

    def location(self, X: Floats) -> Floats:
        """Mean predicted ln T, shape (n,)."""
        data = xgboost.DMatrix(X)
        return _mean([one.predict(data, output_margin=True) for one in self.members])

    def contributions(self, X: Floats) -> Floats:
        """Additive contributions in log hours, shape (n, features + 1); last column the bias."""
        data = xgboost.DMatrix(X)
        return _mean([one.predict(data, pred_contribs=True) for one in self.members])


def fit_boosted(X: Floats, outcome: Outcome, settings: BoostedSettings) -> BoostedAft:
    """Fit one member per seed on rows X, shape (n, features); NaN is a value of its own."""
    data = data_matrix(X, settings.threads)
    lower = np.maximum(outcome.lower, _SHORTEST_H)
    upper = np.where(outcome.event & (outcome.lower >= _SHORTEST_H), lower, outcome.upper)
    data.set_float_info("label_lower_bound", lower)
    data.set_float_info("label_upper_bound", np.maximum(lower, upper))
    return BoostedAft(
        tuple(
            xgboost.train(settings.params(seed), data, settings.rounds) for seed in settings.seeds
        )
    )


def data_matrix(X: Floats, threads: int) -> xgboost.DMatrix:
    """A DMatrix with a fixed thread count."""
    return xgboost.DMatrix(X, nthread=threads)


def load_booster(text: str) -> xgboost.Booster:
    """A booster from its JSON text."""
    booster = xgboost.Booster()
    booster.load_model(bytearray(text, "utf-8"))
    return booster


def _mean(parts: list[np.ndarray]) -> Floats:
    stacked = np.stack([np.asarray(one, dtype=np.float64) for one in parts])
    return np.asarray(stacked.mean(axis=0), dtype=np.float64)
