"""A changed cell is never certified again as the same data, however deep in a value it lies."""

from __future__ import annotations

import psycopg
import pytest
from tests.attack import market
from tests.attack.market import Conn

WORLD = """
create type shop.pair as (a text, b integer);
create domain shop.pair_d as shop.pair;
create table shop.kept (
  item integer primary key, list integer[], pairs shop.pair_d[], free numeric, fixed numeric(8, 2)
);
insert into shop.kept
  select i, array[100 + i, 7], array[row('x', i)::shop.pair_d], 1.5, 1.5
  from generate_series(1, 40) as i;
alter table shop.kept owner to timeseal_owner;
"""
FINGERPRINT = (
    "select r.fingerprint from audit.t0_cert_registry as r where r.entrypoint = 'shop.deep'"
)


def seal(sandbox: Conn, column: str) -> None:
    """A declared view that shows that column."""
    sandbox.execute(WORLD.encode())
    sandbox.execute(
        f"create view shop.deep as select p.item, p.t0, k.{column} from shop.price as p"
        " join shop.kept as k on k.item = p.item;"
        f"create view shop.deep_train with (security_barrier) as select f.item, f.t0, f.{column}"
        f" from shop.deep as f where {market.asks('shop.deep', 'f.item')};"
        "alter view shop.deep owner to timeseal_owner;"
        "alter view shop.deep_train owner to timeseal_owner".encode()
    )
    market.declare(sandbox, "shop.deep", "shop.deep_train", ["item", "t0"], "t0")


def open_for(sandbox: Conn, column: str) -> str:
    """The fingerprint under which that view was certified."""
    seal(sandbox, column)
    market.baseline(sandbox, "shop.deep")
    assert market.certify(sandbox, "shop.deep") == "CERTIFIED"
    row = sandbox.execute(FINGERPRINT.encode()).fetchone()
    assert row is not None
    return str(row[0])


def test_composites_under_a_domain_in_an_array_are_refused(sandbox: Conn) -> None:
    seal(sandbox, "pairs")
    with pytest.raises(psycopg.Error, match="column pairs has type") as refused:
        market.baseline(sandbox, "shop.deep")
    assert refused.value.sqlstate == "TS003"


def test_an_array_that_moves_its_bounds_is_refused(sandbox: Conn) -> None:
    open_for(sandbox, "list")
    sandbox.execute("update shop.kept set list = '[0:1]={107,7}' where item = 7")
    assert market.door(sandbox, "shop.deep") is not None
    with sandbox.transaction(force_rollback=True), pytest.raises(psycopg.Error) as refused:
        market.certify(sandbox, "shop.deep")
    assert "column list holds an array" in str(refused.value)
    assert "[0:1]={107,7}" in str(refused.value)
    assert market.door(sandbox, "shop.deep") is not None


def test_an_array_written_again_from_one_is_the_same(sandbox: Conn) -> None:
    before = open_for(sandbox, "list")
    sandbox.execute("update shop.kept set list = '[1:2]={107,7}' where item = 7")
    assert market.certify(sandbox, "shop.deep") == "CERTIFIED"
    assert sandbox.execute(FINGERPRINT.encode()).fetchone() == (before,)


def test_where_equality_ends(sandbox: Conn) -> None:
    """A number without a declared scale may be written otherwise; with one it cannot be."""
    before = open_for(sandbox, "free")
    sandbox.execute("update shop.kept set free = 1.50, fixed = 1.5 where item = 7")
    assert market.door(sandbox, "shop.deep") is not None
    assert market.certify(sandbox, "shop.deep") == "CERTIFIED"
    assert sandbox.execute(FINGERPRINT.encode()).fetchone() == (before,)
    shown = "select distinct k.{0}::text from shop.kept as k order by 1"
    assert sandbox.execute(shown.format("free").encode()).fetchall() == [("1.5",), ("1.50",)]
    assert sandbox.execute(shown.format("fixed").encode()).fetchall() == [("1.50",)]
