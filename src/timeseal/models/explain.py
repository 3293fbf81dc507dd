"""Why a listing is expected to stay: additive contributions in log hours, told in words.

Linear terms and tree contributions are both additive in log hours, so they are summed per source
column after calibration. The words (label, unit, meaning of a column) are passed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from timeseal.models.arrays import Columns, Floats, numbers, texts
from timeseal.models.recipe import Recipe
from timeseal.models.survival import Member, SurvivalModel, tree_matrix


@dataclass(frozen=True, slots=True)
class Word:
    """How a column is spoken of: "Mileage", "km"; yes/no columns are named, not counted."""

    label: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Contributions:
    """Log hours per row and subject, against the mean row of the labelled ads; shape (n, k)."""

    subjects: tuple[str, ...]
    values: Floats

    def mean_size(self) -> dict[str, float]:
        """Mean absolute contribution per subject: the model's importance table."""
        size = np.abs(self.values).mean(axis=0)
        return dict(zip(self.subjects, map(float, size), strict=True))


def contributions(model: SurvivalModel, prepared: Columns) -> Contributions:
    """Calibrated contributions per subject, centred on the given rows."""
    subjects = subjects_of(model.recipe)
    place = {name: i for i, name in enumerate(subjects)}
    n = len(next(iter(prepared.values())))
    total = np.zeros((n, len(subjects)))
    for member in model.members:
        total += _linear(model, member, prepared, place)
        total += _boosted(model, member, prepared, place)
    total /= len(model.members)
    return Contributions(subjects, total - total.mean(axis=0))


def reasons(
    model: SurvivalModel,
    prepared: Columns,
    found: Contributions,
    row: int,
    words: Mapping[str, Word],
    count: int = 3,
) -> tuple[str, ...]:
    """The `count` strongest reasons of one row for staying, strongest first, in words."""
    strength = found.values[row]
    order = np.argsort(-strength, kind="stable")
    named = [found.subjects[i] for i in order if found.subjects[i] in words]
    return tuple(
        f"{_phrase(model.recipe, prepared, row, name, words[name])}: stays longer"
        if strength[found.subjects.index(name)] > 0
        else f"{_phrase(model.recipe, prepared, row, name, words[name])}: goes sooner"
        for name in named[:count]
    )


def subjects_of(recipe: Recipe) -> tuple[str, ...]:
    """What reasons can be about: source columns, and the ask against its expectation."""
    names = {recipe.source(name) for name in (*recipe.trees, *recipe.linear.smooth)}
    line = recipe.linear
    names |= {recipe.source(name) for name in (*line.flags, *line.strong_flags, *line.categories)}
    names.discard("expected_value")
    return tuple(sorted(names))


def _subject(recipe: Recipe, name: str) -> str:
    return recipe.value.target if name == "expected_value" else recipe.source(name)


def _linear(
    model: SurvivalModel, member: Member, prepared: Columns, place: Mapping[str, int]
) -> Floats:
    X = member.design.matrix(prepared)
    out = np.zeros((X.shape[0], len(place)))
    scaled = X.multiply(member.linear.coef * model.calibration.weight(0)).tocsc()
    for column, sources in enumerate(member.design.sources()):
        values = np.asarray(scaled[:, [column]].todense()).ravel() / len(sources)
        for source in sources:
            out[:, place[_subject(model.recipe, source)]] += values
    return out


def _boosted(
    model: SurvivalModel, member: Member, prepared: Columns, place: Mapping[str, int]
) -> Floats:
    each = member.boosted.contributions(tree_matrix(prepared, model.recipe))
    out = np.zeros((len(each), len(place)))
    for column, name in enumerate(model.recipe.trees):
        subject = place[_subject(model.recipe, name)]
        out[:, subject] += each[:, column] * model.calibration.weight(1)
    return out


def _phrase(recipe: Recipe, prepared: Columns, row: int, name: str, word: Word) -> str:
    """The subject with its value, as a reader would say it."""
    if name == "relative_value":
        share = float(np.expm1(numbers(prepared, name)[row]))
        worth = float(np.exp(numbers(prepared, "expected_value")[row]))
        side = "above" if share >= 0 else "below"
        return f"{word.label} {abs(share):.0%} {side} the expected {worth:,.0f} {word.unit}"
    if prepared[name].dtype.kind == "U":
        return f"{word.label} {texts(prepared, name)[row] or 'unknown'}"
    value = float(numbers(prepared, name)[row])
    if np.isnan(value):
        return f"{word.label} unknown"
    if word.unit == "yes/no":
        return f"{word.label}: {'yes' if value > 0 else 'no'}"
    if word.unit in {"year", "month"}:
        return f"{word.label} {value:.0f}"
    return f"{word.label} {value:,.{_digits(value)}f} {word.unit}".rstrip()


def _digits(value: float) -> int:
    return 0 if value == round(value) else 2
