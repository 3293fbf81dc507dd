"""The two columns that run in PostgreSQL itself: Timeseal, and the date rule of usual practice.

Both are asked on the same database, with the same facts, in the session zone UTC, which is the kind
one for a rule of days.
"""

from __future__ import annotations

import io
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from psycopg import sql
from pyarrow import csv

from bench.peers.protocol import Pairs, Question, Speed, Way
from timeseal import AsofView, join_asof

HERE = Path(__file__).parent
Conn = psycopg.Connection[Any]
TIMES = ("t0", "event_time", "known_at")


def ways(conn: Conn) -> dict[str, list[Way]]:
    """Columns of the board by tool; `conn` is in autocommit and may create schemas."""
    conn.execute("create schema if not exists board")
    conn.execute("set timezone = 'UTC'")
    return {
        "Timeseal": [
            Way("join_asof", partial(_ours, conn), partial(_ours_timed, conn)),
            Way("windows by hand", partial(_ours_with_windows, conn)),
        ],
        "Usual practice": [
            Way("same day counts", partial(_days, conn, "<=")),
            Way("day before", partial(_days, conn, "<")),
        ],
    }


def _ours_with_windows(conn: Conn, question: Question) -> Pairs:
    """`join_asof` where it has the words, else the layer of plain SQL that somebody writes."""
    if question.kind == "latest":
        return _ours(conn, question)
    _put(conn, question)
    start = _since("f.event_time", "s.t0", question.window)
    return _rows(conn, question, HERE / "window.query.sql", old=start)


def _ours(conn: Conn, question: Question) -> Pairs:
    question.latest_only("join_asof")
    _put(conn, question)
    view = AsofView(
        "board.fact",
        key=question.key,
        known_at="known_at",
        event_time="event_time",
        columns=["value"],
        tie_breakers=["version"],
        max_age=question.ttl,
    )
    found = join_asof(conn, _spine(question), [view])
    return list(zip(found["row"].to_pylist(), found["value"].to_pylist(), strict=True))


def _days(conn: Conn, day: str, question: Question) -> Pairs:
    _put(conn, question)
    if question.kind == "latest":
        old = _since("f.event_time::date", "s.t0::date", question.ttl)
        file = HERE / "usual" / "date_rule.query.sql"
    else:
        old = _since("f.event_time::date", "s.t0::date", question.window)
        file = HERE / "usual" / "date_window.query.sql"
    return _rows(conn, question, file, old=old, day=day)


def _since(event: str, t0: str, span: timedelta | None) -> str:
    return f"{event} >= {t0} - interval '{span.total_seconds()} seconds'" if span else "true"


def _rows(conn: Conn, question: Question, file: Path, **words: str) -> Pairs:
    value = "count(f.event_time)" if question.kind == "count" else "sum(f.value)::bigint"
    key = " and ".join(f"s.{name} = f.{name}" for name in question.key)
    text = file.read_text(encoding="utf-8").format(value=value, key=key, **words)
    return conn.execute(text.encode()).fetchall()


def _put(conn: Conn, question: Question) -> None:
    """board.spine and board.fact, the facts in the physical order they came in."""
    for table, rows in (("spine", question.spine), ("fact", question.facts)):
        names = list(rows[0])
        columns = [
            sql.SQL("{} {}").format(
                sql.Identifier(name), sql.SQL("timestamptz" if name in TIMES else "bigint")
            )
            for name in names
        ]
        target = sql.Identifier("board", table)
        conn.execute(sql.SQL("drop table if exists {}").format(target))
        conn.execute(sql.SQL("create table {} ({})").format(target, sql.SQL(", ").join(columns)))
        with conn.cursor().copy(sql.SQL("copy {} from stdin").format(target)) as copy:
            for row in rows:
                copy.write_row([row[name] for name in names])


def _spine(question: Question) -> pa.Table:
    kinds = [
        (name, pa.timestamp("us", "UTC") if name in TIMES else pa.int64())
        for name in question.spine[0]
    ]
    return pa.Table.from_pylist(question.spine, pa.schema(kinds))


def load(conn: Conn, facts: Path) -> float:
    """Put the timed facts where Timeseal finds them, indexed; the seconds that takes."""
    started = time.perf_counter()
    conn.execute("drop table if exists board.many")
    conn.execute(
        "create table board.many"
        " (id bigint, event_time timestamptz, known_at timestamptz, value bigint)"
    )
    text = io.BytesIO()
    csv.write_csv(pq.read_table(facts), text, csv.WriteOptions(include_header=False))
    with conn.cursor().copy("copy board.many from stdin (format csv)") as copy:
        copy.write(text.getvalue())
    conn.execute("create index on board.many (id, event_time, known_at)")
    conn.execute("vacuum analyze board.many")
    return time.perf_counter() - started


def _ours_timed(conn: Conn, asked: Speed) -> tuple[float, int, int]:
    """Upload of the spine, the join and the Arrow table; `load` came before."""
    spine = pq.read_table(asked.spine)
    view = AsofView("board.many", key=["id"], known_at="known_at", event_time="event_time")
    started = time.perf_counter()
    found = join_asof(conn, spine, [view])
    seconds = time.perf_counter() - started
    return seconds, found.num_rows, sum(found["value"].drop_null().to_pylist())
