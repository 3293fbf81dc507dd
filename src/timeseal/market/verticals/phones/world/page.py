"""What the site shows of an ad at an instant, and what of it a crawl has seen so far.

Owns the page's state; the ad behind it is `ad.py`'s, who looks when is `watching.py`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from timeseal.market.verticals.phones.world.ad import Ad
from timeseal.market.verticals.phones.world.draws import Draws
from timeseal.market.verticals.phones.world.laws import LAWS
from timeseal.market.verticals.phones.world.market import Change
from timeseal.market.verticals.phones.world.texts import addition

__all__ = ["CONDITIONS", "Page"]

#: The site's own words for a condition.
CONDITIONS = {
    1.0: "Helt ny",
    0.9: "Som ny",
    0.7: "Pent brukt",
    0.5: "Godt brukt",
    0.2: "Defekt",
}


@dataclass(slots=True)
class Page:
    """The page of one ad. `seen` is what the last successful look showed: price, flag, text."""

    ad: Ad
    price: int
    description: str
    edited_at: int
    condition: str | None
    storage: str
    inactive: bool = False
    ended: str | None = None
    ended_at: int | None = None
    paid: int | None = None
    first_seen: int | None = None
    seen: tuple[int, bool, str] | None = None
    generations: list[int] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    first_missing: int | None = None
    looks: int = 0

    @classmethod
    def of(cls, draws: Draws, ad: Ad) -> Page:
        """The page of a new ad."""
        stream = draws.stream(ad.key, "form", ad.slot)
        named = stream.chance(LAWS.form_condition)
        return cls(
            ad=ad,
            price=ad.first_price,
            description=ad.text.description,
            edited_at=ad.published,
            condition=CONDITIONS[ad.phone.grade] if named else None,
            storage=f"{ad.phone.product.storage_gb} GB" if stream.chance(LAWS.form_storage) else "",
            generations=[ad.phone.product.generation if ad.kind != "below13" else 13],
        )

    def apply(self, draws: Draws, change: Change, slot: int) -> None:
        """Let a change show."""
        if change.what in {"sold", "removed"}:
            self.ended, self.ended_at = change.what, change.at
            if change.what == "sold":
                self.paid = self._paid(draws, slot)
        elif change.what in {"inactive", "active"}:
            self.inactive = change.what == "inactive"
        else:
            self.edited_at = change.at
            if change.price is not None:
                self.price = change.price
            else:
                stream = draws.stream(self.ad.key, "edit text", slot)
                self.description = addition(stream, self.description)

    @property
    def now(self) -> tuple[int, bool, str]:
        """What a look would show."""
        return self.price, self.inactive, self.description

    def raw(self) -> dict[str, str]:
        """The page as the site writes it."""
        ad = self.ad
        return {
            "price": f"{self.price:,} kr".replace(",", " "),
            "storage": self.storage,
            "member_since": str(ad.seller.since),
            "postal_code": ad.seller.place.postal_code,
            "title": ad.text.title,
            "description": self.description,
            "condition": self.condition or "",
            "seller": ad.seller.key,
            "inactive": str(self.inactive),
            "edited": str(self.edited_at),
        }

    def _paid(self, draws: Draws, slot: int) -> int:
        """What the buyer pays: bids as they stand, firm prices nearly so, others less."""
        stream = draws.stream(self.ad.key, "paid", slot)
        mode = self.ad.phone.facts["sale_mode"]
        if mode == "bids" or (mode == "firm" and stream.chance(0.8)):
            return self.price
        less = min(0.4, LAWS.haggle * stream.delay(0.7, 0.8))
        return max(100, round(self.price * (1 - less) / 10) * 10)
