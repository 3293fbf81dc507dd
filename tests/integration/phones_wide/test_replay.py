"""What a careless socio or market layer would read, and that the engine says so."""

from __future__ import annotations

import pytest
from tests.integration.phones_base.facts import ENTRYPOINT, HOUR, STORE, T0
from tests.integration.phones_wide.facts import Norway
from tests.integration.phones_wide.test_wide import geography
from tests.proof.world import bind_text

from timeseal.market.stores import declaration

pytestmark = pytest.mark.one_major
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
#: Layer, what it says, what a careless hand writes, and a column that shows it.
LEAKS = {
    "the mean of all ads of a segment": (
        "affordability_v1",
        f"c.segment order by c.t0{FRAME},\n    same",
        "c.segment),\n    same",
        "aff_n_in_seg",
    ),
    "tenths of all ads": (
        "affordability_v1",
        DECILE,
        "ntile(10) over (partition by a.generation, a.tier order by a.ratio, a.listing_id)",
        "aff_decile_in_seg",
    ),
    "a window up to the very instant": (
        "market_relative_socio_t0_v1",
        f"{WINDOW},\n    super_before",
        "interval '720 hours' preceding and current row),\n    super_before",
        "comp_n_30d_super",
    ),
    "comparables without what ended or was found to be spam": (
        "market_base_socio_t0_v1",
        "  and f.is_bidding is not true",
        UNENDED,
        "comp_n_30d_super",
    ),
}


@pytest.mark.parametrize("leak", [None, *LEAKS])
def test_a_careless_layer_is_convicted(norway: Norway, leak: str | None) -> None:
    """At an instant that two ads share; the shipped layers are acquitted."""
    geography(norway)
    for number, hours in enumerate((-30, -20, -10, 0, 0, 10)):
        norway.ad(number, T0 + hours * HOUR, price=7000 - 500 * number)
    norway.event(0, "sold", T0 + HOUR, T0 - 15 * HOUR, price=4000, price_kind="declared")
    column = ""
    if leak:
        layer, find, put, column = LEAKS[leak]
        texts = {one.name: one.text.body for one in declaration("phones", STORE).layers}
        assert find in texts[layer]
        bind_text(norway.conn, layer, texts[layer].replace(find, put))
    norway.settle()
    found = norway.conn.execute(
        "select r.object from audit.replay(%s, 'world', p_cut => %s) as r"
        " where r.level = 'blocking'",
        (ENTRYPOINT, T0),
    ).fetchall()
    assert any(column in name for (name,) in found) if leak else found == []
