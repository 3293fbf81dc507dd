"""Refresh touches only what differs, below the horizon, and equals an independent recomputation."""

from __future__ import annotations

import psycopg
import pytest
from tests.databases import Database

from timeseal.seal.roles import Connection, acting_as_owner

LAYERS = ("thing_base", "ending_history", "thing_enriched")


def _refresh(conn: Connection, full: bool = False) -> dict[str, tuple[int, int, int]]:
    rows = conn.execute("select * from audit.refresh_store('shop', %s)", [full]).fetchall()
    return {name: (ins, upd, dele) for name, ins, upd, dele, _ in rows}


def _differences(conn: Connection) -> dict[str, int]:
    conn.execute("select * from audit.refresh_published('shop')")
    found = {}
    for layer in LAYERS:
        row = conn.execute(
            f"select count(*) from ((table store.{layer} except table published.{layer})"  # type: ignore[arg-type]
            f" union all (table published.{layer} except table store.{layer})) x"
        ).fetchone()
        found[layer] = row[0] if row else -1
    return found


def _versions(conn: Connection) -> list[tuple[int, int]]:
    return conn.execute(
        "select s.relid, s.version from audit.stamp s"
        " join audit.materialisation m on m.stored = s.relid order by 1"
    ).fetchall()


def _fill(conn: Connection, run: int, low: int, high: int) -> None:
    with acting_as_owner(conn):
        conn.execute("select raw.fill(%s, %s, %s)", [run, low, high])


def test_first_refresh_fills_every_layer_and_equals_the_published_twin(shop: Connection) -> None:
    assert _refresh(shop) == {
        "thing_base": (240, 0, 0),
        "ending_history": (180, 0, 0),
        "thing_enriched": (240, 0, 0),
    }
    assert _differences(shop) == dict.fromkeys(LAYERS, 0)


def test_a_second_refresh_writes_nothing_and_moves_no_version(shop: Connection) -> None:
    _refresh(shop)
    before = _versions(shop)
    assert set(_refresh(shop).values()) == {(0, 0, 0)}
    assert set(_refresh(shop, full=True).values()) == {(0, 0, 0)}
    assert _versions(shop) == before


def test_an_incremental_append_equals_a_full_rebuild(shop: Connection) -> None:
    _refresh(shop)
    _fill(shop, 2, 240, 300)
    found = _refresh(shop)
    assert found["thing_enriched"][0] == 60
    assert _differences(shop) == dict.fromkeys(LAYERS, 0)
    assert set(_refresh(shop, full=True).values()) == {(0, 0, 0)}


def test_stored_and_published_rows_have_one_fingerprint(shop: Connection) -> None:
    _refresh(shop)
    _fill(shop, 2, 240, 300)
    _refresh(shop)
    shop.execute("select * from audit.refresh_published('shop')")
    roots = shop.execute(
        "select m.layer, (audit.fingerprint_root(m.stored, 't0', 't0_day')).root,"
        " (audit.fingerprint_root(m.published, 't0', 't0_day')).root"
        " from audit.materialisation as m order by m.ordinal"
    ).fetchall()
    assert [layer for layer, stored, published in roots if stored == published] == list(LAYERS)
    assert len({stored for _, stored, _ in roots}) == len(LAYERS)


def test_a_late_fact_changes_exactly_the_rows_it_can_reach(shop: Connection) -> None:
    _refresh(shop)
    with acting_as_owner(shop):
        shop.execute(
            "insert into raw.ending values (1, 4, '2024-03-01 05:00+00', '2024-03-02 00:00+00', 9);"
            "insert into raw.run values (9, '2024-03-09', '2024-03-09', '2024-03-02 00:00+00')"
        )
    found = _refresh(shop)
    assert found["ending_history"] == (1, 0, 0)
    assert found["thing_enriched"][1] > 0
    assert _differences(shop) == dict.fromkeys(LAYERS, 0)


def test_rows_are_looked_at_only_inside_the_reach(shop: Connection) -> None:
    _refresh(shop)
    with acting_as_owner(shop):
        shop.execute("update store.thing_enriched set amount = -1 where item = 3")
        shop.execute("delete from store.thing_enriched where item = 5")
    assert _refresh(shop)["thing_enriched"] == (0, 0, 0)
    assert _refresh(shop, full=True)["thing_enriched"] == (1, 1, 0)


def test_a_key_that_no_longer_exists_is_deleted(shop: Connection) -> None:
    _refresh(shop)
    with acting_as_owner(shop):
        shop.execute(
            "insert into store.thing_base values"
            " (9, 9, '2024-03-01 01:00+00', '2024-03-01', 1, 'ghost')"
        )
    assert _refresh(shop, full=True)["thing_base"] == (0, 0, 1)


def test_rows_at_or_above_the_safe_horizon_stay_out(shop: Connection) -> None:
    with acting_as_owner(shop):
        shop.execute("insert into raw.run values (7, '2024-03-03 00:00+00', null, null)")
    _refresh(shop)
    row = shop.execute("select max(t0) < '2024-03-03 00:00+00' from store.thing_base").fetchone()
    assert row == (True,)
    with acting_as_owner(shop):
        shop.execute(
            "update raw.run set closed_at = '2024-03-04', min_known_at = null where run_id = 7"
        )
    _refresh(shop)
    assert _differences(shop) == dict.fromkeys(LAYERS, 0)


def test_a_changed_layer_text_makes_the_next_refresh_a_full_one(
    shop: Connection, bind: object
) -> None:
    _refresh(shop)
    assert callable(bind)
    bind(thing_enriched=("interval '168 hours'", "interval '24 hours'"))
    assert _refresh(shop)["thing_enriched"][1] > 0
    assert _differences(shop) == dict.fromkeys(LAYERS, 0)


def test_two_rows_of_one_key_are_refused_by_name(shop: Connection, bind: object) -> None:
    assert callable(bind)
    bind(thing_base=("left join place as p on p.grp = s.grp", "left join place as p on true"))
    with pytest.raises(psycopg.DatabaseError, match="does not have one row per key") as caught:
        _refresh(shop)
    assert caught.value.sqlstate == "TS003"


def test_worker_and_certifier_refresh_and_training_does_not(shop: Connection) -> None:
    for role in ("timeseal_worker", "timeseal_certifier"):
        shop.execute(f"set role {role}")  # type: ignore[arg-type]
        shop.execute("call audit.refresh('ml.thing_features_v')")
    shop.execute("set role ml_training")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        shop.execute("call audit.refresh('ml.thing_features_v')")


def test_refresh_is_independent_of_the_session_zone(shop: Connection) -> None:
    shop.execute("set timezone = 'Asia/Kathmandu'")
    shop.execute("set datestyle = 'German, DMY'")
    _refresh(shop)
    shop.execute("set timezone = 'America/St_Johns'")
    assert set(_refresh(shop, full=True).values()) == {(0, 0, 0)}


def test_an_unknown_store_says_what_to_do(sealed_db: Database) -> None:
    with pytest.raises(psycopg.DatabaseError) as caught:
        sealed_db.connect().execute("select * from audit.refresh_store('nothing')")
    assert caught.value.diag.message_hint == "Run: timeseal store plan"


def _believed(conn: Connection) -> float:
    row = conn.execute(
        "select c.reltuples from pg_class as c where c.oid = 'raw.sighting'::regclass"
    ).fetchone()
    assert row is not None
    return float(row[0])


def test_facts_are_analysed_before_a_build_and_when_they_have_grown(shop: Connection) -> None:
    _refresh(shop)
    assert _believed(shop) == 240
    _fill(shop, 2, 240, 244)
    _refresh(shop)
    assert _believed(shop) == 240
    _fill(shop, 3, 288, 2288)
    _refresh(shop)
    assert _believed(shop) == 2244


def test_nobody_waits_for_an_analysis(shop: Connection) -> None:
    with psycopg.connect(shop.info.dsn, password=shop.info.password) as other:
        other.execute("lock table raw.sighting in share update exclusive mode")
        shop.execute("set lock_timeout = '5s'")
        assert _refresh(shop)["thing_base"] == (240, 0, 0)
        assert _believed(shop) <= 0
