"""A file of car ads into facts: observations, and `gone` events by the status rule.

Owns the cars side of a load. An ad counts as gone when it stayed unseen for the grace period while
the market was still watched; until then nothing is said about it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg

from timeseal.db.sqlfile import read_sql
from timeseal.market.facts import FactRun, payload_digest, stage
from timeseal.market.reference import Release
from timeseal.market.rows import Progress
from timeseal.market.vertical import Vertical
from timeseal.market.vertical import load as load_vertical
from timeseal.market.verticals.cars.ads import Ad, Ads, read_ads
from timeseal.market.verticals.cars.cohorts import COHORT_FILE, cohort_release, read_cohorts

__all__ = ["SOURCE", "CarFile", "append"]

SOURCE = "kleinanzeigen-cars"
_STAGED = (
    "price",
    "title",
    "model",
    "postal_code",
    "brand",
    "body",
    "gearbox",
    "fuel",
    "power_ps",
    "mileage_km",
    "first_registration_year",
    "first_registration_month",
    "unrepaired_damage_declared",
)
_COLUMNS = (
    "generation",
    "listing_id",
    "observed_at",
    "last_seen",
    "published_on",
    *_STAGED,
    "payload_sha256",
)


@dataclass(frozen=True, slots=True)
class CarFile:
    """A file as read and selected; `observed_until` is that of the whole file."""

    source: str
    ads: Ads
    release: Release
    observed_until: datetime | None
    payload_sha256: str
    vertical: Vertical

    @classmethod
    def read(
        cls,
        path: Path,
        cohort_file: Path | None,
        cohorts: Collection[int] | None,
        limit: int | None,
        progress: Progress | None,
    ) -> CarFile:
        """Read, check and select; raises `UsageError` when the file is none of ours."""
        vertical = load_vertical("cars")
        codes = cohort_file or path.parent.parent / COHORT_FILE
        known = read_cohorts(codes)
        whole = read_ads(path, vertical.tzinfo(), known, progress)
        kept = replace(whole, accepted=tuple(_selected(whole.accepted, cohorts, limit)))
        selection = (sorted(cohorts) if cohorts is not None else "all", limit or "all")
        return cls(
            source=SOURCE,
            ads=kept,
            release=cohort_release(codes, known),
            observed_until=whole.observed_until,
            payload_sha256=payload_digest(whole.sha256, *selection),
            vertical=vertical,
        )


def append(
    conn: psycopg.Connection[tuple[object, ...]],
    run: FactRun,
    file: CarFile,
    progress: Progress | None = None,
) -> tuple[int, int]:
    """Stage and append inside the caller's transaction; returns new observations and events."""
    conn.execute(_sql("ad_stage"))
    stage(conn, "pg_temp.ad_stage", _COLUMNS, _rows(file.ads.accepted))
    conn.execute("analyze pg_temp.ad_stage")
    values = {
        "source": run.source,
        "run": run.run_id,
        "currency": file.vertical.currency,
        "grace": _absolute(file.vertical.grace),
        "observed_until": file.observed_until,
    }
    if progress:
        progress("appending ads", 0, len(file.ads.accepted))
    observations = conn.execute(_sql("append_observations"), values).rowcount
    events = conn.execute(_sql("append_gone"), values).rowcount
    return observations, events


def _rows(ads: Iterable[Ad]) -> Iterator[tuple[object, ...]]:
    for ad in ads:
        yield (
            ad.generation,
            ad.listing_id,
            ad.observed_at,
            ad.last_seen,
            ad.published_on,
            *(ad.values[name] for name in _STAGED),
            ad.payload_sha256,
        )


def _selected(
    ads: Iterable[Ad], cohorts: Collection[int] | None, limit: int | None
) -> Iterator[Ad]:
    kept = [ad for ad in ads if cohorts is None or ad.generation in cohorts]
    if limit is not None:
        kept = sorted(kept, key=lambda ad: (ad.observed_at, ad.generation, ad.listing_id))[:limit]
    yield from kept


def _absolute(duration: timedelta) -> str:
    """Write an interval without days, so that no calendar enters: '72 hours'."""
    return f"{int(duration.total_seconds()) // 3600} hours"


def _sql(name: str) -> bytes:
    return read_sql("timeseal.market", f"verticals/cars/{name}.query.sql").text.encode()
