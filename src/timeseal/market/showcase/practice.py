"""The usual practice beside ours on the same data: whom one judges on, and what one certifies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import psycopg
from psycopg import sql

from timeseal.db.connect import connect
from timeseal.market.report.context import Curve, Habit, Judged, Verdict
from timeseal.market.report.curves import by_value
from timeseal.market.showcase.stage import Stage, cell, require_open
from timeseal.market.usual_practice import certified, judged

HABIT = "sample hashed, last 10 days re-baselined, then certified"
HORIZON_H = 168.0
LABELS = (
    "select l.generation, l.listing_id, extract(epoch from l.t0)::float8 / 3600, l.event,"
    " l.duration_hours::float8 from ml.tom_labels_asof(%s) as l order by 1, 2, 3"
)
RATIOS = "select v.generation, v.listing_id, v.ptv_final::float8 from {} as v"


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels as known at the end of the data: hours on one clock, `cut` where they are censored."""

    keys: tuple[tuple[int, int], ...]
    first_seen: judged.Floats
    duration: judged.Floats
    gone: judged.Flags
    cut: float


def read_labels(conn: psycopg.Connection[Any], origin: datetime) -> Labels:
    """Read through the guarded label surface; `conn` is the training role's."""
    rows = conn.execute(LABELS, (origin,)).fetchall()
    keys = tuple((row[0], row[1]) for row in rows)
    first_seen = np.array([row[2] for row in rows], dtype=np.float64)
    gone = np.array([row[3] for row in rows], dtype=np.bool_)
    duration = np.array([row[4] for row in rows], dtype=np.float64)
    # Whoever is still there was cut off at one instant, the same for all.
    cut = float((first_seen + duration)[~gone].max())
    return Labels(keys, first_seen, duration, gone, cut)


def judge(labels: Labels, location: judged.Floats | None = None) -> tuple[Judged, ...]:
    """The rule that knows nothing but the date, under both protocols; beside it a model's score.

    `location` is a score per row of `labels`, large meaning slow, fitted before the judged week.
    """
    seen, lasting, cut = labels.first_seen, labels.duration, labels.cut
    found = []
    for people in (
        judged.vanished_lately(seen, lasting, labels.gone, cut, HORIZON_H),
        judged.first_seen_in_one_week(seen, lasting, cut, HORIZON_H),
    ):
        age, flagged = judged.date_only_rule(seen, people.chosen, cut, HORIZON_H)
        found.append(_judged(people, "the date alone", age, judged.f1(flagged, people.slow)))
        if location is not None:
            found.append(_judged(people, "Timeseal's model", location[people.chosen], None))
    return tuple(found)


def score_by_model(conn: psycopg.Connection[Any], vertical: str, labels: Labels) -> judged.Floats:
    """Our model, fitted on what was known before the judged week began, as a score per label row.

    `conn` is the training role's; rows outside the guarded view score as the middle.
    """
    from timeseal.market.training import frame as training
    from timeseal.market.training.judge import fit_model
    from timeseal.market.training.plan import load

    plan = load(vertical)
    origin = datetime.fromtimestamp((labels.cut - HORIZON_H - judged.WEEK_H) * 3600, UTC)
    with training.guarded(conn):
        frame = training.read_frame(conn, plan)
        known = training.read_labels(conn, plan, frame, origin)
    model = fit_model(plan, frame, known, np.datetime64(origin.replace(tzinfo=None), "us"))
    score = model.location(model.prepare(frame.columns, frame.t0))
    keys = zip(frame.generation.tolist(), frame.listing_id.tolist(), strict=True)
    by_key = dict(zip(keys, score.tolist(), strict=True))
    middle = float(np.median(score))
    return np.array([by_key.get(key, middle) for key in labels.keys], dtype=np.float64)


def _judged(
    people: judged.Population, scorer: str, score: judged.Floats, f1: float | None
) -> Judged:
    return Judged(
        protocol=people.name,
        scorer=scorer,
        rows=int(people.chosen.sum()),
        slow_share=float(people.slow.mean()),
        auc=judged.auc(score, people.slow),
        f1=f1,
    )


def curves_by_value(
    conn: psycopg.Connection[Any], guarded_view: str, labels: Labels
) -> tuple[Curve, ...]:
    """Survival by asking price divided by value as known then; `conn` is the training role's."""
    query = sql.SQL(RATIOS).format(sql.Identifier(*guarded_view.split(".")))
    ratios = {(row[0], row[1]): row[2] for row in conn.execute(query)}
    ratio = np.array([ratios.get(key) for key in labels.keys], dtype=np.float64)
    return by_value(ratio, labels.duration, labels.gone)


def certify_damage(stage: Stage, damage: certified.Damage) -> tuple[Habit, tuple[date, ...]]:
    """Damage a stored layer, ask both practices, undo; also the days that differed."""
    with connect(stage.server, stage.database) as conn:
        both = certified.compare(conn, stage.entrypoint, damage)
    first = next((one for one in both.causes if one.row_key is not None), None)
    ours = "CERTIFIED" if both.refusal is None else "REFUSED"
    because = (
        f"the write itself shut the door; {len(both.days)} days differ from their accepted "
        "fingerprint, so no certification opens it"
    )
    require_open(stage)
    habit = Habit(
        damage=f"In {damage.relation}, {damage.column} was divided by ten on {both.damaged_rows:,} "
        "ads, old and new. Both practices were then run as prescribed, in one transaction that was "
        "rolled back.",
        damaged_rows=both.damaged_rows,
        verdicts=(
            Verdict(HABIT, both.status, f"{both.notes}; the newest were re-baselined first"),
            Verdict("Timeseal", ours, because),
        ),
        cell=cell(first) if first else "none named",
        cause=first.cause if first else "none named",
        fix=(first.fix or "") if first else "",
    )
    return habit, both.days
