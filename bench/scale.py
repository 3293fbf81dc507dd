"""The phones market at its size and at three times that: load, build, publish a little.

Both sizes are one generated world of the same length, so the larger one is three times as *dense*:
every window, cohort and area holds three times as many ads. Besides, 350,000 ads are loaded and a
table of as many rows is adopted: each is the real command in a process of its own, whose peak of
memory the system reports when it ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.layers import append_ads, correct_texts
from bench.measure import Conn, Line, clock, words
from timeseal.db.connect import connect
from timeseal.db.embedded import Embedded
from timeseal.seal import certificate

DATA = Path(__file__).parents[1] / "data"
DAYS = 120
STORE = "socio_market"
ENTRYPOINT = "ml.socio_market_feature_store_t0_v1_v"
RELEASE = "timeseal-super-metro-v4-2021-04-08"
ALL = "(all of them)"
WRITTEN = (
    "select sum(r.inserted + r.updated + r.deleted)::bigint"
    " from audit.refresh_store(%s, %s, %s) as r"
)
ADOPTED = """
create schema shop;
create table shop.listings (
  generation integer, listing_id bigint, edited_date timestamptz, title text, description text,
  price integer, storage_gb integer, postal_code text, status text, sold_date timestamptz,
  sold_price integer, primary key (generation, listing_id)
);
insert into shop.listings
select 13 + n % 5, n, now() - n * interval '20 seconds' - interval '60 days', 'iPhone ' || n,
  repeat('sold as it is, as described; ', 10), 4000 + n % 3000, 128, '0150',
  case when n % 3 = 0 then 'sold' else 'live' end,
  case when n % 3 = 0 then now() - n * interval '20 seconds' - interval '50 days' end,
  case when n % 3 = 0 then 3900 + n % 3000 end
from generate_series(1, {rows}) as n
"""
#: Lets somebody approve corrections of any day.
BUDGET = """
update audit.entrypoint set tolerant_days = 100000 where store = 'socio_market';
insert into audit.drift_budget (entrypoint, name, max_days, max_rows)
select e.entrypoint, 'bench', 100000, 100000000
from audit.entrypoint as e
where e.store = 'socio_market'
"""


@dataclass(frozen=True, slots=True)
class Done:
    """One command: how long it took and the most memory its process held, in MB."""

    seconds: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Built:
    """One size: its ads, the seconds of each layer, of the whole build, and of certifying it."""

    ads: int
    layers: dict[str, float]
    certified: float

    @property
    def rebuild(self) -> float:
        """Seconds of computing every layer of the store and certifying what it shows."""
        return sum(self.layers.values()) + self.certified


def measure(host: Embedded, quick: bool) -> Iterator[Line]:
    """Lines as they are measured: a run at full size takes long."""
    most = 35_000 if quick else 350_000
    yield _adopt(host, most)
    if not quick:
        yield _load(host, "bench_scale_most", most)
    built = []
    for ads in (3_500, 10_500) if quick else (35_000, 105_000):
        name = f"bench_scale_{ads}"
        yield _load(host, name, ads)
        with connect(host, name) as conn, connect(host, name, "worker") as worker:
            built.append(_build(conn, worker))
            yield from _increments(conn, built[-1])
    yield from _scaling(*built)


def run(host: Embedded, *arguments: str) -> Done:
    """`timeseal …` over a world that ends now, in a process of its own; raises when it fails."""
    command = [sys.executable, "-m", "bench.late_world", str(DAYS), *arguments]
    environment = {**os.environ, "TIMESEAL_HOME": str(host.home)}
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"timeseal {' '.join(arguments)}: exit {process.returncode}")
    return Done(time.perf_counter() - started, used.ru_maxrss / 1024)


def _load(host: Embedded, name: str, ads: int) -> Line:
    run(host, "db", "create", name, "--vertical", "phones")
    run(host, "load", "geo", "--db", name)
    done = run(host, "load", "phones", "--db", name, "--days", str(DAYS), "--listings", str(ads))
    return _client(f"`timeseal load phones`, {ads:,} ads over {DAYS} days", done)


def _adopt(host: Embedded, rows: int) -> Line:
    name = f"bench_adopted_{rows}"
    run(host, "db", "create", name, "--vertical", "phones")
    with connect(host, name) as conn:
        conn.execute(ADOPTED.format(rows=rows).encode())
    words_of = ("--key", "generation,listing_id", "--t0", "edited_date", "--db", name)
    done = run(host, "adopt", "shop.listings", *words_of)
    return _client(f"`timeseal adopt` of a table of {rows:,} rows", done)


def _client(what: str, done: Done) -> Line:
    held = f"{done.megabytes:.0f} MB held by the client"
    return Line(what, words(done.seconds), held, "–", "≤ 500 MB")


def _build(conn: Conn, worker: Conn) -> Built:
    """Build every layer from nothing as the first refresh does, then certify all that it shows."""
    from timeseal.market.geo import pin
    from timeseal.market.stores import declared
    from timeseal.seal import binding

    for one in declared(conn):
        binding.apply(conn, one, binding.plan(conn, one))
    pin(conn, RELEASE, "designed before every ad")
    conn.execute(BUDGET.encode())
    layers = _fill(conn)
    certificate.publish(conn, ENTRYPOINT)
    for sibling in _entrypoints(conn):
        certificate.publish(conn, sibling)
    certified = clock(
        lambda: [certificate.certify(conn, e, full_hash=True) for e in _entrypoints(conn)]
    )
    return Built(_ads(conn), layers, certified)


def _entrypoints(conn: Conn) -> list[str]:
    found = conn.execute(
        "select e.entrypoint from audit.entrypoint as e where e.store = %s order by 1", (STORE,)
    )
    return [row[0] for row in found.fetchall()]


def _ads(conn: Conn) -> int:
    row = conn.execute("select count(*) from store.tom_features_v1").fetchone()
    return int(row[0]) if row else 0


def _fill(conn: Conn) -> dict[str, float]:
    """Seconds of each layer in the product's own first refresh, which notes when each was done."""
    row = conn.execute("select clock_timestamp()").fetchone()
    assert row is not None
    conn.execute("select count(*) from audit.refresh_store(%s)", (STORE,))
    done = conn.execute(
        "select s.layer, s.refreshed_at from audit.layer_state as s where s.store = %s"
        " order by s.refreshed_at",
        (STORE,),
    ).fetchall()
    steps = pairwise([("", row[0]), *done])
    return {after[0]: (after[1] - before[1]).total_seconds() for before, after in steps}


def _increments(conn: Conn, built: Built) -> Iterator[Line]:
    """What a publish does after 0.1 % new ads, and after 350 corrections that somebody approves."""
    new = max(1, built.ads // 1000)
    append_ads(conn, new)
    yield _publish(conn, f"publish of {new} new ads", built)
    correct_texts(conn, 350)
    yield _publish(conn, "approval and publish of 350 corrected texts", built, approve=True)
    conn.execute(WRITTEN, (STORE, True, True))
    row = conn.execute("select count(*), max(m.layer) from audit.refresh_miss as m").fetchone()
    if row is None or row[0]:
        raise RuntimeError(f"a comparison of every row found what the refreshes missed: {row}")


def _publish(conn: Conn, what: str, built: Built, approve: bool = False) -> Line:
    """The two halves of a publish in one transaction, timed apart."""
    written: list[int] = []
    sealed: list[certificate.Certificate] = []

    def refresh() -> None:
        row = conn.execute(WRITTEN, (STORE, False, True)).fetchone()
        written.append(int(row[0]) if row else 0)

    def certify() -> None:
        for entrypoint in _entrypoints(conn):
            if approve:
                conn.execute("set local timeseal.budget = 'bench'")
                conn.execute(
                    "call audit.rebaseline_last_n_days(%s::regclass, 99999)", (entrypoint,)
                )
            sealed.append(certificate.certify(conn, entrypoint))

    with conn.transaction():
        halves = clock(refresh), clock(certify)
    for one in sealed:
        if not one.is_certified:
            raise RuntimeError(one.notes)
    slowest = sorted((c for one in sealed for c in one.checks), key=lambda c: -c.seconds)[:3]
    return Line(
        f"{what}, {built.ads:,} ads",
        f"{words(sum(halves))}: refresh {words(halves[0])} ({written[0]:,} rows written),"
        f" certificates {words(halves[1])} (checked: {sealed[-1].data_checked};"
        f" {', '.join(f'{c.gate} {words(c.seconds)}' for c in slowest)})",
        f"build {words(built.rebuild - built.certified)} + certificates {words(built.certified)}",
        f"1 / {built.rebuild / sum(halves):.0f}",
        "≤ 1 / 30",
    )


def _scaling(small: Built, large: Built) -> Iterator[Line]:
    """Seconds of each layer at both sizes."""
    for layer in (*small.layers, ALL):
        few, many = (
            sum(one.layers.values()) if layer == ALL else one.layers[layer]
            for one in (small, large)
        )
        yield Line(
            f"phones layer {layer}, {large.ads:,} ads",
            words(many),
            f"{small.ads:,} ads {words(few)}",
            f"{many / few:.1f} ×",
            f"linear: {large.ads / small.ads:.1f} ×",
        )
