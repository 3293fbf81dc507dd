"""Geo files of known publishers become our columns; what does not fit says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from timeseal.errors import UsageError
from timeseal.market.geo_codes import to_the_end
from timeseal.market.geo_release import Paper, read_release
from timeseal.market.reference import Release
from timeseal.market.verticals.phones import super_metro
from timeseal.market.verticals.phones.geography import releases

DATA = Path(__file__).parents[3] / "data" / "norway-geo"
PAPER = Paper(
    release_id="r",
    kind="postal",
    published_at=datetime(2026, 1, 23, tzinfo=UTC),
    title="t",
    publisher="p",
    licence="l",
    snapshot_date=date(2026, 1, 22),
)


def read(folder: Path, text: str | bytes, kind: str = "postal", name: str = "file.csv") -> Release:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_release(path, replace(PAPER, kind=kind))


def values(release: Release) -> list[tuple[object, ...]]:
    return [row[1:] for row in release.rows]


def refused(release: Release) -> list[tuple[int, str, str, str | None]]:
    return [(one.row_number, one.column, one.reason, one.found) for one in release.rejections]


OSLO = [("0150", "0301", "Oslo", date(2026, 1, 22))]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ours.csv", "postal_code,kommune_code4,place\n0150,0301,Oslo\n"),
        ("bolstad.tsv", "POSTNR\tPOSTSTAD\tKOMMNR\tFOLKETAL\n0150\tOslo\t301\t12\n"),
        (
            "posten.csv",
            "\ufeffPostnummer;Poststed;Kommunenummer;Kommunenavn\r\n0150;Oslo;0301;O\r\n",
        ),
        ("bring.tab", "0150\tOslo\t0301\tOSLO\tP\n"),
        ("geonames.csv", "country_code,zipcode,place,province_code\nNO,150,Oslo,0301\n"),
        ("geodata.json", '[{"code": "150", "place": "Oslo", "id": "0301"}]'),
        ("blanks.csv", "postal_code,kommune_code4,place\n\t0150\u00a0, 0301 ,\u00a0Oslo\t\n"),
    ],
)
def test_headings_of_known_publishers_mean_our_columns(
    tmp_path: Path, name: str, text: str
) -> None:
    found = read(tmp_path, text, name=name)
    assert (values(found), refused(found)) == (OSLO, [])


def test_older_encodings_are_read(tmp_path: Path) -> None:
    found = read(tmp_path, "postnr;kommnr;poststed\n1712;3003;Grålum\n".encode("latin-1"))
    assert values(found)[0][2] == "Grålum"


def test_bad_rows_are_set_aside_with_row_column_and_reason(tmp_path: Path) -> None:
    text = (
        "postal_code,kommune_code4,place\n0150,0301,Oslo\n,0301,x\n0151,,x\n0152,03,x\n0153,30,x\n"
        "0150,0301,again\n015x,0301,x\n01500,0301,x\n0154,0301\n"
    )
    found = read(tmp_path, text)
    assert [row[0] for row in values(found)] == ["0150", "0154"]
    assert refused(found) == [
        (2, "postal_code", "empty", None),
        (3, "kommune_code4", "empty", None),
        (4, "kommune_code4", "another level", "03"),
        (5, "kommune_code4", "another level", "30"),
        (6, "postal_code", "duplicate", "0150"),
        (7, "postal_code", "not a code", "015x"),
        (8, "postal_code", "another level", "01500"),
    ]
    assert found.rejections[0].raw_line.startswith("file.csv:3: ")


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("postal_code,kommune_code4,Postnr Bis\n", "postal", "unknown 'Postnr Bis'"),
        ("postal_code,place\n", "postal", "no kommune_code4"),
        ("postnr,zip,kommnr\n", "postal", "two columns of postal_code"),
        ("", "postal", "no postal_code"),
        ("code\tyear\n", "socio", "unknown 'code'"),
        ("postal_code,super_metro_v4\n0150,x\n", "super-metro", "no region"),
    ],
)
def test_headings_that_do_not_fit_are_named_with_what_was_expected(
    tmp_path: Path, text: str, kind: str, found: str
) -> None:
    (tmp_path / "file.csv").write_text(text)
    paper = replace(PAPER, kind=kind, designed_on_until=date(2020, 1, 1))
    with pytest.raises(UsageError) as refusal:
        read_release(tmp_path / "file.csv", paper)
    assert found in str(refusal.value.found)
    assert "(needed)" in str(refusal.value.expected)
    assert "file.csv" in refusal.value.what


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"kind": "weather"}, "unknown kind"),
        ({"published_at": datetime.now(UTC) + timedelta(hours=1)}, "published in the future"),
        ({"kind": "super-metro"}, "until when its designer looked"),
    ],
)
def test_a_release_that_hides_its_age_is_refused(
    tmp_path: Path, change: dict[str, object], what: str
) -> None:
    (tmp_path / "file.csv").write_text("postal_code,kommune_code4\n0150,0301\n")
    with pytest.raises(UsageError, match=what):
        read_release(tmp_path / "file.csv", replace(PAPER, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("file.csv", "postal_code,kommune_code4\n,0301\n", "no row that could be loaded"),
        ("file.json", '{"code": "0150"}', "no list of records"),
        ("file.json", "[", "no list of records"),
    ],
)
def test_a_file_without_a_row_is_refused(tmp_path: Path, name: str, text: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        read(tmp_path, text, name=name)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no data file"):
        read_release(tmp_path, PAPER)


def test_codes_are_followed_through_every_change() -> None:
    columns = ("kommune_code4", "valid_from_year", "valid_to_year", "successor_code4")
    rows = [
        ("0706", 0, 2016, "0710"),
        ("0710", 2017, 2019, "3804"),
        ("3804", 2020, 2023, "3907"),
        ("3907", 2024, None, None),
        ("0710", 1900, 1950, "9999"),
        ("0001", 0, 2000, "0002"),
        ("0002", 2001, 2001, "0001"),
    ]
    found = {row[:2]: row[3] for row in to_the_end(columns, rows)}
    assert found == {
        ("0706", 0): "3907",
        ("0710", 2017): "3907",
        ("3804", 2020): "3907",
        ("3907", 2024): None,
        ("0710", 1900): "9999",
        ("0001", 0): "0001",
        ("0002", 2001): "0001",
    }


def test_every_norwegian_release_is_read_and_what_is_refused_is_known() -> None:
    found = {one.release_id: (one.row_count, len(one.rejections)) for one in releases(DATA)}
    assert found == {
        "fhi-kommune-2020": (729, 9),
        "ssb-kommune-2024": (1170, 0),
        "bolstad-2021-04-08": (5786, 0),
        "norway-geodata-postal-2025": (5136, 0),
        "bring-2026-01-22": (5122, 0),
        "geonames-no-2026-03-30": (5132, 0),
        "norway-geodata-fylke-2025": (15, 0),
        "kmd-district-figures-2016": (428, 0),
        "ssb-centrality-0-3": (428, 0),
        "ssb-07459-2026": (14637, 0),
        "timeseal-super-metro-v4-2021-04-08": (7635, 0),
    }


def test_the_super_metro_mapping_is_what_its_module_derives(tmp_path: Path) -> None:
    super_metro.main(str(DATA / "bolstad_postnummer_koordinatar.tsv"), str(tmp_path))
    for name in (super_metro.POSTAL, super_metro.CITIES):
        assert (tmp_path / name).read_text() == (DATA / "super-metro-v4" / name).read_text()
