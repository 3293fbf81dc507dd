"""Probes of what the server keeps about itself."""

from __future__ import annotations

from typing import Any

from tests.attack import test_server_relations as attack
from tests.mutants.harness import probe


@probe("shop", "the information schema", "an inspected function")
def a_relation_of_the_server(database: Any, case: str) -> None:
    attack.test_a_relation_of_the_server_is_refused(database.connect(), case)


@probe(
    "shop",
    "pg_partition_root('shop.visit_a'::regclass)",
    "quote_ident(p.note)",
    "date_trunc('day', p.t0, 'IST')",
)
def a_call_that_looks(database: Any, expression: str) -> None:
    attack.test_a_function_that_looks_into_the_catalogue_is_refused(database.connect(), expression)


@probe("shop")
def a_toast_table(database: Any) -> None:
    attack.test_a_toast_table_is_refused(database.connect())
