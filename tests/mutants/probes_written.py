"""Probes of the certificate that hashes written days: what forbids it, and what it must carry."""

from __future__ import annotations

from typing import Any

import psycopg
from tests.integration.store import written
from tests.integration.store.conftest import SHOP
from tests.integration.store.written import NOT_LOCAL
from tests.mutants.harness import probe

from timeseal.seal.roles import acting_as_owner

Conn = psycopg.Connection[Any]


def _shop(database: Any) -> Conn:
    conn: Conn = database.connect()
    with acting_as_owner(conn):
        conn.execute((SHOP / "facts.sql").read_bytes())
        conn.execute("select raw.fill(1, 0, 240)")
    written.bind(conn)
    return conn


@probe("shop", "a value written before it", "a value written after it", "the ledger went on")
def every_row_is_hashed(database: Any, name: str) -> None:
    conn = _shop(database)
    assert written.publish(conn)["status"] == "CERTIFIED"
    assert written.beside(conn, name)["data_checked"] == "rows", name


@probe("shop")
def written_days_are_hashed(database: Any) -> None:
    conn = _shop(database)
    written.publish(conn)
    written.append(conn)
    sealed = written.publish(conn)
    assert (sealed["status"], sealed["data_checked"]) == ("CERTIFIED", "days")
    conn.execute("set timeseal.full_hash = on")
    assert written.certify(conn)["fingerprint"] == sealed["fingerprint"]


@probe("shop", "joined by key", "what reads like a proof", "a name that reads like a proof")
def rows_of_another_t0(database: Any, name: str) -> None:
    assert not written.is_local(_shop(database), NOT_LOCAL[name])


@probe("shop")
def a_late_arrival_is_replayed(database: Any) -> None:
    conn = _shop(database)
    written.publish(conn)
    conn.execute("select audit.void_late_arrival(timestamptz '2024-03-01 00:00:00+00', 9)")
    checks = written.certify(conn)["checks"]
    assert "replay" not in {check["gate"] for check in checks if "carried" in check}


@probe("shop")
def few_rows_prove_little(database: Any) -> None:
    conn = _shop(database)
    rows = written.publish(conn)["dataset_rows"]
    for run in (2, 3, 4):
        written.append(conn, run)
        sealed = written.publish(conn)
    assert sealed["dataset_rows"] > 2 * rows
    assert "replay" not in {check["gate"] for check in sealed["checks"] if "carried" in check}


@probe("shop")
def writes_before_a_restore(database: Any) -> None:
    conn = _shop(database)
    # of a view of no store: nobody binds it again
    conn.execute("delete from audit.store_invariant where entrypoint <> %s", (written.ENTRYPOINT,))
    try:
        written.rebound(conn)
    except psycopg.errors.UniqueViolation as error:
        raise AssertionError("two writes lead from one version") from error


@probe("shop")
def an_entrypoint_of_other_days_is_hashed_whole(database: Any) -> None:
    conn = _shop(database)
    written.shift_by_key(conn)
    assert written.publish(conn)["status"] == "CERTIFIED"
    written.append(conn)
    assert written.publish(conn)["data_checked"] == "rows"


@probe("shop")
def what_grew_is_analysed(database: Any) -> None:
    conn = _shop(database)
    conn.execute("analyze raw.sighting")
    with acting_as_owner(conn):
        conn.execute(written.APPEND, (2, 288, 2288))
    conn.execute(written.REFRESH.encode())
    assert conn.execute(
        "select c.reltuples from pg_class as c where c.oid = 'raw.sighting'::regclass"
    ).fetchone() == (2240,)


@probe("shop")
def nobody_waits_for_statistics(database: Any) -> None:
    conn, other = _shop(database), database.connect()
    with other.transaction():
        other.execute("lock table raw.sighting in share update exclusive mode")
        conn.execute("set lock_timeout = '500ms'")
        try:
            conn.execute(written.REFRESH.encode())
        except psycopg.errors.LockNotAvailable as error:
            raise AssertionError("a refresh waited") from error
