"""Probes of data and definitions reached by another name."""

from __future__ import annotations

from typing import Any

from tests.attack import market
from tests.attack.test_hidden_paths import CHANGES, WORLD
from tests.mutants.harness import probe
from tests.mutants.probes_waivers import RULE, waive

from timeseal.seal import certificate, foreign
from timeseal.seal.certificate import Certificate
from timeseal.seal.foreign import Seal


def _sealed(database: Any, view: str) -> tuple[market.Conn, Certificate]:
    admin: market.Conn = database.connect()
    admin.execute(WORLD.encode())
    return admin, foreign.add(admin, Seal(view, ("id",), "t0"))


def _refused(done: Certificate, gate: str) -> None:
    assert gate in [check.gate for check in done.checks if check.status == "failed"]


@probe(
    "shop",
    "a partition through its root",
    "a label inside a composite",
    "a root whose counter is off",
)
def by_another_name(database: Any, name: str) -> None:
    view, statement = CHANGES[name]
    admin, done = _sealed(database, view)
    if not done.is_certified:
        raise RuntimeError(done.notes)
    admin.execute(statement.encode())
    assert market.door(admin, view) is not None


@probe("shop")
def a_parent_that_nobody_counts(database: Any) -> None:
    admin, _ = _sealed(database, "nook.child_v")
    admin.execute(
        "create table nook.above (id integer, t0 timestamptz, n integer);"
        "alter table nook.parent inherit nook.above;"
        "call audit.capture_viewdef_baseline('nook.child_v')"
    )
    _refused(certificate.certify(admin, "nook.child_v"), "read_closure")


@probe("shop")
def a_dictionary_is_refused(database: Any) -> None:
    _refused(_sealed(database, "nook.words_v")[1], "definition")


@probe("shop")
def a_point_as_text_is_refused(database: Any) -> None:
    _refused(_sealed(database, "nook.place_v")[1], "volatility")


@probe("shop")
def no_digest_of_refused_rows(database: Any) -> None:
    admin: market.Conn = database.connect()
    market.certified(admin)
    reader = database.connect("training")
    asked = "select r.fingerprint from audit.t0_cert_registry as r where r.run_id is not null"
    open_door = reader.execute(asked).fetchone()
    if open_door is None or open_door[0] is None:
        raise RuntimeError("an open door shows its fingerprint")
    admin.execute("call audit.revoke_certificate(%s, 'a test')", (market.ENTRYPOINT,))
    assert reader.execute(asked).fetchone() == (None,)


@probe("shop")
def a_configuration_from_a_column_is_refused(database: Any) -> None:
    _refused(_sealed(database, "nook.tongue_v")[1], "volatility")


def certified_on_an_older_snapshot(database: Any) -> market.Conn:
    """A waiver is taken back after the snapshot of the certification that counts on it."""
    admin: market.Conn = database.connect()
    market.baseline(admin)
    admin.execute(RULE.format(above=139).encode())
    market.certify(admin)
    waive(admin)
    older: market.Conn = database.connect()
    older.execute("begin isolation level repeatable read")
    older.execute("select count(*) from audit.waiver")
    admin.execute("select audit.unwaive(w.waiver_id, 'mistaken') from audit.waiver as w")
    if market.certify(older) != "CERTIFIED":
        raise RuntimeError("the older snapshot still has the waiver")
    older.execute("commit")
    return admin


@probe("shop")
def taken_back_in_between(database: Any) -> None:
    assert market.door(certified_on_an_older_snapshot(database)) is not None
