"""Questions of time that any tool can be asked: facts, decisions, and the one right answer.

Grain: one `Case` per question. A case asks for one value per spine row, in the order of the spine,
every spine row exactly once. A fact counts for a decision when its key equals the row's key
(NULL equals nothing), `event_time < t0` and `known_at < t0`, both strictly, in UTC. Then

* `latest`: the value of the newest event; a later correction of one event wins once it is known;
  `version` settles what event time and knowledge time leave open. With `ttl_hours`, NULL when that
  event is older than so many hours (`event_time < t0 - ttl`);
* `sum` and `count`: over the events in `[t0 - window_hours, t0)`, or over all earlier events
  without a window. `sum` of nothing is NULL, `count` of nothing is 0; `count` counts facts, with a
  value or without one.

Ask twice: the answer is the same when the facts arrive in the opposite physical order.
The answers in `cases.toml` are written by hand; `answer` computes them a second time, plainly.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

__all__ = ["Case", "Value", "answer", "cases"]

Value = int | str | datetime | None
Row = dict[str, Value]
_FILE = Path(__file__).with_name("cases.toml")
_TIMES = frozenset(("t0", "event_time", "known_at"))
_NUMBERS = frozenset(("row", "value", "version"))


@dataclass(frozen=True, slots=True)
class Case:
    """One question. Spine rows have `row`, the key columns and `t0`; facts the key columns,
    `event_time`, `known_at`, `value` and `version`; `expected` is the value of each spine row."""

    name: str
    mechanism: str
    asks: str
    kind: str
    key: tuple[str, ...]
    window_hours: int | None
    ttl_hours: int | None
    spine: tuple[Row, ...]
    facts: tuple[Row, ...]
    expected: tuple[Value, ...]


def cases() -> tuple[Case, ...]:
    """Every case, in the order of the file."""
    document = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(_case(one) for one in document["case"])


def answer(case: Case) -> tuple[Value, ...]:
    """What the rules above say, row by row; slow and obvious on purpose."""
    return tuple(_one(case, row) for row in case.spine)


def _one(case: Case, row: Row) -> Value:
    t0 = row["t0"]
    assert isinstance(t0, datetime)
    known = [
        fact
        for fact in case.facts
        if all(row[name] is not None and row[name] == fact[name] for name in case.key)
        and _time(fact, "event_time") < t0
        and _time(fact, "known_at") < t0
    ]
    if case.kind == "latest":
        best = max(known, key=_newest, default=None)
        if best is None or _expired(case, best, t0):
            return None
        return best["value"]
    if case.window_hours is not None:
        start = t0 - timedelta(hours=case.window_hours)
        known = [fact for fact in known if _time(fact, "event_time") >= start]
    if case.kind == "count":
        return len(known)
    values = [fact["value"] for fact in known if isinstance(fact["value"], int)]
    return sum(values) if values else None


def _newest(fact: Row) -> tuple[datetime, datetime, int]:
    version = fact["version"]
    assert isinstance(version, int)
    return _time(fact, "event_time"), _time(fact, "known_at"), version


def _expired(case: Case, fact: Row, t0: datetime) -> bool:
    if case.ttl_hours is None:
        return False
    return _time(fact, "event_time") < t0 - timedelta(hours=case.ttl_hours)


def _time(fact: Row, name: str) -> datetime:
    found = fact[name]
    assert isinstance(found, datetime)
    return found


def _case(one: dict[str, object]) -> Case:
    spine = _table(str(one["spine"]))
    window, ttl, key = one.get("window_hours"), one.get("ttl_hours"), one["key"]
    assert isinstance(key, list)
    return Case(
        name=str(one["name"]),
        mechanism=str(one["mechanism"]),
        asks=str(one["asks"]),
        kind=str(one["kind"]),
        key=tuple(map(str, key)),
        window_hours=window if isinstance(window, int) else None,
        ttl_hours=ttl if isinstance(ttl, int) else None,
        spine=tuple({k: v for k, v in row.items() if k != "expected"} for row in spine),
        facts=tuple({"version": 1} | row for row in _table(str(one["facts"]))),
        expected=tuple(row["expected"] for row in spine),
    )


def _table(text: str) -> list[Row]:
    reader = csv.DictReader(StringIO(text.strip()), skipinitialspace=True)
    return [{k: _value(k, v) for k, v in row.items()} for row in reader]


def _value(column: str, text: str) -> Value:
    text = text.strip()
    if not text:
        return None
    if column in _TIMES:
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return int(text) if column in _NUMBERS or text.lstrip("-").isdigit() else text
