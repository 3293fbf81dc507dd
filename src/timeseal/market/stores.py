"""The stores of this database's market: shared layers, then the store's and the vertical's own.

Owns which folders make a store; binding and refreshing are the seal's.
"""

from __future__ import annotations

from importlib.resources import files

import psycopg

from timeseal.errors import UsageError
from timeseal.seal.store import Declaration, load_store

__all__ = ["declared", "describe_columns", "survival"]

_PACKAGE = "timeseal.market"


def survival(vertical: str) -> Declaration:
    """Declaration of the survival store of a vertical."""
    root = files(_PACKAGE)
    stores = root.joinpath("flow", "40_stores")
    shared, own = stores.joinpath("shared_layers"), stores.joinpath("survival")
    return load_store([shared, own, root.joinpath("verticals", vertical)])


def declared(conn: psycopg.Connection[tuple[object, ...]]) -> tuple[Declaration, ...]:
    """Declarations of every store that the market of this database provides."""
    known = conn.execute("select to_regclass('ref.market')").fetchone()
    row = conn.execute("select vertical from ref.market").fetchone() if known and known[0] else None
    if row is None:
        raise UsageError(
            "this database holds no market",
            expected="one row in ref.market",
            found="none",
            hint="timeseal db create NAME",
        )
    return (survival(str(row[0])),)


def describe_columns(conn: psycopg.Connection[tuple[object, ...]], one: Declaration) -> int:
    """Comment the columns of a bound store in its vertical's words; returns how many changed."""
    from timeseal.market.comments import describe
    from timeseal.market.vertical import load

    row = conn.execute("select vertical from ref.market").fetchone()
    return describe(conn, one, load(str(row[0]))) if row else 0
