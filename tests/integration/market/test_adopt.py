"""A table that others write becomes facts: history as declared, changes as seen, nothing lost."""

from __future__ import annotations

from typing import Any

import pytest
from tests.databases import Database

from timeseal.errors import ClaimFailed, UsageError
from timeseal.market import adopt as market
from timeseal.market.adoption import Taken, Wanted
from timeseal.market.stores import declaration
from timeseal.market.vertical import load

TABLE = """
create schema shop;
create table shop.listings (
  generation integer, listing_id bigint, edited_date timestamptz, title text, asked numeric(10, 2),
  status text, sold_date timestamptz, sold_price integer, spam text, battery integer
);
insert into shop.listings values
  (13, 1, '2026-01-01 08:00+00', 'one', 4000, 'live', null, null, null, 80),
  (13, 2, '2026-01-02 08:00+00', 'two', 4500, 'sold', '2026-01-09 10:00+00', 4200, null, 81),
  (14, 3, '2026-01-03 08:00+00', 'three', 6000, 'removed', null, null, null, 82),
  (14, 4, '2026-01-04 08:00+00', 'four', 6100, 'older21days', null, null, 'wtb', 83);
"""
WANTED = Wanted(
    "shop.listings", ("generation", "listing_id"), "edited_date", mapped={"price": "asked"}
)
SEEN = (
    "select o.listing_id, o.title, o.price, o.state_seen, o.known_at_kind from"
    " raw.listing_observation as o order by o.listing_id, o.observed_at"
)
HAPPENED = (
    "select e.listing_id, e.event, e.event_time_kind, e.known_at_kind, e.price, e.mark"
    " from raw.listing_event as e order by e.listing_id, e.known_at, e.event"
)


class Shop:
    """A database with a market and somebody's table in it."""

    def __init__(self, database: Database) -> None:
        self.admin = database.connect()
        self.worker = database.connect("worker")
        self.owner = database.connect()
        self.owner.execute(TABLE)

    def adopt(self, **changed: Any) -> Taken:
        wanted = {name: getattr(WANTED, name) for name in Wanted.__slots__}
        return market.adopt(self.admin, self.worker, Wanted(**{**wanted, **changed}))[1]

    def poll(self) -> Taken:
        return market.take_in(self.worker, market.find(self.worker, "shop.listings"))

    def all(self, query: str) -> list[tuple[Any, ...]]:
        return self.admin.execute(query).fetchall()


@pytest.fixture
def shop(market_db: Database) -> Shop:
    return Shop(market_db)


def test_history_is_declared_and_its_ends_are_known_from_the_adoption_on(shop: Shop) -> None:
    taken = shop.adopt()
    assert (taken.observations, taken.declared, taken.events, taken.refused) == (4, 4, 3, 0)
    assert shop.all(SEEN) == [
        (1, "one", 4000, "live", "declared"),
        (2, "two", 4500, "live", "declared"),
        (3, "three", 6000, "live", "declared"),
        (4, "four", 6100, "live", "declared"),
    ]
    assert shop.all(HAPPENED) == [
        (2, "sold", "platform", "observed", 4200, None),
        (3, "removed", "first_observed", "observed", 6000, None),
        (4, "spam_marked", "first_observed", "observed", None, "wtb"),
    ]
    ((t0, known),) = shop.all(
        "select o.observed_at = '2026-01-02 08:00+00', e.known_at > clock_timestamp() - interval"
        " '1 minute' from raw.listing_observation as o join raw.listing_event as e"
        " using (generation, listing_id) where listing_id = 2"
    )
    assert (t0, known) == (True, True)


def test_what_is_in_is_not_taken_in_again(shop: Shop) -> None:
    shop.adopt()
    before = shop.all(SEEN), shop.all(HAPPENED)
    for taken in (shop.adopt(), shop.poll()):
        assert (taken.observations, taken.events, taken.refused, taken.missed) == (0, 0, 0, 0)
    assert (shop.all(SEEN), shop.all(HAPPENED)) == before


def test_changes_are_known_when_they_were_written(shop: Shop) -> None:
    shop.adopt()
    shop.owner.execute("update shop.listings set asked = 3900 where listing_id = 1")
    shop.owner.execute("update shop.listings set battery = 1")  # nobody mapped it
    shop.owner.execute(
        "insert into shop.listings values (13, 5, '2026-02-01 00:00+01', 'five', 100, 'live')"
    )
    ((written,),) = shop.all("select clock_timestamp()")
    shop.owner.execute(
        "update shop.listings set status = 'sold', sold_date = clock_timestamp(), sold_price = 90"
        " where listing_id = 5"
    )
    taken = shop.poll()
    assert (taken.observations, taken.declared, taken.missed) == (3, 0, 0)
    assert shop.all(HAPPENED + " limit 1") == [
        (1, "price_changed", "first_observed", "observed", 3900, None)
    ]
    assert shop.all(
        f"select o.state_seen, o.observed_at < '{written}', o.edited_at = '2026-02-01 00:00+01'"
        " from raw.listing_observation as o where o.listing_id = 5 order by 2 desc"
    ) == [("live", True, True), ("sold", False, True)]
    assert shop.all(
        f"select e.event, e.price, e.price_kind, e.event_time > '{written}',"
        " e.known_at > e.event_time from raw.listing_event as e where e.listing_id = 5"
    ) == [("sold", 90, "declared", True, True)]
    assert shop.poll().observations == 0


@pytest.mark.parametrize("watch", ["trigger", "poll"])
def test_a_table_that_nobody_notes_is_compared(shop: Shop, watch: str) -> None:
    shop.adopt(watch=watch, deleted_means="removed")
    shop.owner.execute("alter table shop.listings disable trigger user")
    shop.owner.execute("update shop.listings set title = 'uno' where listing_id = 1")
    shop.owner.execute("delete from shop.listings where listing_id = 4")
    taken = shop.poll()
    assert (taken.observations, taken.events, taken.vanished) == (1, 1, 1)
    assert taken.missed == (1 if watch == "trigger" else 0)
    assert shop.poll().events == 0
    assert shop.all(
        "select e.event from raw.listing_event as e where e.listing_id = 4"
        " and e.event <> 'spam_marked'"
    ) == [("removed",)]


def test_what_nobody_declared_is_not_written(shop: Shop) -> None:
    """A vanished row, an unknown word and an empty table tell nothing, and are on record once."""
    shop.adopt()
    before = len(shop.all(HAPPENED))
    shop.owner.execute("delete from shop.listings where listing_id = 4")
    shop.owner.execute("update shop.listings set status = 'paused' where listing_id = 1")
    taken = shop.poll()
    assert (taken.observations, taken.noted, taken.refused) == (1, 2, 0)
    assert shop.poll().noted == 0
    shop.owner.execute("truncate shop.listings")
    assert (shop.poll().noted, len(shop.all(HAPPENED))) == (0, before)
    assert shop.all(
        "select q.column_name, q.found, q.reason from raw.quarantine as q order by 1, 2"
    ) == [
        ("status", "paused", "unknown_status"),
        ("status", "the row is not there any more", "vanished"),
    ]


def test_a_row_that_goes_and_comes_back_says_so(shop: Shop) -> None:
    shop.adopt(deleted_means="gone")
    shop.owner.execute("update shop.listings set status = 'sold' where listing_id = 1")
    shop.owner.execute("update shop.listings set status = 'live' where listing_id = 1")
    shop.poll()
    shop.owner.execute("update shop.listings set status = 'sold' where listing_id = 1")
    shop.owner.execute(
        "begin; create temp table k as select * from shop.listings;"
        " truncate shop.listings; insert into shop.listings select * from k; commit"
    )
    assert shop.poll().vanished == 0
    assert [row[1:3] for row in shop.all(HAPPENED) if row[0] == 1] == [
        ("sold", "first_observed"),
        ("relisted", "first_observed"),
        ("sold", "first_observed"),
    ]


BAD = {
    "no number": ("(13, null, '2026-01-01', 'x', 1, 'live')", ("listing_id", "missing", None)),
    "no time": ("(13, 9, null, 'x', 1, 'live')", ("edited_date", "missing", None)),
    "no instant": ("(13, 9, 'infinity', 'x', 1, 'live')", ("edited_date", "bad_value", "infinity")),
    "a half": ("(13, 9, '2026-01-01', 'x', 1.5, 'live')", ("asked", "bad_value", "1.5")),
    "a key twice": ("(13, 1, '2026-01-02', 'x', 1, 'live')", ("listing_id", "duplicate_key", "1")),
    "later than now": (
        "(13, 9, '2999-01-01', 'x', 1, 'live')",
        ("edited_date", "in_the_future", "2999-01-01 00:00:00+00"),
    ),
    "ended before": (
        "(13, 9, '2026-01-02', 'x', 1, 'sold', '2026-01-01')",
        ("sold_date", "before_t0", "2026-01-01 00:00:00+00"),
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_kept_aside_with_what_was_expected(shop: Shop, case: str) -> None:
    row, found = BAD[case]
    shop.owner.execute(f"set timezone = 'UTC'; insert into shop.listings values {row}".encode())
    taken = shop.adopt()
    assert (taken.rows_in, taken.observations, taken.refused) == (5, 4, 1)
    assert shop.all("select q.column_name, q.reason, q.found from raw.quarantine as q") == [found]
    assert (shop.poll().refused, len(shop.all("select from raw.quarantine"))) == (0, 1)


def test_a_bad_write_succeeds_and_is_kept_aside(shop: Shop) -> None:
    shop.adopt()
    shop.owner.execute("insert into shop.listings values (null, null, null, 'x', 0.5, 'y')")
    shop.owner.execute("update shop.listings set sold_date = 'infinity' where listing_id = 2")
    assert shop.poll().refused == 5
    assert shop.all("select count(*) from raw.adopted_change") == [(0,)]


def test_a_row_that_cannot_be_written_down_does_not_fail_its_writer(shop: Shop) -> None:
    shop.owner.execute("alter table shop.listings add column details json")
    shop.adopt()
    shop.owner.execute(
        r"""update shop.listings set details = '"\u0000"', asked = 3 where listing_id = 1"""
    )
    ((fault,),) = shop.all("select c.fault from raw.adopted_change as c")
    assert fault.startswith("22P05")
    taken = shop.poll()
    assert (taken.observations, taken.missed) == (1, 1)


TRAP = """
create type shop.mood as enum ('fine', 'odd');
create function shop.as_json(shop.mood) returns json language plpgsql as $$
begin raise exception 'it ran as %', current_user; end $$;
create function shop.as_text(shop.mood) returns text language plpgsql as $$
begin raise exception 'it ran as %', current_user; end $$;
create cast (shop.mood as json) with function shop.as_json;
create cast (shop.mood as text) with function shop.as_text as implicit;
"""


@pytest.mark.parametrize("watch", ["trigger", "poll"])
def test_no_code_of_the_tables_owner_runs_with_our_rights(shop: Shop, watch: str) -> None:
    """An enum is taken as the server writes it; a cast that comes later, or earlier, never runs."""
    shop.owner.execute("alter table shop.listings drop column title")
    traps = TRAP.split(";\n", 1)
    shop.owner.execute(traps[0].encode())
    shop.owner.execute("alter table shop.listings add column title shop.mood default 'fine'")
    shop.adopt(watch=watch)
    shop.owner.execute(traps[1].encode())
    shop.owner.execute("update shop.listings set title = 'odd' where listing_id = 1")
    noted = "select c.fault like '%casts are not of the server' from raw.adopted_change as c"
    assert shop.all(noted) == ([(True,)] if watch == "trigger" else [])
    assert shop.poll().observations == 1
    assert shop.all("select o.title from raw.listing_observation as o where o.title = 'odd'") == [
        ("odd",)
    ]
    shop.owner.execute("create table shop.more as select * from shop.listings")
    with pytest.raises(UsageError, match="brings its own casts"):
        shop.adopt(table="shop.more")
    assert shop.adopt(table="shop.more", watch="poll").declared == 4


def test_attributes_are_known_from_when_they_are_seen(shop: Shop) -> None:
    shop.adopt(attributes=("battery",))
    shop.owner.execute("update shop.listings set battery = 70 where listing_id = 1")
    shop.owner.execute("update shop.listings set battery = null where listing_id = 1")
    shop.owner.execute("update shop.listings set title = 'x' where listing_id = 2")
    assert (shop.poll().attributes, shop.poll().attributes) == (2, 0)
    shop.owner.execute("update shop.listings set title = 'y' where listing_id = 2")
    assert (shop.poll().attributes, shop.poll().missed) == (0, 0)
    assert shop.all(
        "select a.listing_id, a.value, a.known_at > d.adopted_at, a.known_at_kind"
        " from raw.attribute_event as a, raw.adoption as d where a.attribute = 'battery'"
        " order by a.listing_id, a.known_at"
    ) == [
        (1, "80", True, "observed"),
        (1, "70", True, "observed"),
        (1, None, True, "observed"),
        (2, "81", True, "observed"),
        (3, "82", True, "observed"),
        (4, "83", True, "observed"),
    ]


def test_every_type_comes_through_triggers_as_it_does_by_comparison(shop: Shop) -> None:
    """What a trigger noted is what the table says: a comparison afterwards finds nothing."""
    shop.owner.execute(
        "set timezone = 'Asia/Tokyo'; create domain shop.free as text;"
        "create table shop.wide (generation text, listing_id numeric, seen timestamp,"
        " seller_rating double precision, is_bidding boolean, storage_gb numeric(8, 2),"
        " published_on date, description shop.free, review_count smallint, edited_at timestamptz)"
    )
    row = (
        "'007', %s, '2026-03-01 12:00', 1e-7, true, 128.00, '2026-03-01', E'a\\nø', 3,"
        " '2026-03-01 12:00+09'"
    )
    shop.owner.execute(f"insert into shop.wide values ({row % '1.0'})".encode())
    shop.adopt(table="shop.wide", t0="seen", mapped={}, zone="Europe/Oslo")
    shop.owner.execute(f"insert into shop.wide values ({row % '2'})".encode())
    shop.owner.execute("update shop.wide set seller_rating = 'NaN' where listing_id = 1")
    adoption = market.find(shop.worker, "wide")
    taken = market.take_in(shop.worker, adoption)
    assert (taken.observations, taken.refused, taken.missed) == (1, 1, 0)
    shop.owner.execute("update shop.wide set seller_rating = 1e-7")
    assert market.take_in(shop.worker, adoption).rows_in == 0
    assert shop.all(
        "select o.generation, o.listing_id, o.observed_at = '2026-03-01 11:00+00', o.storage_gb,"
        " o.seller_rating, o.is_bidding, o.published_on::text, o.description, o.review_count,"
        " o.edited_at = '2026-03-01 03:00+00' from raw.listing_observation as o order by 2"
    ) == [
        (7, 1, True, 128, 1e-7, True, "2026-03-01", "a\nø", 3, True),
        (7, 2, False, 128, 1e-7, True, "2026-03-01", "a\nø", 3, True),
    ]


def test_a_row_that_takes_another_key_is_another_ad(shop: Shop) -> None:
    shop.adopt(deleted_means="removed")
    shop.owner.execute("update shop.listings set listing_id = 9 where listing_id = 1")
    taken = shop.poll()
    assert (taken.observations, taken.vanished, taken.missed) == (1, 1, 0)
    assert [row[:2] for row in shop.all(HAPPENED) if row[0] in (1, 9)] == [(1, "removed")]


def test_a_table_that_changed_its_columns_is_named(shop: Shop) -> None:
    shop.adopt()
    shop.owner.execute("alter table shop.listings rename column asked to price")
    with pytest.raises(ClaimFailed, match="is not what was adopted"):
        shop.poll()
    shop.owner.execute("alter table shop.listings rename column price to asked")
    assert shop.poll().rows_in == 0


def test_every_fact_that_has_a_kind_of_knowledge_declares_it() -> None:
    kinds = {"raw.listing_observation", "raw.listing_event", "raw.attribute_event"}
    for vertical in ("cars", "phones"):
        for store in load(vertical).stores:
            facts = {one.relation: one for one in declaration(vertical, store).facts}
            found = {name for name in kinds & facts.keys() if facts[name].known_at_kind}
            assert found == kinds & facts.keys(), (vertical, store)
