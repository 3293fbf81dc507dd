"""Tests that share a world run on one worker: the scheduler reads the group from the test's id."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("together")
def test_the_id_names_the_group_where_workers_are_at_work(request: pytest.FixtureRequest) -> None:
    shared_out = bool(request.config.getoption("loadgroup", False))
    assert request.node.nodeid.endswith("@together") == shared_out
