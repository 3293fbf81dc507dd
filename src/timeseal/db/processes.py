"""Which server processes really live in a data directory; signals only those.

A pid file is a claim, not a fact: after kill −9 its pid may be a zombie nobody reaps, or by now
belong to another program. A PostgreSQL process is recognised by its working directory.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

PROC = Path("/proc")


def living_in(data: Path) -> list[int]:
    """Pids whose working directory is `data`; a zombie has none."""
    if not data.is_dir():
        return []
    target = data.stat()
    found = []
    for entry in PROC.iterdir() if PROC.is_dir() else ():
        if not entry.name.isdigit():
            continue
        # Processes end while we look, and other users' are closed to us.
        with contextlib.suppress(OSError):
            if os.path.samestat((entry / "cwd").stat(), target):
                found.append(int(entry.name))
    return found


def postmaster(data: Path) -> int | None:
    """Pid of the live postmaster of `data`: the pid file's claim, confirmed."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    if not PROC.is_dir():
        return pid if _exists(pid) else None
    return pid if pid in living_in(data) else None


def clear_remains(data: Path, sockets: Path, patience: float = 10.0) -> None:
    """Remove what a killed postmaster left: orphaned backends first, then its lock files.

    Call it with the state lock held and no live postmaster. Orphans end by themselves when idle;
    a busy one is told to quit, since two servers must never share a data directory.
    """
    if not PROC.is_dir():
        return  # PostgreSQL's own check of the pid file is all there is
    for number in (None, signal.SIGQUIT, signal.SIGKILL):
        if number is not None:
            for pid in living_in(data):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
        if emptied(data, patience):
            break
    for leftover in (data / "postmaster.pid", *sockets.glob(".s.PGSQL.*")):
        leftover.unlink(missing_ok=True)


def emptied(data: Path, patience: float) -> bool:
    """Wait until no server process lives in `data`; False after `patience` seconds."""
    deadline = time.monotonic() + patience
    while postmaster(data) is not None or living_in(data):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
