"""Probes of the certificate by version stamps: what must be hashed again, what is carried."""

from __future__ import annotations

from typing import Any

from tests.attack.unchanged import (
    CONTRACT_MOVED,
    DECLARE_CONTRACT,
    FORGED,
    JUDGED_AGAIN,
    MOVED,
    carried,
    checked,
    move,
    newest,
)
from tests.mutants.harness import probe
from tests.mutants.probes_shop import opened


@probe("shop", *MOVED, *FORGED)
def hashed_after(database: Any, name: str) -> None:
    admin = opened(database)
    move(admin, name)
    assert checked(admin) == "rows", name


@probe("shop", *JUDGED_AGAIN)
def trees_judged_again(database: Any, name: str) -> None:
    admin = opened(database)
    move(admin, name)
    checked(admin)
    assert "order" not in carried(admin), name


@probe("shop", *CONTRACT_MOVED)
def contract_judged_again(database: Any, name: str) -> None:
    admin = opened(database)
    admin.execute(DECLARE_CONTRACT.encode())
    if [checked(admin), checked(admin)] != ["rows", "stamps"]:
        raise RuntimeError(newest(admin)["notes"])
    move(admin, name)
    assert checked(admin) == "rows", name


@probe("shop")
def carried_when_nothing_moved(database: Any) -> None:
    admin = opened(database)
    first = newest(admin)
    assert checked(admin) == "stamps"
    last = newest(admin)
    assert last["full_hash_at"] == first["certified_at"] < last["certified_at"]
    assert {one["carried"]["at"] for one in last["checks"] if "carried" in one} == {
        first["certified_at"]
    }


@probe("shop")
def carried_twice_keeps_the_first_time(database: Any) -> None:
    admin = opened(database)
    first = newest(admin)
    assert [checked(admin), checked(admin)] == ["stamps", "stamps"]
    last = newest(admin)
    assert last["full_hash_at"] == first["certified_at"]
    assert {one["carried"]["run_id"] for one in last["checks"] if "carried" in one} == {
        first["run_id"]
    }
    assert last["expires_at"] <= first["expires_at"]


@probe("shop")
def inspected_function_forbids_it(database: Any) -> None:
    admin = opened(database)
    admin.execute(
        "insert into audit.allowed_function (funcid, reason)"
        " values ('shop.doubled(integer)'::regprocedure, 'inspected')"
    )
    assert [checked(admin), checked(admin)] == ["rows", "rows"]


@probe("shop", "sequence", "materialised view")
def uncounted(database: Any, name: str) -> None:
    """A relation that no version counts is named."""
    admin = opened(database)
    admin.execute(
        {
            "sequence": "create sequence shop.s;"
            " create view shop.v as select last_value from shop.s",
            "materialised view": "create view shop.v as table shop.item_origin;"
            " alter event trigger timeseal_watch_ddl disable",
        }[name].encode()
    )
    found = admin.execute("select * from audit.unstamped_input('shop.v'::regclass)").fetchall()
    assert len(found) == 1, found
