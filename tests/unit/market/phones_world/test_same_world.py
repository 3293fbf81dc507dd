"""The same plan gives the same bytes, and a longer or fuller world keeps what it can."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from tests.phones import DATA, SOURCES, days

import timeseal
from timeseal.market.verticals.phones.world.draws import Draws, Stream
from timeseal.market.verticals.phones.world.generator import Plan, World
from timeseal.market.verticals.phones.world.market import Market

PLAN = Plan(seed=7, days=5, listings=300)
DIGESTS = """
import sys
from pathlib import Path
from timeseal.market.verticals.phones.world.generator import Plan, World
from timeseal.market.verticals.phones.world.sources import Sources
for day in World(Plan(7, 5, 300), Sources.read(Path(sys.argv[1]))).days():
    print(day.facts.sha256)
"""


@pytest.fixture(scope="module")
def digests() -> list[str]:
    return [one.facts.sha256 for one in days(PLAN)]


@pytest.mark.parametrize("hash_seed", ["0", "1234"])
def test_another_process_gives_the_same_bytes(digests: list[str], hash_seed: str) -> None:
    source = str(Path(timeseal.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", DIGESTS, str(DATA)],
        env={
            "PYTHONHASHSEED": hash_seed,
            "PYTHONPATH": source,
            "PATH": os.defpath,
            "TZ": "Asia/Tokyo",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == digests


def test_another_seed_gives_another_world(digests: list[str]) -> None:
    other = [one.facts.sha256 for one in days(Plan(8, 5, 300))]
    assert not set(other) & set(digests)


def test_a_longer_world_of_the_same_rate_begins_with_the_shorter(digests: list[str]) -> None:
    longer = Plan(seed=7, days=8, listings=480)
    assert World(longer, SOURCES).identity == World(PLAN, SOURCES).identity
    assert [one.facts.sha256 for one in days(longer)][:5] == digests


def test_a_fuller_world_has_every_ad_of_the_emptier() -> None:
    def ads(rate: float) -> dict[int, tuple[object, ...]]:
        market = Market(Draws(7), SOURCES, rate)
        changes = [one for day in range(2) for one in market.day(day)]
        return {
            one.ad.listing_id: (one.at, one.ad.text, one.ad.first_price, one.ad.seller)
            for one in changes
            if one.what == "published" and one.ad.parent is None
        }

    few, many = ads(60), ads(180)
    assert len(many) > 2 * len(few) > 100
    assert {key: many.get(key) for key in few} == few


def test_numbers_in_rows_and_alone_are_uniform_and_unrelated() -> None:
    draws, keys = Draws(3), np.arange(1, 3001, dtype=np.uint64)
    drawn = draws.uniform(keys[:, None], "fate", np.arange(3)[None, :])
    alone = np.array([draws.stream(int(key), "fate", 0).random() for key in keys])
    for column in (*drawn.T, alone):
        assert stats.kstest(column, "uniform").pvalue > 0.001
    assert np.abs(np.corrcoef(np.column_stack([drawn, alone]).T) - np.eye(4)).max() < 0.07


def test_the_gamma_is_one() -> None:
    drawn = [Stream(state).gamma(3.0) for state in range(1, 4001)]
    assert stats.kstest(drawn, stats.gamma(3.0, scale=1 / 3.0).cdf).statistic < 0.03
