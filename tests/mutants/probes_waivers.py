"""Probes of waivers: what may be accepted, by whom, for how long, and what that lets through."""

from __future__ import annotations

from typing import Any

import psycopg
from tests.attack import market
from tests.attack.market import ENTRYPOINT
from tests.mutants.harness import probe
from tests.mutants.probes_seal import refused
from tests.mutants.probes_shop import opened

ROW = '{"item": 40}'
NAMED = f"dear {ROW}"
RULE = (
    "create view shop.dear as select f.item from shop.item_features as f where f.price > {above};"
    " alter view shop.dear owner to timeseal_owner;"
    " insert into audit.store_invariant (entrypoint, name, relid, hint)"
    " values ('shop.item_features', 'dear', 'shop.dear'::regclass, 'mend the price');"
    " call audit.capture_viewdef_baseline('shop.item_features')"
)
INSERT = (
    "insert into audit.waiver (entrypoint, gate, subject, reason, expires_at)"
    " values (%(entrypoint)s, %(gate)s, %(subject)s, %(reason)s,"
    " clock_timestamp() + %(until)s::interval) returning waiver_id"
)

WAIVE = (
    "select audit.waive(%(entrypoint)s, %(gate)s, %(subject)s, %(reason)s,"
    " now() + %(until)s::interval)"
)


def waive(conn: market.Conn, **changes: Any) -> int:
    """Put a waiver on record for the row that the rule names; the number it got."""
    given = {
        "entrypoint": ENTRYPOINT,
        "gate": "invariants",
        "subject": NAMED,
        "reason": "known",
        "until": "1 hour",
        **changes,
    }
    row = conn.execute(INSERT, given).fetchone()
    assert row is not None
    return int(row[0])


def ruled(database: Any, above: int = 139) -> market.Conn:
    """A shop with a rule that items above a price break: item 40 above 139."""
    admin = opened(database)
    admin.execute(RULE.format(above=above).encode())
    return admin


def accepted(admin: market.Conn) -> None:
    """The set-up of a probe holds: with this waiver the shop is certified."""
    status = market.certify(admin)
    if status != "CERTIFIED":
        raise RuntimeError(status)


ELSEWHERE = {
    "of another entrypoint": {"entrypoint": "shop.other"},
    "of another gate": {"gate": "universe"},
    "of another row": {"subject": 'dear {"item": 39}'},
    "of another rule": {"subject": 'cheap {"item": 40}'},
    "that expired": {"until": "20 milliseconds"},
}


@probe("shop", *ELSEWHERE)
def a_waiver(database: Any, name: str) -> None:
    """It accepts one row of one rule of one entrypoint until its end, nothing else."""
    admin = ruled(database)
    waive(admin, **ELSEWHERE[name])
    admin.execute("select pg_sleep(0.05)")
    refused(admin, "invariants")


#: What a waiver does not outlive.
OUTLIVED = {
    "another value": "update shop.price set price = 999999 where item = 40",
    "a value that the rule does not read": "update shop.price set note = 'BAD' where item = 40",
    "the rule written anew": "create or replace view shop.dear as"
    " select f.item from shop.item_features as f where f.price > 100 and f.item = 40",
    "a function of the rule": "create or replace function shop.bound() returns integer"
    " language sql immutable parallel safe return 138",
    "a view in the rule's place": "create view shop.mild as"
    " select f.item from shop.item_features as f where f.item = 40;"
    " alter view shop.mild owner to timeseal_owner;"
    " update audit.store_invariant set relid = 'shop.mild'::regclass where name = 'dear'",
}
BOUND = (
    "create function shop.bound() returns integer language sql immutable parallel safe return 139;"
    " alter function shop.bound() owner to timeseal_owner; create or replace view shop.dear as"
    " select f.item from shop.item_features as f where f.price > shop.bound();"
    " call audit.capture_viewdef_baseline('shop.item_features')"
)


@probe("shop", *OUTLIVED)
def a_waiver_ends_with(database: Any, change: str) -> None:
    """It was given for one rule and the values of one row; what changed since is accepted."""
    admin = ruled(database)
    admin.execute(BOUND.encode())
    number = waive(admin)
    accepted(admin)
    why = "the values of the row changed" if "value" in change else "the rule was written anew"
    admin.execute(OUTLIVED[change].encode())
    admin.execute(
        "insert into audit.drift_budget values (%s, 'repair', 99, 99)"
        " on conflict (entrypoint, name) do nothing",
        (ENTRYPOINT,),
    )
    admin.execute("set timeseal.budget = 'repair'")
    market.baseline(admin)
    refused(admin, "invariants")
    said = admin.execute(
        "select c.fix from audit.check(%s, '{invariants}') as c", (ENTRYPOINT,)
    ).fetchall()
    assert sum(f"waiver {number} holds no more, {why}:" in fix for (fix,) in said) == 1, said


@probe("shop")
def a_waiver_outlives_other_rows(database: Any) -> None:
    """Neither another row nor a comment is part of it."""
    admin = ruled(database)
    waive(admin)
    admin.execute("insert into shop.price values (1, '2020-02-01', 7, 'CLEAN')")
    admin.execute("comment on view shop.dear is 'x'")
    assert market.certify(admin) == "CERTIFIED"


NOTHING = ('cheap {"item": 40}', 'dear {"item": "x"}')


@probe("shop", *NOTHING)
def what_is_no_row_of_a_rule_is_not_waived(database: Any, subject: str) -> None:
    admin = ruled(database)
    given = {"gate": "invariants", "subject": subject, "reason": "x", "until": "1 hour"}
    try:
        admin.execute(WAIVE, {"entrypoint": ENTRYPOINT, **given})
    except psycopg.Error as error:
        assert "nothing to waive" in str(error), error  # noqa: PT017
        return
    raise AssertionError(subject)


@probe("shop")
def rows_beyond_the_waived_ones_are_seen(database: Any) -> None:
    """Waiving the first twenty rows of a rule does not hide the twenty-first."""
    admin = ruled(database, above=119)
    for item in range(20, 40):
        waive(admin, subject=f'dear {{"item": {item}}}')
    refused(admin, "invariants")


@probe("shop")
def an_unnamed_finding_is_not_waived(database: Any) -> None:
    """The gate's own error names no row: no subject of a waiver fits it."""
    admin = ruled(database)
    waive(admin)
    admin.execute("alter table audit.waiver disable trigger check_waiver")
    for subject in ("dear", "view", "dear view", ENTRYPOINT, "the gate itself"):
        waive(admin, subject=subject)
    admin.execute("update audit.store_invariant set relid = 1")
    market.baseline(admin)
    refused(admin, "invariants")


@probe("shop")
def a_forced_waiver_of_drift_counts_for_nothing(database: Any) -> None:
    """Even a row that got past the trigger accepts nothing of a gate that is never waived."""
    admin = opened(database)
    admin.execute("alter table audit.waiver disable trigger check_waiver")
    admin.execute(
        "select audit.waive(%s, 'drift', 'shop.item_features 2020-01-03', 'x',"
        " clock_timestamp() + interval '1 hour')",
        (ENTRYPOINT,),
    )
    admin.execute("update shop.price set price = price + 1 where item = 7")
    refused(admin, "drift")


@probe("shop")
def a_certificate_ends_with_its_waiver(database: Any) -> None:
    admin = ruled(database)
    waive(admin)
    accepted(admin)
    row = admin.execute(
        "select expires_at < clock_timestamp() + interval '2 hours' from audit.t0_cert_run"
        " order by run_id desc limit 1"
    ).fetchone()
    assert row == (True,)


@probe("shop")
def a_waiver_taken_back_counts_for_nothing(database: Any) -> None:
    admin = ruled(database)
    number = waive(admin)
    accepted(admin)
    admin.execute("select audit.unwaive(%s, 'mistaken')", (number,))
    refused(admin, "invariants")


@probe("shop")
def taking_a_waiver_back_shuts_the_door(database: Any) -> None:
    admin = ruled(database)
    number = waive(admin)
    accepted(admin)
    if market.door(admin) is not None:
        raise RuntimeError("the door is not open")
    admin.execute("select audit.unwaive(%s, 'mistaken')", (number,))
    assert market.door(admin) is not None


REFUSED = {
    "for a gate that is never waived": {"gate": "key"},
    "for a day of drift": {"gate": "drift", "subject": "shop.item_features 2020-01-03"},
    "for no gate": {"gate": "keys"},
    "without an end": {"until": None},
    "for more than a year": {"until": "8761 hours"},
    "of the past": {"until": "-1 hour"},
    "of a whole rule": {"subject": "dear"},
    "of a row under every rule": {"subject": ROW},
    "of the whole entrypoint": {"subject": ENTRYPOINT},
    "of an empty row": {"subject": "dear {}"},
    "of a relation by a bare name": {"gate": "replay", "subject": "place"},
    "without a reason": {"reason": " "},
}


@probe("shop", *REFUSED)
def a_waiver_is_refused(database: Any, name: str) -> None:
    """Not recorded, whoever inserts it."""
    admin = opened(database)
    waive(admin)
    try:
        waive(admin, **REFUSED[name])
    except psycopg.Error:
        return
    raise AssertionError(name)


@probe("shop")
def a_waiver_is_signed_and_dated(database: Any) -> None:
    """Author and date are the database's, whatever the insert claims."""
    admin = opened(database)
    row = admin.execute(
        "insert into audit.waiver"
        " (entrypoint, gate, subject, reason, author, created_at, expires_at)"
        " values (%s, 'invariants', %s, 'x', 'somebody', now() - interval '1 day',"
        " now() + interval '1 hour')"
        " returning author = session_user, created_at > now() - interval '1 minute'",
        (ENTRYPOINT, NAMED),
    ).fetchone()
    assert row == (True, True)


CHANGES = {
    "prolonged": "update audit.waiver set expires_at = now() + interval '9 years'",
    "deleted": "delete from audit.waiver",
    "revocation deleted": "delete from audit.waiver_revocation",
}


@probe("shop", *CHANGES)
def the_record_of_waivers_stays(database: Any, name: str) -> None:
    """Neither waivers nor revocations are changed, not even by their owner."""
    admin = opened(database)
    admin.execute("select audit.unwaive(%s, 'x')", (waive(admin),))
    try:
        admin.execute(CHANGES[name].encode())
    except psycopg.Error as error:
        if error.sqlstate != "TS002":
            raise
        return
    raise AssertionError(name)


@probe("shop", "timeseal_certifier", "timeseal_worker", "ml_training")
def nobody_forges_a_waiver(database: Any, role: str) -> None:
    """The working roles neither insert waivers nor call what does."""
    admin = ruled(database)
    given = {
        "entrypoint": ENTRYPOINT,
        "gate": "invariants",
        "subject": NAMED,
        "reason": "x",
        "until": "1 hour",
    }
    for text in (
        INSERT,
        WAIVE,
        "select audit.unwaive(1, 'x')",
    ):
        try:
            with admin.transaction():
                admin.execute(f"set local role {role}".encode())
                admin.execute(text, given)
        except psycopg.errors.InsufficientPrivilege:
            continue
        raise AssertionError(text)
