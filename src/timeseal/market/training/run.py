"""Train, judge, register: one call, deterministic for given data, code and recipe.

Rows and labels are read in one snapshot under one certificate. Before anything is written the door
is asked again: a model of data that changed meanwhile is not registered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from timeseal.errors import ClaimFailed
from timeseal.market.left_out import LeftOut, read_training
from timeseal.market.training.frame import (
    Frame,
    Labels,
    guarded,
    instant,
    read_frame,
    read_labels,
    read_sealed,
)
from timeseal.market.training.judge import CohortResult, fit_model, judge_origin, pooled_gain
from timeseal.market.training.plan import Plan
from timeseal.market.training.register import (
    Trained,
    open_holdout,
    record,
    registered,
)
from timeseal.models.arrays import one_thread_each, take
from timeseal.models.explain import contributions
from timeseal.models.registry import Provenance, code_digest, model_document
from timeseal.models.survival import SurvivalModel

__all__ = ["TrainReport", "train"]

_WORKERS = 2
Say = Callable[[str], None]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What `train` did: the model's key, whether it was new, and what its surface leaves out."""

    model_key: str
    fresh: bool
    certificate_id: str
    rows: int
    left_out: LeftOut | None


@dataclass(frozen=True, slots=True)
class _Read:
    """Everything that was read in the one snapshot."""

    frame: Frame
    final: Labels
    known: tuple[Labels, ...]


def train(
    conn: psycopg.Connection[Any],
    plan: Plan,
    clock: Clock = lambda: datetime.now(UTC),
    say: Say = lambda _: None,
    reopen: str | None = None,
) -> TrainReport:
    """Train on certified rows and register the result; the same data and code are found done.

    `conn` is the training role's. Raises ClaimFailed with the mending command when the door is
    closed, when the data changed while training, or when the holdout would be opened twice.
    """
    started = clock()
    say("reading certified rows and labels")
    with guarded(conn):
        sealed = read_sealed(conn, plan)
        left_out = read_training(conn, plan.guarded_view)
        key = _key(plan, sealed.fingerprint)
        if registered(conn, key):
            return TrainReport(key, False, sealed.certificate_id, 0, left_out)
        frame = read_frame(conn, plan)
        final = read_labels(conn, plan, frame, None)
        known = tuple(read_labels(conn, plan, frame, one.instant) for one in plan.origins)
    read = _Read(frame, final, known)
    provenance = _provenance(plan, read, key)
    with guarded(conn):
        for origin in plan.origins:
            if origin.holdout:
                open_holdout(conn, plan, origin, (sealed, provenance, started), reopen)
    with one_thread_each():
        results, model = _fit_and_judge(plan, read, say)
    text = model_document(model)
    trained = Trained(
        provenance=provenance,
        started_at=started,
        finished_at=clock(),
        known_until=instant(final.known_until),
        train_start=instant(frame.t0[final.rows].min()),
        train_end=instant(frame.t0[final.rows].max()),
        document=text,
        model_sha256=hashlib.sha256(text.encode()).hexdigest(),
        results=results,
        pooled=pooled_gain(results),
        importance=_importance(model, frame, final),
    )
    with guarded(conn):
        _same_data(sealed.fingerprint, read_sealed(conn, plan).fingerprint)
        record(conn, plan, trained)
    rows = int(final.rows.sum())
    return TrainReport(key, True, sealed.certificate_id, rows, left_out)


def _fit_and_judge(
    plan: Plan, read: _Read, say: Say
) -> tuple[tuple[CohortResult, ...], SurvivalModel]:
    """Origins and the final fit side by side: they share nothing, so the order is no matter."""
    with ThreadPoolExecutor(_WORKERS) as pool:
        say(f"judging {len(plan.origins)} origins, fitting on everything known at the end")
        last = pool.submit(fit_model, plan, read.frame, read.final, read.final.known_until)
        judged = [
            pool.submit(_judged, plan, read, place, say) for place in range(len(plan.origins))
        ]
        return tuple(one.result() for one in judged), last.result()


def _judged(plan: Plan, read: _Read, place: int, say: Say) -> CohortResult:
    origin = plan.origins[place]
    word = "the holdout, opened by code" if origin.holdout else "development"
    say(f"judging ads first seen from {origin.day} ({word})")
    return judge_origin(plan, read.frame, origin, read.known[place], read.final)


def _key(plan: Plan, fingerprint: str) -> str:
    made_of = f"{fingerprint}|{code_digest()}|{plan.recipe.sha256}"
    return f"{plan.vertical.name}_{hashlib.sha256(made_of.encode()).hexdigest()[:12]}"


def _provenance(plan: Plan, read: _Read, key: str) -> Provenance:
    sealed = read.frame.sealed
    return Provenance(
        model_key=key,
        origin=instant(read.final.known_until).isoformat(),
        certificate_id=sealed.certificate_id,
        contract_sha256=sealed.contract_sha256,
        features_hash=sealed.features_hash,
        fingerprint=sealed.fingerprint,
        code_sha256=code_digest(),
        recipe_sha256=plan.recipe.sha256,
        rows=int(read.final.rows.sum()),
    )


def _importance(model: SurvivalModel, frame: Frame, final: Labels) -> dict[str, float]:
    """Mean absolute contribution over the rows without a label yet: the live ones."""
    live = ~final.rows if (~final.rows).any() else final.rows
    prepared = model.prepare(take(frame.columns, live), frame.t0[live])
    return contributions(model, prepared).mean_size()


def _same_data(before: str, after: str) -> None:
    if before != after:
        raise ClaimFailed(
            "the certified data changed while the model was trained",
            expected=before,
            found=after,
            hint="timeseal model train",
        )
