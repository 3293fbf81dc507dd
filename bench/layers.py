"""Layers of the cars market at its real size and ten times that; publishing a little against all.

Ten times means ten markets of the same density beside each other: cohorts, brands and areas are
copied under new names, so that windows per cohort and area hold as many ads as before while tables,
indexes and market-wide windows hold ten times as many.
"""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Any

from bench.measure import Conn, Line, clock, words

DATA = Path(__file__).parents[1] / "data"
ENTRYPOINT = "ml.survival_feature_store_t0_v1_v"
LAYERS = (
    "select m.layer from audit.materialisation as m where m.store = 'survival' order by m.ordinal"
)
ALL = "(all of them)"
DAYS = (
    "select d.t0_day, d.day_sha256"
    f" from audit.fingerprint_days('{ENTRYPOINT}'::regclass, 't0', 't0_day') as d"
)
EVENT_COLUMNS = "event, event_time, event_time_kind, known_at, price, price_kind, mark, source"


def build(conn: Conn, worker: Conn) -> None:
    """Install, load all real ads, bind."""
    from timeseal.db import install
    from timeseal.market.facts import load_cars
    from timeseal.market.geo import load_geo
    from timeseal.market.stores import declared
    from timeseal.seal import binding

    install.apply(conn, install.plan(conn, ["market", "cars"]))
    load_geo(worker, DATA / "germany-geo")
    load_cars(worker, DATA / "kleinanzeigen-cars" / "kleinanzeigen_cars_34864.csv")
    for declaration in declared(conn):
        binding.apply(conn, declaration, binding.plan(conn, declaration))
    conn.execute("vacuum (analyze)")


def _columns(conn: Conn, table: str, changed: dict[str, str]) -> tuple[str, str]:
    names = [
        name
        for (name,) in conn.execute(
            "select a.attname from pg_attribute as a where a.attrelid = %s::regclass"
            " and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum",
            (table,),
        )
    ]
    return ", ".join(names), ", ".join(changed.get(name, f"f.{name}") for name in names)


def multiply(conn: Conn) -> None:
    """Nine more markets beside the first, as one backfill."""
    run = _one(conn, "select raw.open_run('backfill', 'bench: nine more markets')")
    changed = {
        "generation": "f.generation + 1000 * k",
        "listing_id": "f.listing_id + 1000000000000 * k",
        "run_id": str(run),
        "brand": "f.brand || ' ' || k",
        "postal_code": "chr(64 + k) || f.postal_code",
    }
    for table in ("raw.listing_observation", "raw.listing_event"):
        into, values = _columns(conn, table, changed)
        conn.execute(
            f"insert into {table} ({into}) select {values} from {table} as f"
            " cross join generate_series(1, 9) as k"
            f" where f.listing_id > 0 and f.run_id <> {run}".encode()
        )
    conn.execute("select raw.close_run(%s)", (run,))
    conn.execute("vacuum (analyze)")


def _one(conn: Conn, statement: str) -> Any:
    row = conn.execute(statement.encode()).fetchone()
    assert row is not None
    return row[0]


def count(conn: Conn) -> int:
    """Ads in the base layer."""
    return int(_one(conn, "select count(*) from store.tom_features_v1"))


def refresh(conn: Conn, full: bool) -> tuple[float, int]:
    """Seconds of one refresh and how many stored rows it wrote; in part, as a publish does it."""
    written = 0

    def work() -> None:
        nonlocal written
        written = _one(
            conn,
            "select sum(r.inserted + r.updated + r.deleted)"
            f" from audit.refresh_store('survival', {full}, not {full}) as r",
        )

    return clock(work), written


def fill(conn: Conn) -> dict[str, float]:
    """Seconds in which each layer is computed and written into its stored table, in order."""
    horizon = _one(conn, "select raw.safe_horizon()")
    taken = {}
    for (layer,) in conn.execute(LAYERS).fetchall():
        taken[layer] = clock(
            lambda layer=layer: conn.execute(
                "select r.inserted from audit.materialisation as m"
                " cross join lateral audit.refresh_layer(m, true, null, %s) as r"
                " where m.layer = %s",
                (horizon, layer),
            )
        )
    return taken


def scaling(small: dict[str, float], large: dict[str, float], rows: tuple[int, int]) -> list[Line]:
    """Seconds at both sizes; ten is linear."""
    small, large = ({**taken, ALL: sum(taken.values())} for taken in (small, large))
    return [
        Line(
            f"layer {layer}, {rows[1]:,} ads",
            words(large[layer]),
            f"{rows[0]:,} ads {words(small[layer])}",
            f"{large[layer] / small[layer]:.1f} ×",
            f"linear: {rows[1] / rows[0]:.0f} ×",
        )
        for layer in small
    ]


def append_ads(conn: Conn, rows: int) -> None:
    """Ads that are seen for the first time now."""
    run = _one(conn, "select raw.open_run('ingest', 'bench: new ads')")
    into, values = _columns(
        conn,
        "raw.listing_observation",
        {
            "listing_id": f"-{run} * 1000000 - row_number() over (order by f.listing_id)",
            "observed_at": "clock_timestamp()",
            "run_id": str(run),
        },
    )
    conn.execute(
        f"insert into raw.listing_observation ({into}) select {values} from (select o.* from"
        f" raw.listing_observation as o order by o.observed_at desc limit {rows}) as f".encode()
    )
    conn.execute("select raw.close_run(%s)", (run,))


def _correct(conn: Conn, rows: int) -> None:
    """Ends that become known late, at random days: a declared backfill."""
    run = _one(conn, "select raw.open_run('backfill', 'bench: late ends')")
    conn.execute(
        f"insert into raw.listing_event (generation, listing_id, {EVENT_COLUMNS}, run_id)"
        " select o.generation, o.listing_id, 'gone', o.observed_at + interval '30 hours', 'policy',"
        " o.observed_at + interval '102 hours', o.price, 'last_ask', null, 'bench', %s"
        " from raw.listing_observation as o where o.listing_id > 0 and o.payload_sha256 <> '!'"
        " and not exists (select from raw.listing_event as h"
        " where h.generation = o.generation and h.listing_id = o.listing_id)"
        " order by sha256(o.listing_id::text::bytea) limit %s",
        (run, rows),
    )
    conn.execute("select raw.close_run(%s)", (run,))


def correct_texts(conn: Conn, rows: int) -> None:
    """Texts of ads at random days that are put right: another observation of the same instant."""
    run = _one(conn, "select raw.open_run('backfill', 'bench: corrected texts')")
    into, values = _columns(
        conn,
        "raw.listing_observation",
        {"title": "f.title || ' corrected'", "payload_sha256": "'!'", "run_id": str(run)},
    )
    conn.execute(
        f"insert into raw.listing_observation ({into}) select {values} from (select o.* from"
        " raw.listing_observation as o where o.listing_id > 0 and not exists (select from"
        " raw.listing_observation as c where c.generation = o.generation"
        " and c.listing_id = o.listing_id"
        " and (c.payload_sha256 = '!' or c.observed_at < o.observed_at))"
        f" order by sha256(o.listing_id::text::bytea) limit {rows}) as f".encode()
    )
    conn.execute("select raw.close_run(%s)", (run,))


def increments(conn: Conn, rebuild: float, rows: int) -> list[Line]:
    """0.1 % new ads above the last horizon; 350 corrections at random days, of two kinds.

    A text changes the rows of its ad. An end that becomes known late changes, and rightly, every
    later ad whose window holds it: how many rows were written stands beside.
    """
    lines = []
    for what, change, count in (
        ("new ads above the last horizon", append_ads, max(1, rows // 1000)),
        ("corrected texts at random days", correct_texts, 350),
        ("late ends at random days", _correct, 350),
    ):
        change(conn, count)
        seconds, written = refresh(conn, full=False)
        kept = dict(conn.execute(DAYS).fetchall())
        check, _ = refresh(conn, full=True)
        same = dict(conn.execute(DAYS).fetchall()) == kept
        lines.append(
            Line(
                f"refresh after {count} {what}, {rows:,} ads",
                f"{words(seconds)} ({written:,} rows written)",
                f"full build {words(rebuild)} (comparing all rows: {words(check)})",
                f"1 / {rebuild / seconds:.0f}" + ("" if same else " BUT ANOTHER FINGERPRINT"),
                "≤ 1 / 30",
            )
        )
    return lines


def memory() -> Line:
    """The most that the client held: it loads the files, the server refreshes the rows."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Line(
        "memory of the client, load and all refreshes", f"{held:.0f} MB", "–", "–", "≤ 500 MB"
    )
