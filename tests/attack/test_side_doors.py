"""Ways that once led around the door: names, races, planner statistics, open days, budgets."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from tests.attack import market
from tests.attack.market import ENTRYPOINT, GUARDED

REPLACED = (
    "create or replace function shop.doubled(p_price integer) returns integer"
    " language sql immutable parallel safe return p_price * 555"
)


def reads(database: market.Database) -> bool:
    """Whether a fresh reader gets rows."""
    try:
        row = database.connect("training").execute(f"select count(*) from {GUARDED}").fetchone()
    except psycopg.Error as error:
        if error.sqlstate in {"TS001", "40001"}:
            return False
        raise
    return row is not None and row[0] > 0


def test_a_schema_with_the_name_of_a_shadow_hides_nothing(shop: market.Database) -> None:
    admin = shop.connect()
    body = "returns int language sql immutable return p_x *"
    admin.execute("create role shadow_smith nosuperuser")
    try:
        admin.execute("create schema timeseal_shadow_m authorization shadow_smith")
        admin.execute(f"create function timeseal_shadow_m.g(p_x int) {body} 2")
        admin.execute("alter function timeseal_shadow_m.g(int) owner to shadow_smith")
        admin.execute("grant usage on schema timeseal_shadow_m to public")
        admin.execute(
            "create or replace view shop.item_features as select p.item, p.t0,"
            " timeseal_shadow_m.g(p.price) as price, p.note, v.shelf, v.visits, o.origin_note,"
            " shop.doubled(p.price) as price_twice from shop.price as p"
            " join shop.visit as v on v.item = p.item join shop.item_origin as o on o.item = p.item"
        )
        admin.execute("delete from audit.t0_dataset_hash_baseline")
        admin.execute("delete from audit.t0_leaf_baseline")
        admin.execute("alter table audit.drift_event disable trigger append_only")
        admin.execute("delete from audit.drift_event")
        admin.execute("alter table audit.drift_event enable always trigger append_only")
        market.certified(admin)
        assert reads(shop)
        admin.execute("set role shadow_smith")
        admin.execute(f"create or replace function timeseal_shadow_m.g(p_x int) {body} 777")
        admin.execute("reset role")
        assert not reads(shop)
    finally:
        admin.execute("drop schema if exists timeseal_shadow_m cascade")
        admin.execute("drop role shadow_smith")


@pytest.mark.parametrize("before", ["a failed run", "a certificate", "no run in sight"])
def test_a_definition_changed_in_a_transaction_that_outlives_a_certification(
    before: str, shop: market.Database, databases: Any, shop_template: str
) -> None:
    database = shop if before != "no run in sight" else databases.create(shop_template)
    try:
        admin, other = database.connect(), database.connect(autocommit=False)
        if before == "a failed run":
            admin.execute("update shop.price set price = price + 1 where item = 7")
            assert market.certify(admin).startswith("FAILED")
            admin.execute("update shop.price set price = price - 1 where item = 7")
        other.execute(REPLACED)
        market.certify(admin)
        other.commit()
        assert not reads(database)
        assert market.certify(admin).startswith("FAILED")
    finally:
        if database is not shop:
            databases.drop(database)


def test_the_planner_shows_no_value_to_a_function_of_the_reader(shop: market.Database) -> None:
    shop.connect().execute("analyze")
    shop.connect().execute("call audit.revoke_certificate(%s, 'shut')", (ENTRYPOINT,))
    reader = shop.connect("training")
    seen: list[str] = []
    reader.add_notice_handler(lambda notice: seen.append(str(notice.message_primary)))
    reader.execute(
        "create function pg_temp.leak(a text, b text) returns boolean immutable language plpgsql as"
        " $$begin raise notice 'saw %', a; return false; end$$"
    )
    reader.execute(
        "create operator pg_temp.<<<< (leftarg = text, rightarg = text,"
        " function = pg_temp.leak, restrict = eqsel)"
    )
    for verb in ("explain select 1", "select 1"):
        with pytest.raises(psycopg.Error, match="closed"):
            reader.execute(f"{verb} from {GUARDED} where shelf operator(pg_temp.<<<<) 'x'")
    assert seen == []


class TestOpenDay:
    """A day that is still open may get rows; the rows it has may not change."""

    @pytest.fixture
    def today(self, shop: market.Database) -> market.Conn:
        admin = shop.connect()
        admin.execute(
            "insert into shop.price values (1, clock_timestamp(), 9, 'NEW'),"
            " (2, clock_timestamp(), 9, 'NEW')"
        )
        assert market.certify(admin) == "CERTIFIED"
        return admin

    def test_a_row_may_be_added(self, today: market.Conn) -> None:
        today.execute("insert into shop.price values (3, clock_timestamp(), 9, 'NEW')")
        assert market.certify(today) == "CERTIFIED"

    @pytest.mark.parametrize(
        "statement",
        [
            "update shop.price set price = 999999 where note = 'NEW'",
            "delete from shop.price where note = 'NEW' and item = 1",
        ],
    )
    def test_a_row_may_not_change(self, statement: str, today: market.Conn) -> None:
        today.execute("insert into shop.price values (3, clock_timestamp(), 9, 'NEW')")
        today.execute(statement.encode())
        assert "drift" in market.certify(today)


class TestBudget:
    """A budget reaches the tolerant days only, once per certificate; taking it back is free."""

    @pytest.fixture
    def granted(self, shop: market.Database) -> market.Conn:
        admin = shop.connect()
        admin.execute(
            "insert into audit.drift_budget values (%s, 'late arrival', 100, 1000)", (ENTRYPOINT,)
        )
        admin.execute("set timeseal.budget = 'late arrival'")
        return admin

    def approve(self, admin: market.Conn) -> None:
        admin.execute(
            "call audit.rebaseline_last_n_days(%s::regclass, 100000, 2000)", (ENTRYPOINT,)
        )

    def test_the_caller_cannot_widen_the_window(self, granted: market.Conn) -> None:
        granted.execute("update audit.entrypoint set tolerant_days = 2")
        granted.execute("update shop.price set price = price + 1 where item in (1, 40)")
        self.approve(granted)
        assert "drift" in market.certify(granted)

    def test_it_is_spent_once_and_can_be_taken_back(self, granted: market.Conn) -> None:
        granted.execute("update shop.price set price = price + 1 where item = 40")
        self.approve(granted)
        granted.execute("update shop.price set price = price + 1 where item = 39")
        self.approve(granted)
        assert "drift" in market.certify(granted)
        granted.execute("update shop.price set price = price - 1 where item in (39, 40)")
        self.approve(granted)
        assert market.certify(granted) == "CERTIFIED"

    def test_a_certificate_renews_it(self, granted: market.Conn) -> None:
        for item in (40, 39):
            granted.execute("update shop.price set price = price + 1 where item = %s", (item,))
            self.approve(granted)
            assert market.certify(granted) == "CERTIFIED"


def test_an_accepted_definition_leaves_its_trace(shop: market.Database) -> None:
    admin = shop.connect()
    admin.execute(REPLACED)
    admin.execute("set timeseal.reason = 'new rule'")
    admin.execute("call audit.capture_viewdef_baseline(%s::regclass)", (ENTRYPOINT,))
    row = admin.execute(
        "select object_fqn, sha256_before <> sha256_after, reason from audit.definition_event"
        " where sha256_before is not null order by event_id desc limit 1"
    ).fetchone()
    assert row is not None
    assert "shop.doubled" in row[0]
    assert row[1:] == (True, "new rule")
    with pytest.raises(psycopg.Error, match="append-only"):
        admin.execute("delete from audit.definition_event")
