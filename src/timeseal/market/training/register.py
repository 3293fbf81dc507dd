"""Writing a training run into the register, and reading it back. Append-only: a rerun adds
nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from timeseal.db.sqlfile import read_sql
from timeseal.errors import ClaimFailed
from timeseal.market.training.frame import Sealed
from timeseal.market.training.judge import OURS, YARDSTICK, CohortResult
from timeseal.market.training.plan import Origin, Plan
from timeseal.models.evaluate.bootstrap import Estimate
from timeseal.models.registry import Provenance

__all__ = ["Trained", "open_holdout", "promote", "read_artifact", "record", "registered"]

_HERE = "timeseal.market.training"
KNOWN = "select m.model_key from ml.model_registry as m where m.model_key = %s"
ARTIFACT = "select a.body from ml.model_artifact as a where a.model_key = %s and a.kind = %s"
OPENINGS = (
    "select h.code_sha256, h.recipe_sha256, h.fingerprint from ml.holdout_opening as h"
    " where h.vertical = %s and h.origin = %s"
)
GAINS = (
    "select count(*) filter (where m.lo > 0), count(*) from ml.metric as m"
    " join ml.model_run as r on r.run_id = m.run_id"
    " where r.model_key = %s and m.name = %s and m.split <> 'pooled'"
)
HELD = (
    "select coalesce(bool_and(abs(m.value - 0.5) <= 0.03 or 0.5 between m.lo and m.hi), false)"
    " from ml.metric as m join ml.model_run as r on r.run_id = m.run_id"
    " where r.model_key = %s and m.model in ('calendar_only', 'label_permuted')"
)
ACTIVE = "update ml.model_registry set is_active = (model_key = %s)"


@dataclass(frozen=True, slots=True)
class Trained:
    """What one training run leaves behind."""

    provenance: Provenance
    started_at: datetime
    finished_at: datetime
    known_until: datetime
    train_start: datetime
    train_end: datetime
    document: str
    model_sha256: str
    results: tuple[CohortResult, ...]
    pooled: Estimate
    importance: dict[str, float]


def registered(conn: psycopg.Connection[Any], model_key: str) -> bool:
    """Whether this very model (data, code, recipe) is in the register already."""
    return conn.execute(KNOWN, (model_key,)).fetchone() is not None


def open_holdout(
    conn: psycopg.Connection[Any],
    plan: Plan,
    origin: Origin,
    opening: tuple[Sealed, Provenance, datetime],
    reason: str | None,
) -> None:
    """Record that the holdout is opened; a second opening by other code or data needs a reason.

    Raises ClaimFailed without one, because a holdout that is looked at while developing is none.
    """
    sealed, provenance, when = opening
    past = conn.execute(OPENINGS, (plan.vertical.name, origin.instant)).fetchall()
    mine = (provenance.code_sha256, provenance.recipe_sha256, sealed.fingerprint)
    if mine in past:
        return
    if past and not reason:
        raise ClaimFailed(
            f"the holdout of {origin.day} was opened before, by other code or on other data",
            expected="one opening",
            found=f"{len(past)} on record",
            hint='timeseal model train --reopen-holdout "why"',
        )
    conn.execute(
        _query("add_opening.query.sql"),
        (plan.vertical.name, origin.instant, *mine, provenance.model_key, when, reason or "first"),
    )


def record(conn: psycopg.Connection[Any], plan: Plan, trained: Trained) -> None:
    """Write run, model, artefacts, figures, reliability and importance in the open transaction."""
    made = trained.provenance
    config = Jsonb({"protocol": asdict(plan.protocol), "inputs": list(plan.recipe.inputs)})
    conn.execute(
        _query("add_run.query.sql"),
        {**asdict(made), "config": config, "vertical": plan.vertical.name}
        | {"started": trained.started_at, "finished": trained.finished_at},
    )
    conn.execute(
        _query("add_model.query.sql"),
        {**asdict(made), "set_name": plan.vertical.contract, "config": config}
        | {"trained": trained.finished_at, "known_until": trained.known_until}
        | {"start": trained.train_start, "end": trained.train_end}
        | {"metrics": Jsonb(_headline(trained)), "model_sha256": trained.model_sha256},
    )
    manifest = json.dumps({**asdict(made), "model_sha256": trained.model_sha256}, sort_keys=True)
    bodies = (("model", trained.document), ("recipe", plan.recipe_text), ("manifest", manifest))
    with conn.cursor() as cursor:
        cursor.executemany(
            _query("add_artifact.query.sql"),
            [(made.model_key, kind, body) for kind, body in bodies],
        )
        cursor.executemany(
            _query("add_metric.query.sql"), list(_metric_rows(made.model_key, trained))
        )
        cursor.executemany(
            _query("add_reliability.query.sql"),
            list(_bins(made.model_key, plan, trained)),
        )
        cursor.executemany(
            _query("add_importance.query.sql"),
            [(made.model_key, name, size) for name, size in trained.importance.items()],
        )


def promote(conn: psycopg.Connection[Any], model_key: str) -> None:
    """Make a model the active one, if it beats Kaplan-Meier's Brier score and its controls hold."""
    better, origins = conn.execute(GAINS, (model_key, "brier_gain")).fetchone() or (0, 0)
    held = conn.execute(HELD, (model_key,)).fetchone()
    if not origins or better < origins or held is None or not held[0]:
        raise ClaimFailed(
            f"model {model_key} is not fit to be promoted",
            expected="a better Brier score than Kaplan-Meier at every origin, controls at chance",
            found=f"better at {better} of {origins}, controls {'hold' if held else 'fail'}",
            hint="timeseal model show",
        )
    conn.execute(ACTIVE, (model_key,))


def read_artifact(conn: psycopg.Connection[Any], model_key: str, kind: str) -> str:
    """The text of an artefact."""
    row = conn.execute(ARTIFACT, (model_key, kind)).fetchone()
    if row is None:
        raise ClaimFailed(
            f"model {model_key} has no {kind}",
            expected="a registered model",
            found="none",
            hint="timeseal model train",
        )
    return str(row[0])


def _query(name: str) -> bytes:
    return read_sql(_HERE, name).text.encode()


def _headline(trained: Trained) -> dict[str, dict[str, float]]:
    return {
        one.origin.day.isoformat(): {"auc_gain": one.gain.value, "low": one.gain.low}
        for one in trained.results
    } | {"pooled": {"auc_gain": trained.pooled.value, "low": trained.pooled.low}}


def _metric_rows(run_id: str, trained: Trained) -> Iterable[tuple[object, ...]]:
    first = trained.results[0]
    for one in trained.results:
        split = "holdout" if one.origin.holdout else "development"
        head = (run_id, split, one.origin.instant, f"t0 from {one.origin.day}")
        for model, figure in one.figures:
            yield (*head, model, figure.name, figure.horizon_h, *_values(figure.estimate), one.rows)
        horizon = min(figure.horizon_h for _, figure in one.figures)
        for control in one.controls:
            yield (*head, control.name, "auc", horizon, *_values(control.estimate), one.rows)
        pair = f"{OURS} - {YARDSTICK}"
        yield (*head, pair, "auc_gain", horizon, *_values(one.gain), one.rows)
        pair = f"kaplan_meier - {OURS}"
        yield (*head, pair, "brier_gain", horizon, *_values(one.brier_gain), one.rows)
    rows = sum(one.rows for one in trained.results)
    yield (
        run_id, "pooled", first.origin.instant, "all origins", f"{OURS} - {YARDSTICK}", "auc_gain",
        min(figure.horizon_h for _, figure in first.figures), *_values(trained.pooled), rows,
    )  # fmt: skip


def _bins(run_id: str, plan: Plan, trained: Trained) -> Iterable[tuple[object, ...]]:
    for one in trained.results:
        for place, found in enumerate(one.reliability):
            where = (run_id, one.origin.instant, plan.horizons_h[0], place)
            yield (
                *where, found.predicted, found.observed, found.low, found.high, found.rows
            )  # fmt: skip


def _values(estimate: Estimate) -> tuple[float | None, float | None, float | None]:
    low, high = (None if math.isnan(one) else one for one in (estimate.low, estimate.high))
    return estimate.value, low, high
