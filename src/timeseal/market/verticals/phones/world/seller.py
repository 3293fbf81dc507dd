"""Sellers: where they live, what is said of them, whether they are in business.

Owns a pool of sellers who come back, and private people who sell one phone. A seller's traits
belong to the seller's key, so whoever meets them again finds them unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from timeseal.market.verticals.phones.world.draws import Draws, Stream
from timeseal.market.verticals.phones.world.laws import LAWS
from timeseal.market.verticals.phones.world.sources import Place, Sources

__all__ = ["Seller", "meet"]


@dataclass(frozen=True, slots=True)
class Seller:
    """One seller; `rating` is 0 to 10 and None without reviews, `effort` 0 to 1."""

    key: str
    business: bool
    place: Place
    rating: float | None
    reviews: int
    since: int
    effort: float


def meet(draws: Draws, sources: Sources, ad: int, slot: int) -> Seller:
    """Return the seller of an ad: one of the pool, or somebody who sells only this."""
    stream = draws.stream(ad, "who sells", slot)
    if not stream.chance(LAWS.returning):
        return _seller(stream, sources, f"u{draws.key('private', slot, ad & 0xFFFFFF):016x}", False)
    number = int(LAWS.pool * stream.random() ** 3)
    traits = draws.stream(number, "returning seller", 0)
    return _seller(
        traits, sources, f"p{number:05d}", traits.chance(LAWS.businesses / LAWS.returning)
    )


def _seller(stream: Stream, sources: Sources, key: str, business: bool) -> Seller:
    where = int(np.searchsorted(sources.place_shares, stream.random()))
    unrated = not business and stream.chance(LAWS.unrated)
    return Seller(
        key=key,
        business=business,
        place=sources.places[where],
        rating=None if unrated else round(min(10.0, 9.75 - 0.5 * abs(stream.normal())), 1),
        reviews=0 if unrated else 1 + int(stream.delay(60.0 if business else 8.0, 1.0)),
        since=2025 - int(24 * stream.random() ** 1.5),
        effort=min(1.0, max(0.0, 0.5 + 0.22 * stream.normal() + (0.2 if business else 0.0))),
    )
