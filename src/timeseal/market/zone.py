"""Local times without a zone become instants, or are refused: nothing is guessed.

Owns the two hours a year in which a wall clock does not name exactly one instant.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from timeseal.market.rows import Broken

__all__ = ["instant"]


def instant(text: str, zone: ZoneInfo) -> datetime:
    """Instant (UTC) of a local ISO time; raises `Broken` for gap, fold, zone suffix or nonsense."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise Broken("not_a_time", "yyyy-mm-ddThh:mm:ss, local time", text) from None
    if local.tzinfo is not None or len(text) < 16:
        raise Broken("not_a_time", "yyyy-mm-ddThh:mm:ss, local time", text)
    early = local.replace(tzinfo=zone, fold=0)
    late = local.replace(tzinfo=zone, fold=1)
    found = early.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != local:
        raise Broken("time_in_gap", f"a time that exists in {zone.key}", text)
    if early.utcoffset() != late.utcoffset():
        raise Broken("time_in_fold", f"a time that happens once in {zone.key}", text)
    return found
