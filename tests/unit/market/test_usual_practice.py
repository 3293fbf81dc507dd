from __future__ import annotations

import numpy as np
import pytest

from timeseal.market.usual_practice import judged

CUT = 24.0 * 60


def clock_only(ads: int = 100_000) -> tuple[judged.Floats, judged.Floats, judged.Flags]:
    """Uniform arrivals and durations that depend on nothing: no rule can know who is slow."""
    rng = np.random.default_rng(7)
    first_seen = rng.uniform(0, CUT, ads)
    lasting = np.exp(rng.normal(np.log(120), 1.5, ads))
    gone = first_seen + lasting < CUT
    return first_seen, np.minimum(lasting, CUT - first_seen), gone


def test_the_date_alone_looks_excellent_on_ads_that_vanished_lately() -> None:
    first_seen, duration, gone = clock_only()
    people = judged.vanished_lately(first_seen, duration, gone, CUT, 168)
    score, flagged = judged.date_only_rule(first_seen, people.chosen, CUT, 168)
    assert judged.auc(score, people.slow) > 0.97
    assert judged.f1(flagged, people.slow) > 0.85


def test_the_date_alone_is_a_coin_on_all_ads_of_one_week() -> None:
    first_seen, duration, _ = clock_only()
    people = judged.first_seen_in_one_week(first_seen, duration, CUT, 168)
    score, _ = judged.date_only_rule(first_seen, people.chosen, CUT, 168)
    assert judged.auc(score, people.slow) == pytest.approx(0.5, abs=0.02)


def test_every_outcome_of_the_week_is_known_at_the_cut() -> None:
    first_seen, duration, gone = clock_only()
    people = judged.first_seen_in_one_week(first_seen, duration, CUT, 168)
    still_there = ~gone[people.chosen]
    assert still_there.any()
    assert people.slow[still_there].all()


def test_ads_outside_the_last_week_and_ads_still_there_are_not_judged() -> None:
    first_seen = np.array([0.0, 0.0, 0.0, 0.0])
    duration = np.array([CUT - 169, CUT - 168, CUT - 1, CUT])
    gone = np.array([True, True, True, False])
    people = judged.vanished_lately(first_seen, duration, gone, CUT, 168)
    assert people.chosen.tolist() == [False, True, True, False]


def test_auc_counts_ties_as_half_and_knows_no_answer_without_both_classes() -> None:
    yes = np.array([True, True, False, False])
    assert judged.auc(np.array([2.0, 1.0, 1.0, 0.0]), yes) == pytest.approx(0.875)
    assert judged.auc(np.array([1.0, 1.0, 1.0, 1.0]), yes) == pytest.approx(0.5)
    assert np.isnan(judged.auc(np.array([1.0, 2.0]), np.array([True, True])))
