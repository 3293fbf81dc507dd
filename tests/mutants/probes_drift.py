"""Probes of the drift ledger and of what is said of drift."""

from __future__ import annotations

from typing import Any

from tests.attack import market
from tests.attack.market import ENTRYPOINT
from tests.mutants.harness import probe
from tests.mutants.probes_shop import opened

REBASELINE = f"call audit.rebaseline_last_n_days('{ENTRYPOINT}'::regclass, 100000, 2000)"
BROKEN = "select count(*) from audit.broken_ledger"


def budgeted(database: Any, rows: int) -> market.Conn:
    """A certified market with a budget of so many rows, named by the session."""
    admin = opened(database)
    grant = "insert into audit.drift_budget values (%s, 'repair', 100, %s)"
    admin.execute(grant, (ENTRYPOINT, rows))
    admin.execute("set timeseal.budget = 'repair'")
    return admin


def changed(admin: market.Conn, *items: int) -> None:
    """Another price in some rows."""
    admin.execute("update shop.price set price = price + 1 where item = any (%s)", (list(items),))


@probe("shop")
def the_ledger_is_chained(database: Any) -> None:
    admin = opened(database)
    changed(admin, 40)
    admin.execute(REBASELINE)
    assert admin.execute(BROKEN).fetchone() == (0,)


@probe("shop")
def the_ledger_links_each_line_to_the_one_before(database: Any) -> None:
    admin = opened(database)
    changed(admin, 40)
    admin.execute(REBASELINE)
    row = admin.execute(
        "select count(*) from (select d.previous_sha256 as link, lag(d.row_sha256)"
        " over (order by d.drift_id) as before from audit.drift_event as d) as l"
        " where l.link is distinct from l.before"
    ).fetchone()
    assert row == (1,), "the first line alone has none before it"


@probe("shop", "update audit.drift_event set reason = 'x'", "delete from audit.drift_event")
def a_rewritten_ledger_shows(database: Any, rewrite: str) -> None:
    admin = opened(database)
    admin.execute("alter table audit.drift_event disable trigger append_only")
    second = "(select min(d.drift_id) + 1 from audit.drift_event as d)"
    admin.execute(f"{rewrite} where drift_id = {second}".encode())
    assert admin.execute(BROKEN).fetchone() == (1,)


@probe("shop")
def drift_names_the_column(database: Any) -> None:
    admin = opened(database)
    changed(admin, 20)
    row = admin.execute("select d.columns from audit.drift_days(%s) as d", (ENTRYPOINT,)).fetchone()
    assert row == (["price", "price_twice"],), row


@probe("shop")
def a_cheap_sum_finds_the_day(database: Any) -> None:
    admin = opened(database)
    changed(admin, 20)
    rows = admin.execute("select d.t0_day from audit.drift_days(%s) as d", (ENTRYPOINT,)).fetchall()
    assert len(rows) == 1, rows


@probe("shop")
def an_old_value_is_told_only_where_its_digest_gives_it_away(database: Any) -> None:
    admin = opened(database)
    admin.execute("update shop.price set note = 'x' where item = 20")
    row = admin.execute(
        "select c.expected from audit.drift_days(%s) as d"
        " cross join audit.drift_cells(%s, array[d.t0_day]) as c where c.column_name = 'note'",
        (ENTRYPOINT, ENTRYPOINT),
    ).fetchone()
    assert row == ("changed (old value not kept)",), row


@probe("shop")
def a_change_past_the_watchers_is_no_correction(database: Any) -> None:
    admin = opened(database)
    admin.execute("alter table shop.price disable trigger timeseal_stamp")
    changed(admin, 20)
    admin.execute("alter table shop.price enable always trigger timeseal_stamp")
    row = admin.execute("select d.classes from audit.drift_days(%s) as d", (ENTRYPOINT,)).fetchone()
    assert row == (["tampering"],), row


@probe("shop")
def a_write_to_other_rows_explains_nothing(database: Any) -> None:
    admin = opened(database)
    admin.execute(
        "create or replace function shop.doubled(p_price integer) returns integer"
        " language sql immutable parallel safe return p_price * 2 + (p_price = 120)::integer"
    )
    admin.execute("insert into shop.price values (1, '2020-03-01', 7, 'CLEAN')")
    row = admin.execute("select d.classes from audit.drift_days(%s) as d", (ENTRYPOINT,)).fetchone()
    assert row == (["function"],), row


@probe("shop")
def what_was_accepted_is_on_record(database: Any) -> None:
    admin = budgeted(database, 5)
    changed(admin, 40)
    admin.execute(REBASELINE)
    row = admin.execute(
        "select l.classes, l.columns, l.rows_changed, l.budget_rows from audit.drift_ledger as l"
        " order by l.drift_id desc limit 1"
    ).fetchone()
    assert row == (["correction"], ["price", "price_twice"], 1, 1), row


@probe("shop")
def what_was_refused_is_on_record(database: Any) -> None:
    admin = opened(database)
    changed(admin, 40)
    admin.execute(REBASELINE)
    row = admin.execute(
        "select l.verdict, l.rows_changed from audit.drift_ledger as l"
        " order by l.drift_id desc limit 1"
    ).fetchone()
    assert row == ("refused", 1), row


@probe("shop")
def the_caller_cannot_widen_the_window(database: Any) -> None:
    admin = budgeted(database, 5)
    admin.execute("update audit.entrypoint set tolerant_days = 2")
    changed(admin, 1)
    admin.execute(REBASELINE)
    assert "drift" in market.certify(admin)


@probe("shop")
def a_budget_is_spent_once_per_certificate(database: Any) -> None:
    admin = budgeted(database, 1)
    for item in (40, 39):
        changed(admin, item)
        admin.execute(REBASELINE)
    assert "drift" in market.certify(admin)
