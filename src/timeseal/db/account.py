"""Who runs the embedded server: ourselves, or — as root — an existing unprivileged account.

PostgreSQL refuses to run as root. Owns the demotion; creates no user and changes the permissions of
nothing outside the directories it is handed.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from timeseal.errors import EnvironmentProblem

#: Existing accounts that may run a server, in order of preference.
CANDIDATES = ("postgres", "nobody", "daemon")


@dataclass(frozen=True, slots=True)
class Account:
    """An operating-system user the server's processes run as; `demoted` when it is not us."""

    name: str
    uid: int
    gid: int
    demoted: bool

    def run(
        self, argv: list[str], cwd: Path | str = "/", timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account in a clean environment and return what it said."""
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}
        if not self.demoted:
            return subprocess.run(
                argv, capture_output=True, text=True, cwd=cwd, env=env, timeout=timeout, check=False
            )
        return subprocess.run(
            argv,
            capture_output=True,
            text=True,
            cwd=cwd,
            env=env,
            timeout=timeout,
            check=False,
            user=self.uid,
            group=self.gid,
            extra_groups=[],
        )

    def can_execute(self, program: Path) -> bool:
        """True when this account can really start `program`, shown by starting it."""
        try:
            return self.run([str(program), "--version"]).returncode == 0
        except (OSError, subprocess.SubprocessError):
            return False

    def can_traverse(self, directory: Path) -> bool:
        """True when this account can enter the nearest existing ancestor of `directory`."""
        while not directory.exists():
            directory = directory.parent
        try:
            return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", str(directory)]).returncode == 0
        except (OSError, subprocess.SubprocessError):
            return False

    def own(self, directory: Path) -> Path:
        """Create `directory` (0700) for this account; an existing one is left as it is."""
        try:
            directory.mkdir(mode=0o700)
        except FileExistsError:
            return directory
        if self.demoted:
            os.chown(directory, self.uid, self.gid)
        return directory


def current() -> Account:
    """Ourselves."""
    uid = os.geteuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:  # a container may run under a number without a name
        name = str(uid)
    return Account(name, uid, os.getegid(), demoted=False)


def server_account() -> Account:
    """Ourselves, or as root the first candidate that can start a program."""
    if os.geteuid() != 0:
        return current()
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        account = Account(name, entry.pw_uid, entry.pw_gid, demoted=True)
        if entry.pw_uid != 0 and account.can_traverse(Path("/")):
            return account
    raise EnvironmentProblem(
        "PostgreSQL refuses to run as root and no unprivileged account exists",
        expected=f"one of the users {', '.join(CANDIDATES)}",
        found="none that can start a program",
        hint="run timeseal as an ordinary user, or set TIMESEAL_DSN to a server you have",
    )
