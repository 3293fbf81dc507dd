"""Probes of the as-of join: a small world with hand-written answers, ties, and refusals."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import psycopg
import pyarrow as pa
from tests.attack.market import GUARDED
from tests.mutants.harness import probe
from tests.mutants.probes_shop import opened

import timeseal
from timeseal.errors import ClaimFailed, TimesealError

#: (a, b), event_time, known_at, value: hours of one day
FACTS = (
    ("1", 23, 1, 1, 10),
    ("1", 23, 1, 9, 11),  # corrects the first when newer events are known already
    ("1", 23, 3, 3, 30),
    ("1", 23, 5, 4, 50),  # announced before it happens
    ("12", 3, 1, 2, 99),
    (None, 3, 1, 1, 66),
    ("7", 7, 1, None, 77),
)
#: (a, b), t0, what is right
QUESTIONS = (
    ("1", 23, 1, None),
    ("1", 23, 2, 10),
    ("1", 23, 4, 30),
    ("1", 23, 5, 30),
    ("1", 23, 6, 50),
    ("1", 23, 10, 50),
    ("12", 3, 2, None),
    ("12", 3, 3, 99),
    ("12", 3, 6, 99),
    (None, 3, 5, None),
    ("7", 7, 9, None),
    ("1", 23, None, None),
    ("9", 9, 5, None),
    ("1", 23, 2, 10),
)
HOUR = "timestamptz '2026-01-01Z' + interval '1 hour' *"
DECLARED = (
    "audit.asof_declare('asked.facts', '{a,b}', 'known_at', p_event_time => 'event_time',"
    " p_columns => '{value}'"
)


def make(admin: Any) -> None:
    """Facts and questions as tables."""
    admin.execute("create schema asked")
    admin.execute(
        "create table asked.facts (a text, b int, event_time timestamptz, known_at timestamptz,"
        " value int)"
    )
    admin.execute("create table asked.spine (n int, a text, b int, t0 timestamptz)")
    for fact in FACTS:
        admin.execute(f"insert into asked.facts values (%s, %s, {HOUR} %s, {HOUR} %s, %s)", fact)
    for n, (a, b, hour, _) in enumerate(QUESTIONS):
        admin.execute(f"insert into asked.spine values (%s, %s, %s, {HOUR} %s)", (n, a, b, hour))


def ask(admin: Any, strategy: str, declared: str = f"{DECLARED})") -> list[Any]:
    """Run a strategy; positions must be those of the spine, each once."""
    (statement,) = admin.execute(
        "select p.statement from audit.asof_plan('asked.spine', 't0', 'n',"
        f" array[{declared}], p_strategy => %s) as p",
        (strategy,),
    ).fetchone()
    rows = admin.execute(statement.encode()).fetchall()
    assert [row[0] for row in rows] == list(range(len(QUESTIONS)))
    return [row[1] for row in rows]


@probe("shop", "lateral", "merge", "ranges")
def what_was_known_before(database: Any, strategy: str) -> None:
    admin = database.connect()
    make(admin)
    assert ask(admin, strategy) == [answer for *_, answer in QUESTIONS]


@probe("shop", "lateral", "merge", "ranges")
def an_embargo_holds(database: Any, strategy: str) -> None:
    """Two hours: the event of hour 3 counts from after 5, that of hour 5 from after 7."""
    admin = database.connect()
    make(admin)
    found = ask(admin, strategy, f"{DECLARED}, p_embargo => '2 hours')")
    assert found[:6] == [None, None, 10, 10, 30, 50]


@probe("shop", "lateral", "merge", "ranges")
def a_fact_known_on_a_day(database: Any, strategy: str) -> None:
    """…is not known before that day is over."""
    admin = database.connect()
    make(admin)
    admin.execute("alter table asked.facts alter known_at type date")
    declared = "audit.asof_declare('asked.facts', '{a,b}', 'known_at', p_columns => '{value}',"
    found = ask(admin, strategy, f"{declared} p_tie_breakers => '{{value}}')")
    assert set(found) == {None}


@probe("shop", "lateral", "ranges")
def a_tie_is_no_answer(database: Any, strategy: str) -> None:
    admin = database.connect()
    make(admin)
    admin.execute("insert into asked.facts select f.* from asked.facts as f where f.value = 30")
    admin.execute("create table asked.filled (n int, value int)")
    try:
        admin.execute(
            "select audit.asof_fill('asked.filled', 'asked.spine', 't0', 'n',"
            f" array[{DECLARED})], %s)",
            (strategy,),
        )
    except psycopg.Error as error:
        found = (error.sqlstate, "tie for a 1, b 23, t0 " in str(error))
        assert found == ("TS001", True), error  # noqa: PT017
    else:
        raise AssertionError("a tie was answered")


@probe("shop", "at its start", "before it")
def a_window_hides_nothing(database: Any, place: str) -> None:
    """Facts an hour apart, but for two days of silence: a pick then looks back past its window."""
    admin = database.connect()
    admin.execute("create schema asked")
    admin.execute("create table asked.dense (a int, known_at timestamptz, value int)")
    hours = ", ".join(f"(1, {HOUR} {hour}, {hour})" for hour in (0, *range(48, 96)))
    admin.execute(f"insert into asked.dense values {hours}".encode())
    admin.execute("analyze asked.dense")
    declared = "audit.asof_declare('asked.dense', '{a}', 'known_at', p_columns => '{value}')"
    (window,) = admin.execute(f"select audit.asof_window({declared})").fetchone()
    assert timedelta(hours=7) < window < timedelta(hours=9), window
    later = timedelta(hours=1 if place == "before it" else 0)
    admin.execute("create table asked.dense_spine (n int, a int, t0 timestamptz)")
    admin.execute(f"insert into asked.dense_spine values (0, 1, {HOUR} 0 + %s)", (window + later,))
    (statement,) = admin.execute(
        "select p.statement from audit.asof_plan('asked.dense_spine', 't0', 'n',"
        f" array[{declared}], p_strategy => 'lateral') as p"
    ).fetchone()
    assert admin.execute(statement.encode()).fetchall() == [(0, 0)]


@probe("shop")
def a_null_may_repeat_in_a_unique_index(database: Any) -> None:
    admin = database.connect()
    make(admin)
    admin.execute("create unique index on asked.facts (a, b, event_time, known_at, value)")
    (proven,) = admin.execute(
        f"select audit.asof_is_unique({DECLARED}, p_tie_breakers => '{{value}}'))"
    ).fetchone()
    assert proven is False


@probe("shop")
def an_index_of_another_equality_proves_nothing(database: Any) -> None:
    admin = database.connect()
    make(admin)
    admin.execute(
        "create unique index on asked.facts (a text_pattern_ops, b, event_time, known_at)"
    )
    (proven,) = admin.execute(f"select audit.asof_is_unique({DECLARED}))").fetchone()
    assert proven is False
    admin.execute("create unique index on asked.facts (a, b, event_time, known_at)")
    (proven,) = admin.execute(f"select audit.asof_is_unique({DECLARED}))").fetchone()
    assert proven is True


@probe("shop")
def equal_values_are_decided_by_their_text(database: Any) -> None:
    admin = database.connect()
    admin.execute("create table shop.tied (item int, known_at timestamptz, v numeric)")
    (ties,) = admin.execute(
        "select audit.asof_ties(audit.asof_declare('shop.tied', '{item}', 'known_at',"
        " p_columns => '{v}', p_on_tie => 'values'), null)"
    ).fetchone()
    assert len(ties) == 2, ties


REFUSED = {
    "no known_at": "select audit.asof_declare('asked.facts', '{a}', null)",
    "no known_at, an event time": (
        "select audit.asof_declare('asked.facts', '{a}', null, p_event_time => 'event_time')"
    ),
    "an embargo of months": f"select {DECLARED}, p_embargo => '1 month')",
    "a text as time": "select audit.asof_declare('asked.facts', '{b}', 'a')",
    "keys of two types": (
        "select audit.asof_key('asked.spine'::regclass, 'b', 'asked.facts'::regclass, 'a')"
    ),
    "a key of a type of one's own": (
        "create type asked.pair as (a int, b int);"
        " create table asked.pairs (p asked.pair, known_at timestamptz);"
        " select audit.asof_key('asked.pairs'::regclass, 'p', 'asked.pairs'::regclass, 'p')"
    ),
    "one name twice": (f"select audit.asof_clash('asked.facts'::regclass, array[{DECLARED})])"),
}


@probe("shop", *REFUSED)
def asof_refuses(database: Any, name: str) -> None:
    admin = database.connect()
    make(admin)
    try:
        admin.execute(REFUSED[name].encode())
    except psycopg.Error as error:
        assert error.sqlstate == "TS003"  # noqa: PT017
    else:
        raise AssertionError(f"not refused: {name}")


@probe("shop")
def a_frame_says_whether_it_is_certified(database: Any) -> None:
    admin = opened(database)
    make(admin)
    asked = pa.table(
        {
            "item": pa.array([7], pa.int64()),
            "at": pa.array([4_000_000_000_000_000], pa.timestamp("us", "UTC")),
        }
    )
    sealed = timeseal.AsofView(GUARDED, key=["item"], known_at="t0", prefix="s_")
    plain = timeseal.AsofView(
        "asked.facts", key=["b"], spine_key=["item"], known_at="known_at", columns=["value"]
    )
    dsn = database.server.dsn(database.name)
    said = [
        json.loads(timeseal.join_asof(dsn, asked, views, t0="at").schema.metadata[b"timeseal"])
        for views in ([sealed], [sealed, plain])
    ]
    assert [one["certified"] for one in said] == [True, False]
    assert said[0]["views"][0]["fingerprint"]
    admin.execute("update shop.price set price = price + 1 where item = 7")
    (row,) = admin.execute(
        "select count(*) from audit.asof_certificate(%s::regclass)", (GUARDED,)
    ).fetchall()
    assert row[0] == 0
    try:
        timeseal.join_asof(dsn, asked, [sealed], t0="at")
    except ClaimFailed:
        pass
    except TimesealError as error:
        raise AssertionError(str(error)) from error
    else:
        raise AssertionError("a closed door was passed")
