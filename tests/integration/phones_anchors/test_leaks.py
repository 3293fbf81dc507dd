"""Anchors and order book pass replay; written carelessly, a gate or a mode of it refuses them."""

from __future__ import annotations

import pytest
from tests.integration.phones_anchors.crowd import Crowd
from tests.integration.phones_anchors.leaks import LEAKS, Leak
from tests.integration.phones_base.facts import ENTRYPOINT

pytestmark = pytest.mark.one_major
#: A cut between the rows, and pairs of worlds without the search for the facts that a leak reads.
REPLAY = {
    "world": "select r.object from audit.replay(%(entrypoint)s, 'world', p_cut => ("
    " select percentile_disc(0.6) within group (order by f.t0) from store.tom_features_v1 as f))"
    " as r where r.level = 'blocking'",
    "late": "select r.object from audit.replay_pair(audit.entrypoint_row(%(entrypoint)s), 'late',"
    " 40, 'anchors') as r where r.level = 'blocking'",
}


#: What a hand could do to a stored layer, by the invariant that must see it.
TAMPERED = {
    "order_book_adds_up": "update store.order_book_v1 set ob_arrivals_7d_sm = 1000"
    " where ob_state = 'alone'",
    "speed_anchor_is_older": "update store.tom_speed_anchor_v1 set known_at = anchor_at",
    "price_anchor_has_support": "update store.price_anchor_v1 set anchor_blend_t0 = 1"
    " where anchor_strict_wide_n = 0",
    "anchors_lose_no_row": "delete from store.order_book_v1 where ob_state = 'alone'",
}


def found(crowd: Crowd, by: str) -> list[str]:
    """What a gate or a mode of replay objects to."""
    query = REPLAY.get(
        by, f"select g.object || ' ' || g.subject from audit.gate_{by}(%(entrypoint)s) as g"
    )
    return [str(row[0]) for row in crowd.conn.execute(query.encode(), {"entrypoint": ENTRYPOINT})]


@pytest.mark.parametrize("by", [*REPLAY, "time"])
def test_nothing_is_found(crowd: Crowd, by: str) -> None:
    with crowd.conn.transaction(force_rollback=True):
        assert found(crowd, by) == []


@pytest.mark.parametrize("leak", LEAKS, ids=lambda one: one.name.replace(" ", "-"))
def test_a_careless_text_is_refused(crowd: Crowd, leak: Leak) -> None:
    with crowd.careless(leak.layer, leak.text()):
        objections = found(crowd, leak.by)
    assert leak.is_named(objections), objections


@pytest.mark.parametrize("invariant", TAMPERED)
def test_an_invariant_sees_what_contradicts_it(crowd: Crowd, invariant: str) -> None:
    with crowd.conn.transaction(force_rollback=True):
        changed = crowd.conn.execute(TAMPERED[invariant].encode()).rowcount
        bad = crowd.conn.execute(f"select * from build.{invariant}".encode()).fetchall()
    assert len(bad) == changed > 0
