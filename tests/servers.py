"""Which PostgreSQL the database tests run on, and how carelessly."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from timeseal.db import binaries
from timeseal.db.embedded import Embedded

#: The file in a server's home that its session holds.
OWNER = "owner"
#: Tests throw their data away, so nothing needs to reach the disk.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # it would wake up for each of a thousand databases
    "shared_buffers": "128MB",
    "max_wal_size": "256MB",
    # What an attacker may find switched on elsewhere.
    "wal_level": "logical",
    "max_wal_senders": "4",
    "max_prepared_transactions": "4",
}


def server_under_test() -> binaries.Binaries:
    """The server under test: TIMESEAL_TEST_BINDIR, or the wheel's."""
    given = os.environ.get("TIMESEAL_TEST_BINDIR")
    bindir = Path(given) if given else binaries.wheel_bindir()
    found = binaries.inspect(bindir, "configured") if bindir else None
    if found is None:
        raise pytest.UsageError(f"no PostgreSQL to test on: {bindir}")
    return found


def _in_memory() -> Path | None:
    """Where memory is mounted and plentiful: the 300 files of a clone cost a tenth there."""
    memory = Path("/dev/shm")  # noqa: S108 - the home made in it has a name of its own
    if not os.access(memory, os.W_OK) or os.statvfs(memory).f_flag & os.ST_NOEXEC:
        return None  # a demoted server runs binaries of its own home
    return memory if shutil.disk_usage(memory).free > 8 << 30 else None


#: For a server that is to recover from a crash: a write that a signal cut short is written again.
RECOVERS = {"full_page_writes": "on", "synchronous_commit": "on"}


@contextmanager
def careless_server(**settings: str) -> Iterator[Embedded]:
    """A private server in a throw-away home; gone afterwards, or when the next session starts."""
    folder = _in_memory() or Path(tempfile.gettempdir())
    clear_abandoned(folder)
    home = Path(tempfile.mkdtemp(prefix="ts-", dir=folder))
    home.chmod(0o711)  # a demoted server has to enter it
    server = Embedded(home, server_under_test().bindir, {**CARELESS, **settings})
    with owned(home):
        try:
            server.start()
            yield server
        finally:
            server.stop()
            shutil.rmtree(home, ignore_errors=True)


@contextmanager
def owned(home: Path) -> Iterator[None]:
    """Hold a home: the kernel lets go of it when this process ends, however it ends."""
    with (home / OWNER).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def clear_abandoned(folder: Path) -> None:
    """Stop and remove the servers of sessions that were killed: their homes, which nobody holds."""
    for owner in folder.glob(f"ts-*/{OWNER}"):
        with suppress(FileNotFoundError, BlockingIOError), owner.open("r+") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            Embedded(owner.parent, server_under_test().bindir, CARELESS).stop()
            shutil.rmtree(owner.parent, ignore_errors=True)
