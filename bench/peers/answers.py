"""Asking every tool and judging what it said.

Grain: one `Verdict` per case and column. A question is asked twice, with the facts in both physical
orders, and the worse answer counts. Nothing here knows which tool it judges.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.leakzoo.neutral import Case, Value, cases

HERE = Path(__file__).parent
ORDERS = ("as given", "reversed")
#: From harmless to harmful; of two answers the later one counts.
CLASSES = ("right", "cannot", "refuses", "value", "rows", "leak")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`kind` is one of CLASSES; `returned` what came back (in row order) or the words of a refusal.

    `stable` is False when the physical order of the facts changed the answer.
    """

    case: str
    column: str
    kind: str
    returned: str
    expected: str
    stable: bool


def questions() -> list[dict[str, Any]]:
    """Every neutral case twice, as JSON has it."""
    return [
        {
            "name": case.name,
            "kind": case.kind,
            "key": list(case.key),
            "window_hours": case.window_hours,
            "ttl_hours": case.ttl_hours,
            "order": order,
            "spine": [_plain(row) for row in case.spine],
            "facts": [_plain(row) for row in case.facts[:: 1 if order == ORDERS[0] else -1]],
        }
        for case in cases()
        for order in ORDERS
    ]


def ask_script(
    script: Sequence[str],
    asked: Sequence[Mapping[str, Any]],
    speed: Mapping[str, str] | None = None,
    python: str = sys.executable,
    environment: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Run one adapter on these questions; raises RuntimeError with its last words when it dies."""
    request = {"questions": list(asked), "speed": dict(speed) if speed else None}
    done = subprocess.run(
        [python, *script],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        cwd=HERE,
        env={**os.environ, "PYTHONPATH": "", **(environment or {})},
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(script)} failed: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def verdicts(column: str, way: str, answers: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    """Judge the answers of one way of one tool, case by case."""
    by_case = {
        (answer["case"], answer["order"]): answer for answer in answers if answer["way"] == way
    }
    return [_verdict(column, case, [by_case[case.name, o] for o in ORDERS]) for case in cases()]


def _verdict(column: str, case: Case, said: Sequence[Mapping[str, Any]]) -> Verdict:
    judged = [_judge(case, one) for one in said]
    kind, returned = max(judged, key=lambda one: CLASSES.index(one[0]))
    expected = _show(case.expected)
    return Verdict(case.name, column, kind, returned, expected, judged[0] == judged[1])


def _judge(case: Case, said: Mapping[str, Any]) -> tuple[str, str]:
    if "cannot" in said:
        return "cannot", said["cannot"]
    if "refused" in said:
        return "refuses", said["refused"]
    rows = sorted(said["rows"], key=lambda pair: pair[0])
    wanted = [row["row"] for row in case.spine]
    if [row for row, _ in rows] != wanted:
        back = [row for row, _ in rows]
        return "rows", f"rows {_show(back)} of {_show(wanted)}"
    values = [value for _, value in rows]
    if values == list(case.expected):
        return "right", _show(values)
    leaks = any(
        value != right and _is_from_after(case, row, value)
        for row, value, right in zip(case.spine, values, case.expected, strict=True)
    )
    return ("leak" if leaks else "value"), _show(values)


def _is_from_after(case: Case, row: Mapping[str, Value], value: Value) -> bool:
    """Whether facts of the row's own key that were not known before t0 account for the value."""
    t0 = row["t0"]
    assert isinstance(t0, datetime)
    own = [
        fact
        for fact in case.facts
        if all(row[name] is not None and row[name] == fact[name] for name in case.key)
    ]
    late = [
        fact for fact in own if not (_at(fact, "event_time") < t0 and _at(fact, "known_at") < t0)
    ]
    known = [fact for fact in own if fact not in late]
    if case.kind == "latest":
        values = [fact["value"] for fact in known]
        return value not in values and value in [fact["value"] for fact in late]
    return value not in _reachable(case.kind, known) and value in _reachable(case.kind, own)


def _reachable(kind: str, facts: Sequence[Mapping[str, Value]]) -> set[int]:
    """Every total that some selection of the facts adds up to."""
    totals = {0}
    for fact in facts:
        one = 1 if kind == "count" else fact["value"]
        if isinstance(one, int):
            totals |= {total + one for total in totals}
    return totals


def _at(fact: Mapping[str, Value], name: str) -> datetime:
    found = fact[name]
    assert isinstance(found, datetime)
    return found


def _plain(row: Mapping[str, Value]) -> dict[str, Value]:
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in row.items()}


def _show(values: Sequence[object]) -> str:
    return ", ".join("NULL" if value is None else str(value) for value in values)
