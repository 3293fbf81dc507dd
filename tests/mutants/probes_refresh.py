"""Probes of the refresh planner: by key and in full, the same rows."""

from __future__ import annotations

import psycopg
from tests.integration.refresh import batches
from tests.integration.refresh.batches import Batch, Seen, Told
from tests.integration.refresh.test_declared import register
from tests.mutants.harness import Conn, probe
from tests.proof.world import STORE

#: Ads and ends among the real ones of the slice: cohort 185, in the middle of the time watched.
HOUR = 24 * 15


def _batch(listing: int, **values: object) -> Batch:
    given = {"generation": 185, "price": 700, "power": 75, "postal": "10115", "brand": None}
    given |= {"title": "Vectra", "payload": "1"} | values
    return Batch((Seen(-listing, hour=HOUR + listing, **given),), False)  # type: ignore[arg-type]


def _agrees(conn: Conn) -> None:
    conn.execute("select count(*) from audit.refresh_store(%s)", (STORE,))
    assert batches.differences(conn, (STORE,)) == {}


@probe("cars")
def late_ads_and_ends_reach_who_may_see_them(conn: Conn) -> None:
    with batches.undone(conn):
        batches.write(conn, _batch(1))
        _agrees(conn)
        batches.write(conn, Batch((Told(-1, 185, "gone", HOUR + 9, 30, 500),), False))
        _agrees(conn)
        batches.write(conn, _batch(1, payload="0", price=90, brand="opel", postal="80331"))
        _agrees(conn)


@probe("cars")
def what_an_open_run_has_said_is_looked_at(conn: Conn) -> None:
    with batches.undone(conn):
        opened = Batch(_batch(1).facts, True)
        batches.write(conn, opened)
        batches.write(conn, Batch((Told(-1, 185, "gone", HOUR + 9, 30, 500),), True))
        _agrees(conn)


@probe("cars")
def a_layer_whose_text_changed_is_compared_whole(conn: Conn) -> None:
    with batches.undone(conn):
        row = conn.execute("select pg_get_viewdef('build.ask_median_v1'::regclass)").fetchone()
        assert row is not None
        text = row[0].replace("168:00:00", "24:00:00")
        assert text != row[0]
        conn.execute(f"create or replace view build.ask_median_v1 as {text}".encode())
        _agrees(conn)


@probe("cars")
def a_function_that_changed_is_another_definition(conn: Conn) -> None:
    with batches.undone(conn):
        batches.write(conn, _batch(1))
        marked = Told(-1, 185, "spam_marked", HOUR - 3, 0, None)
        batches.write(conn, Batch((marked,), False))
        _agrees(conn)
        conn.execute(
            "create or replace function ref.excludes_listing(p_mark text) returns boolean"
            " language sql immutable parallel safe begin atomic select p_mark = 'other'; end"
        )
        _agrees(conn)


@probe("cars")
def a_release_that_grew_is_seen(conn: Conn) -> None:
    with batches.undone(conn):
        conn.execute("alter table ref.geo_postal disable trigger user")
        conn.execute("delete from ref.geo_postal where postal_code like '1%'")
        _agrees(conn)


@probe("cars")
def a_layer_left_behind_is_caught_up_with(conn: Conn) -> None:
    with batches.undone(conn):
        batches.write(conn, _batch(1))
        conn.execute("select count(*) from audit.refresh_store(%s, false, true)", (STORE,))
        left_out = "select s.behind from audit.layer_state as s where s.layer = 'tom_train_base_v1'"
        assert conn.execute(left_out).fetchone() == (True,)
        _agrees(conn)
        # as a layer looks that was left out, and below which nothing has changed since
        conn.execute("delete from store.ask_median_v1 where listing_id = -1")
        conn.execute("update audit.layer_state set behind = true where layer = 'ask_median_v1'")
        _agrees(conn)


@probe("cars")
def a_row_that_was_missed_is_told(conn: Conn) -> None:
    with batches.undone(conn):
        conn.execute(
            "update audit.layer_reach set look_back = '1 hour' where layer = 'ask_median_v1'"
        )
        batches.write(conn, _batch(1))
        conn.execute("select count(*) from audit.refresh_store(%s, true)", (STORE,))
        missed = conn.execute("select m.layer from audit.refresh_miss as m").fetchall()
        assert ("ask_median_v1",) in missed


@probe("cars")
def a_certificate_follows_the_published_views(conn: Conn) -> None:
    with batches.undone(conn):
        conn.execute("select count(*) from audit.refresh_store(%s)", (STORE,))
        batches.write(conn, _batch(1))
        before = conn.execute("select count(*) from store.tom_features_v1").fetchone()
        conn.execute("refresh materialized view ml.tom_features_v1_mv")
        conn.execute("select audit.follow_published(%s)", (STORE,))
        after = conn.execute("select count(*) from store.tom_features_v1").fetchone()
        assert before is not None
        assert after == (before[0] + 1,)


def _refused(conn: Conn, layer: str, place: int | None, **said: object) -> None:
    try:
        register(conn, layer, place, **said)
    except psycopg.Error as error:
        if error.sqlstate != "TS003":
            raise
        return
    raise AssertionError(f"not refused: {layer} {said}")


@probe("cars")
def a_reach_that_leaves_a_column_out_is_refused(conn: Conn) -> None:
    register(conn, "ask_median_v1", 0, reads=("price", "observed_mark"))
    _refused(conn, "ask_median_v1", 0, reads=("price",))


@probe("cars")
def who_sees_other_rows_of_its_own_says_how_far(conn: Conn) -> None:
    _refused(conn, "ask_median_v1", None)


@probe("cars")
def what_is_said_to_be_elsewhere_is_there(conn: Conn) -> None:
    _refused(conn, "trainer_derived_features_v1", 0)


@probe("cars")
def once_a_day_every_row_is_compared(conn: Conn) -> None:
    ago = "update audit.refresh_state set compared_at = clock_timestamp() - %s::interval"
    with batches.undone(conn):
        conn.execute("update audit.layer_reach set look_back = '1 hour'")
        batches.write(conn, _batch(1))
        for hours, right in (("1 hour", False), ("25 hours", True)):
            conn.execute(ago, (hours,))
            conn.execute("select count(*) from audit.refresh_store(%s)", (STORE,))
            assert (batches.differences(conn, (STORE,)) == {}) is right
