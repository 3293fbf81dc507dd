"""Probes of certification: what it asks, what it accepts, what it leaves behind."""

from __future__ import annotations

from typing import Any

from tests.attack import market
from tests.attack.market import ENTRYPOINT
from tests.attack.snapshot import outcome
from tests.mutants.harness import probe
from tests.mutants.probes_shop import child_of_the_shop, opened

GATES = [
    "definition",
    "volatility",
    "order",
    "firewall",
    "clock",
    "read_closure",
    "contract",
    "key",
    "universe",
    "time",
    "invariants",
    "coverage",
    "drift",
    "replay",
]


def refused(admin: market.Conn, gate: str = "", entrypoint: str = ENTRYPOINT) -> None:
    """Certification fails, and by that gate."""
    status = market.certify(admin, entrypoint)
    assert status.startswith("FAILED"), status
    assert gate in status, status


def _gate(admin: market.Conn, name: str, body: str) -> None:
    """Put another body under the name of a gate."""
    arguments = {
        "coverage": "p text, q jsonb",
        "drift": "p text, q jsonb",
        "replay": "p text, q text",
    }
    types = {"coverage": "text, jsonb", "drift": "text, jsonb", "replay": "text, text"}
    admin.execute(f"drop function audit.gate_{name}({types.get(name, 'text')})".encode())
    admin.execute(
        f"create function audit.gate_{name}({arguments.get(name, 'p text')})"
        f" returns setof audit.finding language {body}".encode()
    )
    admin.execute(f"alter function audit.gate_{name} owner to timeseal_owner".encode())


@probe("shop", *GATES)
def asked(database: Any, name: str) -> None:
    """A gate that objects is heard."""
    admin = database.connect()
    _gate(
        admin,
        name,
        "sql volatile as $$ select ('x', 'blocking', 'o', 's', 'e', 'f', 'h')::audit.finding $$",
    )
    refused(admin, name)


@probe("shop")
def a_gate_that_breaks_does_not_pass(database: Any) -> None:
    admin = database.connect()
    _gate(admin, "key", "plpgsql volatile as $$ begin return query select 1 / 0; end $$")
    refused(admin, "key")


@probe("shop", "coverage", "drift")
def breaks(database: Any, name: str) -> None:
    """What each gate is for, as one change of data or baseline."""
    admin = opened(database)
    admin.execute(
        {
            "coverage": "delete from audit.t0_dataset_hash_baseline where t0_day = '2020-01-11'",
            "drift": "update shop.price set price = price + 1 where item = 7",
        }[name].encode()
    )
    refused(admin, name)


def _changed(database: Any, gate: str, statement: str) -> None:
    admin = opened(database)
    admin.execute(statement.encode())
    refused(admin, gate)


@probe("shop")
def a_deleted_leaf_baseline(database: Any) -> None:
    _changed(database, "coverage", "delete from audit.t0_leaf_baseline where t0_day = '2020-01-04'")


@probe("shop")
def an_altered_baseline(database: Any) -> None:
    _changed(
        database,
        "coverage",
        "update audit.t0_dataset_hash_baseline set dataset_sha256 = repeat('0', 64)",
    )


@probe("shop")
def an_empty_store(database: Any) -> None:
    _changed(database, "coverage", "delete from shop.price")


@probe("shop")
def a_day_that_vanishes(database: Any) -> None:
    _changed(database, "missing", "delete from shop.price where t0 < '2020-01-02'")


@probe("shop")
def a_day_from_nowhere(database: Any) -> None:
    _changed(
        database,
        "unexpected",
        "insert into shop.price values (1, '2019-02-01 00:00:00+00', 1, 'POISON')",
    )


@probe("shop")
def an_open_day_that_shrinks(database: Any) -> None:
    admin = opened(database)
    admin.execute(
        "insert into shop.price select i, now(), 7, 'CLEAN' from generate_series(1, 3) as i"
    )
    if market.certify(admin) != "CERTIFIED":
        raise RuntimeError("an open day may grow")
    admin.execute("delete from shop.price where item = 3 and t0 > '2021-01-01'")
    refused(admin, "drift")


@probe("bare")
def never_baselined(database: Any) -> None:
    admin = database.connect()
    admin.execute("alter table audit.drift_event disable trigger append_only")
    admin.execute("delete from audit.drift_event")
    admin.execute("delete from audit.t0_dataset_hash_baseline")
    admin.execute("delete from audit.t0_leaf_baseline")
    refused(admin, "coverage")


@probe("shop")
def no_definition_baseline(database: Any) -> None:
    _changed(database, "definition", "delete from audit.t0_viewdef_baseline")


@probe("shop")
def a_changed_definition(database: Any) -> None:
    _changed(
        database, "definition", "alter function shop.doubled(integer) set timezone = 'Asia/Tokyo'"
    )


@probe("shop", "rows", "days", "older")
def budget(database: Any, name: str) -> None:
    """An approval accepts no more than its budget says, and only among the newest days."""
    admin = opened(database)
    days, rows = {"rows": (9, 1), "days": (1, 9), "older": (9, 9)}[name]
    admin.execute(
        "insert into audit.drift_budget values (%s, 'b', %s, %s)", (ENTRYPOINT, days, rows)
    )
    admin.execute("set timeseal.budget = 'b'")
    items = "(1, 2)" if name == "older" else "(38, 34)"
    admin.execute(f"update shop.price set price = price + 1 where item in {items}".encode())
    admin.execute("call audit.rebaseline_last_n_days(%s::regclass, 5)", (ENTRYPOINT,))
    refused(admin, "drift")


@probe("shop")
def changed_while_being_certified(database: Any) -> None:
    admin = opened(database)
    admin.execute("alter table shop.unrelated owner to timeseal_owner")
    _gate(
        admin,
        "invariants",
        "plpgsql volatile as $$ begin update shop.price set price = price where item = 1; end $$",
    )
    refused(admin, "race")


@probe("shop")
def certifiers_take_turns(database: Any) -> None:
    admin = opened(database)
    database.connect(autocommit=False).execute("select audit.certify(%s)", (ENTRYPOINT,))
    text = "select 1 from audit.entrypoint for no key update nowait"
    assert outcome(admin, text) == "55P03"


@probe("shop")
def the_chain_holds(database: Any) -> None:
    admin = opened(database)
    market.certify(admin)
    assert admin.execute("select run_id from audit.broken_chain").fetchall() == []


@probe("shop", "row", "link")
def rewritten_history_shows(database: Any, name: str) -> None:
    admin = opened(database)
    market.certify(admin)
    admin.execute("alter table audit.t0_cert_run disable trigger append_only")
    admin.execute(
        {
            "row": "update audit.t0_cert_run set notes = 'x' where run_id = 2",
            "link": "delete from audit.t0_cert_run where run_id = 1",
        }[name].encode()
    )
    assert admin.execute("select run_id from audit.broken_chain").fetchall() != []


@probe("shop")
def a_parent_is_bound_as_read(database: Any) -> None:
    admin = child_of_the_shop(database)
    admin.execute("alter table shop.unrelated owner to timeseal_owner")
    _gate(
        admin,
        "invariants",
        "plpgsql volatile as $$ begin"
        " if p = 'shop.child' and not exists (select from shop.unrelated) then"
        " insert into shop.unrelated values (1, 'x');"
        " insert into shop.price values (1, '2020-02-01', 7, 'CLEAN');"
        " perform audit.certify('shop.item_features', 10); end if; end $$",
    )
    market.certify(admin, "shop.child")
    row = admin.execute(
        "select r.dataset_rows from audit.t0_cert_run as r where r.entrypoint = 'shop.child'"
        " order by r.run_id desc limit 1"
    ).fetchone()
    assert market.door(admin, "shop.child") is not None or row == (market.ROWS + 1,)
