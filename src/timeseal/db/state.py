"""Where the embedded server keeps its files: data, socket, log, lock, secrets, copied binaries.

Owns choosing and creating these directories. A demoted server must be able to enter every parent;
where it cannot, a directory outside the home is used, derived from the home's path, and we say so.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from timeseal.db.account import Account
from timeseal.db.binaries import NEEDED, Binaries
from timeseal.errors import EnvironmentProblem

#: sockaddr_un.sun_path holds 108 bytes on Linux, 104 on macOS, one of them the terminator.
LONGEST_SOCKET = 103
SOCKET_NAME = ".s.PGSQL.5432"
SYSTEM_STATE = Path("/var/lib")
#: In a moved state: the home it belongs to.
HOME_FILE = "home"


@dataclass(frozen=True, slots=True)
class State:
    """The directories of one home; `moved` when they do not lie inside it."""

    home: Path
    root: Path
    sockets: Path
    moved: bool

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.root / "log" / "server.log"

    @property
    def lock(self) -> Path:
        """Held exclusively while starting or stopping."""
        return self.root / "lock"

    @property
    def secrets(self) -> Path:
        """Passwords of the logins, 0600."""
        return self.root / "secrets.json"

    @property
    def major(self) -> int | None:
        """Major version the data directory was made with, None before initdb."""
        version = self.data / "PG_VERSION"
        return int(version.read_text().strip()) if version.is_file() else None


def locate(home: Path, account: Account) -> State:
    """Choose the directories of `home`; creates nothing."""
    mark = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    root = home / "server"
    moved = account.demoted and not account.can_traverse(root)
    if moved:
        root = _outside(mark, account)
    sockets = root / "run"
    if len(os.fsencode(sockets / SOCKET_NAME)) > LONGEST_SOCKET:
        sockets = Path(tempfile.gettempdir()) / f"timeseal-{account.uid}-{mark}"
    return State(home, root, sockets, moved)


def create_root(state: State, account: Account) -> None:
    """Create where the lock will lie; simultaneous callers do no harm to each other."""
    # Traversable but not listable for a demoted server; private otherwise.
    mode = 0o711 if account.demoted else 0o700
    if not state.moved:
        _make(state.home, mode)
    _make(state.root, mode)
    _refuse_foreign(state.root, os.geteuid())


def create(state: State, account: Account) -> None:
    """Create what the server owns, nobody else's readable, no existing mode changed.

    The caller holds the lock: a directory made here belongs to us for a moment before it is handed
    to the account, and whoever looks in that moment would take it for somebody else's.
    """
    if state.moved:
        (state.root / HOME_FILE).write_text(f"{state.home}\n")
    account.own(state.log.parent)
    account.own(state.sockets)
    _refuse_foreign(state.sockets, account.uid)


def orphans(state: State) -> list[Path]:
    """Moved states beside ours whose home and its parent are gone; theirs to remove, not ours."""
    if not state.moved:
        return []
    found = []
    for mark in sorted(state.root.parent.glob(f"timeseal-*/{HOME_FILE}")):
        home = Path(mark.read_text().strip())
        if not home.exists() and not home.parent.exists():
            found.append(mark.parent)
    return found


def usable(binaries: Binaries, state: State, account: Account) -> Binaries:
    """Binaries the account can execute: the given ones, or a copy made once beside the data."""
    if _runs(binaries, account):
        return binaries
    tree = binaries.bindir.parent
    kept = state.root / f"pg{binaries.major}"
    copied = Binaries(kept / tree.parent.name / tree.name / "bin", binaries.major, "kept")
    if not copied.bindir.is_dir():
        fresh = Path(tempfile.mkdtemp(prefix=f".pg{binaries.major}-", dir=state.root))
        _copy(tree, fresh)
        fresh.rename(kept)
    if _runs(copied, account):
        return copied
    raise EnvironmentProblem(
        f"the account {account.name} cannot execute PostgreSQL",
        expected=f"the programs in {copied.bindir} run as {account.name}",
        found="it does not; the file system may be mounted noexec",
        hint="set TIMESEAL_HOME to a directory every user may enter, e.g. /srv/timeseal",
    )


def _runs(binaries: Binaries, account: Account) -> bool:
    # Each program: they link to different libraries, and only starting one shows whether it can.
    return all(account.can_execute(binaries.bindir / name) for name in NEEDED)


def _copy(tree: Path, target: Path) -> None:
    """Copy an installation, and the wheel's libraries, to where the programs look for them."""
    package = tree.parent
    unneeded = shutil.ignore_patterns("include", "pgxs", "*.a")
    shutil.copytree(tree, target / package.name / tree.name, symlinks=True, ignore=unneeded)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    _open_copy(target)


def _open_copy(copy: Path) -> None:
    """Let everybody read and run what its owner can, whatever the umask at install was."""
    copy.chmod(0o755)
    for path in copy.rglob("*"):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)


def _outside(mark: str, account: Account) -> Path:
    for parent in (SYSTEM_STATE, Path("/var/tmp"), Path(tempfile.gettempdir())):  # noqa: S108
        if parent.is_dir() and os.access(parent, os.W_OK) and account.can_traverse(parent):
            return parent / f"timeseal-{mark}"
    raise EnvironmentProblem(
        f"no directory both root can write and {account.name} can enter",
        expected=f"{SYSTEM_STATE} or a temporary directory",
        found="none",
        hint="set TIMESEAL_HOME to a directory every user may enter, e.g. /srv/timeseal",
    )


def _make(directory: Path, mode: int) -> None:
    missing = []
    while not directory.exists():
        missing.append(directory)
        directory = directory.parent
    for one in reversed(missing):
        # The umask must not close what the server has to enter.
        one.mkdir(mode=mode, exist_ok=True)
        one.chmod(mode)


def _refuse_foreign(directory: Path, uid: int) -> None:
    """In a directory everybody can write, somebody may have been there first."""
    found = directory.lstat()
    if stat.S_ISDIR(found.st_mode) and found.st_uid == uid and not found.st_mode & 0o022:
        return
    raise EnvironmentProblem(
        f"{directory} is not ours",
        expected=f"a directory owned by user id {uid}, writable by nobody else",
        found=f"owner {found.st_uid}, mode {stat.filemode(found.st_mode)}",
        hint="set TIMESEAL_HOME to another directory",
    )
