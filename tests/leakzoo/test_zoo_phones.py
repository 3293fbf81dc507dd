"""The phones of the zoo: for each gate that convicts there one leak, its twin certified.

`make proof` judges all of them through every gate.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.databases import Databases
from tests.leakzoo import norway
from tests.leakzoo.catalogue import Entry, entries
from tests.leakzoo.judge import judge, objection
from tests.leakzoo.world import Conn

pytestmark = pytest.mark.one_major
PHONES = [entry for entry in entries() if entry.market == "phones"]
#: One by a gate that looks at rows, two that only a replay sees, on either clock.
SHORT = (
    "income that was published later",
    "prices as audited since",
    "ads that ended on the second day",
)


@pytest.fixture(scope="module")
def world_conn(databases: Databases, phones_template: str) -> Iterator[Conn]:
    """The small world with registers published midway; whoever uses it undoes what he did."""
    database = databases.create(phones_template)
    norway.publish_midway(database)
    conn = database.connect()
    # of a replay one world always runs; the rest is for `make proof`
    conn.execute("update audit.entrypoint set replay_budget = '0 s'")
    yield conn
    databases.drop(database)


def _entry(name: str) -> Entry:
    return next(entry for entry in PHONES if entry.name == name)


@pytest.mark.parametrize("name", SHORT)
def test_the_leak_is_convicted(name: str, world_conn: Conn) -> None:
    entry = _entry(name)
    verdict = judge(world_conn, entry, entry.leak, certify=False)
    assert objection(entry, verdict, certify=False) is None


def test_its_clean_twin_is_certified(world_conn: Conn) -> None:
    entry = _entry(SHORT[0])
    twin = judge(world_conn, entry, entry.twin, certify=True)
    assert (twin.status, twin.findings) == ("CERTIFIED", ())


def test_the_short_form_asks_every_gate_that_convicts_a_phone() -> None:
    assert {gate for name in SHORT for gate in _entry(name).caught_by} == {
        gate for entry in PHONES for gate in entry.caught_by
    }
