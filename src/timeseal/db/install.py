"""Installing SQL files into a database: a plan is a list of stages, apply executes that list.

Owns order, ownership and the record of what ran; knows no object of the layers above. Everything is
created by `timeseal_owner`, in one transaction; whoever installs is no member of it afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import psycopg
from psycopg import sql

from timeseal.db.binaries import OLDEST_MAJOR
from timeseal.db.collision import refuse_collisions
from timeseal.db.components import in_order
from timeseal.db.ownership import OWNER, acting_as_owner, become_owner
from timeseal.db.sqlfile import SqlFile
from timeseal.errors import InstallRefused, PackageBroken

Action = Literal["run", "unchanged", "needs superuser"]
Runner = Literal["installer", "owner"]
Protection = Literal["full", "owner-only"]

_ROUTINE = re.compile(r"^create or replace (?:function|procedure) (\w+\.\w+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Stage:
    """One file and what will happen to it; `runner` is the role it runs as."""

    component: str
    file: SqlFile
    action: Action
    runner: Runner

    def __str__(self) -> str:
        role = f" as {self.runner}" if self.action == "run" else ""
        return (
            f"{self.component:9} {self.action}{role}: {self.file.path} — {self.file.header.purpose}"
        )


def plan(
    conn: psycopg.Connection[Any], components: Iterable[str], force: bool = False
) -> list[Stage]:
    """List every file of the components in order, with what apply will do to it.

    An unchanged file is not run again, since re-creating a function would void certificates;
    `force` runs all of them, to repair what somebody changed by hand.
    """
    refuse_unfit(conn.info.server_version, conn.info.parameter_status("server_encoding") or "")
    superuser = is_superuser(conn)
    known = {} if force else _installed(conn)
    stages = [
        Stage(component.name, file, _action(file, superuser, known), _runner(file))
        for component in in_order(components)
        for file in component.files()
    ]
    _refuse_changed_tables(stages, known)
    refuse_collisions(conn, OWNER, [stage.file for stage in stages])
    return stages


def apply(conn: psycopg.Connection[Any], stages: Sequence[Stage]) -> list[Stage]:
    """Execute a plan in one transaction and return the stages that ran."""
    todo = [stage for stage in stages if stage.action == "run"]
    if not todo:
        return []
    with conn.transaction():
        # Two installers of one database take turns.
        conn.execute("select pg_advisory_xact_lock(hashtextextended('timeseal install', 0))")
        make_roles(conn, todo)
        with acting_as_owner(conn):
            for stage in (one for one in todo if one.file.kind != "role"):
                _run(conn, stage)
            _record(conn, todo)
    return todo


def make_roles(conn: psycopg.Connection[Any], stages: Sequence[Stage]) -> None:
    """Run only the role files of a plan and admit the owner: what a dump expects to find."""
    for stage in (one for one in stages if one.file.kind == "role"):
        _run(conn, stage)
    _admit_owner(conn)


def refuse_unfit(version: int, encoding: str) -> None:
    """Raise unless the server is recent enough and stores text as UTF-8."""
    if version < OLDEST_MAJOR * 10000:
        raise InstallRefused(
            "this PostgreSQL is too old",
            expected=f"{OLDEST_MAJOR} or later",
            found=str(version // 10000),
            hint="unset TIMESEAL_DSN   (the embedded server is recent enough)",
        )
    if encoding != "UTF8":
        raise InstallRefused(
            "this database does not store text as UTF-8",
            expected="encoding UTF8",
            found=encoding,
            hint="timeseal db create NAME   (creates one that does)",
        )


def is_superuser(conn: psycopg.Connection[Any]) -> bool:
    """True when the connected user is a superuser."""
    row = conn.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    return bool(row and row[0])


def protection(conn: psycopg.Connection[Any]) -> Protection:
    """Protection class of an installation by this user: event triggers need a superuser."""
    return "full" if is_superuser(conn) else "owner-only"


def _admit_owner(conn: psycopg.Connection[Any]) -> None:
    """Let the owner create schemas here, and a plain installer act as the working roles."""
    modern = conn.info.server_version >= 160000
    options = " with set true, inherit false" if modern else ""
    working = "grant timeseal_worker, timeseal_certifier, ml_training to current_user"
    try:
        # A savepoint, so that a refusal can be explained instead of dragging the session down.
        with conn.transaction():
            conn.execute(
                sql.SQL("grant create on database {} to {}").format(
                    sql.Identifier(conn.info.dbname), sql.Identifier(OWNER)
                )
            )
            if not is_superuser(conn):
                conn.execute(sql.SQL(working + options))
    except psycopg.errors.InsufficientPrivilege as error:
        raise _lacking(conn, error) from error


def _run(conn: psycopg.Connection[Any], stage: Stage) -> None:
    owner = stage.runner == "owner"
    try:
        if stage.file.kind == "superuser":
            conn.execute("reset role")
        conn.execute(stage.file.text.encode())
        if stage.file.kind == "superuser":
            become_owner(conn)
    except psycopg.Error as error:
        if isinstance(error, psycopg.errors.InsufficientPrivilege) and not owner:
            raise _lacking(conn, error) from error
        raise _broken(stage, error) from error


def _record(conn: psycopg.Connection[Any], stages: Sequence[Stage]) -> None:
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into audit.install_file (name, component, sha256) values (%s, %s, %s)"
            " on conflict (name) do update set component = excluded.component,"
            " sha256 = excluded.sha256, installed_by = session_user,"
            " installed_at = clock_timestamp()",
            [(stage.file.name, stage.component, stage.file.sha256) for stage in stages],
        )
    routines = [name for stage in stages for name in _ROUTINE.findall(stage.file.text)]
    conn.execute("select audit.record_routines(%s)", [routines])


def _installed(conn: psycopg.Connection[Any]) -> dict[str, str]:
    exists = conn.execute(
        "select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'audit' and c.relname = 'install_file')"
    ).fetchone()
    if exists is None or not exists[0]:
        return {}
    with acting_as_owner(conn):
        return dict(conn.execute("select name, sha256 from audit.install_file").fetchall())


def _action(file: SqlFile, superuser: bool, known: dict[str, str]) -> Action:
    if file.kind == "superuser" and not superuser:
        return "needs superuser"
    return "unchanged" if known.get(file.name) == file.sha256 else "run"


def _runner(file: SqlFile) -> Runner:
    return "installer" if file.kind in {"role", "superuser"} else "owner"


def _refuse_changed_tables(stages: Sequence[Stage], known: dict[str, str]) -> None:
    """`create table if not exists` would silently keep the old shape."""
    for stage in stages:
        old = known.get(stage.file.name)
        if stage.file.kind == "table" and old is not None and old != stage.file.sha256:
            raise InstallRefused(
                f"table file {stage.file.path} differs from the one installed here",
                expected=f"sha256 {old[:12]}…",
                found=f"{stage.file.sha256[:12]}…, and no migration between them",
                hint="timeseal db create NEWNAME   (then load again)",
            )


def _lacking(conn: psycopg.Connection[Any], error: psycopg.Error) -> InstallRefused:
    database = conn.info.dbname
    return InstallRefused(
        f"{conn.info.user} lacks a right to install into {database}",
        expected="CREATEROLE, and CREATE on the database with grant option; or a superuser",
        found=error.diag.message_primary or str(error),
        hint=f"as its owner: grant create on database {database} to {conn.info.user}"
        f" with grant option; alter role {conn.info.user} createrole",
    )


def _broken(stage: Stage, error: psycopg.Error) -> PackageBroken:
    position = error.diag.statement_position
    line = stage.file.text[: int(position)].count("\n") + 1 if position else None
    where = f"{stage.file.name}:{line}" if line else stage.file.name
    return PackageBroken(
        f"{where} does not run",
        expected="every statement of the file succeeds",
        found=f"{error.sqlstate} {error.diag.message_primary or error}",
        hint=error.diag.message_hint or "timeseal db create NEWNAME   (a fresh database)",
    )
