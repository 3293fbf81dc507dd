"""What runs in the place of an operator, and what sorts and indexes run: sealed like the view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import psycopg
import pytest
from tests.attack import market
from tests.attack.market import Conn, Database

OPERATORS = """
create function shop.ne(integer, integer) returns boolean language sql immutable return $1 <> $2;
create function shop.eq(integer, integer) returns boolean language sql immutable strict
return coalesce($1 = $2, false);
create function shop.gt(integer, integer) returns boolean language sql immutable strict
return $1 > $2;
create function shop.lt(integer, integer) returns boolean language sql immutable return $1 < $2;
create operator shop.=== (
  leftarg = integer, rightarg = integer, function = shop.eq, negator = operator(shop.!==));
create operator shop.!== (
  leftarg = integer, rightarg = integer, function = shop.ne, negator = operator(shop.===));
create operator shop.>>> (
  leftarg = integer, rightarg = integer, function = shop.gt, commutator = operator(shop.<<<));
create operator shop.<<< (
  leftarg = integer, rightarg = integer, function = shop.lt, commutator = operator(shop.>>>));
"""
#: a composite that sorts and hashes by functions of its own
CLASSES = """
create type shop.pair as (b integer, z integer);
create function shop.pl(shop.pair, shop.pair) returns boolean language sql immutable
return ($1).b < ($2).b;
create function shop.ple(shop.pair, shop.pair) returns boolean language sql immutable
return ($1).b <= ($2).b;
create function shop.pe(shop.pair, shop.pair) returns boolean language sql immutable
return ($1).b = ($2).b;
create function shop.pge(shop.pair, shop.pair) returns boolean language sql immutable
return ($1).b >= ($2).b;
create function shop.pg(shop.pair, shop.pair) returns boolean language sql immutable
return ($1).b > ($2).b;
create function shop.cmp(shop.pair, shop.pair) returns integer language sql immutable
return ($1).b - ($2).b;
create operator shop.< (leftarg = shop.pair, rightarg = shop.pair, function = shop.pl);
create operator shop.<= (leftarg = shop.pair, rightarg = shop.pair, function = shop.ple);
create operator shop.= (leftarg = shop.pair, rightarg = shop.pair, function = shop.pe);
create operator shop.>= (leftarg = shop.pair, rightarg = shop.pair, function = shop.pge);
create operator shop.> (leftarg = shop.pair, rightarg = shop.pair, function = shop.pg);
create operator class shop.pair_ops default for type shop.pair using btree as
operator 1 shop.<, operator 2 shop.<=, operator 3 shop.=, operator 4 shop.>=, operator 5 shop.>,
function 1 shop.cmp(shop.pair, shop.pair);
create table shop.paired (item integer primary key, cc shop.pair not null);
insert into shop.paired select i, row(i, 0)::shop.pair from generate_series(1, 40) as i;
alter table shop.paired owner to timeseal_owner;
"""
HASHED = """
create function shop.hashed(integer, bigint) returns bigint language sql immutable
return $1::bigint * 7919;
create operator class shop.hashed_ops for type integer using hash as
operator 1 =, function 2 shop.hashed(integer, bigint);
create table shop.spread (item integer, v integer) partition by hash (item shop.hashed_ops);
create table shop.spread_0 partition of shop.spread for values with (modulus 2, remainder 0);
create table shop.spread_1 partition of shop.spread for values with (modulus 2, remainder 1);
insert into shop.spread select i, i from generate_series(1, 40) as i;
alter table shop.spread owner to timeseal_owner;
alter table shop.spread_0 owner to timeseal_owner;
alter table shop.spread_1 owner to timeseal_owner;
"""
REVERSED = """
create function shop.turned(integer, integer) returns integer language sql immutable
return $2 - $1;
create operator class shop.turned_ops for type integer using btree as
operator 1 >, operator 2 >=, operator 3 =, operator 4 <=, operator 5 <,
function 1 shop.turned(integer, integer);
"""
INDEX = "create index turned on shop.price (item shop.turned_ops)"
NE = "create or replace function shop.ne(integer, integer) returns boolean language sql immutable return $1 = $2"  # noqa: E501
LT = "create or replace function shop.lt(integer, integer) returns boolean language sql immutable return $1 > $2"  # noqa: E501
CMP = "create or replace function shop.cmp(shop.pair, shop.pair) returns integer language sql immutable return ($2).b - ($1).b"  # noqa: E501
FLIP = "create or replace function shop.turned(integer, integer) returns integer language sql immutable return $1 - $2"  # noqa: E501
SPILL = "create or replace function shop.hashed(integer, bigint) returns bigint language sql immutable return $1::bigint * 7919 + 1"  # noqa: E501
JSON_CLASS = """
create function shop.je(json, json) returns boolean language sql immutable
return $1::text = $2::text;
create function shop.jh(json) returns integer language sql immutable return length($1::text);
create operator shop.= (leftarg = json, rightarg = json, function = shop.je, hashes);
create operator class shop.json_ops default for type json using hash as
operator 1 shop.=, function 1 shop.jh(json);
"""


@dataclass(frozen=True, slots=True)
class Case:
    """What is made before the seal, what the view shows, and the command that changes it."""

    before: str
    shows: str
    change: str
    source: str = "shop.price as p"


PAIRED = "shop.price as p join shop.paired as k on k.item = p.item"
OPERATOR = {
    "the function of a negator": Case(OPERATORS, "not (p.price operator(shop.===) 103) as v", NE),
    "the function of a commutator": Case(OPERATORS, "5 operator(shop.>>>) p.item as v", LT),
    "the owner of a negator": Case(
        OPERATORS,
        "not (p.price operator(shop.===) 103) as v",
        "alter operator shop.!== (integer, integer) owner to timeseal_owner",
    ),
    "what estimates an operator": Case(
        OPERATORS,
        "p.item operator(shop.>>>) 5 as v",
        "alter operator shop.>>> (integer, integer) set (restrict = scalargtsel)",
    ),
}
CLASS = {
    "what sorts": Case(
        CLASSES, "row_number() over (order by k.cc, p.item, p.t0) as v", CMP, PAIRED
    ),
    "what sorts by a class that is not the default": Case(
        CLASSES.replace("pair_ops default for", "pair_ops for"),
        "row_number() over (order by k.cc using operator(shop.<), p.item, p.t0) as v",
        CMP,
        PAIRED,
    ),
    "what compares the parts of an array": Case(
        CLASSES, "array[k.cc] = array[row(3, 0)::shop.pair] as v", CMP, PAIRED
    ),
    "what picks the greatest": Case(
        CLASSES, "(greatest(k.cc, row(3, 0)::shop.pair)).b as v", CMP, PAIRED
    ),
    "a function that joins a family": Case(
        CLASSES,
        "row_number() over (order by k.cc, p.item, p.t0) as v",
        "create function shop.eqi(oid) returns boolean language sql immutable return true;"
        "alter operator family shop.pair_ops using btree add"
        " function 4 (shop.pair, shop.pair) shop.eqi(oid)",
        PAIRED,
    ),
    "what spreads over partitions": Case(
        HASHED, "k.v", SPILL, "shop.price as p join shop.spread as k on k.item = p.item"
    ),
    "what an index runs": Case(REVERSED + INDEX, "p.price as v", FLIP),
    "an index that comes later": Case(REVERSED, "p.price as v", INDEX),
    "a class for a type of the server": Case("", "p.price as v", JSON_CLASS),
}
#: one of each kind of row that has to be watched
UNWATCHED = (
    "the function of a negator",
    "what estimates an operator",
    "what sorts",
    "a function that joins a family",
    "an index that comes later",
    "a class for a type of the server",
)
UNUSED = "an operator class that nothing uses"
HARMLESS = {
    "an operator that leads nowhere": Case(
        OPERATORS, "p.item operator(pg_catalog.>) 5 as v", NE + ";" + LT
    ),
    UNUSED: Case(CLASSES + REVERSED, "p.price as v", FLIP + ";" + CMP),
    "an index of the server's own class": Case(
        REVERSED, "p.price as v", "create index plain on shop.price (item)"
    ),
}
REFUSED = {
    "a negator without a stored body": (
        OPERATORS + "create or replace function shop.ne(integer, integer) returns boolean"
        " language plpgsql immutable as 'begin return $1 <> $2; end'",
        "not (p.price operator(shop.===) 103) as v",
        "shop.price as p",
        {("shop.!==(integer,integer)", "shop.ne(integer,integer)")},
    ),
    "a comparison that reads the session": (
        CLASSES + "create or replace function shop.cmp(shop.pair, shop.pair) returns integer"
        " language sql stable return ($1).b - ($2).b",
        "(greatest(k.cc, row(3, 0)::shop.pair)).b as v",
        PAIRED,
        {("shop.pair_ops USING btree", "shop.cmp(shop.pair,shop.pair)")},
    ),
    "a hash without a stored body": (
        HASHED + "create or replace function shop.hashed(integer, bigint) returns bigint"
        " language sql immutable as 'select $1::bigint'",
        "k.v",
        "shop.price as p join shop.spread as k on k.item = p.item",
        {("shop.hashed_ops USING hash", "shop.hashed(integer,bigint)")},
    ),
}


def seal(conn: Conn, before: str, shows: str, source: str) -> None:
    """A declared view of the shop that leads to those operators."""
    conn.execute(before.encode())
    conn.execute(
        f"create view shop.led as select p.item, p.t0, {shows} from {source};"
        "create view shop.led_train with (security_barrier) as select s.item, s.t0, s.v"
        f" from shop.led as s where {market.asks('shop.led', 's.item')};"
        "alter view shop.led owner to timeseal_owner;"
        "alter view shop.led_train owner to timeseal_owner".encode()
    )
    market.declare(conn, "shop.led", "shop.led_train", ["item", "t0"], "t0")


def strict(conn: Conn) -> str:
    """What the strict check says: 'certified' or the state it raises."""
    try:
        with conn.transaction():
            conn.execute("select audit.require_certified_strict('shop.led')")
    except psycopg.Error as error:
        return str(error.sqlstate)
    return "certified"


def changed(database: Database, case: Case, watched: bool) -> Conn:
    """Certify, check that it holds, change; as one transaction each, since rows date from them."""
    conn = database.connect()
    if not watched:
        conn.execute(
            "drop event trigger timeseal_watch_ddl; drop event trigger timeseal_watch_drop"
        )
    seal(conn, case.before, case.shows, case.source)
    market.baseline(conn, "shop.led")
    status = market.certify(conn, "shop.led")
    if (status, market.door(conn, "shop.led"), strict(conn)) != ("CERTIFIED", None, "certified"):
        raise RuntimeError(status)
    conn.execute(case.change.encode())
    return conn


def shut(database: Database, case: Case, watched: bool) -> None:
    """At once, for the strict check, and for good until the change is accepted."""
    conn = changed(database, case, watched)
    assert market.door(conn, "shop.led") is not None
    assert strict(conn) == "TS001"
    assert "definition" in market.certify(conn, "shop.led")


@pytest.mark.parametrize("case", OPERATOR)
def test_what_stands_in_for_an_operator_shuts_the_door(
    open_shop: Callable[[], Database], case: str
) -> None:
    shut(open_shop(), OPERATOR[case], watched=True)


@pytest.mark.parametrize("case", CLASS)
def test_what_sorts_hashes_and_searches_shuts_the_door(
    open_shop: Callable[[], Database], case: str
) -> None:
    shut(open_shop(), CLASS[case], watched=True)


@pytest.mark.parametrize("case", UNWATCHED)
def test_it_does_where_only_row_versions_stand_watch(
    open_shop: Callable[[], Database], case: str
) -> None:
    shut(open_shop(), {**OPERATOR, **CLASS}[case], watched=False)


@pytest.mark.one_major
@pytest.mark.parametrize("case", ["the function of a negator", "what sorts"])
def test_the_doctor_and_the_strict_check_see_what_nobody_saw(
    open_shop: Callable[[], Database], case: str
) -> None:
    one = {**OPERATOR, **CLASS}[case]
    unseen = (
        "alter event trigger timeseal_watch_ddl disable;"
        f"{one.change}; alter event trigger timeseal_watch_ddl enable always"
    )
    conn = changed(open_shop(), replace(one, change=unseen), watched=True)
    assert strict(conn) == "TS001"
    found = conn.execute("select f.object from audit.doctor_definitions() as f").fetchall()
    assert found == [("shop.led",)]


@pytest.mark.parametrize(("case", "watched"), [*((one, True) for one in HARMLESS), (UNUSED, False)])
def test_what_it_does_not_lead_to_leaves_it_open(
    open_shop: Callable[[], Database], case: str, watched: bool
) -> None:
    conn = changed(open_shop(), HARMLESS[case], watched)
    assert market.door(conn, "shop.led") is None
    assert strict(conn) == "certified"
    assert market.certify(conn, "shop.led") == "CERTIFIED"


@pytest.mark.parametrize("case", REFUSED)
def test_what_it_leads_to_is_judged(sandbox: Conn, case: str) -> None:
    before, shows, source, expected = REFUSED[case]
    seal(sandbox, before, shows, source)
    found = sandbox.execute(
        "select f.object, f.subject from audit.gate_volatility('shop.led') as f"
    ).fetchall()
    assert expected <= set(found)
