"""The world's time: slots of half an hour from a Monday midnight in Oslo, and instants in them.

Owns the start, the slot and what an hour of the week is worth. Instants are whole microseconds
since the epoch, UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from timeseal.market.verticals.phones.world.draws import Floats
from timeseal.market.verticals.phones.world.laws import LAWS

START = datetime(2026, 3, 1, 23, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Oslo")
SLOTS_A_DAY = 48
HALF_HOUR = 0.5
SECOND = 1_000_000
HOUR = 3600 * SECOND
SLOT = HOUR // 2
DAY = 24 * HOUR
ORIGIN = int(START.timestamp()) * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def begins(slot: int) -> int:
    """Instant at which a slot begins."""
    return ORIGIN + slot * SLOT


def slot_of(instant: int) -> int:
    """Slot that an instant lies in."""
    return (instant - ORIGIN) // SLOT


def moment(instant: int) -> datetime:
    """The instant as a timestamp with zone UTC."""
    return _EPOCH + timedelta(microseconds=instant)


@lru_cache(maxsize=4096)
def text(instant: int) -> str:
    """The instant as PostgreSQL and people read it."""
    return moment(instant).isoformat(sep=" ")


def local(slot: int) -> datetime:
    """Wall-clock time in Oslo at which a slot begins."""
    return moment(begins(slot)).astimezone(ZONE)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What each slot of a day is worth for buyers and for sellers; mean about one."""

    buyers: Floats
    sellers: Floats


@lru_cache(maxsize=8)
def rhythm(day: int) -> Rhythm:
    """Rhythm of a day of the world."""
    return Rhythm(
        np.array([_worth(day * SLOTS_A_DAY + step, LAWS.buyer_weekday) for step in range(48)]),
        np.array([_worth(day * SLOTS_A_DAY + step, LAWS.seller_weekday) for step in range(48)]),
    )


def _worth(slot: int, weekdays: tuple[float, ...]) -> float:
    now = local(slot)
    payday = LAWS.payday_factor if now.day in LAWS.payday else 1.0
    return LAWS.hour_of_day[now.hour] * weekdays[now.weekday()] * payday
