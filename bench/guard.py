"""What the guard costs a reader: per point read, and per scan.

A third view has the shape of the guarded one and asks nothing: what it costs is PostgreSQL's price
of a barrier, and no guard can be had for less.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.measure import Conn, Line, alternately, clock, query, words

VIEWS = Path(__file__).with_name("guard.sql")
POINTS = 2000
NAMES = {"open": "bench.entry", "guarded": "bench.guarded", "bare": "bench.bare"}


def prepare(conn: Conn) -> tuple[float, float]:
    """Seal the wide table; seconds of one certification, and of more when nothing moved."""
    conn.execute(VIEWS.read_bytes())
    seconds = clock(lambda: conn.execute("select audit.certify('bench.entry')"))
    status = conn.execute(
        "select status || ': ' || notes from audit.t0_cert_run order by run_id desc limit 1"
    ).fetchone()
    assert status is not None
    assert status[0].startswith("CERTIFIED"), status
    again = query(conn, "select audit.certify('bench.entry')")
    return seconds, alternately({"unchanged": again}, 3)["unchanged"]


def _of_each(conn: Conn, statement: str, rounds: int = 5) -> dict[str, float]:
    """Median seconds of one statement over each of the views, in turns, planned as settings are."""
    # psycopg prepares what it sends often, and a prepared plan outlives a setting
    conn.execute("discard plans")
    return alternately(
        {name: query(conn, statement.format(view)) for name, view in NAMES.items()}, rounds
    )


def _as_a_client(conn: Conn) -> dict[str, float]:
    """Median seconds of single prepared reads that a client sends, one view after the other."""

    def reader(view: str) -> Callable[[], object]:
        text = f"select e.f0 from {view} as e where e.id = 100".encode()
        return lambda: conn.execute(text, prepare=True).fetchall()

    return alternately({name: reader(view) for name, view in NAMES.items()}, POINTS)


def measure(conn: Conn, rows: int) -> list[Line]:
    """Prepared point reads in a loop inside the server and from a client, then whole scans."""
    seconds, unchanged = prepare(conn)
    loop = (
        "do $$ declare v double precision; begin for i in 1.."
        f"{POINTS} loop select e.f0 into v from {{}} as e where e.id = i * 100; end loop; end $$"
    )
    every_column = "select sum(length(sha256(record_send(e)))) from {} as e"
    keys = (
        "select k.i, e.f0 from generate_series(1, 50) as k (i)"
        " left join {} as e on e.id = k.i * 1000"
    )
    conn.execute("set plan_cache_mode = force_generic_plan")
    point = _of_each(conn, loop, 9)
    single = _as_a_client(conn)
    conn.execute("reset plan_cache_mode")
    conn.execute("set max_parallel_workers_per_gather = 2")
    shared = _of_each(conn, every_column)
    conn.execute("set max_parallel_workers_per_gather = 0")
    whole = _of_each(conn, every_column)
    counted = _of_each(conn, "select count(*) from {} as e")
    joined = _of_each(conn, keys)
    conn.execute("reset max_parallel_workers_per_gather")
    return [
        _point("point read by key", {name: taken / POINTS for name, taken in point.items()}),
        _point("one prepared point read as a client waits for it", single),
        _scan(f"scan of {rows:,} rows that uses every column", whole),
        _scan(f"the same scan, 2 parallel workers, {rows:,} rows", shared),
        Line(
            f"guard, `count(*)` of {rows:,} rows (the worst case: no column is touched)",
            words(counted["guarded"]),
            f"unguarded {words(counted['open'])}",
            f"{counted['guarded'] / counted['open']:.2f} ×",
            "–",
        ),
        Line(
            f"guard, left join of 50 keys to {rows:,} rows (a barrier view is read whole)",
            words(joined["guarded"]),
            f"unguarded {words(joined['open'])}",
            f"{joined['guarded'] / joined['open']:.0f} ×",
            "–",
        ),
        Line(
            f"certification of {rows:,} × 30, full coverage, all static gates",
            words(seconds),
            f"scan {words(whole['open'])}",
            f"{seconds / whole['open']:.1f} ×",
            "–",
        ),
        Line(
            f"certification of {rows:,} × 30 when no version stamp moved",
            words(unchanged),
            f"full coverage {words(seconds)}",
            f"1 / {seconds / unchanged:.0f}",
            "≤ 0.5 s",
        ),
    ]


def _point(what: str, taken: dict[str, float]) -> Line:
    return Line(
        f"guard, {what}",
        words(taken["guarded"]),
        f"unguarded {words(taken['open'])}",
        f"+ {words(taken['guarded'] - taken['open'])}"
        f" (a barrier that asks nothing: + {words(taken['bare'] - taken['open'])})",
        "≤ 50 µs more",
    )


def _scan(what: str, taken: dict[str, float]) -> Line:
    return Line(
        f"guard, {what}",
        words(taken["guarded"]),
        f"unguarded {words(taken['open'])}",
        f"{taken['guarded'] / taken['open']:.3f} ×"
        f" (a barrier that asks nothing: {taken['bare'] / taken['open']:.3f} ×)",
        "≤ 1.01 ×",
    )
