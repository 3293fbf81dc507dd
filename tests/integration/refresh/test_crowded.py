"""Phones: whatever arrives in whatever order, by reach = by definition = the published views."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.databases import Databases
from tests.integration.phones_base.facts import ENTRYPOINT, HOUR, LANDMARK, T0
from tests.integration.phones_wide.facts import Conn, Norway, by_hand
from tests.integration.refresh import batches, crowded

from timeseal.market.stores import declaration
from timeseal.seal import binding

#: `make proof` asks for thousands.
EXAMPLES = int(os.environ.get("REFRESH_EXAMPLES", "5"))
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


@settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES < 100,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
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
