"""Every way a reader can ask a guarded view, each with the one answer that carries no content.

A shape is a function of a reader's connection; those of one statement are listed in shapes.toml.
Anything but a refusal or the contentless answer that comes out of a closed door is a leak.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from tests.attack.market import GUARDED

Conn = psycopg.Connection[Any]
Answer = list[tuple[Any, ...]]

#: The planner's choices change where the guard sits.
_JOINS = ("", "enable_hashjoin", "enable_mergejoin", "enable_nestloop")


@dataclass(frozen=True, slots=True)
class Shape:
    """One form of reading; `ask` returns all that reached the reader."""

    name: str
    ask: Callable[[Conn], Answer]
    contentless: Answer | None = None


def _query(text: str) -> Callable[[Conn], Answer]:
    statement = text.replace("{v}", GUARDED).encode()

    def ask(conn: Conn) -> Answer:
        cursor = conn.execute(statement)
        while cursor.nextset():
            pass
        return cursor.fetchall() if cursor.description else []

    return ask


def _without(setting: str, text: str) -> Callable[[Conn], Answer]:
    ask = _query(text)

    def asked(conn: Conn) -> Answer:
        with conn.transaction():
            if setting:
                conn.execute(f"set local {setting} = off".encode())
            return ask(conn)

    return asked


def _copy(text: str) -> Callable[[Conn], Answer]:
    statement = text.replace("{v}", GUARDED).encode()

    def ask(conn: Conn) -> Answer:
        with conn.cursor() as cursor, cursor.copy(statement) as copy:
            return [(bytes(block).decode("latin-1"),) for block in copy]

    return ask


def _server_cursor(conn: Conn) -> Answer:
    with conn.transaction(), conn.cursor(name="peek") as cursor:
        cursor.execute(f"select item, note, price from {GUARDED} order by item")
        return cursor.fetchmany(3)


def _hold_cursor(conn: Conn) -> Answer:
    conn.execute(f"declare held cursor with hold for select item, note from {GUARDED} order by 1")
    try:
        return conn.execute("fetch 3 from held").fetchall()
    finally:
        conn.execute("close held")


def _ctas(conn: Conn) -> Answer:
    conn.execute(f"create temp table c1 as select item from {GUARDED}")
    try:
        return conn.execute("select item from c1 order by item").fetchall()
    finally:
        conn.execute("drop table c1")


def _parallel(conn: Conn) -> Answer:
    with conn.transaction():
        for setting in (
            "parallel_setup_cost = 0",
            "parallel_tuple_cost = 0",
            "min_parallel_table_scan_size = 0",
            "max_parallel_workers_per_gather = 2",
        ):
            conn.execute(f"set local {setting}".encode())
        return conn.execute(f"select count(*), sum(price) from {GUARDED}".encode()).fetchall()


def _pipeline(conn: Conn) -> Answer:
    with conn.pipeline():
        first = conn.execute(f"select item from {GUARDED} order by item limit 2")
        second = conn.execute(f"select max(price) from {GUARDED}")
        return first.fetchall() + second.fetchall()


def _binary(conn: Conn) -> Answer:
    with conn.cursor(binary=True) as cursor:
        return cursor.execute(f"select item, price from {GUARDED} order by item").fetchall()


def _do_block(conn: Conn) -> Answer:
    heard: list[str] = []

    def listen(diagnostic: psycopg.errors.Diagnostic) -> None:
        heard.append(diagnostic.message_primary or "")

    conn.add_notice_handler(listen)
    try:
        conn.execute(
            "do $$ declare r record; begin"
            f" for r in select item, note from {GUARDED} order by item limit 2 loop"
            " raise notice '% %', r.item, r.note; end loop; end $$"
        )
    finally:
        conn.remove_notice_handler(listen)
    return [(line,) for line in heard]


def _listed() -> list[Shape]:
    document = tomllib.loads(Path(__file__).with_name("shapes.toml").read_text())
    shapes = []
    for one in document["shape"]:
        empty = [tuple(row) for row in one["contentless"]] if "contentless" in one else None
        shapes.append(Shape(one["name"], _query(one["sql"]), empty))
    for one in document["absent"]:
        for setting in _JOINS:
            name = f"no match, {one['name']} {setting}".strip()
            shapes.append(Shape(name, _without(setting, one["sql"])))
    return shapes


SHAPES: list[Shape] = [
    *_listed(),
    Shape("copy", _copy("copy (select item, note from {v} order by item) to stdout")),
    Shape("copy binary", _copy("copy (select item from {v}) to stdout (format binary)")),
    Shape("copy of nothing", _copy("copy (select item from {v} where item = -1) to stdout")),
    Shape("create table as", _ctas),
    Shape("server-side cursor", _server_cursor),
    Shape("cursor with hold", _hold_cursor),
    Shape("forced parallel", _parallel),
    Shape("pipeline", _pipeline),
    Shape("binary protocol", _binary),
    Shape("do block", _do_block),
]
