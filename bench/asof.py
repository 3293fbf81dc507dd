"""As-of joins beside DuckDB's ASOF and Feast on the same PostgreSQL, frame to frame.

One clock for all (facts count from known_at), because the others know only one. Each side starts
from a spine in the client's memory and ends with an Arrow (Feast: pandas) table there; all must
find the same values. DuckDB holds the facts in its own tables, in memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from psycopg.conninfo import conninfo_to_dict

from bench.measure import Conn, Line, alternately, words
from timeseal import AsofView, join_asof, plan_asof
from timeseal.db.server import Server

COLUMNS = ("f0", "f1", "f2", "f3", "f4")
PEERS = Path(__file__).with_name("peers") / ".venv" / "bin" / "python"
FEAST = Path(__file__).with_name("peers") / "asof_feast.py"
YEAR_US = 365 * 86_400_000_000
START = 1_735_689_600_000_000
#: The ways the planner did not choose; the first takes minutes where a key has many facts.
SLOW = ("merge", "ranges")
#: How keys are drawn from 10,000: evenly, or so that a few have most rows.
DRAWN = {"uniform": "random()", "skewed": "power(random(), 2)"}


def fill(conn: Conn, rows: int, views: int) -> None:
    """Facts with log-like delays, arriving in no order; the index that the plan itself asks for."""
    conn.execute("create schema asof")
    for keys, draw in DRAWN.items():
        for number in range(views):
            name = f"asof.{keys}{number}"
            conn.execute(
                f"create table {name} (id bigint not null, event_time timestamptz not null,"
                " known_at timestamptz not null, f0 float8, f1 float8, f2 float8, f3 float8,"
                " f4 float8)"
            )
            conn.execute(
                f"insert into {name} select ({draw} * 9999)::bigint, e.at,"
                " e.at - ln(1 - random()) * interval '6 hours',"
                " random(), random(), random(), random(), random()"
                " from (select timestamptz '2025-01-01Z' + random() * interval '8760 hours' as at"
                f" from generate_series(1, {rows})) as e"
            )
            (index,) = conn.execute(
                "select audit.asof_index(audit.asof_declare(%s::regclass, '{id}', 'known_at',"
                " p_columns => %s))",
                (name, list(COLUMNS)),
            ).fetchone() or ("",)
            conn.execute(index.encode())
            conn.execute(f"vacuum analyze {name}".encode())


def spine(rows: int, keys: str) -> pa.Table:
    """Questions over the year, drawn like the facts."""
    dice = np.random.default_rng(7)
    drawn = dice.random(rows) ** (2 if keys == "skewed" else 1)
    return pa.table(
        {
            "id": pa.array((drawn * 9999).round().astype(np.int64)),
            "t0": pa.array(START + (dice.random(rows) * YEAR_US).astype(np.int64)).cast(
                pa.timestamp("us", "UTC")
            ),
        }
    )


def measure(conn: Conn, host: Server, database: str, quick: bool) -> list[Line]:
    """100 k × 1 view, 200 k × 4 views with even and with skewed keys."""
    scale = 10 if quick else 1
    fill(conn, 1_000_000 // scale, 4)
    duck = duckdb.connect()
    for keys in DRAWN:
        for number in range(4):
            facts = _facts(host.dsn(database), f"asof.{keys}{number}")
            duck.execute(f"create table {keys}{number} as select * from facts")
            del facts
    lines: list[Line] = []
    for rows, views, keys in (
        (100_000, 1, "uniform"),
        (200_000, 4, "uniform"),
        (200_000, 4, "skewed"),
    ):
        asked = spine(rows // scale, keys)
        lines += _one(host.dsn(database), duck, asked, [f"{keys}{n}" for n in range(views)])
    return lines


def _facts(dsn: str, name: str) -> pa.Table:
    import adbc_driver_postgresql.dbapi as adbc

    with adbc.connect(dsn) as conn, conn.cursor() as cursor:
        cursor.execute(f"select * from {name}")
        return cursor.fetch_arrow_table()


def _one(
    dsn: str, duck: duckdb.DuckDBPyConnection, asked: pa.Table, tables: list[str]
) -> list[Line]:
    views = [
        AsofView(
            f"asof.{name}", key=["id"], known_at="known_at", columns=COLUMNS, prefix=f"{name}_"
        )
        for name in tables
    ]
    question = _asof(tables)
    plan = plan_asof(dsn, asked, views)[0]

    def ours(workers: int | None = None) -> Callable[[], pa.Table]:
        return lambda: join_asof(dsn, asked, views, workers=workers)

    def theirs() -> pa.Table:
        duck.register("spine", asked)
        return duck.sql(question).to_arrow_table()

    expected = _digest(theirs())
    works: dict[str, Callable[[], object]] = {"ours": ours(), "duck": theirs}
    taken = alternately(works, 5)
    slow: dict[str, float] = {}
    for strategy in SLOW if len(tables) == 1 else SLOW[1:]:
        start = time.perf_counter()
        found = join_asof(dsn, asked, views, strategy=strategy)
        slow[strategy] = time.perf_counter() - start
        assert _digest(found) == expected, (strategy, _digest(found), expected)
    assert _digest(ours()()) == expected
    alone = alternately({"alone": ours(workers=1)}, 2)["alone"]
    _say(f"DuckDB {taken['duck']:.2f} s, ours {taken['ours']:.2f} s, others {slow}; asking Feast")
    what = f"as-of join, {asked.num_rows:,} rows × {len(tables)} views, {tables[0][:-1]} keys"
    uniform = tables[0].startswith("uniform")
    feast = _feast(dsn, asked, tables, expected) if uniform else None
    silent = "Feast is not installed: bench/peers/venv" if uniform else "not asked of Feast"
    _say(f"Feast {feast:.2f} s" if feast else silent)
    return [
        Line(
            f"{what} (planner: {plan.strategy})",
            words(taken["ours"]),
            f"DuckDB ASOF, in memory {words(taken['duck'])}",
            f"{taken['ours'] / taken['duck']:.2f} ×",
            "≤ 2 ×",
        ),
        Line(
            f"{what}, Feast on the same PostgreSQL",
            words(taken["ours"]),
            f"Feast {words(feast)}" if feast else silent,
            f"{feast / taken['ours']:.0f} × faster" if feast else "–",
            "≥ 20 × faster",
        ),
        Line(
            f"{what}, other ways",
            f"one session {words(alone)}",
            ", ".join(f"{way} {words(seconds)}" for way, seconds in slow.items()),
            ", ".join(f"{seconds / taken['ours']:.1f} ×" for seconds in slow.values()),
            "–",
        ),
    ]


def _asof(tables: list[str]) -> str:
    columns = ", ".join(
        f"{name}.{column} as {name}_{column}" for name in tables for column in COLUMNS
    )
    joins = " ".join(
        f"asof left join {name} on s.id = {name}.id and s.t0 > {name}.known_at" for name in tables
    )
    # the spine's order is asked of both sides
    return (
        f"select s.id, s.t0, {columns} from (select *, row_number() over () as n from spine) as s"
        f" {joins} order by s.n"
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _digest(table: pa.Table) -> tuple[int, int, float]:
    """Rows, known values and their sum: enough to notice another answer."""
    numbers = [one for one in table.columns if pa.types.is_floating(one.type)]
    known = sum(len(one) - one.null_count for one in numbers)
    return table.num_rows, known, round(sum(pc.sum(one).as_py() or 0.0 for one in numbers), 3)


def _feast(
    dsn: str, asked: pa.Table, tables: list[str], expected: tuple[int, int, float]
) -> float | None:
    """Seconds of one warm call, in its own process and environment; None when it is not there."""
    if not PEERS.is_file():
        return None
    address = conninfo_to_dict(dsn)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "spine.parquet")
        pq.write_table(asked, file)
        question = {
            "server": {
                "host": address["host"],
                "port": int(address.get("port") or 5432),
                "database": address["dbname"],
                "db_schema": "public",
                "user": address["user"],
                "password": address["password"],
            },
            "schema": "asof",
            "spine": str(file),
            "tables": tables,
            "columns": list(COLUMNS),
        }
        done = subprocess.run(
            [str(PEERS), str(FEAST)],
            input=json.dumps(question),
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "FEAST_USAGE": "False"},
        )
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
        raise RuntimeError("Feast did not answer")
    answer = json.loads(done.stdout.splitlines()[-1])
    found = (answer["rows"], answer["known"], round(answer["sum"], 3))
    assert found == expected, (found, expected)
    return float(answer["seconds"])
