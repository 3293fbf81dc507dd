"""T-append, T-plan and the twins: one store, one fingerprint, however it came to be."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.databases import content
from tests.proof import world
from tests.proof.world import ENTRYPOINT, STORE, Conn

DAYS = (
    "select d.t0_day, d.day_sha256 from audit.fingerprint_days("
    "%s::regclass, 't0', 't0_day') as d order by 1"
)
LAYERS = (
    "select m.layer, m.stored::regclass::text, m.published::regclass::text"
    " from audit.materialisation as m where m.store = %s and m.published is not null order by 1"
)


def days(conn: Conn, relation: str = ENTRYPOINT) -> dict[Any, str]:
    """The fingerprint of every day of a relation."""
    return dict(conn.execute(DAYS, (relation,)).fetchall())


@pytest.fixture(scope="module")
def full(market_conn: Conn) -> dict[Any, str]:
    """What a full build of everything gives."""
    found = days(market_conn)
    assert len(found) > 20
    return found


class TestAppend:
    @staticmethod
    def _set_aside(conn: Conn, cut: Any) -> None:
        """Build the store without what was known from the cut on."""
        world.set_aside(conn, cut)
        world.rebuild(conn)

    @staticmethod
    def _append(conn: Conn, where: str = "true") -> None:
        """Bring it back, then refresh incrementally."""
        world.bring_back(conn, where)
        conn.execute("select count(*) from audit.refresh_store(%s, false)", (STORE,))

    @pytest.mark.parametrize("cut", ["on a shared t0", "between"])
    def test_an_appended_store_is_the_one_built_at_once(
        self, cut: str, market_conn: Conn, full: dict[Any, str]
    ) -> None:
        at = world.cuts(market_conn)[cut]
        with world.undone(market_conn):
            self._set_aside(market_conn, at)
            partly = days(market_conn)
            self._append(market_conn)
            appended = days(market_conn)
        assert len(partly) < len(full)
        assert appended == full
        before = {day: sha for day, sha in partly.items() if day < at.date()}
        assert len(before) > 5
        assert before.items() <= full.items(), "later days change no earlier day"

    def test_facts_that_come_late_and_out_of_order(
        self, market_conn: Conn, full: dict[Any, str]
    ) -> None:
        at = world.cuts(market_conn)["between"]
        with world.undone(market_conn):
            self._set_aside(market_conn, at)
            self._append(market_conn, "s.listing_id % 3 = 1")
            assert days(market_conn) != full
            self._append(market_conn, "s.listing_id % 3 = 0")
            self._append(market_conn)
            assert days(market_conn) == full

    def test_refreshing_again_writes_nothing(self, market_conn: Conn) -> None:
        written = market_conn.execute(
            "select r.layer from audit.refresh_store(%s, true) as r"
            " where r.inserted + r.updated + r.deleted > 0",
            (STORE,),
        ).fetchall()
        assert written == []


PLANS = {
    "no hash joins": "set local enable_hashjoin = off; set local enable_hashagg = off",
    "no merge joins": "set local enable_mergejoin = off; set local enable_material = off",
    "no nested loops": "set local enable_nestloop = off; set local enable_memoize = off",
    "no indexes": "set local enable_indexscan = off; set local enable_bitmapscan = off;"
    " set local enable_indexonlyscan = off",
    "no sequential scans": "set local enable_seqscan = off; set local enable_sort = off",
    "little memory": "set local work_mem = '64kB'; set local hash_mem_multiplier = 1",
    "forced parallel": "set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0;"
    " set local min_parallel_table_scan_size = 0; set local min_parallel_index_scan_size = 0;"
    " set local max_parallel_workers_per_gather = 2",
    "another zone and other formats": "set local timezone = 'Asia/Kathmandu';"
    " set local datestyle = 'SQL, DMY'; set local intervalstyle = 'sql_standard';"
    " set local extra_float_digits = -15; set local bytea_output = 'escape';"
    " set local lc_numeric = 'C'; set local client_encoding = 'LATIN1'",
    "another search path": "create schema decoy; create table decoy.listing_event (x integer);"
    " set local search_path = decoy, pg_catalog",
    "genetic planner": "set local geqo_threshold = 2; set local from_collapse_limit = 1;"
    " set local join_collapse_limit = 1",
}


@pytest.mark.parametrize("plan", PLANS)
def test_any_plan_and_any_session_build_the_same_bytes(
    plan: str, market_conn: Conn, full: dict[Any, str]
) -> None:
    with world.undone(market_conn):
        market_conn.execute("delete from store.tom_features_v1_enriched")
        market_conn.execute("delete from store.trainer_derived_features_v1")
        market_conn.execute("delete from store.ask_median_v1")
        market_conn.execute(PLANS[plan].encode())
        world.rebuild(market_conn)
        assert days(market_conn) == full


def test_any_physical_order_builds_the_same_bytes(market_conn: Conn, full: dict[Any, str]) -> None:
    with world.undone(market_conn):
        for table, known_at in world.FACTS:
            market_conn.execute(
                f"create temp table kept on commit drop as select f.* from {table} f"
            )
            market_conn.execute(f"delete from {table}".encode())
            market_conn.execute(
                f"insert into {table} select k.* from kept as k"
                f" order by sha256((k.listing_id::text || k.{known_at}::text)::bytea)".encode()
            )
            market_conn.execute("drop table kept")
        for _, stored, _ in market_conn.execute(LAYERS, (STORE,)).fetchall():
            market_conn.execute(f"delete from {stored}".encode())
        world.rebuild(market_conn)
        assert days(market_conn) == full


def test_one_cell_of_one_day_changes_that_day_only(market_conn: Conn, full: dict[Any, str]) -> None:
    """The fingerprint is no constant: every kind of difference shows, on its day."""
    with world.undone(market_conn):
        row = market_conn.execute(
            "update store.tom_features_v1_enriched_clean set price = price + 1 where (generation,"
            " listing_id) = (select c.generation, c.listing_id from"
            " store.tom_features_v1_enriched_clean as c order by sha256(c.listing_id::text::bytea)"
            " limit 1) returning t0_day"
        ).fetchone()
        assert row is not None
        found = days(market_conn)
    assert {day for day in full if found.get(day) != full[day]} == {row[0]}


def test_the_published_views_recompute_the_same_store(market_conn: Conn) -> None:
    """Store tables are written key by key, published views by REFRESH: one fingerprint."""
    with market_conn.transaction(force_rollback=True):
        market_conn.execute("select count(*) from audit.refresh_published(%s)", (STORE,))
        layers = market_conn.execute(LAYERS, (STORE,)).fetchall()
        assert len(layers) >= 10
        differ = [
            layer
            for layer, stored, published in layers
            if not content(market_conn, stored) == content(market_conn, published) != (None, 0)
        ]
    assert differ == []


@pytest.fixture
def certified(cars_db: Any) -> Conn:
    """A certified copy, as its certifier sees it."""
    conn: Conn = cars_db.connect()
    return conn


BLOCK = (
    f"CALL audit.rebaseline_last_n_days('{ENTRYPOINT}'::regclass, 10, 2000)",
    "CALL audit.run_t0_cert_survival_v1(10)",
    f"SELECT audit.require_certified_strict('{ENTRYPOINT}')",
)


CLEAN = "store.tom_features_v1_enriched_clean"
CORRUPTIONS = (
    f"update {CLEAN} set price = 1 where t0_day = (select max(c.t0_day) from {CLEAN} as c)",
    f"update {CLEAN} set ptv_final = 1 where t0_day = (select min(c.t0_day) from {CLEAN} as c)",
    f"delete from {CLEAN} where t0 = (select max(c.t0) from {CLEAN} as c)",
)


def test_the_published_block_on_the_real_store(certified: Conn) -> None:
    """Verbatim; it passes on what is right and is not hollow on what is not: new, old, deleted."""
    for statement in BLOCK:
        certified.execute(statement)
    for corruption in CORRUPTIONS:
        certified.execute("begin")
        certified.execute(corruption.encode())
        for statement in BLOCK[:-1]:
            certified.execute(statement)
        with pytest.raises(Exception, match=re.escape(ENTRYPOINT)) as refused:
            certified.execute(BLOCK[-1])
        assert getattr(refused.value, "sqlstate", None) == "TS001"
        certified.execute("rollback")
