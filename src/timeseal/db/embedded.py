"""The embedded server: our own small supervisor over any PostgreSQL binaries.

Socket only, SCRAM, one per home. Owns initdb, start, stop and the truth about "is it running",
found by connecting. The server outlives the process that started it; `stop` is explicit.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from timeseal.db import processes, state
from timeseal.db.account import Account, server_account
from timeseal.db.binaries import Binaries, choose
from timeseal.db.server import LOGINS, Role
from timeseal.errors import EnvironmentProblem, ServerUnavailable

ADMIN = "timeseal_admin"
PORT = 5432
PATIENCE = 60.0

CONFIG: Mapping[str, str] = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "max_connections": "40",
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    # No replica hangs on an embedded server, so bulk loads into new tables skip the log.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
}


@dataclass(frozen=True, slots=True)
class Status:
    """What `db status` shows; paths and versions, never a password."""

    running: bool
    version: str | None
    major: int | None
    binaries: str
    data: str
    socket: str
    log: str
    account: str
    pid: int | None
    note: str | None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


class Embedded:
    """The server of one home. Any number of processes may use it at once."""

    sets_role = False
    maintenance = "postgres"

    def __init__(
        self, home: Path, bindir: Path | None = None, config: Mapping[str, str] | None = None
    ) -> None:
        self.home = home
        self._bindir = bindir
        self._config = {**CONFIG, **(config or {})}
        self._account: Account = server_account()
        self._state = state.locate(home, self._account)
        self._passwords: dict[str, str] = {}

    @property
    def note(self) -> str | None:
        """What a reader should know about where things lie, if anything."""
        notes = []
        if self._state.moved:
            notes.append(
                f"{self.home} cannot be entered by {self._account.name}, "
                f"so data and binaries are kept in {self._state.root}"
            )
        if self._account.demoted:
            notes.append(f"the server runs as {self._account.name}, because it refuses root")
        forgotten = state.orphans(self._state)
        if forgotten:
            left = " ".join(str(path) for path in forgotten)
            notes.append(f"homes that are gone left their data behind, to remove it: rm -r {left}")
        return "; ".join(notes) or None

    def dsn(self, database: str, role: Role = "admin") -> str:
        """Connection string for one of our real logins."""
        login = ADMIN if role == "admin" else LOGINS[role]
        return make_conninfo(
            host=str(self._state.sockets),
            port=PORT,
            dbname=database,
            user=login,
            password=self._password(login),
        )

    def start(self) -> bool:
        """Start the server unless it answers; True when this call started it."""
        if self._answers():
            return False
        state.create_root(self._state, self._account)
        with self._locked():
            if self._answers():
                return False
            state.create(self._state, self._account)
            binaries = self._binaries()
            if self._state.major is None:
                self._initdb(binaries)
            stopped = processes.postmaster(self._state.data) is None
            if stopped:
                processes.clear_remains(self._state.data, self._state.sockets)
                self._launch(binaries)
            self._await_answer()
            self._ensure_logins()
            return stopped

    def stop(self) -> bool:
        """Stop the server; False when none was running."""
        if not self._state.data.is_dir():
            return False
        with self._locked():
            pid = processes.postmaster(self._state.data)
            if pid is None:
                return False
            # The fast shutdown of pg_ctl, without needing the binaries to be still there.
            os.kill(pid, signal.SIGINT)
            if not processes.emptied(self._state.data, PATIENCE):
                raise self._failed("did not stop", _tail(self._state.log))
            return True

    def status(self) -> Status:
        """Look without changing anything."""
        running = self._answers()
        version = None
        if running:
            with psycopg.connect(self.dsn("postgres")) as conn:
                version = conn.info.parameter_status("server_version")
        return Status(
            running=running,
            version=version,
            major=self._state.major,
            binaries=self._described_binaries(),
            data=str(self._state.data),
            socket=str(self._state.sockets),
            log=str(self._state.log),
            account=self._account.name,
            pid=processes.postmaster(self._state.data),
            note=self.note,
        )

    def binary(self, name: str) -> Path:
        """Path of a client program that fits the server, e.g. psql."""
        path = self._binaries().bindir / name
        return path if path.is_file() else Path(shutil.which(name) or name)

    def _described_binaries(self) -> str:
        try:
            return str(choose(self._bindir, self._state.root, self._state.major))
        except EnvironmentProblem as error:
            return error.message

    # -- steps -------------------------------------------------------------------------------

    def _binaries(self) -> Binaries:
        chosen = choose(self._bindir, self._state.root, self._state.major)
        return state.usable(chosen, self._state, self._account)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time; the kernel frees the lock of a killed holder."""
        handle = os.open(self._state.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _initdb(self, binaries: Binaries) -> None:
        """Create the data directory under another name, then rename: half a one never counts."""
        for leftover in self._state.root.glob("data.new-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        fresh = self._account.own(self._state.root / f"data.new-{secrets.token_hex(4)}")
        passwords = {name: secrets.token_urlsafe(24) for name in (ADMIN, *LOGINS.values())}
        _write_private(self._state.secrets, json.dumps(passwords))
        self._passwords = passwords
        # A pipe cannot be read after demotion, hence a file that lives for one call.
        handle, name = tempfile.mkstemp(dir=self._state.sockets)
        try:
            os.write(handle, passwords[ADMIN].encode())
            os.fchown(handle, self._account.uid, self._account.gid)
            done = self._account.run(
                [
                    str(binaries.bindir / "initdb"),
                    *("-D", str(fresh), "-U", ADMIN, "-E", "UTF8", "--no-locale", "-k"),
                    *("--auth=scram-sha-256", f"--pwfile={name}"),
                    *(["-N"] if self._config.get("fsync") == "off" else []),
                ],
                cwd=self._state.sockets,
            )
        finally:
            os.close(handle)
            os.unlink(name)
        if done.returncode != 0:
            raise self._failed("could not create its data directory", done.stderr)
        with (fresh / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude 'timeseal.conf'\n")
        fresh.rename(self._state.data)

    def _launch(self, binaries: Binaries) -> None:
        """Write the settings anew (a home may have moved) and start."""
        lines = [f"{name} = {_quoted(value)}" for name, value in self._config.items()]
        sockets = _quoted(f'"{self._state.sockets}"')  # the inner quotes protect a comma
        lines.append(f"unix_socket_directories = {sockets}")
        if _little_shared_memory():
            lines.append("dynamic_shared_memory_type = 'mmap'")
        conf = self._state.data / "timeseal.conf"
        conf.write_text("\n".join(lines) + "\n")
        conf.chmod(0o600)
        if self._account.demoted:
            os.chown(conf, self._account.uid, self._account.gid)
        done = self._pg_ctl(binaries, "start", "-w", "-t", "60", "-l", str(self._state.log))
        if done.returncode != 0:
            raise self._failed("did not start", _tail(self._state.log) or done.stderr)

    def _pg_ctl(self, binaries: Binaries, *arguments: str) -> Any:
        return self._account.run(
            [str(binaries.bindir / "pg_ctl"), "-D", str(self._state.data), *arguments],
            cwd=self._state.sockets,
        )

    def _answers(self) -> bool:
        if not (self._state.sockets / state.SOCKET_NAME).exists():
            return False
        if not self._state.secrets.is_file():
            return False
        try:
            psycopg.connect(self.dsn("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise ServerUnavailable(
                    "the embedded server does not accept our password",
                    expected=f"the password in {self._state.secrets}",
                    found="another one",
                    hint="restore that file from a backup, or move the home away and start anew",
                ) from error
            return False
        return True

    def _await_answer(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > deadline:
                raise self._failed("does not answer", _tail(self._state.log))
            time.sleep(0.05)

    def _ensure_logins(self) -> None:
        """Give the roles their passwords; install grants them their rights."""
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as conn:
            known = {
                name for (name,) in conn.execute("select rolname from pg_roles where rolcanlogin")
            }
            exists = {name for (name,) in conn.execute("select rolname from pg_roles")}
            for login in LOGINS.values():
                if login in known:
                    continue
                verb = "alter" if login in exists else "create"
                hashed = conn.pgconn.encrypt_password(
                    self._password(login).encode(), login.encode(), b"scram-sha-256"
                ).decode()
                conn.execute(
                    sql.SQL("{} role {} login password {}").format(
                        sql.SQL(verb), sql.Identifier(login), sql.Literal(hashed)
                    )
                )

    def _password(self, login: str) -> str:
        if not self._passwords:
            try:
                self._passwords = json.loads(self._state.secrets.read_text())
            except FileNotFoundError as error:
                raise ServerUnavailable(
                    "the embedded server was never started",
                    expected=str(self._state.secrets),
                    found="no such file",
                    hint="timeseal db start",
                ) from error
        return self._passwords[login]

    def _failed(self, what: str, why: str) -> ServerUnavailable:
        return ServerUnavailable(
            f"the embedded PostgreSQL {what}",
            expected="a server that answers on its socket",
            found=why.strip() or "no message",
            hint=f"read {self._state.log}, then: timeseal db start",
        )


def _write_private(path: Path, text: str) -> None:
    """Replace a file by one only we can read, in one step."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w") as stream:
        stream.write(text)
    os.replace(name, path)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _tail(path: Path, lines: int = 6) -> str:
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def _little_shared_memory() -> bool:
    """Containers often give /dev/shm 64 MB, too little for parallel workers."""
    shm = Path("/dev/shm")  # noqa: S108
    return shm.is_dir() and shutil.disk_usage(shm).total < 512 * 1024**2
