"""What a careless socio or market layer would read, and that the engine says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.databases import Database
from tests.integration.phones_base.facts import ENTRYPOINT, STORE
from tests.integration.phones_wide.facts import Conn
from tests.proof.world import bind_text

from timeseal.market.stores import declaration

pytestmark = [pytest.mark.one_major, pytest.mark.xdist_group("phones_world")]
FRAME = "\n      range between unbounded preceding and interval '1 microsecond' preceding)"
WINDOW = "interval '720 hours' preceding and interval '1 microsecond' preceding)"
DECILE = (
    "case when g.support >= 30 then least(10, (20 * b.smaller + 10 * g.equal)"
    " / (2 * g.support) + 1)::integer end"
)
UNENDED = (
    "  and not exists (select from listing_event as m where m.generation = e.generation"
    " and m.listing_id = e.listing_id and m.event in ('spam_marked', 'sold'))"
)
#: Layer, what it says, what a careless hand writes, a column that shows it, and to which replay. No
#: two ads of the small world share an instant: poison at an ad's own t0 shows who looks there.
LEAKS = {
    "the mean of all ads of a segment": (
        "affordability_v1",
        f"c.segment order by c.t0{FRAME},\n    same",
        "c.segment),\n    same",
        "aff_n_in_seg",
        "world",
    ),
    "tenths of all ads": (
        "affordability_v1",
        DECILE,
        "ntile(10) over (partition by a.generation, a.tier order by a.ratio, a.listing_id)",
        "aff_decile_in_seg",
        "world",
    ),
    "a window up to the very instant": (
        "market_relative_socio_t0_v1",
        f"{WINDOW},\n    super_before",
        "interval '720 hours' preceding and current row),\n    super_before",
        "comp_n_30d_super",
        "entity",
    ),
    "comparables without what ended or was found to be spam": (
        "market_base_socio_t0_v1",
        "  and f.is_bidding is not true",
        UNENDED,
        "comp_n_30d_super",
        "world",
    ),
}


@pytest.fixture(scope="module")
def conn(world: Database) -> Conn:
    return world.connect()


@pytest.fixture
def undone(conn: Conn) -> Iterator[Conn]:
    with conn.transaction(force_rollback=True):
        yield conn


def refill(conn: Conn, *layers: str) -> None:
    """Compute these layers anew, and no other."""
    for layer in layers:
        conn.execute(
            "select audit.refresh_layer(m, null, s.horizon) from audit.materialisation as m"
            " join audit.refresh_state as s on s.store = m.store where m.layer = %s",
            (layer,),
        )


def replayed(conn: Conn, mode: str) -> set[Any]:
    """Objects that a replay convicts; the cut of a world lies at a t0."""
    found = conn.execute(
        "select r.object from audit.replay(%s, %s, p_seed => 'wide', p_cut => (select"
        " percentile_disc(0.7) within group (order by f.t0) from store.tom_features_v1 as f),"
        " p_sample => 60) as r where r.level = 'blocking'",
        (ENTRYPOINT, mode),
    )
    return {name for (name,) in found}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_careless_layer_is_convicted(undone: Conn, leak: str) -> None:
    layer, find, put, column, mode = LEAKS[leak]
    text = next(one.text.body for one in declaration("phones", STORE).layers if one.name == layer)
    assert find in text
    bind_text(undone, layer, text.replace(find, put))
    refill(undone, "affordability_v1", "market_base_socio_t0_v1", "market_relative_socio_t0_v1")
    assert any(column in name for name in replayed(undone, mode))
