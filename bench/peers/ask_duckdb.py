"""DuckDB: ASOF joins by one clock, and the same question as plain SQL by somebody who knows."""

from __future__ import annotations

import time
from functools import partial

import duckdb
import pyarrow as pa
from protocol import Pairs, Question, Speed, Way, serve

TIME = pa.timestamp("us", tz="UTC")
CONN = duckdb.connect()  # for every question: opening one takes longer than asking
CONN.execute("set timezone = 'UTC'")


def put(question: Question) -> None:
    for table, rows in (("spine", question.spine), ("facts", question.facts)):
        names = list(rows[0])
        kinds = {
            name: TIME if name in ("t0", "event_time", "known_at") else pa.int64() for name in names
        }
        arrow = pa.Table.from_pylist(rows, pa.schema(list(kinds.items())))
        CONN.register("arrow", arrow)
        CONN.execute(f"create or replace table {table} as select * from arrow")
        CONN.unregister("arrow")


def same(question: Question) -> str:
    return " and ".join(f"s.{name} = f.{name}" for name in question.key)


def asof(clock: str, question: Question) -> Pairs:
    if question.kind != "latest":
        return window(question, f"f.{clock} < s.t0", clock)
    old = f"f.{clock} >= s.t0 - interval ({hours(question.ttl)}) hour" if question.ttl else "true"
    return answer(
        question,
        f"""select s.row, case when {old} then f.value end from spine s asof left join facts f
            on {same(question)} and s.t0 > f.{clock} order by s.row""",
    )


def by_hand(question: Question) -> Pairs:
    known = "f.event_time < s.t0 and f.known_at < s.t0"
    if question.kind != "latest":
        return window(question, known, "event_time")
    old = (
        f"n.event_time >= s.t0 - interval ({hours(question.ttl)}) hour" if question.ttl else "true"
    )
    return answer(
        question,
        f"""select s.row, case when {old} then n.value end from spine s left join (
              select s.row, f.value, f.event_time, row_number() over (
                partition by s.row order by f.event_time desc, f.known_at desc, f.version desc
              ) as place
              from spine s join facts f on {same(question)} and {known}
            ) n on n.row = s.row and n.place = 1 order by s.row""",
    )


def window(question: Question, known: str, clock: str) -> Pairs:
    start = (
        f"f.{clock} >= s.t0 - interval ({hours(question.window)}) hour"
        if question.window
        else "true"
    )
    value = "count(f.event_time)" if question.kind == "count" else "sum(f.value)"
    return answer(
        question,
        f"""select s.row, {value} from spine s
            left join facts f on {same(question)} and {known} and {start}
            group by s.row order by s.row""",
    )


def hours(span: object) -> int:
    return int(span.total_seconds() // 3600)  # type: ignore[attr-defined]


def answer(question: Question, query: str) -> Pairs:
    put(question)
    return [
        (row, None if value is None else int(value))
        for row, value in CONN.execute(query).fetchall()
    ]


def speed(asked: Speed) -> tuple[float, int, int]:
    """From Parquet to an Arrow table."""
    started = time.perf_counter()
    with duckdb.connect() as conn:
        found = conn.execute(
            f"""select s.*, f.value from '{asked.spine}' s asof left join '{asked.facts}' f
                on s.id = f.id and s.t0 > f.event_time"""
        ).to_arrow_table()
    return (
        time.perf_counter() - started,
        found.num_rows,
        sum(found["value"].drop_null().to_pylist()),
    )


if __name__ == "__main__":
    serve(
        ["duckdb"],
        [
            Way("event time", partial(asof, "event_time"), speed),
            Way("knowledge time", partial(asof, "known_at")),
            Way("SQL by hand", by_hand),
        ],
    )
