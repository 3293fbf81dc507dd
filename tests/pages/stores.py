"""docs/reference/stores: one page per store and market, from a live catalogue and words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from tests.databases import Database
from tests.pages.addresses import ROOT
from tests.pages.compatibility import Markets

from timeseal.db import install
from timeseal.market.store_page import as_markdown, table
from timeseal.market.stores import declared, describe_columns, words
from timeseal.market.vertical import load
from timeseal.seal import binding

FOLDER = ROOT / "docs" / "reference" / "stores"
#: The market of the source documents first.
VERTICALS = ("phones", "cars")
UNWORDED = (
    "select e.entrypoint || '.' || a.attname from audit.entrypoint as e"
    " join pg_attribute as a on a.attrelid = e.relid and a.attnum > 0"
    " where col_description(a.attrelid, a.attnum) is null order by 1"
)
HEAD = """\
# Stores

Written by `make pages`, one page per store and market; `timeseal store page ENTRYPOINT` prints the
page of any store of any database, also of one that you added yourself.
"""


def bound(database: Database, vertical: str) -> psycopg.Connection[Any]:
    """A market with every store bound and described, and not one ad."""
    conn = database.connect()
    install.apply(conn, install.plan(conn, ["seal", "contract", "market", vertical]))
    for declaration in declared(conn):
        binding.apply(conn, declaration, binding.plan(conn, declaration))
        describe_columns(conn, declaration)
    return conn


def pages(markets: Markets) -> dict[Path, str]:
    """Every page by its path, with the list of them."""
    found = {
        FOLDER / name / f"{store}.md": as_markdown(conn, store, words(conn, store))
        for name, conn in markets.items()
        for store in load(name).stores
    }
    listed = [
        (f"[{path.stem}]({path.relative_to(FOLDER)})", load(path.parent.name).label, _meaning(text))
        for path, text in found.items()
    ]
    index = HEAD + "\n" + "\n".join(table(("store", "market", "what it holds"), listed)) + "\n"
    return {FOLDER / "README.md": index, **found}


def unworded(markets: Markets) -> list[str]:
    """Columns of entrypoints that nobody explains."""
    return [row[0] for conn in markets.values() for row in conn.execute(UNWORDED).fetchall()]


def _meaning(page: str) -> str:
    return page.split("\n\n")[1]
