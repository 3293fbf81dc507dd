"""Clean runs: honest stores over random markets must certify, whatever time did to the facts.

Grain: one `CleanRun` per seed. A run makes a market of its own size, loads it (every fourth in two
instalments, split at a midnight, so that rows are appended above what was certified; not on the
landmark surface, where the second one would be news of rows already decided), accepts the
first baseline, and certifies through every gate. Any refusal is a false alarm.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tests.databases import Databases
from tests.leakzoo import world
from tests.leakzoo.facts import COLUMNS, START, Market, fill, random_market
from tests.leakzoo.world import Conn

__all__ = ["CleanRun", "clean_run"]

_KNOWN = {"raw.listing_observation": "observed_at"}
#: Which entrypoint a run certifies, by its seed.
_TURNS = (world.SURVIVAL, world.FEATURES, world.PHOTOS, world.TRAINER, world.MARKET)


@dataclass(frozen=True, slots=True)
class CleanRun:
    """One run: how many certifications it asked for, over how many rows, and what was refused."""

    seed: int
    ads: int
    certifications: int
    alarms: tuple[str, ...]
    seconds: float


def clean_run(databases: Databases, template: str, seed: int) -> CleanRun:
    """Load, refresh, accept and certify one random market in a clone of the bound template."""
    started = time.monotonic()
    dice = random.Random(seed)  # noqa: S311 - a reproducible world, not a secret
    ads, days = dice.randrange(40, 160), dice.randrange(20, 46)
    market = random_market(seed, ads=ads, days=days)
    entrypoint = _TURNS[seed % 5]
    twice = seed % 4 == 0 and entrypoint != world.PHOTOS
    database = databases.create(template, f"clean_{seed}")
    try:
        worker, conn = database.connect("worker"), database.connect()
        alarms: list[str] = []
        certifications = 0
        parts = split(market, START + timedelta(days=days // 2)) if twice else (market,)
        for number, part in enumerate(parts):
            fill(worker, part)
            _refresh(conn, entrypoint, full=number == 0)
            if number == 0:
                world.accept(conn, entrypoint)
            status, findings = world.certify(conn, entrypoint)
            certifications += 1
            if status != "CERTIFIED":
                alarms.append(f"seed {seed}, part {number + 1}: {status}\n{world.told(findings)}")
    finally:
        databases.drop(database)
    seconds = time.monotonic() - started
    return CleanRun(seed, ads, certifications, tuple(alarms), seconds)


def split(market: Market, midnight: datetime) -> tuple[Market, Market]:
    """What was known before the midnight, and the rest."""
    early, late = replace(market, rows={}), replace(market, rows={})
    for relation, rows in market.rows.items():
        place = COLUMNS[relation].index(_KNOWN.get(relation, "known_at"))
        for row in rows:
            known = row[place]
            assert isinstance(known, datetime)
            (early if known < midnight else late).add(relation, *row)
    return early, late


def _refresh(conn: Conn, entrypoint: str, *, full: bool) -> None:
    store = "zoo" if ".zoo_" in entrypoint else "survival"
    conn.execute("select count(*) from audit.refresh_store(%s, %s)", (store, full))
