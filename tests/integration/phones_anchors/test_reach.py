"""What a refresh recomputes is enough: late facts give the store that is built at once."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import Any

import psycopg
import pytest
from tests.databases import Databases
from tests.integration.phones_anchors.chance import draw
from tests.integration.phones_anchors.crowd import LAYERS
from tests.integration.phones_base.facts import Market, refresh

pytestmark = pytest.mark.one_major
#: So many times, so few facts arrive late: a reach that is too short has nowhere to hide.
BATCHES, LATE = 6, 4


def digests(conn: psycopg.Connection[Any]) -> dict[str, Any]:
    """A digest of every row of each layer."""
    return {
        layer: conn.execute(
            "select count(*), md5(string_agg(x.line, '|' order by x.line))"
            f" from (select t::text as line from store.{layer} as t) as x".encode()
        ).fetchone()
        for layer in LAYERS
    }


def test_batches_of_late_facts_give_the_store_built_at_once(
    databases: Databases, placed_template: str
) -> None:
    database = databases.create(placed_template)
    market = Market(database.connect())
    draw(market, 7)
    facts = list(market._facts)
    chance = Random(7)  # noqa: S311 - an order of facts, no secret
    chance.shuffle(facts)
    first = len(facts) - BATCHES * LATE
    for begin, end in pairwise((0, *range(first, len(facts) + 1, LATE))):
        market._facts[:] = facts[begin:end]
        market.settle(full=False)
    found = digests(market.conn)
    refresh(market.conn)
    built = digests(market.conn)
    databases.drop(database)
    assert all(rows for rows, _ in built.values())
    assert found == built
