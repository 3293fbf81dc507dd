"""The scoreboard's own tests: our column, the peers of the main environment and the judge.

Feast, Timefence and dbt are asked by `make scoreboard` alone; their marks are on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bench.peers import answers, inside, protocol
from bench.peers.governance import PROBES, Probe
from bench.peers.practices import Timeseal, UsualPractice
from tests.databases import Database, Databases
from tests.leakzoo.neutral import cases

pytestmark = pytest.mark.one_major

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "scoreboard.md"
#: What the adapters of the main environment were found to answer wrongly; all else is right.
BY_EVENT_TIME = {
    "late correction": "leak",
    "three corrections": "leak",
    "known too late": "leak",
    "same instant": "leak",
    "midnight elsewhere": "leak",
    "happened in the window, known after": "leak",
    "ties": "value",
}
BY_KNOWLEDGE_TIME = {"older event, learned last": "value", "ties": "value"}
NULL_MATCHES_NULL = {
    "null keys": "value",
    "half a key is null": "value",
    "count of nothing": "value",
}
RECORDED = {
    "duckdb": {
        "event time": BY_EVENT_TIME,
        "knowledge time": BY_KNOWLEDGE_TIME,
        "SQL by hand": {},
    },
    "polars": {"event time": BY_EVENT_TIME, "knowledge time": BY_KNOWLEDGE_TIME},
    "pandas": {
        "event time": BY_EVENT_TIME | NULL_MATCHES_NULL,
        "knowledge time": BY_KNOWLEDGE_TIME | NULL_MATCHES_NULL,
    },
}
#: Probes on which the re-built usual practice holds.
USUAL_HOLDS = {"withdrawn", "expired", "an empty answer"}


@pytest.fixture(scope="module")
def asked(databases: Databases, sealed_template: str) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """What the two columns inside PostgreSQL said to every question."""
    database = databases.create(sealed_template)
    ways = inside.ways(database.connect())
    yield {tool: protocol.answers(of_tool, answers.questions()) for tool, of_tool in ways.items()}
    databases.drop(database)


def _wrong(way: str, said: list[dict[str, Any]]) -> dict[str, str]:
    found = answers.verdicts(way, way, said)
    assert len(found) == len(cases())
    return {one.case: one.kind for one in found if one.kind != "right"}


def test_timeseal_answers_every_question_in_both_orders(
    asked: dict[str, list[dict[str, Any]]],
) -> None:
    found = answers.verdicts("Timeseal", "windows by hand", asked["Timeseal"])
    assert [(one.case, one.returned) for one in found if one.kind != "right"] == []
    assert all(one.stable for one in found)


def test_our_join_has_no_words_for_windows_and_says_so(
    asked: dict[str, list[dict[str, Any]]],
) -> None:
    windows = {case.name: "cannot" for case in cases() if case.kind != "latest"}
    assert windows
    assert _wrong("join_asof", asked["Timeseal"]) == windows


def test_the_date_rule_lets_the_same_day_in_or_loses_the_morning(
    asked: dict[str, list[dict[str, Any]]],
) -> None:
    said = asked["Usual practice"]
    loose, strict = _wrong("same day counts", said), _wrong("day before", said)
    assert loose["later the same day"] == loose["same instant"] == "leak"
    assert "same instant" not in strict
    assert strict["later the same day"] == strict["earlier the same day"] == "value"
    assert loose["known too late"] == strict["known too late"] == "leak"


@pytest.mark.parametrize("tool", RECORDED)
def test_peers_of_this_environment_answer_as_recorded(tool: str) -> None:
    said = answers.ask_script([f"ask_{tool}.py"], answers.questions())["answers"]
    assert {way: _wrong(way, said) for way in RECORDED[tool]} == RECORDED[tool]


PROBED = [
    pytest.param(one, id=one.name, marks=pytest.mark.one_major if "sum" in one.name else ())
    for one in PROBES
]


@pytest.mark.parametrize("probe", PROBED)
def test_timeseal_holds(probe: Probe, sealed_db: Database) -> None:
    practice = Timeseal(sealed_db.server, sealed_db.name)
    outcome = probe.ask(practice)
    practice.close()
    assert outcome.holds, outcome.said


@pytest.mark.parametrize("probe", PROBES, ids=lambda one: one.name)
def test_usual_practice_holds_where_recorded(probe: Probe, empty_db: Database) -> None:
    practice = UsualPractice(empty_db.server, empty_db.name)
    outcome = probe.ask(practice)
    practice.close()
    assert outcome.holds is (probe.name in USUAL_HOLDS), outcome.said


#: Per real ad: endings in its cohort that a comparison of days admits and a comparison of instants
#: does not (it learnt of them later that day), and those the day before loses (the same morning).
DATE_RULE = """
with ad as (
  select o.generation, o.listing_id, min(o.observed_at) as t0
  from raw.listing_observation as o group by o.generation, o.listing_id
), told as (
  select a.generation, a.listing_id, e.known_at < a.t0 as known
  from ad as a
  join raw.listing_event as e on e.generation = a.generation and e.event = 'gone'
    and (e.known_at at time zone 'UTC')::date = (a.t0 at time zone 'UTC')::date
)
select count(distinct (t.generation, t.listing_id)) filter (where not t.known),
  count(distinct (t.generation, t.listing_id)) filter (where t.known),
  (select count(*) from ad)
from told as t
"""


def test_days_admit_the_future_of_real_ads(databases: Databases, cars_template: str) -> None:
    database = databases.create(cars_template)
    row = database.connect().execute(DATE_RULE.encode()).fetchone()
    databases.drop(database)
    assert row is not None
    leaked, lost, ads = row
    assert 0 < leaked < ads
    assert 0 < lost < ads


def _said(rows: list[list[int | None]] | None, **words: str) -> list[dict[str, Any]]:
    answer = {"rows": rows} if rows is not None else words
    return [
        {"way": "x", "case": case.name, "order": order, **answer}
        for case in cases()
        for order in answers.ORDERS
    ]


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([[1, 10], [2, 77]], "right"),
        ([[2, 77], [1, 10]], "right"),
        ([[1, 77], [2, 77]], "leak"),
        ([[1, 5], [2, 77]], "value"),
        ([[1, None], [2, 77]], "value"),
        ([[1, 10]], "rows"),
        ([[1, 10], [1, 10], [2, 77]], "rows"),
    ],
)
def test_the_judge_names_what_is_wrong(rows: list[list[int | None]], kind: str) -> None:
    found = answers.verdicts("x", "x", _said(rows))
    assert next(one.kind for one in found if one.case == "late correction") == kind


def test_the_judge_tells_refusal_from_lack_of_words() -> None:
    assert {one.kind for one in answers.verdicts("x", "x", _said(None, refused="no"))} == {
        "refuses"
    }
    assert {one.kind for one in answers.verdicts("x", "x", _said(None, cannot="no"))} == {"cannot"}


def test_the_worse_order_counts() -> None:
    said = _said([[1, 10], [2, 77]])
    for one in said[1::2]:
        one["rows"] = [[1, 77], [2, 77]]
    found = answers.verdicts("x", "x", said)[0]
    assert (found.case, found.kind, found.stable) == ("late correction", "leak", False)


def test_the_page_is_whole() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in [*(case.name for case in cases()), *(probe.name for probe in PROBES)]:
        assert f"\n### {name}\n" in text
        assert f"\n| {name} | " in text
    for tool in (
        "Timeseal",
        "usual practice",
        "Feast",
        "Timefence",
        "DuckDB",
        "Polars",
        "pandas",
        "dbt",
    ):
        assert tool in text
    tables = re.findall(r"(?:^\|.*\n)+", text, re.M)
    assert len(tables) == 5
    for table in tables:
        cells = {len(line.split("|")) for line in table.splitlines()}
        assert len(cells) == 1, table.splitlines()[0]
