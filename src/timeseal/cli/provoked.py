"""Running the demo's comparisons and provocations one after another, with progress."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from timeseal.cli.output import progress
from timeseal.db.connect import connect
from timeseal.market.report.context import Curve, Habit, Judged, Refusal, Strip, StripRow
from timeseal.market.showcase import change, practice
from timeseal.market.showcase.stage import Provocation, Stage, provoke
from timeseal.market.usual_practice.certified import Damage

DAMAGED, COLUMN = "store.tom_features_v1_enriched_clean", "price"
FUNCTION = ("ref.excludes_listing(text)", "'spam'", "'spam, confirmed'")
DAYS = (
    "select b.t0_day from audit.t0_dataset_hash_baseline as b"
    " where b.entrypoint = %s and b.sample_limit = 0 order by b.t0_day"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was provoked and compared; everything here was undone."""

    protocols: tuple[Judged, ...]
    habit: Habit
    refusals: tuple[Refusal, ...]
    strip: Strip
    curves: tuple[Curve, ...]


def provoke_all(stage: Stage, known_until: datetime) -> Evidence:
    """Judge by date, damage and certify, then provoke three refusals; each is mended at once."""
    with connect(stage.server, stage.database, "training") as conn:
        with progress("reading labels through the guard"):
            labels = practice.read_labels(conn, known_until)
        protocols = practice.judge_by_date(labels)
        curves = practice.curves_by_value(conn, stage.guarded_view, labels)
    with progress("certifying damaged rows by both practices"):
        habit, damaged_days = practice.certify_damage(stage, Damage(DAMAGED, COLUMN))
    rows = [StripRow("certified", ()), StripRow("usual practice certified this", damaged_days)]
    refusals = []
    for provocation in _provocations(stage):
        with progress(f"provoking and mending: {provocation.title.lower()}"):
            met = provoke(stage, provocation)
        refusals.append(met.refusal)
        rows.append(StripRow(provocation.title.lower(), met.changed_days))
    rows.append(StripRow("mended", ()))
    return Evidence(protocols, habit, tuple(refusals), Strip(_days(stage), tuple(rows)), curves)


def _provocations(stage: Stage) -> tuple[Provocation, ...]:
    return (
        change.one_cell(stage, DAMAGED, COLUMN),
        change.one_function(stage, *FUNCTION),
        change.one_clock(stage),
    )


def _days(stage: Stage) -> tuple[date, ...]:
    with connect(stage.server, stage.database) as conn:
        return tuple(row[0] for row in conn.execute(DAYS, (stage.entrypoint,)))
