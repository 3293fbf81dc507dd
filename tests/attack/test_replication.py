"""Rows applied by logical replication: no statement trigger sees them; the version moves."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.attack import market
from tests.attack.market import Conn


def publish(source: market.Database) -> Conn:
    """Publish shop.price of one market through a slot of its own."""
    conn = source.connect()
    conn.execute("create publication prices for table shop.price")
    conn.execute("select pg_create_logical_replication_slot('prices', 'pgoutput')")
    return conn


def subscribe(target: market.Database, source: market.Database) -> Conn:
    """Apply the changes of `source` to another market, without its first copy."""
    conn = target.connect()
    at = source.connect().info
    dsn = f"host={at.host} port={at.port} dbname={at.dbname} user={at.user} password={at.password}"
    conn.execute(
        f"create subscription prices connection '{dsn}' publication prices"
        " with (slot_name = 'prices', create_slot = false, copy_data = false)".encode()
    )
    return conn


def end(target: Conn, source: Conn) -> None:
    """Leave no slot behind."""
    target.execute("alter subscription prices disable")
    target.execute("alter subscription prices set (slot_name = none)")
    target.execute("drop subscription prices")
    for _ in range(2400):
        if source.execute(
            "select pg_drop_replication_slot(slot_name) from pg_replication_slots"
            " where slot_name = 'prices' and not active"
        ).fetchall():
            return
        time.sleep(0.05)
    raise TimeoutError("the slot stays active")


def arrived(conn: Conn) -> bool:
    """Whether the poisoned row came over, within two minutes."""
    for _ in range(2400):
        row = conn.execute("select count(*) from shop.price where note = 'POISON'").fetchone()
        if row != (0,):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def pair(open_shop: Any) -> Iterator[tuple[market.Database, Conn, Conn]]:
    source, target = open_shop(), open_shop()
    publisher = publish(source)
    subscriber = subscribe(target, source)
    yield target, publisher, subscriber
    end(subscriber, publisher)


def test_a_replicated_change_voids(pair: tuple[market.Database, Conn, Conn]) -> None:
    target, publisher, subscriber = pair
    assert market.door(subscriber) is None
    publisher.execute("update shop.price set note = 'POISON' where item = 7")
    assert arrived(subscriber)
    assert "shop.price" in (market.door(subscriber) or "")
    assert market.certify(subscriber).startswith("FAILED")
    found = [
        (gate, thing)
        for gate, thing in publisher.execute("select gate, object from audit.doctor()").fetchall()
        if gate == "outlet"
    ]
    assert ("outlet", "prices") in found, "the publisher's doctor names publication and slot"
    assert target.connect("training")
