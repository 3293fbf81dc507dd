"""All figures of one model on one test cohort, each with its interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from timeseal.errors import UsageError
from timeseal.models.arrays import Flags, Floats
from timeseal.models.evaluate import decision, discrimination, reliability
from timeseal.models.evaluate.bootstrap import Estimate, Metric, Resampling
from timeseal.models.evaluate.censoring import Step, censoring, ipcw
from timeseal.models.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric at a horizon; C and the integrated Brier carry the last horizon."""

    name: str
    horizon_h: float
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Judgement:
    """Test rows of one cohort: outcome, and chances of one model on a grid of hours."""

    outcome: Outcome
    grid: Floats
    chances: Floats
    slow: Floats

    def __post_init__(self) -> None:
        n = len(self.outcome)
        if self.chances.shape != (n, len(self.grid)) or self.slow.shape != (n,):
            raise UsageError(
                "predictions do not fit the outcomes",
                expected=f"{(n, len(self.grid))} chances and {(n,)} scores",
                found=f"{self.chances.shape} and {self.slow.shape}",
            )

    def at(self, horizon_h: float) -> Floats:
        """P(still there after `horizon_h`), which must be on the grid."""
        place = np.flatnonzero(self.grid == horizon_h)
        if len(place) == 0:
            raise UsageError(
                f"horizon {horizon_h} h is not on the grid",
                expected=", ".join(str(one) for one in self.grid),
                found=str(horizon_h),
            )
        return self.chances[:, place[0]]


def judge(
    one: Judgement,
    horizons_h: tuple[float, ...],
    fast_h: float,
    resampling: Resampling,
    only: frozenset[str] | None = None,
) -> list[Figure]:
    """Every figure at every horizon, and C and the integrated Brier up to the last horizon.

    `only` names the figures wanted; None means all.
    """
    curve = censoring(one.outcome)
    figures: list[Figure] = []
    for horizon in horizons_h:
        for name, metric in _at_horizon(one, horizon, fast_h, curve).items():
            if only is None or name in only:
                figures.append(Figure(name, horizon, resampling.estimate(metric)))
    last = max(horizons_h)
    grid = one.grid[one.grid <= last]
    until = one.chances[:, one.grid <= last]
    overall: dict[str, Callable[[], Metric]] = {
        "uno_c": lambda: discrimination.uno_c(one.outcome, one.slow, last, curve),
        "ibs": lambda: reliability.integrated_brier(one.outcome, grid, until, curve),
    }
    for name, make in overall.items():
        if only is None or name in only:
            figures.append(Figure(name, last, resampling.estimate(make())))
    return figures


def auc_at(one: Outcome, slow: Floats, horizon_h: float) -> Metric:
    """AUC of a score alone, for comparisons and controls."""
    weights, still = ipcw(one, horizon_h, censoring(one))
    return discrimination.auc(still, weights, slow)


def _at_horizon(one: Judgement, horizon: float, fast_h: float, curve: Step) -> dict[str, Metric]:
    weights, still = ipcw(one.outcome, horizon, curve)
    chance = one.at(horizon)
    flagged: Flags = chance >= 0.5
    fast_weights, late = ipcw(one.outcome, fast_h, curve)
    return {
        "auc": discrimination.auc(still, weights, one.slow),
        "pr_auc": discrimination.pr_auc(still, weights, one.slow),
        "brier": reliability.brier(still, weights, chance),
        "slope": reliability.slope(still, weights, chance),
        "intercept": reliability.intercept(still, weights, chance),
        "ici": reliability.calibration_error(still, weights, chance),
        "e50": reliability.calibration_error(still, weights, chance, 0.5),
        "e90": reliability.calibration_error(still, weights, chance, 0.9),
        "precision": decision.precision(still, weights, flagged),
        "recall": decision.recall(still, weights, flagged),
        "f1": decision.f1(still, weights, flagged),
        "flagged_share": decision.flagged_share(weights, flagged),
        "sac": decision.sac(~late & (fast_weights > 0), fast_weights, flagged),
    }
