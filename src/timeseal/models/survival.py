"""The survival model: value, linear hazard and boosted trees, calibrated to S(t | x).

labelled rows → value model (cross-fitted, no labels) → per block of days a linear Weibull and a
boosted AFT fitted without that block → one survival function, calibrated on the blocks. Everything
is deterministic for a given set of rows, settings and thread count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from timeseal.models.arrays import Columns, Floats, Instants, Texts, numbers, take
from timeseal.models.boosted import BoostedAft, BoostedSettings, fit_boosted
from timeseal.models.calibrate import Calibration, calibrate
from timeseal.models.design import LinearDesign, fit_design
from timeseal.models.outcome import Outcome
from timeseal.models.proportional import WeibullModel, fit_weibull
from timeseal.models.recipe import Recipe, derive
from timeseal.models.value import ValueModel, add_value, cross_fitted

_RIDGE = 20.0


@dataclass(frozen=True, slots=True)
class Rows:
    """Labelled rows: input columns, t0, the day number of t0, the block of days, the outcome."""

    columns: Columns
    t0: Instants
    day: Floats
    block: NDArray[np.int64]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Member:
    """One linear hazard and one boosted part, fitted without one block of days."""

    design: LinearDesign
    linear: WeibullModel
    boosted: BoostedAft

    def parts(self, prepared: Columns, recipe: Recipe) -> tuple[Floats, Floats]:
        """Locations in log hours of the linear part and of the trees."""
        linear = self.linear.location(self.design.matrix(prepared))
        return linear, self.boosted.location(tree_matrix(prepared, recipe))


@dataclass(frozen=True, slots=True)
class SurvivalModel:
    """A fitted model; `survival` gives S(t | x) of new rows."""

    recipe: Recipe
    value: ValueModel
    members: tuple[Member, ...]
    calibration: Calibration

    def prepare(self, columns: Columns, t0: Instants) -> dict[str, Floats | Texts]:
        """Inputs, derived columns and the value columns of the rows."""
        return add_value(derive(columns, t0, self.recipe), self.value)

    def parts(self, prepared: Columns) -> tuple[Floats, Floats]:
        """Mean locations of the members' linear parts and of their trees, in log hours."""
        each = [one.parts(prepared, self.recipe) for one in self.members]
        linear, boosted = zip(*each, strict=True)
        return np.mean(np.stack(linear), axis=0), np.mean(np.stack(boosted), axis=0)

    def location(self, prepared: Columns) -> Floats:
        """Calibrated location in log hours: large means slow."""
        return self.calibration.location(self.parts(prepared))

    def survival(self, prepared: Columns, hours: Floats) -> Floats:
        """P(still there after each of `hours`), shape (n, len(hours))."""
        return self.calibration.survival(self.parts(prepared), hours)


def fit_survival(rows: Rows, recipe: Recipe, settings: BoostedSettings) -> SurvivalModel:
    """Fit one member per block of days and calibrate each row by the member that never saw it."""
    columns = derive(rows.columns, rows.t0, recipe)
    every = np.ones(len(rows.outcome), dtype=np.bool_)
    value, expected = cross_fitted(columns, recipe, every, rows.day, settings.threads)
    prepared = add_value(columns, value, expected)
    members: list[Member] = []
    linear, boosted = np.empty(len(every)), np.empty(len(every))
    for block in np.unique(rows.block):
        own = rows.block == block
        member = _fit_member(take(prepared, ~own), rows.outcome.rows(~own), recipe, settings)
        linear[own], boosted[own] = member.parts(take(prepared, own), recipe)
        members.append(member)
    calibration = calibrate((linear, boosted), rows.outcome)
    return SurvivalModel(recipe, value, tuple(members), calibration)


def _fit_member(
    prepared: Columns, outcome: Outcome, recipe: Recipe, settings: BoostedSettings
) -> Member:
    design = fit_design(prepared, recipe.linear, np.ones(len(outcome), dtype=np.bool_))
    linear = fit_weibull(design.matrix(prepared), outcome, _RIDGE)
    boosted = fit_boosted(tree_matrix(prepared, recipe), outcome, settings)
    return Member(design, linear, boosted)


def tree_matrix(prepared: Columns, recipe: Recipe) -> Floats:
    """The columns of the boosted part, shape (n, len(recipe.trees))."""
    return np.column_stack([numbers(prepared, name) for name in recipe.trees])


def expected_hours(location: Floats, scale: float, limit_h: float) -> Floats:
    """Mean hours until gone, restricted to `limit_h`: the integral of S from 0 to the limit."""
    grid = np.concatenate([[0.0], np.geomspace(0.25, limit_h, 160)])
    power = (np.log(np.maximum(grid, 1e-12))[None, :] - location[:, None]) / scale
    values = np.exp(-np.exp(np.minimum(power, 30.0)))
    return np.asarray(np.trapezoid(values, grid, axis=1), dtype=np.float64)
