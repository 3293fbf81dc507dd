"""Data and definitions reached by another name: a parent table, a field's type, a dictionary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.attack import market
from tests.attack.market import Conn
from tests.databases import Database

from timeseal.seal import certificate, foreign
from timeseal.seal.foreign import Seal

WORLD = """
create schema nook;
create table nook.visit (id integer, t0 timestamptz, n integer) partition by range (t0);
create table nook.visit_a partition of nook.visit
  for values from ('2024-01-01 00:00+00') to ('2024-02-01 00:00+00');
insert into nook.visit select i, timestamptz '2024-01-02 00:00+00' + i * interval '1 hour', i
  from generate_series(1, 30) as i;
create table nook.parent (id integer, t0 timestamptz, n integer);
create table nook.child () inherits (nook.parent);
insert into nook.child select * from nook.visit_a;
create type nook.mood as enum ('calm', 'keen');
create type nook.pair as (moods nook.mood[], n integer);
create domain nook.small as integer;
create table nook.felt (id integer, t0 timestamptz, pair nook.pair, pairs nook.pair[],
  n nook.small);
insert into nook.felt select id, t0, row (array['calm']::nook.mood[], n)::nook.pair,
  array[row (array['calm']::nook.mood[], n)::nook.pair], n
  from nook.visit_a;
create view nook.leaf_v as select v.id, v.t0, v.n from nook.visit_a as v;
create view nook.child_v as select c.id, c.t0, c.n from nook.child as c;
create view nook.felt_v as select f.id, f.t0, f.pair from nook.felt as f;
create view nook.all_felt_v as select f.id, f.t0, (f.pairs)[1] as pair from nook.felt as f;
create view nook.small_v as select f.id, f.t0, f.n from nook.felt as f;
create text search dictionary nook.words (template = pg_catalog.simple);
create text search configuration nook.plain (copy = pg_catalog.simple);
alter text search configuration nook.plain alter mapping for asciiword with nook.words;
create view nook.words_v as select v.id, v.t0,
  to_tsvector('nook.plain'::regconfig, 'Cats')::text as w
  from nook.visit_a as v;
create table nook.tongue (id integer, c regconfig);
insert into nook.tongue values (1, 'nook.plain');
create view nook.tongue_v as select v.id, v.t0, to_tsvector(k.c, 'Cats')::text as w
  from nook.visit_a as v join nook.tongue as k on k.id = v.id;
create view nook.english_v as select v.id, v.t0,
  length(to_tsvector('pg_catalog.english'::regconfig, 'Cats')) as w from nook.visit_a as v;
create view nook.place_v as select v.id, v.t0, (point(v.n / 3.0, 0))::text as place
  from nook.visit_a as v;
"""
CHANGES = {
    "a partition through its root": ("nook.leaf_v", "update nook.visit set n = n + 1000"),
    "a partition emptied through its root": ("nook.leaf_v", "truncate nook.visit"),
    "a child through its parent": ("nook.child_v", "delete from nook.parent where n > 3"),
    "a root whose counter is off": (
        "nook.leaf_v",
        "alter table nook.visit disable trigger timeseal_stamp; update nook.visit set n = 0",
    ),
    "a label inside a composite": (
        "nook.felt_v",
        "alter type nook.mood rename value 'calm' to 'z'",
    ),
    "a label inside composites of an array": (
        "nook.all_felt_v",
        "alter type nook.mood rename value 'calm' to 'z'",
    ),
    "a domain's new rule": (
        "nook.small_v",
        "alter domain nook.small add constraint few check (value < 1000000) not valid",
    ),
    "rights on the schema": ("nook.small_v", "grant create on schema nook to public"),
}
SEALED = sorted({view for view, _ in CHANGES.values()})


@pytest.fixture(scope="module", params=["full", "owner-only"])
def nook(request: pytest.FixtureRequest, databases: Any, sealed_template: str) -> Iterator[Conn]:
    """Every view sealed, with and without event triggers; a test undoes what it does."""
    database: Database = databases.create(sealed_template)
    admin = database.connect()
    if request.param == "owner-only":
        for name in ("timeseal_watch_ddl", "timeseal_watch_drop"):
            admin.execute(f"drop event trigger {name}".encode())
    admin.execute(WORLD.encode())
    for view in SEALED:
        done = foreign.add(admin, Seal(view, ("id",), "t0"))
        assert done.is_certified, done.notes
    # in the owner-only class sealing a neighbour touches the catalogue
    for view in SEALED:
        assert certificate.certify(admin, view).is_certified
        assert market.door(admin, view) is None
    yield admin
    databases.drop(database)


@pytest.fixture
def undone(nook: Conn) -> Iterator[Conn]:
    """A transaction that is rolled back; a burnt fuse is not."""
    with nook.transaction(force_rollback=True):
        yield nook


def test_a_neighbour_s_writes_and_labels_leave_the_door_open(undone: Conn) -> None:
    undone.execute(
        "create table nook.visit_b partition of nook.visit"
        " for values from ('2024-02-01 00:00+00') to ('2024-03-01 00:00+00');"
        "insert into nook.visit_b values (99, '2024-02-02 00:00+00', 1);"
        "create type nook.other as enum ('calm'); alter type nook.other rename value 'calm' to 'z'"
    )
    assert {view: market.door(undone, view) for view in SEALED} == dict.fromkeys(SEALED)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_by_another_name_closes_the_door(undone: Conn, change: str) -> None:
    view, statement = CHANGES[change]
    undone.execute(statement.encode())
    assert "after certification" in (market.door(undone, view) or "the door is open")


@pytest.mark.parametrize(
    ("view", "gate"),
    [
        ("nook.words_v", "definition"),
        ("nook.place_v", "volatility"),
        ("nook.tongue_v", "volatility"),
    ],
)
def test_what_cannot_be_sealed_is_refused(undone: Conn, view: str, gate: str) -> None:
    done = foreign.add(undone, Seal(view, ("id",), "t0"))
    assert gate in {check.gate for check in done.checks if check.status == "failed"}


def test_a_configuration_of_the_server_is_no_offence(undone: Conn) -> None:
    done = foreign.add(undone, Seal("nook.english_v", ("id",), "t0"))
    assert done.is_certified, done.notes


def test_a_parent_that_joins_later_is_refused_until_counted(undone: Conn) -> None:
    undone.execute(
        "create table nook.above (id integer, t0 timestamptz, n integer);"
        "alter table nook.parent inherit nook.above;"
        "call audit.capture_viewdef_baseline('nook.child_v')"
    )
    failed = certificate.certify(undone, "nook.child_v")
    found = [f["object"] for c in failed.checks for f in c.first if c.gate == "read_closure"]
    assert found == ["nook.above"]
    foreign.repair(undone, "nook.child_v")
    undone.execute("call audit.capture_viewdef_baseline('nook.child_v')")
    assert certificate.certify(undone, "nook.child_v").is_certified
    undone.execute("update nook.above set n = 0")
    assert "UPDATE by" in (market.door(undone, "nook.child_v") or "the door is open")


def test_a_waiver_taken_back_in_between_opens_nothing(databases: Any, shop_template: str) -> None:
    from tests.mutants.probes_hidden_paths import certified_on_an_older_snapshot

    database: Database = databases.create(shop_template)
    admin = certified_on_an_older_snapshot(database)
    assert "taken back" in (market.door(admin) or "the door is open")
    databases.drop(database)
