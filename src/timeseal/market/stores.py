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
from timeseal.market.vertical import Vertical, load
from timeseal.seal.store import Declaration, Folder, load_store
from timeseal.settings import Settings

__all__ = [
    "declaration",
    "declared",
    "describe_columns",
    "has_market",
    "market_name",
    "words",
]

_PACKAGE = "timeseal.market"
#: Stores that stand on the shared layers; the others read facts alone.
_ON_SHARED_LAYERS = frozenset(("survival", "socio_market"))


def declaration(vertical: str, store: str, own: Path | None = None) -> Declaration:
    """Declaration of one store of a vertical: common parts, the vertical's own, then yours.

    `own` is a folder of folders, one per store (`TIMESEAL_STORES`).
    """
    root = files(_PACKAGE)
    everyone, its_own = root.joinpath("flow", "40_stores"), root.joinpath("verticals", vertical)
    folders: list[Folder] = [everyone / "facts", its_own / "facts"]
    if store in _ON_SHARED_LAYERS:
        folders += [everyone / "shared_layers", its_own / "shared_layers"]
        folders += [everyone / store, everyone / "market_layers", its_own / store]
    else:
        folders += [everyone / store, its_own / store]
    return load_store([*folders, own / store] if own else folders)


def has_market(conn: psycopg.Connection[tuple[object, ...]]) -> bool:
    """Whether this database holds a market; others hold stores of somebody's own."""
    known = conn.execute("select to_regclass('ref.market')").fetchone()
    return bool(known and known[0])


def market_name(conn: psycopg.Connection[tuple[object, ...]]) -> str:
    """The vertical of this database; raises `UsageError` when it holds no market."""
    row = conn.execute("select vertical from ref.market").fetchone() if has_market(conn) else None
    if row is None:
        raise UsageError(
            "this database holds no market",
            expected="one row in ref.market",
            found="none",
            hint="timeseal db create NAME",
        )
    return str(row[0])


def declared(conn: psycopg.Connection[tuple[object, ...]]) -> tuple[Declaration, ...]:
    """Declarations of every store that the market of this database provides, then of your own."""
    vertical, own = load(market_name(conn)), _own_folder()
    provided = [declaration(vertical.name, store, own) for store in vertical.stores]
    return (*provided, *(load_store([folder]) for folder in _own_stores(own, vertical)))


def words(
    conn: psycopg.Connection[tuple[object, ...]], store: str, folders: Sequence[Path] = ()
) -> Words:
    """What the market, or somebody's own folders, say about a store; nothing if nobody does."""
    if folders:
        return words_of(load_store(folders))
    known = conn.execute("select to_regclass('ref.market')").fetchone()
    if not known or not known[0]:
        return Words()
    vertical, own = load(market_name(conn)), _own_folder()
    if store in vertical.stores:
        return words_of(declaration(vertical.name, store, own), vertical)
    mine = [load_store([folder]) for folder in _own_stores(own, vertical)]
    return next((words_of(one, vertical) for one in mine if one.name == store), Words())


def describe_columns(conn: psycopg.Connection[tuple[object, ...]], one: Declaration) -> int:
    """Comment the columns of a bound store in its vertical's words; returns how many changed."""
    from timeseal.market.comments import describe

    return describe(conn, one, load(market_name(conn)))


def _own_folder() -> Path | None:
    return Settings.from_env().stores


def _own_stores(own: Path | None, vertical: Vertical) -> list[Path]:
    """Folders of stores that the vertical does not have, in order of their names."""
    if own is None:
        return []
    if not own.is_dir():
        raise UsageError(
            "TIMESEAL_STORES names no folder",
            expected="a folder with one folder per store",
            found=str(own),
            hint="mkdir, or unset TIMESEAL_STORES",
        )
    return [
        one
        for one in sorted(own.iterdir())
        if (one / "store.toml").is_file() and one.name not in vertical.stores
    ]
