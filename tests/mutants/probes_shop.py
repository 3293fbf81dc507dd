"""Probes of the door: a state that must shut it, a change that a reader must not see."""

from __future__ import annotations

from typing import Any

from tests.attack import market
from tests.attack.market import ENTRYPOINT, GUARDED
from tests.attack.snapshot import ABSENT, CLOSED, CONTENT, COUNT, old_snapshot, outcome
from tests.attack.states import STATES
from tests.mutants.harness import probe

BY_NAME = {state.name: state for state in STATES}


def opened(database: Any) -> market.Conn:
    """Certify unless the door is open; a build that cannot is a broken test, no killed mutant."""
    admin: market.Conn = database.connect()
    status = "CERTIFIED" if _has_certificate(admin) else market.certify(admin)
    if status != "CERTIFIED":
        raise RuntimeError(status)
    return admin


def _has_certificate(admin: market.Conn) -> bool:
    """Asked of the record as well: a weakened door may be open without one."""
    row = admin.execute("select exists (select from audit.t0_cert_run)").fetchone()
    return row == (True,) and market.door(admin) is None


def shut(database: Any) -> None:
    """No content and no absence comes out."""
    reader = database.connect("training")
    for statement in (COUNT, CONTENT, ABSENT, f"select exists (select from {GUARDED})"):
        found = outcome(reader, statement)
        assert found in CLOSED, (statement, found)


@probe("shop", *(state.name for state in STATES))
def closed(database: Any, name: str) -> None:
    admin = opened(database)
    BY_NAME[name].apply(admin)
    shut(database)


@probe("bare", *(state.name for state in STATES))
def closed_from_the_start(database: Any, name: str) -> None:
    closed(database, name)


@probe("shop", *(state.name for state in STATES))
def older_snapshot(database: Any, name: str) -> None:
    admin = opened(database)
    reader = old_snapshot(database)
    BY_NAME[name].apply(admin)
    assert outcome(reader, CONTENT) in CLOSED


@probe("bare")
def never_certified(database: Any) -> None:
    shut(database)


@probe("shop")
def open_when_certified(database: Any) -> None:
    opened(database)
    reader = database.connect("training")
    assert outcome(reader, COUNT) == [(market.ROWS,)]


@probe("shop")
def no_age_limit(database: Any) -> None:
    admin = opened(database)
    found = outcome(admin, f"select audit.cert_guard('{ENTRYPOINT}', null)")
    assert found == "TS001", found


@probe("shop")
def age_in_a_long_transaction(database: Any) -> None:
    admin = opened(database)
    reader = database.connect("training", autocommit=False)
    reader.execute("select 1")
    market.reissue(admin, expires_at="clock_timestamp() + interval '100 milliseconds'")
    reader.execute("select pg_sleep(0.2)")
    assert outcome(reader, COUNT) in CLOSED


@probe("shop")
def search_path_hijack(database: Any) -> None:
    admin = opened(database)
    admin.execute("create schema mine authorization ml_training")
    market.reissue(admin, expires_at="clock_timestamp()")
    reader = database.connect("training")
    reader.execute(
        "create function mine.no(p timestamptz, q timestamptz) returns boolean"
        " language sql immutable as $$ select false $$;"
        " create operator mine.<= (leftarg = timestamptz, rightarg = timestamptz,"
        " function = mine.no); grant usage on schema mine to public;"
        " set search_path = mine, pg_catalog"
    )
    assert outcome(reader, COUNT) in CLOSED


@probe("shop")
def strict_digests_the_definition_again(database: Any) -> None:
    """For what no trigger saw: a change made while the watchers were off."""
    admin = opened(database)
    admin.execute("alter event trigger timeseal_watch_ddl disable")
    admin.execute("alter function shop.doubled(integer) set timezone = 'Asia/Tokyo'")
    admin.execute("alter event trigger timeseal_watch_ddl enable always")
    if market.door(admin) is not None:
        raise RuntimeError("the watcher saw it after all")
    found = outcome(admin, f"select audit.require_certified_strict('{ENTRYPOINT}')")
    assert found == "TS001", found


@probe("shop")
def require_certified_asks_the_door(database: Any) -> None:
    opened(database).execute("update shop.price set price = price")
    found = outcome(database.connect("training"), f"select audit.require_certified('{ENTRYPOINT}')")
    assert found == "TS001", found


def without_event_triggers(database: Any) -> market.Conn:
    """The owner-only class: row versions of the catalogue stand in for the event trigger."""
    admin: market.Conn = database.connect()
    admin.execute("drop event trigger timeseal_watch_ddl; drop event trigger timeseal_watch_drop")
    status = market.certify(admin)
    if status != "CERTIFIED":
        raise RuntimeError(status)
    return admin


@probe("shop")
def watched_without_event_triggers(database: Any) -> None:
    admin = without_event_triggers(database)
    admin.execute("alter function shop.doubled(integer) set timezone = 'Asia/Tokyo'")
    shut(database)


@probe("shop")
def an_invariant_watched_without_event_triggers(database: Any) -> None:
    admin = without_event_triggers(database)
    BY_NAME["invariant hollowed out"].apply(admin)
    shut(database)


@probe("shop")
def watchers_stay_awake_under_the_replica_role(database: Any) -> None:
    row = database.connect().execute("select audit.protection_class()").fetchone()
    assert row == ("full",), row


@probe("shop")
def dropped_from_the_closure(database: Any) -> None:
    opened(database).execute("drop trigger timeseal_stamp on shop.price")
    shut(database)


@probe("shop")
def another_database(database: Any) -> None:
    admin = opened(database)
    market.reissue(admin, database_oid="1::oid")
    shut(database)


@probe("shop")
def readers_call_only_doors(database: Any) -> None:
    reader = database.connect("training")
    for call in (
        f"select audit.certify('{ENTRYPOINT}')",
        "select audit.advance_stamp(1, 'x')",
        f"call audit.revoke_certificate('{ENTRYPOINT}', 'x')",
    ):
        assert outcome(reader, call) == "42501", call


@probe("shop")
def the_record_is_append_only(database: Any) -> None:
    admin = opened(database)
    for role in ("origin", "replica"):
        admin.execute(f"set session_replication_role = {role}")
        for statement in (
            "update audit.t0_cert_run set reason = 'x'",
            "delete from audit.t0_cert_run",
            "truncate audit.t0_cert_run",
            "delete from audit.drift_event",
        ):
            assert outcome(admin, statement) == "TS002", (role, statement)


def child_of_the_shop(database: Any) -> market.Conn:
    """A store over the shop's guarded view, certified."""
    admin = opened(database)
    admin.execute(
        "create view shop.child as select t.item, t.t0, t.price + 1 as dearer"
        f" from {GUARDED} as t; create view shop.child_train with (security_barrier) as"
        " select c.item, c.t0, c.dearer"
        " from shop.child as c"
        f" where {market.asks('shop.child', 'c.item')};"
        " alter view shop.child owner to timeseal_owner;"
        " alter view shop.child_train owner to timeseal_owner"
    )
    market.declare(admin, "shop.child", "shop.child_train", ["item", "t0"], "t0")
    market.baseline(admin, "shop.child")
    status = market.certify(admin, "shop.child")
    if status != "CERTIFIED":
        raise RuntimeError(status)
    return admin


@probe("shop")
def falls_with_its_parent(database: Any) -> None:
    admin = child_of_the_shop(database)
    admin.execute("update shop.price set price = price")
    assert "parent" in (market.door(admin, "shop.child") or "")


@probe("shop")
def falls_when_its_parent_holds_other_data(database: Any) -> None:
    admin = child_of_the_shop(database)
    admin.execute("insert into shop.price values (1, '2020-02-01', 7, 'CLEAN')")
    status = market.certify(admin)
    if status != "CERTIFIED":
        raise RuntimeError(status)
    assert "parent" in (market.door(admin, "shop.child") or "")


@probe("shop")
def a_closed_door_is_an_error(database: Any) -> None:
    """A soft guard would give an empty answer instead."""
    opened(database).execute("update shop.price set price = price")
    assert outcome(database.connect("training"), COUNT) == "TS001"


@probe("shop")
def no_estimate_through_a_closed_door(database: Any) -> None:
    admin = opened(database)
    admin.execute("analyze shop.price")
    reader = database.connect("training")
    asked = f"explain select 1 from {GUARDED} where price > 1000000"
    admin.execute("update shop.price set price = 7654321 where item = 1")
    assert outcome(reader, asked) in CLOSED


@probe("shop")
def old_strings_change_no_verdict(database: Any) -> None:
    opened(database)
    certifier = database.connect("certifier")
    certifier.execute("set standard_conforming_strings = off; set escape_string_warning = off")
    # an exception of a gate is a verdict as well, and not this one
    status = outcome(certifier, f"select audit.certify('{ENTRYPOINT}')")
    assert not isinstance(status, str), status
    assert market.door(database.connect()) is None
