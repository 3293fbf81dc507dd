"""The phones market: what comes late or puts something right, by key and by definition the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.databases import Databases
from tests.integration.refresh import batches
from tests.integration.refresh.batches import Conn

STORES = ("geo", "socio_market")
#: Some ads everywhere in time, the same on every run.
SOME = (
    " from raw.listing_observation as o where not exists (select from raw.listing_observation as e"
    " where e.generation = o.generation and e.listing_id = o.listing_id and e.observed_at <"
    " o.observed_at) and o.listing_id in (select d.listing_id from raw.listing_observation as d"
    " group by d.listing_id order by sha256((d.listing_id * %(seed)s)::text::bytea) limit 25)"
)
COLUMNS = (
    "select string_agg(quote_ident(a.attname), ', ' order by a.attnum), string_agg(case a.attname"
    " when 'run_id' then '{run}' when 'payload_sha256' then '''0''' when 'price' then"
    " 'o.price * 2' when 'listing_id' then 'o.listing_id + {add}' else 'o.' ||"
    " quote_ident(a.attname) end, ', ' order by a.attnum) from pg_attribute as a where a.attrelid ="
    " 'raw.listing_observation'::regclass and a.attnum > 0 and not a.attisdropped and"
    " a.attgenerated = ''"
)
EVENT = (
    "insert into raw.listing_event (generation, listing_id, event, event_time, event_time_kind,"
    " known_at, price, price_kind, mark, source, run_id) select o.generation, o.listing_id,"
    " %(what)s, o.observed_at + interval '5 h', 'platform', o.observed_at + interval '29 h',"
    " case when %(what)s = 'sold' then 3000 end, case when %(what)s = 'sold' then 'declared' end,"
    " case when %(what)s = 'spam_marked' then 'wtb' end, 'late', %(run)s" + SOME
)
ATTRIBUTE = (
    "insert into raw.attribute_event (generation, listing_id, attribute, value, event_time,"
    " known_at, source, method, method_version, run_id) select o.generation, o.listing_id,"
    " %(what)s, '1', o.observed_at - interval '2 hours', o.observed_at + %(delay)s::interval,"
    " %(source)s, 'late', '9', %(run)s" + SOME
)
SOURCES = {
    "real_sold_price": ("post_sold_audit", "40 hours"),
    "condition_score": ("healing", "-1 hour"),
    "sale_mode": ("ai_enrich", "10 hours"),
}


@pytest.fixture(scope="module")
def conn(databases: Databases, phones_template: str) -> Iterator[Conn]:
    database = databases.create(phones_template)
    yield database.connect()
    databases.drop(database)


def _refresh(conn: Conn) -> dict[str, tuple[str, int]]:
    return {
        layer: (route, written)
        for store in STORES
        for layer, route, written in conn.execute(
            "select r.layer, r.route, r.inserted + r.updated + r.deleted"
            " from audit.refresh_store(%s) as r",
            (store,),
        )
    }


def _observe(conn: Conn, run: int, seed: int, add: int) -> None:
    """The same ads again, dearer: a correction of the same instant, or other ads beside them."""
    row = conn.execute(COLUMNS.format(run=run, add=add).encode()).fetchone()
    assert row is not None
    into, values = row
    text = (
        f"insert into raw.listing_observation ({into}) select {values}{SOME} on conflict do nothing"
    )
    conn.execute(text.encode(), {"seed": seed})


@pytest.mark.one_major
def test_late_facts_and_corrections_of_every_kind(conn: Conn) -> None:
    with batches.undone(conn):
        _refresh(conn)
        kinds = ("sold", "spam_marked", *SOURCES, "prices", "ads")
        for seed, what in enumerate(kinds, start=3):
            opened = conn.execute("select raw.open_run('backfill', %s)", (what,)).fetchone()
            assert opened is not None
            given = {"run": opened[0], "seed": seed, "what": what}
            # windows over a copy of what they can read, and over the whole, by turns
            near = str(seed % 2)
            conn.execute("select set_config('timeseal.near_share', %s, true)", (near,))
            if what in ("prices", "ads"):
                _observe(conn, opened[0], seed, 0 if what == "prices" else 10**9)
            elif what in SOURCES:
                source, delay = SOURCES[what]
                conn.execute(ATTRIBUTE.encode(), given | {"source": source, "delay": delay})
            else:
                conn.execute(EVENT.encode(), given)
            conn.execute("select raw.close_run(%s)", opened)
            done = _refresh(conn)
            assert sum(written for _, written in done.values()) > 0, what
            assert any(route == "units" for route, _ in done.values()), what
            assert batches.differences(conn) == {}, what
