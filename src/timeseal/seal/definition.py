"""The sealed definition of an entrypoint: every object of its build closure, as text and digest.

Owns the comparison of two definitions for people; the texts are rendered in SQL under a pinned
search path, so they are equal exactly when the definitions are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from timeseal.db.ownership import Connection

__all__ = ["DefinitionChange", "DefinitionObject", "changes", "definition_objects", "digest"]


@dataclass(frozen=True, slots=True)
class DefinitionObject:
    """One object with the SHA-256 (hex) of its definition text."""

    fqn: str
    sha256: str
    definition: str


@dataclass(frozen=True, slots=True)
class DefinitionChange:
    """An object whose definition is not the accepted one; None = absent on that side."""

    fqn: str
    accepted: str | None
    current: str | None


def definition_objects(conn: Connection, entrypoint: str) -> tuple[DefinitionObject, ...]:
    """Return the definition of every object in the build closure, by name."""
    rows = conn.execute(
        "select object_fqn, viewdef_sha256, definition"
        " from audit.definition_objects(%s::regclass) order by object_fqn",
        [entrypoint],
    ).fetchall()
    return tuple(DefinitionObject(*row) for row in rows)


def digest(conn: Connection, entrypoint: str) -> str:
    """Return the one SHA-256 (hex) over the whole definition; comparable within a server major."""
    row = conn.execute("select audit.definition_sha256(%s::regclass)", [entrypoint]).fetchone()
    return str(row[0]) if row else ""


def changes(
    accepted: Iterable[DefinitionObject], current: Iterable[DefinitionObject]
) -> tuple[DefinitionChange, ...]:
    """Return the objects that differ, appeared or went, by name."""
    before = {one.fqn: one.sha256 for one in accepted}
    after = {one.fqn: one.sha256 for one in current}
    return tuple(
        DefinitionChange(fqn, before.get(fqn), after.get(fqn))
        for fqn in sorted(before.keys() | after.keys())
        if before.get(fqn) != after.get(fqn)
    )
