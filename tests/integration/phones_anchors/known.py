"""What was known of an ad at an instant, read naively from its raw facts.

Owns the facts and the question "as known before"; what is made of the answers is the oracle's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

EXCLUDING = {
    *("t", "true", "1", "yes", "y", "spam", "wtb", "wanted", "duplicate-junk", "junk", "bundled"),
    "below13",
}
ENDS = ("gone", "sold", "removed")
BASE = (
    "select f.generation, f.listing_id, f.t0, f.price, f.size_class, f.duplicate_of,"
    " f.observed_mark, f.model, f.storage_gb, f.condition, f.seller_rating, f.review_count,"
    " f.member_since_year, e.ptv_final, p.super_metro_v4_geo as metro,"
    " s.sev, s.battery_pct from store.tom_features_v1 as f"
    " join store.tom_features_v1_enriched as e using (generation, listing_id, t0)"
    " join store.listing_place_v1 as p using (generation, listing_id, t0)"
    " join store.price_anchor_subject_v1 as s using (generation, listing_id, t0)"
)
FACTS = {
    "seen": "select generation, listing_id, observed_at as known_at, state_seen, price, is_inactive"
    " from raw.listing_observation",
    "events": "select generation, listing_id, known_at, event, event_time, price, price_kind, mark,"
    " source from raw.listing_event",
    "audits": "select generation, listing_id, known_at, value, method, method_version"
    " from raw.attribute_event where attribute = 'real_sold_price' and source = 'post_sold_audit'",
}

Row = dict[str, Any]


@dataclass
class Ad:
    """An ad with every fact about it."""

    base: Row
    #: Events whose price counts as what it went for.
    priced: tuple[str, ...] = ("sold",)
    seen: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    audits: list[Row] = field(default_factory=list)

    def sale(self) -> Row | None:
        """The end that the speed history knows: the first known one after the first sight."""
        ends = [
            one
            for one in self.events
            if one["event"] in ("gone", "sold") and one["event_time"] >= self.base["t0"]
        ]
        if self.base["observed_mark"] is not None:
            return None
        return min(ends, key=_order, default=None)

    def told(self) -> Row | None:
        """The first known sale with a price that the page or the last ask tells."""
        sales = [
            one
            for one in self.events
            if one["event"] in self.priced
            and (one["price"] or 0) > 0
            and one["price_kind"] in ("declared", "last_ask")
            and one["event_time"] >= self.base["t0"]
        ]
        return min(sales, key=_order, default=None)

    def price_at(self, cut: datetime) -> int | None:
        """Its sold price as known before a cut: the audited one from when it was known."""
        sale, told = self.sale(), self.told()
        if sale is None:
            return None
        audits = sorted(self.audits, key=lambda one: (one["known_at"], one["method_version"]))
        first = next((one for one in audits if 1 <= int(one["value"]) <= 1_000_000), None)
        if first is not None and max(first["known_at"], sale["known_at"]) < cut:
            return int(first["value"])
        return told["price"] if told is not None and told["known_at"] < cut else None

    def is_marked(self, cut: datetime) -> bool:
        """Whether the newest marks known before a cut exclude it."""
        marks = [e for e in self.events if e["event"] == "spam_marked" and e["known_at"] < cut]
        newest = max((one["known_at"] for one in marks), default=None)
        return any(_excludes(one["mark"]) for one in marks if one["known_at"] == newest)

    def newest(self, cut: datetime, reads: Callable[[Row], Any]) -> list[Any]:
        """What the newest facts say that say anything and were known before a cut."""
        said = [
            (one["known_at"], reads(one))
            for one in (*self.seen, *self.events)
            if one["known_at"] < cut and reads(one) is not None
        ]
        last = max((at for at, _ in said), default=None)
        return [value for at, value in said if at == last]

    def is_alive(self, cut: datetime) -> bool:
        said = self.newest(cut, _alive)
        return bool(said) and all(said)

    def is_on_offer(self, cut: datetime) -> bool:
        reserved = any(self.newest(cut, _reserved))
        return self.is_alive(cut) and not reserved and not self.is_marked(cut)

    def ask(self, cut: datetime) -> int | None:
        return min(self.newest(cut, _ask), default=None)


def _alive(fact: Row) -> bool | None:
    state, event = fact.get("state_seen"), fact.get("event")
    if state in ("live", "older21days") or event == "relisted":
        return True
    return False if state in ENDS or event in ENDS else None


def _reserved(fact: Row) -> bool | None:
    if "state_seen" in fact:
        flag: bool | None = fact["is_inactive"]
        return flag
    return {"inactive": True, "active": False}.get(fact["event"])


def _ask(fact: Row) -> int | None:
    shown = "state_seen" in fact or fact["event"] == "price_changed"
    price: int | None = fact["price"] if shown else None
    return price if (price or 0) > 0 else None


def _order(event: Row) -> tuple[Any, ...]:
    return event["known_at"], event["event_time"], event["event"], event["source"]


def _excludes(mark: str | None) -> bool:
    return (mark or "").strip().lower() in EXCLUDING


def read(
    conn: psycopg.Connection[Any], base: str = BASE, priced: tuple[str, ...] = ("sold",)
) -> dict[tuple[int, int], Ad]:
    """Every ad with its facts, by generation and number; `base` reads what the base layers say."""
    ads = {(row["generation"], row["listing_id"]): Ad(row, priced) for row in _rows(conn, base)}
    for name, query in FACTS.items():
        for row in _rows(conn, query):
            getattr(ads[row["generation"], row["listing_id"]], name).append(row)
    return ads


def _rows(conn: psycopg.Connection[Any], query: str) -> list[Row]:
    cursor = conn.execute(query.encode())
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
