"""An unchanged store is certified by version stamps; whatever could have changed it is hashed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.attack import market
from tests.attack.market import ENTRYPOINT
from tests.attack.unchanged import (
    CONTRACT_MOVED,
    DECLARE_CONTRACT,
    FORGED,
    JUDGED_AGAIN,
    MOVED,
    STILL,
    carried,
    checked,
    move,
    newest,
)


@pytest.fixture(scope="module")
def certified(databases: Any, shop_template: str) -> Iterator[market.Conn]:
    """One certified market."""
    database = databases.create(shop_template)
    admin = database.connect()
    assert market.certify(admin) == "CERTIFIED"
    yield admin
    databases.drop(database)


@pytest.fixture
def admin(certified: market.Conn) -> Iterator[market.Conn]:
    """That market inside a transaction that is rolled back; a burnt fuse is put back."""
    before = newest(certified)["fuse_value"]
    with certified.transaction(force_rollback=True):
        yield certified
    certified.execute(
        "select setval(e.fuse::regclass, %s) from audit.entrypoint as e"
        " where pg_sequence_last_value(e.fuse::regclass) <> %s",
        (before, before),
    )


@pytest.mark.both_majors
@pytest.mark.parametrize("name", [*MOVED, *FORGED])
def test_every_row_is_hashed_after(name: str, admin: market.Conn) -> None:
    move(admin, name)
    assert checked(admin) == "rows"


@pytest.mark.both_majors
@pytest.mark.parametrize("name", STILL)
def test_nothing_is_hashed_after(name: str, admin: market.Conn) -> None:
    move(admin, name)
    assert checked(admin) == "stamps"
    assert newest(admin)["status"] == "CERTIFIED"
    assert market.door(admin) is None


@pytest.mark.one_major
def test_a_carried_result_keeps_its_time(admin: market.Conn) -> None:
    first = newest(admin)
    assert [checked(admin), checked(admin)] == ["stamps", "stamps"]
    last = newest(admin)
    assert last["fingerprint"] == first["fingerprint"]
    assert last["full_hash_at"] == first["certified_at"] < last["certified_at"]
    assert "since the full hash of" in last["notes"]
    origins = {check["gate"]: check.get("carried") for check in last["checks"]}
    ran = {gate for gate, origin in origins.items() if origin is None}
    assert ran == {"read_closure", "universe", "time", "invariants", "coverage"}
    assert {origin["run_id"] for origin in origins.values() if origin} == {first["run_id"]}
    expires = datetime.fromisoformat(last["expires_at"])
    assert expires <= datetime.fromisoformat(first["certified_at"]) + timedelta(hours=24)


@pytest.mark.both_majors
@pytest.mark.parametrize("name", JUDGED_AGAIN)
def test_stored_trees_are_judged_again_after(name: str, admin: market.Conn) -> None:
    move(admin, name)
    checked(admin)
    assert "order" not in carried(admin)


@pytest.mark.both_majors
@pytest.mark.parametrize("name", ["the same values written", "a row updated", "another root"])
def test_stored_trees_are_not_judged_again_for_rows(name: str, admin: market.Conn) -> None:
    move(admin, name)
    assert checked(admin) == "rows"
    assert carried(admin) == {"volatility", "order"}


@pytest.mark.one_major
def test_a_warning_of_the_replay_is_carried_and_printed(admin: market.Conn) -> None:
    market.reissue(admin, checks="jsonb_set(checks, '{13,status}', '\"warning\"')")
    assert checked(admin) == "stamps"
    replayed = newest(admin)["checks"][13]
    assert (replayed["gate"], replayed["status"]) == ("replay", "warning")


@pytest.mark.one_major
@pytest.mark.parametrize("name", CONTRACT_MOVED)
def test_a_contract_is_judged_again_when_it_moved(name: str, admin: market.Conn) -> None:
    admin.execute(DECLARE_CONTRACT.encode())
    assert [checked(admin), checked(admin)] == ["rows", "stamps"]
    move(admin, name)
    assert checked(admin) == "rows"
    assert newest(admin)["status"] == "FAILED"


@pytest.mark.one_major
def test_an_inspected_function_that_could_read_anything_forbids_it(admin: market.Conn) -> None:
    admin.execute(
        "insert into audit.allowed_function (funcid, reason)"
        " values ('shop.doubled(integer)'::regprocedure, 'inspected')"
    )
    assert [checked(admin), checked(admin)] == ["rows", "rows"]


@pytest.mark.both_majors
@pytest.mark.parametrize(
    ("what", "made"),
    [
        ("sequence", "create sequence shop.s; create view shop.v as select last_value from shop.s"),
        ("unlogged", "create unlogged table shop.u (i int); create view shop.v as table shop.u"),
        (
            "foreign table",
            (
                "create foreign data wrapper w; create server s foreign data wrapper w;"
                " create foreign table shop.f (i int) server s; create view shop.v as table shop.f"
            ),
        ),
        (
            "materialised view without event triggers",
            (
                "create view shop.v as table shop.item_origin;"
                " alter event trigger timeseal_watch_ddl disable"
            ),
        ),
    ],
)
def test_what_no_version_counts(what: str, made: str, admin: market.Conn) -> None:
    admin.execute(made.encode())
    found = admin.execute("select * from audit.unstamped_input('shop.v'::regclass)").fetchall()
    assert len(found) == 1, (what, found)


@pytest.mark.one_major
def test_what_versions_count(admin: market.Conn) -> None:
    found = admin.execute("select * from audit.unstamped_input(%s::regclass)", (ENTRYPOINT,))
    assert found.fetchall() == []
