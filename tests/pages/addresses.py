"""Does an address exist: a relation, a routine, a command, a path. Nothing is taken on trust."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import psycopg

from timeseal.cli.__main__ import cli

ROOT = Path(__file__).resolve().parents[2]
_SQL = re.compile(r'(?P<name>(?:"\w+"|\w+)\.\w+)(?:\((?P<parts>[^)]*)\))?')
_COLUMNS = (
    "select count(*) from unnest(%s::text[]) as w (name) where not exists (select from pg_attribute"
    " as a where a.attrelid = %s::regclass and a.attname = w.name and a.attnum > 0)"
)
#: A parameter, or a column of what the routine returns.
_ROUTINE = (
    "select exists (select from pg_proc as p where p.pronamespace = to_regnamespace(%s)"
    " and p.proname = %s and %s::text[] <@ coalesce(p.proargnames, '{}'))"
)


@dataclass(frozen=True, slots=True)
class Address:
    """One address as a row writes it."""

    text: str

    def exists(self, conn: psycopg.Connection[Any]) -> bool:
        """True when it is there: in this database, on the command line, or in the repository."""
        if self.text.startswith("timeseal "):
            return _command(self.text.split()[1:])
        found = _SQL.fullmatch(self.text)
        if found is None or (ROOT / self.text).exists():
            return (ROOT / self.text).exists()
        parts = [part.strip() for part in (found["parts"] or "").split(",") if part.strip()]
        return _relation(conn, found["name"], parts) or _routine(conn, found["name"], parts)


def _command(words: list[str]) -> bool:
    command: click.Command = cli
    context = click.Context(command)
    for word in words:
        if word.startswith("--"):
            if not any(word in one.opts for one in command.params):
                return False
        elif isinstance(command, click.Group):
            below = command.get_command(context, word)
            if below is None:
                return False
            command = below
        else:
            return False
    return True


def _relation(conn: psycopg.Connection[Any], name: str, columns: list[str]) -> bool:
    known = conn.execute("select to_regclass(%s) is not null", (name,)).fetchone()
    if not known or not known[0]:
        return False
    row = conn.execute(_COLUMNS, (columns, name)).fetchone()
    return row is not None and row[0] == 0


def _routine(conn: psycopg.Connection[Any], name: str, parameters: list[str]) -> bool:
    schema, bare = name.split(".", 1)
    row = conn.execute(_ROUTINE, (schema, bare, parameters)).fetchone()
    return bool(row and row[0])
