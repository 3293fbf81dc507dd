"""The neutral questions have the right answers, and each sets a trap for a careless rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.leakzoo.neutral import Case, Value, answer, cases

CASES = {case.name: case for case in cases()}
INSTANT = timedelta(microseconds=1)


def _moved(case: Case, column: str, by: Callable[[datetime, datetime], datetime]) -> Case:
    facts = []
    for fact in case.facts:
        event, known = fact["event_time"], fact["known_at"]
        assert isinstance(event, datetime)
        assert isinstance(known, datetime)
        facts.append(fact | {column: by(event, known)})
    return replace(case, facts=tuple(facts))


def _by_event_time(case: Case) -> Case:
    return _moved(case, "known_at", lambda event, _: event)


def _less_or_equal(case: Case) -> Case:
    earlier = _moved(case, "known_at", lambda _, known: known - INSTANT)
    return _moved(earlier, "event_time", lambda event, _: event - INSTANT)


def _by_the_day(case: Case) -> Case:
    def midnight(_: datetime, known: datetime) -> datetime:
        return known.replace(hour=0, minute=0, second=0, microsecond=0)

    return _moved(_moved(case, "known_at", midnight), "event_time", midnight)


def _whole_future(case: Case) -> Case:
    return _moved(
        _moved(case, "known_at", lambda *_: datetime(2000, 1, 1, tzinfo=UTC)),
        "event_time",
        lambda *_: datetime(2000, 1, 1, tzinfo=UTC),
    )


def _half_a_key(case: Case) -> Case:
    return replace(case, key=case.key[-1:])


CARELESS: dict[Callable[[Case], Case], tuple[str, ...]] = {
    _by_event_time: (
        "late correction",
        "three corrections",
        "known too late",
        "happened in the window, known after",
    ),
    _less_or_equal: ("same instant", "edges of a window"),
    _by_the_day: ("later the same day", "earlier the same day"),
    _whole_future: ("sum of the future",),
    _half_a_key: ("half a key", "half a key is null"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_written_answer_is_the_computed_one(name: str) -> None:
    case = CASES[name]
    assert answer(case) == case.expected
    assert answer(replace(case, facts=case.facts[::-1])) == case.expected


@pytest.mark.parametrize("careless", CARELESS, ids=lambda one: str(one.__name__).strip("_"))
def test_a_careless_rule_gives_another_answer(careless: Callable[[Case], Case]) -> None:
    for name in CARELESS[careless]:
        wrong: tuple[Value, ...] = answer(careless(CASES[name]))
        assert wrong != CASES[name].expected, name


def test_spine_rows_are_numbered_and_names_are_unique() -> None:
    assert len(CASES) == len(cases()) >= 20
    for case in CASES.values():
        assert [row["row"] for row in case.spine] == list(range(1, len(case.spine) + 1))
