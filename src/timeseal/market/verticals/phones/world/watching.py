"""Who looks when, and what is known from it: crawls, the reverse monitor, outages.

Owns the passage from what happens to what is recorded. A slot goes: crawl, jobs that fall due,
changes, monitor. Everything it records is known within that slot.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from timeseal.market.rows import Rejection
from timeseal.market.verticals.phones.world import clock, pages
from timeseal.market.verticals.phones.world.clock import SECOND, SLOTS_A_DAY
from timeseal.market.verticals.phones.world.draws import Draws, Stream
from timeseal.market.verticals.phones.world.later import Jobs
from timeseal.market.verticals.phones.world.laws import LAWS
from timeseal.market.verticals.phones.world.market import Change
from timeseal.market.verticals.phones.world.page import Page
from timeseal.market.verticals.phones.world.record import SOURCE, Event, Facts, escaped

__all__ = ["Watcher", "down"]

CURRENCY = "NOK"


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a page that could be read."""

    at: int
    state: str
    raw: dict[str, str]
    reading: pages.Reading


def down(draws: Draws, purpose: str, slots: range, chance: float, hours: float) -> list[bool]:
    """Whether each slot lies in an outage; one that began before still lasts."""
    most = int(hours * 2)
    first = max(0, slots.start - most)
    every = np.arange(first, slots.stop)
    begins = draws.uniform(0, f"{purpose} begins", every) < chance
    lengths = 1 + draws.uniform(0, f"{purpose} lasts", every) * most
    until = np.where(begins, every + lengths, -1.0)
    reach = np.maximum.accumulate(until)[slots.start - first :]
    return [bool(one) for one in reach > every[slots.start - first :]]


class Watcher:
    """Follows the pages and writes down what it sees."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._pages: dict[int, Page] = {}
        self._dirty: dict[int, Page] = {}
        self._ended: dict[int, Page] = {}
        self._later = Jobs(draws)

    def day(self, day: int, changes: list[Change]) -> tuple[Facts, list[Page]]:
        """Record a day; returns its facts and the pages that were finished with."""
        facts = Facts(day)
        done: list[Page] = []
        slots = range(day * SLOTS_A_DAY, (day + 1) * SLOTS_A_DAY)
        dark = down(self._draws, "outage", slots, LAWS.outage, LAWS.outage_hours)
        broken = down(self._draws, "provider", slots, LAWS.provider_outage, LAWS.provider_hours)
        missed = self._draws.uniform(0, "missed crawl", np.arange(slots.start, slots.stop))
        position = 0
        for step, slot in enumerate(slots):
            if not dark[step] and missed[step] >= LAWS.missed_crawl:
                self._crawl(facts, slot)
            for page in self._later.run(facts, slot, broken[step]):
                self._dirty[page.ad.listing_id] = page
            end = clock.begins(slot + 1)
            while position < len(changes) and changes[position].at < end:
                self._apply(changes[position], slot, done)
                position += 1
            if not dark[step]:
                self._monitor(facts, slot, done)
        return facts, done

    def rest(self) -> Iterator[Page]:
        """The pages that are still open, for the truth at the end of a world."""
        yield from self._pages.values()

    def _apply(self, change: Change, slot: int, done: list[Page]) -> None:
        key = change.ad.listing_id
        if change.what == "published":
            self._pages[key] = self._dirty[key] = Page.of(self._draws, change.ad)
            return
        page = self._pages[key]
        page.apply(self._draws, change, slot)
        if page.ended is None:
            self._dirty[key] = page
            return
        self._dirty.pop(key, None)
        if page.first_seen is None:
            done.append(self._pages.pop(key))
        else:
            self._ended[key] = page

    def _crawl(self, facts: Facts, slot: int) -> None:
        start = self._draws.stream(0, "crawl starts", slot)
        instant = clock.begins(slot) + int((20 + 70 * start.random()) * SECOND)
        facts.observed_until = instant
        for key, page in list(self._dirty.items()):
            stream = self._draws.stream(page.ad.key, "look", slot)
            if stream.chance(LAWS.unseen):
                continue
            if self._look(facts, page, instant + int(stream.random() * 120 * SECOND), stream):
                del self._dirty[key]

    def _look(self, facts: Facts, page: Page, at: int, stream: Stream) -> bool:
        """Read a page; False when it arrives broken, so that the next crawl tries again."""
        raw = page.raw()
        if stream.chance(LAWS.malformed):
            field, shown = stream.weighted(pages.MALFORMED)
            raw[field] = shown
        facts.pages_read += 1
        reading, broken = pages.read(raw)
        if reading is None:
            facts.pages_refused += 1
            body = json.dumps({"listing_id": page.ad.listing_id, **raw}, ensure_ascii=False)
            facts.rejections += [
                Rejection(facts.pages_read, column, one.expected, one.found, one.reason, body)
                for column, one in broken
            ]
            return False
        self._record(facts, page, _Look(at, "live", raw, reading))
        page.seen = page.now
        return True

    def _record(self, facts: Facts, page: Page, look: _Look) -> None:
        """Write down a look, and the events that follow from comparing it with the last one."""
        for generation in page.generations:
            if generation not in page.shown:
                _observe(facts, page, generation, look)
                page.shown.append(generation)
                born = Event("published", page.ad.published, "platform", look.at, page.price, "ask")
                facts.event(generation, page.ad.listing_id, born)
            elif page.seen != page.now:
                _observe(facts, page, generation, look)
                for event in _differences(page, look.at):
                    facts.event(generation, page.ad.listing_id, event)
        if page.first_seen is None:
            page.first_seen = look.at
            self._later.first_sight(page, look.at)

    def _monitor(self, facts: Facts, slot: int, done: list[Page]) -> None:
        """A round of the reverse monitor, a quarter of an hour into the slot, by day only."""
        first, last = LAWS.monitor_hours
        if not first <= clock.local(slot).hour <= last:
            return
        middle = clock.begins(slot) + clock.SLOT // 2
        for key, page in list(self._ended.items()):
            stream = self._draws.stream(page.ad.key, "check", slot)
            at = middle + int(stream.random() * 300 * SECOND)
            if page.ended_at is None or page.ended_at >= at or not stream.chance(LAWS.monitor):
                continue
            if page.ended == "sold":
                self._sold(facts, page, at, stream)
            elif not self._removed(facts, page, at):
                continue
            del self._ended[key]
            done.append(self._pages.pop(key))

    def _sold(self, facts: Facts, page: Page, at: int, stream: Stream) -> None:
        told, declared = stream.chance(LAWS.platform_stamp), stream.chance(LAWS.declared_price)
        raw = page.raw()
        reading, _ = pages.read(raw)
        event = Event(
            "sold",
            page.ended_at if told and page.ended_at is not None else at,
            "platform" if told else "first_observed",
            at,
            page.paid if declared else page.price,
            "declared" if declared else "last_ask",
        )
        for generation in page.shown:
            if reading is not None:
                _observe(facts, page, generation, _Look(at, "sold", raw, reading))
            facts.event(generation, page.ad.listing_id, event)
        self._later.after_sale(page, at)

    def _removed(self, facts: Facts, page: Page, at: int) -> bool:
        """One look is no proof: the page has to be missing as often as the law says."""
        page.looks += 1
        page.first_missing = page.first_missing or at
        if page.looks < LAWS.confirmations:
            return False
        event = Event("removed", page.first_missing, "first_observed", at, page.price, "last_ask")
        for generation in page.shown:
            facts.event(generation, page.ad.listing_id, event)
        return True


def _differences(page: Page, at: int) -> Iterator[Event]:
    """What a look found changed since the last one."""
    assert page.seen is not None  # noqa: S101 - only a page that was seen can differ
    price, inactive, description = page.seen
    if page.price != price:
        yield Event("price_changed", page.edited_at, "platform", at, page.price, "ask")
    if page.description != description:
        yield Event("edited", page.edited_at, "platform", at)
    if page.inactive != inactive:
        yield Event("inactive" if page.inactive else "active", at, "first_observed", at)


def _observe(facts: Facts, page: Page, generation: int, look: _Look) -> None:
    ad, seller = page.ad, page.ad.seller
    facts.add(
        "raw.listing_observation",
        *(generation, ad.listing_id, clock.text(look.at), SOURCE, look.state),
        *(look.reading.price, CURRENCY, escaped(ad.text.title), escaped(page.description)),
        *(f"https://marked.example/ad/{ad.listing_id}", ad.model, look.reading.storage_gb),
        *(look.raw["storage"] or None, page.condition, seller.key, seller.rating, seller.reviews),
        *(look.reading.member_since_year, escaped(seller.place.name), look.reading.postal_code),
        *(clock.text(page.edited_at), "t" if page.inactive else "f"),
        *("t" if ad.auction_ends is not None else "f", _digest(look)),
    )


def _digest(look: _Look) -> str:
    return hashlib.sha256("\x1f".join((look.state, *look.raw.values())).encode()).hexdigest()
