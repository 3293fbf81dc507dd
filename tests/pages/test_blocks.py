"""Block coverage of both markets: what each has, what it will have, and what it never had."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.pages.compatibility import Markets
from tests.pages.stores import VERTICALS

from timeseal.errors import UsageError
from timeseal.market.stores import declared, words
from timeseal.market.vertical import load

pytestmark = [pytest.mark.one_major, pytest.mark.xdist_group("pages")]
COVERAGE = "select feature_block, status, certified_at, surface from audit.t0_block_coverage"
PUBLISHED = (
    "main_feature_store",
    "ai_enrichment_store",
    "socio_economic_store",
    "orderbook_store",
    "anchor_priors_store",
    "geo_store",
    "vision_store",
    "fusion_store",
    "device_meta_store",
    "trainer_derived",
    "anchor_woe_store",
    "trainer_missing_flags",
    "survival",
)
STORE = """
[store]
name = "{name}"
key = ["listing_id", "t0"]
t0 = "t0"
day = "t0_day"
sources = ["raw"]
meaning = "{name}"
"""


@pytest.mark.parametrize("market", VERTICALS)
def test_every_published_block_is_listed_in_its_order(markets: Markets, market: str) -> None:
    rows = markets[market].execute(COVERAGE).fetchall()
    assert tuple(row[0] for row in rows) == PUBLISHED
    assert {row[1] for row in rows} <= {"not provided", "not built", "never certified"}
    assert {row[2] for row in rows} == {None}


def test_cars_do_not_have_what_is_said_of_phones(markets: Markets) -> None:
    status = {row[0]: row[1] for row in markets["cars"].execute(COVERAGE)}
    provided = {block for block, said in status.items() if said != "not provided"}
    assert provided == {
        *("main_feature_store", "orderbook_store", "anchor_priors_store"),
        *("geo_store", "trainer_derived", "survival"),
    }
    assert {status[block] for block in provided} == {"never certified"}


def test_phones_will_have_every_block(markets: Markets) -> None:
    rows = markets["phones"].execute(COVERAGE).fetchall()
    status, surface = {row[0]: row[1] for row in rows}, {row[0]: row[3] for row in rows}
    assert "not provided" not in status.values()
    for built in ("main_feature_store", "ai_enrichment_store", "geo_store"):
        assert status[built] == "never certified", built
    assert surface["ai_enrichment_store"] == "ml.socio_market_feature_store_landmark_v1_v"


def test_a_block_that_lost_a_column_is_not_built(markets: Markets) -> None:
    conn = markets["phones"]
    with conn.transaction(force_rollback=True):
        conn.execute(
            "alter view ml.socio_market_feature_store_landmark_v1_v rename ai_state to ai_status"
        )
        status = {row[0]: row[1] for row in conn.execute(COVERAGE)}
    assert status["ai_enrichment_store"] == "not built"
    assert status["main_feature_store"] == "never certified"


def test_your_own_folder_adds_stores_and_lays_over_those_of_the_market(
    markets: Markets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conn = markets["cars"]
    for name in ("geo", "mine"):
        (tmp_path / name).mkdir()
    (tmp_path / "mine" / "store.toml").write_text(STORE.format(name="mine"))
    (tmp_path / "geo" / "store.toml").write_text('[store]\nlimits = ["ours alone"]\n')
    without = [one.name for one in declared(conn)]
    assert without == list(load("cars").stores)
    monkeypatch.setenv("TIMESEAL_STORES", str(tmp_path))
    found = {one.name: one for one in declared(conn)}
    assert list(found) == [*without, "mine"]
    assert found["geo"].limits[-1] == "ours alone"
    assert words(conn, "geo").limits == found["geo"].limits
    assert words(conn, "mine").meaning == "mine"
    monkeypatch.setenv("TIMESEAL_STORES", str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="names no folder"):
        declared(conn)
