"""Drawn car markets, and what makes two cars comparable, in words of Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

import psycopg
from tests.databases import Database
from tests.integration.phones_anchors.chance import Goods, draw
from tests.integration.phones_anchors.crowd import Crowd
from tests.integration.phones_anchors.known import Ad, read
from tests.integration.phones_anchors.oracle import Likeness, expected
from tests.integration.phones_base.facts import T0, Market

__all__ = ["CarsMarket", "drawn", "gather"]

BASE = (
    "select f.generation, f.listing_id, f.t0, f.price, f.size_class, f.duplicate_of,"
    " f.observed_mark, f.first_registration_year, f.mileage_km, f.fuel, f.gearbox,"
    " f.unrepaired_damage_declared, e.ptv_final, 'everywhere' as metro"
    " from store.tom_features_v1 as f"
    " join store.tom_features_v1_enriched as e using (generation, listing_id, t0)"
)
AGES, MILEAGES = (2, 5, 8, 11, 15), (50_000, 100_000, 125_000)


@dataclass
class CarsMarket(Market):
    """Cars that a test writes by hand; fuel, mileage and power may stay unsaid."""

    store: str = "survival"

    def ad(self, listing_id: int, at: datetime = T0, generation: int = 15, **values: Any) -> None:
        """An ad seen at `at`."""
        given = {"price": 5000, "title": "Golf", "model": "golf", "brand": "volkswagen"}
        given |= {"postal_code": "79588", "source": "test", "power_ps": 75, "mileage_km": 150_000}
        given |= {"first_registration_year": 2015, "fuel": "petrol", "gearbox": "manual"}
        key = {"generation": generation, "listing_id": listing_id, "observed_at": at}
        self._facts.append(
            ("listing_observation", given | values | key | {"payload_sha256": f"{at} {values}"})
        )


def _dress(chance: Random) -> dict[str, object]:
    return {
        "price": chance.choice((None, 3000, 4000, 4500, 5000, 5000, 5500, 7000)),
        "power_ps": chance.choice((75,) * 9 + (60, 110, None)),
        "first_registration_year": chance.choice((2024, 2021, 2021, 2020, 2010, None)),
        "mileage_km": chance.choice((20_000, 90_000, 90_000, 125_000, 150_000, None)),
        "fuel": chance.choice(("petrol", "petrol", "diesel", "lpg", None)),
        "gearbox": chance.choice(("manual", "manual", "automatic", None)),
        "unrepaired_damage_declared": chance.choice((None, False, False, True)),
        "postal_code": chance.choice(("79588", "10115", None)),
    }


CARS = Goods(_dress, ("gone", "gone", "gone", "gone", "removed"), ("last_ask", "last_ask"))


def _step(value: int | None, limits: tuple[int, ...]) -> int | None:
    return None if value is None else sum(value > limit for limit in limits)


def _age(ad: Ad) -> int | None:
    year = ad.base["first_registration_year"]
    return None if year is None else max(0, ad.base["t0"].astimezone(UTC).year - year)


def _damaged(ad: Ad) -> bool:
    return ad.base["unrepaired_damage_declared"] is True


def _power(ad: Ad) -> tuple[object, ...]:
    fuel = ad.base["fuel"]
    other = fuel is not None and fuel not in ("petrol", "diesel")
    return ad.base["size_class"], "other" if other else fuel


def _sets(ad: Ad) -> tuple[object, ...]:
    """What it shares with others, the widest first."""
    age = _age(ad)
    exact = (None if age is None else min(age, 20), ad.base["gearbox"])
    return (
        *(_damaged(ad), _step(age, AGES)),
        *(_power(ad), _step(ad.base["mileage_km"], MILEAGES), exact),
    )


def _cohort(ad: Ad) -> tuple[object, ...] | None:
    size = ad.base["size_class"]
    return None if size is None else (ad.base["generation"], size)


LIKENESS = Likeness(
    strict=_cohort,
    alike=lambda x: _sets(x)[:2],
    smart=lambda x: x.base["generation"],
    sets=tuple((lambda x, n=n: _sets(x)[:n]) for n in (5, 4, 3, 2, 1)),
)


def drawn(conn: psycopg.Connection[Any], seed: int, ads: int = 200) -> None:
    """Draw a market into an empty cars database and fill the store."""
    market = CarsMarket(conn)
    draw(market, seed, ads, CARS)
    market.settle()
    conn.execute("analyze")


def gather(database: Database, seed: int = 20160314) -> Crowd:
    """Draw a market and count it naively."""
    conn = database.connect()
    drawn(conn, seed)
    return Crowd(conn, expected(conn, read(conn, BASE, ("gone",)), LIKENESS), "cars", "survival")
