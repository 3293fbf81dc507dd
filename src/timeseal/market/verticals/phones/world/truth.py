"""The truth behind the facts: one row per ad, seen or not, as COPY text.

Owns the columns of `truth.listing`; who may read them is decided by the schema.
"""

from __future__ import annotations

from timeseal.market.verticals.phones.world import clock
from timeseal.market.verticals.phones.world.page import Page
from timeseal.market.verticals.phones.world.record import line

__all__ = ["COLUMNS", "truth_line"]

COLUMNS = (
    *("listing_id", "generation", "kind", "seller_key", "parent_listing_id", "published_at"),
    *("first_seen_at", "ended", "ended_at", "paid", "first_price", "value_nok", "storage_gb"),
    *("colour", "grade", "battery_pct", "damage_severity", "sale_mode", "shipping", "owner_type"),
    *("first_owner", "repair_provider", "auction", "frailty", "distrusted", "hunter_rate"),
    *("browser_rate", "withdrawal_rate"),
)


def truth_line(page: Page) -> str:
    """The truth of one ad; rates per hour at its first price."""
    ad, phone = page.ad, page.ad.phone
    said = phone.facts
    return line(
        (
            *(ad.listing_id, page.generations[0], ad.kind, ad.seller.key, ad.parent),
            *(clock.text(ad.published), _text(page.first_seen), page.ended or "open"),
            *(_text(page.ended_at), page.paid, ad.first_price, repr(phone.value)),
            *(phone.product.storage_gb, phone.colour, phone.grade, phone.battery, phone.damage),
            *(said["sale_mode"], said["shipping"], said["owner"], said["first_owner"]),
            *(said["repair"], ad.auction_ends is not None, repr(ad.frailty), ad.dead),
            *map(repr, ad.first_rates),
        )
    )


def _text(instant: int | None) -> str | None:
    return None if instant is None else clock.text(instant)
