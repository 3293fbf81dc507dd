"""The rules of a store: what judges the rows is accepted like what makes them."""

from __future__ import annotations

import pytest
from tests.attack import market
from tests.attack.market import ENTRYPOINT, refused_by

pytestmark = pytest.mark.one_major

LOOSENED = {
    "the view": "create or replace view shop.absurd as"
    " select p.item from shop.price as p where false",
    "what it calls": "create or replace function shop.is_absurd(p_price integer) returns boolean"
    " language sql immutable return false",
}
SHORTENED = {
    "taken off": "delete from audit.store_invariant",
    "emptied": "truncate audit.store_invariant",
    "a warning": "update audit.store_invariant set level = 'warning'",
    "of another view": "update audit.store_invariant set relid = 'shop.nothing'::regclass",
}


@pytest.fixture
def broken(sandbox: market.Conn) -> market.Conn:
    """A market with a row that its rule refuses, and another rule that would not."""
    sandbox.execute("insert into shop.price values (2, '2020-03-01', -1, 'BAD')")
    sandbox.execute("create view shop.nothing as select 1 as item where false")
    sandbox.execute("alter view shop.nothing owner to timeseal_owner")
    assert refused_by(sandbox, "invariants")
    return sandbox


@pytest.mark.parametrize("name", LOOSENED)
def test_a_loosened_rule_is_not_certified(name: str, broken: market.Conn) -> None:
    broken.execute(LOOSENED[name].encode())
    assert refused_by(broken, "definition")


@pytest.mark.parametrize("name", SHORTENED)
def test_a_shorter_list_is_not_certified(name: str, broken: market.Conn) -> None:
    broken.execute(SHORTENED[name].encode())
    assert refused_by(broken, "definition")


@pytest.mark.gate("volatility", "fires")
def test_what_it_calls_is_vetted_before_it_runs(sandbox: market.Conn) -> None:
    admin = sandbox
    admin.execute(
        "create or replace function shop.is_absurd(p_price integer) returns boolean"
        " language plpgsql immutable as $$ begin raise 'it ran'; end $$"
    )
    admin.execute("call audit.capture_viewdef_baseline(%s::regclass)", (ENTRYPOINT,))
    status = market.certify(admin)
    assert "failed gates: volatility" in status
    assert "it ran" not in status


def test_what_only_judges_is_no_input_of_the_features(sandbox: market.Conn) -> None:
    """A rule may read what the features may not: it shows nothing to a reader."""
    admin = sandbox
    admin.execute(
        "alter table shop.unrelated owner to timeseal_owner;"
        " create or replace view shop.absurd as"
        " select p.item from shop.price as p join shop.unrelated as u on u.id = p.item"
    )
    admin.execute("call audit.capture_viewdef_baseline(%s::regclass)", (ENTRYPOINT,))
    assert market.certify(admin) == "CERTIFIED"
    admin.execute("insert into shop.unrelated values (0, 'read by a rule alone')")
    assert market.door(admin) is None
    admin.execute("insert into shop.unrelated values (1, 'and refused by it')")
    assert refused_by(admin, "invariants")
