"""Every number of the cars' market surface against a naive count over the raw facts."""

from __future__ import annotations

import os

import pytest
from tests.databases import Databases
from tests.integration.cars_market.cars_drawn import gather

pytestmark = pytest.mark.one_major
#: Markets of 200 ads each; `make proof` draws hundreds.
SEEDS = range(20160314, 20160314 + int(os.environ.get("TIMESEAL_DRAWN_WORLDS", "1")))
#: What has to occur in a drawn market, or it would say little.
VARIED = ("anchor_n_support", "n30_t0", "ob_k_active_30d_sm", "speed_n_eff_ptv")


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_is_what_a_naive_count_finds(
    databases: Databases, market_template: str, seed: int
) -> None:
    database = databases.create(market_template)
    try:
        crowd = gather(database, seed)
        rows = crowd.expected.values()
        assert len(rows) > 80
        assert [name for name in VARIED if len({row[name] for row in rows}) < 5] == []
        assert {row["anchor_level_k"] for row in rows} >= {3, 4}
        assert crowd.differences() == []
    finally:
        databases.drop(database)
