"""The form of a guarded view: an uncorrelated scalar subquery that the planner keeps in front."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.attack import market
from tests.attack.market import ENTRYPOINT, GUARDED
from tests.attack.plan import EAGER, explain, nodes, objections
from tests.attack.shapes import SHAPES
from tests.attack.snapshot import CLOSED, outcome

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
RIGHT = f"from {ENTRYPOINT} as f where {market.asks(ENTRYPOINT, 'f.item')}"

#: Forms that may even guard, and are not the one whose plan is tested.
OTHER = {
    "without the guard of estimates": BARE,
    "the guard of estimates of another": RIGHT.replace(
        "plan_guard('shop.item_features'", "plan_guard('shop.other'"
    ),
    "beside another relation": RIGHT.replace(" as f where", " as f, unnest(array[1]) as one where"),
    "followed by something": f"{RIGHT} or f.item = 1",
}


def test_the_form_we_write_is_guarded(shop: market.Database) -> None:
    assert objections(shop.connect(), GUARDED, "shop.absent") == []


@pytest.mark.parametrize("form", WRONG)
def test_a_form_that_only_looks_guarded_is_told(form: str, shop: market.Database) -> None:
    admin = shop.connect()
    admin.execute(market.guarded_view(form=WRONG[form], barrier=False).encode())
    assert objections(admin, GUARDED, "shop.absent") != []


def test_the_bare_form_fails_where_the_planner_moves_filters_up(
    shop: market.Database,
) -> None:
    """Right up to PostgreSQL 15, wrong from 16 on; the barrier makes it right on all."""
    admin = shop.connect()
    admin.execute(market.guarded_view(form=BARE, barrier=False).encode())
    found = objections(admin, GUARDED, "shop.absent")
    assert bool(found) == (admin.info.server_version >= 160000), found


@pytest.mark.parametrize("form", [*WRONG, *OTHER, "without the barrier"])
def test_a_view_of_another_form_is_not_certified(form: str, shop: market.Database) -> None:
    admin = shop.connect()
    barrier = form != "without the barrier"
    text = {**WRONG, **OTHER}.get(form, RIGHT)
    admin.execute(market.guarded_view(form=text, barrier=barrier).encode())
    admin.execute("call audit.capture_viewdef_baseline(%s::regclass)", (ENTRYPOINT,))
    status = market.certify(admin)
    assert status.startswith("FAILED")
    assert "read_closure" in status
    admin.execute(market.guarded_view().encode())
    admin.execute("call audit.capture_viewdef_baseline(%s::regclass)", (ENTRYPOINT,))
    assert market.certify(admin) == "CERTIFIED"


ESTIMATES = (
    "explain select 1 from {v} where price > 1000000",
    "explain select 1 from {v} where note = 'SECRET'",
    "explain select 1 from {v} limit 0",
    "explain select count(*) from {v}",
    "explain (format json) select 1 from shop.absent as a left join {v} as v on v.item = a.item",
    "explain select 1 from shop.absent as a where exists (select from {v} where item > a.item)",
    "explain create temp table t as select * from {v}",
)


@pytest.mark.parametrize("statement", ESTIMATES)
def test_no_estimate_comes_through_a_closed_door(statement: str, shop: market.Database) -> None:
    """A reader's comparison is estimated from the ends of live indexes and from statistics."""
    admin, reader = shop.connect(), shop.connect("training")
    admin.execute("analyze shop.price; analyze shop.absent; grant select on shop.absent to public")
    asked = statement.format(v=GUARDED)
    assert outcome(reader, asked) not in CLOSED
    admin.execute("update shop.price set price = 7654321 where item = 1")
    assert outcome(reader, asked) in CLOSED


def test_a_plan_made_while_the_door_was_open_shows_what_was_certified(
    shop: market.Database,
) -> None:
    admin, reader = shop.connect(), shop.connect("training")
    reader.execute("set plan_cache_mode = force_generic_plan")
    reader.execute(f"prepare kept as select 1 from {GUARDED} where price > 1000000".encode())
    before = reader.execute("explain execute kept").fetchall()
    admin.execute("update shop.price set price = 7654321 where item > 1")
    assert reader.execute("explain execute kept").fetchall() == before
    assert outcome(reader, "execute kept") in CLOSED
    admin.execute("analyze shop.price")
    assert outcome(reader, "explain execute kept") in CLOSED


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
def counted(shop: market.Database) -> Callable[[Callable[[Any], Any]], tuple[int, int]]:
    """How often the guard is called while something is asked: by executor and planner."""
    shop.connect().execute(f"alter database {shop.name} set track_functions = 'all'")
    reader = shop.connect("training", autocommit=False)

    def calls(name: str) -> int:
        row = reader.execute(
            "select coalesce(pg_stat_get_xact_function_calls(%s::regprocedure), 0)",
            (f"audit.{name}(text, interval)",),
        ).fetchone()
        assert row is not None
        return int(row[0])

    def count(ask: Callable[[Any], Any]) -> tuple[int, int]:
        before = calls("cert_guard"), calls("plan_guard")
        ask(reader)
        planned = calls("plan_guard") - before[1]
        # what the planner asks goes through the guard, too
        return calls("cert_guard") - before[0] - planned, planned

    return count


TWICE = {"self join", "pipeline"}


def test_one_evaluation_per_view_reference(
    counted: Callable[[Callable[[Any], Any]], tuple[int, int]],
) -> None:
    wrong = {}
    for shape in SHAPES:
        references = 2 if shape.name in TWICE or "two left joins" in shape.name else 1
        calls, planned = counted(shape.ask)
        if calls > references or planned > references or (calls < 1 and shape.contentless is None):
            wrong[shape.name] = calls, planned
    assert wrong == {}
