"""The form of a guarded view: an uncorrelated scalar subquery that the planner keeps in front."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.attack import market
from tests.attack.market import ENTRYPOINT, GUARDED
from tests.attack.plan import EAGER, explain, nodes, objections
from tests.attack.shapes import SHAPES

CALL = "audit.cert_guard('shop.item_features', interval '24 hours')"

#: Forms that look guarded and are not; each names where it fails.
WRONG = {
    "no guard": f"from {ENTRYPOINT} as f",
    "plain call in where": f"from {ENTRYPOINT} as f where {CALL}",
    "lateral": f"from {ENTRYPOINT} as f cross join lateral (select {CALL} as open) as door",
    "cte": f"from {ENTRYPOINT} as f, (with d as materialized (select {CALL} as open)"
    " select open from d) as door where door.open",
    "function in from": f"from {ENTRYPOINT} as f, {CALL} as door (open) where door.open",
    "correlated": f"from {ENTRYPOINT} as f where (select {CALL} and f.item is not null)",
}


BARE = f"from {ENTRYPOINT} as f where (select {CALL})"

#: Forms that may even guard, and are not the one whose plan is tested.
OTHER = {
    "without the barrier": BARE,
    "beside another relation": f"from {ENTRYPOINT} as f, unnest(array[1]) as one"
    f" where (select {CALL})",
    "followed by something": f"{BARE} or f.item = 1",
}


def test_the_form_we_write_is_guarded(shop: market.Database) -> None:
    assert objections(shop.connect(), GUARDED, "shop.absent") == []


@pytest.mark.parametrize("form", WRONG)
def test_a_form_that_only_looks_guarded_is_told(form: str, shop: market.Database) -> None:
    admin = shop.connect()
    admin.execute(market.guarded_view(form=WRONG[form]).encode())
    assert objections(admin, GUARDED, "shop.absent") != []


def test_the_bare_form_fails_where_the_planner_moves_filters_up(
    shop: market.Database,
) -> None:
    """Right up to PostgreSQL 15, wrong from 16 on; the barrier makes it right on all."""
    admin = shop.connect()
    admin.execute(market.guarded_view(form=BARE).encode())
    found = objections(admin, GUARDED, "shop.absent")
    assert bool(found) == (admin.info.server_version >= 160000), found


@pytest.mark.parametrize("form", [*WRONG, *OTHER])
def test_a_view_of_another_form_is_not_certified(form: str, shop: market.Database) -> None:
    admin = shop.connect()
    admin.execute(market.guarded_view(form={**WRONG, **OTHER}[form]).encode())
    admin.execute("call audit.capture_viewdef_baseline(%s::regclass)", (ENTRYPOINT,))
    status = market.certify(admin)
    assert status.startswith("FAILED")
    assert "read_closure" in status
    admin.execute(market.guarded_view().encode())
    admin.execute("call audit.capture_viewdef_baseline(%s::regclass)", (ENTRYPOINT,))
    assert market.certify(admin) == "CERTIFIED"


def test_a_guarded_scan_keeps_its_workers(shop: market.Database) -> None:
    """The guard is asked once, by the leader, above the workers that read the rows."""
    admin = shop.connect()
    admin.execute(EAGER)
    for statement in (
        f"select f.price, f.note from {GUARDED} as f where f.price >= 0",
        f"select count(*) from {GUARDED} as f",
    ):
        plan = list(nodes(explain(admin, statement)))
        gathers = [node for node in plan if node["Node Type"].startswith("Gather")]
        assert [node["Workers Planned"] for node in gathers] == [2], statement
        guards = [
            node
            for node in plan
            if node.get("Parent Relationship") == "InitPlan"
            and "audit.cert_guard(" in " ".join(node.get("Output", []))
        ]
        assert len(guards) == 1, statement
        assert not guards[0]["Parallel Aware"]
        below = [node for gather in gathers for node in nodes(gather)]
        assert any(node["Parallel Aware"] for node in below), statement


@pytest.fixture
def counted(shop: market.Database) -> Callable[[Callable[[Any], Any]], int]:
    """How often the guard is called while something is asked."""
    shop.connect().execute(f"alter database {shop.name} set track_functions = 'all'")
    reader = shop.connect("training", autocommit=False)
    calls = (
        "select coalesce(pg_stat_get_xact_function_calls("
        "'audit.cert_guard(text, interval)'::regprocedure), 0)"
    )

    def count(ask: Callable[[Any], Any]) -> int:
        before = reader.execute(calls).fetchone()
        ask(reader)
        after = reader.execute(calls).fetchone()
        assert before is not None
        assert after is not None
        return int(after[0]) - int(before[0])

    return count


TWICE = {"self join", "pipeline"}


def test_one_evaluation_per_view_reference(
    counted: Callable[[Callable[[Any], Any]], int],
) -> None:
    wrong = {}
    for shape in SHAPES:
        references = 2 if shape.name in TWICE or "two left joins" in shape.name else 1
        calls = counted(shape.ask)
        if calls > references or (calls < 1 and shape.contentless is None):
            wrong[shape.name] = calls
    assert wrong == {}
