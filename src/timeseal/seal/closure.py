"""The two closures of an entrypoint, as the catalogue has them; owns no rule of its own.

The build closure decides what an entrypoint shows, down to the facts; a definition change in it
voids. The read closure is what readers scan; a write to it voids. Both are computed in SQL, so
that a certificate means the same from psql and from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from timeseal.db.ownership import Connection

__all__ = ["Member", "Stored", "build_closure", "read_closure"]


@dataclass(frozen=True, slots=True)
class Member:
    """One object of a build closure; `depth` 0 is the entrypoint."""

    kind: str
    fqn: str
    depth: int


@dataclass(frozen=True, slots=True)
class Stored:
    """One stored relation of a read closure; `relkind` as in pg_class."""

    fqn: str
    relkind: str


def build_closure(conn: Connection, entrypoint: str) -> tuple[Member, ...]:
    """Return everything that decides what the entrypoint shows, nearest first."""
    rows = conn.execute(
        "select kind, fqn, depth from audit.build_closure(%s::regclass) order by depth, kind, fqn",
        [entrypoint],
    ).fetchall()
    return tuple(Member(*row) for row in rows)


def read_closure(conn: Connection, entrypoint: str) -> tuple[Stored, ...]:
    """Return the tables and materialised views that a reader of the entrypoint scans."""
    rows = conn.execute(
        "select fqn, relkind::text from audit.read_closure(%s::regclass) order by fqn",
        [entrypoint],
    ).fetchall()
    return tuple(Stored(*row) for row in rows)
