"""Cohorts of the cars market: brand and model under a stable integer code.

Owns reading the versioned release; codes never change their meaning.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from timeseal.errors import UsageError
from timeseal.market.reference import Release

__all__ = ["COHORT_FILE", "cohort_release", "read_cohorts"]

COHORT_FILE = Path("cars-cohorts", "cohorts_v1.csv")
#: Made from the whole file, so later than its ads: a vocabulary, joined as a pinned release.
PUBLISHED_AT = datetime(2026, 11, 21, tzinfo=UTC)


def read_cohorts(path: Path) -> Mapping[tuple[str, str], int]:
    """Read (brand, model) → code; raises `UsageError` for a missing or ambiguous release."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found = {(row["brand"], row["model"]): int(row["generation"]) for row in rows}
    except (OSError, KeyError, ValueError) as error:
        raise UsageError(
            f"cohort release {path.name} cannot be read",
            expected="a CSV file with generation, brand, model",
            found=f"{type(error).__name__}: {error}",
            hint="timeseal load --help",
        ) from error
    if len(found) != len(rows) or len(set(found.values())) != len(rows):
        raise UsageError(
            f"cohort release {path.name} is ambiguous",
            expected="each pair and each code once",
            found=f"{len(rows)} rows, {len(found)} pairs, {len(set(found.values()))} codes",
            hint="mend the file: a later release only appends lines",
        )
    return found


def cohort_release(path: Path, cohorts: Mapping[tuple[str, str], int]) -> Release:
    """Turn the codes into a release of `ref.cohort`."""
    rows = tuple(
        (PUBLISHED_AT, code, f"{brand} {model}")
        for (brand, model), code in sorted(cohorts.items(), key=lambda item: item[1])
    )
    return Release(
        release_id=f"cars-{path.stem}",
        title="Brand and model codes of the cars market",
        publisher="Timeseal",
        published_at=PUBLISHED_AT,
        pinned=True,
        licence="see data/cars-cohorts/SOURCE.md",
        relation="ref.cohort",
        columns=("known_at", "generation", "cohort_id"),
        rows=rows,
    )
