"""The measured inputs of the world: prices, grades and places, read from data/phones-world.

Owns their reading and the digest that makes them part of a world's identity.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from math import log
from pathlib import Path

import numpy as np

from timeseal.errors import UsageError
from timeseal.market.verticals.phones.world.draws import Floats
from timeseal.market.verticals.phones.world.laws import LAWS

__all__ = ["Place", "Product", "Sources"]


@dataclass(frozen=True, slots=True)
class Product:
    """A model in one storage size; `value` in NOK at grade 0.7 on the first day."""

    generation: int
    model: str
    storage_gb: int
    value: float


@dataclass(frozen=True, slots=True)
class Place:
    """A postal code; `city` is the standardised log of the people in its kommune."""

    postal_code: str
    name: str
    kommune: str
    city: float


@dataclass(frozen=True, slots=True)
class Sources:
    """What the files hold; the cumulated shares end in 1."""

    products: tuple[Product, ...]
    product_shares: Floats
    grades: tuple[float, ...]
    grade_shares: Floats
    grade_factors: tuple[float, ...]
    places: tuple[Place, ...]
    place_shares: Floats
    sha256: str

    @classmethod
    def read(cls, folder: Path) -> Sources:
        """Read the three files; raises `UsageError` when one is missing or has other columns."""
        try:
            prices, grades, places = (
                _rows(folder / name) for name in ("prices.csv", "grades.csv", "places.csv")
            )
            products, product_shares = _products(prices)
            values, grade_shares, factors = _grades(grades)
            found, place_shares = _places(places)
            sha256 = _digest(folder)
        except (OSError, KeyError, ValueError) as error:
            raise UsageError(
                f"the inputs of the world in {folder.name} cannot be read",
                expected="prices.csv, grades.csv, places.csv",
                found=f"{type(error).__name__}: {error}",
                hint="timeseal load phones --data FOLDER",
            ) from error
        return cls(
            products=products,
            product_shares=product_shares,
            grades=values,
            grade_shares=grade_shares,
            grade_factors=factors,
            places=found,
            place_shares=place_shares,
            sha256=sha256,
        )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _products(rows: list[dict[str, str]]) -> tuple[tuple[Product, ...], Floats]:
    found = []
    for row in rows:
        name = row["model"].replace("Mini", "mini")
        level = float(row["median_cad"]) * LAWS.nok_per_cad
        found.append(
            Product(int(name.split(" ")[0]), f"iPhone {name}", int(row["storage_gb"]), level)
        )
    return tuple(found), _cumulated([float(row["sales"]) for row in rows])


def _grades(rows: list[dict[str, str]]) -> tuple[tuple[float, ...], Floats, tuple[float, ...]]:
    """Grade factors are taken in order: a better grade is never worth less than a worse one."""
    factors = np.array([float(row["price_ratio"]) for row in rows])
    ordered = np.maximum.accumulate(factors[::-1])[::-1]
    shares = _cumulated([float(row["share"]) for row in rows])
    return tuple(float(row["grade"]) for row in rows), shares, tuple(ordered.tolist())


def _places(rows: list[dict[str, str]]) -> tuple[tuple[Place, ...], Floats]:
    people = [int(row["kommune_population"]) for row in rows]
    shares = [number / int(row["kommune_codes"]) for number, row in zip(people, rows, strict=True)]
    logs = np.array([log(number) for number in people])
    mean = float(np.average(logs, weights=shares))
    spread = float(np.sqrt(np.average((logs - mean) ** 2, weights=shares)))
    places = tuple(
        Place(row["postal_code"], row["place"], row["kommune"], (float(one) - mean) / spread)
        for row, one in zip(rows, logs, strict=True)
    )
    return places, _cumulated(shares)


def _cumulated(weights: list[float]) -> Floats:
    total = np.cumsum(np.array(weights))
    return np.asarray(total / total[-1])


def _digest(folder: Path) -> str:
    parts = [(folder / name).read_bytes() for name in ("prices.csv", "grades.csv", "places.csv")]
    return hashlib.sha256(b"\x00".join(parts)).hexdigest()
