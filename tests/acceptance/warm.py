"""`timeseal` without the start of an interpreter: each command is a fork of a process that waits.

Starting Python and importing costs most of what a short command costs, and the pages hold hundreds.
Shell, arguments, folder, environment, streams and exit code are the command's own. What this cannot
show, that the installed program starts by itself, the tutorial and the wheel show.
"""

from __future__ import annotations

import gc
import json
import os
import pkgutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from socketserver import BaseRequestHandler, ForkingMixIn, UnixStreamServer

#: What most commands import, now or when they are called; frames bring numeric libraries along.
PACKAGES = ("timeseal.cli", "timeseal.db", "timeseal.seal")
FRAMES = "asof_"
PROGRAM = Path(sys.executable).with_name("timeseal")
#: Stands for the program on the path; another package than ours needs the program itself.
STAND_IN = """#!{python} -IS
import json, os, socket, sys
if os.environ.get("PYTHONPATH") != {packages!r}:
    os.execv({program!r}, [{program!r}, *sys.argv[1:]])
with socket.socket(socket.AF_UNIX) as line:
    line.connect({address!r})
    socket.send_fds(line, [b"!"], [0, 1, 2])
    line.sendall(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode())
    line.shutdown(socket.SHUT_WR)
    sys.exit(line.recv(1)[0])
"""


@contextmanager
def program(folder: Path) -> Iterator[Path]:
    """A folder for the front of a PATH, with a `timeseal` that answers while this is open."""
    address = folder / "line"
    with subprocess.Popen([sys.executable, "-m", __spec__.name, str(address)], cwd=_root()) as host:
        try:
            while not address.exists():
                if host.poll() is not None:
                    raise RuntimeError(f"the host of the commands ended: {host.returncode}")
                os.sched_yield()
            stand_in = folder / "timeseal"
            stand_in.write_text(
                STAND_IN.format(
                    python=sys.executable,
                    packages=os.environ.get("PYTHONPATH"),
                    program=str(PROGRAM),
                    address=str(address),
                )
            )
            stand_in.chmod(0o755)
            yield folder
        finally:
            host.terminate()


def _root() -> Path:
    return Path(__file__).parents[2]


class Command(BaseRequestHandler):
    """One command, in a process of its own that waits for a second one: that may become psql."""

    def handle(self) -> None:
        _, streams, _, _ = socket.recv_fds(self.request, 1, 3)
        with self.request.makefile("rb") as line:
            arguments, folder, environment = json.load(line)
        child = os.fork()
        if child == 0:
            _become(streams, arguments, folder, environment)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        self.request.sendall(bytes([code if code >= 0 else 128 - code]))


def _become(
    streams: list[int], arguments: list[str], folder: str, environment: dict[str, str]
) -> None:
    """Run the command as the program would, and end the process with its exit code."""
    code = 70
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        code = import_module("timeseal.cli.__main__").run(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


class Host(ForkingMixIn, UnixStreamServer):
    """Takes commands until it is told to stop."""


def serve(address: str) -> None:
    """Import what commands need, then wait for them."""
    for package in PACKAGES:
        for module in pkgutil.iter_modules(import_module(package).__path__):
            if not module.name.startswith(FRAMES):
                import_module(f"{package}.{module.name}")
    gc.freeze()  # what is not looked at is not copied into every fork
    with Host(f"{address}.new", Command) as host:
        os.rename(f"{address}.new", address)
        host.serve_forever()


if __name__ == "__main__":
    serve(sys.argv[1])
