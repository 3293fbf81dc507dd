"""Statements on a database of somebody else: who runs each, why, and what is missing if he may not.

Owns the shape of such a plan and its execution; decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import psycopg
from psycopg import sql

from timeseal.errors import InstallRefused
from timeseal.seal.roles import Connection, acting_as_owner

__all__ = ["Runner", "Stage", "caller", "run_stages", "stage"]

Runner = Literal["caller", "owner"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One statement, who runs it, and why."""

    runner: Runner
    subject: str
    why: str
    statement: str

    def __str__(self) -> str:
        return f"{self.subject} — {self.why} (as {self.runner})"


def stage(runner: Runner, subject: str, why: str, statement: sql.Composable) -> Stage:
    """Build a stage from a composed statement."""
    return Stage(runner, subject, why, statement.as_string(None))


def run_stages(conn: Connection, stages: Sequence[Stage]) -> None:
    """Execute a plan in order; raises `InstallRefused` with the statement that was refused."""
    for one in stages:
        try:
            if one.runner == "owner":
                with acting_as_owner(conn):
                    conn.execute(sql.SQL(one.statement))
            else:
                with conn.transaction():
                    conn.execute(sql.SQL(one.statement))
        except psycopg.errors.InsufficientPrivilege as error:
            raise InstallRefused(
                f"{one.subject}: {one.why}",
                expected=f"a {one.runner} who may do that",
                found=error.diag.message_primary or str(error),
                hint=f"as its owner or a superuser, in psql: {one.statement}",
            ) from error


def caller(conn: Connection) -> tuple[sql.Identifier, bool]:
    """Name whoever is connected, and say whether that is a superuser."""
    row = conn.execute(
        "select rolname::text, rolsuper from pg_roles where rolname = current_user"
    ).fetchone()
    return sql.Identifier(row[0] if row else ""), bool(row and row[1])
