"""A release is loaded whole through an open run, known from one instant on, and never grows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from tests.databases import Database

Conn = psycopg.Connection[Any]
PUBLISHED = datetime(2016, 10, 1, tzinfo=UTC)
RELEASE = (
    "insert into ref.release (release_id, title, publisher, published_at, licence, content_sha256,"
    " row_count, run_id) values (%s, 't', 'p', %s, 'l', 'x', %s, %s)"
)
ROW = "insert into ref.kreis_income values (%s, %s, %s, 2014, 'somewhere', 20000)"
CONTENT = "select row_count, rows_sha256 from ref.release_content where release_id = %s"
FAULTS = "select release_id, problem from ref.release_fault order by 1, 2"


def open_run(conn: Conn, kind: str = "reference") -> int:
    row = conn.execute("select raw.open_run(%s, 'test')", (kind,)).fetchone()
    assert row is not None
    return int(row[0])


def release(conn: Conn, name: str, rows: int) -> int:
    """A release that says how many rows it has and holds none yet; returns its open run."""
    run = open_run(conn)
    conn.execute(RELEASE, (name, PUBLISHED, rows, run))
    return run


def close(conn: Conn, run: int) -> None:
    conn.execute("select raw.close_run(%s)", (run,))


@contextmanager
def refused(found: str, state: str = "TS003") -> Iterator[None]:
    """Fails with an AssertionError, which is what a mutant has to end in."""
    caught = None
    try:
        yield
    except psycopg.Error as error:
        caught = error
    assert caught is not None, "nothing was refused"
    assert caught.sqlstate == state, caught
    assert found in f"{caught.diag.message_detail} {caught}"


def test_rows_come_only_while_the_run_of_their_release_is_open(market_db: Database) -> None:
    worker = market_db.connect("worker")
    run = release(worker, "a", 2)
    for code in ("1", "2"):  # near miss: as many statements as it takes
        worker.execute(ROW, ("a", PUBLISHED, code))
    close(worker, run)
    with refused("found: closed"):
        worker.execute(ROW, ("a", PUBLISHED, "3"))
    with refused("release_id", "23503"):
        worker.execute(ROW, ("nowhere", PUBLISHED, "3"))
    crashed = release(worker, "b", 2)
    worker.execute("select raw.abandon_run(%s)", (crashed,))
    with refused("found: crashed"):
        worker.execute(ROW, ("b", PUBLISHED, "3"))


@pytest.mark.parametrize("replication", ["origin", "replica"])
def test_not_even_the_owner_adds_to_a_closed_release(market_db: Database, replication: str) -> None:
    admin = market_db.connect()
    close(admin, release(admin, "a", 0))
    admin.execute(f"set session_replication_role = {replication}".encode())
    admin.execute("set role timeseal_owner")
    with refused("found: closed"):
        admin.execute(ROW, ("a", PUBLISHED, "1"))
    copying = admin.cursor().copy("copy ref.cohort from stdin")
    with refused("found: closed"), copying as copy:
        copy.write_row(("a", PUBLISHED, 1, "one"))
    with refused("append-only", "TS002"):
        admin.execute("update ref.release_content set row_count = 1")


def test_a_release_belongs_to_a_reference_run_committed_before(market_db: Database) -> None:
    worker = market_db.connect("worker")
    for kind in ("ingest", "backfill"):
        with refused(f"found: {kind}"):
            worker.execute(RELEASE, ("a", PUBLISHED, 0, open_run(worker, kind)))
    with refused("a run of this very transaction"), worker.transaction():
        release(worker, "a", 0)
    closed = open_run(worker)
    close(worker, closed)
    with refused("found: closed"):
        worker.execute(RELEASE, ("a", PUBLISHED, 0, closed))
    assert worker.execute("select count(*) from ref.release").fetchone() == (0,)


@pytest.mark.one_major
@pytest.mark.parametrize("instant", ["-infinity", "infinity"])
def test_no_release_is_published_at_infinity(market_db: Database, instant: str) -> None:
    worker = market_db.connect("worker")
    with refused("published_at", "23514"):
        worker.execute(RELEASE, ("a", instant, 0, open_run(worker)))


def test_all_rows_of_a_release_are_known_from_its_publication_on(market_db: Database) -> None:
    worker = market_db.connect("worker")
    release(worker, "a", 1)
    for wrong in (timedelta(microseconds=1), timedelta(microseconds=-1)):
        with refused("its publication"):
            worker.execute(
                "insert into ref.kreis_income select 'a', k.at, k.code, 2014, 'somewhere', 20000"
                " from (values (%s::timestamptz, '1'), (%s, '2')) as k (at, code)",
                (PUBLISHED, PUBLISHED + wrong),
            )
    worker.execute(ROW, ("a", PUBLISHED, "1"))
    assert worker.execute("select count(*) from ref.kreis_income").fetchone() == (1,)


def test_a_release_with_rows_missing_cannot_be_closed(market_db: Database) -> None:
    worker = market_db.connect("worker")
    run = release(worker, "a", 2)
    worker.execute(ROW, ("a", PUBLISHED, "1"))
    with refused("expected: 2 rows, as it says; found: 1"):
        close(worker, run)
    assert worker.execute(FAULTS).fetchall() == [
        ("a", "its load did not end well: its run is open")
    ]
    worker.execute(ROW, ("a", PUBLISHED, "2"))
    close(worker, run)
    assert worker.execute(FAULTS).fetchall() == []
    worker.execute("select raw.abandon_run(%s)", (release(worker, "b", 2),))
    assert worker.execute(CONTENT, ("b",)).fetchone() == (0, "")
    assert worker.execute(FAULTS).fetchall() == [
        ("b", "its load did not end well: its run is crashed")
    ]


def test_the_digest_knows_every_value_and_no_order(market_db: Database) -> None:
    worker = market_db.connect("worker")
    digests = {}
    rows = {"a": "12", "same": "21", "other": "13", "fewer": "1"}
    for name, codes in rows.items():
        run = release(worker, name, len(codes))
        for code in codes:
            worker.execute(ROW, (name, PUBLISHED, code))
        worker.execute(f"set timezone = '{'UTC' if name == 'a' else 'Asia/Tokyo'}'".encode())
        close(worker, run)
        digests[name] = worker.execute(CONTENT, (name,)).fetchone()
    assert digests["a"] == digests["same"]
    assert len(set(digests.values())) == 3


def test_a_run_ends_after_every_row_that_names_it(market_db: Database) -> None:
    """Otherwise a row could be committed that its digest does not hold."""
    worker, other = market_db.connect("worker", autocommit=False), market_db.connect("worker")
    run = release(other, "a", 1)
    worker.execute(ROW, ("a", PUBLISHED, "1"))
    other.execute("set lock_timeout = '200ms'")
    with refused("lock timeout", "55P03"):
        close(other, run)
    worker.commit()
    close(other, run)
    assert other.execute(FAULTS).fetchall() == []


#: What somebody with the rights of the owner and the triggers off may do to a closed release.
TAMPERED = (
    "insert into ref.kreis_income values ('a', '2016-10-01 UTC', '9', 2014, 'elsewhere', 1)",
    "update ref.kreis_income set income_eur = 20001",
    "update ref.kreis_income set known_at = known_at + interval '1 day'",
    "delete from ref.kreis_income",
    "update ref.release set published_at = published_at - interval '1 day'",
    "delete from ref.release_content",
)


def test_a_release_that_was_tampered_with_is_told(market_db: Database) -> None:
    worker, admin = market_db.connect("worker"), market_db.connect()
    run = release(worker, "a", 1)
    worker.execute(ROW, ("a", PUBLISHED, "1"))
    close(worker, run)
    for statement in TAMPERED:
        with admin.transaction(force_rollback=True):
            for table in ("kreis_income", "release", "release_content"):
                admin.execute(f"alter table ref.{table} disable trigger user".encode())
            assert admin.execute(FAULTS).fetchall() == []
            admin.execute(statement.encode())
            assert [one for one, _ in admin.execute(FAULTS)] == ["a"], statement


def test_who_accepts_a_failed_load_accepts_no_change_of_it(market_db: Database) -> None:
    """Two findings: a waiver of the one says nothing about the other."""
    worker, admin = market_db.connect("worker"), market_db.connect()
    run = release(worker, "a", 2)
    worker.execute(ROW, ("a", PUBLISHED, "1"))
    worker.execute("select raw.abandon_run(%s)", (run,))
    assert [one for _, one in admin.execute(FAULTS)] == [
        "its load did not end well: its run is crashed"
    ]
    admin.execute("alter table ref.kreis_income disable trigger user")
    admin.execute("update ref.kreis_income set income_eur = 1")
    assert len(admin.execute(FAULTS).fetchall()) == 2


@pytest.mark.one_major
def test_every_table_of_a_release_is_guarded_and_digested(market_db: Database) -> None:
    admin = market_db.connect()
    tables = admin.execute(
        "select a.attrelid::regclass::text from pg_attribute as a"
        " join pg_class as c on c.oid = a.attrelid and c.relkind in ('r', 'p')"
        " where c.relnamespace = 'ref'::regnamespace and a.attname = 'release_id'"
        " and c.relname not in ('release', 'release_content', 'geo_pin')"
    ).fetchall()
    guarded = admin.execute(
        "select t.tgrelid::regclass::text from pg_trigger as t"
        " where t.tgfoid = 'ref.admit_rows'::regproc and t.tgenabled = 'A'"
    ).fetchall()
    digested = (
        "select distinct d.refobjid::regclass::text from pg_depend as d"
        " join pg_rewrite as w on w.oid = d.objid and d.classid = 'pg_rewrite'::regclass"
        " where w.ev_class = %s::regclass and d.refobjid <> w.ev_class"
        " and d.refclassid = 'pg_class'::regclass"
    )
    assert len(tables) == 10
    assert sorted(tables) == sorted(guarded)
    for view in ("ref.release_rows", "ref.release_lane"):
        assert sorted(admin.execute(digested, (view,)).fetchall()) == sorted(tables)


def test_leaves_of_a_partitioned_reference_are_guarded_too(market_db: Database) -> None:
    admin = market_db.connect()
    admin.execute(
        "create table ref.parted (release_id text, known_at timestamptz)"
        " partition by list (release_id)"
    )
    admin.execute("create table ref.leaf partition of ref.parted default")
    admin.execute("select raw.guard_facts('ref.parted', 'known_at', 'ref.admit_rows')")
    close(admin, release(admin, "a", 0))
    for table in ("ref.parted", "ref.leaf"):
        with refused("found: closed"):
            admin.execute(f"insert into {table} values ('a', %s)".encode(), (PUBLISHED,))
