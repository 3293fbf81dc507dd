"""A mutable table of phone ads, as one finds it, adopted into a market of phones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.databases import Database, Databases

from timeseal.db import install
from timeseal.market import adopt as market
from timeseal.market.adoption import Wanted

NAME = '"Finn"."iphone listings"'
TABLE = f"""
create schema "Finn";
create table {NAME} (
  generation integer, listing_id bigint, edited_date timestamptz, first_seen timestamptz,
  last_seen timestamptz, sold_date timestamptz, sold_price integer, real_sold_price numeric,
  status text, spam text, price integer, model text, storage_gb integer, storage text,
  condition_score double precision, battery_pct_fixed_ai integer, damage_severity_ai integer,
  seller_rating double precision, review_count integer, member_since_year integer,
  location_city text, postal_code text, title text, description text, quality_ai_json jsonb,
  is_inactive boolean, is_bidding boolean, "Odd Name" text, primary key (generation, listing_id)
);
insert into {NAME} (generation, listing_id, edited_date, sold_date, sold_price, real_sold_price,
  status, spam, price, model, storage_gb, condition_score, battery_pct_fixed_ai, seller_rating,
  postal_code, title, is_bidding)
select 13 + n % 5, 900 + n, timestamptz '2026-01-01 08:00+01' + n * interval '1 hour',
  case when n % 3 = 0 then timestamptz '2026-01-09 08:00+01' end,
  case when n % 3 = 0 then 4000 end, case when n % 3 = 0 then 3900 end,
  case when n % 3 = 0 then 'sold' when n % 5 = 0 then 'removed' else 'older21days' end,
  case when n % 10 = 0 then 'wtb' end, 4000 + n, 'iPhone 13', 128, 0.7, 88, 9.1,
  '0150', 'ad ' || n, n % 2 = 0
from generate_series(1, 30) as n;
"""
ATTRIBUTES = ("condition_score", "battery_pct_fixed_ai", "damage_severity_ai", "real_sold_price")


@pytest.fixture
def phones(databases: Databases, sealed_template: str) -> Iterator[Database]:
    database = databases.create(sealed_template)
    admin = database.connect()
    install.apply(admin, install.plan(admin, ["market", "phones"]))
    admin.execute(TABLE.encode())
    yield database
    databases.drop(database)


def test_every_column_of_the_table_finds_its_place(phones: Database) -> None:
    admin, worker = phones.connect(), phones.connect("worker")
    wanted = Wanted(NAME, ("generation", "listing_id"), "edited_date", attributes=ATTRIBUTES)
    made, taken = market.adopt(admin, worker, wanted)
    assert (taken.declared, taken.refused, taken.attributes) == (30, 0, 70)
    assert made.unmapped == ("first_seen", "last_seen", "quality_ai_json", "Odd Name")
    assert admin.execute(
        "select e.event, e.event_time_kind, count(*), count(e.price) from raw.listing_event as e"
        " group by 1, 2 order by 1, 2"
    ).fetchall() == [
        ("removed", "first_observed", 4, 4),
        ("sold", "platform", 10, 10),
        ("spam_marked", "first_observed", 3, 0),
    ]
    # what a sale taught afterwards is not known at the t0 of a row, nor on the day after it
    assert admin.execute(
        "select count(*) from raw.attribute_event as a join raw.listing_observation as o"
        " using (generation, listing_id) where a.known_at < o.observed_at + interval '24 hours'"
    ).fetchone() == (0,)
    admin.execute(f"update {NAME} set condition_score = 0.9 where listing_id = 901".encode())
    admin.execute(f'update {NAME} set "Odd Name" = 1::text'.encode())
    again = market.take_in(worker, market.find(worker, NAME))
    assert (again.observations, again.attributes, again.missed) == (1, 1, 0)
    assert market.release(admin, worker, market.find(worker, NAME)) is not None
