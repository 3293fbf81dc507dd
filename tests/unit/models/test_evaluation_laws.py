"""Laws of the figures, whatever the data: symmetry, invariance, perfect and useless forecasts."""

from __future__ import annotations

import numpy as np
import pytest

from timeseal.errors import UsageError
from timeseal.models.baselines import fit_logistic, fit_price_only
from timeseal.models.calibrate import calibrate
from timeseal.models.evaluate.bootstrap import resample, resample_clusters
from timeseal.models.evaluate.censoring import censoring
from timeseal.models.evaluate.decision import f1, precision, recall, sac
from timeseal.models.evaluate.reliability import (
    calibration_error,
    d_calibration,
    intercept,
    reliability_bins,
    slope,
)
from timeseal.models.evaluate.report import Judgement, auc_at, judge
from timeseal.models.outcome import Outcome
from timeseal.models.proportional import survival

DRAW = np.random.default_rng(8)
N = 1500
SCORE = DRAW.normal(size=N)
LOCATION = 4.5 + 0.8 * SCORE
HOURS = np.exp(LOCATION + 1.3 * np.log(DRAW.exponential(size=N)))
LIMIT = DRAW.uniform(150, 500, size=N)
EVENT = HOURS <= LIMIT
SEEN = np.minimum(HOURS, LIMIT)
OUTCOME = Outcome(SEEN, np.where(EVENT, SEEN, np.inf))
GRID = np.array([24.0, 72.0, 120.0, 168.0])
CHANCES = survival(LOCATION, 1.3, GRID)
SAMPLE = resample(N, 100)
ONE = np.ones(N)


def value(metric: object) -> float:
    assert callable(metric)
    return float(metric(np.ones((1, N)))[0])


def test_auc_is_symmetric_and_blind_to_monotone_changes() -> None:
    up = value(auc_at(OUTCOME, SCORE, 120.0))
    assert value(auc_at(OUTCOME, -SCORE, 120.0)) == pytest.approx(1 - up)
    assert value(auc_at(OUTCOME, np.exp(SCORE), 120.0)) == pytest.approx(up)
    assert value(auc_at(OUTCOME, np.zeros(N), 120.0)) == pytest.approx(0.5)


def test_a_true_forecast_is_calibrated_and_a_bent_one_is_not() -> None:
    found = {
        one.name: one.estimate
        for one in judge(Judgement(OUTCOME, GRID, CHANCES, SCORE), (72.0,), 24.0, SAMPLE)
    }
    assert found["slope"].contains(1.0)
    assert found["intercept"].contains(0.0)
    assert found["ici"].value < 0.03
    bent = CHANCES**3
    worse = {
        one.name: one.estimate
        for one in judge(Judgement(OUTCOME, GRID, bent, SCORE), (72.0,), 24.0, SAMPLE)
    }
    assert not worse["intercept"].contains(0.0)
    assert worse["ici"].value > 0.1
    assert worse["brier"].value > found["brier"].value
    assert worse["auc"].value == pytest.approx(found["auc"].value)


def test_d_calibration_accepts_the_truth_and_rejects_a_bent_curve() -> None:
    at_time = np.array(
        [survival(LOCATION[i : i + 1], 1.3, SEEN[i : i + 1])[0, 0] for i in range(N)]
    )
    assert d_calibration(OUTCOME, at_time) > 0.01
    assert d_calibration(OUTCOME, at_time**3) < 1e-6


def test_figures_of_a_perfect_decision() -> None:
    still = HOURS > 100
    assert value(precision(still, ONE, still)) == 1
    assert value(recall(still, ONE, still)) == 1
    assert value(f1(still, ONE, still)) == 1
    assert value(sac(HOURS < 50, ONE, still)) == 0
    assert value(sac(HOURS < 50, ONE, np.ones(N, dtype=np.bool_))) == 1


def test_quantile_errors_order_and_bins_cover_everybody() -> None:
    still, chance = HOURS > 100, CHANCES[:, 2]
    e50 = value(calibration_error(still, ONE, chance, 0.5))
    e90 = value(calibration_error(still, ONE, chance, 0.9))
    assert e50 <= e90
    bins = reliability_bins(still, chance)
    assert sum(one.rows for one in bins) == N
    assert all(one.low <= one.observed <= one.high for one in bins)


def test_intervals_hold_their_value_and_resamples_are_paired() -> None:
    metric = auc_at(OUTCOME, SCORE, 120.0)
    found = SAMPLE.estimate(metric)
    assert found.low < found.value < found.high
    nothing = SAMPLE.difference(metric, metric)
    assert (nothing.value, nothing.low, nothing.high) == (0, 0, 0)


def test_whole_clusters_are_drawn() -> None:
    cluster = np.repeat(np.arange(5), 7)
    weights = resample_clusters(cluster, 50).weights.reshape(50, 5, 7)
    assert (weights == weights[:, :, :1]).all()
    assert (weights[:, :, 0].sum(axis=1) == 5).all()


def test_censored_rows_before_the_horizon_weigh_nothing_and_the_rest_makes_up() -> None:
    curve = censoring(OUTCOME)
    from timeseal.models.evaluate.censoring import ipcw

    weights, _ = ipcw(OUTCOME, 300.0, curve)
    assert (weights[~EVENT & (SEEN < 300)] == 0).all()
    assert weights.mean() == pytest.approx(1.0, abs=0.03)


def test_calibration_finds_scale_and_drops_a_part_that_only_adds_noise() -> None:
    found = calibrate((SCORE, DRAW.normal(size=N)), OUTCOME)
    assert found.scale == pytest.approx(1.3, abs=0.08)
    assert found.weight(0) == pytest.approx(0.8, abs=0.08)
    against = calibrate((SCORE, -SCORE + 0.5 * DRAW.normal(size=N)), OUTCOME)
    assert min(against.slopes) >= 0


def test_baselines_rank_and_refuse_too_many_columns() -> None:
    columns = {"price": np.exp(SCORE), "score": SCORE}
    priced = fit_price_only(columns, OUTCOME, "price")
    logistic = fit_logistic(columns, OUTCOME, ("score",), 168.0)
    for model in (priced, logistic):
        assert value(auc_at(OUTCOME, model.location(columns), 120.0)) > 0.65
        curve = model.survival(columns, GRID)
        assert (np.diff(curve, axis=1) <= 1e-12).all()
        assert ((curve >= 0) & (curve <= 1)).all()
    with pytest.raises(UsageError):
        fit_logistic(columns, OUTCOME, tuple("abcdefghijk"), 168.0)


def test_slope_and_intercept_of_known_distortions() -> None:
    draw = np.random.default_rng(1)
    logit = draw.normal(size=N)
    still = draw.uniform(size=N) < 1 / (1 + np.exp(-(0.5 * logit)))
    assert value(slope(still, ONE, 1 / (1 + np.exp(-logit)))) == pytest.approx(0.5, abs=0.15)
    moved = draw.uniform(size=N) < 1 / (1 + np.exp(-(logit + 0.7)))
    assert value(intercept(moved, ONE, 1 / (1 + np.exp(-logit)))) == pytest.approx(0.7, abs=0.15)


def test_predictions_of_another_shape_are_refused() -> None:
    with pytest.raises(UsageError, match="do not fit"):
        Judgement(OUTCOME, GRID, CHANCES[:-1], SCORE)
    with pytest.raises(UsageError, match="not on the grid"):
        Judgement(OUTCOME, GRID, CHANCES, SCORE).at(99.0)
