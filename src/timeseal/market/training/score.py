"""Scores of live ads: what the promoted model says, under the certificate its rows are read with.

An ad is live when it was first seen less than three days before the end of watching, since nobody
can have called it gone yet. It is asked whether it is still there some hours later, given that it
is there now.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import psycopg

from timeseal.db.sqlfile import read_sql
from timeseal.errors import ClaimFailed
from timeseal.market.training.frame import Frame, guarded, instant, read_frame, read_labels
from timeseal.market.training.plan import Plan
from timeseal.market.training.register import read_artifact
from timeseal.models.arrays import Columns, Floats, hours_between, one_thread_each, take
from timeseal.models.conditional import rank, still_there
from timeseal.models.explain import contributions, reasons
from timeseal.models.recipe import parse
from timeseal.models.registry import load as load_model
from timeseal.models.survival import SurvivalModel, expected_hours

__all__ = ["score"]

ACTIVE = "select m.model_key from ml.model_registry as m where m.is_active"
SCORED = (
    "select count(*) from ml.predictions_v1 as p where p.model_key = %s and p.known_until = %s"
    " and p.more_hours = %s and p.fingerprint = %s"
)
_GONE_BY = (24.0, 48.0, 72.0, 168.0, 504.0)
_LIMIT_H = 24.0 * 60


@dataclass(frozen=True, slots=True)
class _Live:
    """The live rows of a frame with everything that is said about them."""

    frame: Frame
    rows: np.ndarray
    age: Floats
    chance: Floats
    gone_by: Floats
    expected: Floats
    words: tuple[tuple[str, ...], ...]


def score(
    conn: psycopg.Connection[Any], plan: Plan, when: datetime, more_h: float | None = None
) -> int:
    """Score every live ad with the active model; returns how many rows are new (0: done before)."""
    ahead = plan.horizons_h[0] if more_h is None else more_h
    with guarded(conn):
        model_key = _active(conn)
        frame = read_frame(conn, plan)
        sealed = frame.sealed
        known_until = instant(read_labels(conn, plan, frame, None).known_until)
        asked = (model_key, known_until, ahead, sealed.fingerprint)
        done = conn.execute(SCORED, asked).fetchone()
        if done and done[0]:
            return 0
        recipe = parse(read_artifact(conn, model_key, "recipe"))
        model = load_model(read_artifact(conn, model_key, "model"), recipe)
        with one_thread_each():
            live = _look(plan, frame, model, known_until, ahead)
        carried = (when, sealed.certificate_id, sealed.contract_sha256, sealed.fingerprint)
        with conn.cursor() as cursor:
            cursor.executemany(
                read_sql("timeseal.market.training", "add_prediction.query.sql").text.encode(),
                list(_records(live, (model_key, known_until, ahead), carried)),
            )
    return len(live.rows)


def _active(conn: psycopg.Connection[Any]) -> str:
    row = conn.execute(ACTIVE).fetchone()
    if row is None:
        raise ClaimFailed(
            "no model was promoted",
            expected="one active model",
            found="none",
            hint="timeseal model train",
        )
    return str(row[0])


def _look(
    plan: Plan, frame: Frame, model: SurvivalModel, known_until: datetime, ahead: float
) -> _Live:
    end = np.datetime64(known_until.astimezone(UTC).replace(tzinfo=None), "us")
    age = hours_between(frame.t0, end)
    rows = np.flatnonzero((age >= 0) & (age < plan.protocol.grace_h))
    if len(rows) == 0:
        raise ClaimFailed(
            "no ad is live at the end of watching",
            expected=f"ads first seen within {plan.protocol.grace_h} h before {known_until}",
            found="none",
            hint="timeseal load cars",
        )
    columns = take(frame.columns, rows)
    prepared = model.prepare(columns, frame.t0[rows])
    location, scale = model.location(prepared), model.calibration.scale
    return _Live(
        frame=frame,
        rows=rows,
        age=age[rows],
        chance=still_there(location, scale, age[rows], ahead),
        gone_by=1.0 - model.survival(prepared, np.array(_GONE_BY)),
        expected=expected_hours(location, scale, _LIMIT_H),
        words=_words(plan, model, prepared, len(rows)),
    )


def _words(
    plan: Plan, model: SurvivalModel, prepared: Columns, count: int
) -> tuple[tuple[str, ...], ...]:
    found = contributions(model, prepared)
    return tuple(reasons(model, prepared, found, row, plan.words) for row in range(count))


def _records(
    live: _Live, head: tuple[str, datetime, float], carried: tuple[datetime, str, str, str]
) -> Iterable[tuple[object, ...]]:
    model_key, known_until, ahead = head
    ids = live.frame.listing_id[live.rows].astype(np.float64)
    everybody = np.ones(len(live.rows), dtype=np.bool_)
    for place, i in enumerate(rank(live.chance, everybody, ids, len(ids)).rows, start=1):
        row = live.rows[i]
        t0 = live.frame.t0[row].astype(datetime).replace(tzinfo=UTC)
        yield (
            int(live.frame.generation[row]), int(live.frame.listing_id[row]), t0,
            float(live.expected[i]), *(float(one) for one in live.gone_by[i]), model_key,
            known_until, float(live.age[i]), ahead, float(live.chance[i]), place,
            json.dumps(live.words[i], ensure_ascii=False), *carried,
        )  # fmt: skip
