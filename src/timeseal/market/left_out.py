"""Why an ad is not on a surface, and which spam marks came too late to take it away."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import psycopg

__all__ = ["LeftOut", "read", "read_training"]

_THERE = "select to_regprocedure('ml.left_out()') is not null"
_COUNTS = (
    "select l.surface, l.ads, l.offered, l.twins, l.own_words, l.ended, l.marked_in_time,"
    " l.marked_later, l.offered_in_spite from "
)
_OF_STORES, _OF_TRAINING = _COUNTS + "ml.left_out() as l", _COUNTS + "ml.training_left_out(%s) as l"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Ads of one surface: offered, left out by reason, and marked when they were on it already.

    `offered_in_spite` counts ads that are there although a reason was known in time: none, unless
    the store is broken.
    """

    surface: str
    ads: int
    offered: int
    twins: int
    own_words: int
    ended: int
    marked_in_time: int
    marked_later: int
    offered_in_spite: int

    def as_document(self) -> dict[str, object]:
        """The stable JSON shape."""
        return asdict(self)

    def __str__(self) -> str:
        """One line for a terminal."""
        reasons = {
            "twins": self.twins,
            "spam by their own words": self.own_words,
            "ended": self.ended,
            "marked as spam in time": self.marked_in_time,
        }
        named = ", ".join(f"{count:,} {what}" for what, count in reasons.items() if count)
        return (
            f"{self.surface}: {self.offered:,} of {self.ads:,} ads offered;"
            f" left out: {named or 'none'}; known in time and offered all the same:"
            f" {self.offered_in_spite:,}; marked later: {self.marked_later:,}"
        )


def read(conn: psycopg.Connection[Any]) -> list[LeftOut]:
    """The counts of every surface of this database's market; none where there is no market."""
    there = conn.execute(_THERE).fetchone()
    if there is None or not there[0]:
        return []
    return [LeftOut(*row) for row in conn.execute(_OF_STORES).fetchall()]


def read_training(conn: psycopg.Connection[Any], guarded_view: str) -> LeftOut | None:
    """The counts of a surface that a training frame is read from, under its certificate.

    `conn` is the training role's. None when nothing is counted for this surface; SQLSTATE TS001
    when its door is closed.
    """
    row = conn.execute(_OF_TRAINING, (guarded_view,)).fetchone()
    return None if row is None else LeftOut(*row)
