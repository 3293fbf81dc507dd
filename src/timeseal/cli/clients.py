"""PostgreSQL's own programs, run against the chosen server: psql, pg_dump, pg_restore.

On the embedded server they are of its version; elsewhere they are looked up on PATH.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from timeseal.db.embedded import Embedded
from timeseal.db.server import LOGINS, Role, Server
from timeseal.errors import EnvironmentProblem, ServerUnavailable

__all__ = ["replace_with", "run"]


def replace_with(
    server: Server, database: str, role: Role, program: str, arguments: Sequence[str]
) -> None:
    """Become `program`, connected; does not return."""
    path, address, env = _prepared(server, database, role, program)
    try:
        os.execvpe(path, [path, "-d", address, *arguments], env)  # noqa: S606 # psql takes over
    except FileNotFoundError as error:
        raise _missing(program) from error


def run(server: Server, database: str, program: str, arguments: Sequence[str]) -> None:
    """Run `program`, connected as the administrator; raises with what it printed when it fails."""
    path, address, env = _prepared(server, database, "admin", program)
    try:
        done = subprocess.run(
            [path, "-d", address, *arguments], env=env, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise _missing(program) from error
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise EnvironmentProblem(
            f"{program} failed",
            expected="exit 0",
            found=f"exit {done.returncode}: {lines[0] if lines else 'no message'}",
            hint="timeseal db status",
        )


def _prepared(
    server: Server, database: str, role: Role, program: str
) -> tuple[str, str, dict[str, str]]:
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    path = str(server.binary(program)) if isinstance(server, Embedded) else program
    fields = conninfo_to_dict(server.dsn(database, role))
    # A password on the command line is visible to everybody; in the environment it is not.
    password = fields.pop("password", None)
    env = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    if server.sets_role and role != "admin":
        env["PGOPTIONS"] = f"-c role={LOGINS[role]}"
    return path, make_conninfo("", **fields), env


def _missing(program: str) -> ServerUnavailable:
    return ServerUnavailable(
        f"no {program} on this machine",
        expected=f"{program} on PATH",
        found="none",
        hint="apt-get install postgresql-client   (or any client: timeseal db dsn)",
    )
