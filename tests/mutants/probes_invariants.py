"""Probes of invariants: their code is vetted, their list is accepted like a definition."""

from __future__ import annotations

from typing import Any

from tests.attack.market import ENTRYPOINT
from tests.mutants.harness import probe
from tests.mutants.probes_seal import refused
from tests.mutants.probes_shop import opened


@probe("shop")
def what_an_invariant_calls_is_vetted(database: Any) -> None:
    admin = opened(database)
    admin.execute(
        "create or replace function shop.is_absurd(p_price integer) returns boolean"
        " language plpgsql immutable as $$ begin return p_price < 0; end $$"
    )
    admin.execute("call audit.capture_viewdef_baseline(%s::regclass)", (ENTRYPOINT,))
    refused(admin, "volatility")


@probe("shop")
def a_shorter_list_is_refused(database: Any) -> None:
    admin = opened(database)
    admin.execute("update audit.store_invariant set level = 'warning'")
    refused(admin, "definition")
