"""Our figures against numbers of independent implementations, stored with their origin."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from timeseal.models.arrays import Floats
from timeseal.models.evaluate.censoring import censoring, ipcw, kaplan_meier
from timeseal.models.evaluate.discrimination import auc, pr_auc, uno_c
from timeseal.models.evaluate.reliability import brier, integrated_brier, slope
from timeseal.models.outcome import Outcome
from timeseal.models.proportional import fit_weibull

VALUES = Path(__file__).parents[2] / "reference_values"
GRID = np.array([24.0, 72.0, 120.0, 168.0])


def rows(name: str) -> list[dict[str, str]]:
    with (VALUES / name).open(encoding="utf-8") as source:
        return list(csv.DictReader(source))


SAMPLE = {
    name: np.array([float(row[name]) for row in rows("survival_sample.csv")])
    for name in rows("survival_sample.csv")[0]
}
EVENT = SAMPLE["event"] == 1
OUTCOME = Outcome(SAMPLE["hours"], np.where(EVENT, SAMPLE["hours"], np.inf))
CURVE = censoring(OUTCOME)
CHANCES = np.column_stack([SAMPLE[f"chance_{int(one)}"] for one in GRID])
ONCE = np.ones((1, len(OUTCOME)))


def chance(horizon: float) -> Floats:
    return SAMPLE[f"chance_{int(horizon)}"]


def weibull(recheck_h: float) -> dict[str, float]:
    upper = np.where(EVENT, SAMPLE["hours"] + recheck_h, np.inf)
    X = sparse.csr_matrix(np.column_stack([SAMPLE["x"], SAMPLE["z"]]))
    model = fit_weibull(X, Outcome(SAMPLE["hours"], upper), ridge=1e-9)
    return {
        "x": model.coef[0],
        "z": model.coef[1],
        "intercept": model.intercept,
        "scale": model.scale,
    }


def weighted(metric: Callable[..., Callable[[Floats], Floats]], h: float, score: Floats) -> float:
    weights, still = ipcw(OUTCOME, h, CURVE)
    return float(metric(still, weights, score)(ONCE)[0])


OURS: dict[str, Callable[[float], float]] = {
    "kaplan_meier": lambda h: kaplan_meier(SAMPLE["hours"], EVENT).at(np.array([h]))[0],
    "censoring": lambda h: CURVE.at(np.array([h]))[0],
    "uno_c": lambda h: uno_c(OUTCOME, SAMPLE["slow"], h, CURVE)(ONCE)[0],
    "auc": lambda h: weighted(auc, h, SAMPLE["slow"]),
    "auc_weighted": lambda h: weighted(auc, h, SAMPLE["slow"]),
    "pr_auc": lambda h: weighted(pr_auc, h, SAMPLE["slow"]),
    "brier": lambda h: weighted(brier, h, chance(h)),
    "ibs": lambda h: integrated_brier(OUTCOME, GRID, CHANCES, CURVE)(ONCE)[0],
    "slope": lambda h: weighted(slope, h, chance(h)),
    "weibull_x": lambda h: weibull(h)["x"],
    "weibull_z": lambda h: weibull(h)["z"],
    "weibull_intercept": lambda h: weibull(h)["intercept"],
    "weibull_scale": lambda h: weibull(h)["scale"],
    "interval_x": lambda h: weibull(h)["x"],
    "interval_intercept": lambda h: weibull(h)["intercept"],
    "interval_scale": lambda h: weibull(h)["scale"],
}
LOOSE = {"uno_c": 1e-6, "slope": 1e-4}


@pytest.mark.parametrize(
    "row", rows("survival_expected.csv"), ids=lambda row: f"{row['name']}-{row['horizon_h']}"
)
def test_a_figure_agrees_with_an_independent_implementation(row: dict[str, str]) -> None:
    name = row["name"]
    fitted = name.startswith(("weibull", "interval"))
    found = OURS[name](float(row["horizon_h"]))
    assert found == pytest.approx(
        float(row["value"]), abs=5e-4 if fitted else LOOSE.get(name, 1e-9)
    )
