"""A reader with an older snapshot: opening one, and saying what came out."""

from __future__ import annotations

import psycopg
from tests.attack import market
from tests.attack.market import GUARDED, Conn

COUNT = f"select count(*) from {GUARDED}"
CONTENT = (
    f"select item, note, price, visits, origin_note, price_twice from {GUARDED} order by item, t0"
)
ABSENT = (
    f"select b.item, v.note from shop.absent as b left join {GUARDED} as v using (item) order by 1"
)
CLOSED = ("TS001", "40001")


def old_snapshot(shop: market.Database) -> Conn:
    """A REPEATABLE READ transaction that has a snapshot and has touched nothing of the market."""
    reader = shop.connect("training", autocommit=False)
    reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    reader.execute("select 1 from shop.basket").fetchall()
    return reader


def outcome(reader: Conn, statement: str) -> object:
    """Rows, or the SQLSTATE."""
    try:
        with reader.transaction():
            return reader.execute(statement.encode()).fetchall()
    except psycopg.Error as error:
        return error.sqlstate


#: Changes that an older snapshot cannot be shielded from by versions: they have to be refused.
VISIBLE_THROUGH = {
    "truncated",
    "leaf truncated",
    "materialised view refreshed",
    "view replaced",
    "function body changed",
    "leaf attached",
}
