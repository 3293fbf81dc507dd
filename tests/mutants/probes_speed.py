"""Probes of short cuts: what is asked for by day is found by day, what is carried is still true."""

from __future__ import annotations

from typing import Any

from tests.attack.market import GUARDED
from tests.attack.plan import EAGER, explain, nodes, unasked_by_the_planner
from tests.mutants.harness import probe


@probe("shop")
def a_row_without_t0_is_found(database: Any) -> None:
    admin = database.connect()
    admin.execute("create table shop.timeless as select null::timestamptz as t0, 1 as item")
    found = admin.execute(
        "select d.row_count from audit.fingerprint_days("
        "'shop.timeless'::regclass, 't0', null, '{-infinity}') as d"
    ).fetchall()
    assert found == [(1,)]


@probe("shop")
def a_guarded_scan_keeps_its_workers(database: Any) -> None:
    admin = database.connect()
    admin.execute(EAGER)
    with unasked_by_the_planner(admin):
        plan = explain(admin, f"select f.price from {GUARDED} as f where f.price >= 0")
    assert any(node.get("Workers Planned") == 2 for node in nodes(plan))
