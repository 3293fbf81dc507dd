"""Rolling origins on t0 cohorts: who is fitted, who calibrates, who is tested, and when.

At origin O only rows with t0 < O − grace have a label at all, because a listing counts as gone
once it was not seen for `grace` hours. Test rows are everybody first seen in [O, O + length). The
holdout is a cohort like the others; that it is opened once is recorded by whoever owns the
register. Protocol: rolling-origin evaluation on t0 cohorts, labels truncated at the origin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from timeseal.errors import UsageError
from timeseal.models.arrays import HOUR, Flags, Floats, Instants, hours_between
from timeseal.models.outcome import Outcome, from_durations


@dataclass(frozen=True, slots=True)
class Protocol:
    """Lengths of the evaluation, in hours and days; one per vertical."""

    grace_h: int = 72
    cohort_days: int = 3
    blocks: int = 4
    recheck_h: float = 6.0


@dataclass(frozen=True, slots=True)
class Split:
    """Rows of one origin: who has a label, who is tested, and each labelled row's block of days.

    A model has one member per block: fitted on the labelled rows of the other blocks, calibrated on
    its own block. So no row calibrates a member that has seen it, and a test row does neither.
    """

    labelled: Flags
    test: Flags
    block: NDArray[np.int64]


def split(t0: Instants, days: Instants, origin: np.datetime64, protocol: Protocol) -> Split:
    """Labelled and test rows of `origin`; `days` is the calendar day of each t0.

    Blocks are whole t0 days dealt in turn, counted back from the last labelled day, so that every
    calibration cohort has young and old rows like the fit rows.
    """
    horizon = origin - protocol.grace_h * HOUR
    labelled = t0 < horizon
    if not labelled.any():
        raise UsageError(
            f"no labelled rows before {origin}",
            expected=f"t0 before {horizon}",
            found=str(t0.min()) if len(t0) else "no rows",
        )
    age = (days[labelled].max() - days).astype("timedelta64[D]").astype(np.int64)
    test = (t0 >= origin) & (t0 < origin + protocol.cohort_days * 24 * HOUR)
    return Split(labelled, test, np.mod(age, protocol.blocks))


def as_known(
    t0: Instants, gone_at: Instants, origin: np.datetime64, protocol: Protocol
) -> tuple[Flags, Outcome]:
    """What was known at `origin` of rows whose full life (`gone_at`, NaT = still there) is given.

    Returns the rows that exist in the labels and their outcomes: an event iff the last sighting
    plus grace lies before the origin, otherwise censored at origin − grace.
    """
    cut = origin - protocol.grace_h * HOUR
    rows = t0 < cut
    event = np.asarray(gone_at[rows] < cut)
    end = np.where(event, gone_at[rows], cut)
    return rows, from_durations(event, hours_between(t0[rows], end), protocol.recheck_h)


def evaluable(
    origin: np.datetime64, known_until: np.datetime64, horizon_h: int, protocol: Protocol
) -> bool:
    """Whether every test row of `origin` has its whole outcome at `horizon_h` by `known_until`."""
    last = origin + protocol.cohort_days * 24 * HOUR
    return bool(last + (horizon_h + protocol.grace_h) * HOUR <= known_until)


def day_number(days: Instants) -> Floats:
    """Days since the first day, for clustering and calendar controls."""
    return np.asarray((days - days.min()).astype("timedelta64[D]"), dtype=np.float64)
