"""Refusing to install over what is not ours.

Names in the schemas `ml`, `audit`, `raw` … are fixed, since clients call them; a relation or schema
of such a name that another role owns would be silently used by `if not exists`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from timeseal.db.sqlfile import SqlFile
from timeseal.errors import InstallRefused

_NAME = r'(?:"[^"]+"|\w+)'
_RELATION = re.compile(
    rf"^create\s+(?:or\s+replace\s+)?(?:unlogged\s+)?(?:table|view|materialized\s+view|sequence)\s+"
    rf"(?:if\s+not\s+exists\s+)?({_NAME}\.{_NAME})",
    re.IGNORECASE | re.MULTILINE,
)
_SCHEMA = re.compile(
    rf"^create\s+schema\s+(?:if\s+not\s+exists\s+)?({_NAME})", re.IGNORECASE | re.MULTILINE
)


def refuse_collisions(conn: psycopg.Connection[Any], owner: str, files: Sequence[SqlFile]) -> None:
    """Raise when a schema or relation these files create exists and `owner` does not own it."""
    schemas = [name for file in files for name in _SCHEMA.findall(file.text)]
    relations = [name for file in files for name in _RELATION.findall(file.text)]
    refuse_foreign_schemas(conn, owner, schemas)
    refuse_foreign_relations(conn, owner, relations)


def refuse_foreign_schemas(conn: psycopg.Connection[Any], owner: str, names: Iterable[str]) -> None:
    """Raise for the first of these schemas (SQL spelling) that exists and is not `owner`'s."""
    found = conn.execute(
        "select n.nspname::text, n.nspowner::regrole::text from pg_namespace n"
        " where array[n.nspname::text] = any (select parse_ident(x) from unnest(%s::text[]) x)"
        " and n.nspowner is distinct from (select r.oid from pg_roles r where r.rolname = %s)"
        " order by 1",
        (list(names), owner),
    ).fetchone()
    if found:
        raise _refused("schema", found, owner)


def refuse_foreign_relations(
    conn: psycopg.Connection[Any], owner: str, names: Iterable[str]
) -> None:
    """Raise for the first of these qualified relations that exists and is not `owner`'s."""
    found = conn.execute(
        "select n.nspname || '.' || c.relname, c.relowner::regrole::text"
        " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where array[n.nspname::text, c.relname::text]"
        " = any (select parse_ident(x) from unnest(%s::text[]) x)"
        " and c.relowner is distinct from (select r.oid from pg_roles r where r.rolname = %s)"
        " order by 1",
        (list(names), owner),
    ).fetchone()
    if found:
        raise _refused("relation", found, owner)


def _refused(kind: str, row: tuple[str, str], owner: str) -> InstallRefused:
    name, found = row
    return InstallRefused(
        f"{kind} {name} exists and is not ours",
        expected=f"no {kind} of that name, or one owned by {owner}",
        found=f"owner {found}",
        hint="rename it, or install into a database of its own: timeseal db create NAME",
    )
