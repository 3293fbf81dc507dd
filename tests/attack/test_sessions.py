"""What one session can carry: snapshots handed on, savepoints, settings, zones, a crash."""

from __future__ import annotations

import psycopg
import pytest
from tests.attack import market
from tests.attack.market import ENTRYPOINT, GUARDED
from tests.attack.snapshot import CLOSED, CONTENT, COUNT, VISIBLE_THROUGH, old_snapshot, outcome
from tests.attack.states import DATA, DEFINITIONS, State

CHANGES = [state for state in DATA + DEFINITIONS if state.name in VISIBLE_THROUGH]


@pytest.mark.parametrize("state", CHANGES, ids=lambda one: one.name.replace(" ", "-"))
def test_a_snapshot_handed_to_another_session(state: State, shop: market.Database) -> None:
    """Whoever imports it sees what its owner sees: the certified rows or a refusal."""
    earlier = old_snapshot(shop)
    (name,) = earlier.execute("select pg_export_snapshot()").fetchone() or ("",)
    state.apply(shop.connect())
    other = shop.connect("training", autocommit=False)
    other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    other.execute(f"set transaction snapshot '{name}'".encode())
    assert outcome(other, CONTENT) in CLOSED


def test_a_cursor_across_a_savepoint(shop: market.Database) -> None:
    reader = shop.connect("training", autocommit=False)
    reader.execute("savepoint one")
    reader.execute(f"declare early cursor for {CONTENT}")
    certified = reader.execute("fetch 1 from early").fetchall()
    reader.execute("release savepoint one")
    shop.connect().execute("update shop.price set note = 'POISON'")
    rows = reader.execute("fetch all from early").fetchall()
    assert len(certified + rows) == market.ROWS
    assert "POISON" not in str(rows)
    assert outcome(reader, COUNT) in CLOSED


def test_a_write_undone_by_its_savepoint_voids_nothing(shop: market.Database) -> None:
    admin = shop.connect(autocommit=False)
    admin.execute("savepoint one")
    admin.execute("update shop.price set note = 'POISON'")
    admin.execute("rollback to one")
    admin.commit()
    rows = shop.connect("training").execute(CONTENT).fetchall()
    assert len(rows) == market.ROWS
    assert "POISON" not in str(rows)


def test_a_definition_undone_by_its_savepoint_stays_shut(shop: market.Database) -> None:
    admin = shop.connect(autocommit=False)
    admin.execute("savepoint one")
    admin.execute("alter function shop.doubled(integer) set timezone = 'Asia/Tokyo'")
    admin.execute("rollback to one")
    admin.commit()
    assert "fuse" in (market.door(shop.connect()) or "")
    assert market.certify(shop.connect()) == "CERTIFIED"


@pytest.mark.parametrize(
    "setting",
    [
        "timeseal.budget = 'late arrival'",
        "timeseal.reason = 'because I say so'",
        "timeseal.certified = 'true'",
        "audit.cert_guard = 'off'",
        "default_transaction_isolation = 'serializable'",
        "row_security = off",
    ],
)
def test_no_setting_of_a_reader_opens_the_door(setting: str, shop: market.Database) -> None:
    shop.connect().execute("update shop.price set note = 'POISON'")
    reader = shop.connect("training")
    reader.execute(f"set {setting}".encode())
    assert outcome(reader, COUNT) in CLOSED


def test_a_reason_is_kept_as_it_was_said(shop: market.Database) -> None:
    admin = shop.connect()
    said = "x'); delete from audit.t0_cert_run; -- \u2028 $$ %s %I"
    admin.execute("select set_config('timeseal.reason', %s, false)", (said,))
    assert market.certify(admin) == "CERTIFIED"
    assert admin.execute(
        "select reason from audit.t0_cert_run order by run_id desc limit 1"
    ).fetchone() == (said,)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/New_York", "Europe/Oslo"])
def test_a_certificate_lasts_as_long_in_every_zone(zone: str, shop: market.Database) -> None:
    admin = shop.connect()
    admin.execute("select set_config('timezone', %s, false)", (zone,))
    admin.execute("set timeseal.full_hash = on")  # by stamps it ends with the last full hash
    assert market.certify(admin) == "CERTIFIED"
    assert admin.execute(
        "select extract(epoch from expires_at - certified_at)::integer,"
        " certified_at <= clock_timestamp() from audit.t0_cert_run order by run_id desc limit 1"
    ).fetchone() == (86400, True)
    assert market.door(admin) is None


def burnt_on_disk(admin: market.Conn) -> bool:
    """Whether a burnt fuse reaches the disk before its transaction ends; true before 17."""
    with admin.transaction(force_rollback=True):
        (before,) = admin.execute("select pg_current_wal_insert_lsn()").fetchone() or ("",)
        admin.execute("select audit.burn_fuse(%s)", (ENTRYPOINT,))
        (flushed,) = admin.execute(
            "select pg_current_wal_flush_lsn() > %s::pg_lsn", (before,)
        ).fetchone() or (False,)
    return bool(flushed) or admin.info.server_version < 170000


def test_a_burnt_fuse_survives_a_crash(shop: market.Database) -> None:
    admin = shop.connect()
    assert burnt_on_disk(admin)
    assert "fuse" in (market.door(admin) or "")
    assert outcome(shop.connect("training"), f"select 1 from {GUARDED}") in CLOSED


def test_a_certifier_who_reads_strings_in_the_old_way(shop: market.Database) -> None:
    """Patterns of the gates hold backslashes: the setting of the session must not reach them."""
    certifier = shop.connect("certifier")
    certifier.execute("set standard_conforming_strings = off; set escape_string_warning = off")
    assert market.certify(certifier) == "CERTIFIED"
