"""The array types of the models and the one gate for feature columns.

Columns arrive by name: numbers as float64 with NaN for unknown, texts as unicode with "" for
unknown. Anything else is refused, because an object column that is silently dropped changes a
model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from timeseal.errors import UsageError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.str_]
Instants = NDArray[np.datetime64]
Columns = Mapping[str, Floats | Texts]

HOUR = np.timedelta64(3_600_000_000, "us")


def one_thread_each() -> AbstractContextManager[object]:
    """Linear algebra on one thread: sums in one order, hence the same bytes on any core count."""
    limits: AbstractContextManager[object] = threadpool_limits(limits=1, user_api="blas")
    return limits


def hours_between(start: Instants, end: Instants | np.datetime64) -> Floats:
    """Hours from `start` to `end`; both are UTC instants of the same shape or broadcastable."""
    return np.asarray((end - start) / HOUR, dtype=np.float64)


def numbers(columns: Columns, name: str) -> Floats:
    """The numeric column `name`; unknown values are NaN."""
    column = _column(columns, name)
    if column.dtype != np.float64:
        raise UsageError(
            f"column {name} is not numeric",
            expected="float64",
            found=str(column.dtype),
            hint="declare its type in the feature contract, then: timeseal store refresh",
        )
    return np.asarray(column, dtype=np.float64)


def texts(columns: Columns, name: str) -> Texts:
    """The text column `name`; unknown values are the empty string."""
    column = _column(columns, name)
    if column.dtype.kind != "U":
        raise UsageError(
            f"column {name} is not a text",
            expected="unicode array",
            found=str(column.dtype),
            hint="declare its type in the feature contract, then: timeseal store refresh",
        )
    return np.asarray(column, dtype=np.str_)


def check_columns(columns: Columns, names: Iterable[str]) -> int:
    """Number of rows; raises UsageError for a missing, object-typed or shorter column."""
    lengths = set()
    for name in names:
        column = _column(columns, name)
        if column.dtype.kind not in "fU":
            raise UsageError(
                f"column {name} has no usable type",
                expected="float64 or unicode",
                found=str(column.dtype),
                hint="convert it by its declared contract type before it reaches a model",
            )
        lengths.add(len(column))
    if len(lengths) != 1:
        raise UsageError(
            "columns differ in length", expected="one length", found=str(sorted(lengths))
        )
    return lengths.pop()


def take(columns: Columns, rows: Flags | NDArray[np.int64]) -> dict[str, Floats | Texts]:
    """The same columns restricted to `rows`."""
    return {name: column[rows] for name, column in columns.items()}


def _column(columns: Columns, name: str) -> Floats | Texts:
    if name not in columns:
        raise UsageError(
            f"column {name} is missing",
            expected=name,
            found=", ".join(sorted(columns)),
            hint="compare the model recipe with the feature contract: timeseal store show",
        )
    return columns[name]
