"""Probes of values whose parts the fingerprint has to reach."""

from __future__ import annotations

from typing import Any

import psycopg
from tests.attack import market
from tests.attack.test_equal_bytes import seal
from tests.mutants.harness import probe


def _refused(database: Any, column: str, change: str) -> None:
    admin: market.Conn = database.connect()
    seal(admin, column)
    admin.execute(change.encode())
    try:
        market.baseline(admin, "shop.deep")
    except psycopg.Error as error:
        assert error.sqlstate == "TS003", error  # noqa: PT017
        return
    raise AssertionError("it was hashed")


@probe("shop")
def composites_under_a_domain(database: Any) -> None:
    _refused(database, "pairs", "select")


@probe("shop")
def an_array_that_moves(database: Any) -> None:
    _refused(database, "list", "update shop.kept set list = '[0:1]={107,7}' where item = 7")
