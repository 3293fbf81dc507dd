"""Random small markets: ads that are seen, edited, relisted, lost, corrected and labelled.

Everything that makes time hard occurs in each of them: several ads of one instant, knowledge that
arrives exactly at somebody's decision time or weeks late, corrections, values written only after a
sale, days without ads, missing prices and places, one number under two cohorts, maps that change.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from timeseal.market.facts import close_run, open_run, stage
from timeseal.market.reference import Release
from timeseal.seal.roles import Connection

__all__ = ["Market", "fill", "random_market"]

START = datetime(2016, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GRACE = 72 * HOUR
_POWERS = {1: (75, 105), 2: (75, 150), 3: (60, 200)}
_TITLES = ("Golf TDI Klima", "Astra 1. Hand", "Clio TÜV neu", "Polo Bastler", "Corsa Navi")
_MARKS = ("spam", "wtb", "false", "no", "a new word")

Row = tuple[object, ...]


@dataclass(slots=True)
class Market:
    """Rows by relation, without their run; the columns stand in `COLUMNS`."""

    seed: int
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, relation: str, *values: object) -> None:
        """Append one row."""
        self.rows.setdefault(relation, []).append(values)


def _columns(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COLUMNS = {
    "raw.listing_observation": _columns(
        "generation listing_id observed_at source price title model postal_code seller_key"
        " seller_rating brand power_ps mileage_km first_registration_year published_on"
        " payload_sha256"
    ),
    "raw.listing_event": _columns(
        "generation listing_id event event_time event_time_kind known_at price price_kind mark"
        " source"
    ),
    "raw.attribute_event": _columns(
        "generation listing_id attribute value event_time known_at source method method_version"
    ),
    "raw.image_label_event": _columns(
        "generation listing_id image_index content_sha256 label value pipeline pipeline_version"
        " known_at"
    ),
}
_MAP = _columns("known_at postal_code place state district_code district lat lon place_count")


def random_market(seed: int, ads: int = 260, days: int = 45) -> Market:
    """A market that depends on nothing but its arguments."""
    dice = random.Random(seed)  # noqa: S311 - a reproducible world, not a secret
    market = Market(seed)
    instants = _instants(dice, ads, days)
    for number, t0 in enumerate(instants, start=1):
        _ad(dice, market, instants, number, t0)
    _twins(market, ads + 1, instants[ads // 3])
    return market


def _instants(dice: random.Random, ads: int, days: int) -> list[datetime]:
    """Decision times in order: whole minutes, several ads in one of them, some days without any."""
    empty = set(dice.sample([day for day in range(2, days) if day != 15], 3))
    open_days = [day for day in range(days) if day not in empty]
    found = [START + 15 * DAY + 9 * HOUR] * 2  # on the day of a map, before it
    for _ in range(ads - 2):
        if dice.random() < 0.15:
            found.append(dice.choice(found))
        else:
            found.append(START + dice.choice(open_days) * DAY + dice.randrange(1440) * HOUR / 60)
    return sorted(found)


def _ad(
    dice: random.Random, market: Market, instants: list[datetime], number: int, t0: datetime
) -> None:
    generation = dice.choice((1, 1, 2, 2, 3))
    car = number if dice.random() > 0.1 else max(1, number - dice.randrange(1, 12))
    look = random.Random(market.seed * 100_003 + car)  # noqa: S311 - a relisted car looks the same
    price = look.randrange(8, 80) * 100
    price = 0 if dice.random() < 0.05 else price  # given away
    seller = f"seller {look.randrange(40)}"
    fixed = (
        look.choice(_TITLES),
        f"m{generation}",
        f"{look.randrange(12):02}{look.randrange(3)}00" if look.random() > 0.05 else "99999",
        seller,
        None if look.random() < 0.3 else round(look.random() * 10, 2),
        f"brand {generation % 2}",
        look.choice(_POWERS[generation]),
        look.randrange(20, 200) * 1000,
        look.randrange(1995, 2015),
    )

    def seen(at: datetime, asked: int, group: int = generation) -> None:
        payload = sha256(f"{number} {at} {asked} {group}".encode()).hexdigest()
        market.add(
            "raw.listing_observation",
            *(group, number, at, "crawl", asked, *fixed, t0.date(), payload),
        )

    seen(t0, price)
    if dice.random() < 0.03:
        seen(t0, 1234)
    for _ in range(dice.choice((0, 0, 1, 2))):
        seen(t0 + dice.randrange(1, 300) * HOUR / 4, dice.randrange(5, 70) * 100)
    if dice.random() < 0.04:
        seen(t0 + dice.choice((0, 5, 50)) * HOUR, price, generation % 3 + 1)
    gone = _ending(dice, market, instants, (generation, number), t0, price)
    _marks(dice, market, (generation, number), t0)
    _repairs(dice, market, (generation, number), t0, gone)
    _images(dice, market, (generation, number), t0, gone)


def _ending(
    dice: random.Random,
    market: Market,
    instants: list[datetime],
    key: tuple[int, int],
    t0: datetime,
    price: int,
) -> datetime | None:
    def event(kind: str, at: datetime, learned: datetime, asked: int, of: str) -> None:
        market.add(
            "raw.listing_event",
            *(*key, kind, at, "first_observed", learned, asked, of, None, "monitor"),
        )

    if dice.random() < 0.2:
        return None
    if dice.random() < 0.12:  # the page itself said so, at once
        quick = t0 + dice.choice((1, 4, 20, 24, 26)) * HOUR
        event("sold", quick, quick, price, "declared")
        return quick
    ended = t0 + min(dice.lognormvariate(4.2, 1.2), 900) * HOUR
    ended = ended.replace(second=0, microsecond=0)
    known = ended + GRACE
    lot = dice.random()
    if lot < 0.25:  # exactly at somebody's decision time
        known = next((instant for instant in instants if instant >= known), known)
    elif lot < 0.4:  # long after
        known += dice.randrange(4, 20) * DAY
    event("gone", ended, known, price, "last_ask")
    if dice.random() < 0.12:  # it had ended earlier than was thought
        event("gone", max(t0, ended - 30 * HOUR), known + 5 * DAY, price, "last_ask")
    if dice.random() < 0.25:
        event("sold", ended, known + 7 * DAY, price * 9 // 10, "declared")
    return known


def _twins(market: Market, number: int, t0: datetime) -> None:
    """In every market: one number under two cohorts, the second one thrown out as a duplicate;
    and two ads of one instant, one place and one brand."""
    for generation, listing, at in (
        (1, number, t0),
        (2, number, t0 + 50 * HOUR),
        (1, number + 1, t0 + HOUR),
        (1, number + 2, t0 + HOUR),
    ):
        payload = sha256(f"twin {generation} {listing}".encode()).hexdigest()
        fixed = ("Twin", "m", "01000", "seller t", 5.0, "brand 1", 75, 90000, 2001, t0.date())
        market.add(
            "raw.listing_observation", *(generation, listing, at, "crawl", 4200, *fixed, payload)
        )
    known = t0 + 52 * HOUR
    market.add(
        "raw.listing_event",
        *(2, number, "spam_marked", known, "policy", known, None, None, "junk", "quality"),
    )


def _marks(dice: random.Random, market: Market, key: tuple[int, int], t0: datetime) -> None:
    if dice.random() < 0.15:
        at = t0 + dice.choice((-20, -1, 0, 2, 90)) * HOUR
        for later in range(dice.choice((1, 1, 2))):
            known = at + later * 3 * HOUR
            mark = dice.choice(_MARKS)
            market.add(
                "raw.listing_event",
                *(*key, "spam_marked", known, "policy", known, None, None, mark, "quality"),
            )


def _repairs(
    dice: random.Random,
    market: Market,
    key: tuple[int, int],
    t0: datetime,
    gone: datetime | None,
) -> None:
    """Condition scores: from older reports, from the page later on, and from audits of sales."""

    def score(value: float, known: datetime, source: str) -> None:
        at = min(known, t0)
        market.add(
            "raw.attribute_event",
            *(*key, "condition_score", f"{value}", at, known, source, "reader", "1"),
        )

    if dice.random() < 0.5:
        score(dice.choice((0.2, 0.5, 0.7)), t0 - dice.randrange(1, 400) * HOUR, "report")
    if dice.random() < 0.5:
        score(dice.choice((0.5, 0.7, 0.9)), t0 + dice.choice((0, 1, 20, 30)) * HOUR, "page")
    if gone is not None:
        score(1.0 if gone - t0 < 120 * HOUR else 0.0, gone + 7 * DAY, "post_sale")


def _images(
    dice: random.Random,
    market: Market,
    key: tuple[int, int],
    t0: datetime,
    gone: datetime | None,
) -> None:
    """Labels of photos: in hours, after days, given anew; a lost ad's photos stay unlabelled."""
    for index in range(dice.choice((0, 1, 2, 3))):
        digest = sha256(f"{key} {index}".encode()).hexdigest()
        known = t0 + dice.choice((0.5, 3, 23, 24, 30, 200)) * HOUR
        for version in range(dice.choice((1, 1, 1, 2))):
            at = known + version * 5 * DAY
            if gone is None or at < gone:
                market.add(
                    "raw.image_label_event",
                    *(*key, index, digest, "damage", str(dice.randrange(4)), "labeller"),
                    *(f"v{version + 1}", at),
                )


def fill(conn: Connection, market: Market) -> None:
    """Load a market through runs, as any loader does; `conn` is idle."""
    for release in _maps(market.seed):
        release.load(conn)
    run = open_run(conn, "backfill", "random market", observed_until=START + 120 * DAY)
    with conn.transaction():
        for relation, rows in market.rows.items():
            stage(conn, relation, (*COLUMNS[relation], "run_id"), ((*r, run.run_id) for r in rows))
        close_run(conn, run)


def _maps(seed: int) -> list[Release]:
    """A map from before the first ad, one amid the ads, and one that claims to have been valid."""
    dice = random.Random(seed)  # noqa: S311 - a reproducible world, not a secret
    return [
        Release(
            release_id=name,
            title=name,
            publisher="office",
            published_at=published,
            valid_from=valid.date(),
            licence="none",
            relation="ref.geo_postal",
            columns=_MAP,
            rows=tuple(
                (published, f"{area:02}{part}00", "p", "s", f"d{area}", f"d{area}", 50, 9, count)
                for area in range(12)
                for part in range(3)
                for count in (dice.randrange(1, 99),)
            ),
        )
        for name, published, valid in (
            ("map-1", START - 90 * DAY, START - 90 * DAY),
            ("map-2", START + 15 * DAY + 20 * HOUR, START + 15 * DAY),
            ("map-3", START + 60 * DAY, START - 10 * DAY),
        )
    ]
