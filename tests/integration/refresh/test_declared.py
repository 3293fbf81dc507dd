"""A reach that names the columns it reads says what becomes of the others, or is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from tests.databases import Databases
from tests.integration.refresh.batches import Conn, undone

from timeseal.market.stores import declaration
from timeseal.seal.registration import payload

STORE = "survival"


@pytest.fixture(scope="module")
def conn(databases: Databases, market_template: str) -> Iterator[Conn]:
    database = databases.create(market_template)
    yield database.connect()
    databases.drop(database)


def register(conn: Conn, layer: str, place: int | None, **said: Any) -> None:
    """Register the store with one reach of one layer said otherwise; nothing said: without it.

    Without a place: without all reaches of the layer.
    """
    store = declaration("cars", STORE)
    layers = []
    for one in store.layers:
        reach = list(one.reach)
        if one.name == layer:
            reach[place : place + 1 if place is not None else None] = (
                [replace(reach[place], **said)] if place is not None and said else []
            )
        layers.append(replace(one, reach=tuple(reach)))
    with undone(conn):
        conn.execute("set local role timeseal_owner")
        document = payload(replace(store, layers=tuple(layers)))
        conn.execute("select audit.register_reaches(%s::jsonb)", (document,))


@pytest.mark.one_major
@pytest.mark.parametrize(
    ("layer", "place", "said", "unsaid"),
    [
        ("ask_median_v1", 0, {"reads": ("price",)}, "observed_mark"),
        ("ask_median_v1", 0, {"elsewhere": ()}, "edited_date, storage_gb, t0_day"),
        ("ask_median_v1", 0, {"elsewhere": ("storage_gb", "edited_date", "t0_day", "url")}, "url"),
        ("cars_context_v1", 0, {"reads": ("generation", "brand", "price")}, "mileage_km"),
        # what is said to be elsewhere has to be there
        ("trainer_derived_features_v1", 0, {}, "local_weekday"),
    ],
)
def test_a_column_left_out_is_refused(
    conn: Conn, layer: str, place: int, said: dict[str, Any], unsaid: str
) -> None:
    with pytest.raises(psycopg.Error, match=f"the reach of {layer} over .*{unsaid}") as refused:
        register(conn, layer, place, **said)
    assert refused.value.sqlstate == "TS003"
    assert "elsewhere" in (refused.value.diag.message_hint or "")


@pytest.mark.parametrize("layer", ["ask_median_v1", "cars_context_v1"])
def test_whoever_sees_other_rows_of_its_own_says_how_far(conn: Conn, layer: str) -> None:
    """A layer that sees one row for each of its own, such as the labels, need not."""
    with pytest.raises(psycopg.Error, match=f"TS003: layer {layer} has the rows of tom_feat"):
        register(conn, layer, None)


@pytest.mark.one_major
def test_a_reach_that_names_nothing_reads_everything(conn: Conn) -> None:
    register(conn, "ask_median_v1", 0, reads=None, elsewhere=())


def test_a_text_that_takes_whole_rows_may_not_name_columns(conn: Conn) -> None:
    with undone(conn):
        conn.execute(
            "create or replace view build.ask_median_v1 as select v.generation, v.storage_gb,"
            " v.ask_day, v.ask_median_price, v.ask_cnt, v.listing_id, v.t0, v.edited_date,"
            " v.t0_day, v._max_known_at from store.ask_median_v1 as v, store.tom_features_v1 as f"
            " where f.t0 = v.t0 and to_jsonb(f) is not null"
        )
        with pytest.raises(psycopg.Error, match="nobody can list"):
            register(conn, "ask_median_v1", 0, reads=("price", "observed_mark"))
