"""The register read back into what reports and terminals show; judges nothing anew."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from timeseal.errors import ClaimFailed
from timeseal.market.report.context import Ad, Ads, Bin, Gain, Models, Score
from timeseal.market.training.frame import guarded
from timeseal.market.training.plan import Plan

__all__ = ["read_ads", "read_models", "read_reliability"]

NEWEST = (
    "select m.model_key, m.certificate_id from ml.model_registry as m"
    " order by m.is_active desc, m.trained_at desc, m.model_key limit 1"
)
SCORES = (
    "select m.model, m.origin, m.horizon_h::integer, m.n, m.value, m.lo, m.hi, b.value"
    " from ml.metric as m left join ml.metric as b on b.run_id = m.run_id and b.split = m.split"
    " and b.origin = m.origin and b.model = m.model and b.horizon_h = m.horizon_h"
    " and b.name = 'brier' where m.run_id = %s and m.name = 'auc' order by m.origin, m.horizon_h,"
    " array_position(array['timeseal','yardstick','logistic_10','price_only','kaplan_meier',"
    "'calendar_only','label_permuted'], m.model)"
)
GAINS = (
    "select m.origin, m.horizon_h::integer, m.value, m.lo, m.hi from ml.metric as m"
    " where m.run_id = %s and m.name = 'auc_gain' and m.split <> 'pooled' order by m.origin"
)
BINS = (
    "select r.predicted, r.observed, r.lo, r.hi, r.n from ml.reliability as r"
    " where r.run_id = %s and r.origin = (select max(l.origin) from ml.reliability as l"
    " where l.run_id = r.run_id) order by r.bin"
)
LIVE = (
    "select p.place, p.listing_id, v.title, v.price, p.age_hours, p.p_still_more_h, p.reasons,"
    " p.known_until, p.more_hours::integer from ml.predictions_current as p join {} as v"
    " on v.generation = p.generation and v.listing_id = p.listing_id and v.t0 = p.edited_date"
    " where p.place <= %s order by p.place"
)
_NAMES = {
    "timeseal": "Timeseal",
    "yardstick": "yardstick",
    "logistic_10": "logistic, 10 columns",
    "price_only": "price alone",
    "kaplan_meier": "Kaplan–Meier",
    "calendar_only": "control: the calendar alone",
    "label_permuted": "control: labels shuffled within the day",
}


def read_models(conn: psycopg.Connection[Any], plan: Plan) -> Models:
    """The figures of the active model, else of the newest one."""
    key, certificate_id = _newest(conn)
    day = {one.instant: one.day for one in plan.origins}
    scores = [
        Score(_NAMES[model], day[origin], horizon, rows, *_interval(value, low, high), brier)
        for model, origin, horizon, rows, value, low, high, brier in conn.execute(SCORES, (key,))
    ]
    gains = [
        Gain(day[origin], horizon, *_interval(value, low, high))
        for origin, horizon, value, low, high in conn.execute(GAINS, (key,))
    ]
    return Models(key, tuple(scores), tuple(gains), certificate_id)


def read_reliability(conn: psycopg.Connection[Any]) -> tuple[Bin, ...]:
    """Deciles of the newest test cohort: the holdout."""
    return tuple(Bin(*row) for row in conn.execute(BINS, (_newest(conn)[0],)))


def read_ads(conn: psycopg.Connection[Any], plan: Plan, count: int = 10) -> Ads:
    """The ads most likely to stay; titles and prices come through the guard, so a closed door
    closes this list too."""
    view = sql.Identifier(*plan.guarded_view.split("."))
    with guarded(conn):
        rows = conn.execute(sql.SQL(LIVE).format(view), (count,)).fetchall()
    if not rows:
        raise ClaimFailed(
            "no live ad was scored", expected="scores", found="none", hint="timeseal model score"
        )
    ads = tuple(
        Ad(place, listing, title, f"{price:,} {plan.vertical.currency}", age, chance, tuple(why))
        for place, listing, title, price, age, chance, why, _, _ in rows
    )
    return Ads(rows[0][7], rows[0][8], ads)


def _newest(conn: psycopg.Connection[Any]) -> tuple[str, str]:
    row = conn.execute(NEWEST).fetchone()
    if row is None:
        raise ClaimFailed(
            "no model is registered", expected="a model", found="none", hint="timeseal model train"
        )
    return str(row[0]), str(row[1])


def _interval(value: float, low: float | None, high: float | None) -> tuple[float, float, float]:
    return value, value if low is None else low, value if high is None else high
