from __future__ import annotations

import numpy as np
import pytest

from timeseal.market.report.curves import by_value, kaplan_meier


def test_without_censoring_the_curve_is_the_share_still_there() -> None:
    days = np.repeat([1.0, 2.0, 3.0, 4.0], 50)
    grid, share = kaplan_meier(days, np.ones(200, dtype=bool))
    assert share[0] == 1
    assert share[grid == 1.0] == pytest.approx(0.75)
    assert share[grid == 1.75] == pytest.approx(0.75)
    assert share[grid == 3.0] == pytest.approx(0.25)


def test_the_textbook_curve_of_six_mercaptopurine() -> None:
    # Freireich et al. 1963, the standard example: remission weeks, + censored.
    weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    gone = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    grid, share = kaplan_meier(
        np.repeat(np.array(weeks, dtype=float), 10), np.repeat(np.array(gone) > 0, 10)
    )
    expected = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    for week, value in expected.items():
        assert share[grid == week] == pytest.approx(value, abs=0.001)


def test_every_ad_with_a_ratio_is_in_one_group_and_no_other_is() -> None:
    ratio = np.array([0.5, 0.8, 0.99, 1.0, 1.25, 3.0, np.nan] * 40)
    found = by_value(ratio, np.full(280, 24.0), np.ones(280, dtype=bool))
    assert [curve.label for curve in found] == ["below 0.8", "0.8 to 1", "1 to 1.25", "from 1.25"]
    assert [curve.rows for curve in found] == [40, 80, 40, 80]
