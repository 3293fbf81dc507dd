"""The design matrix of the linear part: smooth terms, products, flags, categories.

Knots, centres and category lists are learned from fit rows only and kept as plain numbers, so a
fitted design is a JSON document. Unknown numbers take the fit median, unknown categories are zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np
from scipy import sparse

from timeseal.models.arrays import Columns, Flags, Floats, Texts, numbers, texts
from timeseal.models.recipe import LinearPart

Sparse: TypeAlias = sparse.csr_matrix
_QUANTILES = (0.01, 0.33, 0.66, 0.99)
_CATEGORY_SCALE = 0.5
_PRODUCT_SCALE = 0.5
_STRONG_SCALE = 2.0
_MIN_CATEGORY_ROWS = 10


@dataclass(frozen=True, slots=True)
class Smooth:
    """A number as hat functions over its fit quantiles plus a standardised straight line."""

    name: str
    knots: tuple[float, ...]
    median: float
    mean: float
    spread: float

    def standardised(self, columns: Columns) -> Floats:
        """(x − mean) / spread, unknown at the median, clipped to ± 4."""
        return np.clip((self._filled(columns) - self.mean) / self.spread, -4.0, 4.0)

    def hats(self, columns: Columns) -> Floats:
        """Hat functions, shape (n, knots): piecewise linear, they sum to one."""
        x = self._filled(columns)
        knots = np.asarray(self.knots)
        eye = np.eye(len(knots))
        return np.column_stack([np.interp(x, knots, eye[i]) for i in range(len(knots))])

    def _filled(self, columns: Columns) -> Floats:
        x = numbers(columns, self.name)
        return np.where(np.isnan(x), self.median, x)


@dataclass(frozen=True, slots=True)
class LinearDesign:
    """A fitted design; `matrix` turns columns into rows of numbers."""

    smooth: tuple[Smooth, ...]
    products: tuple[tuple[int, int], ...]
    flags: tuple[str, ...]
    strong_flags: tuple[str, ...]
    categories: tuple[tuple[str, tuple[str, ...]], ...]

    def matrix(self, columns: Columns) -> Sparse:
        """Sparse matrix of shape (n, len(self.sources()))."""
        lines = [one.standardised(columns) for one in self.smooth]
        dense = [one.hats(columns) for one in self.smooth]
        dense.append(np.column_stack(lines))
        pairs = [np.clip(lines[i] * lines[j], -6.0, 6.0) * _PRODUCT_SCALE for i, j in self.products]
        dense += [np.column_stack(pairs)] if pairs else []
        for names, scale in ((self.flags, 1.0), (self.strong_flags, _STRONG_SCALE)):
            if names:
                block = np.column_stack([numbers(columns, name) for name in names])
                dense.append(np.nan_to_num(block) * scale)
        blocks = [sparse.csr_matrix(np.hstack(dense))]
        blocks += [one_hot(texts(columns, name), known) for name, known in self.categories]
        return sparse.csr_matrix(sparse.hstack(blocks))

    def sources(self) -> list[tuple[str, ...]]:
        """For each design column the recipe columns it is made of."""
        names: list[tuple[str, ...]] = []
        for one in self.smooth:
            names += [(one.name,)] * len(one.knots)
        names += [(one.name,) for one in self.smooth]
        names += [(self.smooth[i].name, self.smooth[j].name) for i, j in self.products]
        names += [(name,) for name in (*self.flags, *self.strong_flags)]
        for name, known in self.categories:
            names += [(name,)] * len(known)
        return names


def fit_design(columns: Columns, part: LinearPart, rows: Flags) -> LinearDesign:
    """Learn knots, centres and categories from `rows` only."""
    smooth = tuple(_fit_smooth(numbers(columns, name)[rows], name) for name in part.smooth)
    inside = [part.smooth.index(name) for name in part.products]
    return LinearDesign(
        smooth=smooth,
        products=tuple(combinations(inside, 2)),
        flags=part.flags,
        strong_flags=part.strong_flags,
        categories=tuple(
            (name, common_values(texts(columns, name)[rows])) for name in part.categories
        ),
    )


def common_values(values: Texts) -> tuple[str, ...]:
    """Category values with at least ten rows, sorted."""
    found, counts = np.unique(values, return_counts=True)
    return tuple(str(one) for one in found[counts >= _MIN_CATEGORY_ROWS])


def _fit_smooth(x: Floats, name: str) -> Smooth:
    known = x[np.isfinite(x)]
    known = known if len(known) else np.zeros(1)
    knots = np.unique(np.quantile(known, _QUANTILES))
    low, high = np.quantile(known, [0.002, 0.998])
    inside = np.clip(known, low, high)
    spread = float(inside.std()) or 1.0
    return Smooth(
        name, tuple(map(float, knots)), float(np.median(known)), float(inside.mean()), spread
    )


def one_hot(values: Texts, known: tuple[str, ...]) -> Sparse:
    """One column per known value, scaled; an unknown value is a row of zeros."""
    if not known:
        return sparse.csr_matrix((len(values), 0))
    order = np.asarray(known)
    place = np.minimum(np.searchsorted(order, values), len(order) - 1)
    hit = np.flatnonzero(order[place] == values)
    ones = np.full(len(hit), _CATEGORY_SCALE)
    return sparse.csr_matrix((ones, (hit, place[hit])), shape=(len(values), len(order)))
