"""What is said of drift: columns, old values, who accepted it, and that the record stands."""

from __future__ import annotations

import pytest
from tests.drift.incidents import Conn

CELLS = (
    "select c.change, c.class, c.column_name, c.expected, c.found from audit.drift_days(%(e)s) as d"
    " cross join audit.drift_cells(%(e)s, array[d.t0_day], 20) as c"
)
FOREIGN = {"e": "kiosk.feature"}
STORE = {"e": "ml.thing_features_v"}
UNKEPT = "changed (old value not kept)"


def test_a_changed_row_names_its_columns_and_what_is_known_of_the_old_values(kiosk: Conn) -> None:
    kiosk.execute("update kiosk.sale set price = 5, weight = 2.5 where item = 80")
    assert kiosk.execute(CELLS, FOREIGN).fetchall() == [
        ("changed", "correction", "price", "180", "5"),
        ("changed", "correction", "price_rated", UNKEPT, "5.00"),
        ("changed", "correction", "price_twice", "360", "10"),
        ("changed", "correction", "weight", UNKEPT, "2.5"),
    ]


def test_a_value_that_was_null_is_said_to_have_been_null(kiosk: Conn) -> None:
    kiosk.execute("update kiosk.sale set weight = null where item = 160")
    kiosk.execute("insert into audit.drift_budget values ('kiosk.feature', 'b', 9, 9)")
    kiosk.execute("set local timeseal.budget = 'b'")
    kiosk.execute("call audit.rebaseline_last_n_days('kiosk.feature'::regclass)")
    kiosk.execute("update kiosk.sale set weight = 1 where item = 160")
    assert kiosk.execute(CELLS, FOREIGN).fetchall() == [
        ("changed", "correction", "weight", "NULL", "1")
    ]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("delete from kiosk.sale where item = 80", ("removed", "deletion", "the row")),
        (
            "insert into kiosk.sale select 801, t0, 1, 1, 'x' from kiosk.sale where item = 80",
            ("added", "late arrival", "no such row"),
        ),
    ],
)
def test_a_row_that_came_or_went_has_no_columns(
    statement: str, expected: tuple[str, str, str], kiosk: Conn
) -> None:
    kiosk.execute(statement.encode())
    row = kiosk.execute(CELLS, FOREIGN).fetchone()
    assert row is not None
    assert (row[0], row[1], row[3]) == expected
    assert row[2] is None


def test_a_column_that_came_is_named(kiosk: Conn) -> None:
    kiosk.execute(
        "create or replace view kiosk.feature as select s.item, s.t0, s.price, s.weight, s.note,"
        " o.region, kiosk.doubled(s.price) as price_twice, kiosk.rated(s.price) as price_rated,"
        " 1 as extra from kiosk.sale as s"
        " left join kiosk.origin_known as o on o.grp = s.item % 5"
    )
    rows = kiosk.execute(
        "select distinct d.columns, d.classes from audit.drift_days('kiosk.feature') as d"
    )
    assert rows.fetchall() == [(["+extra"], ["definition"])]


def test_a_cell_written_past_publish_shows_the_value_that_the_facts_give(shop: Conn) -> None:
    row = shop.execute("select offered_median from store.thing_enriched where item = 77").fetchone()
    assert row is not None
    shop.execute("update store.thing_enriched set offered_median = 99999 where item = 77")
    assert shop.execute(CELLS, STORE).fetchall() == [
        ("changed", "tampering", "offered_median", str(row[0]), "99999")
    ]


def test_an_old_text_comes_back_from_the_published_view_where_its_digest_agrees(shop: Conn) -> None:
    shop.execute("select count(*) from audit.refresh_published('shop')")
    shop.execute("update ref.place set label = 'elsewhere' where grp = 1")
    shop.execute("select count(*) from audit.refresh_store('shop', true)")
    found = {row[2:] for row in shop.execute(CELLS, STORE)}
    assert found == {("label", "in place 1", "in elsewhere")}


def test_facts_that_arrive_before_a_certificate_but_after_the_refresh_are_still_news(
    shop: Conn,
) -> None:
    shop.execute(
        "insert into raw.ending select s.grp, s.item, s.seen_at, s.seen_at + interval '1 h', 9"
        " from raw.sighting as s where s.item = 4"
    )
    shop.execute("select audit.certify('ml.thing_features_v')")
    shop.execute("select count(*) from audit.refresh_store('shop', true)")
    rows = shop.execute("select distinct d.classes from audit.drift_days(%(e)s) as d", STORE)
    assert rows.fetchall() == [(["late arrival"],)]


def test_the_ledger_says_who_in_which_role(kiosk: Conn) -> None:
    kiosk.execute("delete from kiosk.sale where item = 1")
    kiosk.execute("set local timeseal.reason = 'spring cleaning'; set local role timeseal_owner")
    kiosk.execute("call audit.rebaseline_last_n_days('kiosk.feature'::regclass)")
    row = kiosk.execute(
        "select l.verdict, l.classes, l.rows_removed, l.acting_role, l.actor <> l.acting_role,"
        " l.reason, l.chain_holds from audit.drift_ledger as l order by l.drift_id desc limit 1"
    ).fetchone()
    assert row == ("refused", ["deletion"], 1, "timeseal_owner", True, "spring cleaning", True)


@pytest.mark.parametrize(
    "rewrite",
    [
        "update audit.drift_event set reason = 'nothing' where drift_id = {}",
        "delete from audit.drift_event where drift_id = {}",
    ],
)
def test_a_rewritten_ledger_shows(rewrite: str, kiosk: Conn) -> None:
    """Above every role one can switch the trigger off; the chain is what tells."""
    (first,) = kiosk.execute("select min(drift_id) from audit.drift_event").fetchone() or (0,)
    doctor = "select f.level, f.object from audit.doctor() as f where f.gate = 'history'"
    assert kiosk.execute("select * from audit.broken_ledger").fetchall() == []
    assert kiosk.execute(doctor).fetchall() == []
    kiosk.execute("alter table audit.drift_event disable trigger append_only")
    kiosk.execute(rewrite.format(first + 1).encode())
    assert kiosk.execute("select count(*) from audit.broken_ledger").fetchone() == (1,)
    assert kiosk.execute(doctor).fetchall() == [("blocking", "kiosk.feature")]
