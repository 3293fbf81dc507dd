"""The truth is whole, agrees with the facts, and is closed to everybody but its owner."""

from __future__ import annotations

import psycopg
import pytest
from tests.databases import Database
from tests.integration.phones_world.conftest import PLAN
from tests.phones import SOURCES

from timeseal.db.ownership import acting_as_owner
from timeseal.db.server import Role
from timeseal.market.verticals.phones.load import WorldReport, write_truth

pytestmark = pytest.mark.one_major

Loaded = tuple[Database, WorldReport]
#: Ads whose truth contradicts the facts: seen otherwise, or ended before they were said to.
CONTRADICTIONS = """
select t.listing_id
from truth.listing as t
left join lateral (
  select min(o.observed_at) as first_seen
  from raw.listing_observation as o where o.listing_id = t.listing_id
) as o on true
left join raw.listing_event as e
  on e.listing_id = t.listing_id and e.generation = t.generation and e.event in ('sold', 'removed')
where t.first_seen_at is distinct from o.first_seen
  or e.event <> t.ended
  or e.known_at < t.ended_at
  or (e.event_time_kind = 'platform' and e.event_time <> t.ended_at)
  or (e.price_kind = 'declared' and e.price <> t.paid)
"""


def test_every_ad_has_its_truth_and_no_fact_contradicts_it(phones: Loaded) -> None:
    admin = phones[0].connect()
    with acting_as_owner(admin):
        found = admin.execute(
            "select count(*), count(distinct world) from truth.listing"
        ).fetchone()
        assert found == (len(phones[1].truth), 1)
        assert abs(len(phones[1].truth) - PLAN.listings) < 5 * PLAN.listings**0.5
        assert admin.execute(CONTRADICTIONS).fetchall() == []


def test_writing_it_again_leaves_one_truth(phones: Loaded) -> None:
    admin = phones[0].connect()
    write_truth(admin, PLAN, SOURCES, phones[1].truth)
    with acting_as_owner(admin):
        found = admin.execute("select count(*) from truth.listing").fetchone()
    assert found == (len(phones[1].truth),)


@pytest.mark.parametrize("role", ["worker", "certifier", "training"])
def test_nobody_who_works_here_may_read_it(phones: Loaded, role: Role) -> None:
    conn = phones[0].connect(role)
    for statement in (
        "select * from truth.listing",
        "select count(*) from truth.listing",
        "copy truth.listing to stdout",
        "select truth.listing from truth.listing",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(statement)


def test_the_owner_holds_it_and_the_doctor_finds_no_way(phones: Loaded) -> None:
    admin = phones[0].connect()
    found = admin.execute(
        "select n.nspowner::regrole::text, c.relowner::regrole::text, c.relacl is null"
        " or not exists (select from aclexplode(c.relacl) as x where x.grantee <> c.relowner)"
        " from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
        " where n.nspname = 'truth' and c.relname = 'listing'"
    ).fetchone()
    assert found == ("timeseal_owner", "timeseal_owner", True)
    blocking = admin.execute("select * from audit.doctor() as d where d.level = 'blocking'")
    assert blocking.fetchall() == []
