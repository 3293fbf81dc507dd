"""Municipality, centrality and income as known at t0, through years in which codes changed."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from math import log
from typing import Any

import psycopg
import pytest
from tests.databases import Database
from tests.integration.geo import norway as no

from timeseal.market.reference import Release

pytestmark = pytest.mark.one_major

ROW = (
    "select s.kommune_code4, s.centrality_class, s.income_gross_nok,"
    " s.postal_kommune_snapshot_date, s.miss_kommune, s.miss_socio"
    f" from {no.SOCIO} as s where s.listing_id = %s"
)
#: One address in Moss, seen at several times: municipality 3002 until 2023, 3103 from 2024 on; the
#: figures of 2016 speak of Moss (0104) and Rygge (0136), which it was joined from in 2020.
MOSS = "1530"


@cache
def figures() -> dict[str, tuple[int, int, int]]:
    """Code of 2016 → class, income, people, read by hand."""
    with (no.DATA / "distriktstall_2016_428_kommuner.csv").open(encoding="utf-8") as file:
        rows = {row["Kommunenavn"].split()[0]: row for row in csv.DictReader(file)}
    with (no.DATA / "ssb_sentralitet_0-3_pre2020_codes.csv").open(encoding="latin-1") as file:
        classes = {row["targetCode"]: int(row["sourceCode"]) for row in _semicolons(file)}
    return {
        code: (classes[code], int(row["Bruttoinntekt2014-O"]), int(row["B16-O"]))
        for code, row in rows.items()
    }


def _semicolons(file: Any) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(file, delimiter=";")


def places(history: str, columns: tuple[str, str, str, str], prefix: str) -> dict[str, str]:
    """Code of 2016 → code at the end of that history, one year after the other."""
    with (no.DATA / history).open(encoding="utf-8") as file:
        spans = [
            (
                int(row[columns[1]] or 0),
                int(row[columns[2]] or 9999),
                row[columns[0]],
                row[columns[3]],
            )
            for row in csv.DictReader(file)
        ]
    spans = [(*one[:2], *(code.removeprefix(prefix) for code in one[2:])) for one in spans]
    now = {one[2]: one[2] for one in spans if one[0] <= 2016 <= one[1]}
    for year in range(2016, 2025):
        ended: dict[str, str] = {}
        for _, last, code, after in spans:
            if last == year and after:
                ended.setdefault(code, after)
        now = {old: ended.get(code, code) for old, code in now.items()}
    return now


def expected(place: str, members: dict[str, str]) -> tuple[int, float] | None:
    """Class of the most populous member, income weighted by people."""
    known = sorted(
        (figures()[old] for old, new in members.items() if new == place and old in figures()),
        key=lambda one: -one[2],
    )
    if not known:
        return None
    weighted = sum(income * people for _, income, people in known)
    people = sum(one[2] for one in known)
    return known[0][0], round(weighted / people, 2)


def load_socio(conn: psycopg.Connection[Any], name: str, published: datetime, income: int) -> None:
    """A release that states the median income after tax of Oslo."""
    Release(
        release_id=name,
        title="income",
        publisher="test",
        published_at=published,
        licence="none",
        relation="ref.kommune_socio_history",
        columns=("known_at", "kommune_code4", "income_median_after_tax_nok", "snapshot_date"),
        rows=((published, "0301", income, date(2025, 1, 1)),),
    ).load(conn)


def rows(conn: psycopg.Connection[Any]) -> list[Any]:
    return conn.execute(f"select s::text from {no.SOCIO} as s order by 1").fetchall()


def test_codes_are_followed_and_nothing_is_known_before_its_publication(
    norway_db: Database,
) -> None:
    admin = norway_db.connect()
    seen = {
        1: "2021-04-08T23:59",  # no register is out
        2: "2021-04-09",  # published at this very instant: not before it
        3: "2021-04-09T00:00:01",  # Bolstad's register, and codes as they were in 2020
        4: "2024-12-31T12:00",  # the codes of 2024 are not out, but the old ones still serve
        5: "2025-06-01",
        6: "2026-02-01",  # Bring's register under the code of 2024
    }
    no.sight(admin, [(n, when, MOSS, None) for n, when in seen.items()])
    no.refresh(admin, "socio_market")
    found = {n: admin.execute(ROW, (n,)).fetchone() for n in seen}
    both = figures()["0104"], figures()["0136"]
    income = round(sum(one[1] * one[2] for one in both) / sum(one[2] for one in both), 2)
    moss = max(both, key=lambda one: one[2])[0], income
    nothing = (None, None, None, None, 1, 1)
    bolstad, bring = date(2021, 4, 8), date(2026, 1, 22)
    assert found == {
        1: nothing,
        2: nothing,
        3: ("3002", *moss, bolstad, 0, 0),
        4: ("3002", *moss, bolstad, 0, 0),
        5: ("3002", *moss, bolstad, 0, 0),
        6: ("3103", *moss, bring, 0, 0),
    }


def test_every_postal_code_agrees_with_a_second_computation(norway_db: Database) -> None:
    """All codes of Bring's register, and all of Bolstad's, straight from the files."""
    admin = norway_db.connect()
    bring = [
        line.split("\t")[:3]
        for line in (no.DATA / "bring_postal_codes_2026-01-22.tab").read_text().splitlines()
    ]
    with (no.DATA / "bolstad_postnummer_koordinatar.tsv").open(encoding="utf-8-sig") as file:
        bolstad = [(row["POSTNR"], row["KOMMNR"]) for row in csv.DictReader(file, delimiter="\t")]
    no.sight(admin, [(n, "2026-02-01", code, None) for n, (code, _, _) in enumerate(bring)])
    no.sight(admin, [(n + 10000, "2022-02-01", code, None) for n, (code, _) in enumerate(bolstad)])
    no.refresh(admin, "socio_market")
    newer = places(
        "kommune_code_history_to_2024.csv", ("gammelt_nr", "start_yr", "end_yr", "nr_2024"), ""
    )
    older = places(
        "fhi_municipality_validity_1838-2020.csv",
        ("municip_code", "year_start", "year_end", "municip_code_end"),
        "municip",
    )
    wanted = {n: (code, newer) for n, (_, _, code) in enumerate(bring)}
    wanted |= {n + 10000: (code.zfill(4), older) for n, (_, code) in enumerate(bolstad)}
    known = {id(m): {p: expected(p, m) for p in set(m.values())} for m in (newer, older)}
    found = admin.execute(
        "select s.listing_id, s.kommune_code4, s.centrality_class, s.income_gross_nok"
        f" from {no.SOCIO} as s"
    ).fetchall()
    assert len(found) == len(wanted)
    wrong = []
    for listing, code, klass, income in found:
        kommune, members = wanted[listing]
        two = known[id(members)].get(kommune) or (None, None)
        if (code, klass, income) != (kommune, *two):
            wrong.append((listing, code, klass, income, kommune, two))
    assert wrong == []
    assert sum(1 for one in found if one[3] is not None) / len(found) > 0.98


def test_price_is_measured_in_months_of_income(norway_db: Database) -> None:
    admin = norway_db.connect()
    load_socio(norway_db.connect("worker"), "median", no.at("2026-01-30"), 480000)
    for listing, price in ((1, 10000), (2, 0), (3, None), (4, 10**7)):
        no.sight(admin, [(listing, "2026-02-01", "0150", None)], price)
    no.sight(admin, [(5, "2026-01-25", "0150", None), (6, "2026-02-01", "9999", None)], 10000)
    no.refresh(admin, "socio_market")
    text = (
        "select s.listing_id, s.income_kind, s.price_months_income, s.log_price_to_income_cap"
        f" from {no.SOCIO} as s order by 1"
    )
    assert admin.execute(text).fetchall() == [
        (1, "median_after_tax", 0.25, -3.871101),
        (2, "median_after_tax", None, -5.964859),
        (3, "median_after_tax", None, None),
        (4, "median_after_tax", 250.0, -3.610855),
        (5, "gross", round(12 * 10000 / 470200, 6), round(log(10001 / 470200), 6)),
        (6, None, None, None),
    ]


def test_a_release_changes_only_rows_decided_after_its_publication(norway_db: Database) -> None:
    """T-append: loaded late, it moves what it may move; every route gives the same bytes."""
    admin = norway_db.connect()
    no.sight(admin, [(1, "2026-01-25", "0150", None), (2, "2026-02-01", "0150", None)])
    no.refresh(admin, "socio_market")
    before = rows(admin)
    load_socio(norway_db.connect("worker"), "median", no.at("2026-01-30"), 480000)
    no.refresh(admin, "socio_market")
    after = rows(admin)
    assert len(set(before) & set(after)) == 1
    assert "median_after_tax" in str(set(after) - set(before))
    no.refresh(admin, "socio_market", full=True)
    assert rows(admin) == after
    admin.execute("select count(*) from audit.refresh_published('socio_market')")
    published = admin.execute(
        "select count(*) from ml.socio_kommune_v1_mv as p join store.socio_kommune_v1 as s"
        " on s::text = p::text"
    ).fetchone()
    assert published == (2,)


def test_no_row_is_lost_and_the_store_is_certified(norway_db: Database) -> None:
    admin = norway_db.connect()
    codes = ("0150", None, "9999", "x", MOSS)
    days = ("2021-01-01", "2021-04-09", "2025-01-01", "2026-01-23", "2026-03-31", "2026-04-02")
    ads = [
        (10 * n + m, day, code, None) for n, day in enumerate(days) for m, code in enumerate(codes)
    ]
    no.sight(admin, ads)
    no.refresh(admin, "socio_market")
    assert len(rows(admin)) == len(ads)
    # on a busy machine too, every mode of the replay is run
    admin.execute("update audit.entrypoint set replay_budget = interval '5 minutes'")
    no.accept(admin, no.SOCIO)
    assert no.certify(admin, no.SOCIO) == {}
    compared = admin.execute(
        "select c from audit.t0_cert_run as r, jsonb_array_elements(r.checks) as c"
        " where c ->> 'gate' = 'replay' and r.entrypoint = %s",
        (no.SOCIO,),
    ).fetchone()
    assert compared is not None, json.dumps(compared)
    assert compared[0]["status"] == "passed"


@pytest.mark.parametrize("name", ["a careless postal snapshot", "a careless figure"])
def test_a_lookup_that_ignores_publication_is_convicted(norway_db: Database, name: str) -> None:
    """Near miss of the replay: the same store without one of its strict comparisons."""
    from dataclasses import replace

    from timeseal.seal import binding

    cut = {
        "a careless postal snapshot": " and s.known_at < f.t0\n",
        "a careless figure": " and s.known_at < f.t0\n",
    }[name]
    admin = norway_db.connect()
    whole = no.socio()
    layers = tuple(
        replace(one, text=replace(one.text, body=one.text.body.replace(cut, "\n")))
        if one.name == ("socio_kommune_v1" if "figure" in name else "listing_place_v1")
        else one
        for one in whole.layers
    )
    assert layers != whole.layers
    careless = replace(whole, layers=layers)
    binding.apply(admin, careless, binding.plan(admin, careless))
    if "figure" in name:
        load_socio(norway_db.connect("worker"), "median", no.at("2026-02-10"), 480000)
    no.sight(admin, [(n, f"2026-0{n}-15", "0150", None) for n in (1, 2, 3, 4)])
    no.refresh(admin, "socio_market")
    no.accept(admin, no.SOCIO)
    assert set(no.certify(admin, no.SOCIO)) & {"replay", "time"}
