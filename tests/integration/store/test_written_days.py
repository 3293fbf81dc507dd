"""After a refresh only the days that it wrote are hashed, where nothing else can have changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.databases import Databases
from tests.integration.store import written
from tests.integration.store.written import BESIDE, LOCAL, NOT_LOCAL

from timeseal.seal.roles import Connection


@pytest.fixture(scope="module")
def published(databases: Databases, shop_facts_template: str) -> Iterator[Connection]:
    """A published shop."""
    database = databases.create(shop_facts_template)
    conn = database.connect()
    written.bind(conn)
    sealed = written.publish(conn)
    assert sealed["status"] == "CERTIFIED", sealed["notes"]
    yield conn
    databases.drop(database)


@pytest.fixture
def shop(published: Connection) -> Iterator[Connection]:
    """That shop in a transaction that is rolled back; a burnt fuse is put back."""
    fuse = written.newest(published)["fuse_value"]
    with published.transaction(force_rollback=True):
        yield published
    published.execute("select setval(e.fuse::regclass, %s) from audit.entrypoint as e", (fuse,))


def test_days_that_a_refresh_wrote_are_hashed_and_no_others(shop: Connection) -> None:
    first = written.newest(shop)
    written.append(shop)
    second = written.publish(shop)
    assert (second["status"], second["data_checked"]) == ("CERTIFIED", "days")
    assert second["full_hash_at"] == first["certified_at"]
    assert second["dataset_days"] == first["dataset_days"] + 2
    assert "2 written days hashed, the others unchanged" in second["notes"]
    origins = {check["gate"] for check in second["checks"] if "carried" in check}
    assert origins == {"volatility", "order", "replay"}
    shop.execute("set local timeseal.full_hash = on")
    whole = written.certify(shop)
    assert whole["data_checked"] == "rows"
    assert whole["fingerprint"] == second["fingerprint"]


@pytest.mark.one_major
def test_refreshes_add_up_until_somebody_certifies(shop: Connection) -> None:
    for run in (2, 3):
        written.append(shop, run)
        shop.execute(written.REFRESH.encode())
    sealed = written.certify(shop)
    assert (sealed["status"], sealed["data_checked"]) == ("CERTIFIED", "days")
    shop.execute("set local timeseal.full_hash = on")
    assert written.certify(shop)["fingerprint"] == sealed["fingerprint"]


@pytest.mark.one_major
@pytest.mark.parametrize("name", BESIDE)
def test_every_row_is_hashed_when_there_was(name: str, shop: Connection) -> None:
    sealed = written.beside(shop, name)
    assert sealed["data_checked"] == "rows"
    # what was written by hand is found, on a day that no refresh wrote
    assert sealed["status"] == ("FAILED" if name.startswith("a value") else "CERTIFIED")


@pytest.mark.one_major
def test_after_a_late_arrival_the_past_is_replayed(shop: Connection) -> None:
    shop.execute("select audit.void_late_arrival(timestamptz '2024-03-01 00:00:00+00', 9)")
    sealed = written.certify(shop)
    assert (sealed["status"], sealed["data_checked"]) == ("CERTIFIED", "days")
    carried = {check["gate"] for check in sealed["checks"] if "carried" in check}
    assert carried == {"volatility", "order"}


@pytest.mark.one_major
def test_what_few_rows_proved_is_not_carried_to_many(shop: Connection) -> None:
    rows = written.newest(shop)["dataset_rows"]
    for run in (2, 3, 4):
        written.append(shop, run)
        sealed = written.publish(shop)
        carried = {check["gate"] for check in sealed["checks"] if "carried" in check}
        assert ("replay" in carried) == (sealed["dataset_rows"] <= 2 * rows)
    assert sealed["dataset_rows"] > 2 * rows


@pytest.mark.parametrize("name", LOCAL)
def test_rows_of_one_t0_are_known_to_be(name: str, shop: Connection) -> None:
    assert written.is_local(shop, LOCAL[name])


@pytest.mark.parametrize("name", NOT_LOCAL)
def test_rows_of_another_t0_are_never_ruled_out(name: str, shop: Connection) -> None:
    assert not written.is_local(shop, NOT_LOCAL[name])


def test_an_entrypoint_of_other_days_is_hashed_whole(
    databases: Databases, shop_facts_template: str
) -> None:
    database = databases.create(shop_facts_template)
    conn = database.connect()
    written.bind(conn)
    written.shift_by_key(conn)
    assert written.publish(conn)["status"] == "CERTIFIED"
    written.append(conn)
    assert written.publish(conn)["data_checked"] == "rows"
    databases.drop(database)


@pytest.mark.one_major
def test_writes_of_before_a_restore_account_for_nothing(
    databases: Databases, shop_facts_template: str
) -> None:
    database = databases.create(shop_facts_template)
    conn = database.connect()
    written.bind(conn)
    sealed = written.rebound(conn)
    conn.execute("set timeseal.full_hash = on")
    assert written.certify(conn)["fingerprint"] == sealed["fingerprint"]
    databases.drop(database)
