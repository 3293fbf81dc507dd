"""Who is fitted, calibrated and tested; what is known at an origin and not a second more."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.models.goods import after, gone_after, market

from timeseal.errors import UsageError
from timeseal.models.cohort import Protocol, as_known, evaluable, split
from timeseal.models.outcome import Outcome, from_durations

PROTOCOL = Protocol()
COLUMNS, T0, GONE = market()
DAYS = T0.astype("datetime64[D]")
ORIGIN = after(14)


def test_labelled_and_tested_rows_are_a_grace_period_apart() -> None:
    parts = split(T0, DAYS, ORIGIN, PROTOCOL)
    assert not (parts.labelled & parts.test).any()
    assert T0[parts.labelled].max() < ORIGIN - np.timedelta64(72, "h")
    assert T0[parts.test].min() >= ORIGIN
    assert T0[parts.test].max() < ORIGIN + np.timedelta64(72, "h")


def test_a_block_is_whole_days_and_every_block_has_young_and_old_ones() -> None:
    parts = split(T0, DAYS, ORIGIN, PROTOCOL)
    blocks_of_day = [
        set(parts.block[parts.labelled & (day == DAYS)]) for day in np.unique(DAYS[parts.labelled])
    ]
    assert all(len(found) == 1 for found in blocks_of_day)
    spans = [np.ptp(DAYS[parts.labelled & (parts.block == one)].astype(int)) for one in range(4)]
    assert min(spans) >= 4


def test_truncating_labels_at_an_origin_equals_an_honest_rebuild() -> None:
    """A rebuild that only ever received what was recorded before the origin says the same."""
    recorded_gone = GONE + np.timedelta64(72, "h") < ORIGIN
    seen = ORIGIN > T0
    then = np.where(recorded_gone, GONE, np.datetime64("NaT"))[seen]
    rows, outcome = as_known(T0, GONE, ORIGIN, PROTOCOL)
    rebuilt_rows, rebuilt = as_known(T0[seen], then, ORIGIN, PROTOCOL)
    assert rows.sum() == rebuilt_rows.sum()
    assert (outcome.lower == rebuilt.lower).all()
    assert (outcome.upper == rebuilt.upper).all()


def test_a_disappearance_younger_than_the_grace_is_not_known() -> None:
    t0 = np.array([after(1), after(1)])
    gone = np.array([after(10.9), after(11)])
    _, outcome = as_known(t0, gone, ORIGIN, PROTOCOL)
    assert outcome.event.tolist() == [True, False]
    assert outcome.hours[1] == 240.0


def test_seen_once_is_an_interval_and_not_hour_zero() -> None:
    outcome = from_durations(np.array([True, False, True]), np.array([0.0, 0.0, 9.0]), 6.0)
    assert outcome.lower.tolist() == [0.0, 0.0, 9.0]
    assert outcome.upper.tolist() == [6.0, np.inf, 9.0]


def test_a_horizon_counts_only_when_the_last_row_is_known_through() -> None:
    end = ORIGIN + np.timedelta64(3 * 24 + 168 + 72, "h")
    assert evaluable(ORIGIN, end, 168, PROTOCOL)
    assert not evaluable(ORIGIN, end - np.timedelta64(1, "s"), 168, PROTOCOL)


@pytest.mark.parametrize(
    ("lower", "upper"),
    [([-1.0], [2.0]), ([3.0], [2.0]), ([np.nan], [np.inf]), ([1.0, 2.0], [3.0])],
)
def test_impossible_outcomes_are_refused(lower: list[float], upper: list[float]) -> None:
    with pytest.raises(UsageError):
        Outcome(np.array(lower), np.array(upper))


def test_an_outcome_of_objects_is_refused() -> None:
    with pytest.raises(UsageError, match="not numbers"):
        Outcome(np.array([1, 2], dtype=object), np.array([1.0, 2.0]))


def test_an_origin_before_all_rows_teaches() -> None:
    with pytest.raises(UsageError, match="no labelled rows"):
        split(T0, DAYS, after(1), PROTOCOL)


def test_the_made_up_market_vanishes_after_it_appears() -> None:
    assert (gone_after(T0, np.ones(len(T0))) > T0).all()
