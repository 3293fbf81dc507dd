"""Norwegian geography as dated releases: postal codes, municipalities and their codes, figures.

Owns which file is which release and when it was published; where a file names only a year, it
counts as published at the end of that year, and where it names none, on the day it was stored here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from timeseal.market.geo_release import Paper, read_release
from timeseal.market.reference import Release

__all__ = ["FOLDER", "PINNED", "releases"]

FOLDER = Path("norway-geo")
#: The mapping that the market pins unless somebody pins another.
PINNED = "timeseal-super-metro-v4-2021-04-08"
STORED_HERE = datetime(2026, 11, 21, tzinfo=UTC)
_NLOD = "Statistics Norway, NLOD"
_NO_LICENCE = "no licence file"


def _end_of(year: int) -> datetime:
    return datetime(year + 1, 1, 1, tzinfo=UTC)


FILES = (
    (
        "fhi_municipality_validity_1838-2020.csv",
        Paper(
            release_id="fhi-kommune-2020",
            kind="kommune",
            published_at=_end_of(2020),
            title="Municipality codes, 1838 to 2020",
            publisher="Folkehelseinstituttet",
            licence="GPL-3",
        ),
    ),
    (
        "kommune_code_history_to_2024.csv",
        Paper(
            release_id="ssb-kommune-2024",
            kind="kommune",
            published_at=_end_of(2024),
            title="Municipality codes and what they became in 2024",
            publisher="Statistics Norway",
            licence=_NLOD,
        ),
    ),
    (
        "bolstad_postnummer_koordinatar.tsv",
        Paper(
            release_id="bolstad-2021-04-08",
            kind="postal",
            published_at=datetime(2021, 4, 9, tzinfo=UTC),
            title="Postal codes with municipality",
            publisher="Erik Bolstad, www.erikbolstad.no/postnummer/",
            licence="CC BY 3.0",
            snapshot_date=date(2021, 4, 8),
        ),
    ),
    (
        "postal-codes-2025.json",
        Paper(
            release_id="norway-geodata-postal-2025",
            kind="postal",
            published_at=_end_of(2025),
            title="Postal codes with municipality",
            publisher="norway-geodata",
            licence="MIT",
            snapshot_date=date(2025, 1, 1),
        ),
    ),
    (
        "bring_postal_codes_2026-01-22.tab",
        Paper(
            release_id="bring-2026-01-22",
            kind="postal",
            published_at=datetime(2026, 1, 23, tzinfo=UTC),
            title="Postal codes with municipality",
            publisher="Bring",
            licence=_NO_LICENCE,
            snapshot_date=date(2026, 1, 22),
        ),
    ),
    (
        "geonames_zipcodes_no.csv",
        Paper(
            release_id="geonames-no-2026-03-30",
            kind="postal",
            published_at=datetime(2026, 3, 31, tzinfo=UTC),
            title="Postal codes with municipality",
            publisher="GeoNames",
            licence="CC BY 4.0",
            snapshot_date=date(2026, 3, 30),
        ),
    ),
    (
        "counties-2025.json",
        Paper(
            release_id="norway-geodata-fylke-2025",
            kind="fylke",
            published_at=_end_of(2025),
            title="Counties",
            publisher="norway-geodata",
            licence="MIT",
            snapshot_date=date(2025, 1, 1),
        ),
    ),
    (
        "distriktstall_2016_428_kommuner.csv",
        Paper(
            release_id="kmd-district-figures-2016",
            kind="socio",
            published_at=_end_of(2017),
            title="Population of 2016 and gross income of 2014 of 428 municipalities",
            publisher="Kommunal- og moderniseringsdepartementet",
            licence="not verified",
            snapshot_date=date(2016, 1, 1),
        ),
    ),
    (
        "ssb_sentralitet_0-3_pre2020_codes.csv",
        Paper(
            release_id="ssb-centrality-0-3",
            kind="socio",
            published_at=_end_of(2017),
            title="Centrality 0 (least) to 3 (most) of 428 municipalities",
            publisher="Statistics Norway",
            licence=_NLOD,
            snapshot_date=date(2016, 1, 1),
            constants={"centrality_standard": "ssb-0-3"},
        ),
    ),
    (
        "ssb_07459_population_1986-2026.csv",
        Paper(
            release_id="ssb-07459-2026",
            kind="socio",
            published_at=STORED_HERE,
            title="Population on 1 January, by the municipalities of 2024",
            publisher="Statistics Norway",
            licence=_NLOD,
        ),
    ),
    (
        "super-metro-v4",
        Paper(
            release_id=PINNED,
            kind="super-metro",
            published_at=STORED_HERE,
            title="Super metros, designed here on population data until 2021-04-08",
            publisher="Timeseal, from Bolstad's register",
            licence="CC BY 3.0",
            designed_on_until=date(2021, 4, 8),
        ),
    ),
)


def releases(folder: Path) -> tuple[Release, ...]:
    """Read every release of the folder; raises `UsageError` when a file is not as expected."""
    return tuple(read_release(folder / name, paper) for name, paper in FILES)
