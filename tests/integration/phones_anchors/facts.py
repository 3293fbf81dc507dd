"""What the tests of anchors and order book write: a small map, and ads of one cohort."""

from __future__ import annotations

from datetime import UTC, datetime

from timeseal.market.reference import Release, Rows

OSLO, BERGEN, NOWHERE = "0150", "5003", "9999"
PUBLISHED = datetime(2021, 4, 9, tzinfo=UTC)


def small_map() -> Release:
    """Two postal codes in two super metros."""
    columns = ("known_at", "postal_code", "region", "super_metro_v4", "source")
    return Release(
        release_id="two-places",
        title="two places",
        publisher="test",
        published_at=PUBLISHED,
        licence="none",
        relation="ref.postal_code_to_super_metro",
        columns=columns,
        rows=(
            (PUBLISHED, OSLO, "Østlandet", "sm4_ost_oslo", "test"),
            (PUBLISHED, BERGEN, "Vestlandet", "sm4_vest_bergen", "test"),
        ),
        designed_on_until=PUBLISHED.date(),
        also=(Rows("ref.city_to_super_metro", ("known_at",), ()),),
    )
