"""One drawn market, filled, with what the oracle expects; careless texts are bound and undone.

Owns the cheap way to judge a change of one layer: only that layer and the ones that may read it
are computed anew, inside a transaction that is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from tests.databases import Database
from tests.integration.phones_anchors import oracle
from tests.integration.phones_anchors.chance import draw
from tests.integration.phones_base.facts import ENTRYPOINT, STORE, Market

from timeseal.market.stores import declaration

SEED = 20260602
#: Places, anchors and order book, in build order; a change may reach every later one.
LAYERS = (
    "listing_place_v1",
    "speed_anchor_sale_v1",
    "tom_speed_anchor_v1",
    "order_book_pool_v1",
    "order_book_v1",
    "tom_features_v1_enriched_speed",
    "price_anchor_subject_v1",
    "price_anchor_comparable_v1",
    "price_anchor_v1",
)
CHECKS = (
    "order_book_adds_up",
    "speed_anchor_is_older",
    "price_anchor_has_support",
    "anchors_lose_no_row",
)
Conn = psycopg.Connection[Any]
Expected = dict[tuple[int, int], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Crowd:
    """A connection to the market, the oracle's numbers for it, and whose layers it has."""

    conn: Conn
    expected: Expected
    market: str = "phones"
    store: str = STORE

    def text_of(self, layer: str) -> str:
        """The text of a layer as it is shipped."""
        return text_of(layer, self.market, self.store)

    @contextmanager
    def careless(self, layer: str, text: str) -> Iterator[None]:
        """The store with another text of one layer; undone afterwards."""
        with self.conn.transaction(force_rollback=True):
            bind(self.conn, layer, text)
            yield

    def differences(self) -> list[str]:
        """Cells of the entrypoint that are not what the oracle counts, and broken invariants."""
        return differences(self.conn, self.expected)


def gather(database: Database, seed: int = SEED) -> Crowd:
    """Draw a market and fill the store."""
    market = Market(database.connect())
    draw(market, seed)
    market.settle()
    market.conn.execute("analyze")
    return Crowd(market.conn, oracle.expected(market.conn))


def text_of(layer: str, market: str = "phones", store: str = STORE) -> str:
    """The text of a layer as it is shipped."""
    return next(one.text.body for one in declaration(market, store).layers if one.name == layer)


def bind(conn: Conn, layer: str, text: str) -> None:
    """Give a layer another text, and compute it and the later ones anew."""
    conn.execute("set local search_path = store, raw, ref")
    view = sql.Identifier("build", layer)
    conn.execute(sql.SQL("create or replace view {} as {}").format(view, sql.SQL(text)))
    conn.execute("set local search_path = public")
    for one in LAYERS[LAYERS.index(layer) :]:
        stored, source = sql.Identifier("store", one), sql.Identifier("build", one)
        shown = conn.execute(sql.SQL("select * from {} limit 0").format(source)).description or ()
        columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in shown)
        conn.execute(sql.SQL("delete from {}").format(stored))
        conn.execute(
            sql.SQL("insert into {} ({}) select {} from {}").format(
                stored, columns, columns, source
            )
        )


def differences(conn: Conn, expected: Expected) -> list[str]:
    """What is not as expected, cell by cell."""
    cursor = conn.execute(f"select * from {ENTRYPOINT}".encode())
    names = [column.name for column in cursor.description or ()]
    rows = {
        (row["generation"], row["listing_id"]): row
        for row in (dict(zip(names, values, strict=True)) for values in cursor.fetchall())
    }
    wrong = [f"{key} is in one of them only" for key in rows.keys() ^ expected.keys()]
    for key in sorted(rows.keys() & expected.keys()):
        wrong += [
            f"{key} {name}: {rows[key][name]} is not {value}"
            for name, value in expected[key].items()
            if not _alike(rows[key][name], value)
        ]
    for check in CHECKS:
        wrong += [
            f"{check}: {bad}" for bad in conn.execute(f"select * from build.{check}".encode())
        ]
    return wrong


def _alike(found: Any, wanted: Any) -> bool:
    """Equal up to the six digits to which logarithms and ratios are rounded."""
    if found is None or wanted is None:
        return found is wanted
    return abs(float(found) - float(wanted)) <= 2e-6 + 1e-9 * abs(float(wanted))
