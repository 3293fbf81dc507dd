"""The expected price of a listing, and how far its ask lies from it.

Two steps: a ridge regression of the log ask on numbers, squares, products, flags and categories,
and trees with a robust loss on what is left. Fit rows get their expectation from a model that did
not see their t0 day (cross-fitting), so fit and later rows carry residuals of the same kind.
Prices are known at t0; labels play no part here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
import xgboost
from scipy import sparse

from timeseal.models.arrays import Columns, Flags, Floats, Texts, numbers, take, texts
from timeseal.models.boosted import data_matrix, load_booster
from timeseal.models.design import Sparse, common_values, one_hot
from timeseal.models.recipe import Recipe, ValuePart

_FOLDS = 5
_RIDGE = 3.0
_ROUNDS = 150
_TREES = {
    "objective": "reg:pseudohubererror",
    "huber_slope": 0.3,
    "max_depth": 5,
    "eta": 0.06,
    "subsample": 0.7,
    "colsample_bytree": 0.5,
    "min_child_weight": 5,
    "max_bin": 128,
    "verbosity": 0,
}


@dataclass(frozen=True, slots=True)
class ValueModel:
    """A fitted expectation of the log ask."""

    part: ValuePart
    centre: Floats
    spread: Floats
    categories: tuple[tuple[str, tuple[str, ...]], ...]
    intercept: float
    coef: Floats
    trees: xgboost.Booster

    def expected(self, columns: Columns) -> Floats:
        """Expected log price of each row."""
        ridge = self._ridge(columns)
        left = self.trees.predict(xgboost.DMatrix(_tree_matrix(columns, self.part, ridge)))
        return ridge + np.asarray(left, dtype=np.float64)

    def _ridge(self, columns: Columns) -> Floats:
        X = _ridge_matrix(columns, self.part, self.centre, self.spread, self.categories)
        return np.asarray(self.intercept + X @ self.coef, dtype=np.float64)

    def document(self) -> dict[str, object]:
        """The model as JSON values."""
        return {
            "centre": self.centre.tolist(),
            "spread": self.spread.tolist(),
            "categories": [[name, list(known)] for name, known in self.categories],
            "intercept": self.intercept,
            "coef": self.coef.tolist(),
            "trees": self.trees.save_raw("json").decode(),
        }


def fit_value(columns: Columns, part: ValuePart, rows: Flags, threads: int) -> ValueModel:
    """Fit on `rows` with a known positive target."""
    target = np.log(np.maximum(numbers(columns, part.target), 1.0))
    known = take(columns, rows)
    y = target[rows]
    base = _ridge_numbers(known, part)
    centre, spread = base.mean(axis=0), np.maximum(base.std(axis=0), 1e-9)
    categories = tuple((name, common_values(texts(known, name))) for name in part.categories)
    X = _ridge_matrix(known, part, centre, spread, categories)
    intercept, coef = _solve_ridge(X, y)
    ridge = np.asarray(intercept + X @ coef)
    data = data_matrix(_tree_matrix(known, part, ridge), threads)
    data.set_label(y - ridge)
    trees = xgboost.train({**_TREES, "nthread": threads, "seed": 0}, data, _ROUNDS)
    return ValueModel(part, centre, spread, categories, intercept, coef, trees)


def add_value(
    columns: Columns, model: ValueModel, expected: Floats | None = None
) -> dict[str, Floats | Texts]:
    """Columns plus `expected_value` (log) and `relative_value` (log ask − log expectation)."""
    mean = model.expected(columns) if expected is None else expected
    ask = np.log(np.maximum(numbers(columns, model.part.target), 1.0))
    relative = np.clip(ask - mean, -1.5, 1.5)
    return {**columns, "expected_value": mean, "relative_value": relative}


def cross_fitted(
    columns: Columns, recipe: Recipe, rows: Flags, day: Floats, threads: int
) -> tuple[ValueModel, Floats]:
    """The model of all `rows`, and expectations in which no fit row saw its own t0 day.

    `day` numbers the t0 day; folds are days modulo five.
    """
    model = fit_value(columns, recipe.value, rows, threads)
    expected = model.expected(columns)
    fold = np.mod(day, _FOLDS)
    for one in range(_FOLDS):
        held, others = rows & (fold == one), rows & (fold != one)
        if held.any() and others.any():
            part = fit_value(columns, recipe.value, others, threads)
            expected[held] = part.expected(take(columns, held))
    return model, expected


def load_value(part: ValuePart, raw: dict[str, object]) -> ValueModel:
    """Inverse of `ValueModel.document`."""
    categories = raw["categories"]
    assert isinstance(categories, list)  # noqa: S101 — written by document()
    return ValueModel(
        part,
        np.asarray(raw["centre"], dtype=np.float64),
        np.asarray(raw["spread"], dtype=np.float64),
        tuple((str(name), tuple(known)) for name, known in categories),
        float(str(raw["intercept"])),
        np.asarray(raw["coef"], dtype=np.float64),
        load_booster(str(raw["trees"])),
    )


def _ridge_numbers(columns: Columns, part: ValuePart) -> Floats:
    base = [np.nan_to_num(numbers(columns, name)) for name in part.numeric]
    products = [a * b for a, b in combinations_with_replacement(base, 2)]
    flags = [np.nan_to_num(numbers(columns, name)) for name in part.flags]
    return np.column_stack([*base, *products, *flags])


def _ridge_matrix(
    columns: Columns,
    part: ValuePart,
    centre: Floats,
    spread: Floats,
    categories: tuple[tuple[str, tuple[str, ...]], ...],
) -> Sparse:
    scaled = np.clip((_ridge_numbers(columns, part) - centre) / spread, -8.0, 8.0)
    blocks = [sparse.csr_matrix(scaled)]
    blocks += [one_hot(texts(columns, name), known) * 2.0 for name, known in categories]
    return sparse.csr_matrix(sparse.hstack(blocks))


def _tree_matrix(columns: Columns, part: ValuePart, ridge: Floats) -> Floats:
    return np.column_stack([*(numbers(columns, name) for name in part.trees), ridge])


def _solve_ridge(X: Sparse, y: Floats) -> tuple[float, Floats]:
    mean = np.asarray(X.mean(axis=0)).ravel()
    gram = (X.T @ X).toarray() - len(y) * np.outer(mean, mean)
    gram[np.diag_indices_from(gram)] += _RIDGE
    right = np.asarray(X.T @ (y - y.mean())).ravel()
    coef = np.linalg.solve(gram, right)
    return float(y.mean() - mean @ coef), np.asarray(coef)
