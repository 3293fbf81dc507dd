"""The calendar knows nothing about a t0 cohort, and nearly everything about a sold window."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.models.goods import after, arrivals, gone_after

from timeseal.models.baselines import fit_kaplan_meier
from timeseal.models.cohort import Protocol, as_known, split
from timeseal.models.controls import (
    Control,
    calendar_columns,
    calendar_score,
    judge_date_rule,
    permuted_within_day,
    sold_window,
)
from timeseal.models.evaluate.bootstrap import Estimate, resample
from timeseal.models.evaluate.report import auc_at
from timeseal.models.outcome import Outcome

SLOW_H = 504.0
DRAW = np.random.default_rng(12)
T0 = arrivals(DRAW, 120, 200)
HOURS = np.exp(np.log(120.0) + 1.55 * DRAW.normal(size=len(T0)))
GONE = gone_after(T0, HOURS)
END = after(120)
DAYS = T0.astype("datetime64[D]")


def test_the_date_alone_looks_excellent_on_what_vanished_lately() -> None:
    rows = sold_window(GONE, END)
    found = judge_date_rule(
        "sold", T0, GONE, rows, SLOW_H, cut=END - np.timedelta64(int(24.5 * 24), "h")
    )
    assert found.auc.value > 0.99
    assert found.f1 > 0.9


def test_the_same_rule_is_a_coin_on_a_cohort_of_t0() -> None:
    rows = (after(60) <= T0) & (after(67) > T0)
    found = judge_date_rule("cohort", T0, GONE, rows, SLOW_H)
    assert abs(found.auc.value - 0.5) <= 0.03
    assert found.f1 < found.slow_share + 0.1


def test_a_model_of_the_calendar_is_at_chance_on_a_cohort() -> None:
    protocol = Protocol()
    origin = after(60)
    parts = split(T0, DAYS, origin, protocol)
    known, outcome = as_known(T0, GONE, origin, protocol)
    calendar = calendar_columns(T0, (T0 - DAYS) / np.timedelta64(1, "h"))
    score = calendar_score(calendar[known], outcome, calendar[parts.test])
    hours = HOURS[parts.test]
    truth = Outcome(hours, hours)
    estimate = resample(len(hours), 200).estimate(auc_at(truth, score, 168.0))
    assert Control("calendar_only", estimate).holds


@pytest.mark.parametrize(
    ("value", "low", "high", "holds"),
    [(0.52, 0.51, 0.53, True), (0.56, 0.49, 0.63, True), (0.56, 0.52, 0.60, False)],
)
def test_a_control_holds_within_the_band_or_around_chance(
    value: float, low: float, high: float, holds: bool
) -> None:
    assert Control("any", Estimate(value, low, high)).holds is holds


def test_shuffling_within_days_uncovers_a_score_that_ranks_days() -> None:
    """The days differ in level: a score of the day keeps its AUC, one of the listing loses it."""
    draw = np.random.default_rng(2)
    day = np.repeat([0, 1], 400)
    hours = np.exp(4 + 1.5 * day + draw.normal(size=800))
    truth = Outcome(hours, hours)
    days = np.array([after(one) for one in day])
    by_day = permuted_within_day(truth, days, day.astype(np.float64), 100.0, 40)
    by_self = permuted_within_day(truth, days, draw.normal(size=800), 100.0, 40)
    assert by_day.low > 0.6
    assert by_self.contains(0.5)


def test_deleting_young_censored_rows_bends_the_curve() -> None:
    """The usual deletion is outcome-dependent; keeping every censored row recovers the truth."""
    cut = END
    event = cut > GONE
    hours = np.where(event, HOURS, (cut - T0) / np.timedelta64(1, "h"))
    everyone = Outcome(hours, np.where(event, hours, np.inf))
    kept = event | (hours >= 504)
    truth = float((HOURS > SLOW_H).mean())
    grid = np.array([SLOW_H])
    by = {"any": np.zeros(1)}
    honest = fit_kaplan_meier(everyone, "any").survival(by, grid)[0, 0]
    usual = fit_kaplan_meier(everyone.rows(kept), "any").survival(by, grid)[0, 0]
    assert honest == pytest.approx(truth, abs=0.008)
    assert usual < truth - 0.015
