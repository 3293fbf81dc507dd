"""T-token: what reads the clock, chance or the session is refused wherever it hides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.attack import market
from tests.attack.market import Conn

pytestmark = pytest.mark.one_major

EPOCH = "extract(epoch from {})::integer"
MIDNIGHT = "timestamptz '2020-03-29 00:00+00'"
#: What the published token list let through, and more of the kind; each as an integer.
REFUSED = {
    "now": "extract(epoch from now())::integer",
    "clock_timestamp": "extract(epoch from clock_timestamp())::integer",
    "statement_timestamp": "extract(epoch from statement_timestamp())::integer",
    "transaction_timestamp": "extract(epoch from transaction_timestamp())::integer",
    "current_timestamp": "extract(epoch from current_timestamp)::integer",
    "current_date": "extract(day from current_date)::integer",
    "current_time": "extract(hour from current_time)::integer",
    "localtime": "extract(hour from localtime)::integer",
    "localtimestamp": "extract(epoch from localtimestamp)::integer",
    "now by cast": "extract(epoch from 'now'::text::timestamptz)::integer",
    "date by cast": "extract(day from 'today'::text::date)::integer",
    "one-argument age": "extract(day from age(timestamp '2020-01-01'))::integer",
    "timeofday": "length(timeofday())",
    "random": "(random() * 10)::integer",
    "uuid": "length(gen_random_uuid()::text)",
    "transaction id": "(txid_current() % 100)::integer",
    "setting": "length(current_setting('TimeZone'))",
    "user": "length(current_user)",
    "session zone": "extract(hour from timestamptz '2020-01-01 00:00+00')::integer",
    "session day": "extract(day from (timestamptz '2020-01-01 00:00+00')::date)::integer",
    "calendar interval": EPOCH.format(f"({MIDNIGHT} + interval '1 day') - {MIDNIGHT}"),
    "month interval": EPOCH.format(f"({MIDNIGHT} + interval '1 month') - {MIDNIGHT}"),
    "text of a moment": "length((timestamptz '2020-01-01 00:00+00')::text)",
    "backend": "pg_backend_pid()",
    "sequence": "nextval('shop.counter')::integer",
    "relation size": "(pg_relation_size('shop.price') % 7)::integer",
}
ACCEPTED = {
    "a string that names a token": "length('current_date now() random()')",
    "hours": EPOCH.format(f"({MIDNIGHT} - interval '336 hours') - {MIDNIGHT}"),
    "a named zone": f"extract(day from {MIDNIGHT} at time zone 'Europe/Oslo')::integer",
    "arithmetic": "(7 * 6 + length('x'))::integer",
}


@pytest.fixture(scope="module")
def nested(databases: Any, shop_template: str) -> Iterator[Conn]:
    """A market whose price is doubled two functions deep."""
    database = databases.create(shop_template)
    conn = database.connect()
    conn.execute("create sequence shop.counter")
    yield conn
    databases.drop(database)


def _refusals(conn: Conn, expression: str, declared: str) -> list[str]:
    with conn.transaction(force_rollback=True):
        conn.execute(
            f"create function shop.inner_part() returns integer language sql {declared}"
            f" return {expression};"
            f" create function shop.middle_part() returns integer language sql {declared}"
            " return shop.inner_part();"
            " create or replace function shop.doubled(p_price integer) returns integer"
            f" language sql {declared} return p_price * 2 + 0 * shop.middle_part()".encode()
        )
        rows = conn.execute(
            "select f.object || ' ' || f.found from audit.gate_volatility(%s) as f"
            " where f.level = 'blocking'",
            (market.ENTRYPOINT,),
        ).fetchall()
        return [text for (text,) in rows]


@pytest.mark.parametrize("token", REFUSED)
def test_hidden_two_functions_deep_it_is_refused(token: str, nested: Conn) -> None:
    """Declared IMMUTABLE, which is what a careless or clever author would write."""
    assert _refusals(nested, REFUSED[token], "immutable") != []


@pytest.mark.parametrize("token", ACCEPTED)
def test_what_depends_on_nothing_is_accepted(token: str, nested: Conn) -> None:
    assert _refusals(nested, ACCEPTED[token], "immutable") == []


@pytest.mark.parametrize("token", REFUSED)
def test_in_the_view_itself_it_is_refused(token: str, nested: Conn) -> None:
    with nested.transaction(force_rollback=True):
        nested.execute(
            "create or replace view shop.item_features as select p.item, p.t0, p.price, p.note,"
            f" v.shelf, v.visits, o.origin_note, p.price + 0 * {REFUSED[token]} as price_twice"
            " from shop.price as p join shop.visit as v on v.item = p.item"
            " join shop.item_origin as o on o.item = p.item".encode()
        )
        rows = nested.execute(
            "select f.object from audit.gate_volatility(%s) as f", (market.ENTRYPOINT,)
        ).fetchall()
    assert rows != []


def test_a_body_that_nobody_can_read_is_refused(nested: Conn) -> None:
    with nested.transaction(force_rollback=True):
        nested.execute(
            "create or replace function shop.doubled(p_price integer) returns integer"
            " language plpgsql immutable as $$ begin return p_price * 2; end $$"
        )
        rows = nested.execute(
            "select f.object from audit.gate_volatility(%s) as f", (market.ENTRYPOINT,)
        ).fetchall()
    assert rows != []
