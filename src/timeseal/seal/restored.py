"""A database restored from a dump: what the registry knew by oid is found again by name.

Certificates are bound to database and relation, so every door of a restored database is closed
until it is certified there; this module opens none.
"""

from __future__ import annotations

from timeseal.seal.roles import Connection, acting_as_owner

__all__ = ["is_restored", "rebind"]


def is_restored(conn: Connection) -> bool:
    """Whether what was certified or declared belongs to another database, and nothing to this."""
    with acting_as_owner(conn):
        row = conn.execute("select audit.is_restored()").fetchone()
    return bool(row and row[0])


def rebind(conn: Connection, *, sure: bool = False) -> int:
    """Find entrypoints and layers by name; returns how many. Stores are bound after it.

    Does nothing in a database that was not restored, as far as the registry shows; `sure` is for
    who restored it: oids of another cluster may be the same by chance.
    """
    with acting_as_owner(conn):
        row = conn.execute("select audit.rebind_restored(%s)", (sure,)).fetchone()
    return int(row[0]) if row else 0
