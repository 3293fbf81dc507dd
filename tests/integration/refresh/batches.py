"""Random batches of facts over a small cars market, and the one thing that must hold after each.

Times lie on a coarse grid over two months, so that windows of 24 to 720 hours begin, end and tie;
cohorts, places and brands are few, so that ads are each other's neighbours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import psycopg
from hypothesis import strategies as st

Conn = psycopg.Connection[Any]
START = datetime(2016, 3, 1, tzinfo=UTC)
STORES = "select distinct e.store from audit.entrypoint as e where e.store is not null order by 1"
FACTS = ("raw.listing_observation", "raw.listing_event", "raw.attribute_event")
LAYERS = (
    "select m.layer, m.store, audit.relation_name(m.stored), audit.relation_name(m.source),"
    " m.t0_column from audit.materialisation as m order by m.store, m.ordinal"
)
OBSERVATION = (
    "insert into raw.listing_observation (generation, listing_id, observed_at, source, run_id,"
    " price, title, model, postal_code, payload_sha256, brand, power_ps, mileage_km,"
    " first_registration_year, published_on) values (%(generation)s, %(listing)s, %(at)s, 'test',"
    " %(run)s, %(price)s, %(title)s, 'm', %(postal)s, %(payload)s, %(brand)s, %(power)s, 90000,"
    " 2005, %(day)s) on conflict do nothing"
)
EVENT = (
    "insert into raw.listing_event (generation, listing_id, event, event_time, event_time_kind,"
    " known_at, price, price_kind, mark, source, run_id) values (%(generation)s, %(listing)s,"
    " %(event)s, %(at)s, 'first_observed', %(known)s, %(price)s::integer,"
    " case when %(price)s::integer is not null then 'last_ask' end,"
    " case %(event)s::text when 'spam_marked' then 'spam' end, 'test', %(run)s)"
    " on conflict do nothing"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a crawl saw: a new ad, an earlier sight, another text at the same instant, a twin."""

    listing: int
    generation: int
    hour: int
    price: int | None
    power: int | None
    postal: str | None
    brand: str | None
    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Told:
    """What became known of an ad, however late."""

    listing: int
    generation: int
    event: Literal["gone", "sold", "spam_marked"]
    hour: int
    delay: int
    price: int | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Facts of one run; one that stays open is refreshed over, and ended by the next batch."""

    facts: tuple[Seen | Told, ...]
    stays_open: bool


_hours = st.integers(0, 60).map(lambda n: n * 24) | st.integers(0, 1440)
_listings = st.integers(1, 14)
_generations = st.sampled_from((1, 1, 1, 2))
_seen = st.builds(
    Seen,
    _listings,
    _generations,
    _hours,
    st.sampled_from((None, 0, 500, 700, 1000)),
    st.sampled_from((None, 60, 75, 150)),
    st.sampled_from((None, "10115", "10117", "80331")),
    st.sampled_from((None, "a", "b")),
    st.sampled_from(("Golf TDI", "Polo", "golf_tdi")),
    st.sampled_from(("1", "2", "3")),
)
_told = st.builds(
    Told,
    _listings,
    _generations,
    st.sampled_from(("gone", "sold", "spam_marked")),
    _hours,
    st.sampled_from((0, 1, 24, 72, 240, 800)),
    st.sampled_from((None, 400, 900)),
)
#: Enough ads to have neighbours first; then anything, in any order.
worlds = st.tuples(
    st.lists(_seen, min_size=6, max_size=14).map(lambda facts: Batch(tuple(facts), False)),
    st.lists(
        st.builds(
            Batch,
            st.lists(_seen | _told | _told, min_size=1, max_size=6).map(tuple),
            st.booleans(),
        ),
        min_size=1,
        max_size=4,
    ),
)


@contextmanager
def undone(conn: Conn) -> Iterator[None]:
    """Whatever happens inside is rolled back; runs and their facts share one transaction."""
    with conn.transaction(force_rollback=True):
        for table in FACTS:
            conn.execute(f"alter table {table} disable trigger admit_facts".encode())
        yield


def write(conn: Conn, batch: Batch) -> int:
    """Write a batch as one backfill run, and end it unless it stays open."""
    row = conn.execute("select raw.open_run('backfill', 'random')").fetchone()
    assert row is not None
    run = int(row[0])
    for fact in batch.facts:
        at = START + timedelta(hours=fact.hour)
        known = at + timedelta(hours=getattr(fact, "delay", 0))
        row = asdict(fact) | {"at": at, "known": known, "day": at.date(), "run": run}
        conn.execute(OBSERVATION if isinstance(fact, Seen) else EVENT, row)
    if not batch.stays_open:
        conn.execute("select raw.close_run(%s)", (run,))
    return run


def refresh(conn: Conn, full: bool = False) -> dict[str, int]:
    """Refresh every store; rows written by layer."""
    return {
        layer: written
        for (store,) in conn.execute(STORES).fetchall()
        for layer, written in conn.execute(
            "select r.layer, r.inserted + r.updated + r.deleted"
            " from audit.refresh_store(%s, %s) as r",
            (store, full),
        )
    }


def differences(conn: Conn, stores: Collection[str] = ()) -> dict[str, list[Any]]:
    """Rows below the horizon that are stored otherwise than the definition says, by layer.

    Of all stores, unless some are named.
    """
    found = {}
    for layer, store, stored, source, t0 in conn.execute(LAYERS).fetchall():
        if stores and store not in stores:
            continue
        below = (
            f"where t0 < (select s.horizon from audit.refresh_state as s where s.store = '{store}')"
            if t0
            else ""
        )
        rows = conn.execute(
            f"with said as materialized (select v::text from {source} as v {below}),"
            f" kept as materialized (select t::text from {stored} as t)"
            " (select 'missing', x.* from (table said except all table kept) as x)"
            " union all (select 'wrong', x.* from (table kept except all table said) as x)".encode()
        ).fetchall()
        if rows:
            found[layer] = rows
    return found
