"""Whatever arrives, however late and in whatever order: incremental = what the definitions say."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from tests.databases import Databases
from tests.integration.refresh import batches
from tests.integration.refresh.batches import Batch, Conn

#: `make proof` asks for thousands.
EXAMPLES = int(os.environ.get("REFRESH_EXAMPLES", "5"))


@pytest.fixture(scope="module")
def conn(databases: Databases, market_template: str) -> Iterator[Conn]:
    database = databases.create(market_template)
    connection = database.connect()
    batches.refresh(connection)
    yield connection
    databases.drop(database)


@settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES < 100,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(world=batches.worlds)
def test_incremental_refreshes_give_what_the_definitions_say(
    conn: Conn, world: tuple[Batch, list[Batch]]
) -> None:
    first, later = world
    with batches.undone(conn):
        conn.execute("set local timeseal.near_share = '1'")  # however few ads there are
        batches.write(conn, first)
        batches.refresh(conn)
        left_open = []
        for batch in later:
            run = batches.write(conn, batch)
            left_open += [run] if batch.stays_open else []
            batches.refresh(conn)
        for run in left_open:
            conn.execute("select raw.close_run(%s)", (run,))
        batches.refresh(conn)
        assert batches.differences(conn) == {}
