"""Every strategy answers 240 random worlds as the plainest possible program does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from psycopg import sql
from tests.integration.asof import worlds

STRATEGIES = ["lateral", "merge", "ranges", None]
FACTS, SPINE = worlds.draw()
#: Facts per key, five hours of them, so that a window of four ends where other facts lie.
DENSITY = 20
WINDOW = timedelta(hours=1)


@pytest.fixture(scope="module")
def world(admin: Any) -> Any:
    """Facts and spine of all worlds as tables, without and with an index."""
    admin.execute("create schema w")
    admin.execute(
        "create table w.facts (world int, a text, b bigint, event_time timestamptz,"
        " known_at timestamptz, seq int not null, value float8)"
    )
    admin.execute("create table w.spine (row bigint, world int, a text, b int, t0 timestamptz)")
    with admin.cursor() as cursor:
        with cursor.copy("copy w.facts from stdin") as copy:
            for fact in FACTS:
                copy.write_row((*fact.key, fact.event_time, fact.known_at, fact.seq, fact.value))
        with cursor.copy("copy w.spine from stdin") as copy:
            for row in SPINE:
                copy.write_row((row.row, *row.key, row.t0))
    admin.execute("create table w.indexed as table w.facts")
    admin.execute("create index on w.indexed (world, a, b, event_time, known_at)")
    admin.execute("create unique index on w.indexed (world, a, b, known_at, seq)")
    admin.execute("analyze w.facts, w.indexed, w.spine")
    _make_dense(admin)
    return admin


def _make_dense(admin: Any) -> None:
    """The facts again, looking as dense as one per twelve minutes: four of them span WINDOW."""
    admin.execute("create table w.dense as table w.indexed")
    strangers = -len(FACTS) % DENSITY
    admin.execute(
        "insert into w.dense select -1, '1', 3, f.event_time, f.known_at, f.seq + 1000000, f.value"
        f" from w.facts as f order by f.seq limit {strangers}"
    )
    keys = (len(FACTS) + strangers) // DENSITY
    admin.execute(
        f"alter table w.dense alter world set (n_distinct = {keys}),"
        " alter a set (n_distinct = 1), alter b set (n_distinct = 1)"
    )
    admin.execute("create index on w.dense (world, a, b, event_time, known_at)")
    admin.execute("analyze w.dense")


def answers(conn: Any, relation: str, options: dict[str, Any], strategy: str | None) -> list[Any]:
    """`seq` per spine row, in the order of the spine."""
    call = sql.SQL("audit.asof_declare({}, array['world', 'a', 'b'], {})").format(
        sql.Literal(relation),
        sql.SQL(", ").join(
            sql.SQL("p_{} => {}").format(sql.SQL(name), sql.Literal(value))
            for name, value in {
                "columns": ["seq", "value"], "tie_breakers": ["seq"], **options,
            }.items()
        ),
    )  # fmt: skip
    plan = conn.execute(
        sql.SQL(
            "select p.strategy, p.statement from audit.asof_plan('w.spine', 't0', 'row',"
            " array[{}], p_strategy => {}) as p"
        ).format(call, sql.Literal(strategy))
    ).fetchone()
    assert strategy in (None, plan[0])
    found = conn.execute(plan[1].encode()).fetchall()
    assert [row[0] for row in found] == [row.row for row in SPINE]
    by_seq = {fact.seq: fact.value for fact in FACTS}
    assert all(row[2] == by_seq.get(row[1]) for row in found)
    return [row[1] for row in found]


VARIANTS: dict[str, tuple[dict[str, Any], timedelta, timedelta | None, tuple[bool, bool]]] = {
    "known_at alone": ({"known_at": "known_at"}, timedelta(0), None, (True, False)),
    "both clocks": (
        {"known_at": "known_at", "event_time": "event_time"}, timedelta(0), None, (True, True),
    ),
    "embargo": (
        {"known_at": "known_at", "event_time": "event_time", "embargo": timedelta(hours=2)},
        timedelta(hours=2), None, (True, True),
    ),
    "age limit": (
        {"known_at": "known_at", "event_time": "event_time", "max_age": timedelta(hours=2)},
        timedelta(0), timedelta(hours=2), (True, True),
    ),
    "event time alone": (
        {"event_time": "event_time", "event_time_only": True, "embargo": timedelta(hours=1),
         "max_age": timedelta(hours=3)},
        timedelta(hours=1), timedelta(hours=3), (False, True),
    ),
}  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_strategy_is_the_plain_program(world: Any, variant: str) -> None:
    options, embargo, max_age, clocks = VARIANTS[variant]
    expected = [worlds.naive(FACTS, row, embargo, max_age, clocks) for row in SPINE]
    assert sum(one is not None for one in expected) > 100
    found = {
        (relation, strategy): answers(world, relation, options, strategy)
        for relation in ("w.facts", "w.indexed", "w.dense")
        for strategy in STRATEGIES
    }
    assert {name: one == expected for name, one in found.items()} == dict.fromkeys(found, True)


@pytest.mark.parametrize("clock", ["known_at", "event_time"])
def test_dense_facts_are_looked_for_in_a_window_first(world: Any, clock: str) -> None:
    """Statistics give its span; what it finds is compared above, facts at its very start too."""
    windows = world.execute(
        "select audit.asof_window(audit.asof_declare('w.dense', '{world,a,b}', 'known_at',"
        " p_event_time => nullif(%s, 'known_at'))),"
        " audit.asof_window(audit.asof_declare('w.facts', '{world,a,b}', 'known_at'))",
        (clock,),
    ).fetchone()
    assert windows == (WINDOW, None)
