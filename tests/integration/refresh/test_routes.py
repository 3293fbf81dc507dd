"""Which route each layer takes and why; a reach that lies; the published REFRESH statements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from tests.databases import Database, Databases
from tests.integration.refresh import batches
from tests.integration.refresh.batches import Batch, Conn, Seen, Told

from timeseal.seal import refresh

STORE = "survival"
ENTRYPOINT = "ml.survival_feature_store_t0_v1_v"
#: Those of the nine published REFRESH statements whose layers this market has, in their order.
RUNBOOK = (
    "refresh materialized view ml.tom_features_v1_mv",
    "refresh materialized view ml.tom_labels_v1_mv",
    "refresh materialized view ml.tom_train_base_v1_mv",
    "refresh materialized view ml.sold_durations_v1_mv",
    "refresh materialized view ml.ask_daily_median_v1",
    "refresh materialized view ml.sold_prices_v1_mv",
    "refresh materialized view concurrently ml.tom_features_v1_enriched_mv",
    "refresh materialized view concurrently ml.tom_features_v1_enriched_clean_mv",
)
BLOCK = (
    "call audit.rebaseline_last_n_days('ml.survival_feature_store_t0_v1_v'::regclass, 10)",
    "call audit.run_t0_cert_survival_v1(10)",
    "select audit.require_certified_strict('ml.survival_feature_store_t0_v1_v')",
)


def seen(listing: int, hour: int, **values: Any) -> Seen:
    """An ad like every other, but for what is said."""
    given = {"generation": 1, "price": 700, "power": 75, "postal": "10115", "brand": "a"}
    return Seen(listing, hour=hour, **(given | {"title": "Golf", "payload": "1"} | values))


FIRST = Batch(
    (
        *(seen(listing, 40 * listing) for listing in range(1, 25)),
        *(Told(listing, 1, "gone", 40 * listing + 30, 72, 600) for listing in range(1, 20, 2)),
    ),
    False,
)


@pytest.fixture(scope="module")
def market(databases: Databases, market_template: str) -> Iterator[Database]:
    """Twenty-four ads, refreshed, not certified; tests undo what they do or take a copy."""
    database = databases.create(market_template)
    conn = database.connect()
    batches.write(conn, FIRST)
    batches.refresh(conn)
    yield database
    databases.drop(database)


@pytest.fixture(scope="module")
def conn(market: Database) -> Conn:
    return market.connect()


def routes(conn: Conn) -> dict[str, str]:
    return {one.layer: one.route for one in refresh.plan(conn, STORE).layers}


def test_only_what_a_late_end_can_reach_is_looked_at(conn: Conn) -> None:
    with batches.undone(conn):
        batches.write(conn, Batch((Told(20, 1, "gone", 810, 24, 500),), False))
        planned = refresh.plan(conn, STORE)
        found = {one.layer: one for one in planned.layers}
        assert planned.is_late
        assert planned.new_runs == 1
        assert found["tom_features_v1_enriched"].route == "units"
        assert (
            "sold_prices_v1: the same generation and t0 in (known_at, event_time + 720:00:00]"
            in found["tom_features_v1_enriched"].why
        )
        for layer in ("ask_median_v1", "cars_context_v1", "geo_pinned_v1"):
            assert (found[layer].route, found[layer].why) == ("none", ())
        written = batches.refresh(conn)
        assert written["sold_durations_v1"] == 1
        assert 0 < written["tom_features_v1_enriched"] <= 4
        assert batches.differences(conn) == {}


def test_a_layer_never_runs_before_what_it_reads(conn: Conn) -> None:
    planned = {one.layer: one.step for one in refresh.plan(conn, STORE).layers}
    edges = conn.execute(
        "select i.layer, i.input from audit.layer_inputs(%s) as i where i.kind = 'layer'", (STORE,)
    ).fetchall()
    assert len(edges) > 10
    assert [edge for edge in edges if planned[edge[0]] <= planned[edge[1]]] == []
    assert list(planned.values()) == sorted(planned.values())


def test_another_definition_means_every_row(conn: Conn) -> None:
    with batches.undone(conn):
        conn.execute(
            "set local role timeseal_owner;"
            " create or replace function ref.excludes_listing(p_mark text) returns boolean"
            " language sql immutable parallel safe begin atomic select p_mark = 'other'; end"
        )
        planned = {one.layer: one for one in refresh.plan(conn, STORE).layers}
        assert planned["tom_features_v1_enriched_clean"].why == ("its definition changed",)
        assert planned["ask_median_v1"].route == "none"


def test_another_release_means_every_row_of_who_reads_it(conn: Conn) -> None:
    with batches.undone(conn):
        for table in ("release", "geo_postal"):
            conn.execute(f"alter table ref.{table} disable trigger user".encode())
        run = batches.write(conn, Batch((), False))
        conn.execute(
            "insert into ref.release (release_id, title, publisher, published_at, licence,"
            " content_sha256, row_count, run_id) values ('geonames-de-2026-03-30', 't', 'p',"
            " '2016-01-01', 'l', '0', 1, %s)",
            (run,),
        )
        conn.execute(
            "insert into ref.geo_postal values ('geonames-de-2026-03-30', '2016-01-01', '10115',"
            " 'Berlin', 'Berlin', '11000', 'Berlin', 52.5, 13.4, 1)"
        )
        planned = {one.layer: one for one in refresh.plan(conn, STORE).layers}
        assert "geo_postal: it changed" in planned["geo_pinned_v1"].why
        assert planned["geo_pinned_v1"].route == "full"
        assert batches.refresh(conn)["geo_pinned_v1"] == 24
        assert batches.differences(conn) == {}


def test_a_change_that_nobody_declared_means_every_row(conn: Conn) -> None:
    with batches.undone(conn):
        conn.execute("delete from audit.layer_reach where layer = 'ask_median_v1'")
        conn.execute(
            "update audit.materialisation set rows_of = null where layer = 'ask_median_v1'"
        )
        batches.write(conn, Batch((seen(30, 500),), False))
        assert routes(conn)["ask_median_v1"] == "full"
        batches.refresh(conn)
        assert batches.differences(conn) == {}


def test_a_reach_that_is_too_short_is_found_and_told(conn: Conn) -> None:
    told: list[str] = []
    conn.add_notice_handler(
        lambda notice: (
            told.append(notice.message_primary or "") if notice.sqlstate == "TS006" else None
        )
    )
    with batches.undone(conn):
        conn.execute(
            "update audit.layer_reach set look_back = interval '30 hours'"
            " where layer = 'ask_median_v1'"
        )
        batches.write(conn, Batch((seen(30, 500, price=90),), False))
        batches.refresh(conn)
        wrong = batches.differences(conn)
        assert set(wrong) >= {"ask_median_v1"}
        assert told == []
        written = batches.refresh(conn, full=True)
        assert written["ask_median_v1"] == len(wrong["ask_median_v1"]) / 2
        assert batches.differences(conn) == {}
        assert "survival.ask_median_v1 differed although the planner held them for done" in told[0]
        missed = conn.execute("select m.layer, m.updated from audit.refresh_miss as m").fetchall()
        assert missed[0] == ("ask_median_v1", written["ask_median_v1"])
    told.clear()
    with batches.undone(conn):
        batches.write(conn, Batch((seen(30, 500, price=90),), False))
        batches.refresh(conn, full=True)
    assert told == [], "an honest reach misses nothing"


def test_a_reach_is_believed_for_a_day_whoever_refreshes(conn: Conn) -> None:
    """Between the comparisons a short reach leaves rows as they were; the next one finds them."""
    with batches.undone(conn):
        conn.execute("update audit.layer_reach set look_back = interval '30 hours'")
        batches.write(conn, Batch((seen(30, 500, price=90),), False))
        _age(conn, "23 hours")
        assert not refresh.plan(conn, STORE).compares
        conn.execute(f"call audit.refresh('{ENTRYPOINT}')".encode())
        wrong = batches.differences(conn, (STORE,))
        assert "ask_median_v1" in wrong
        _age(conn, "24 hours")
        assert "every row is compared" in refresh.plan(conn, STORE).headline
        conn.execute(f"call audit.refresh('{ENTRYPOINT}')".encode())
        assert batches.differences(conn, (STORE,)) == {}
        missed = conn.execute("select m.layer from audit.refresh_miss as m").fetchall()
        assert ("ask_median_v1",) in missed
        assert not refresh.plan(conn, STORE).compares


def _age(conn: Conn, by: str) -> None:
    conn.execute("update audit.refresh_state set compared_at = now() - %s::interval", (by,))


def test_facts_of_a_run_that_is_open_do_not_move_the_horizon_past_it(conn: Conn) -> None:
    with batches.undone(conn):
        opened = conn.execute("select raw.open_run('ingest', 'a crawl')").fetchone()
        assert opened is not None
        conn.execute(
            batches.OBSERVATION.replace("%(at)s", "clock_timestamp()").encode(),
            {"generation": 1, "listing": 99, "run": opened[0], "price": 1, "title": "t"}
            | {"postal": None, "payload": "1", "brand": None, "power": None, "day": None},
        )
        planned = refresh.plan(conn, STORE)
        assert planned.open_runs == 1
        assert batches.refresh(conn)["tom_features_v1"] == 0
        conn.execute("select raw.close_run(%s)", opened)
        assert batches.refresh(conn)["tom_features_v1"] == 1
        assert batches.differences(conn) == {}


def test_a_publish_leaves_out_what_no_reader_sees_and_a_refresh_brings_it(conn: Conn) -> None:
    readers = "select r.layer from audit.refresh_store(%s, false, true) as r"
    with batches.undone(conn):
        batches.write(conn, Batch((seen(30, 500),), False))
        done = {layer for (layer,) in conn.execute(readers, (STORE,))}
        assert done.isdisjoint({"tom_labels_v1", "tom_train_base_v1"})
        assert "tom_labels_v1" in batches.differences(conn)
        assert routes(conn)["tom_labels_v1"] == "full"
        batches.refresh(conn)
        assert batches.differences(conn) == {}


def test_the_published_statements_succeed_and_suffice(
    market: Database, databases: Databases
) -> None:
    """REFRESH by name, ANALYZE, then the block: the new facts are in, by every route the same."""
    market.close()
    copy = databases.create(market.name)
    admin = copy.connect()
    admin.execute("select r.layer from audit.refresh_published(%s) as r", (STORE,))
    admin.execute(f"call audit.publish('{ENTRYPOINT}')".encode())
    batches.write(admin, Batch((seen(40, 1400), seen(41, 1400, generation=2)), False))
    rows = f"select count(*) from {ENTRYPOINT}".encode()
    assert admin.execute(rows).fetchone() == (24,)
    with admin.transaction():
        admin.execute("set local role timeseal_owner")
        for statement in RUNBOOK:
            admin.execute(statement.encode())
        admin.execute("analyze")
    for statement in BLOCK:
        admin.execute(statement.encode())
    assert admin.execute(rows).fetchone() == (26,)
    by_runbook = fingerprints(admin)
    assert by_runbook["stored"].keys() == by_runbook["published"].keys()
    assert len(by_runbook["stored"]) == len(RUNBOOK)
    assert by_runbook["stored"] == by_runbook["published"]
    written = (
        "select sum(r.inserted + r.updated + r.deleted) from audit.refresh_store(%s, true) as r"
    )
    assert admin.execute(written, (STORE,)).fetchone() == (0,)
    admin.execute(BLOCK[-1].encode())
    databases.drop(copy)


def fingerprints(admin: psycopg.Connection[Any]) -> dict[str, dict[str, Any]]:
    """The fingerprint of each layer of the runbook, as stored and as published."""
    layers = admin.execute(
        "select m.layer, m.stored, m.published from audit.materialisation as m"
        " where audit.relation_name(m.published) = any (%s)",
        ([statement.rpartition(" ")[2] for statement in RUNBOOK],),
    ).fetchall()
    root = "select root from audit.fingerprint_root(%s::oid, 't0', 't0_day')"
    return {
        kind: {row[0]: admin.execute(root, (row[place],)).fetchone() for row in layers}
        for kind, place in (("stored", 1), ("published", 2))
    }
