"""How anchors and order book would be written carelessly, and the gates that must refuse each."""

from __future__ import annotations

from dataclasses import dataclass

from tests.integration.phones_anchors.crowd import text_of


@dataclass(frozen=True, slots=True)
class Leak:
    """Replace `find` by `put` in a layer; one of the gates and modes must name one of the columns."""

    layer: str
    find: str
    put: str
    refused_by: str
    columns: tuple[str, ...]

    def text(self) -> str:
        """The careless text."""
        text = text_of(self.layer)
        assert self.find in text, self.find
        return text.replace(self.find, self.put)


LEAKS = {
    "ends of the day itself": Leak(
        "speed_anchor_sale_v1",
        "(m.marked_at at time zone 'UTC')::date) + 1 as from_day",
        "(m.marked_at at time zone 'UTC')::date) as from_day",
        "world",
        ("speed_",),
    ),
    "the day of the sale instead of the day it was known": Leak(
        "speed_anchor_sale_v1",
        "greatest((d.known_at at time zone 'UTC')::date,",
        "greatest(d.sold_day,",
        "late",
        ("speed_",),
    ),
    "marks that came later": Leak(
        "speed_anchor_sale_v1",
        "where n.generation = d.generation and n.listing_id = d.listing_id and n.event = 'spam_marked'\n    union",
        "where n.generation = d.generation and n.listing_id = d.listing_id and n.event = 'spam_marked'\n"
        "    having bool_or(excludes_listing(n.mark)) is not true\n    union",
        "world",
        ("speed_",),
    ),
    "the last 90 days, of today": Leak(
        "tom_speed_anchor_v1",
        "select max(f.t0_day) as newest from tom_features_v1 as f",
        "select least(max(f.t0_day), current_date) as newest from tom_features_v1 as f",
        "volatility",
        ("sqlvaluefunction",),
    ),
    "what becomes known at t0, and the ad itself": Leak(
        "order_book_v1", "and o.known_at < f.t0\n", "and o.known_at <= f.t0\n", "world", ("ob_",)
    ),
    "ads that are still on offer now": Leak(
        "order_book_v1",
        "(o.known_until is null or o.known_until >= f.t0)",
        "o.known_until is null",
        "world",
        ("ob_",),
    ),
    "ends from when they happened": Leak(
        "order_book_pool_v1",
        "        e.known_at,\n        case when e.event in ('gone'",
        "        case when e.event in ('gone', 'sold', 'removed') then e.event_time else e.known_at end,\n"
        "        case when e.event in ('gone'",
        "late",
        ("ob_",),
    ),
    "prices audited later": Leak(
        "price_anchor_comparable_v1",
        "max(g.audited) over so_far,",
        "max(g.audited) over (partition by g.generation, g.listing_id),",
        "world",
        ("anchor_", "ptv_anchor_"),
    ),
    "sales that became known later": Leak(
        "price_anchor_v1",
        "      and m.known_at < f.t0 - interval '120 hours'\n",
        "",
        "late",
        ("anchor_", "ptv_anchor_", "n30", "n60"),
    ),
}
