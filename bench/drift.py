"""Explaining drift against hashing everything; and what cell digests add to a first baseline."""

from __future__ import annotations

from bench.measure import Conn, Line, alternately, query, words

DECLARE = (
    "create view bench.sealed as select w.* from bench.wide as w;"
    " grant usage on schema bench to timeseal_owner;"
    " alter table bench.wide owner to timeseal_owner;"
    " alter view bench.sealed owner to timeseal_owner;"
    " insert into audit.entrypoint (entrypoint, relid, key_columns, t0_column, day_column,"
    " guarded_view) values ('bench.sealed', 'bench.sealed'::regclass, '{id}', 't0', 't0_day', '-');"
    " select audit.attach_stamp('bench.wide'::regclass)"
)
FIRST = "call audit.rebaseline_last_n_days('bench.sealed'::regclass)"
CHANGE = "update bench.wide set f3 = f3 + 1, x1 = 'q' where id in (20, {0} / 2, {0} - 20)"
DAYS = "select count(*) from audit.drift_days('bench.sealed')"
CELLS = (
    "select count(*) from audit.drift_cells('bench.sealed',"
    " (select array_agg(d.t0_day) from audit.drift_days('bench.sealed') as d), 20)"
)
HASH = "select audit.current_days('bench.sealed')"
ALL_DAYS = "(select array_agg(distinct w.t0_day) from bench.wide as w)"
WITH = (
    "select count(*), sum(cardinality(d.cells)) from audit.row_digests('bench.wide'::regclass,"
    f" '{{id}}', 't0', 't0_day', {ALL_DAYS}, true) as d"
)
WITHOUT = (
    "select count(*), sum(length(d.leaf)) from audit.row_digests('bench.wide'::regclass,"
    f" '{{id}}', 't0', 't0_day', {ALL_DAYS}) as d"
)


def measure(conn: Conn, rows: int) -> list[Line]:
    """Three changed rows on three days of the wide table; it stays changed."""
    conn.execute(DECLARE)
    conn.execute(FIRST)
    conn.execute(CHANGE.format(rows).encode())
    asked = {"days": DAYS, "both": CELLS, "hash": HASH}
    taken = alternately({name: query(conn, text) for name, text in asked.items()}, 3)
    digests = alternately({"with": query(conn, WITH), "without": query(conn, WITHOUT)}, 1)
    return [
        Line(
            f"drift of {rows:,} × 30, three changed days: found and classified",
            words(taken["days"]),
            f"hash of every row {words(taken['hash'])}",
            f"{taken['days'] / taken['hash']:.2f} ×",
            "≤ 3 s",
        ),
        Line(
            "the same down to row and column",
            words(taken["both"]),
            f"hash of every row {words(taken['hash'])}",
            f"{taken['both'] / taken['hash']:.2f} ×",
            "≤ 3 s",
        ),
        Line(
            f"cell digests beside the leaves of a first baseline of {rows:,} × 30",
            words(digests["with"]),
            f"leaves alone {words(digests['without'])}",
            f"{digests['with'] / digests['without']:.2f} ×",
            "≤ 1.25 ×",
        ),
    ]
