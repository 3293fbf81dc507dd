"""The facts of one day as lines of PostgreSQL's COPY text, one list per relation.

Owns the columns and the notation. `run_id` is the last column of each relation and is added by
whoever has a run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from timeseal.market.rows import Rejection
from timeseal.market.verticals.phones.world import clock

__all__ = ["COLUMNS", "KNOWN_AT", "SOURCE", "Event", "Facts", "escaped", "line"]

SOURCE = "phones-world"

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "raw.listing_observation": (
        *("generation", "listing_id", "observed_at", "source", "state_seen", "price", "currency"),
        *("title", "description", "url", "model", "storage_gb", "storage", "condition"),
        *("seller_key", "seller_rating", "review_count", "member_since_year", "location_city"),
        *("postal_code", "edited_at", "is_inactive", "is_bidding", "payload_sha256"),
    ),
    "raw.listing_event": (
        *("generation", "listing_id", "event", "event_time", "event_time_kind", "known_at"),
        *("price", "price_kind", "mark", "source", "evidence"),
    ),
    "raw.attribute_event": (
        *("generation", "listing_id", "attribute", "value", "event_time", "known_at", "source"),
        *("method", "method_version", "confidence"),
    ),
    "raw.image_asset": (
        *("generation", "listing_id", "image_index", "content_sha256", "url", "width", "height"),
        *("byte_count", "event_time", "known_at", "source"),
    ),
    "raw.image_label_event": (
        *("generation", "listing_id", "image_index", "content_sha256", "label", "value"),
        *("pipeline", "pipeline_version", "known_at"),
    ),
}
#: Position of the knowledge time in each relation's lines.
KNOWN_AT = {
    name: columns.index("known_at" if "known_at" in columns else "observed_at")
    for name, columns in COLUMNS.items()
}
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was found out about an ad; instants in microseconds, price in NOK."""

    name: str
    time: int
    kind: str
    known_at: int
    price: int | None = None
    price_kind: str | None = None
    mark: str | None = None
    evidence: str | None = None


@dataclass(slots=True)
class Facts:
    """One day of facts; `observed_until` in microseconds, None when nothing was watched."""

    day: int
    lines: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    rejections: list[Rejection] = field(default_factory=list)
    pages_read: int = 0
    pages_refused: int = 0
    observed_until: int | None = None

    @property
    def sha256(self) -> str:
        """Digest over every line and every refusal."""
        digest = hashlib.sha256()
        for name, lines in self.lines.items():
            digest.update(f"{name}\n".encode())
            digest.update("\n".join(lines).encode())
        for one in self.rejections:
            digest.update(f"{one.row_number}\t{one.column}\t{one.raw_line}\n".encode())
        return digest.hexdigest()

    def add(self, relation: str, *values: object) -> None:
        """Append one fact; values in the order of the relation's columns."""
        self.lines[relation].append(line(values))

    def event(self, generation: int, listing_id: int, one: Event) -> None:
        """Append an event of an ad."""
        self.add(
            "raw.listing_event",
            *(generation, listing_id, one.name, clock.text(one.time), one.kind),
            *(clock.text(one.known_at), one.price, one.price_kind, one.mark, SOURCE, one.evidence),
        )


def line(values: tuple[object, ...]) -> str:
    """One line of COPY text without its end; booleans as PostgreSQL writes them."""
    return "\t".join(["\\N" if one is None else str(one) for one in values])


def escaped(text: str) -> str:
    """A text that may hold anything, for COPY."""
    special = "\n" in text or "\\" in text or "\t" in text or "\r" in text
    return text.translate(_ESCAPES) if special else text
