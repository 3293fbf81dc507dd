"""Anchors and order book once more: naively, in Python, ad by ad, over every raw fact.

Owns no SQL of the store and no trick: each number is counted from facts known before a cut, as
docs/explanation/anchors.md and order-book.md say it. Base columns (t0, price to value, class,
place) are taken from the base layers, which have tests of their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

import psycopg
from tests.integration.phones_anchors.known import Ad, Row, read

HOUR = timedelta(hours=1)
EMBARGO = 120 * HOUR
BATTERY = ((95, 5), (90, 4), (85, 3), (80, 2), (1, 1))


@dataclass(frozen=True, slots=True)
class Likeness:
    """What makes two ads comparable: cohorts, and what ads of a cohort share, set by set.

    `sets` go from the narrowest (k = 0) to the widest (k = 4) of the smart anchor.
    """

    strict: Callable[[Ad], object]
    alike: Callable[[Ad], object]
    smart: Callable[[Ad], object]
    sets: tuple[Callable[[Ad], object], ...]


def expected(
    conn: psycopg.Connection[Any],
    ads: Mapping[tuple[int, int], Ad] | None = None,
    like: Likeness | None = None,
) -> dict[tuple[int, int], Row]:
    """What anchors and order book say of each clean row; by default of phones."""
    ads, like = ads or read(conn), like or PHONES
    clean = conn.execute(
        "select generation, listing_id from store.tom_features_v1_enriched_clean"
    ).fetchall()
    return {
        (generation, listing): _speed(ads[generation, listing], ads.values())
        | _strict(ads[generation, listing], ads.values(), like)
        | _smart(ads[generation, listing], ads.values(), like)
        | _book(ads[generation, listing], ads.values())
        for generation, listing in clean
    }


def _speed(ad: Ad, ads: Iterable[Ad]) -> Row:
    day = ad.base["t0"].astimezone(UTC).date()
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
    used: list[tuple[int, float]] = []
    for one in ads:
        sale = one.sale()
        if sale is None or sale["known_at"] >= begins or not _same(ad, one, "size_class"):
            continue
        age = (day - _utc_day(sale["event_time"])).days
        if (
            age <= 90
            and _bucket(one) is not None
            and _bucket(one) == _bucket(ad)
            and one.base["duplicate_of"] is None
            and not one.is_marked(begins)
        ):
            hours = (sale["event_time"] - one.base["t0"]) / HOUR
            used.append((age, hours))
    weight = {age: 0.5 ** (age / 90) for age, _ in used}
    total = math.fsum(weight[age] for age, _ in used)

    def share(holds: Callable[[float], bool]) -> float | None:
        return (
            math.fsum(weight[age] for age, hours in used if holds(hours)) / total if used else None
        )

    squares = math.fsum(weight[age] ** 2 for age, _ in used)
    return {
        "speed_fast7_anchor": share(lambda hours: hours <= 168),
        "speed_fast24_anchor": share(lambda hours: hours <= 24),
        "speed_slow21_anchor": share(lambda hours: hours > 504),
        "speed_median_hours_ptv": median(hours for _, hours in used) if used else None,
        "speed_n_eff_ptv": total**2 / squares if used else 0,
    }


def _comparables(
    ad: Ad, ads: Iterable[Ad], cohort: Callable[[Ad], object], hours: int
) -> list[tuple[Ad, int, Row]]:
    """Ended ads of the same cohort, their prices as known 120 hours before t0."""
    t0, found = ad.base["t0"], []
    for one in ads:
        sale = one.sale()
        if (
            sale is not None
            and sale["known_at"] < t0 - EMBARGO
            and sale["event_time"] >= t0 - hours * HOUR
            and one.base["listing_id"] != ad.base["listing_id"]
            and one.base["duplicate_of"] is None
            and not one.is_marked(t0 - EMBARGO)
            and cohort(ad) is not None
            and cohort(one) == cohort(ad)
            and (price := one.price_at(t0 - EMBARGO)) is not None
        ):
            found.append((one, price, sale))
    return found


def _strict(ad: Ad, ads: Iterable[Ad], like: Likeness) -> Row:
    wide = _comparables(ad, ads, like.strict, 1560)
    alike = [c for c in wide if like.alike(c[0]) == like.alike(ad)]
    late = [c for c in alike if c[2]["event_time"] >= ad.base["t0"] - 840 * HOUR]
    early = [c for c in alike if c not in late]
    blend = _shrunk(late, 4, _shrunk(early, 2, _median(wide)))
    return {
        "anchor_30d_t0": _median(late),
        "n30_t0": len(late),
        "anchor_60d_t0": _median(alike),
        "n60_t0": len(alike),
        "anchor_strict_wide_n": len(wide),
        "anchor_blend_t0": blend,
        "ptv_anchor_strict_t0": _ratio(ad.base["price"], blend),
    }


def _smart(ad: Ad, ads: Iterable[Ad], like: Likeness) -> Row:
    pool = _comparables(ad, ads, like.smart, 8760)
    sets = [[c for c in pool if share(c[0]) == share(ad)] for share in like.sets]
    fit = [level for level in range(4) if len(sets[level]) >= 20]
    level = fit[0] if fit else (4 if sets[4] else None)
    price = None
    for one in range(4, -1 if level is None else level - 1, -1):
        price = _shrunk(sets[one], 10, price) if one < 4 else _median(sets[4])
    chosen = sets[level] if level is not None else []
    hours = [(sale["event_time"] - one.base["t0"]) / HOUR for one, _, sale in chosen]
    return {
        "anchor_price_smart": price,
        "anchor_tts_median_h": median(hours) if hours else None,
        "anchor_n_support": len(chosen),
        "anchor_level_k": level,
        "ptv_anchor_smart": _ratio(ad.base["price"], price),
    }


def _book(ad: Ad, ads: Iterable[Ad]) -> Row:
    t0, own = ad.base["t0"], ad.base["price"]
    others = [
        one
        for one in ads
        if _same(ad, one, "size_class")
        and _same(ad, one, "metro")
        and one.base["listing_id"] != ad.base["listing_id"]
        and one.base["duplicate_of"] is None
        and one.base["observed_mark"] is None
    ]
    stock = [x for x in others if t0 - 720 * HOUR <= x.base["t0"] < t0 and x.is_on_offer(t0)]
    asks = sorted(ask for x in stock if (ask := x.ask(t0)) is not None)
    known = ad.base["size_class"] is not None and ad.base["metro"] is not None
    low, mid, high = (_quantile(asks, q) for q in (0.1, 0.5, 0.9))
    spread = math.log(high / low) if asks else None
    against = math.log(own / mid) if asks and own else None

    def moved(hours: int, instants: Callable[[Ad], Iterable[datetime]]) -> int | None:
        since = t0 - hours * HOUR
        return sum(since <= at < t0 for x in others for at in instants(x)) if known else None

    return {
        "ob_k_active_30d_sm": len(stock) if known else None,
        "ob_has_comp_30d_sm": int(bool(stock)) if known else None,
        "ob_median_price_30d_sm": mid,
        "ob_lr_vs_median_30d_sm": against,
        "ob_lr_vs_min_30d_sm": math.log(own / asks[0]) if asks and own else None,
        "ob_delta_vs_median_30d_sm": own - mid if asks and own is not None else None,
        "ob_price_pctl_30d_sm": (
            (sum(a < own for a in asks) + sum(a == own for a in asks) / 2) / len(asks)
            if asks and own
            else None
        ),
        "ob_log_p90_p10_30d_sm": spread,
        "ob_lr_over_spread_30d_sm": against / spread if against is not None and spread else None,
        "ob_arrivals_7d_sm": moved(168, _arrivals),
        "ob_arrivals_30d_sm": moved(720, _arrivals),
        "ob_departures_7d_sm": moved(168, _departures),
        "ob_departures_30d_sm": moved(720, _departures),
    }


def _arrivals(ad: Ad) -> Iterable[datetime]:
    """Its first sight, if it was there to be had."""
    seen = ad.base["t0"]
    there = ad.is_alive(_after(seen)) and not ad.is_marked(_after(seen))
    return [seen] if there else []


def _departures(ad: Ad) -> Iterable[datetime]:
    """The instants at which it became known to be gone."""
    return [
        at
        for at in _instants(ad)
        if at > ad.base["t0"]
        and ad.is_alive(at)
        and not ad.is_alive(_after(at))
        and not ad.is_marked(_after(at))
    ]


def _instants(ad: Ad) -> list[datetime]:
    return sorted({one["known_at"] for one in (*ad.seen, *ad.events)})


def _after(at: datetime) -> datetime:
    return at + timedelta(microseconds=1)


def _same(one: Ad, other: Ad, column: str) -> bool:
    value = one.base[column]
    alike = value is not None and value == other.base[column]
    return alike and one.base["generation"] == other.base["generation"]


def _utc_day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _bucket(ad: Ad) -> int | None:
    ptv = ad.base["ptv_final"]
    if ptv is None or not 0.5 <= ptv <= 2.5:
        return None
    return 1 + sum(ptv >= limit for limit in (0.8, 0.9, 1.0, 1.1, 1.2, 1.4))


def _cohort(ad: Ad, key: str) -> tuple[Any, ...] | None:
    size, model = ad.base["storage_gb"], " ".join((ad.base["model"] or "").lower().split())
    if size is None or not model or (key == "smart" and size < 120):
        return None
    buckets = ((900, 1024), (500, 512), (250, 256), (120, 128))
    rounded = next((to for least, to in buckets if size >= least), size)
    if key == "smart" and size >= 1900 and ad.base["generation"] == 17 and "pro" in model:
        rounded = 2048
    return ad.base["generation"], model, rounded


def _score(ad: Ad) -> int:
    words = {"helt ny": 100, "som ny": 90, "pent brukt": 70, "godt brukt": 50, "defekt": 20}
    return words.get((ad.base["condition"] or "").strip().lower(), 0)


def _group(ad: Ad) -> int:
    return 2 if _score(ad) >= 70 else int(_score(ad) == 50)


def _battery(ad: Ad) -> int:
    percent = ad.base["battery_pct"] or 0
    return next((bucket for least, bucket in BATTERY if percent >= least), 0)


def _trust(ad: Ad) -> int:
    base = ad.base
    rating, reviews = base["seller_rating"] or 0, base["review_count"] or 0
    since = base["member_since_year"] or 9999
    if rating >= 9.7 and reviews >= 50 and since <= base["t0"].astimezone(UTC).year - 3:
        return 2
    return int(rating >= 9.0 and reviews >= 10)


PHONES = Likeness(
    strict=lambda x: _cohort(x, "strict"),
    alike=lambda x: (_group(x), x.base["sev"]),
    smart=lambda x: _cohort(x, "smart"),
    sets=(
        lambda x: (_score(x), x.base["sev"], _battery(x), _trust(x)),
        lambda x: (_score(x), x.base["sev"], _battery(x)),
        lambda x: (_score(x), x.base["sev"], (_battery(x)) // 2),
        lambda x: (_group(x), x.base["sev"] > 0),
        lambda x: (x.base["sev"] > 0,),
    ),
)


def _median(comparables: list[tuple[Ad, int, Row]]) -> float | None:
    return median(price for _, price, _ in comparables) if comparables else None


def _shrunk(
    comparables: list[tuple[Ad, int, Row]], pseudo: int, parent: float | None
) -> float | None:
    """Their median, as if `pseudo` further ones had gone at the parent's price."""
    own = _median(comparables)
    if own is None or parent is None:
        return parent
    return (len(comparables) * own + pseudo * parent) / (len(comparables) + pseudo)


def _ratio(price: int | None, anchor: float | None) -> float | None:
    return price / anchor if price and anchor else None


def _quantile(values: list[int], share: float) -> Any:
    if not values:
        return None
    place = share * (len(values) - 1)
    below = math.floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])
