"""What the demo provokes: each change is refused, named and mended, on a slice of the real ads."""

from __future__ import annotations

import psycopg
import pytest
from tests.databases import Database

from timeseal.db.server import Server
from timeseal.errors import ClaimFailed
from timeseal.market.showcase import change, practice
from timeseal.market.showcase.stage import Provocation, Stage, knock, provoke, require_open
from timeseal.market.usual_practice.certified import Damage

ENTRYPOINT = "ml.survival_feature_store_t0_v1_v"
GUARDED = "ml.survival_feature_store_train_v"
LAYER, COLUMN = "store.tom_features_v1_enriched_clean", "price"
FINGERPRINT = (
    "select r.fingerprint from audit.t0_cert_run as r where r.entrypoint = %s"
    " order by r.run_id desc limit 1"
)


@pytest.fixture
def stage(cars_db: Database, server: Server) -> Stage:
    stage = Stage(server, cars_db.name, ENTRYPOINT, GUARDED, "survival")
    require_open(stage)
    return stage


def fingerprint(database: Database) -> str:
    row = database.connect().execute(FINGERPRINT, (ENTRYPOINT,)).fetchone()
    assert row is not None
    return str(row[0])


def test_one_cell_is_refused_named_and_mended(stage: Stage, cars_db: Database) -> None:
    before = fingerprint(cars_db)
    rows = require_open(stage)
    met = provoke(stage, change.one_cell(stage, LAYER, COLUMN))
    assert met.refusal.error.startswith("TS001")
    assert LAYER in met.refusal.named
    assert f" {COLUMN}: expected " in met.refusal.named
    assert len(met.changed_days) == 1
    assert met.refusal.hint.startswith("timeseal ")
    assert require_open(stage) == rows
    assert fingerprint(cars_db) == before


def test_one_function_body_is_refused_although_no_row_changed(stage: Stage) -> None:
    spam = change.one_function(stage, "ref.excludes_listing(text)", "'spam'", "'spam, confirmed'")
    met = provoke(stage, spam)
    assert met.refusal.error.startswith("TS001")
    assert "ref.excludes_listing" in met.refusal.named
    assert met.changed_days == ()
    assert require_open(stage) > 0


def test_one_stale_clock_is_refused_and_the_lifetime_comes_back(
    stage: Stage, cars_db: Database
) -> None:
    met = provoke(stage, change.one_clock(stage))
    assert "stale" in met.refusal.error
    assert require_open(stage) > 0
    ages = cars_db.connect().execute("select distinct max_age::text from audit.entrypoint")
    assert ages.fetchall() == [("24:00:00",)]


@pytest.mark.one_major
def test_a_door_that_stays_open_is_an_error_and_the_change_is_mended(stage: Stage) -> None:
    mended: list[str] = []
    idle = Provocation("Nothing", lambda _: "nothing", lambda _: mended.append("yes"), "nothing")
    with pytest.raises(ClaimFailed, match="stayed open"):
        provoke(stage, idle)
    assert mended == ["yes"]


@pytest.mark.one_major
def test_an_interrupted_provocation_leaves_the_store_as_it_was(
    stage: Stage, cars_db: Database
) -> None:
    before = fingerprint(cars_db)
    cell = change.one_cell(stage, LAYER, COLUMN)

    def interrupted(conn: psycopg.Connection[tuple[object, ...]]) -> str:
        cell.change(conn)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        provoke(stage, Provocation("Interrupted", interrupted, cell.mend, cell.mended_by))
    assert require_open(stage) > 0
    assert fingerprint(cars_db) == before


@pytest.mark.one_major
def test_an_interrupted_mending_is_done_again_and_the_interrupt_is_heard(stage: Stage) -> None:
    cell = change.one_cell(stage, LAYER, COLUMN)
    tries: list[str] = []

    def impatient(conn: psycopg.Connection[tuple[object, ...]]) -> None:
        tries.append("mend")
        if len(tries) == 1:
            raise KeyboardInterrupt
        cell.mend(conn)

    with pytest.raises(KeyboardInterrupt):
        provoke(stage, Provocation("Impatient", cell.change, impatient, cell.mended_by))
    assert len(tries) == 2
    assert require_open(stage) > 0


@pytest.mark.one_major
def test_the_usual_practice_certifies_what_timeseal_refuses(
    stage: Stage, cars_db: Database
) -> None:
    before = fingerprint(cars_db)
    habit, days = practice.certify_damage(stage, Damage(LAYER, COLUMN, step=10))
    verdicts = {one.practice: one.verdict for one in habit.verdicts}
    assert verdicts == {practice.HABIT: "CERTIFIED", "Timeseal": "REFUSED"}
    assert f"{len(days)} days differ" in habit.verdicts[1].because
    assert habit.damaged_rows > 20
    assert len(days) > 10
    assert f"{COLUMN}: expected " in habit.cell
    assert habit.fix.startswith("timeseal store publish")
    assert isinstance(knock(stage), int)
    assert fingerprint(cars_db) == before
    trace = cars_db.connect().execute("select to_regnamespace('usual_practice')").fetchone()
    assert trace == (None,)


@pytest.mark.one_major
def test_the_usual_practice_is_no_straw_man_on_undamaged_rows(cars_db: Database) -> None:
    """Without re-baselining it sees damage in its window: the order of steps is the hole."""
    from timeseal.db.sqlfile import read_manifest
    from timeseal.market.usual_practice import certified

    conn = cars_db.connect()
    for file in read_manifest(certified.PACKAGE, "usual_practice"):
        conn.execute(file.text.encode())
    conn.execute(certified.REBASELINE, (ENTRYPOINT, 365, certified.SAMPLE))
    conn.execute(certified.CERTIFY, (ENTRYPOINT, certified.DAYS, certified.SAMPLE))
    assert conn.execute(certified.VERDICT).fetchone() == (
        "CERTIFIED",
        "0 of 10 checked days drifted",
    )
    certified.inflict(conn, Damage(LAYER, COLUMN, step=2))
    conn.execute(certified.CERTIFY, (ENTRYPOINT, certified.DAYS, certified.SAMPLE))
    status, _ = conn.execute(certified.VERDICT).fetchone() or ("", "")
    assert status == "FAILED"
    with pytest.raises(psycopg.errors.RaiseException):
        conn.execute(certified.REQUIRE, (ENTRYPOINT,))


@pytest.mark.one_major
def test_the_date_alone_is_judged_by_both_protocols(stage: Stage, cars_db: Database) -> None:
    row = cars_db.connect().execute("select raw.observed_until()").fetchone()
    assert row is not None
    labels = practice.read_labels(cars_db.connect("training"), row[0])
    lately, honest = practice.judge(labels)
    assert lately.auc > 0.95
    assert lately.f1 is not None
    assert lately.f1 > 0.8
    assert abs(honest.auc - 0.5) < 0.12
    curves = practice.curves_by_value(cars_db.connect("training"), GUARDED, labels)
    assert sum(curve.rows for curve in curves) > 500
