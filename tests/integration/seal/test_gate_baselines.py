"""What a certification compares with its record: definition, coverage, drift, and the stamps."""

from __future__ import annotations

import pytest
from tests.attack import market
from tests.attack.market import ENTRYPOINT
from tests.integration.seal.gate_examples import EXAMPLES, NEAR_MISSES

from timeseal.seal.check import GateCheck, check

STAMP = "delete from audit.stamp where relid = 'shop.{}'::regclass"


def after(conn: market.Conn, statement: str, gate: str) -> GateCheck:
    """What the gate says when something was done to the certified shop."""
    assert not check(conn, ENTRYPOINT, [gate])[0].fails
    conn.execute(statement.encode())
    return check(conn, ENTRYPOINT, [gate])[0]


@pytest.mark.gate("definition", "fires")
@pytest.mark.parametrize(
    ("change", "named"),
    [
        (EXAMPLES["definition"], "function shop.doubled(integer)"),
        ("alter function shop.doubled(integer) cost 7", "function shop.doubled(integer)"),
        ("revoke select on shop.visit_a from timeseal_owner", "shop.visit_a"),
        ("alter table shop.price add column more integer", "shop.price"),
        (
            "delete from audit.t0_viewdef_baseline where object_fqn like '%doubled%'",
            "function shop.doubled(integer)",
        ),
    ],
)
def test_a_changed_object_is_named(certified_shop: market.Conn, change: str, named: str) -> None:
    said = after(certified_shop, change, "definition")
    assert said.fails
    assert named in [finding.object for finding in said.findings]


@pytest.mark.gate("definition", "near miss")
def test_comments_statistics_and_indexes_are_no_definition(certified_shop: market.Conn) -> None:
    assert after(certified_shop, NEAR_MISSES["definition"], "definition").status == "passed"


@pytest.mark.gate("drift", "fires")
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("update shop.price set price = price + 1 where item = 7", 'changed {"t0"'),
        ("delete from shop.price where item = 7", "removed"),
        ("insert into shop.price values (7, '2020-01-03 07:00+00', 1, 'x')", "added"),
        (
            (
                "update shop.origin set note = 'x' where item = 7;"
                " refresh materialized view shop.item_origin"
            ),
            "changed",
        ),
    ],
)
def test_a_day_that_differs_is_named_with_its_rows(
    certified_shop: market.Conn, change: str, found: str
) -> None:
    said = after(certified_shop, change, "drift")
    (finding,) = said.findings
    assert said.fails
    assert finding.subject == "2020-01-03"
    assert found in (finding.found or "")
    assert '"item": 7' in (finding.found or "")


@pytest.mark.gate("drift", "near miss")
def test_the_same_values_and_new_days_are_no_drift(certified_shop: market.Conn) -> None:
    assert after(certified_shop, NEAR_MISSES["drift"], "drift").status == "passed"


@pytest.mark.gate("coverage", "fires")
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("delete from audit.t0_dataset_hash_baseline where t0_day = '2020-01-03'", "was deleted"),
        ("delete from audit.t0_leaf_baseline where t0_day = '2020-01-03'", "0 of 4 leaves"),
        (
            (
                "update audit.t0_dataset_hash_baseline set dataset_sha256 = repeat('0', 64)"
                " where t0_day = '2020-01-03'"
            ),
            "0000",
        ),
    ],
)
def test_a_lost_or_altered_baseline_is_no_first_run(
    certified_shop: market.Conn, change: str, found: str
) -> None:
    (finding,) = after(certified_shop, change, "coverage").findings
    assert finding.subject == "2020-01-03"
    assert found in (finding.found or "")


@pytest.mark.gate("coverage", "near miss")
def test_a_new_day_needs_no_baseline_yet(certified_shop: market.Conn) -> None:
    assert after(certified_shop, NEAR_MISSES["coverage"], "coverage").status == "passed"


@pytest.mark.gate("stamps", "fires")
def test_without_its_version_row_nothing_is_certified(certified_shop: market.Conn) -> None:
    certified_shop.execute(STAMP.format("item_features").encode())
    assert "stamps" in market.certify(certified_shop)
    certified_shop.execute(
        "insert into audit.stamp (relid) values ('shop.item_features'::regclass)"
    )
    assert market.certify(certified_shop) == "CERTIFIED"


@pytest.mark.gate("stamps", "near miss")
def test_the_version_row_of_another_relation_is_not_missed(certified_shop: market.Conn) -> None:
    certified_shop.execute("select audit.attach_stamp('shop.basket'::regclass)")
    certified_shop.execute(STAMP.format("basket").encode())
    assert market.certify(certified_shop) == "CERTIFIED"
