"""Which column of which publisher's file is which column of ours, for every kind of geo release.

Owns the headings. A heading that is neither ours, nor a publisher's, nor known to be of no use is
an error: a column that changed its name must not silently become empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from timeseal.errors import UsageError

__all__ = ["KINDS", "Column", "Kind", "Target", "match"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of ours: the form of its values, and what publishers call it."""

    name: str
    form: str
    headings: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A relation that files of a kind fill; `dated` rows carry the day their content holds for.

    `positional` are the columns of a file without headings, `ignored` headings of no use here.
    """

    relation: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    ignored: frozenset[str] = frozenset()
    positional: tuple[str, ...] = ()
    dated: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of release: what it says, and the relations its files can fill."""

    name: str
    meaning: str
    targets: tuple[Target, ...]
    designed: bool = False


_PLACES = frozenset(
    """poststad|postnr- og stad|bruksområde|folketal|bydel|kommune|fylke|lat|lon|datakvalitet
    |datakvalitetsforklaring|sist oppdatert|country_code|state|state_code|province|community
    |community_code|latitude|longitude|kategori|category|kommunenavn|region|county|pop|population
    |oslo_subarea|postal_codes|kommune_code|centrality_class""".replace("\n    ", "").split("|")
)
_FIGURES = frozenset(
    """b06-o|y15-o|eldre67+-o|kvinner20-39-o|folk20-64-o|s05-o|s15-o|nibr11|landareal2016-o
    |totalareal2016-o|reisetidoslo-o|beftettland|beftettotal|befvekst10|kvinneandel|eldreandel
    |syssvekst10|yrkesaktiveandel|sourcename|targetname|navn|name""".replace("\n    ", "").split(
        "|"
    )
)
_FHI = frozenset(
    """weighting|county_code|county_name|region_code|region_name|faregion_name
    |faregion_code""".replace("\n    ", "").split("|")
)
_SUPER = (
    Column("region", "text", (), True),
    Column("pickup_metro_30_200", "text"),
    Column("super_metro_v4", "text", (), True),
    Column("source", "text", (), True),
)

POSTAL = Target(
    "ref.postal_code_to_kommune_history",
    (
        Column("postal_code", "postal", ("postnr", "postnummer", "zipcode", "zip", "code"), True),
        Column(
            "kommune_code4",
            "kommune",
            ("kommnr", "kommunenr", "kommunenummer", "province_code", "kommune_code", "id"),
            True,
        ),
        Column("place", "text", ("poststed", "poststad", "location_city")),
    ),
    ("postal_code",),
    _PLACES,
    ("postal_code", "place", "kommune_code4", "kommune", "kategori"),
)
KOMMUNE = Target(
    "ref.kommune_code_history",
    (
        Column("kommune_code4", "kommune", ("gammelt_nr", "municip_code", "kommunenummer"), True),
        Column("name", "text", ("navn", "municip_name", "kommunenavn"), True),
        Column("valid_from_year", "year", ("start_yr", "year_start")),
        Column("valid_to_year", "year", ("end_yr", "year_end")),
        Column("successor_code4", "kommune", ("nr_2024", "municip_code_end")),
    ),
    ("kommune_code4", "valid_from_year"),
    _FHI,
    dated=False,
)
SOCIO = Target(
    "ref.kommune_socio_history",
    (
        Column("kommune_code4", "kommune", ("kommunenavn", "targetcode", "kom2024"), True),
        Column("centrality_class", "count", ("sourcecode", "sentralitet")),
        Column("centrality_standard", "text"),
        Column("income_median_after_tax_nok", "count"),
        Column("income_gross_nok", "count", ("bruttoinntekt2014-o",)),
        Column("population", "count", ("b16-o", "befolkning")),
        Column("snapshot_date", "first_of_year", ("aar", "year")),
    ),
    ("kommune_code4", "snapshot_date"),
    _FIGURES,
)
FYLKE = Target(
    "ref.fylke_history",
    (
        Column("fylke_code2", "fylke", ("id", "county_code", "fylkesnummer"), True),
        Column("name", "text", ("county_name", "fylkesnavn", "fylke"), True),
    ),
    ("fylke_code2",),
    frozenset(("url",)),
)
POSTAL_MAP = Target(
    "ref.postal_code_to_super_metro",
    (Column("postal_code", "postal", ("postnr", "postnummer"), True), *_SUPER),
    ("postal_code",),
    _PLACES,
    dated=False,
)
CITY_MAP = Target(
    "ref.city_to_super_metro",
    (Column("location_city_norm", "city", ("location_city", "poststed"), True), *_SUPER),
    ("location_city_norm",),
    _PLACES,
    dated=False,
)

KINDS = {
    one.name: one
    for one in (
        Kind("postal", "postal code to municipality on one day", (POSTAL,)),
        Kind("kommune", "municipality codes with years of validity and successors", (KOMMUNE,)),
        Kind("socio", "centrality, income, population of municipalities", (SOCIO,)),
        Kind("fylke", "names of counties", (FYLKE,)),
        Kind(
            "super-metro",
            "postal codes and towns to region, pickup metro and super metro",
            (CITY_MAP, POSTAL_MAP),
            designed=True,
        ),
    )
}


def match(kind: Kind, headings: Sequence[str], where: str) -> tuple[Target, dict[str, Column]]:
    """Say which relation a file fills and which heading is which column of ours.

    Raises `UsageError` naming every heading that is unknown and every one that is missing.
    """
    best = max(kind.targets, key=lambda target: len(_recognised(target, headings)))
    found = _recognised(best, headings)
    unknown = [one for one in headings if one not in found and _plain(one) not in best.ignored]
    named = [column.name for column in found.values()]
    missing = [one.name for one in best.columns if one.required and one.name not in named]
    twice = sorted({name for name in named if named.count(name) > 1})
    if unknown or missing or twice:
        raise UsageError(
            f"headings of {where} do not fit kind {kind.name}",
            expected="; ".join(
                f"{one.name}{' (needed)' if one.required else ''}: "
                + " | ".join((one.name, *one.headings))
                for one in best.columns
            ),
            found=", ".join(
                [f"unknown {one!r}" for one in unknown]
                + [f"no {one}" for one in missing]
                + [f"two columns of {one}" for one in twice]
            ),
            hint="rename the heading in the file, or load it as another kind: --kind "
            + "|".join(KINDS),
        )
    return best, found


def _recognised(target: Target, headings: Sequence[str]) -> dict[str, Column]:
    by_heading = {name: one for one in target.columns for name in (one.name, *one.headings)}
    found = {one: by_heading[_plain(one)] for one in headings if _plain(one) in by_heading}
    exact = {_plain(one) for one in found} & {column.name for column in target.columns}
    # our own name wins over what others call the same thing
    return {  # our own name wins over what others call the same thing
        one: column
        for one, column in found.items()
        if _plain(one) == column.name or column.name not in exact
    }


def _plain(heading: str) -> str:
    return " ".join(heading.replace("\ufeff", "").split()).lower()
