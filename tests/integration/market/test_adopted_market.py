"""An adopted table below certified stores: what is declared is said, what is in flight waits."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest
from tests.databases import Database
from tests.integration.market.test_adopt import Shop

from timeseal.errors import EnvironmentProblem, InstallRefused, UsageError
from timeseal.market import adopt as market
from timeseal.seal import certificate

TRAINER = "ml.trainer_derived_feature_store_t0_v1_v"
DECLARED = f"""select h.declared_rows, h.declared_facts, h.note
from audit.declared_history('{TRAINER}') as h"""


@pytest.fixture
def shop(market_db: Database) -> Shop:
    return Shop(market_db)


def refresh(shop: Shop) -> list[tuple[Any, ...]]:
    shop.admin.execute("select count(*) from audit.refresh_store('survival')")
    return shop.all("select f.listing_id from store.tom_features_v1 as f order by f.listing_id")


def certify(shop: Shop) -> certificate.Certificate:
    shop.admin.execute("call audit.capture_viewdef_baseline(%s::regclass)", (TRAINER,))
    shop.admin.execute("call audit.rebaseline_last_n_days(%s::regclass)", (TRAINER,))
    return certificate.certify(shop.admin, TRAINER)


def test_every_certificate_over_declared_history_says_so(shop: Shop) -> None:
    shop.adopt()
    shop.owner.execute("insert into shop.listings values (13, 7, '2026-02-01', 'new', 100, 'live')")
    shop.poll()
    assert len(refresh(shop)) == 5
    done = certify(shop)
    assert done.status == "CERTIFIED", done
    note = (
        "history declared, not observed: 4 of 5 rows, 4 facts;"
        " replay speaks of what was observed: 20.0 % of the rows"
    )
    assert done.notes.endswith(note)
    assert done.history == note.split(";", maxsplit=1)[0]
    ((published,),) = shop.all(
        f"select r.notes from audit.t0_cert_registry as r where r.entrypoint = '{TRAINER}'"
    )
    assert published.endswith(note)
    again = certificate.certify(shop.admin, TRAINER)
    assert (again.data_checked, again.history) == ("stamps", done.history)
    shop.owner.execute("create table shop.more as select * from shop.listings")
    shop.owner.execute("update shop.more set listing_id = listing_id + 100")
    shop.adopt(table="shop.more")
    cause = certificate.door_cause(shop.admin, TRAINER)
    assert cause is not None
    assert "late arrival" in str(cause.found)


def test_a_market_that_was_watched_says_nothing_of_it(shop: Shop) -> None:
    shop.owner.execute("delete from shop.listings")
    shop.adopt()
    shop.owner.execute("insert into shop.listings values (13, 7, '2026-02-01', 'new', 100, 'live')")
    shop.poll()
    assert len(refresh(shop)) == 1
    assert shop.all(DECLARED) == [(0, 0, None)]


def test_ends_may_be_declared_known_when_they_happened(shop: Shop) -> None:
    shop.adopt(outcomes_known="at event")
    assert shop.all(
        "select e.known_at = e.event_time, e.known_at_kind from raw.listing_event as e"
        " where e.event = 'sold'"
    ) == [(True, "declared")]
    refresh(shop)
    assert [row[:2] for row in shop.all(DECLARED)] == [(4, 5)]


def test_a_writer_in_flight_is_known_after_what_was_taken_in(shop: Shop) -> None:
    """Its commit comes after the horizon that a refresh has used, so its facts lie above it."""
    shop.adopt()
    with shop.owner.transaction():
        shop.owner.execute(
            "insert into shop.listings values (13, 7, '2026-02-01', 'late', 100, 'live')"
        )
        shop.poll()
        refresh(shop)
        ((horizon,),) = shop.all("select s.horizon from audit.refresh_state as s")
    assert shop.poll().observations == 1
    ((known, written),) = shop.all(
        "select o.observed_at, a.taken_until from raw.listing_observation as o,"
        " raw.adoption as a where o.listing_id = 7"
    )
    assert horizon < known < written
    assert (7,) in refresh(shop)
    ((voided,),) = shop.all(
        "select count(*) from audit.stamp as s where s.cause like 'late arrival%'"
    )
    assert voided == 0


def test_without_taking_in_the_horizon_stands(shop: Shop) -> None:
    shop.adopt()
    ((first,),) = shop.all("select raw.safe_horizon()")
    shop.owner.execute("update shop.listings set asked = 1")
    assert shop.all("select raw.safe_horizon()") == [(first,)]
    shop.poll()
    ((second,),) = shop.all("select raw.safe_horizon()")
    assert second > first


@pytest.mark.parametrize("role", ["origin", "replica", "local"])
def test_triggers_fire_under_every_replication_role(shop: Shop, role: str) -> None:
    shop.adopt()
    shop.owner.execute(f"set session_replication_role = {role}".encode())
    shop.owner.execute("update shop.listings set asked = 1 where listing_id = 1")
    shop.owner.execute("truncate shop.listings")
    assert shop.all("select c.operation from raw.adopted_change as c order by c.change_id") == [
        ("UPDATE",),
        ("TRUNCATE",),
    ]


def test_concurrent_writers_lose_nothing_and_never_fail(shop: Shop, market_db: Database) -> None:
    """Four writers of forty ads each, in transactions of any length, while we adopt and take in."""
    failures: list[Exception] = []

    def write(number: int, conn: psycopg.Connection[Any]) -> None:
        try:
            for step in range(40):
                key = 1000 * number + step % 20
                with conn.transaction(force_rollback=step % 7 == 6):
                    conn.execute(
                        "insert into shop.listings values (13, %s, '2026-01-05', 'x', %s, 'live')"
                        if step < 20
                        else "update shop.listings set asked = asked + %s where listing_id = %s",
                        (key, step) if step < 20 else (step, key),
                    )
                    if step % 5 == 0:
                        conn.execute("select pg_sleep(0.01)")
        except Exception as error:
            failures.append(error)

    shop.owner.execute("alter table shop.listings add unique (generation, listing_id)")
    threads = [
        threading.Thread(target=write, args=(number, market_db.connect()))
        for number in (1, 2, 3, 4)
    ]
    for thread in threads:
        thread.start()
    shop.adopt()
    while any(thread.is_alive() for thread in threads):
        assert shop.poll().missed == 0
    for thread in threads:
        thread.join()
    assert (failures, shop.poll().missed, shop.poll().rows_in) == ([], 0, 0)
    assert shop.all(
        "select distinct on (o.generation, o.listing_id) o.listing_id, o.price"
        " from raw.listing_observation as o order by o.generation, o.listing_id,"
        " o.observed_at desc"
    ) == shop.all(
        "select l.listing_id, l.asked::integer from shop.listings as l"
        " order by l.generation, l.listing_id"
    )
    assert shop.all("select count(*) from raw.quarantine") == [(0,)]


CATALOGUE = """
select 'trigger', t.tgname::text, t.tgenabled::text from pg_trigger as t
where t.tgrelid = 'shop.listings'::regclass
union all
select 'grant', coalesce(a.attname, c.relname), x.privilege_type || ' ' || x.grantee::regrole
from pg_class as c left join pg_attribute as a on a.attrelid = c.oid and a.attacl is not null
cross join lateral aclexplode(coalesce(a.attacl, c.relacl, acldefault('r', c.relowner))) as x
where c.oid = 'shop.listings'::regclass
union all
select 'usage', n.nspname, x.privilege_type || ' ' || x.grantee::regrole
from pg_namespace as n
cross join lateral aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as x
where n.nspname in ('shop', 'raw')
order by 1, 2, 3
"""


@pytest.mark.parametrize("watch", ["trigger", "poll"])
def test_releasing_leaves_the_catalogue_as_found(shop: Shop, watch: str) -> None:
    before = shop.all(CATALOGUE)
    shop.adopt(watch=watch)
    assert shop.all(CATALOGUE) != before
    shop.owner.execute("update shop.listings set asked = 1 where listing_id = 1")
    adoption = market.find(shop.worker, '"shop".listings')
    last = market.release(shop.admin, shop.worker, adoption)
    assert last is not None
    assert (last.observations, shop.all(CATALOGUE)) == (1, before)
    with pytest.raises(UsageError, match="is not adopted"):
        shop.poll()
    shop.owner.execute("update shop.listings set asked = 2 where listing_id = 1")
    again = shop.adopt(watch=watch)
    assert (again.observations, again.declared) == (1, 0)
    assert [one.released_at is None for one in market.adoptions(shop.worker)] == [False, True]


def test_the_last_adoption_of_a_schema_gives_its_right_back(shop: Shop) -> None:
    before = shop.all(CATALOGUE)
    shop.owner.execute("create table shop.more as select * from shop.listings")
    shop.adopt()
    shop.adopt(table="shop.more")
    for name in ("shop.listings", "more"):
        market.release(shop.admin, shop.worker, market.find(shop.worker, name))
    assert shop.all(CATALOGUE) == before


def test_a_missing_right_is_named_with_its_statement(shop: Shop) -> None:
    """Somebody who may act as the engine's owner, and owns neither the schema nor the table."""
    shop.admin.execute("create role clerk; grant timeseal_owner to clerk; set role clerk")
    try:
        with pytest.raises(InstallRefused, match="USAGE on its schema"):
            shop.adopt()
        shop.owner.execute("grant usage on schema shop to clerk")
        with pytest.raises(InstallRefused) as refused:
            shop.adopt()
        assert 'grant select ("asked", ' in str(refused.value)
        shop.owner.execute("alter table shop.listings owner to clerk")
        with pytest.raises(InstallRefused, match="no grant option") as refused:
            shop.adopt()
        assert 'grant usage on schema "shop" to timeseal_owner' in str(refused.value)
        shop.owner.execute("grant usage on schema shop to timeseal_owner")
        assert shop.adopt().declared == 4
    finally:
        shop.admin.execute("reset role")
        shop.owner.execute("alter table shop.listings owner to current_user")
        shop.owner.execute("drop owned by clerk; drop role clerk")
    shop.owner.execute("update shop.listings set asked = 1 where listing_id = 1")
    assert shop.poll().missed == 0
    assert shop.all(
        "select count(*) from aclexplode((select n.nspacl from pg_namespace as n"
        " where n.nspname = 'raw')) as x where x.grantee::regrole::text = 'clerk'"
    ) == [(0,)]


def test_writers_do_not_queue_behind_us(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(market, "PATIENCE", "100ms")
    with shop.owner.transaction():
        shop.owner.execute("update shop.listings set asked = 1")
        with pytest.raises(EnvironmentProblem, match="held by another transaction"):
            shop.adopt()
    assert shop.all("select count(*) from raw.adoption") == [(0,)]
    assert shop.adopt().declared == 4


def test_a_partition_is_noted_like_its_parent(shop: Shop) -> None:
    shop.owner.execute(
        "create table shop.parts (like shop.listings) partition by list (generation);"
        "create table shop.part_13 partition of shop.parts for values in (13);"
        "insert into shop.parts select * from shop.listings where generation = 13"
    )
    shop.adopt(table="shop.parts")
    shop.owner.execute("update shop.part_13 set asked = 1 where listing_id = 1")
    shop.owner.execute("update shop.parts set asked = 2 where listing_id = 2")
    taken = market.take_in(shop.worker, market.find(shop.worker, "shop.parts"))
    assert (taken.observations, taken.missed) == (2, 0)


def test_doctor_finds_a_trigger_that_sleeps_and_nothing_else(shop: Shop) -> None:
    asked = "select d.object, d.subject from audit.doctor() as d where d.level = 'blocking'"
    before = shop.all(asked)
    shop.adopt()
    assert shop.all(asked) == before
    shop.owner.execute("alter table shop.listings enable trigger timeseal_adopt")
    assert shop.all(asked) == [*before, ("shop.listings", "timeseal_adopt")]


def test_what_cannot_be_adopted_is_refused_with_a_way_out(shop: Shop) -> None:
    shop.owner.execute("create view shop.seen as select * from shop.listings")
    shop.owner.execute("create table shop.secret (like shop.listings)")
    shop.owner.execute("alter table shop.secret enable row level security")
    for changed, message in (
        ({"table": "shop.nothing"}, "there is no table"),
        ({"table": "shop.seen"}, "cannot be adopted by trigger"),
        ({"table": "raw.run"}, "cannot be adopted by trigger"),
        ({"table": "shop.secret"}, "shows each role other rows"),
        ({"key": ("listing_id",)}, "by its cohort and its number"),
        ({"t0": "title"}, "cannot become t0"),
        ({"t0": "nothing"}, "has no column nothing"),
        ({"mapped": {"nonsense": "asked"}}, "nothing of ours is called nonsense"),
        ({"zone": "Mars"}, "there is no time zone"),
    ):
        with pytest.raises(UsageError, match=message):
            shop.adopt(**changed)
    with pytest.raises(UsageError, match="cannot be adopted by poll"):
        shop.adopt(table="shop.seen", watch="poll")
    shop.owner.execute("create materialized view shop.kept as select * from shop.listings")
    assert shop.adopt(table="shop.kept", watch="poll").declared == 4
    with pytest.raises(UsageError, match="is adopted otherwise"):
        shop.adopt(table="shop.kept", watch="poll", zone="Asia/Tokyo")
