"""The published block, word for word: rebaseline the newest days, certify, require strict."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from tests.attack import market
from tests.drift import incidents
from tests.drift.incidents import Conn

BLOCK = (
    "CALL audit.rebaseline_last_n_days('kiosk.feature'::regclass, 10)",
    "CALL audit.run_t0_cert_kiosk(10)",
    "SELECT audit.require_certified_strict('kiosk.feature', interval '24 hours')",
)
NEWEST = "update kiosk.sale set price = price + 1 where item = 160"
OLDEST = "update kiosk.sale set price = price + 1 where item = 1"
BUDGET = "insert into audit.drift_budget values ('kiosk.feature', 'repair', 1, 1)"
NEW_DAY = "insert into kiosk.sale values ({}, timestamptz '2020-03-{} 00:00+00', 5, 1, 'new')"
EVENTS = (
    "select l.t0_day::text, l.verdict, l.classes, l.columns, l.budget, l.budget_rows"
    " from audit.drift_ledger as l where l.drift_id > %s order by l.drift_id"
)


def passes(conn: Conn) -> bool:
    """Run the block; whether the last statement lets the caller go on."""
    for statement in BLOCK[:-1]:
        conn.execute(statement.encode())
    statement = "select audit.door_cause('kiosk.feature', interval '24 hours') is null"
    if conn.execute(statement.encode()).fetchone() == (True,):
        return conn.execute(BLOCK[-1].encode()).fetchone() == (True,)
    # a refusal must not end the transaction of the test
    with pytest.raises(psycopg.Error) as refused, conn.transaction():
        conn.execute(BLOCK[-1].encode())
    assert refused.value.sqlstate == "TS001"
    return False


def newest_event(conn: Conn) -> int:
    """Where the ledger ends."""
    row = conn.execute("select max(drift_id) from audit.drift_event").fetchone()
    return 0 if row is None or row[0] is None else row[0]


@pytest.fixture
def block(kiosk: Conn) -> Conn:
    """The certified market with its published runner."""
    kiosk.execute("select audit.declare_runner('kiosk.feature', 'run_t0_cert_kiosk')")
    return kiosk


def test_the_life_of_a_database_statement_by_statement(
    databases: Any, sealed_template: str
) -> None:
    """Never certified, twice in a row, new facts, within budget, over it, older: as psql would."""
    database = databases.create(sealed_template)
    try:
        admin = database.connect()
        admin.execute(incidents.KIOSK.read_bytes())
        market.declare(admin, "kiosk.feature", "kiosk.feature_train", ["item", "t0"], "t0")
        admin.execute("select audit.declare_runner('kiosk.feature', 'run_t0_cert_kiosk')")
        certifier = database.connect("certifier")
        assert passes(certifier)
        first = newest_event(certifier)
        assert passes(certifier)
        assert newest_event(certifier) == first, "an unchanged database leaves nothing to record"
        admin.execute(NEW_DAY.format(900, "01").encode())
        assert passes(certifier)
        assert certifier.execute(EVENTS, (first,)).fetchall() == [
            ("2020-03-01", "new day", [], [], None, 0)
        ]
        admin.execute(BUDGET)
        admin.execute(NEWEST.encode())
        assert not passes(certifier), "a budget nobody named is no budget"
        certifier.execute("set timeseal.budget = 'repair'")
        assert passes(certifier)
        admin.execute("update kiosk.sale set price = price + 1 where item in (159, 160)")
        assert not passes(certifier), "two rows exceed the budget"
        admin.execute("update kiosk.sale set price = price - 1 where item in (159, 160)")
        assert passes(certifier)
        admin.execute(OLDEST.encode())
        assert not passes(certifier), "no budget reaches a day before the window"
    finally:
        databases.drop(database)


def test_a_database_never_certified_in_one_transaction(
    databases: Any, sealed_template: str
) -> None:
    database = databases.create(sealed_template)
    try:
        admin = database.connect()
        admin.execute(incidents.KIOSK.read_bytes())
        market.declare(admin, "kiosk.feature", "kiosk.feature_train", ["item", "t0"], "t0")
        admin.execute("select audit.declare_runner('kiosk.feature', 'run_t0_cert_kiosk')")
        certifier = database.connect("certifier", autocommit=False)
        assert passes(certifier)
        assert passes(certifier)
        certifier.commit()
        assert market.door(admin, "kiosk.feature") is None
    finally:
        databases.drop(database)


def test_a_second_day_in_one_transaction(block: Conn) -> None:
    block.execute(NEW_DAY.format(900, "01").encode())
    assert passes(block)
    block.execute(NEW_DAY.format(901, "02").encode())
    assert passes(block)


def test_what_a_budget_accepts_is_on_record(block: Conn) -> None:
    block.execute(BUDGET)
    block.execute(
        "set local timeseal.budget = 'repair'; set local timeseal.reason = 'typing error'"
    )
    before = newest_event(block)
    block.execute(NEWEST.encode())
    assert passes(block)
    columns = ["price", "price_rated", "price_twice"]
    assert block.execute(EVENTS, (before,)).fetchall() == [
        ("2020-01-21", "budget", ["correction"], columns, "repair", 1)
    ]


@pytest.mark.parametrize(("corruption", "rows"), [(NEWEST, 0), (OLDEST, 1), (OLDEST, 0)])
def test_corruption_over_budget_or_older_fails_and_is_on_record(
    corruption: str, rows: int, block: Conn
) -> None:
    block.execute("insert into audit.drift_budget values ('kiosk.feature', 'b', 9, %s)", (rows,))
    block.execute("set local timeseal.budget = 'b'")
    before = newest_event(block)
    block.execute(corruption.encode())
    assert not passes(block)
    assert not passes(block), "asking again changes nothing"
    assert {(row[1], row[5]) for row in block.execute(EVENTS, (before,))} == {("refused", 0)}


@pytest.mark.parametrize(("days", "accepted"), [(1, False), (3, True)])
def test_the_window_of_the_store_is_what_counts(days: int, accepted: bool, block: Conn) -> None:
    """The caller asks for ten days; the declaration of the store gives fewer."""
    block.execute("update audit.entrypoint set tolerant_days = %s", (days,))
    block.execute(BUDGET)
    block.execute("set local timeseal.budget = 'repair'")
    block.execute("update kiosk.sale set price = price + 1 where item = 144")  # 19 January of 21
    assert passes(block) is accepted
