"""`timeseal seal check, waive, waivers, unwaive` on a market of somebody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.attack import market
from tests.attack.market import ENTRYPOINT
from tests.databases import Database
from tests.mutants.probes_waivers import NAMED, ROW, RULE
from tests.servers import server_under_test

from timeseal.cli.__main__ import run
from timeseal.db.embedded import Embedded

pytestmark = pytest.mark.one_major

Output = pytest.CaptureFixture[str]


@pytest.fixture
def shop(
    server: Embedded,
    monkeypatch: pytest.MonkeyPatch,
    clone: Callable[[str], Database],
    shop_market: str,
) -> market.Conn:
    database = clone(shop_market)
    monkeypatch.setenv("TIMESEAL_HOME", str(server.home))
    monkeypatch.setenv("TIMESEAL_PG_BINDIR", str(server_under_test().bindir))
    monkeypatch.setenv("TIMESEAL_DB", database.name)
    conn = database.connect()
    assert market.certify(conn) == "CERTIFIED"  # a certificate is of one database only
    return conn


@pytest.fixture
def ruled(shop: market.Conn) -> market.Conn:
    """The same with a rule that one row breaks."""
    shop.execute(RULE.format(above=139).encode())
    return shop


@pytest.fixture(scope="module")
def shop_market(databases: Any, sealed_template: str) -> str:
    database = databases.create(sealed_template)
    conn = database.connect()
    market.create(conn)
    market.baseline(conn)
    database.close()
    return str(database.name)


def test_check_names_rows_and_says_what_made_the_exit_code(
    shop: market.Conn, capsys: Output
) -> None:
    assert run(["seal", "check", ENTRYPOINT, "--gate", "key", "--gate", "order"]) == 0
    assert "do not refuse it; the door is open" in capsys.readouterr().err
    shop.execute(RULE.format(above=139).encode())
    assert run(["seal", "check", ENTRYPOINT]) == 1
    said = capsys.readouterr()
    assert ROW in said.out
    assert "mend the price" in said.out
    assert "the gates refuse it: invariants; the door is closed" in said.err
    shop.execute("insert into shop.visit_a values (2, 'a', 1)")
    assert run(["seal", "check", ENTRYPOINT, "--gate", "order"]) == 1
    assert "do not refuse it; the door is closed" in capsys.readouterr().err
    assert run(["seal", "check", ENTRYPOINT, "--gate", "key", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["failing"] == ["key"]
    assert document["door"] == "closed"
    assert '"item": 2' in document["gates"][0]["first"][0]["subject"]


def test_rows_are_counted_even_when_they_are_not_shown(shop: market.Conn, capsys: Output) -> None:
    shop.execute("insert into shop.visit_a select i, 'a', 1 from generate_series(2, 12, 2) as i")
    assert run(["seal", "check", ENTRYPOINT, "--gate", "key", "--rows", "2"]) == 1
    said = capsys.readouterr()
    assert said.out.count("subject ") == 2
    assert "gate key: 4 more; show them with --rows 6" in said.err


def test_a_check_may_replay(shop: market.Conn, capsys: Output) -> None:
    assert run(["seal", "check", ENTRYPOINT, "--gate", "key", "--with-replay", "--json"]) == 0
    gates = json.loads(capsys.readouterr().out)["gates"]
    assert [(one["gate"], one["status"]) for one in gates] == [
        ("key", "passed"),
        ("replay", "not applicable"),
    ]


def test_a_finding_is_waived_listed_and_taken_back(ruled: market.Conn, capsys: Output) -> None:
    waive = ["seal", "waive", ENTRYPOINT, "--gate", "invariants", "--subject", NAMED]
    assert run([*waive, "--reason", "known", "--days", "30"]) == 0
    number = capsys.readouterr().out.strip()
    assert run(["certify", ENTRYPOINT]) == 0
    assert "waived: invariants" in capsys.readouterr().err
    assert run(["seal", "check", ENTRYPOINT]) == 0
    assert "waived_why    known" in capsys.readouterr().out
    assert run(["seal", "waivers", ENTRYPOINT, "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["state"], listed["reason"], listed["subject"]) == ("in force", "known", NAMED)
    assert run(["seal", "unwaive", number, "--reason", "mended"]) == 0
    assert run(["seal", "check", ENTRYPOINT]) == 1
    assert "refuse it: invariants; the door is closed" in capsys.readouterr().err
    assert run(["seal", "waivers"]) == 0
    assert "taken back" in capsys.readouterr().out
    assert run([*waive, "--renew", "--days", "30"]) == 0
    assert run(["certify", ENTRYPOINT]) == 0
    assert "waived: invariants" in capsys.readouterr().err


def test_only_what_was_waived_before_is_renewed(ruled: market.Conn, capsys: Output) -> None:
    waive = ["seal", "waive", ENTRYPOINT, "--gate", "invariants", "--subject", NAMED]
    assert run([*waive, "--renew", "--days", "30"]) == 2
    assert "a waiver needs a reason" in capsys.readouterr().err


@pytest.mark.parametrize(
    "rest",
    [
        [],
        ["--days", "366"],
        ["--days", "0"],
        ["--until", "2020-01-01"],
        ["--days", "3", "--until", "2999-01-01"],
    ],
)
def test_a_waiver_without_a_fit_end_is_refused(
    shop: market.Conn, rest: list[str], capsys: Output
) -> None:
    waive = ["seal", "waive", ENTRYPOINT, "--gate", "invariants", "--subject", NAMED]
    assert run([*waive, "--reason", "x", *rest]) == 2
    assert capsys.readouterr().err


def test_an_unknown_gate_is_a_mistake_of_the_caller(shop: market.Conn, capsys: Output) -> None:
    assert run(["seal", "check", ENTRYPOINT, "--gate", "keys"]) == 2
    assert "volatility" in capsys.readouterr().err


def test_a_view_with_two_rows_of_a_key_is_sealed_refused_and_certified_when_mended(
    clone: Callable[[str], Database], sealed_template: str
) -> None:
    conn = clone(sealed_template).connect()
    market.create(conn)
    conn.execute("insert into shop.visit_a values (2, 'a', 1)")
    conn.execute("call audit.publish(%s)", (ENTRYPOINT,))
    assert "key, coverage" in str(market.door(conn))
    conn.execute("delete from shop.visit_a where item = 2 and visits = 1")
    conn.execute("call audit.publish(%s)", (ENTRYPOINT,))
    assert market.door(conn) is None
