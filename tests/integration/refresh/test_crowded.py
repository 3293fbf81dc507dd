"""Phones: whatever arrives in whatever order, by reach = by definition = the published views."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.databases import Databases
from tests.integration.phones_base.facts import DAY, ENTRYPOINT, HOUR, LANDMARK, T0
from tests.integration.phones_wide.facts import Conn, Norway, by_hand
from tests.integration.refresh import batches, crowded

from timeseal.market.stores import declaration
from timeseal.seal import binding

#: `make proof` asks for thousands.
EXAMPLES = int(os.environ.get("REFRESH_EXAMPLES", "5"))
DRAWN = settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES < 100,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
#: The nine published REFRESH statements, in their order.
RUNBOOK = (
    "refresh materialized view ml.tom_features_v1_mv",
    "refresh materialized view ml.tom_labels_v1_mv",
    "refresh materialized view ml.tom_train_base_v1_mv",
    "refresh materialized view ml.sold_durations_v1_mv",
    "refresh materialized view ml.ask_daily_median_v1",
    "refresh materialized view ml.sold_prices_v1_mv",
    "refresh materialized view concurrently ml.tom_features_v1_enriched_mv",
    "refresh materialized view concurrently ml.tom_features_v1_enriched_clean_mv",
    "refresh materialized view concurrently ml.tom_features_v1_enriched_ai_clean_mv",
)
BLOCK = (
    f"call audit.capture_viewdef_baseline('{ENTRYPOINT}'::regclass)",
    f"call audit.rebaseline_last_n_days('{ENTRYPOINT}'::regclass, 10)",
    "call audit.run_t0_cert_socio_market_v1(10)",
    f"select audit.require_certified_strict('{ENTRYPOINT}')",
)


@pytest.fixture(scope="module")
def conn(databases: Databases, base_template: str) -> Iterator[Conn]:
    database = databases.create(base_template)
    admin = database.connect()
    geo = declaration("phones", "geo")
    binding.apply(admin, geo, binding.plan(admin, geo))
    by_hand(admin)
    # drawn replays have tests of their own
    admin.execute("update audit.entrypoint set replay_budget = '0 s'")
    crowded.settle(admin)
    yield admin
    databases.drop(database)


@settings(DRAWN)
@given(drawn=crowded.batches)
def test_by_reach_by_definition_and_published_are_one(
    conn: Conn, drawn: list[crowded.Batch]
) -> None:
    with conn.transaction(force_rollback=True):
        left_open = []
        for number, batch in enumerate(drawn):
            # windows over a copy of what they can read, and over the whole, by turns
            conn.execute("select set_config('timeseal.near_share', %s, true)", (str(number % 2),))
            run = crowded.write(conn, batch)
            left_open += [run] if batch.stays_open else []
            crowded.look(conn, batch.until, batch.readers)
        for run in left_open:
            conn.execute("select raw.close_run(%s)", (run,))
        crowded.look(conn, None)
        assert batches.differences(conn) == {}
        assert crowded.published(conn) == {}


#: Layers whose rows depend on other ads.
LOOKING_AROUND = {
    *("ask_median_v1", "tom_features_v1_enriched", "price_anchor_v1", "order_book_v1"),
    *("tom_features_v1_enriched_speed", "market_relative_socio_t0_v1", "affordability_v1"),
}
SHORTER = "update audit.layer_reach set look_back = look_back / 2"
NARROWER = (
    "update audit.layer_reach as r set reads = '{}' from audit.materialisation as m"
    " where m.store = r.store and m.layer = r.layer and m.layer = 'affordability_v1'"
    " and not m.unit_column = any (r.by_expressions)"
)


@pytest.mark.skipif(EXAMPLES < 100, reason="make proof")
def test_no_short_reach_stays_hidden_from_a_few_draws(conn: Conn) -> None:
    """The property is worth something: with every reach cut short, each layer is convicted."""
    convicted: set[str] = set()

    @settings(DRAWN, max_examples=60, derandomize=True)
    @given(drawn=crowded.batches)
    def look(drawn: list[crowded.Batch]) -> None:
        if convicted >= LOOKING_AROUND:
            return
        with conn.transaction(force_rollback=True):
            conn.execute(SHORTER)
            conn.execute(NARROWER)
            for batch in drawn:
                crowded.write(conn, replace(batch, stays_open=False))
                crowded.look(conn, batch.until, batch.readers)
            crowded.look(conn, None)
            convicted.update(batches.differences(conn))

    look()
    assert convicted == LOOKING_AROUND


@pytest.mark.one_major
def test_a_full_refresh_tells_what_a_short_reach_missed(conn: Conn) -> None:
    told: list[str] = []
    conn.add_notice_handler(
        lambda notice: told.append(notice.sqlstate or "") if notice.sqlstate == "TS006" else None
    )
    with conn.transaction(force_rollback=True):
        crowded.look(conn, None)
        conn.execute(SHORTER)
        ad = Norway(conn)
        ad.sold(950, T0 - 60 * DAY, 2500)
        facts = tuple(crowded.Fact(*one) for one in ad._facts)  # type: ignore[arg-type]
        crowded.write(conn, crowded.Batch(facts, None, False, None, False))
        crowded.look(conn, None)
        wrong = batches.differences(conn)
        assert "price_anchor_v1" in wrong
        assert told == []
        conn.execute("select count(*) from audit.refresh_store('socio_market', true)")
        assert batches.differences(conn) == {}
        missed = {layer for (layer,) in conn.execute("select m.layer from audit.refresh_miss as m")}
        # what lies above a layer that was put right is recomputed whole, and no miss of its own
        assert "ask_median_v1" in missed
        assert told == ["TS006"] * len(missed)


@pytest.mark.one_major
def test_the_nine_published_statements_suffice(conn: Conn) -> None:
    """REFRESH by name, ANALYZE, then the block: what is new is in, and the nine are as stored."""
    rows = (
        f"select count(*), (select sum(ai_opening_offer_nok_f) from {LANDMARK}) from {ENTRYPOINT}"
    )
    with conn.transaction(force_rollback=True):
        crowded.look(conn, None)
        crowded.published(conn)
        before = conn.execute(rows.encode()).fetchone()
        news = Norway(conn)
        news.ad(901, T0)
        news.ad(902, T0)
        news.read(902, T0 + 3 * HOUR, "ai_enrich", opening_offer_nok=3100)
        facts = tuple(crowded.Fact(*one) for one in news._facts)  # type: ignore[arg-type]
        crowded.write(conn, crowded.Batch(facts, None, False, None, False))
        conn.execute("set local role timeseal_owner")
        for statement in RUNBOOK:
            conn.execute(statement.encode())
        conn.execute("reset role")
        conn.execute("analyze")
        for statement in BLOCK:
            conn.execute(statement.encode())
        assert before is not None
        assert conn.execute(rows.encode()).fetchone() == (before[0] + 2, before[1] + 3100)
        assert crowded.unlike(conn, *(one.rpartition(" ")[2] for one in RUNBOOK)) == {}
