"""Probes of roles and refusals: what is granted, what a refusal tells, what the doctor finds."""

from __future__ import annotations

from typing import Any

from tests.attack import test_refusals, test_sessions, test_strangers
from tests.mutants.harness import probe
from tests.mutants.probes_shop import opened


@probe("shop")
def a_refusal_tells_no_value(database: Any) -> None:
    opened(database)
    _, reader, registry = test_refusals.refused(database)
    assert "POISON" not in reader + registry


@probe("shop", *test_strangers.CALLS)
def code_of_a_stranger_does_not_run(database: Any, name: str) -> None:
    admin = opened(database)
    admin.execute(test_strangers.SPY)
    assert test_strangers.heard(admin, name) == []


@probe("bare")
def replicated_rows_are_counted(database: Any) -> None:
    """What a subscription applies fires row triggers of the replica role only."""
    admin = opened(database)
    version = "select version from audit.stamp where relid = 'shop.price'::regclass"
    before = (admin.execute(version).fetchone() or (0,))[0]
    admin.execute("set session_replication_role = replica")
    admin.execute("update shop.price set price = price where item in (1, 2, 3)")
    assert (admin.execute(version).fetchone() or (0,))[0] == before + 4


@probe("shop")
def a_burnt_fuse_is_on_the_disk(database: Any) -> None:
    assert test_sessions.burnt_on_disk(opened(database))
