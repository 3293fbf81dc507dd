"""Servers of killed test sessions: the next session removes them, and nobody else's."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.servers import CARELESS, OWNER, clear_abandoned, owned, server_under_test

from timeseal.db.embedded import Embedded

#: A session that starts a server in the home it is given and is then killed.
SESSION = """
import signal, sys, os
from pathlib import Path
from tests.servers import CARELESS, owned, server_under_test
from timeseal.db.embedded import Embedded
home = Path(sys.argv[1])
with owned(home):
    Embedded(home, server_under_test().bindir, CARELESS).start()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that a demoted server may enter."""
    made = Path(tempfile.mkdtemp(prefix="abandoned-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


def test_a_killed_session_s_server_is_stopped_and_removed(folder: Path) -> None:
    for name in ("ts-killed", "ts-held", "ts-nobody-s"):
        (folder / name).mkdir(mode=0o711)
    killed = folder / "ts-killed"
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", SESSION, str(killed)], check=False, env=paths)
    assert done.returncode == -signal.SIGKILL
    server = Embedded(killed, server_under_test().bindir, CARELESS)
    pid = server.status().pid
    assert pid is not None
    with owned(folder / "ts-held"):
        clear_abandoned(folder)
        assert sorted(one.name for one in folder.iterdir()) == ["ts-held", "ts-nobody-s"]
        assert (folder / "ts-held" / OWNER).exists()
    assert not Path(f"/proc/{pid}/cwd").exists(), "only a zombie has no folder"
