"""The market surface of cars over real ads: certified, replayed, its words, and what it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from tests.databases import Databases, Kept

from timeseal.market.stores import declaration
from timeseal.market.vertical import load

pytestmark = pytest.mark.one_major
MARKET = "ml.socio_market_feature_store_t0_v1_v"
BLOCKS = "select b.feature_block, b.status, b.notes from audit.t0_block_coverage as b"


@pytest.fixture(scope="module")
def conn(databases: Databases, certified_cars: Kept) -> Iterator[psycopg.Connection[Any]]:
    """The certified slice; every test only reads, or is rolled back."""
    database = databases.again(certified_cars)
    yield database.connect()
    databases.drop(database)


def test_its_blocks_are_certified_and_what_cars_lack_says_why(conn: Any) -> None:
    found = {block: (status, notes) for block, status, notes in conn.execute(BLOCKS)}
    for block in ("main_feature_store", "orderbook_store", "anchor_priors_store"):
        assert found[block][0] == "CERTIFIED", block
    lacking = {block: why for block, (status, why) in found.items() if status == "not provided"}
    assert set(lacking) == {
        *("ai_enrichment_store", "socio_economic_store", "vision_store", "fusion_store"),
        *("device_meta_store", "anchor_woe_store", "trainer_missing_flags"),
    }
    assert all(lacking.values())
    assert "published after the ads" in lacking["socio_economic_store"]


def test_a_block_that_is_there_again_gives_no_reason(conn: Any) -> None:
    with conn.transaction(force_rollback=True):
        conn.execute("update audit.t0_block set absent = 'x' where feature_block = 'survival'")
        found = {block: notes for block, _, notes in conn.execute(BLOCKS)}
    assert found["survival"] != "x"


@pytest.mark.parametrize("mode", ["world", "entity", "late"])
def test_replay_finds_nothing(conn: Any, mode: str) -> None:
    with conn.transaction(force_rollback=True):
        leaks = conn.execute(
            "select r.object, r.subject from audit.replay(%s, %s, p_seed => 'cars', p_cut => ("
            " select percentile_disc(0.7) within group (order by f.t0)"
            " from store.tom_features_v1 as f), p_sample => 30) as r where r.level = 'blocking'",
            (MARKET, mode),
        ).fetchall()
        compared = conn.execute(
            "select r.rows_compared, r.columns_compared from audit.replay_log as r"
            " order by r.replay_id desc limit 1"
        ).fetchone()
    assert leaks == []
    assert compared[0] >= 20
    assert compared[1] == 70


def test_its_numbers_are_of_last_asks_and_its_words_say_so(conn: Any) -> None:
    kinds = conn.execute("select distinct p.price_kind from store.sold_prices_v1 as p").fetchall()
    assert kinds == [("last_ask",)]
    said = conn.execute(
        "select count(*) filter (where e.anchor_price_smart > 0),"
        " count(*) filter (where e.ob_k_active_30d_sm > 0),"
        " count(*) filter (where e.speed_n_eff_ptv > 0), count(*)"
        f" from {MARKET} as e"
    ).fetchone()
    assert min(said[:3]) > said[3] / 3, said
    cars, shown = load("cars"), declaration("cars", "survival")
    words = {
        role.column: cars.meaning(role.column) or ""
        for role in shown.roles
        if role.relation == MARKET
    }
    assert len(words) == 70
    assert [name for name, text in words.items() if re.search("sold|sale|bought", text)] == []
    for anchor in ("anchor_30d_t0", "anchor_blend_t0", "anchor_price_smart"):
        assert "last asking price" in words[anchor]


def test_a_bad_row_of_the_base_shuts_every_surface_that_shows_it(conn: Any) -> None:
    with conn.transaction(force_rollback=True):
        conn.execute(
            "update store.tom_features_v1_enriched_clean set anchor_14d_n = 3,"
            " anchor_median_hours_14d = null where listing_id = ("
            "select min(c.listing_id) from store.tom_features_v1_enriched_clean as c)"
        )
        broken = conn.execute(
            "select e.entrypoint from audit.entrypoint as e cross join lateral"
            " audit.gate_invariants(e.entrypoint) as f where f.object = 'anchor_has_support'"
            " order by 1"
        ).fetchall()
    assert broken == [(MARKET,), ("ml.survival_feature_store_t0_v1_v",)]
