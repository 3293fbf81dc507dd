"""Loading files: every row is in, or in quarantine with its reason; nothing happens twice."""

from __future__ import annotations

import csv
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests import cars
from tests.databases import Database

from timeseal.errors import UsageError
from timeseal.market import facts
from timeseal.market.facts import load_cars
from timeseal.market.verticals.cars import load as car_load

pytestmark = pytest.mark.one_major

DIRTY = cars.ADS.with_name("kleinanzeigen_cars_raw_dirty_18704.csv")
COUNTS = (
    "select (select count(*) from raw.listing_observation),"
    " (select count(*) from raw.listing_event), (select count(*) from raw.quarantine),"
    " (select count(*) from raw.run where status = 'closed' and kind = 'backfill')"
)


def counts(conn: psycopg.Connection[Any]) -> tuple[int, ...]:
    return conn.execute(COUNTS).fetchone() or ()


def written(path: Path, rows: list[list[str]]) -> Path:
    """A file of ads in the folder layout that the loader expects."""
    folder = path / "ads"
    folder.mkdir()
    (path / "cars-cohorts").symlink_to(cars.DATA / "cars-cohorts")
    with (folder / "ads.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return folder / "ads.csv"


@pytest.fixture(scope="module")
def sample() -> list[list[str]]:
    """Header and the first ads of the real file."""
    with cars.ADS.open(newline="") as file:
        rows = csv.reader(file)
        return [next(rows) for _ in range(9)]


def test_the_real_file_loads_whole(cars_full: Database) -> None:
    admin = cars_full.connect()
    assert counts(admin) == (34864, 17345, 0, 1)
    found = admin.execute(
        "select min(observed_at), max(observed_at), count(distinct generation), count(*) filter"
        " (where run_id is null or source <> 'kleinanzeigen-cars') from raw.listing_observation"
    ).fetchone()
    assert found is not None
    assert found[0] == datetime(2016, 3, 5, 13, 6, tzinfo=UTC)
    assert found[2:] == (281, 0)
    gone = admin.execute(
        "select distinct event, event_time_kind, price_kind, known_at - event_time,"
        " evidence ->> 'grace_hours' from raw.listing_event"
    ).fetchall()
    assert [tuple(map(str, row)) for row in gone] == [
        ("gone", "first_observed", "last_ask", "3 days, 0:00:00", "72.0000000000000000")
    ]


def test_local_times_become_instants_across_the_switch_to_summer(cars_full: Database) -> None:
    admin = cars_full.connect()
    asked = "select observed_at from raw.listing_observation where listing_id = any(%s) order by 1"
    before, after = admin.execute(asked, ([1, 2],)).fetchall()
    assert before == (datetime(2016, 3, 26, 16, 47, tzinfo=UTC),)
    assert after == (datetime(2016, 4, 4, 11, 38, tzinfo=UTC),)


def test_loading_twice_changes_nothing(market_db: Database) -> None:
    worker = market_db.connect("worker")
    first = load_cars(worker, cars.ADS, limit=300)
    before = counts(worker)
    again = load_cars(worker, cars.ADS, limit=300)
    assert (first.already_loaded, again.already_loaded) == (False, True)
    assert (again.rows_new, again.events_new, counts(worker)) == (0, 0, before)


def test_an_overlapping_load_adds_only_what_is_new(market_db: Database) -> None:
    worker = market_db.connect("worker")
    load_cars(worker, cars.ADS, limit=100)
    more = load_cars(worker, cars.ADS, limit=150)
    assert (more.rows_in, more.rows_new, counts(worker)[0]) == (34864, 50, 150)


def test_a_load_that_dies_leaves_no_fact_and_the_next_one_completes(
    market_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends the session after the staged rows; the run stays open until its lease."""
    worker, admin = market_db.connect("worker"), market_db.connect()
    kept = facts.quarantine

    def dying(conn: psycopg.Connection[Any], *_: object) -> int:
        admin.execute("select pg_terminate_backend(%s)", (conn.info.backend_pid,))
        conn.execute("select 1")
        return 0

    monkeypatch.setattr(facts, "quarantine", dying)
    with pytest.raises(psycopg.OperationalError):
        load_cars(worker, cars.ADS, limit=50)
    assert counts(admin) == (0, 0, 0, 0)
    status = "select count(*) from raw.run where status = %s and kind = 'backfill'"
    assert admin.execute(status, ("open",)).fetchone() == (1,)
    monkeypatch.setattr(facts, "quarantine", kept)
    assert load_cars(market_db.connect("worker"), cars.ADS, limit=50).rows_new == 50
    admin.execute("update raw.run set lease_until = opened_at + interval '1 microsecond'")
    admin.execute("select raw.close_expired_runs()")
    assert admin.execute(status, ("crashed",)).fetchone() == (1,)
    assert admin.execute(status, ("open",)).fetchone() == (0,)


def test_two_loads_at_once_take_turns(market_db: Database) -> None:
    one, two = market_db.connect("worker"), market_db.connect("worker")
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda conn: load_cars(conn, cars.ADS, limit=80), (one, two)))
    assert sorted(report.already_loaded for report in reports) == [False, True]
    assert counts(one)[0] == 80


def test_a_connection_outside_autocommit_loads_too(market_db: Database) -> None:
    worker = market_db.connect("worker", autocommit=False)
    assert load_cars(worker, cars.ADS, limit=20).rows_new == 20
    assert counts(market_db.connect())[0] == 20


def test_a_load_that_fails_gives_its_run_up(
    market_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = market_db.connect("worker")
    kept = facts.quarantine

    def failing(*_: object) -> int:
        raise RuntimeError("disk full")

    monkeypatch.setattr(facts, "quarantine", failing)
    with pytest.raises(RuntimeError, match="disk full"):
        load_cars(worker, cars.ADS, limit=50)
    assert counts(worker) == (0, 0, 0, 0)
    assert worker.execute("select count(*) from raw.run where status = 'open'").fetchone() == (0,)
    monkeypatch.setattr(facts, "quarantine", kept)
    assert load_cars(worker, cars.ADS, limit=50).rows_new == 50


def test_a_load_inside_a_transaction_is_refused(market_db: Database) -> None:
    worker = market_db.connect("worker", autocommit=False)
    worker.execute("select 1")
    with pytest.raises(UsageError, match="inside a transaction"):
        load_cars(worker, cars.ADS, limit=1)


def test_each_broken_rule_is_named_and_the_rest_is_loaded(
    market_db: Database, tmp_path: Path, sample: list[list[str]]
) -> None:
    header, *rows = sample
    at = {name: header.index(name) for name in header}
    dirt = {"price": "0", "powerPS": "abc", "dateCrawled": "2016-03-27T02:30:00", "model": "kalina"}
    for row, (column, value) in zip(rows, dirt.items(), strict=False):
        row[at[column]] = value
    rows[4][at["postalCode"]] = "1234X"
    rows[4][at["gearbox"]] = "links"
    path = written(tmp_path, [header, *rows, rows[5], ["too", "short"]])
    worker = market_db.connect("worker")
    report = load_cars(worker, path)
    assert (report.rows_in, report.rows_new, report.rows_quarantined) == (10, 3, 7)
    found = worker.execute(
        "select row_number, column_name, reason, found from raw.quarantine order by 1, 2"
    ).fetchall()
    assert found == [
        (1, "price", "out_of_range", "0"),
        (2, "powerPS", "not_a_number", "abc"),
        (3, "dateCrawled", "time_in_gap", "2016-03-27T02:30:00"),
        (4, "model", "unknown_cohort", f"{rows[3][at['brand']]} kalina"),
        (5, "gearbox", "not_in_list", "links"),
        (5, "postalCode", "not_a_postal_code", "1234X"),
        (9, "row_id", "not_an_id", rows[5][0]),
        (10, "row", "wrong_width", "2 columns"),
    ]
    assert sum(rule.count for rule in report.broken) == 8


def test_the_dirty_file_loads_into_a_database_of_its_own(market_db: Database) -> None:
    worker = market_db.connect("worker")
    report = load_cars(worker, DIRTY)
    assert (report.rows_in, report.rows_new + report.rows_quarantined) == (18704, 18704)
    rules = {(one.column, one.reason): one.count for one in report.broken}
    assert rules["model", "missing"] == 1026
    assert rules["powerPS", "out_of_range"] > 2000
    assert {("price", "out_of_range"), ("yearOfRegistration", "out_of_range")} <= set(rules)
    assert report.normalised['price written "$5,000"'] == 18704
    by_column = worker.execute("select column_name, reason from raw.quarantine").fetchall()
    assert Counter(by_column) == Counter(rules)
    examples = next(one for one in report.broken if one.column == "powerPS").examples
    assert examples[0] == (5, "0")
    assert report.events_new > 7000


def test_a_file_of_something_else_is_refused_before_a_run_opens(
    market_db: Database, tmp_path: Path
) -> None:
    worker = market_db.connect("worker")
    path = written(tmp_path, [["a", "b"], ["1", "2"]])
    with pytest.raises(UsageError, match="no file of car ads"):
        load_cars(worker, path)
    with pytest.raises(UsageError, match="cannot read"):
        load_cars(worker, path.with_name("missing.csv"))
    assert worker.execute("select count(*) from raw.run").fetchone() == (0,)


def test_progress_is_told_only_when_it_takes_long(
    market_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int, int]] = []
    worker = market_db.connect("worker")
    monkeypatch.setattr("timeseal.market.verticals.cars.ads.TALK_AFTER_SECONDS", 0.0)
    load_cars(worker, cars.ADS, limit=10, progress=lambda *one: told.append(one))
    assert told[0] == ("reading ads", 2000, 34865)
    assert told[-1][0] == "appending ads"
    assert car_load.SOURCE == "kleinanzeigen-cars"
