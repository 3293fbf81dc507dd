"""Running the demo's comparisons and provocations one after another, with progress."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from timeseal.cli.output import progress
from timeseal.db.connect import connect
from timeseal.market.report.context import Curve, Habit, Judged, StripRow
from timeseal.market.showcase import change, practice
from timeseal.market.showcase.stage import Provocation, Provoked, Stage, provoke
from timeseal.market.usual_practice.certified import Damage

DAMAGED, COLUMN = "store.tom_features_v1_enriched_clean", "price"
FUNCTION = ("ref.excludes_listing(text)", "'spam'", "'spam, confirmed'")
DAYS = (
    "select b.t0_day from audit.t0_dataset_hash_baseline as b"
    " where b.entrypoint = %s and b.sample_limit = 0 order by b.t0_day"
)


@dataclass(frozen=True, slots=True)
class Compared:
    """The usual practice beside ours; the damage behind it is undone."""

    protocols: tuple[Judged, ...]
    curves: tuple[Curve, ...]
    habit: Habit
    strip: StripRow


def compare(stage: Stage, vertical: str, known_until: datetime) -> Compared:
    """Judge the date and our model by both protocols; damage a layer and ask both practices."""
    with connect(stage.server, stage.database, "training") as conn:
        with progress("reading labels through the guard"):
            labels = practice.read_labels(conn, known_until)
        with progress("fitting our model for the same two judgements"):
            location = practice.score_by_model(conn, vertical, labels)
        protocols = practice.judge(labels, location)
        curves = practice.curves_by_value(conn, stage.guarded_view, labels)
    with progress("certifying damaged rows by both practices"):
        habit, days = practice.certify_damage(stage, Damage(DAMAGED, COLUMN))
    return Compared(protocols, curves, habit, StripRow("usual practice certifies this", days))


def refusals(stage: Stage) -> Iterator[Provoked]:
    """Provoke one refusal after the other; each is mended before the next."""
    for provocation in _provocations(stage):
        with progress(f"provoking and mending: {provocation.title.lower()}"):
            met = provoke(stage, provocation)
        yield met


def days(stage: Stage) -> tuple[date, ...]:
    """Every day that has an accepted fingerprint."""
    with connect(stage.server, stage.database) as conn:
        return tuple(row[0] for row in conn.execute(DAYS, (stage.entrypoint,)))


def _provocations(stage: Stage) -> tuple[Provocation, ...]:
    return (
        change.one_cell(stage, DAMAGED, COLUMN),
        change.one_function(stage, *FUNCTION),
        change.one_clock(stage),
    )
