"""A small made-up market: known law of waiting, crawl gaps, and a recipe for its columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from timeseal.models.arrays import HOUR, Columns, Floats, Instants
from timeseal.models.boosted import BoostedSettings
from timeseal.models.cohort import Protocol, as_known, day_number, split
from timeseal.models.recipe import Recipe, parse
from timeseal.models.survival import Rows

START = np.datetime64("2020-01-01T00:00:00", "us")
QUICK = BoostedSettings(rounds=20, threads=1)
RECIPE_TEXT = """
[inputs]
text = ["kind", "place"]
[[derived]]
name = "log_price"
op = "log"
of = "price"
[[derived]]
name = "area"
op = "prefix"
of = "place"
by = 1
[[derived]]
name = "size_unknown"
op = "missing"
of = "size"
[value]
target = "price"
numeric = ["size"]
flags = ["size_unknown"]
categories = ["kind"]
trees = ["size", "flag"]
[linear]
smooth = ["relative_value", "log_price", "size"]
products = ["relative_value", "size"]
flags = ["flag"]
strong_flags = ["size_unknown"]
categories = ["kind", "area"]
[trees]
columns = ["relative_value", "expected_value", "size", "flag"]
"""
RECIPE: Recipe = parse(RECIPE_TEXT)


def arrivals(draw: np.random.Generator, days: int, per_day: int) -> Instants:
    """Evenly spread first sights, sorted, whole seconds."""
    seconds = np.sort(draw.integers(0, days * 86_400, size=days * per_day))
    return START + seconds * np.timedelta64(1_000_000, "us")


def gone_after(t0: Instants, hours: Floats) -> Instants:
    """Instant of disappearance, to the second."""
    return t0 + np.round(hours * 3600).astype(np.int64) * np.timedelta64(1_000_000, "us")


def columns(draw: np.random.Generator, n: int) -> tuple[dict[str, NDArray[np.generic]], Floats]:
    """Columns of n goods, and what each asks above its worth (the true driver of waiting)."""
    size = draw.uniform(1, 5, size=n)
    kind = draw.choice(["plain", "fancy"], size=n)
    over = draw.normal(0, 0.3, size=n)
    price = np.round(np.exp(5 + 0.3 * size + 0.5 * (kind == "fancy") + over))
    seen = np.where(draw.uniform(size=n) < 0.1, np.nan, size)
    made = {
        "price": price,
        "size": seen,
        "flag": (draw.uniform(size=n) < 0.3).astype(np.float64),
        "kind": kind.astype(np.str_),
        "place": draw.choice(["10115", "20095", "80331"], size=n).astype(np.str_),
    }
    return made, over


def market(seed: int = 3, days: int = 24, per_day: int = 40) -> tuple[Columns, Instants, Instants]:
    """Columns, t0 and disappearance; the dearer against its worth, the slower."""
    draw = np.random.default_rng(seed)
    t0 = arrivals(draw, days, per_day)
    made, over = columns(draw, len(t0))
    noise = np.log(draw.exponential(size=len(t0)))
    return made, t0, gone_after(t0, np.exp(4.5 + 2.0 * over + 1.2 * noise))


def labelled(
    made: Columns, t0: Instants, gone: Instants, origin: np.datetime64
) -> tuple[Rows, NDArray[np.bool_]]:
    """Rows with labels as known at `origin`, and the test mask."""
    protocol = Protocol()
    days = t0.astype("datetime64[D]")
    parts = split(t0, days, origin, protocol)
    known, outcome = as_known(t0, gone, origin, protocol)
    rows = Rows(
        {name: column[known] for name, column in made.items()},
        t0[known],
        day_number(days)[known],
        parts.block[known],
        outcome,
    )
    return rows, parts.test


def after(days: float) -> np.datetime64:
    """An instant so many days after the start."""
    return START + np.int64(days * 24) * HOUR
