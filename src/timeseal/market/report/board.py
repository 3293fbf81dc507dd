"""The model table turned for reading: a board per horizon, a line per model, origins across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from timeseal.market.report.context import Score


@dataclass(frozen=True, slots=True)
class Line:
    """One model's scores, in the order of the board's origins; None where it was not tested."""

    model: str
    scores: tuple[Score | None, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """All models at one horizon."""

    horizon_h: int
    origins: tuple[date, ...]
    lines: tuple[Line, ...]


def boards(scores: Sequence[Score]) -> tuple[Board, ...]:
    """One board per horizon, shortest first; models keep the order in which they were scored."""
    return tuple(
        _board(horizon, [one for one in scores if one.horizon_h == horizon])
        for horizon in sorted({one.horizon_h for one in scores})
    )


def _board(horizon: int, scores: Sequence[Score]) -> Board:
    origins = tuple(sorted({one.origin for one in scores}))
    found = {(one.model, one.origin): one for one in scores}
    models = dict.fromkeys(one.model for one in scores)
    return Board(
        horizon,
        origins,
        tuple(Line(model, tuple(found.get((model, day)) for day in origins)) for model in models),
    )
