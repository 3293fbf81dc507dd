"""Fingerprint of a table against the cheapest pass that reads and hashes every byte of it."""

from __future__ import annotations

from bench.measure import Conn, Line, alternately, query, words

COLUMNS = (
    [f"f{i} double precision" for i in range(14)]
    + [f"i{i} integer" for i in range(7)]
    + [f"x{i} text" for i in range(4)]
    + ["n0 numeric(12, 2)", "n1 numeric(12, 2)"]
)
PLAIN = "select sum(length(sha256(record_send(t)))) from bench.wide as t"
OURS = "select count(*) from audit.fingerprint_days('bench.wide'::regclass, 't0', 't0_day') as d"


def prepare(conn: Conn, rows: int) -> None:
    """A table of 30 columns over 90 days, with the index that the store contract asks for."""
    conn.execute("create schema bench")
    conn.execute(
        "create table bench.wide (id bigint not null, t0 timestamptz not null,"
        " t0_day date not null, " + ", ".join(COLUMNS) + ")"
    )
    values = (
        ["(i::bigint * 7919 % 1000003) / 13.0"] * 14
        + ["(i::bigint * 31 % 65537)::integer"] * 7
        + ["'text of ' || (i % 5000)"] * 4
        + ["(i % 100000) / 100.0"] * 2
    )
    conn.execute(
        "insert into bench.wide select i, m.t0, (m.t0 at time zone 'UTC')::date, "
        + ", ".join(values)
        + f" from generate_series(1, {rows}) as i cross join lateral (select timestamptz"
        f" '2020-01-01 00:00+00' + (i::bigint * 7776000 / {rows + 1}) * interval '1 second')"
        " as m (t0)"
    )
    conn.execute("create index on bench.wide (t0_day)")
    conn.execute("vacuum (analyze) bench.wide")


def measure(conn: Conn, rows: int) -> list[Line]:
    """Serial and with two workers; then one changed day."""
    lines = []
    for workers in (0, 2):
        conn.execute(f"set max_parallel_workers_per_gather = {workers}")
        taken = alternately({"plain": query(conn, PLAIN), "ours": query(conn, OURS)}, 3)
        lines.append(
            Line(
                f"fingerprint of {rows:,} × 30, {workers or 'no'} parallel workers",
                words(taken["ours"]),
                f"`sum(length(sha256(record_send(t))))` {words(taken['plain'])}",
                f"{taken['ours'] / taken['plain']:.2f} ×",
                "≤ 1.5 ×",
            )
        )
    day = OURS.replace("'t0_day')", "'t0_day', array[date '2020-02-01'])")
    plain = PLAIN + " where t.t0_day = date '2020-02-01'"
    taken = alternately({"day": query(conn, day), "plain": query(conn, plain)}, 9)
    lines.append(
        Line(
            f"one changed day of {rows:,} × 30 ({rows // 90:,} rows), 2 parallel workers",
            words(taken["day"]),
            f"the plain pass over that day {words(taken['plain'])}",
            f"{taken['day'] / taken['plain']:.2f} ×",
            "≤ 50 ms",
        )
    )
    conn.execute("reset max_parallel_workers_per_gather")
    return lines
