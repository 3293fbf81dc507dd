"""Kaplan-Meier curves and inverse-probability-of-censoring weights.

References: Kaplan and Meier (1958); Graf et al. (1999) for the weights of the Brier score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from timeseal.models.arrays import Flags, Floats
from timeseal.models.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Step:
    """A right-continuous step function from 1 downwards: `values[i]` from `times[i]` on."""

    times: Floats
    values: Floats

    def at(self, when: Floats) -> Floats:
        """Value at each time."""
        place = np.searchsorted(self.times, when, side="right")
        return np.concatenate([[1.0], self.values])[place]

    def before(self, when: Floats) -> Floats:
        """Left limit at each time."""
        place = np.searchsorted(self.times, when, side="left")
        return np.concatenate([[1.0], self.values])[place]


def kaplan_meier(hours: Floats, event: Flags) -> Step:
    """Share still there after each distinct time."""
    times, at_risk, gone = _counts(hours, event)
    return Step(times, np.asarray(np.cumprod(1.0 - gone / at_risk), dtype=np.float64))


def censoring(outcome: Outcome) -> Step:
    """Chance of not being censored; an event at the same instant comes before a censoring."""
    times, at_risk, lost = _counts(outcome.hours, ~outcome.event)
    _, _, gone = _counts(outcome.hours, outcome.event)
    left = np.maximum(at_risk - gone, 1.0)
    return Step(times, np.asarray(np.cumprod(1.0 - lost / left), dtype=np.float64))


def _counts(hours: Floats, event: Flags) -> tuple[Floats, Floats, Floats]:
    order = np.argsort(hours, kind="stable")
    times, start = np.unique(hours[order], return_index=True)
    happened = np.add.reduceat(event[order].astype(np.float64), start)
    return times, (len(hours) - start).astype(np.float64), happened


def ipcw(outcome: Outcome, horizon_h: float, curve: Step) -> tuple[Floats, Flags]:
    """Weights at a horizon and whether a row is still there after it.

    A row censored before the horizon weighs 0; one gone by then weighs 1 / G(T−); one still there
    weighs 1 / G(horizon). Shape (n,) each. Without censoring before the horizon all weigh 1.
    """
    still = outcome.hours > horizon_h
    gone = outcome.event & ~still
    left = np.maximum(curve.before(outcome.hours), 1e-6)
    there = max(float(curve.at(np.asarray([horizon_h]))[0]), 1e-6)
    weights = np.where(still, 1.0 / there, np.where(gone, 1.0 / left, 0.0))
    return weights, still
