"""Certification that certifies: races, missing baselines, waivers, budgets, the chain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from tests.attack import market
from tests.attack.market import ENTRYPOINT, GUARDED, refused_by

pytestmark = pytest.mark.one_major


class TestVacuous:
    @pytest.mark.parametrize(
        "statement",
        [
            "delete from audit.t0_dataset_hash_baseline",
            "delete from audit.t0_dataset_hash_baseline where t0_day = date '2020-01-04'",
            "delete from audit.t0_leaf_baseline",
            "delete from audit.t0_leaf_baseline where t0_day = date '2020-01-04'",
            "update audit.t0_dataset_hash_baseline set row_count = row_count + 1",
            "update audit.t0_dataset_hash_baseline set dataset_sha256 = repeat('0', 64)",
            "delete from audit.t0_dataset_hash_baseline where t0_day = date '2020-01-11'",
        ],
    )
    def test_a_baseline_that_is_gone_or_altered(self, statement: str, sandbox: market.Conn) -> None:
        admin = sandbox
        admin.execute(statement.encode())
        assert refused_by(admin, "coverage")

    def test_no_definition_baseline(self, sandbox: market.Conn) -> None:
        admin = sandbox
        admin.execute("delete from audit.t0_viewdef_baseline")
        assert refused_by(admin, "definition")

    def test_an_object_missing_from_the_definition_baseline(self, sandbox: market.Conn) -> None:
        admin = sandbox
        admin.execute("delete from audit.t0_viewdef_baseline where object_fqn like '%doubled%'")
        assert refused_by(admin, "definition")

    @pytest.mark.parametrize("statement", ["truncate shop.price", "delete from shop.price"])
    def test_an_empty_store(self, statement: str, sandbox: market.Conn) -> None:
        admin = sandbox
        admin.execute(statement.encode())
        assert refused_by(admin, "coverage")

    def test_an_empty_store_from_the_start(self, databases: Any, sealed_template: str) -> None:
        database = databases.create(sealed_template)
        try:
            admin = database.connect()
            market.create(admin)
            admin.execute("truncate shop.price")
            market.baseline(admin)
            assert refused_by(admin, "coverage")
        finally:
            databases.drop(database)

    def test_a_row_count_that_drops(self, sandbox: market.Conn) -> None:
        admin = sandbox
        admin.execute("delete from shop.price where item = 40")
        assert refused_by(admin, "drift")

    def test_a_day_that_vanishes(self, sandbox: market.Conn) -> None:
        admin = sandbox
        admin.execute("delete from shop.price where t0 < '2020-01-02'")
        assert refused_by(admin, "drift")

    def test_a_row_added_to_a_closed_day(self, sandbox: market.Conn) -> None:
        admin = sandbox
        admin.execute("insert into shop.price values (40, '2020-01-03 00:00:00+00', 1, 'POISON')")
        assert refused_by(admin, "drift")

    def test_a_day_between_the_days(self, sandbox: market.Conn) -> None:
        admin = sandbox
        admin.execute("update shop.price set t0 = t0 - interval '300 days' where item = 1")
        assert refused_by(admin, "drift")

    def test_never_baselined(self, databases: Any, sealed_template: str) -> None:
        database = databases.create(sealed_template)
        try:
            admin = database.connect()
            market.create(admin)
            assert refused_by(admin, "coverage")
            admin.execute("call audit.capture_viewdef_baseline(%s::regclass)", (ENTRYPOINT,))
            assert refused_by(admin, "coverage")
        finally:
            databases.drop(database)


def test_reassigned_ownership_is_seen_by_strict(shop: market.Database) -> None:
    """REASSIGN OWNED fires no event trigger: it is digested, like what happens to roles."""
    admin = shop.connect()
    admin.execute(
        "do $$ begin if not exists (select from pg_roles where rolname = 'shop_heir')"
        " then create role shop_heir; end if; end $$"
    )
    admin.execute("alter function shop.doubled(integer) owner to shop_heir")
    admin.execute("call audit.capture_viewdef_baseline(%s::regclass)", (ENTRYPOINT,))
    assert market.certify(admin) == "CERTIFIED"
    admin.execute("reassign owned by shop_heir to timeseal_worker")
    with pytest.raises(psycopg.Error) as refused:
        admin.execute("select audit.require_certified_strict(%s)", (ENTRYPOINT,))
    assert refused.value.sqlstate == "TS001"
    assert refused_by(admin, "definition")


class TestRebaseline:
    BLOCK = (
        "call audit.rebaseline_last_n_days(%(e)s::regclass, 10)",
        "select audit.certify(%(e)s, 10)",
        "select audit.require_certified_strict(%(e)s)",
    )

    def test_the_published_block_is_not_hollow(self, sandbox: market.Conn) -> None:
        """Rebaseline the last ten days, certify, require strict: corrupted rows stay refused."""
        admin = sandbox
        admin.execute("update shop.price set note = 'POISON' where item = 38")
        for statement in self.BLOCK[:2]:
            admin.execute(statement, {"e": ENTRYPOINT})
        with pytest.raises(psycopg.Error) as refused, admin.transaction():
            admin.execute(self.BLOCK[2], {"e": ENTRYPOINT})
        assert refused.value.sqlstate == "TS001"
        assert admin.execute(
            "select count(*), min(verdict) from audit.drift_event where verdict = 'refused'"
        ).fetchone() == (1, "refused")

    def test_the_published_block_passes_on_what_is_right(self, sandbox: market.Conn) -> None:
        admin = sandbox
        for statement in self.BLOCK:
            admin.execute(statement, {"e": ENTRYPOINT})
        assert market.door(admin) is None

    @pytest.mark.parametrize(("rows", "accepted"), [(1, True), (2, False)])
    def test_a_budget_accepts_no_more_than_it_says(
        self, rows: int, accepted: bool, sandbox: market.Conn
    ) -> None:
        admin = sandbox
        admin.execute("insert into audit.drift_budget values (%s, 'repair', 1, 1)", (ENTRYPOINT,))
        admin.execute(
            "update shop.price set price = price + 1 where t0 >= '2020-01-10' and t0 < '2020-01-11'"
            " and item in (select p.item from shop.price as p"
            " where p.t0 >= '2020-01-10' and p.t0 < '2020-01-11' order by p.item limit %s)",
            (rows,),
        )
        admin.execute("set timeseal.budget = 'repair'")
        admin.execute("set timeseal.reason = 'a typing error, see ledger'")
        admin.execute("call audit.rebaseline_last_n_days(%s::regclass, 10)", (ENTRYPOINT,))
        assert (market.certify(admin) == "CERTIFIED") is accepted
        verdict, reason, actor = admin.execute(
            "select verdict, reason, actor from audit.drift_event order by drift_id desc limit 1"
        ).fetchone() or ("", "", "")
        assert verdict == ("budget" if accepted else "refused")
        assert reason == "a typing error, see ledger"
        assert actor == admin.info.user

    def test_a_budget_never_reaches_days_before_the_last_n(self, sandbox: market.Conn) -> None:
        admin = sandbox
        admin.execute("insert into audit.drift_budget values (%s, 'repair', 9, 9)", (ENTRYPOINT,))
        admin.execute("set timeseal.budget = 'repair'")
        admin.execute("update shop.price set price = price + 1 where item = 1")
        admin.execute("call audit.rebaseline_last_n_days(%s::regclass, 3)", (ENTRYPOINT,))
        assert refused_by(admin, "drift")


class TestWaiver:
    """A waiver accepts one row of a rule of the store; drift is accepted by rebaselining only."""

    @staticmethod
    def _waive(admin: market.Conn, until: str) -> None:
        admin.execute(
            "create view shop.dear as select f.item from shop.item_features as f where price > 139;"
            "alter view shop.dear owner to timeseal_owner;"
            "insert into audit.store_invariant (entrypoint, name, relid, hint)"
            f" values ('{ENTRYPOINT}', 'dear', 'shop.dear'::regclass, 'mend the price');"
            f"call audit.capture_viewdef_baseline('{ENTRYPOINT}');"
            f"select audit.waive('{ENTRYPOINT}', 'invariants', 'dear {{\"item\": 40}}', 'known',"
            f" clock_timestamp() + interval '{until}')".encode()
        )

    def test_one_that_is_valid_is_recorded_in_the_certificate(self, sandbox: market.Conn) -> None:
        admin = sandbox
        self._waive(admin, "1 hour")
        assert market.certify(admin) == "CERTIFIED"
        row = admin.execute(
            "select waivers #>> '{0,reason}', expires_at <= clock_timestamp() + interval '1 hour'"
            " from audit.t0_cert_run order by run_id desc limit 1"
        ).fetchone()
        assert row == ("known", True), "a certificate cannot outlive what it was waived by"

    def test_one_that_expired_waives_nothing(self, sandbox: market.Conn) -> None:
        admin = sandbox
        self._waive(admin, "500 milliseconds")
        admin.execute("select pg_sleep(0.5)")
        assert refused_by(admin, "invariants")


class TestRace:
    #: A gate that somebody writes under: the versions read before and after it differ.
    MEDDLING = (
        "create or replace function audit.gate_invariants(p_entrypoint text)"
        " returns setof audit.finding language plpgsql volatile security definer"
        " set search_path = pg_catalog, pg_temp as $$ begin"
        " if (select count(*) from shop.unrelated) < {times} then"
        " insert into shop.unrelated values ((select count(*) from shop.unrelated), 'x');"
        " {meddle}; end if; end $$"
    )

    @pytest.fixture
    def meddled(self, shop: market.Database) -> Callable[[str, int], str]:
        def certify(meddle: str, times: int) -> str:
            admin = shop.connect()
            admin.execute("alter table shop.unrelated owner to timeseal_owner")
            admin.execute(self.MEDDLING.format(times=times, meddle=meddle).encode())
            admin.execute("alter function audit.gate_invariants(text) owner to timeseal_owner")
            return market.certify(admin)

        return certify

    WRITE = "update shop.price set price = price where item = 1"

    @pytest.mark.gate("race", "fires")
    def test_written_in_every_attempt(self, meddled: Callable[[str, int], str]) -> None:
        status = meddled(self.WRITE, 99)
        assert status.startswith("FAILED")
        assert "race" in status

    @pytest.mark.gate("race", "near miss")
    def test_written_once_is_read_again(self, meddled: Callable[[str, int], str]) -> None:
        assert meddled(self.WRITE, 1) == "CERTIFIED"

    def test_a_fuse_burnt_meanwhile(self, meddled: Callable[[str, int], str]) -> None:
        assert "race" in meddled(f"perform audit.burn_fuse('{ENTRYPOINT}')", 99)

    def test_a_definition_changed_meanwhile(self, meddled: Callable[[str, int], str]) -> None:
        status = meddled("alter function shop.doubled(integer) cost 7", 1)
        assert status.startswith("FAILED")

    def test_two_certifiers_take_turns(self, shop: market.Database) -> None:
        first, second = shop.connect(autocommit=False), shop.connect()
        first.execute("select audit.certify(%s)", (ENTRYPOINT,))
        second.execute("set lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            second.execute("select audit.certify(%s)", (ENTRYPOINT,))
        first.commit()
        assert market.certify(second) == "CERTIFIED"


class TestChain:
    def test_runs_are_chained_and_the_chain_holds(self, shop: market.Database) -> None:
        admin = shop.connect()
        market.certify(admin)
        admin.execute("update shop.price set note = 'POISON' where item = 1")
        market.certify(admin)
        assert admin.execute("select count(*) from audit.t0_cert_run").fetchone() == (3,)
        assert admin.execute("select run_id from audit.broken_chain").fetchall() == []
        assert admin.execute("select * from audit.doctor() where gate = 'history'").fetchall() == []

    @pytest.mark.parametrize(
        "rewrite",
        [
            "update audit.t0_cert_run set status = 'FAILED' where run_id = 1",
            "update audit.t0_cert_run set notes = notes || '.' where run_id = 2",
            "delete from audit.t0_cert_run where run_id = 1",
            "update audit.t0_cert_run as r set row_sha256 = repeat('0', 64) where run_id = 1",
        ],
    )
    def test_rewritten_history_shows(self, rewrite: str, shop: market.Database) -> None:
        """Above every role one can switch the trigger off; the chain is what tells."""
        admin = shop.connect()
        market.certify(admin)
        admin.execute("alter table audit.t0_cert_run disable trigger append_only")
        admin.execute(rewrite.encode())
        assert admin.execute("select run_id from audit.broken_chain").fetchall() != []
        found = "select distinct level from audit.doctor() where gate = 'history'"
        assert admin.execute(found).fetchall() == [("blocking",)]

    @pytest.mark.parametrize("table", ["t0_cert_run", "drift_event"])
    @pytest.mark.parametrize(
        "verb", ["update audit.{t} set reason = 'x'", "delete from audit.{t}", "truncate audit.{t}"]
    )
    @pytest.mark.parametrize("role", ["origin", "replica"])
    def test_the_record_is_append_only(
        self, table: str, verb: str, role: str, sandbox: market.Conn
    ) -> None:
        admin = sandbox
        admin.execute(f"set session_replication_role = {role}")
        with pytest.raises(psycopg.Error) as refused:
            admin.execute(verb.format(t=table).encode())
        assert refused.value.sqlstate == "TS002"


class TestParent:
    """A store over another store's guarded view falls with that store's certificate."""

    @pytest.fixture
    def child(self, shop: market.Database) -> market.Conn:
        admin = shop.connect()
        admin.execute(
            "create view shop.child as select t.item, t.t0, t.price + 1 as dearer"
            f" from {GUARDED} as t;"
            " create view shop.child_train with (security_barrier) as"
            " select c.item, c.t0, c.dearer from shop.child as c"
            f" where {market.asks('shop.child', 'c.item')};"
            " alter view shop.child owner to timeseal_owner;"
            " alter view shop.child_train owner to timeseal_owner;"
            " grant select on shop.child_train to ml_training"
        )
        market.declare(admin, "shop.child", "shop.child_train", ["item", "t0"], "t0")
        market.baseline(admin, "shop.child")
        status = market.certify(admin, "shop.child")
        assert status == "CERTIFIED", status
        assert market.door(admin, "shop.child") is None
        return admin

    def test_it_falls_when_the_parent_is_written(self, child: market.Conn) -> None:
        child.execute("update shop.price set price = price + 1 where item = 7")
        assert "parent" in (market.door(child, "shop.child") or "")

    def test_it_falls_when_the_parent_was_certified_on_other_data(self, child: market.Conn) -> None:
        child.execute("insert into shop.price values (1, '2020-02-01', 7, 'CLEAN')")
        assert market.certify(child) == "CERTIFIED"
        assert "parent" in (market.door(child, "shop.child") or "")
        assert market.certify(child, "shop.child") == "CERTIFIED"
        assert market.door(child, "shop.child") is None

    def test_it_stands_when_the_parent_is_certified_again_unchanged(
        self, child: market.Conn
    ) -> None:
        assert market.certify(child) == "CERTIFIED"
        assert market.door(child, "shop.child") is None

    def test_it_is_not_certified_over_a_closed_parent(self, child: market.Conn) -> None:
        child.execute("call audit.revoke_certificate(%s, 'a test')", (ENTRYPOINT,))
        with pytest.raises(psycopg.Error, match="closed"):
            market.certify(child, "shop.child")

    def test_a_parent_that_moves_while_the_child_is_read(self, child: market.Conn) -> None:
        """Else the child would carry the hash of old rows beside the new parent's name."""
        child.execute(
            "create or replace function audit.gate_invariants(p_entrypoint text)"
            " returns setof audit.finding language plpgsql volatile security definer"
            " set search_path = pg_catalog, pg_temp as $$ begin"
            " if p_entrypoint = 'shop.child' and not exists (select from shop.unrelated) then"
            " insert into shop.unrelated values (1, 'x');"
            " insert into shop.price values (1, '2020-02-01', 7, 'CLEAN');"
            " perform audit.certify('shop.item_features', 10); end if; end $$;"
            " alter function audit.gate_invariants(text) owner to timeseal_owner;"
            " alter table shop.unrelated owner to timeseal_owner"
        )
        market.certify(child, "shop.child")
        days = child.execute(
            "select r.dataset_rows from audit.t0_cert_run as r where r.entrypoint = 'shop.child'"
            " order by r.run_id desc limit 1"
        ).fetchone()
        assert market.door(child, "shop.child") is not None or days == (market.ROWS + 1,)


def test_a_gate_with_nothing_to_judge_does_not_say_passed(shop: market.Database) -> None:
    admin = shop.connect()
    market.certify(admin)
    row = admin.execute(
        "select r.checks from audit.t0_cert_run as r order by r.run_id desc limit 1"
    ).fetchone()
    assert row is not None
    said = {check["gate"]: check["status"] for check in row[0]}
    assert {said["replay"], said["contract"], said["universe"]} == {"not applicable"}
    assert {said["drift"], said["volatility"], said["key"]} == {"passed"}
