"""The market from day to day: who publishes, who buys, who gives up, who changes a price.

Owns the live ads. A day is one matrix of ads by half hours: hazards from what holds at its start,
one draw per ad and slot for its fate and one for its seller. What happens in a slot is drawn with
that slot's numbers, so a world cut at any slot keeps everything before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import exp

import numpy as np

from timeseal.market.verticals.phones.world import clock
from timeseal.market.verticals.phones.world.ad import Ad, born, relisted, round_price
from timeseal.market.verticals.phones.world.clock import HALF_HOUR, SLOTS_A_DAY
from timeseal.market.verticals.phones.world.draws import Draws, Floats, Keys, Slots
from timeseal.market.verticals.phones.world.laws import LAWS
from timeseal.market.verticals.phones.world.sources import Sources

__all__ = ["Change", "Market", "sale_hazard"]

#: Ads per matrix, which bounds memory.
CHUNK = 2048
#: New ads in one slot: numbers from 2048 belong to ads that come back.
MOST = 2047


@dataclass(frozen=True, slots=True)
class Change:
    """Something happened to an ad at an instant; `price` where that is what changed."""

    at: int
    what: str
    ad: Ad
    price: int | None = None


@dataclass(frozen=True, slots=True)
class _Rows:
    """The live ads of a chunk as columns; rates per hour, instants in microseconds."""

    keys: Keys
    published: Slots
    hunter: Floats
    browser: Floats
    withdraw: Floats
    auction_ends: Slots
    reserved: Floats


def sale_hazard(hunter: Floats, browser: Floats, age: Floats) -> Floats:
    """Sale hazard per hour at an age in hours, before the clock: the law of durations."""
    hunters = hunter * np.exp(-age / LAWS.hunter_fade)
    browsers = browser * (1 - np.exp(-age / LAWS.browser_rise))
    return np.asarray((hunters + browsers) * (1 + age / LAWS.sink) ** -LAWS.sink_power)


class Market:
    """All that happens, watched or not."""

    def __init__(self, draws: Draws, sources: Sources, ads_a_day: float) -> None:
        self._draws = draws
        self._sources = sources
        self._rate = ads_a_day
        self._live: list[Ad] = []
        self._reserved: set[int] = set()
        self._back: dict[int, list[Ad]] = defaultdict(list)

    @property
    def live(self) -> list[Ad]:
        """The ads that are neither sold nor withdrawn."""
        return self._live

    def day(self, day: int) -> list[Change]:
        """Everything that happens on a day, in order of time."""
        changes = [Change(ad.published, "published", ad) for ad in self._arrivals(day)]
        self._live += [one.ad for one in changes]
        ended: set[int] = set()
        for start in range(0, len(self._live), CHUNK):
            for change in self._happenings(self._live[start : start + CHUNK], day):
                changes.append(change)
                if change.what in {"sold", "removed"}:
                    ended.add(change.ad.key)
        self._live = [ad for ad in self._live if ad.key not in ended]
        changes.sort(key=lambda one: (one.at, one.ad.listing_id, one.what))
        self._settle(changes)
        return changes

    def _arrivals(self, day: int) -> Iterator[Ad]:
        worth = clock.rhythm(day).sellers
        slots = np.arange(day * SLOTS_A_DAY, (day + 1) * SLOTS_A_DAY)
        chances = self._draws.uniform(0, "arrivals", slots)
        for slot, value, chance in zip(slots.tolist(), worth, chances, strict=True):
            for number in range(_poisson(float(chance), self._rate / SLOTS_A_DAY * float(value))):
                yield born(self._draws, self._sources, slot, number)
            again = sorted(self._back.pop(slot, []), key=lambda ad: ad.key)
            for number, parent in enumerate(again):
                yield relisted(self._draws, parent, slot, number)

    def _happenings(self, ads: list[Ad], day: int) -> Iterator[Change]:
        rows = self._columns(ads)
        slots = np.arange(day * SLOTS_A_DAY, (day + 1) * SLOTS_A_DAY)
        begin = clock.ORIGIN + slots * clock.SLOT
        held = np.clip((begin + clock.SLOT - rows.published[:, None]) / clock.SLOT, 0.0, 1.0)
        middle = begin + clock.SLOT - held * clock.SLOT / 2
        age = np.maximum((middle - rows.published[:, None]) / clock.HOUR, 0.0)
        fate = self._fates(rows, slots, age, held, clock.rhythm(day).buyers)
        for row, (step, what) in fate.items():
            yield self._change(ads[row], int(slots[step]), what)
        for row, step, what in self._acts(rows, slots, age, held):
            if row not in fate or step < fate[row][0]:
                yield self._change(ads[row], int(slots[step]), what)

    def _columns(self, ads: list[Ad]) -> _Rows:
        rates = np.array([ad.rates for ad in ads]).reshape(-1, 3)
        return _Rows(
            keys=np.array([ad.key for ad in ads], np.uint64),
            published=np.array([ad.published for ad in ads], np.int64),
            hunter=rates[:, 0],
            browser=rates[:, 1],
            withdraw=rates[:, 2],
            auction_ends=np.array([ad.auction_ends or -1 for ad in ads], np.int64),
            reserved=np.array([ad.key in self._reserved for ad in ads], np.float64),
        )

    def _fates(
        self, rows: _Rows, slots: Slots, age: Floats, held: Floats, worth: Floats
    ) -> dict[int, tuple[int, str]]:
        """How and in which step of the day ads end, by row."""
        sale = sale_hazard(rows.hunter[:, None], rows.browser[:, None], age) * worth
        sale *= np.where(rows.reserved > 0, LAWS.reserved_factor, 1.0)[:, None]
        # while an auction runs nobody buys past the bidders
        sale[slots[None, :] <= rows.auction_ends[:, None]] = 0.0
        gone = rows.withdraw[:, None] * (1 + age / LAWS.withdraw_rise)
        drawn = self._draws.uniform(rows.keys[:, None], "fate", slots[None, :])
        chance = -np.expm1(-(sale + gone) * HALF_HOUR * held)
        sold = drawn < chance * sale / np.maximum(sale + gone, 1e-300)
        over = age >= LAWS.expiry
        hammer = slots[None, :] == rows.auction_ends[:, None]
        won = hammer & (
            self._draws.uniform(rows.keys[:, None], "hammer", slots[None, :]) < LAWS.auction_sale
        )
        ends = (drawn < chance) | over | won
        rows_ended = np.flatnonzero(ends.any(axis=1))
        steps = ends[rows_ended].argmax(axis=1)
        return {
            int(row): (int(step), "sold" if sold[row, step] or won[row, step] else "removed")
            for row, step in zip(rows_ended, steps, strict=True)
        }

    def _acts(
        self, rows: _Rows, slots: Slots, age: Floats, held: Floats
    ) -> Iterator[tuple[int, int, str]]:
        """What sellers and bidders do: (row, step, what); at most one change of state a day."""
        auction = slots[None, :] <= rows.auction_ends[:, None]
        cut = LAWS.cut * np.minimum(1 + age / LAWS.cut_rise, 3.0)
        price = np.where(auction, LAWS.bid, cut)
        flip = np.where(rows.reserved > 0, LAWS.unreserve, LAWS.reserve)[:, None]
        bounds = np.cumsum(
            np.stack([price, price * 0 + flip, price * 0 + LAWS.edit]) * HALF_HOUR * held, axis=0
        )
        drawn = self._draws.uniform(rows.keys[:, None], "act", slots[None, :])
        flipped: set[int] = set()
        for row, step in np.argwhere(drawn < bounds[2]).tolist():
            if drawn[row, step] < bounds[0, row, step]:
                yield row, step, "bid" if auction[row, step] else "price"
            elif drawn[row, step] >= bounds[1, row, step]:
                yield row, step, "edited"
            elif row not in flipped:
                flipped.add(row)
                yield row, step, "active" if rows.reserved[row] > 0 else "inactive"

    def _change(self, ad: Ad, slot: int, what: str) -> Change:
        """When in its slot it happens; never before the ad is there."""
        stream = self._draws.stream(ad.key, what, slot)
        first = max(clock.begins(slot), ad.published)
        at = first + int(stream.random() * (clock.begins(slot + 1) - first))
        if what == "bid":
            return Change(at, "price", ad, round_price(ad.price * LAWS.bid_step))
        if what == "price":
            factor = LAWS.raised
            if not stream.chance(LAWS.raise_share):
                factor = exp(-min(0.5, stream.delay(LAWS.cut_size, LAWS.cut_spread)))
            return Change(at, what, ad, round_price(ad.price * factor))
        return Change(at, what, ad)

    def _settle(self, changes: list[Change]) -> None:
        """Carry what happened over into the next day."""
        for one in changes:
            if one.price is not None:
                one.ad.set_price(one.price)
            elif one.what == "inactive":
                self._reserved.add(one.ad.key)
            elif one.what in {"active", "sold", "removed"}:
                self._reserved.discard(one.ad.key)
            if one.what == "removed":
                self._maybe_back(one)

    def _maybe_back(self, removed: Change) -> None:
        slot = clock.slot_of(removed.at)
        stream = self._draws.stream(removed.ad.key, "comes back", slot)
        if removed.ad.kind == "regular" and stream.chance(LAWS.relist):
            hours = min(600.0, stream.delay(LAWS.relist_delay, 0.8))
            # not before the next day: this day's ads are already there
            tomorrow = (slot // SLOTS_A_DAY + 1) * SLOTS_A_DAY
            self._back[max(slot + int(hours * 2), tomorrow)].append(removed.ad)


def _poisson(chance: float, mean: float) -> int:
    """Count by inverting the distribution: a higher rate only ever adds to it."""
    term = total = exp(-mean)
    count = 0
    while total < chance and count < MOST:
        count += 1
        term *= mean / count
        total += term
    return count
