"""What is learnt after the first sight: enrichment, healing, photos and labels, marks, audits.

Owns a queue of jobs by the instant at which they fall due. A job reads the page as it is then.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

from timeseal.market.verticals.phones.world import clock
from timeseal.market.verticals.phones.world.clock import HOUR
from timeseal.market.verticals.phones.world.draws import Draws, Stream
from timeseal.market.verticals.phones.world.laws import LAWS
from timeseal.market.verticals.phones.world.page import Page
from timeseal.market.verticals.phones.world.reading import content, enriched, healed, photo_labels
from timeseal.market.verticals.phones.world.record import SOURCE, Event, Facts

__all__ = ["Jobs"]

#: What a mark says, by kind of ad.
MARKS = {
    "wanted": ("wanted", "wtb"),
    "bundle": ("bundled",),
    "junk": ("spam", "junk"),
    "below13": ("below13",),
}
PIPELINES = ("accessories", "colour", "damage")
NEW_METHOD = 60 * clock.SLOTS_A_DAY


class _Job(NamedTuple):
    """What to do, when; `number` makes the order total."""

    due: int
    listing_id: int
    name: str
    number: int


class Jobs:
    """The queue, and what each job writes."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._queue: list[_Job] = []
        self._pages: dict[int, tuple[Page, int]] = {}
        self._seen: set[int] = set()
        self._number = 0

    def first_sight(self, page: Page, at: int) -> None:
        """Plan everything that a new ad sets off."""
        stream = self._draws.stream(page.ad.key, "plan", clock.slot_of(at))
        self._seen.add(page.ad.listing_id)
        if not stream.chance(LAWS.enrich_never):
            hours = stream.delay(LAWS.enrich_delay, LAWS.enrich_spread)
            self._plan(page, at, hours, "enrich")
        if stream.chance(LAWS.enrich_again):
            self._plan(page, at, 24 * (2 + 28 * stream.random()), "enrich")
        self._plan(page, at, stream.delay(LAWS.heal_delay, LAWS.heal_spread), "heal")
        if stream.chance(LAWS.heal_again):
            self._plan(page, at, 24 * (1 + 19 * stream.random()), "correct")
        if page.ad.photos:
            self._plan(page, at, stream.delay(LAWS.image_delay, 0.9), "photos")
        self._plan_marks(page, at, stream)
        if page.ad.parent in self._seen:
            self._plan(page, at, stream.delay(12.0, 0.8), "relisted")
        if page.ad.twin is not None:
            self._plan(page, at, stream.delay(10.0, 1.0), "twin")

    def after_sale(self, page: Page, at: int) -> None:
        """Plan the audits of a sale."""
        stream = self._draws.stream(page.ad.key, "audits", clock.slot_of(at))
        if stream.chance(LAWS.audited):
            self._plan(page, at, 24 * (7 + 14 * stream.random()), "audit")
        if stream.chance(LAWS.resnapshot):
            self._plan(page, at, 24 * (7 + 14 * stream.random()), "resnapshot")

    def run(self, facts: Facts, slot: int, broken: bool) -> list[Page]:
        """Do what falls due in a slot; returns pages that now show under a second generation."""
        end = clock.begins(slot + 1)
        turned_up: list[Page] = []
        while self._queue and self._queue[0].due < end:
            job = heapq.heappop(self._queue)
            page = self._pages[job.listing_id][0]
            if broken and job.name == "enrich":
                heapq.heappush(self._queue, job._replace(due=job.due + clock.SLOT))
                continue
            self._forget(job.listing_id)
            if job.name == "twin":
                if page.ended is None and page.ad.twin is not None:
                    page.generations.append(page.ad.twin)
                    turned_up.append(page)
                    self._plan(page, job.due, 24.0, "duplicate")
                continue
            self._do(facts, page, job, self._draws.stream(page.ad.key, job.name, slot))
        return turned_up

    def _plan(self, page: Page, at: int, hours: float, name: str) -> None:
        listing_id = page.ad.listing_id
        self._number += 1
        heapq.heappush(self._queue, _Job(at + int(hours * HOUR), listing_id, name, self._number))
        self._pages[listing_id] = (page, self._pages.get(listing_id, (page, 0))[1] + 1)

    def _forget(self, listing_id: int) -> None:
        """Keep a page as long as jobs are left for it."""
        page, left = self._pages[listing_id]
        if left == 1:
            del self._pages[listing_id]
        else:
            self._pages[listing_id] = (page, left - 1)

    def _plan_marks(self, page: Page, at: int, stream: Stream) -> None:
        delay = stream.delay(LAWS.spam_delay, 1.0)
        if page.ad.kind in MARKS:
            if not stream.chance(LAWS.spam_missed):
                self._plan(page, at, delay, "mark")
        elif stream.chance(LAWS.spam_false):
            self._plan(page, at, delay, "false mark")
            if stream.chance(LAWS.spam_cleared):
                self._plan(page, at, delay + 72 * stream.random(), "clear mark")

    def _do(self, facts: Facts, page: Page, job: _Job, stream: Stream) -> None:
        at = job.due
        match job.name:
            case "enrich":
                _enrich(facts, page, at, stream)
            case "heal" | "correct":
                wrong = LAWS.heal_wrong if job.name == "heal" else 0.0
                _attributes(facts, page, at, ("healing", "rules", "1"), healed(page, stream, wrong))
            case "photos":
                self._photos(facts, page, at, stream)
            case "accessories" | "colour" | "damage":
                for values in photo_labels(page, job.name, stream):
                    photo = *_key(page), *values, job.name, "1", clock.text(at)
                    facts.add("raw.image_label_event", *photo)
            case "audit":
                paid = [("real_sold_price", str(page.paid))]
                _attributes(facts, page, at, ("post_sold_audit", "page", "1"), paid)
            case "resnapshot":
                found = healed(page, stream, 0.0)
                _attributes(facts, page, at, ("post_sold_audit", "page", "1"), found)
            case "relisted":
                evidence = f'{{"previous_listing_id": {page.ad.parent}}}'
                seen = page.first_seen or at
                facts.event(
                    *_key(page), Event("relisted", seen, "first_observed", at, evidence=evidence)
                )
            case _:
                self._mark(facts, page, job, stream)

    def _mark(self, facts: Facts, page: Page, job: _Job, stream: Stream) -> None:
        generation, listing_id = _key(page)
        if job.name == "duplicate":
            if page.ad.twin not in page.shown:
                return
            generation, mark = page.ad.twin or generation, "duplicate-junk"
        else:
            marks = {"false mark": ("spam",), "clear mark": ("no",)}
            mark = stream.one(marks.get(job.name) or MARKS[page.ad.kind])
        facts.event(
            generation, listing_id, Event("spam_marked", job.due, "policy", job.due, mark=mark)
        )

    def _photos(self, facts: Facts, page: Page, at: int, stream: Stream) -> None:
        ad = page.ad
        for index in range(ad.photos):
            width = stream.one((960, 1200, 1600))
            facts.add(
                "raw.image_asset",
                *_key(page),
                *(index, content(page, index), f"https://marked.example/{ad.listing_id}/{index}"),
                *(width, width * 3 // 4, int(stream.delay(180_000, 0.4))),
                *(clock.text(ad.published), clock.text(at), SOURCE),
            )
        for pipeline in PIPELINES:
            self._plan(page, at, stream.delay(LAWS.label_delay, 1.0), pipeline)


def _enrich(facts: Facts, page: Page, at: int, stream: Stream) -> None:
    version = "2026-02" if clock.slot_of(at) < NEW_METHOD else "2026-05"
    _attributes(facts, page, at, ("ai_enrich", "reader", version), enriched(page, stream))


def _attributes(
    facts: Facts,
    page: Page,
    at: int,
    source: tuple[str, str, str],
    values: list[tuple[str, str]],
) -> None:
    # one row in two is an attribute, so what they share is written once
    generation, listing_id = _key(page)
    before = f"{generation}\t{listing_id}\t"
    # what is read after a sale describes the sale
    when = page.ended_at if source[0] == "post_sold_audit" else None
    times = clock.text(page.edited_at if when is None else when), clock.text(at)
    after = "\t".join(("", *times, *source, "\\N"))
    facts.lines["raw.attribute_event"] += [
        f"{before}{name}\t{value}{after}" for name, value in values
    ]


def _key(page: Page) -> tuple[int, int]:
    return page.generations[0], page.ad.listing_id
