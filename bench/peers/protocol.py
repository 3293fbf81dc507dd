"""What an adapter and the board say to each other; standard library only, for it runs in both.

An adapter is a script: questions arrive as JSON on stdin, what the tool said leaves as JSON on
stdout. A question is one case of tests/leakzoo/neutral in one physical order of the facts. An
adapter has one or more ways to use its tool (`Way`), each of which returns `(row, value)` pairs
just as the tool gave them, raises `Cannot` when the tool has no words for the question, or lets the
tool's own error through: that is a refusal.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

Value = int | str | None
Pairs = list[tuple[int, Value]]


class Cannot(Exception):
    """The tool has no words for this question."""


@dataclass(frozen=True)
class Question:
    """One case; spine rows carry `row`, the key and `t0`, facts the key, two times, a value."""

    name: str
    kind: str
    key: list[str]
    window: timedelta | None
    ttl: timedelta | None
    spine: list[dict[str, Any]]
    facts: list[dict[str, Any]]

    def latest_only(self, what: str) -> None:
        """Raise `Cannot` unless the question is for the latest value."""
        if self.kind != "latest":
            raise Cannot(f"{what} picks a row; it does not add up a window per decision")


@dataclass(frozen=True)
class Speed:
    """A timed join: Parquet files with (id, t0) and (id, event_time, known_at, value)."""

    spine: Path
    facts: Path


@dataclass(frozen=True)
class Way:
    """One documented way to use the tool; `speed` returns seconds, rows and the sum of values."""

    name: str
    ask: Callable[[Question], Pairs]
    speed: Callable[[Speed], tuple[float, int, int]] | None = None


def plain(value: Any) -> Value:
    """A value as JSON has it; a missing number (NaN, NaT, NA) is None."""
    if str(value) in ("None", "nan", "NaT", "<NA>"):
        return None
    if isinstance(value, str):
        return value
    number = float(value)
    return int(number) if number == int(number) else str(number)


def answers(ways: list[Way], questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What each way says to each question."""
    asked = [_question(raw) for raw in questions]
    return [_answer(way, question, order) for question, order in asked for way in ways]


def serve(packages: list[str], ways: list[Way]) -> None:
    """Answer every question on stdin in every way."""
    request = json.loads(sys.stdin.read())
    speeds = [_speed(way, request["speed"]) for way in ways if request.get("speed") and way.speed]
    reply = {
        "versions": {name: version(name) for name in packages},
        "answers": answers(ways, request["questions"]),
        "speeds": speeds,
    }
    sys.__stdout__.write(json.dumps(reply) + "\n")  # type: ignore[union-attr]


def _answer(way: Way, question: Question, order: str) -> dict[str, Any]:
    found: dict[str, Any] = {"way": way.name, "case": question.name, "order": order}
    try:
        return found | {"rows": way.ask(question)}
    except Cannot as error:
        return found | {"cannot": str(error)}
    except Exception as error:
        return found | {"refused": f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]}


def _speed(way: Way, request: dict[str, str]) -> dict[str, Any]:
    assert way.speed is not None
    seconds, rows, total = way.speed(Speed(Path(request["spine"]), Path(request["facts"])))
    return {"way": way.name, "seconds": seconds, "rows": rows, "total": total}


def _question(raw: dict[str, Any]) -> tuple[Question, str]:
    spans = {
        name: timedelta(hours=raw[f"{name}_hours"]) if raw[f"{name}_hours"] is not None else None
        for name in ("window", "ttl")
    }
    question = Question(
        name=raw["name"],
        kind=raw["kind"],
        key=raw["key"],
        **spans,
        spine=[_times(row) for row in raw["spine"]],
        facts=[_times(row) for row in raw["facts"]],
    )
    return question, raw["order"]


def _times(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name in ("t0", "event_time", "known_at") else value
        for name, value in row.items()
    }
