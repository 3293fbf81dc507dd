"""One origin: fit on what was known there, judge on everybody first seen in the days after.

Gives figures of our model and of what it has to beat, the paired gain over the yardstick, and the
controls that must know nothing. Arrays only; the frame and its labels come from the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from timeseal.market.training.frame import Frame, Labels
from timeseal.market.training.plan import Origin, Plan
from timeseal.models import baselines
from timeseal.models.arrays import Columns, Flags, Floats, take
from timeseal.models.boosted import BoostedSettings
from timeseal.models.cohort import day_number, evaluable, split
from timeseal.models.controls import Control, calendar_columns, calendar_score, permuted_within_day
from timeseal.models.evaluate.bootstrap import (
    Estimate,
    Metric,
    Resampling,
    resample,
    resample_clusters,
)
from timeseal.models.evaluate.censoring import censoring, ipcw
from timeseal.models.evaluate.reliability import Bin, brier, reliability_bins
from timeseal.models.evaluate.report import Figure, Judgement, auc_at, judge
from timeseal.models.outcome import Outcome
from timeseal.models.recipe import derive
from timeseal.models.survival import Rows, SurvivalModel, fit_survival

__all__ = ["MODELS", "CohortResult", "fit_model", "judge_origin", "pooled_gain"]

OURS, YARDSTICK = "timeseal", "yardstick"
MODELS = (OURS, YARDSTICK, "logistic_10", "price_only", "kaplan_meier")
_BASELINE_FIGURES = frozenset({"auc", "pr_auc", "brier", "ibs"})
_RESAMPLES = 300
_GRID = (6.0, 12.0, 24.0, 48.0, 72.0, 96.0, 120.0, 144.0, 168.0, 216.0, 264.0, 336.0)


@dataclass(frozen=True, slots=True)
class CohortResult:
    """All figures of one origin; `ours` and `theirs` are AUC metrics for pooling over origins."""

    origin: Origin
    rows: int
    days: NDArray[np.int64]
    figures: tuple[tuple[str, Figure], ...]
    gain: Estimate
    brier_gain: Estimate
    controls: tuple[Control, ...]
    reliability: tuple[Bin, ...]
    ours: Metric
    theirs: Metric


def fit_model(plan: Plan, frame: Frame, labels: Labels, origin: np.datetime64) -> SurvivalModel:
    """Our model on the labels known at `origin`."""
    blocks = split(frame.t0, frame.days, origin, plan.protocol).block
    rows = Rows(
        columns=take(frame.columns, labels.rows),
        t0=frame.t0[labels.rows],
        day=day_number(frame.days)[labels.rows],
        block=blocks[labels.rows],
        outcome=labels.outcome,
    )
    return fit_survival(rows, plan.recipe, BoostedSettings())


def judge_origin(
    plan: Plan, frame: Frame, origin: Origin, known: Labels, final: Labels
) -> CohortResult:
    """Everything about one test cohort; `known` are labels at the origin, `final` at the end."""
    parts = split(frame.t0, frame.days, origin.at, plan.protocol)
    test = parts.test & final.rows
    truth = final.outcome.rows(test[final.rows])
    horizons = tuple(
        one
        for one in plan.horizons_h
        if evaluable(origin.at, final.known_until, int(one), plan.protocol)
    )
    first = horizons[0]
    model = fit_model(plan, frame, known, origin.at)
    prepared = model.prepare(take(frame.columns, test), frame.t0[test])
    grid = np.array([one for one in _GRID if one <= max(horizons)])
    ours = Judgement(truth, grid, model.survival(prepared, grid), model.location(prepared))
    resampling = resample(len(truth), _RESAMPLES)
    figures = [(OURS, one) for one in judge(ours, horizons, plan.fast_h, resampling)]
    flat = Judgement(truth, grid, *_flat(known.outcome, prepared, grid, plan))
    for name, fitted in _fit_baselines(plan, model, frame, known).items():
        theirs = Judgement(truth, grid, fitted.survival(prepared, grid), fitted.location(prepared))
        figures += [
            (name, one)
            for one in judge(theirs, horizons, plan.fast_h, resampling, _BASELINE_FIGURES)
        ]
    rival = auc_at(truth, _yardstick(plan, frame, known, test), first)
    figures.append((YARDSTICK, Figure("auc", first, resampling.estimate(rival))))
    metric = auc_at(truth, ours.slow, first)
    briers = (_brier(flat, first), _brier(ours, first))
    return CohortResult(
        origin=origin,
        rows=len(truth),
        days=((frame.t0[test] - origin.at) // np.timedelta64(24, "h")).astype(np.int64),
        figures=tuple(figures),
        gain=resampling.difference(metric, rival),
        brier_gain=resampling.difference(*briers),
        controls=_controls(plan, frame, known, test, ours),
        reliability=reliability_bins(truth.hours > first, ours.at(first)),
        ours=metric,
        theirs=rival,
    )


def pooled_gain(results: tuple[CohortResult, ...]) -> Estimate:
    """Mean gain over the origins; inside each cohort whole t0 days are resampled."""
    samples = [
        resample_clusters(one.days, _RESAMPLES, seed=int(place))
        for place, one in enumerate(results)
    ]
    ends = np.cumsum([one.rows for one in results])
    places = [slice(end - one.rows, end) for one, end in zip(results, ends, strict=True)]

    def gain(weights: Floats) -> Floats:
        each = [
            one.ours(weights[:, at]) - one.theirs(weights[:, at])
            for one, at in zip(results, places, strict=True)
        ]
        return np.asarray(np.mean(np.stack(each), axis=0))

    return Resampling(np.hstack([one.weights for one in samples])).estimate(gain)


def _fit_baselines(
    plan: Plan, model: SurvivalModel, frame: Frame, known: Labels
) -> dict[str, baselines.Baseline]:
    rows = known.rows
    seen = model.prepare(take(frame.columns, rows), frame.t0[rows])
    target = plan.recipe.value.target
    return {
        "logistic_10": baselines.fit_logistic(
            seen, known.outcome, plan.baseline_columns, plan.horizons_h[0]
        ),
        "price_only": baselines.fit_price_only(seen, known.outcome, target),
        "kaplan_meier": baselines.fit_kaplan_meier(known.outcome, target),
    }


def _flat(known: Outcome, prepared: Columns, grid: Floats, plan: Plan) -> tuple[Floats, Floats]:
    curve = baselines.fit_kaplan_meier(known, plan.recipe.value.target)
    return curve.survival(prepared, grid), curve.location(prepared)


def _brier(one: Judgement, horizon_h: float) -> Metric:
    weights, still = ipcw(one.outcome, horizon_h, censoring(one.outcome))
    return brier(still, weights, one.at(horizon_h))


def _yardstick(plan: Plan, frame: Frame, known: Labels, test: Flags) -> Floats:
    scores = import_module(f"timeseal.market.verticals.{plan.vertical.name}.yardstick").scores
    columns = derive(frame.columns, frame.t0, plan.recipe)
    found: Floats = scores(columns, day_number(frame.days), known.rows, test, known.outcome)
    return found


def _controls(
    plan: Plan, frame: Frame, known: Labels, test: Flags, ours: Judgement
) -> tuple[Control, ...]:
    """The calendar alone, and our score against outcomes shuffled inside each t0 day."""
    truth, horizon_h = ours.outcome, plan.horizons_h[0]
    calendar = calendar_columns(frame.t0, (frame.t0 - frame.days) / np.timedelta64(1, "h"))
    by_date = calendar_score(calendar[known.rows], known.outcome, calendar[test])
    resampling = resample(len(truth), _RESAMPLES)
    return (
        Control("calendar_only", resampling.estimate(auc_at(truth, by_date, horizon_h))),
        Control(
            "label_permuted", permuted_within_day(truth, frame.days[test], ours.slow, horizon_h)
        ),
    )
