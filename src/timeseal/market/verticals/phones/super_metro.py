"""Derive the super-metro mapping from one public file: postal codes with people and coordinates.

The published mapping is not public; this one is designed here. Its only input is Bolstad's
register, last edited on 8 April 2021, so that nothing later than that day shaped it.

The rule, in whole kilometres on the sphere:

* a town's place is the people-weighted middle of its postal codes; the postal codes of the islands
  in the Arctic, and codes without coordinates, stay out;
* towns with at least 15,000 people become centres, the largest first, unless they lie within 30 km
  of a centre; there are no others;
* a postal code belongs to the nearest centre within 30 km: that is its super metro; the rest of a
  region is `other_<region>`;
* within 15 km of the centre it is also the centre's pickup metro (half an hour, 200 kroner both
  ways), else it has none;
* a town has the values that most of its people have, under its postal name and, where that ends in
  a letter for the part of the country (Kristiansand S), under the name without it.

Run it as `python -m timeseal.market.verticals.phones.super_metro REGISTER FOLDER`.
"""

from __future__ import annotations

import csv
import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from timeseal.market.geo_values import norm_city

__all__ = ["CITIES", "POSTAL", "derive", "main"]

POSTAL, CITIES = "postal_code_to_super_metro.csv", "city_to_super_metro.csv"
SOURCE = "designed here on Bolstad 2021-04-08"
CENTRE_PEOPLE, CENTRES_APART_KM, METRO_KM, PICKUP_KM = 15_000, 30, 30, 15
EARTH_KM = 6371.0
REGIONS = {
    "Oslo": ("Østlandet", "ost"),
    "Viken": ("Østlandet", "ost"),
    "Innlandet": ("Østlandet", "ost"),
    "Vestfold og Telemark": ("Østlandet", "ost"),
    "Agder": ("Sørlandet", "sor"),
    "Rogaland": ("Vestlandet", "vest"),
    "Vestland": ("Vestlandet", "vest"),
    "Møre og Romsdal": ("Vestlandet", "vest"),
    "Trøndelag": ("Trøndelag", "tr"),
    "Nordland": ("Nord-Norge", "nord"),
    "Troms og Finnmark": ("Nord-Norge", "nord"),
}
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", " ": "_", "-": "_"})


@dataclass(frozen=True, slots=True)
class Place:
    """A postal code with its town, region, people and coordinates in degrees."""

    code: str
    town: str
    region: str
    short: str
    people: int
    latitude: float
    longitude: float

    def km(self, other: Place) -> float:
        """Distance on the sphere."""
        one, two = math.radians(self.latitude), math.radians(other.latitude)
        across = math.sin(math.radians(other.longitude - self.longitude) / 2) ** 2
        height = math.sin((two - one) / 2) ** 2 + math.cos(one) * math.cos(two) * across
        return 2 * EARTH_KM * math.asin(math.sqrt(height))


def derive(register: Path) -> tuple[list[Sequence[str]], list[Sequence[str]]]:
    """Rows of the postal and of the town file, in the order of their keys."""
    places = sorted(_places(register), key=lambda one: one.code)
    centres = _centres(places)
    postal = {one.code: _values(one, centres) for one in places}
    votes: dict[str, dict[tuple[str, str, str], int]] = defaultdict(lambda: defaultdict(int))
    for one in places:
        for town in {one.town, one.town.removesuffix(" s").removesuffix(" n")}:
            votes[town][postal[one.code]] += one.people
    towns = {
        town: min(found, key=lambda values: (-found[values], values))
        for town, found in votes.items()
    }
    return (
        [(code, *values, SOURCE) for code, values in sorted(postal.items())],
        [(town, *values, SOURCE) for town, values in sorted(towns.items())],
    )


def main(register: str, folder: str) -> None:
    """Write both files."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    names = ("region", "pickup_metro_30_200", "super_metro_v4", "source")
    keys = ("postal_code", "location_city")
    for file, key, rows in zip((POSTAL, CITIES), keys, derive(Path(register)), strict=True):
        with Path(folder, file).open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow((key, *names))
            writer.writerows(rows)


def _places(register: Path) -> Iterator[Place]:
    with register.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            town = norm_city(row["POSTSTAD"].split("(")[0])
            region = REGIONS.get(row["FYLKE"])
            if region and town and row["LAT"] and row["LON"]:
                yield Place(
                    code=row["POSTNR"].zfill(4),
                    town=town,
                    region=region[0],
                    short=region[1],
                    people=int(row["FOLKETAL"] or 0),
                    latitude=float(row["LAT"]),
                    longitude=float(row["LON"]),
                )


def _centres(places: Iterable[Place]) -> list[Place]:
    """Places of the towns that are centres, the largest first."""
    members: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for one in places:
        members[one.town, one.region].append(one)
    towns = [_middle(found) for found in members.values()]
    centres: list[Place] = []
    for one in sorted(towns, key=lambda town: (-town.people, town.town, town.region)):
        if one.people >= CENTRE_PEOPLE and all(one.km(c) > CENTRES_APART_KM for c in centres):
            centres.append(one)
    return centres


def _middle(members: Sequence[Place]) -> Place:
    people = sum(one.people for one in members)
    weights = [one.people if people else 1 for one in members]
    return Place(
        code=members[0].code,
        town=members[0].town,
        region=members[0].region,
        short=members[0].short,
        people=people,
        latitude=math.fsum(w * m.latitude for w, m in zip(weights, members, strict=True))
        / sum(weights),
        longitude=math.fsum(w * m.longitude for w, m in zip(weights, members, strict=True))
        / sum(weights),
    )


def _values(one: Place, centres: Sequence[Place]) -> tuple[str, str, str]:
    """Region, pickup metro or nothing, super metro."""
    km, centre = min(((one.km(c), c) for c in centres), key=lambda found: (found[0], found[1].code))
    if km > METRO_KM:
        return one.region, "", f"other_{norm_city(one.region)}"
    name = f"{centre.short}_{centre.town.translate(_LETTERS)}"
    return one.region, f"pm_{name}" if km <= PICKUP_KM else "", f"sm4_{name}"


if __name__ == "__main__":
    main(*sys.argv[1:])
