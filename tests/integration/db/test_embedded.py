"""The supervisor against real servers: ordinary life, several processes, every kind of kill −9."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from tests.servers import CARELESS, server_under_test

from timeseal.db import binaries, processes, state
from timeseal.db.account import Account
from timeseal.db.connect import connect
from timeseal.db.embedded import ADMIN, Embedded
from timeseal.db.server import External, Role
from timeseal.errors import ServerUnavailable

STARTER = """
import sys, time
from pathlib import Path
from timeseal.db.embedded import Embedded
server = Embedded(Path(sys.argv[1]), Path(sys.argv[2]), {"fsync": "off"})
print(server.start(), flush=True)
if len(sys.argv) > 3:
    with server._locked():
        print("locked", flush=True)
        time.sleep(60)
"""

Make = Callable[..., Embedded]


@pytest.fixture
def open_path() -> Iterator[Path]:
    """A directory everybody may enter; pytest's own are closed to a demoted server."""
    path = Path(tempfile.mkdtemp(prefix="ts-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def make_server(open_path: Path) -> Iterator[Make]:
    """Make servers; stopped, and moved states removed, before their directory goes."""
    del open_path
    made: list[Embedded] = []

    def one(home: Path, bindir: Path | None = None) -> Embedded:
        made.append(Embedded(home, bindir or server_under_test().bindir, CARELESS))
        return made[-1]

    yield one
    for server in made:
        server.stop()
        shutil.rmtree(Path(server.status().data).parent, ignore_errors=True)


def data_of(server: Embedded) -> Path:
    return Path(server.status().data)


def pid_of(server: Embedded) -> int:
    pid = server.status().pid
    assert pid is not None
    return pid


def value(server: Embedded, query: str, role: Role = "admin") -> object:
    with connect(server, "postgres", role) as conn:
        row = conn.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def starter(home: Path, *more: str) -> subprocess.Popen[str]:
    bindir = str(server_under_test().bindir)
    return subprocess.Popen(
        [sys.executable, "-c", STARTER, str(home), bindir, *more], stdout=subprocess.PIPE, text=True
    )


def modes(path: Path) -> dict[str, int]:
    return {str(one): one.stat().st_mode for one in (path, *path.parents)}


def test_it_starts_once_and_stops_and_keeps_its_data(make_server: Make, open_path: Path) -> None:
    server = make_server(open_path / "home")
    assert server.start() is True
    assert server.start() is False
    with connect(server, "postgres") as conn:
        conn.execute("create table kept as select 1 as x")
    assert server.stop() is True
    assert server.stop() is False
    assert server.status().running is False
    assert server.start() is True
    assert value(server, "select x from kept") == 1


def test_nothing_is_reachable_but_by_socket_and_password(
    make_server: Make, open_path: Path
) -> None:
    server = make_server(open_path / "home")
    server.start()
    assert value(server, "show listen_addresses") == ""
    assert value(server, "show data_checksums") == "on"
    assert value(server, "show timezone") == "UTC"
    assert Path(server.status().socket).stat().st_mode & 0o077 == 0
    assert (data_of(server).parent / "secrets.json").stat().st_mode & 0o077 == 0
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.dsn("postgres"), password="wrong")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.dsn("postgres"), user=ADMIN, password="")


@pytest.mark.parametrize(
    ("role", "login"),
    [
        ("admin", ADMIN),
        ("worker", "timeseal_worker"),
        ("certifier", "timeseal_certifier"),
        ("training", "ml_training"),
    ],
)
def test_every_role_is_a_login_of_its_own(server: Embedded, role: Role, login: str) -> None:
    assert value(server, "select session_user", role) == login


@pytest.mark.parametrize("role", ["worker", "certifier", "training"])
def test_on_an_external_server_the_role_is_set(server: Embedded, role: Role) -> None:
    external = External(server.dsn("postgres"))
    with connect(external, "postgres", role) as conn:
        row = conn.execute("select current_user, session_user").fetchone()
    assert row is not None
    assert row[0] != ADMIN
    assert row[1] == ADMIN


def test_a_stopped_server_is_refused_with_the_way_out(make_server: Make, open_path: Path) -> None:
    server = make_server(open_path / "home")
    server.start()
    server.stop()
    with pytest.raises(ServerUnavailable, match="hint: timeseal db"):
        connect(server, "postgres")


def test_a_missing_database_is_refused_with_its_command(server: Embedded) -> None:
    with pytest.raises(ServerUnavailable) as refusal:
        connect(server, "nowhere")
    assert refusal.value.hint == "timeseal db create nowhere"


def test_a_killed_server_comes_back_with_its_data(make_server: Make, open_path: Path) -> None:
    server = make_server(open_path / "home")
    server.start()
    with connect(server, "postgres") as conn:
        conn.execute("set synchronous_commit = on")
        conn.execute("create table kept as select 1 as x")
    os.kill(pid_of(server), signal.SIGKILL)
    assert server.start() is True
    assert value(server, "select x from kept") == 1


def test_a_busy_backend_of_a_killed_server_does_not_share_its_data(
    make_server: Make, open_path: Path
) -> None:
    server = make_server(open_path / "home")
    server.start()
    conn = connect(server, "postgres", autocommit=False)
    conn.execute("select 1")
    backend = conn.info.backend_pid
    os.kill(backend, signal.SIGSTOP)
    os.kill(pid_of(server), signal.SIGKILL)
    processes.clear_remains(data_of(server), Path(server.status().socket), patience=0.3)
    assert backend not in processes.living_in(data_of(server))
    assert server.start() is True
    conn.close()


@pytest.mark.parametrize("claimed", ["zombie", "stranger"])
def test_a_pid_file_is_a_claim_not_a_fact(make_server: Make, open_path: Path, claimed: str) -> None:
    server = make_server(open_path / "home")
    server.start()
    data = data_of(server)
    said = (data / "postmaster.pid").read_text().split("\n")
    server.stop()
    command = ["true"] if claimed == "zombie" else ["sleep", "60"]
    other = subprocess.Popen(command)
    if claimed == "zombie":  # it has ended, and nobody takes its exit code
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    (data / "postmaster.pid").write_text("\n".join([str(other.pid), *said[1:]]))
    try:
        assert server.status().running is False
        assert server.stop() is False
        assert server.start() is True
    finally:
        alive = other.poll() is None
        other.kill()
        other.wait()
    assert alive == (claimed == "stranger")


def test_a_killed_client_leaves_a_server_that_answers_and_stops(
    make_server: Make, open_path: Path
) -> None:
    server = make_server(open_path / "home")
    client = starter(open_path / "home", "and hold the lock")
    assert client.stdout is not None
    assert client.stdout.readline().strip() == "True"
    assert client.stdout.readline().strip() == "locked"
    client.kill()
    client.communicate()
    assert value(server, "select 1") == 1
    assert server.stop() is True


def test_of_four_simultaneous_starters_one_starts_and_all_are_served(
    make_server: Make, open_path: Path
) -> None:
    server = make_server(open_path / "home")
    starters = [starter(open_path / "home") for _ in range(4)]
    said = [one.communicate(timeout=300)[0].strip() for one in starters]
    assert sorted(said) == ["False", "False", "False", "True"]
    assert value(server, "select 1") == 1


def test_what_the_server_owns_is_made_under_the_lock(
    make_server: Make, open_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def create_locked(place: state.State, account: Account) -> None:
        with place.lock.open() as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert not place.sockets.exists()
        create(place, account)
        made.append(place.sockets)

    create = state.create
    monkeypatch.setattr(state, "create", create_locked)
    server = make_server(open_path / "home")
    assert server.start() is True
    assert made == [Path(server.status().socket)]


def test_two_homes_are_two_servers(make_server: Make, open_path: Path) -> None:
    one, other = make_server(open_path / "one"), make_server(open_path / "other")
    one.start()
    other.start()
    with connect(one, "postgres") as conn:
        conn.execute("create table mine (x int)")
    assert value(other, "select to_regclass('mine') is null") is True
    one.stop()
    assert value(other, "select 1") == 1


def test_half_an_initdb_never_counts(make_server: Make, open_path: Path) -> None:
    server = make_server(open_path / "home")
    leftover = open_path / "home" / "server" / "data.new-dead"
    leftover.mkdir(parents=True)
    (leftover / "PG_VERSION").write_text("18\n")
    server.start()
    assert not leftover.exists()
    assert value(server, "select 1") == 1


def test_starting_changes_no_permission_outside_its_home(
    make_server: Make, open_path: Path
) -> None:
    (open_path / "a").mkdir(mode=0o750)
    (open_path / "a").chmod(0o751)
    before = modes(open_path / "a")
    server = make_server(open_path / "a" / "home")
    server.start()
    server.stop()
    assert modes(open_path / "a") == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is demoted")
def test_root_with_a_closed_home_keeps_its_state_elsewhere(
    make_server: Make, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = modes(closed)
    server = make_server(closed / "home")
    server.start()
    assert value(server, "select 1") == 1
    assert modes(closed) == before
    assert not data_of(server).is_relative_to(closed)
    assert "cannot be entered" in (server.note or "")


@pytest.mark.one_major
@pytest.mark.skipif(os.geteuid() != 0, reason="only root is demoted")
def test_binaries_in_a_closed_place_are_copied_once_and_outlive_it(
    make_server: Make, tmp_path: Path
) -> None:
    bindir = closed_copy_of_the_wheel(tmp_path / "closed")
    server = make_server(tmp_path / "home", bindir)
    server.start()
    copies = list(data_of(server).parent.glob("pg*/*/*/bin"))
    assert len(copies) == 1
    server.stop()
    inode = (copies[0] / "postgres").stat().st_ino
    server.start()
    assert (copies[0] / "postgres").stat().st_ino == inode
    server.stop()
    shutil.rmtree(tmp_path / "closed")
    assert make_server(tmp_path / "home", copies[0]).start() is True
    assert value(server, "select 1") == 1


def closed_copy_of_the_wheel(closed: Path) -> Path:
    closed.mkdir(mode=0o700)
    bindir = binaries.wheel_bindir()
    assert bindir is not None
    package = bindir.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(bindir.parent, closed / package.name / bindir.parent.name, symlinks=True)
    shutil.copytree(libraries, closed / libraries.name, symlinks=True)
    return closed / package.name / bindir.parent.name / "bin"
