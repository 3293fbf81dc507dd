"""German geography as dated releases: postal codes, districts, and an income table.

Owns reading the three source files. Each release carries the day it was published; which of them
the ads may read is decided by `ref.release_admission`, never here.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median_low

from timeseal.errors import UsageError
from timeseal.market.reference import Release

__all__ = ["FOLDER", "releases"]

FOLDER = Path("germany-geo")
POSTAL = "geonames_zipcodes_de.csv"
DISTRICTS = "destatis_gemeinden_2017-03-31.csv"
INCOME = "vgrdl_disposable_income_per_inhabitant_eur_1995-2014.csv"
URBAN = "dicht besiedelt"

_Place = tuple[str, str, str, str, Decimal, Decimal]


def releases(folder: Path) -> tuple[Release, ...]:
    """Read the three releases of the folder; raises `UsageError` when a file is not as expected."""
    try:
        return _postal(folder), _districts(folder), _income(folder)
    except (OSError, KeyError, ValueError, ArithmeticError) as error:
        raise UsageError(
            f"reference geography in {folder.name} cannot be read",
            expected=", ".join((POSTAL, DISTRICTS, INCOME)),
            found=f"{type(error).__name__}: {error}",
            hint="timeseal load geo --help",
        ) from error


def _postal(folder: Path) -> Release:
    published = datetime(2026, 3, 30, 18, 39, 55, tzinfo=UTC)
    return Release(
        release_id="geonames-de-2026-03-30",
        title="Postal codes with district and coordinates",
        publisher="GeoNames",
        published_at=published,
        licence="CC BY 4.0",
        relation="ref.geo_postal",
        columns=(
            "known_at",
            "postal_code",
            "place",
            "state",
            "district_code",
            "district",
            "lat",
            "lon",
            "place_count",
        ),
        rows=tuple((published, *row) for row in _postal_rows(folder / POSTAL)),
        pinned=True,
    )


def _postal_rows(path: Path) -> Iterator[tuple[object, ...]]:
    """One row per postal code: the district with most of its places, at the middle of them."""
    places: dict[str, list[_Place]] = defaultdict(list)
    for row in _rows(path):
        if len(row["community_code"]) != 5:
            continue  # one Austrian village with a German postal code
        places[row["zipcode"]].append(
            (
                row["community_code"],
                row["community"],
                row["state"],
                row["place"],
                Decimal(row["latitude"]),
                Decimal(row["longitude"]),
            )
        )
    for code, found in sorted(places.items()):
        counts = Counter(place[0] for place in found)
        district = min(counts, key=lambda one: (-counts[one], one))
        inside = sorted(place for place in found if place[0] == district)
        first = inside[0]
        latitude = median_low(place[4] for place in inside)
        longitude = median_low(place[5] for place in inside)
        yield code, first[3], first[2], district, first[1], latitude, longitude, len(found)


def _districts(folder: Path) -> Release:
    published = datetime(2017, 3, 31, tzinfo=UTC)
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 4)
    for row in _rows(folder / DISTRICTS):
        population = Decimal(row["population_2015_12_31"])
        urban = population if row["degree_urbanisation"] == URBAN else Decimal(0)
        add = (Decimal(1), Decimal(row["area_km2"]), population, urban)
        sums[row["kreis_code"]] = [a + b for a, b in zip(sums[row["kreis_code"]], add, strict=True)]
    return Release(
        release_id="destatis-gv-2017-03-31",
        title="Districts with area and population",
        publisher="Statistisches Bundesamt",
        published_at=published,
        licence="reproduction permitted with reference to the source",
        relation="ref.geo_district",
        columns=(
            "known_at",
            "district_code",
            "municipality_count",
            "area_km2",
            "population",
            "urban_population",
        ),
        rows=tuple(
            (published, code, int(count), area, int(people), int(urban))
            for code, (count, area, people, urban) in sorted(sums.items())
        ),
        pinned=True,
        valid_from=date(2017, 3, 31),
    )


def _income(folder: Path) -> Release:
    published = datetime(2016, 10, 1, tzinfo=UTC)
    rows = [
        (published, row["region_code"], year, row["name"], int(row[f"y{year}"]))
        for row in _rows(folder / INCOME)
        for year in range(1995, 2015)
        if row[f"y{year}"].isdigit()  # districts that did not exist in a year have no figure
    ]
    return Release(
        release_id="vgrdl-income-2016-10",
        title="Disposable income per inhabitant, 1995 to 2014",
        publisher="Arbeitskreis VGR der Länder",
        published_at=published,
        licence="reproduction permitted with reference to the source",
        relation="ref.kreis_income",
        columns=("known_at", "region_code", "year", "region", "income_eur"),
        rows=tuple(rows),
        valid_from=date(1995, 1, 1),
        valid_to=date(2014, 12, 31),
    )


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
