"""What a vertical's model is trained and judged on, read from its `model.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from importlib.resources import files

import numpy as np

from timeseal.market.vertical import Vertical
from timeseal.market.vertical import load as load_vertical
from timeseal.models.cohort import Protocol
from timeseal.models.explain import Word
from timeseal.models.recipe import Recipe, parse

__all__ = ["Origin", "Plan", "load"]


@dataclass(frozen=True, slots=True)
class Origin:
    """The start of a test cohort: midnight of `day` in the market's zone."""

    day: date
    instant: datetime
    holdout: bool

    @property
    def at(self) -> np.datetime64:
        """The instant as UTC without zone, as the models count."""
        return np.datetime64(self.instant.astimezone(UTC).replace(tzinfo=None), "us")


@dataclass(frozen=True, slots=True)
class Plan:
    """Recipe, protocol, origins and words of one vertical."""

    vertical: Vertical
    recipe: Recipe
    recipe_text: str
    guarded_view: str
    protocol: Protocol
    origins: tuple[Origin, ...]
    horizons_h: tuple[float, ...]
    fast_h: float
    baseline_columns: tuple[str, ...]
    words: Mapping[str, Word]


def load(vertical: str) -> Plan:
    """The plan of a vertical; words come from its attributes and, for made columns, its recipe."""
    home = load_vertical(vertical)
    source = files("timeseal.market").joinpath("verticals", vertical, "model.toml")
    text = source.read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    judged = raw["evaluation"]
    words = {name: Word(one.label, one.unit) for name, one in home.attributes.items()}
    words |= {name: Word(**one) for name, one in raw["words"].items()}
    grace = int(home.grace.total_seconds() // 3600)
    return Plan(
        vertical=home,
        recipe=parse(text),
        recipe_text=text,
        guarded_view=raw["inputs"]["guarded_view"],
        protocol=Protocol(grace_h=grace, cohort_days=judged["cohort_days"]),
        origins=(
            *(_origin(home, day, False) for day in judged["development"]),
            _origin(home, judged["holdout"], True),
        ),
        horizons_h=tuple(float(one) for one in home.horizons_hours),
        fast_h=float(judged["fast_hours"]),
        baseline_columns=tuple(judged["baseline_columns"]),
        words=words,
    )


def _origin(vertical: Vertical, day: str, holdout: bool) -> Origin:
    when = date.fromisoformat(day)
    midnight = datetime.combine(when, time(), tzinfo=vertical.tzinfo())
    return Origin(when, midnight.astimezone(UTC), holdout)
