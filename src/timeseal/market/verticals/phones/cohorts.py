"""Cohorts of the phones market: a generation is its own code."""

from __future__ import annotations

from datetime import UTC, datetime

from timeseal.market.reference import Release

__all__ = ["GENERATIONS", "cohort_release"]

GENERATIONS = (13, 14, 15, 16, 17)
#: The youngest generation was on sale; so before any ad of the world.
PUBLISHED_AT = datetime(2025, 9, 19, tzinfo=UTC)


def cohort_release() -> Release:
    """The generations as a release of `ref.cohort`."""
    return Release(
        release_id="phones-generations-v1",
        title="Generations of the phones market",
        publisher="Timeseal",
        published_at=PUBLISHED_AT,
        pinned=True,
        licence="Apache-2.0",
        relation="ref.cohort",
        columns=("known_at", "generation", "cohort_id"),
        rows=tuple((PUBLISHED_AT, one, f"iPhone {one}") for one in GENERATIONS),
    )
