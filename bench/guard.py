"""What the guard costs a reader: per point read, and per scan."""

from __future__ import annotations

from pathlib import Path

from bench.measure import Conn, Line, alternately, clock, query, words

VIEWS = Path(__file__).with_name("guard.sql")
POINTS = 2000


def prepare(conn: Conn) -> tuple[float, float]:
    """Seal the wide table; seconds of one certification, and of one more when nothing moved."""
    conn.execute(VIEWS.read_bytes())
    seconds = clock(lambda: conn.execute("select audit.certify('bench.entry')"))
    status = conn.execute(
        "select status || ': ' || notes from audit.t0_cert_run order by run_id desc limit 1"
    ).fetchone()
    assert status is not None
    assert status[0].startswith("CERTIFIED"), status
    return seconds, clock(lambda: conn.execute("select audit.certify('bench.entry')"))


def measure(conn: Conn, rows: int) -> list[Line]:
    """Prepared point reads in a loop inside the server, then whole scans."""
    seconds, unchanged = prepare(conn)

    def points(view: str) -> str:
        return (
            "do $$ declare v double precision; begin for i in 1.."
            f"{POINTS} loop select e.f0 into v from {view} as e where e.id = i * 100;"
            " end loop; end $$"
        )

    def scan(view: str) -> str:
        return f"select sum(length(sha256(record_send(e)))) from {view} as e"

    def keys(view: str) -> str:
        return (
            "select k.i, e.f0 from generate_series(1, 50) as k (i)"
            f" left join {view} as e on e.id = k.i * 1000"
        )

    def count(view: str) -> str:
        return f"select count(*) from {view} as e"

    names = {"open": "bench.entry", "guarded": "bench.guarded"}
    conn.execute("set plan_cache_mode = force_generic_plan")
    point = alternately({k: query(conn, points(v)) for k, v in names.items()}, 5)
    conn.execute("reset plan_cache_mode")
    conn.execute("set max_parallel_workers_per_gather = 0")
    whole = alternately({k: query(conn, scan(v)) for k, v in names.items()}, 5)
    counted = alternately({k: query(conn, count(v)) for k, v in names.items()}, 5)
    joined = alternately({k: query(conn, keys(v)) for k, v in names.items()}, 5)
    conn.execute("reset max_parallel_workers_per_gather")
    per_read = (point["guarded"] - point["open"]) / POINTS
    return [
        Line(
            "guard, point read by key",
            words(point["guarded"] / POINTS),
            f"unguarded {words(point['open'] / POINTS)}",
            f"+ {words(per_read)}",
            "≤ 50 µs more",
        ),
        Line(
            f"guard, scan of {rows:,} rows that uses every column",
            words(whole["guarded"]),
            f"unguarded {words(whole['open'])}",
            f"{whole['guarded'] / whole['open']:.3f} ×",
            "≤ 1.01 ×",
        ),
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
