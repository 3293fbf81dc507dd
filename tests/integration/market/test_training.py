"""Training through the guard: what it reads, what it refuses, what it leaves in the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
import pytest
from tests import cars
from tests.databases import Database

from timeseal.errors import ClaimFailed, ContractBroken
from timeseal.market import left_out
from timeseal.market.training import plan as plans
from timeseal.market.training import register, run, score, shown
from timeseal.market.training.frame import guarded, read_frame, read_labels
from timeseal.models.cohort import as_known
from timeseal.seal import certificate

pytestmark = pytest.mark.one_major

WHEN = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
FULL = plans.load("cars")
#: The tests never open the real holdout: a development origin plays its part.
PLAN = replace(FULL, origins=(FULL.origins[1], replace(FULL.origins[2], holdout=True)))
REVOKE = "call audit.revoke_certificate(%s, 'a test')"


@pytest.fixture
def market(cars_db: Database) -> Database:
    return cars_db


@pytest.fixture
def training(market: Database) -> psycopg.Connection[Any]:
    return market.connect("training")


def revoke(database: Database) -> None:
    database.connect("certifier").execute(REVOKE, (cars.ENTRYPOINT,))


def test_origins_are_midnights_of_the_market_and_the_last_is_the_holdout() -> None:
    assert [one.day for one in FULL.origins] == [date(2016, 3, d) for d in (16, 19, 22, 25)]
    assert [one.holdout for one in FULL.origins] == [False, False, False, True]
    assert FULL.origins[0].instant == datetime(2016, 3, 15, 23, tzinfo=UTC)


def test_a_frame_carries_its_certificate_and_every_input_as_declared(
    training: psycopg.Connection[Any], market: Database
) -> None:
    with guarded(training):
        frame = read_frame(training, PLAN)
    issued = certificate.current(market.connect("certifier"), cars.ENTRYPOINT)
    assert issued is not None
    assert frame.sealed.certificate_id == issued.certificate_id
    assert frame.sealed.fingerprint == issued.fingerprint
    assert set(frame.columns) == set(PLAN.recipe.inputs)
    assert len(frame.t0) == issued.dataset_rows
    assert (np.diff(frame.t0.astype(np.int64)) >= 0).all()
    assert {column.dtype.kind for column in frame.columns.values()} == {"f", "U"}


def test_labels_at_an_origin_are_what_was_known_then(training: psycopg.Connection[Any]) -> None:
    """The guarded label surface equals truncating the final labels by hand."""
    origin = PLAN.origins[0]
    with guarded(training):
        frame = read_frame(training, PLAN)
        then = read_labels(training, PLAN, frame, origin.instant)
        final = read_labels(training, PLAN, frame, None)
    gone = np.full(len(frame.t0), np.datetime64("NaT"), dtype="datetime64[us]")
    event = final.outcome.event
    hours = final.outcome.hours[event] * 3_600_000_000
    known = np.flatnonzero(final.rows)[event]
    gone[known] = frame.t0[known] + np.round(hours).astype(np.int64) * np.timedelta64(1, "us")
    rows, outcome = as_known(frame.t0, gone, origin.at, PLAN.protocol)
    assert (then.rows == rows).all()
    assert (then.outcome.event == outcome.event).all()
    assert then.outcome.hours == pytest.approx(outcome.hours, abs=1e-6)
    assert then.known_until == origin.at


def test_a_closed_door_stops_training_and_names_the_way_out(
    training: psycopg.Connection[Any], market: Database
) -> None:
    revoke(market)
    with pytest.raises(ClaimFailed) as refused:
        run.train(training, PLAN)
    assert refused.value.code == "TS001"
    assert (refused.value.hint or "").startswith("timeseal ")
    counted = training.execute("select count(*) from ml.model_registry").fetchone()
    assert counted == (0,)


def test_a_column_outside_the_contract_is_refused(training: psycopg.Connection[Any]) -> None:
    stranger = replace(PLAN.recipe, trees=(*PLAN.recipe.trees, "battery_img_conflict"))
    with pytest.raises(ContractBroken, match="outside the feature contract"), guarded(training):
        read_frame(training, replace(PLAN, recipe=stranger))


def test_a_model_is_trained_registered_promoted_and_scores_live_ads(
    training: psycopg.Connection[Any], market: Database
) -> None:
    first = run.train(training, PLAN, clock=lambda: WHEN)
    again = run.train(training, PLAN, clock=lambda: WHEN + timedelta(hours=1))
    assert first.fresh
    assert (again.model_key, again.fresh) == (first.model_key, False)
    assert first.left_out is not None
    assert again.left_out == first.left_out == left_out.read(market.connect())[0]
    assert first.left_out.surface == cars.ENTRYPOINT
    assert openings(training) == 1

    with pytest.raises(ClaimFailed, match="no model was promoted"):
        score.score(training, PLAN, WHEN)
    training.execute(register.ACTIVE, (first.model_key,))
    scored = score.score(training, PLAN, WHEN)
    assert scored > 0
    assert score.score(training, PLAN, WHEN) == 0
    assert score.score(training, PLAN, WHEN + timedelta(hours=2), 24.0) == scored
    assert score.score(training, PLAN, WHEN + timedelta(hours=3), 24.0) == 0
    assert shown.read_ads(training, PLAN).horizon_h == 24
    carried = training.execute(
        "select distinct p.certificate_id, p.fingerprint = m.fingerprint, p.contract_sha256 ="
        " m.contract_sha256 from ml.predictions_current as p join ml.model_registry as m"
        " on m.model_key = p.model_key"
    ).fetchall()
    assert carried == [(first.certificate_id, True, True)]

    ads = shown.read_ads(training, PLAN)
    assert len(ads.rows) == min(10, scored)
    assert all(len(one.reasons) == 3 and one.age_h < 72 for one in ads.rows)
    assert [one.chance for one in ads.rows] == sorted((a.chance for a in ads.rows), reverse=True)
    models = shown.read_models(training, PLAN)
    assert {one.origin for one in models.gains} == {one.day for one in PLAN.origins}
    assert len(shown.read_reliability(training)) == 10

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        training.execute("delete from ml.metric")
    revoke(market)
    with pytest.raises(ClaimFailed):
        shown.read_ads(training, PLAN)
    with pytest.raises(ClaimFailed):
        score.score(training, PLAN, WHEN)


def openings(conn: psycopg.Connection[Any]) -> int:
    row = conn.execute("select count(*) from ml.holdout_opening").fetchone()
    return int(row[0]) if row else 0


def test_the_holdout_is_opened_once_and_again_only_with_a_reason(
    training: psycopg.Connection[Any],
) -> None:
    with guarded(training):
        sealed = read_frame(training, PLAN).sealed
    made = register.Provenance("m", "o", "c", "k", "f", "p", "code one", "recipe", 1)
    other = replace(made, code_sha256="code two")
    origin = PLAN.origins[1]
    register.open_holdout(training, PLAN, origin, (sealed, made, WHEN), None)
    register.open_holdout(training, PLAN, origin, (sealed, made, WHEN), None)
    assert openings(training) == 1
    with pytest.raises(ClaimFailed, match="opened before"):
        register.open_holdout(training, PLAN, origin, (sealed, other, WHEN), None)
    register.open_holdout(training, PLAN, origin, (sealed, other, WHEN), "a fault was mended")
    assert openings(training) == 2


def test_a_model_without_a_better_brier_score_is_not_promoted(
    training: psycopg.Connection[Any],
) -> None:
    with pytest.raises(ClaimFailed, match="not fit to be promoted"):
        register.promote(training, "nobody")
