"""Waivers: one row, one gate, one year at most, signed, never changed; checked without a trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from tests.attack import market
from tests.attack.market import ENTRYPOINT
from tests.mutants import probes_waivers
from tests.mutants.probes_waivers import ELSEWHERE, REFUSED, ROW, RULE, waive

from timeseal.seal.check import check
from timeseal.seal.waiver import waivers


@dataclass
class Shop:
    """What a probe expects of a database: one that hands out the connection it has."""

    conn: market.Conn

    def connect(self) -> market.Conn:
        return self.conn


@pytest.fixture
def ruled(certified_shop: market.Conn) -> market.Conn:
    """A rule that one row breaks, and a waiver for that row."""
    certified_shop.execute(RULE.format(above=139).encode())
    waive(certified_shop)
    return certified_shop


def status_of(conn: market.Conn, gate: str) -> str:
    (one,) = check(conn, ENTRYPOINT, [gate])
    return one.status


@pytest.mark.parametrize("name", REFUSED)
def test_a_waiver_is_refused(certified_shop: market.Conn, name: str) -> None:
    with pytest.raises(psycopg.Error), certified_shop.transaction():
        waive(certified_shop, **REFUSED[name])
    assert certified_shop.execute("select count(*) from audit.waiver").fetchone() == (0,)


@pytest.mark.parametrize(
    ("gate", "subject"),
    [
        ("invariants", 'dear {"item": 40}'),
        ("universe", 'shop.item_features {"item": 7, "t0": "x"}'),
        ("replay", "ref.place"),
    ],
)
def test_a_waiver_that_names_one_thing_is_recorded(
    certified_shop: market.Conn, gate: str, subject: str
) -> None:
    waive(certified_shop, gate=gate, subject=subject, until="8759 hours")
    assert certified_shop.execute("select gate, subject from audit.waiver_in_force").fetchall() == [
        (gate, subject)
    ]


def test_only_a_declared_reference_is_pinned(certified_shop: market.Conn) -> None:
    with pytest.raises(psycopg.Error, match="no reference relation"), certified_shop.transaction():
        certified_shop.execute(
            "select audit.waive(%s, 'replay', 'shop.origin', 'a map', now() + interval '1 hour')",
            (ENTRYPOINT,),
        )
    certified_shop.execute(
        "insert into audit.fact_relation (relid, kind)"
        " values ('shop.origin'::regclass, 'reference')"
    )
    certified_shop.execute(
        "select audit.waive(%s, 'replay', 'shop.origin', 'a map', now() + interval '1 hour')",
        (ENTRYPOINT,),
    )


@pytest.mark.parametrize("role", ["timeseal_certifier", "timeseal_worker", "ml_training"])
def test_nobody_who_works_here_may_waive(certified_shop: market.Conn, role: str) -> None:
    probes_waivers.nobody_forges_a_waiver(Shop(certified_shop), role)


@pytest.mark.parametrize("change", probes_waivers.CHANGES)
def test_the_record_is_append_only(certified_shop: market.Conn, change: str) -> None:
    probes_waivers.the_record_of_waivers_stays(Shop(certified_shop), change)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_waiver_accepts_its_own_row_only(certified_shop: market.Conn, name: str) -> None:
    certified_shop.execute(RULE.format(above=139).encode())
    waive(certified_shop, **ELSEWHERE[name])
    certified_shop.execute("select pg_sleep(0.03)")
    assert status_of(certified_shop, "invariants") == "failed"


def test_a_waived_row_does_not_stop_a_certificate_and_ends_it(ruled: market.Conn) -> None:
    assert status_of(ruled, "invariants") == "waived"
    assert market.certify(ruled) == "CERTIFIED"
    row = ruled.execute(
        "select r.waivers #>> '{0,reason}', r.expires_at = w.expires_at"
        " from audit.t0_cert_run as r, audit.waiver as w order by r.run_id desc limit 1"
    ).fetchone()
    assert row == ("known", True)


def test_a_second_row_is_not_waived_with_the_first(certified_shop: market.Conn) -> None:
    certified_shop.execute(RULE.format(above=138).encode())
    waive(certified_shop)
    (one,) = check(certified_shop, ENTRYPOINT, ["invariants"])
    assert (one.status, one.open) == ("failed", 1)
    assert [(f.subject, f.waived is not None) for f in one.findings] == [
        ('{"item": 39}', False),
        (ROW, True),
    ]


@pytest.mark.parametrize("change", probes_waivers.OUTLIVED)
def test_a_waiver_ends_with_what_it_was_given_for(certified_shop: market.Conn, change: str) -> None:
    probes_waivers.a_waiver_ends_with(Shop(certified_shop), change)


def test_a_waiver_outlives_what_it_was_not_given_for(certified_shop: market.Conn) -> None:
    probes_waivers.a_waiver_outlives_other_rows(Shop(certified_shop))


def test_a_waiver_is_renewed_for_what_there_is_now(ruled: market.Conn) -> None:
    ruled.execute("update shop.price set note = 'BAD' where item = 40")
    assert status_of(ruled, "invariants") == "failed"
    assert [one.state for one in waivers(ruled)] == ["outlived: the values of the row changed"]
    waive(ruled)
    assert status_of(ruled, "invariants") == "waived"


@pytest.mark.parametrize("subject", probes_waivers.NOTHING)
def test_nothing_is_waived_that_is_no_row_of_a_rule(
    certified_shop: market.Conn, subject: str
) -> None:
    with certified_shop.transaction(force_rollback=True):
        probes_waivers.what_is_no_row_of_a_rule_is_not_waived(Shop(certified_shop), subject)


def test_taking_back_shuts_the_door_it_opened_and_no_other(ruled: market.Conn) -> None:
    unused = waive(ruled, subject='dear {"item": 39}')
    assert market.certify(ruled) == "CERTIFIED"
    ruled.execute("select audit.unwaive(%s, 'never needed')", (unused,))
    assert market.door(ruled) is None
    used = ruled.execute("select min(waiver_id) from audit.waiver").fetchone()
    ruled.execute("select audit.unwaive(%s, 'mended')", used)
    assert market.door(ruled) is not None
    assert [one.state for one in waivers(ruled, ENTRYPOINT)] == ["taken back", "taken back"]
    with pytest.raises(psycopg.Error, match="no waiver"), ruled.transaction():
        ruled.execute("select audit.unwaive(%s, 'again')", used)


def test_a_check_leaves_no_trace(ruled: market.Conn) -> None:
    ruled.execute("update shop.price set price = price + 1 where item = 7")
    text = (
        "select (select count(*) from audit.t0_cert_run), (select count(*) from audit.drift_event),"
        " (select jsonb_agg(to_jsonb(s) order by s.relid) from audit.stamp as s),"
        " (select jsonb_agg(pg_sequence_last_value(e.fuse::regclass)) from audit.entrypoint as e)"
    )
    before = ruled.execute(text).fetchone()
    said = {one.gate: one for one in check(ruled, ENTRYPOINT)}
    assert said["drift"].fails
    assert said["drift"].findings[0].subject == "2020-01-03"
    assert "replay" not in said
    assert ruled.execute(text).fetchone() == before


def test_findings_come_as_rows_with_what_waives_them(ruled: market.Conn) -> None:
    ruled.execute("insert into shop.visit_a values (2, 'a', 1)")
    found = ruled.execute(
        "select c.gate, c.level, c.subject, c.waived_why, c.waived_by = session_user"
        " from audit.check(%s, array['key', 'invariants']) as c",
        (ENTRYPOINT,),
    ).fetchall()
    assert found == [
        ("key", "blocking", '{"t0": "2020-01-02T00:00:00+00:00", "item": 2}', None, None),
        ("invariants", "blocking", ROW, "known", True),
    ]


def test_the_certifier_may_check_and_the_reader_may_not(certified_shop: market.Conn) -> None:
    call = "select count(*) from audit.check('shop.item_features', array['key'])"
    certified_shop.execute("set local role timeseal_certifier")
    assert certified_shop.execute(call).fetchone() == (0,)
    certified_shop.execute("set local role ml_training")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        certified_shop.execute(call)


@pytest.mark.parametrize("gates", [["keys"], ["key", ""], [None]])
def test_a_gate_that_does_not_exist_is_an_error(
    certified_shop: market.Conn, gates: list[Any]
) -> None:
    with pytest.raises(psycopg.Error, match="is no gate"):
        certified_shop.execute("select * from audit.check(%s, %s::text[])", (ENTRYPOINT, gates))
