"""Reading a plan: does the guard stand in front of everything, and only once?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

#: A table of the market that the planner reads with two workers, however small it is.
EAGER = (
    "alter table shop.price set (parallel_workers = 2); set min_parallel_table_scan_size = 0;"
    " set parallel_setup_cost = 0; set parallel_tuple_cost = 0;"
    " set max_parallel_workers_per_gather = 2"
)


@contextmanager
def unasked_by_the_planner(conn: psycopg.Connection[Any]) -> Iterator[None]:
    """Plans of views whose door is shut: the guard of estimates is left out, then put back."""
    with conn.transaction(force_rollback=True):
        conn.execute(
            "create or replace function audit.plan_guard(p_entrypoint text, p_max_age interval)"
            " returns text language sql stable parallel safe as $$ select ''::text $$"
        )
        yield


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The node and all below it."""
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def explain(conn: psycopg.Connection[Any], statement: str) -> dict[str, Any]:
    """The root node of EXPLAIN (VERBOSE, FORMAT JSON)."""
    row = conn.execute(f"explain (verbose, format json) {statement}".encode()).fetchone()
    assert row is not None
    found = row[0] if isinstance(row[0], list) else json.loads(row[0])
    plan = found[0]["Plan"]
    assert isinstance(plan, dict)
    return plan


def objections(conn: psycopg.Connection[Any], view: str, other: str) -> list[str]:
    """Why a view is not guarded: empty when it is.

    `other` is any relation of rows to join from: PostgreSQL 16 and later turn the filter of a
    one-relation view into a left join's condition, which nothing asks when no row matches.
    """
    asked = {
        f"select 1 from {view} as v": 1,
        f"select v from {other} as o left join {view} as v on true": 1,
        f"select (select count(*) from {view} as v), (select 1 from {view} as v limit 1)": 2,
    }
    with unasked_by_the_planner(conn):
        plans = {statement: list(nodes(explain(conn, statement))) for statement in asked}
    found = []
    for statement, wanted in asked.items():
        all_nodes = plans[statement]
        calls = [
            node
            for node in all_nodes
            if node.get("Parent Relationship") == "InitPlan"
            and "audit.cert_guard(" in " ".join(node.get("Output", []))
        ]
        gates = [node for node in all_nodes if "One-Time Filter" in node]
        if len(calls) != wanted:
            found.append(f"{statement}: {len(calls)} InitPlans call the guard, not {wanted}")
        if len(gates) < wanted:
            found.append(f"{statement}: {len(gates)} one-time filters, not {wanted}")
    return found
