"""Values, local times and rows of a car ads file: typed, or refused with a reason."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from timeseal.errors import UsageError
from timeseal.market.rows import Broken, Rejection, summarise
from timeseal.market.verticals.cars.ads import Ads, read_ads
from timeseal.market.verticals.cars.cohorts import read_cohorts
from timeseal.market.verticals.cars.columns import Values, readers
from timeseal.market.zone import instant

BERLIN = ZoneInfo("Europe/Berlin")
COHORTS = {("bmw", "3er"): 7}
HEADER = (
    "dateCrawled,name,seller,offerType,price,vehicleType,yearOfRegistration,gearbox,powerPS,model,"
    "kilometer,monthOfRegistration,fuelType,brand,notRepairedDamage,dateCreated,postalCode,lastSeen"
)
ROW = (
    "2016-03-26T17:47:00,Ein_Titel,privat,Angebot,5000,kombi,2004,manuell,158,3er,150000,0,,bmw,,"
    "2016-03-26T00:00:00,04275,2016-04-06T06:45:00"
)


def read(text: str, path: Path) -> Ads:
    file = path / "ads.csv"
    file.write_bytes(text.encode("utf-8", errors="surrogateescape"))
    return read_ads(file, BERLIN, COHORTS)


def value(column: str, text: str) -> object:
    return readers(BERLIN)[column][1](text, Values())


def reason(column: str, text: str) -> str:
    with pytest.raises(Broken) as refusal:
        value(column, text)
    return refusal.value.reason


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2016-03-27T01:59:59", datetime(2016, 3, 27, 0, 59, 59, tzinfo=UTC)),
        ("2016-03-27 03:00:00", datetime(2016, 3, 27, 1, 0, tzinfo=UTC)),
        ("2016-10-30T01:59:59", datetime(2016, 10, 29, 23, 59, 59, tzinfo=UTC)),
        ("2016-10-30T03:00:00", datetime(2016, 10, 30, 2, 0, tzinfo=UTC)),
    ],
)
def test_local_times_beside_the_switches_are_instants(local: str, utc: datetime) -> None:
    assert instant(local, BERLIN) == utc


@pytest.mark.parametrize(
    ("local", "reason_code"),
    [
        ("2016-03-27T02:00:00", "time_in_gap"),
        ("2016-03-27T02:59:59", "time_in_gap"),
        ("2016-10-30T02:00:00", "time_in_fold"),
        ("2016-10-30T02:59:59", "time_in_fold"),
        ("2016-03-26T17:47:00+01:00", "not_a_time"),
        ("2016-03-26", "not_a_time"),
        ("gestern", "not_a_time"),
        ("", "not_a_time"),
    ],
)
def test_local_times_that_name_no_single_instant_are_refused(local: str, reason_code: str) -> None:
    with pytest.raises(Broken) as refusal:
        instant(local, BERLIN)
    assert refusal.value.reason == reason_code


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("price", "5000", 5000),
        ("price", "$5,000", 5000),
        ("price", "$99,999", 99999),
        ("odometer", "150,000km", 150000),
        ("kilometer", "5000", 5000),
        ("postalCode", "4275", "04275"),
        ("monthOfRegistration", "0", None),
        ("monthOfRegistration", "12", 12),
        ("notRepairedDamage", "", None),
        ("notRepairedDamage", "ja", True),
        ("gearbox", "", None),
        ("fuelType", "benzin", "petrol"),
        ("dateCreated", "2016-03-26T00:00:00", date(2016, 3, 26)),
    ],
)
def test_values_are_read_into_the_market_s_words(column: str, text: str, expected: object) -> None:
    assert value(column, text) == expected


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("price", "99", "out_of_range"),
        ("price", "11111111", "out_of_range"),
        ("price", "5.000", "not_a_number"),
        ("price", "-5", "not_a_number"),
        ("price", "٥٠٠٠", "not_a_number"),
        ("price", "", "missing"),
        ("kilometer", "149999", "not_in_list"),
        ("powerPS", "0", "out_of_range"),
        ("yearOfRegistration", "9999", "out_of_range"),
        ("monthOfRegistration", "13", "out_of_range"),
        ("gearbox", "Manuell", "not_in_list"),
        ("seller", "gewerblich", "not_in_list"),
        ("offerType", "Gesuch", "not_in_list"),
        ("postalCode", "123456", "not_a_postal_code"),
        ("model", "", "missing"),
        ("name", "  ", "missing"),
        ("name", "a\x00b", "not_text"),
        ("dateCreated", "26.03.2016", "not_a_day"),
    ],
)
def test_values_outside_a_rule_are_refused(column: str, text: str, expected: str) -> None:
    assert reason(column, text) == expected


def test_an_ad_is_read_whole(tmp_path: Path) -> None:
    ads = read(f"{HEADER}\n{ROW}\n", tmp_path)
    (ad,) = ads.accepted
    assert (ads.rows_in, ads.rows_rejected, ad.listing_id, ad.generation) == (1, 0, 1, 7)
    assert ad.observed_at == datetime(2016, 3, 26, 16, 47, tzinfo=UTC)
    assert ads.observed_until == datetime(2016, 4, 6, 4, 45, tzinfo=UTC)
    assert (ad.values["model"], ad.values["body"], ad.values["fuel"]) == ("bmw 3er", "estate", None)


@pytest.mark.parametrize(
    ("old", "new", "column", "expected"),
    [
        ("2016-04-06T06:45:00", "2016-03-26T17:46:59", "lastSeen", "out_of_order"),
        ("2016-03-26T00:00:00", "2016-03-27T00:00:00", "dateCreated", "out_of_order"),
        ("3er", "5er", "model", "unknown_cohort"),
        ("Ein_Titel", "Ein,Titel", "row", "wrong_width"),
    ],
)
def test_rules_between_columns(
    tmp_path: Path, old: str, new: str, column: str, expected: str
) -> None:
    ads = read(f"{HEADER}\n{ROW.replace(old, new)}\n", tmp_path)
    assert [(one.column, one.reason) for one in ads.rejections] == [(column, expected)]
    assert ads.accepted == ()


def test_the_page_s_date_is_compared_on_the_local_day(tmp_path: Path) -> None:
    """00:30 in Berlin is still the day before in UTC."""
    row = ROW.replace("2016-03-26T17:47:00", "2016-03-26T00:30:00")
    assert len(read(f"{HEADER}\n{row}\n", tmp_path).accepted) == 1


def test_the_raw_line_of_a_refused_row_is_kept_even_over_two_lines(tmp_path: Path) -> None:
    row = ROW.replace("Ein_Titel", '"Ein\nTitel"').replace("5000", "0", 1)
    ads = read(f"{HEADER}\n{ROW}\n{row}\n", tmp_path)
    (rejection,) = ads.rejections
    assert (rejection.row_number, rejection.raw_line) == (2, row)


def test_bytes_that_are_no_text_do_not_stop_the_load(tmp_path: Path) -> None:
    ads = read(f"{HEADER}\n{ROW.replace('Ein_Titel', 'T' + chr(0xDCFC) + 'V')}\n", tmp_path)
    assert [ad.values["title"] for ad in ads.accepted] == [r"T\xfcV"]


def test_other_spellings_are_counted(tmp_path: Path) -> None:
    row = ROW.replace("5000,", '"$5,000",', 1).replace("04275", "4275")
    ads = read(f"{HEADER}\n{row}\n{row}\n", tmp_path)
    assert ads.normalised == {
        'price written "$5,000"': 2,
        "postal code without its leading zero": 2,
    }


def test_rejections_are_counted_by_rule_with_first_examples() -> None:
    made = [Rejection(n, "price", "e", str(n), "r", "") for n in range(5)]
    made.append(Rejection(9, "model", "e", None, "missing", ""))
    first, second = summarise(made)
    assert (first.column, first.count, first.examples) == (
        "price",
        5,
        ((0, "0"), (1, "1"), (2, "2")),
    )
    assert (second.column, second.count) == ("model", 1)


@pytest.mark.parametrize("body", ["generation,brand\n1,a\n", "generation,brand,model\nx,a,b\n"])
def test_a_malformed_cohort_release_is_refused(tmp_path: Path, body: str) -> None:
    (tmp_path / "cohorts.csv").write_text(body)
    with pytest.raises(UsageError, match="cannot be read"):
        read_cohorts(tmp_path / "cohorts.csv")


@pytest.mark.parametrize("rows", ["1,a,b\n2,a,b\n", "1,a,b\n1,a,c\n"])
def test_an_ambiguous_cohort_release_is_refused(tmp_path: Path, rows: str) -> None:
    (tmp_path / "cohorts.csv").write_text("generation,brand,model\n" + rows)
    with pytest.raises(UsageError, match="ambiguous"):
        read_cohorts(tmp_path / "cohorts.csv")
