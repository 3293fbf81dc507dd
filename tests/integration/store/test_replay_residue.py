"""A replay that is killed leaves nothing: no schema, no table, no byte, no changed fact."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from tests.databases import Database, Databases
from tests.servers import RECOVERS, careless_server

from timeseal.db import install
from timeseal.errors import ServerUnavailable
from timeseal.seal import binding
from timeseal.seal.roles import Connection, acting_as_owner
from timeseal.seal.store import load_store

pytestmark = pytest.mark.one_major
SHOP = Path(__file__).parent / "shop"
ENTRYPOINT = "ml.thing_features_v"
REPLAY = f"select count(*) from audit.replay('{ENTRYPOINT}', 'all', true)"
SHORT = f"select count(*) from audit.replay('{ENTRYPOINT}', 'entity')"
#: What a crash may leave of an unlogged relation: the first page of each of its few indexes.
PAGES_OF_INDEXES = 1_000_000


@pytest.fixture(scope="module")
def lonely_shop() -> Iterator[Database]:
    """A shop on a server of its own, because a killed backend takes the others along."""
    with careless_server(**RECOVERS) as server:
        database = Databases(server).create(name="lonely_shop")
        conn = database.connect()
        install.apply(conn, install.plan(conn, ["seal", "contract"]))
        with acting_as_owner(conn):
            conn.execute((SHOP / "facts.sql").read_bytes())
            conn.execute("select raw.fill(1, 0, 240)")
        declaration = load_store([SHOP])
        binding.apply(conn, declaration, binding.plan(conn, declaration))
        conn.execute("select * from audit.refresh_store('shop')")
        yield database
        database.close()


def _objections(conn: Connection) -> list[object]:
    """What the gate says of the next certification."""
    return conn.execute("select f from audit.gate_replay(%s, 'next') as f", [ENTRYPOINT]).fetchall()


def _state(conn: Connection) -> tuple[object, ...]:
    """Checksums of the facts, versions of the stored relations, names in the catalogue."""
    row = conn.execute(
        "select (select sha256(string_agg(s::text, '|' order by s::text)::bytea)"
        " from raw.sighting as s),"
        " (select sha256(string_agg(e::text, '|' order by e::text)::bytea) from raw.ending as e),"
        " (select jsonb_agg(t order by t.relid) from audit.stamp as t),"
        " (select count(*) from pg_class), (select count(*) from pg_namespace)"
    ).fetchone()
    assert row is not None
    return tuple(row)


def _size(conn: Connection) -> int:
    conn.execute("checkpoint")
    row = conn.execute("select pg_database_size(current_database())").fetchone()
    assert row is not None
    return int(row[0])


def _wait(what: Callable[[], bool]) -> None:
    for _ in range(2400):
        if what():
            return
        time.sleep(0.05)
    raise TimeoutError("it did not come to that within two minutes")


def _is_rebuilding(conn: Connection, pid: int) -> bool:
    """Whether a backend holds tables that nobody else can see yet."""
    row = conn.execute(
        "select count(*) from pg_locks as l where l.pid = %s and l.locktype = 'relation'"
        " and l.mode = 'AccessExclusiveLock'"
        " and not exists (select from pg_class as c where c.oid = l.relation)",
        [pid],
    ).fetchone()
    return row is not None and row[0] > 3


def _again(database: Database) -> Connection:
    """A connection to a server that is recovering from a crash."""
    database.close()

    def is_back() -> bool:
        with suppress(ServerUnavailable):
            database.connect()
            return True
        return False

    try:
        _wait(is_back)
    except TimeoutError as error:
        error.add_note(Path(database.server.status().log).read_text()[-4000:])
        raise
    return database.connect()


def test_a_killed_backend_leaves_nothing(lonely_shop: Database) -> None:
    watcher = lonely_shop.connect()
    before, size = _state(watcher), _size(watcher)
    victim = lonely_shop.connect("certifier")
    pid = victim.info.backend_pid

    def run() -> None:
        with suppress(psycopg.OperationalError):
            victim.execute(REPLAY)

    thread = threading.Thread(target=run)
    thread.start()
    _wait(lambda: _is_rebuilding(watcher, pid))
    os.kill(pid, signal.SIGKILL)
    thread.join()
    conn = _again(lonely_shop)
    assert _state(conn) == before
    assert _size(conn) - size < PAGES_OF_INDEXES
    assert _objections(conn) == []


def test_a_killed_client_leaves_nothing(lonely_shop: Database) -> None:
    watcher = lonely_shop.connect()
    before = _state(watcher)
    conn = lonely_shop.connect("certifier")
    text = (
        "import psycopg, sys\n"
        "conn = psycopg.connect(sys.argv[1], password=sys.argv[2], autocommit=True)\n"
        "print(conn.info.backend_pid, flush=True)\n"
        "conn.execute(sys.argv[3])\n"
    )
    client = subprocess.Popen(
        [sys.executable, "-c", text, conn.info.dsn, conn.info.password, SHORT],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert client.stdout is not None
    pid = int(client.stdout.readline())
    _wait(lambda: _is_rebuilding(watcher, pid))
    client.kill()
    client.communicate()
    gone = "select not exists (select from pg_stat_activity where pid = %s)"
    _wait(lambda: watcher.execute(gone, [pid]).fetchone() == (True,))
    assert _state(watcher) == before
    assert _objections(watcher) == []


def test_readers_and_appenders_pass_an_open_replay(lonely_shop: Database) -> None:
    replaying = lonely_shop.connect("certifier", autocommit=False)
    replaying.execute(f"select count(*) from audit.replay('{ENTRYPOINT}', 'world')")
    conn = lonely_shop.connect()
    conn.execute("set lock_timeout = '1 s'")
    assert conn.execute("select count(*) from ml.thing_features_v").fetchone() == (240,)
    with conn.transaction(force_rollback=True):
        conn.execute("select raw.fill(2, 240, 244)")
        assert conn.execute("select count(*) from raw.sighting").fetchone() == (244,)
    replaying.rollback()


def test_a_refresh_killed_halfway_leaves_the_old_state_and_the_next_one_picks_up(
    lonely_shop: Database,
) -> None:
    watcher = lonely_shop.connect()
    # the facts outlive the crash, whatever the servers of tests do with commits
    watcher.execute("set synchronous_commit = on")
    with acting_as_owner(watcher):
        watcher.execute("select raw.fill(77, 240, 300)")
    rows = "select count(*), max(t0) from store.thing_base"
    before = watcher.execute(rows).fetchone()
    victim = lonely_shop.connect("worker")
    pid = victim.info.backend_pid

    def run() -> None:
        with suppress(psycopg.OperationalError):
            victim.execute("call audit.refresh('ml.thing_features_v')")

    # the last layer waits for this, when the first ones are written
    locker = lonely_shop.connect(autocommit=False)
    locker.execute("set role timeseal_owner")
    locker.execute("lock table store.thing_enriched in share row exclusive mode")
    waiting = "select count(*) from pg_locks as l where l.pid = %s and not l.granted"
    thread = threading.Thread(target=run)
    thread.start()
    _wait(lambda: watcher.execute(waiting, [pid]).fetchone() == (1,))
    os.kill(pid, signal.SIGKILL)
    thread.join()
    conn = _again(lonely_shop)
    assert conn.execute(rows).fetchone() == before
    conn.execute("call audit.refresh('ml.thing_features_v')")
    assert conn.execute("select count(*) from store.thing_enriched").fetchone() == (300,)
    assert conn.execute(
        "select sum(r.inserted + r.updated + r.deleted) from audit.refresh_store('shop', true) as r"
    ).fetchone() == (0,)
