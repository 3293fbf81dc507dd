"""The stores of this database's market: facts, shared layers, the store's and the vertical's own.

Owns which folders make a store, and their order; binding and refreshing are the seal's.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import psycopg

from timeseal.errors import UsageError
from timeseal.market.store_page import Words, words_of
from timeseal.market.vertical import load
from timeseal.seal.store import Declaration, load_store

__all__ = ["declaration", "declared", "describe_columns", "market_name", "words"]

_PACKAGE = "timeseal.market"
#: Stores that stand on the shared layers; the others read facts alone.
_ON_SHARED_LAYERS = frozenset(("survival", "socio_market"))


def declaration(vertical: str, store: str) -> Declaration:
    """Declaration of one store of a vertical, each common part before the vertical's own."""
    root = files(_PACKAGE)
    places = root.joinpath("flow", "40_stores"), root.joinpath("verticals", vertical)
    shared = ("shared_layers",) if store in _ON_SHARED_LAYERS else ()
    parts = ("facts", *shared, store)
    return load_store([place.joinpath(part) for part in parts for place in places])


def market_name(conn: psycopg.Connection[tuple[object, ...]]) -> str:
    """The vertical of this database; raises `UsageError` when it holds no market."""
    known = conn.execute("select to_regclass('ref.market')").fetchone()
    row = conn.execute("select vertical from ref.market").fetchone() if known and known[0] else None
    if row is None:
        raise UsageError(
            "this database holds no market",
            expected="one row in ref.market",
            found="none",
            hint="timeseal db create NAME",
        )
    return str(row[0])


def declared(conn: psycopg.Connection[tuple[object, ...]]) -> tuple[Declaration, ...]:
    """Declarations of every store that the market of this database provides, parents first."""
    vertical = load(market_name(conn))
    return tuple(declaration(vertical.name, store) for store in vertical.stores)


def words(
    conn: psycopg.Connection[tuple[object, ...]], store: str, folders: Sequence[Path] = ()
) -> Words:
    """What the market, or somebody's own folders, say about a store; nothing if nobody does."""
    if folders:
        return words_of(load_store(folders))
    known = conn.execute("select to_regclass('ref.market')").fetchone()
    if not known or not known[0]:
        return Words()
    vertical = load(market_name(conn))
    if store not in vertical.stores:
        return Words()
    return words_of(declaration(vertical.name, store), vertical)


def describe_columns(conn: psycopg.Connection[tuple[object, ...]], one: Declaration) -> int:
    """Comment the columns of a bound store in its vertical's words; returns how many changed."""
    from timeseal.market.comments import describe

    return describe(conn, one, load(market_name(conn)))
