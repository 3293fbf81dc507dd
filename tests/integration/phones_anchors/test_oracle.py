"""Every number of anchors and order book against a naive count over the raw facts."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.databases import Databases
from tests.integration.phones_anchors.crowd import gather

pytestmark = pytest.mark.one_major
#: Markets of 200 ads each; `make proof` draws hundreds.
WORLDS = int(os.environ.get("TIMESEAL_DRAWN_WORLDS", "1"))


def test_every_number_is_what_a_naive_count_finds(
    databases: Databases, placed_template: str
) -> None:
    @settings(
        max_examples=WORLDS,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(seed=st.integers(0, 2**32))
    def compare(seed: int) -> None:
        database = databases.create(placed_template)
        try:
            crowd = gather(database, seed)
            assert len(crowd.expected) > 80
            assert crowd.differences() == []
        finally:
            databases.drop(database)

    compare()
