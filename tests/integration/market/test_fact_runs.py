"""Facts enter through committed runs, date their knowledge honestly, and are never changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from tests.databases import Database
from tests.integration.market.world import HOUR, T0, World

FACT_TABLES = [
    "raw.listing_observation",
    "raw.listing_event",
    "raw.attribute_event",
    "raw.image_asset",
    "raw.image_label_event",
    "raw.quarantine",
    "ref.release",
    "ref.cohort",
    "ref.geo_postal",
    "ref.geo_district",
    "ref.kreis_income",
]
INSERT = (
    "insert into raw.listing_observation (generation, listing_id, observed_at, source, run_id,"
    " payload_sha256) values (1, %s, coalesce(%s, clock_timestamp()), 'test', %s, 'x')"
)


def open_run(conn: psycopg.Connection[Any], kind: str = "ingest", **more: Any) -> int:
    lease = more.get("lease", "15 minutes")
    statement = "select raw.open_run(%s, 'test', null, %s::interval)"
    return int((conn.execute(statement, (kind, lease)).fetchone() or (0,))[0])


def refused(code: str, word: str) -> Any:
    return pytest.raises(psycopg.Error, match=f"{code}.*{word}")


@pytest.mark.parametrize("replication", ["origin", "replica"])
def test_no_role_changes_a_fact(market_db: Database, replication: str) -> None:
    admin = market_db.connect()
    admin.execute("set session_replication_role = " + replication)
    for table in FACT_TABLES:
        column = "release_id" if table.startswith("ref.") else "run_id"
        for verb in (f"update {table} set {column} = {column}", f"delete from {table}"):
            with refused("TS002", table):
                admin.execute(verb)
        with refused("TS002", table):
            admin.execute(f"truncate {table} cascade")


def test_leaves_of_a_partitioned_fact_are_guarded_too(market_db: Database) -> None:
    admin = market_db.connect()
    admin.execute(
        "create table raw.parted (run_id bigint, known_at timestamptz)"
        " partition by range (known_at)"
    )
    admin.execute("create table raw.leaf partition of raw.parted default")
    admin.execute("select raw.guard_facts('raw.parted', 'known_at')")
    with refused("TS002", "raw.leaf"):
        admin.execute("truncate raw.leaf")
    run = open_run(admin)
    statement = "insert into {} values (%s, %s)"
    for table in ("raw.parted", "raw.leaf"):
        with refused("TS003", "cannot date its knowledge"):
            admin.execute(statement.format(table), (run, T0))


def test_the_database_stamps_knowledge_unless_a_backfill_dates_it(market_db: Database) -> None:
    worker = market_db.connect("worker")
    run = open_run(worker)
    worker.execute(INSERT, (1, None, run))
    with refused("TS003", "cannot date its knowledge"):
        worker.execute(INSERT, (2, T0, run))
    backfill = open_run(worker, "backfill")
    worker.execute(INSERT, (2, T0, backfill))
    future = datetime.now(UTC) + timedelta(days=1)
    for one in (run, backfill):
        with refused("TS003", "known in the future"):
            worker.execute(INSERT, (3, future, one))


def test_one_dated_row_spoils_the_whole_statement(market_db: Database) -> None:
    worker = market_db.connect("worker")
    run = open_run(worker)
    columns = "(generation, listing_id, observed_at, source, run_id, payload_sha256)"
    statement = f"copy raw.listing_observation {columns} from stdin"
    copying = worker.cursor().copy(statement)
    with refused("TS003", "cannot date its knowledge"), copying as copy:
        copy.write_row((1, 1, datetime.now(UTC), "test", run, "x"))
        copy.write_row((1, 2, T0, "test", run, "x"))
    assert worker.execute("select count(*) from raw.listing_observation").fetchone() == (0,)


def test_a_run_is_committed_before_its_first_fact(market_db: Database) -> None:
    worker = market_db.connect("worker")
    with refused("TS003", "refused"), worker.transaction():
        worker.execute(INSERT, (1, None, open_run(worker)))
    closed = open_run(worker)
    worker.execute("select raw.close_run(%s)", (closed,))
    for run in (closed, 4711):
        with refused("TS003", "refused"):
            worker.execute(INSERT, (1, None, run))
    with refused("TS003", "cannot be closed"):
        worker.execute("select raw.close_run(%s)", (closed,))


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_an_older_snapshot_closes_no_run(market_db: Database, level: str) -> None:
    """It would not see what the run brought, and void nothing."""
    worker, other = market_db.connect("worker"), market_db.connect("worker")
    run = open_run(worker, "backfill")
    other.execute(f"begin isolation level {level}".encode())
    other.execute("select count(*) from raw.run")
    worker.execute(INSERT, (1, T0, run))
    with refused("TS003", "cannot be closed in this transaction"):
        other.execute("select raw.close_run(%s)", (run,))
    other.execute("rollback")
    worker.execute("select raw.close_run(%s)", (run,))
    known = "select min_known_at = %s from raw.run where run_id = %s"
    assert worker.execute(known, (T0, run)).fetchone() == (True,)


def test_the_horizon_stops_at_the_earliest_open_run(market_db: Database) -> None:
    admin, worker = market_db.connect(), market_db.connect("worker")
    first, second = open_run(worker), open_run(worker)
    horizon = "select raw.safe_horizon() = (select opened_at from raw.run where run_id = %s)"
    assert admin.execute(horizon, (first,)).fetchone() == (True,)
    worker.execute("select raw.close_run(%s)", (first,))
    assert admin.execute(horizon, (second,)).fetchone() == (True,)
    worker.execute("select raw.close_run(%s)", (second,))
    open_now = "select raw.safe_horizon() between %s and clock_timestamp()"
    assert admin.execute(open_now, (datetime.now(UTC) - timedelta(minutes=1),)).fetchone() == (
        True,
    )


def test_an_open_backfill_holds_the_horizon_at_what_it_has_said(market_db: Database) -> None:
    worker, admin = market_db.connect("worker"), market_db.connect()
    run = open_run(worker, "backfill")
    worker.execute(INSERT, (1, T0, run))
    assert admin.execute("select raw.safe_horizon() = %s", (T0,)).fetchone() == (True,)
    worker.execute("select raw.close_run(%s)", (run,))
    assert admin.execute("select raw.safe_horizon() > %s", (T0,)).fetchone() == (True,)


@pytest.mark.parametrize("instant", ["-infinity", "infinity"])
def test_no_fact_is_seen_at_infinity(market_db: Database, instant: str) -> None:
    worker = market_db.connect("worker")
    run = open_run(worker, "backfill")
    with pytest.raises(psycopg.Error):
        worker.execute(INSERT, (1, instant, run))


def test_the_horizon_waits_for_a_run_that_is_being_opened(market_db: Database) -> None:
    """Otherwise a run could be stamped before, and committed after, the horizon was read."""
    worker, admin = market_db.connect("worker", autocommit=False), market_db.connect()
    open_run(worker)
    admin.execute("set lock_timeout = '200ms'")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        admin.execute("select raw.safe_horizon()")
    worker.commit()
    admin.execute("select raw.safe_horizon()")


def test_a_crashed_run_is_closed_by_its_lease(market_db: Database) -> None:
    worker = market_db.connect("worker")
    crashed = open_run(worker, "backfill", lease="1 millisecond")
    worker.execute(INSERT, (1, T0, crashed))
    alive = open_run(worker)
    status = "select status, min_known_at from raw.run where run_id = %s"
    assert worker.execute(status, (crashed,)).fetchone() == ("crashed", T0)
    assert worker.execute(status, (alive,)).fetchone() == ("open", None)
    with refused("TS003", "refused"):
        worker.execute(INSERT, (2, T0, crashed))


def test_a_renewed_lease_keeps_a_run_open(market_db: Database) -> None:
    worker = market_db.connect("worker")
    run = open_run(worker, lease="1 millisecond")
    worker.execute("select raw.renew_lease(%s)", (run,))
    assert worker.execute("select raw.close_expired_runs()").fetchone() == ([],)


def test_reach_starts_at_the_earliest_fact_not_seen_yet(world: World) -> None:
    reach = "select dirty_from, runs from raw.fact_reach(%s)"
    world.ad(1, T0)
    first = world.run()
    world.ad(2, T0 - HOUR)
    second = world.run()
    third = open_run(world.conn)
    assert world.conn.execute(reach, ([],)).fetchone() == (T0 - HOUR, [first, second])
    assert world.conn.execute(reach, ([second],)).fetchone() == (T0, [first])
    assert world.conn.execute(reach, ([first, second],)).fetchone() == (None, [])
    world.conn.execute("select raw.close_run(%s)", (third,))
    assert world.conn.execute(reach, ([first, second],)).fetchone() == (None, [third])


def test_the_worker_has_no_other_way_in(market_db: Database) -> None:
    worker = market_db.connect("worker")
    run = open_run(worker)
    for statement in (
        "insert into raw.run (kind, source, opened_at) values ('backfill', 'x', now())",
        f"update raw.run set kind = 'backfill' where run_id = {run}",
        f"select raw.end_run({run}, 'closed')",
        "alter table raw.listing_observation disable trigger all",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            worker.execute(statement)
