"""The store over a small simulated world: certified, replayed, the same bytes by every route."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from tests.databases import Database, Databases
from tests.integration.phones_base.facts import ENTRYPOINT, LANDMARK, STORE, refresh
from tests.phones import PLAN, SOURCES

from timeseal.market.stores import declaration
from timeseal.market.verticals.phones.load import load_phones
from timeseal.market.verticals.phones.world.generator import Plan
from timeseal.seal import binding, certificate

Conn = psycopg.Connection[Any]
SURFACES = (ENTRYPOINT, LANDMARK)
pytestmark = pytest.mark.one_major
FINDINGS = (
    "select r.object, r.subject from audit.replay(%s, %s, p_seed => 'base', p_cut => ("
    " select percentile_disc(0.6) within group (order by f.t0) from store.tom_features_v1 as f),"
    " p_sample => 30) as r where r.level = 'blocking'"
)
#: What a careless layer would read, and the surface that shows it.
LEAKS = {
    "condition as known later": (
        "tom_features_v1",
        "    and h.known_at < o.observed_at\n",
        "",
        ENTRYPOINT,
    ),
    "a price before it was known": (
        "tom_features_v1_enriched",
        "      and p.known_at < f.t0\n",
        "",
        ENTRYPOINT,
    ),
    "a report of the second day": (
        "ai_enrich_landmark_v1",
        "    and r.known_at < f.decision_at\n",
        "",
        LANDMARK,
    ),
    "ends of the second day": (
        "tom_features_v1_enriched_ai_clean",
        "      and m.known_at < a.decision_at\n      and (\n",
        "      and (\n",
        LANDMARK,
    ),
}


def digest(conn: Conn, relation: str, where: str = "true") -> str:
    """Digest of all rows, whatever their order."""
    row = conn.execute(
        "select md5(string_agg(x.line, '|' order by x.line)) from ("
        f" select t::text as line from {relation} as t where {where}) as x"
    ).fetchone()
    assert row is not None
    return str(row[0])


@pytest.fixture(scope="module")
def conn(world: Database) -> Conn:
    return world.connect()


@pytest.fixture
def undone(conn: Conn) -> Iterator[Conn]:
    """The world inside a transaction that is rolled back."""
    with conn.transaction(force_rollback=True):
        yield conn


def count(conn: Conn, query: str) -> int:
    row = conn.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def test_every_ad_is_there_once_and_none_leaves_without_a_reason(conn: Conn) -> None:
    ads = count(
        conn, "select count(distinct (generation, listing_id)) from raw.listing_observation"
    )
    assert count(conn, "select count(*) from store.tom_features_v1_enriched") == ads > 400
    assert count(conn, "select count(*) from build.clean_rows_reconcile") == 0
    assert count(conn, "select count(*) from build.one_row_per_listing") == 0
    clean = count(conn, f"select count(*) from {ENTRYPOINT}")
    landed = count(conn, f"select count(*) from {LANDMARK}")
    assert 0.5 * ads < landed < clean < ads
    assert count(conn, f"select count(kommune_code4) from {ENTRYPOINT}") > 0.9 * clean
    assert count(conn, f"select count(sold_median_price_30d) from {ENTRYPOINT}") > 0.8 * clean
    assert (
        count(conn, "select count(*) from store.sold_prices_v1 where price_kind = 'audited'") > 50
    )
    known = count(conn, f"select count(*) from {LANDMARK} where ai_state = 'known'")
    assert 0.8 * landed < known < landed


def test_its_own_words_catch_most_of_what_is_marked_later(conn: Conn) -> None:
    """Every excluded ad is one that the world made as spam: decent ads are left alone."""
    decent = count(
        conn,
        "select count(*) from store.tom_features_v1 as f where f.observed_mark is not null"
        " and f.model ~* '^iphone 1[3-7]' and f.title ~* '^iphone 1[3-7][^+]*gb'",
    )
    assert decent == 0
    assert count(conn, "select count(observed_mark) from store.tom_features_v1") > 12


@pytest.mark.parametrize("surface", SURFACES)
def test_the_surface_is_certified(undone: Conn, surface: str) -> None:
    undone.execute("update audit.entrypoint set replay_budget = interval '1 second'")
    done = certificate.certify(undone, surface)
    assert done.status == "CERTIFIED", done


@pytest.mark.parametrize("mode", ["world", "entity", "late"])
@pytest.mark.parametrize("surface", SURFACES)
def test_replay_finds_nothing(undone: Conn, surface: str, mode: str) -> None:
    """T-future, T-self: what became known at or after a row's clock changes no cell of it."""
    assert undone.execute(FINDINGS, (surface, mode)).fetchall() == []
    compared = undone.execute(
        "select r.rows_compared, r.columns_compared from audit.replay_log as r"
        " order by r.replay_id desc limit 1"
    ).fetchone()
    assert compared is not None
    assert compared[0] >= 12
    assert compared[1] >= 51


@pytest.mark.parametrize("leak", ["condition as known later", "a report of the second day"])
def test_replay_convicts_a_careless_layer(undone: Conn, leak: str) -> None:
    name, find, put, surface = LEAKS[leak]
    store = declaration("phones", STORE)
    layers = []
    for one in store.layers:
        body = one.text.body.replace(find, put) if one.name == name else one.text.body
        assert one.name != name or body != one.text.body
        layers.append(replace(one, text=replace(one.text, body=body)))
    careless = replace(store, layers=tuple(layers))
    binding.apply(undone, careless, binding.plan(undone, careless))
    refresh(undone)
    assert undone.execute(FINDINGS, (surface, "world")).fetchall() != []


def test_published_views_say_the_same(undone: Conn) -> None:
    undone.execute("select count(*) from audit.refresh_published(%s)", (STORE,))
    for layer in declaration("phones", STORE).layers:
        assert layer.published is not None
        stored = f"(select {columns(undone, layer.published)} from store.{layer.name})"
        assert digest(undone, stored) == digest(undone, layer.published), layer.name
    indexes = undone.execute(
        "select c.relname::text from pg_class as c where c.relkind = 'i' and c.relname in"
        " ('tfeat_enr_ai_clean_uq', 'tom_features_v1_enriched_clean_mv_uq', 'tfeat_v1_listing_uq')"
    ).fetchall()
    assert len(indexes) == 3


def columns(conn: Conn, relation: str) -> str:
    row = conn.execute(
        "select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute as a"
        " where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped",
        (relation,),
    ).fetchone()
    assert row is not None
    return str(row[0])


def test_later_days_change_no_earlier_row_and_a_refresh_finds_what_they_reach(
    databases: Databases, base_template: str
) -> None:
    """T-append: days loaded in two parts give the bytes of one load, and move no row of before."""
    database = databases.create(base_template)
    admin, worker = database.connect(), database.connect("worker")
    short = Plan(seed=11, days=12, listings=144)
    long = Plan(seed=11, days=18, listings=216)
    load_phones(worker, short, SOURCES)
    refresh(admin)
    admin.execute("create temp table horizon as select max(t0) as t0 from store.tom_features_v1")
    bound = "t.t0 <= (select h.t0 from horizon as h)"
    landed = "t.decision_at <= (select h.t0 from horizon as h)"
    before = digest(admin, ENTRYPOINT, bound), digest(admin, LANDMARK, landed)
    load_phones(worker, long, SOURCES)
    refresh(admin, full=False)
    assert (digest(admin, ENTRYPOINT, bound), digest(admin, LANDMARK, landed)) == before
    layers = [f"store.{layer.name}" for layer in declaration("phones", STORE).layers]
    grown = [digest(admin, layer) for layer in layers]
    refresh(admin)
    assert [digest(admin, layer) for layer in layers] == grown
    databases.drop(database)


def test_the_contract_is_stamped_and_judged(undone: Conn) -> None:
    """Draft, stamped, promoted: 51 features, and a certificate that carries their digest."""
    state = "select s.state, s.n_features, s.features_hash from ml.feature_set as s"
    stamped = undone.execute(state).fetchone()
    assert stamped is not None
    assert stamped[:2] == ("stamped", 51)
    undone.execute("select ml.assert_feature_contract('tom_features_v1')")
    names = [
        str(row[0])
        for row in undone.execute(
            "select c.feature_name from ml.feature_contract as c"
            " where c.ordinal > 26 order by c.ordinal"
        )
    ]
    assert len(names) == 25
    assert names == sorted(names)
    undone.execute("update audit.entrypoint set replay_budget = interval '0 seconds'")
    done = certificate.certify(undone, LANDMARK)
    assert (done.status, done.features_hash) == ("CERTIFIED", stamped[2])
    row = "update ml.feature_contract set {} where ordinal = 51"
    undone.execute(row.format("dtype = 'text'").encode())
    assert check(undone) == "MISMATCH"
    undone.execute("select ml.stamp_feature_contract('tom_features_v1')")
    assert check(undone) == "MISMATCH", "a stamp makes no column of another type"
    assert certificate.certify(undone, LANDMARK).status == "FAILED"
    undone.execute(row.format("dtype = 'integer'").encode())
    undone.execute("select ml.stamp_feature_contract('tom_features_v1')")
    assert undone.execute(state).fetchone() == stamped
    undone.execute("select ml.promote_feature_contract('tom_features_v1')")
    with pytest.raises(psycopg.Error, match="promoted"), undone.transaction():
        undone.execute(row.format("window_def = 'another'").encode())


def check(conn: Conn) -> str:
    row = conn.execute("select ml.check_feature_contract('tom_features_v1')").fetchone()
    assert row is not None
    return str(row[0])


def test_the_world_is_the_plan(conn: Conn) -> None:
    """A smaller or larger world would make the bounds above say something else."""
    assert count(conn, "select count(*) from raw.run where source = 'phones-world'") == PLAN.days


def test_published_names_open_the_doors_of_rows_and_labels(
    databases: Databases, world_template: str
) -> None:
    database = databases.create(world_template)
    admin = database.connect()
    admin.execute("update audit.entrypoint set replay_budget = interval '0 seconds'")
    doors = {
        "ml.socio_market_feature_store_train_v": ENTRYPOINT,
        "ml.socio_market_feature_store_landmark_train_v": LANDMARK,
    }
    with database.connect("training") as reader:
        for door, surface in doors.items():
            labels = f"ml.tom_labels_asof(now(), {surface == LANDMARK})"
            for closed in (door, labels):
                with pytest.raises(psycopg.Error) as refused:
                    reader.execute(f"select count(*) from {closed}".encode())
                assert refused.value.sqlstate == "TS001"
        admin.execute("call audit.run_t0_cert_socio_market_v1(10)")
        admin.execute("select audit.assert_t0_certified_socio_market_v1(10)")
        assert certificate.certify(admin, LANDMARK).status == "CERTIFIED"
        for door, surface in doors.items():
            shown = count(reader, f"select count(*) from {door}")
            assert shown == count(admin, f"select count(*) from {surface}") > 0
            labels = f"ml.tom_labels_asof(now(), {surface == LANDMARK})"
            assert count(reader, f"select count(*) from {labels}") > 300
            assert count(reader, f"select count(*) filter (where event) from {labels}") > 50
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("select from ml.tom_labels_v1_mv")
        unlabelled = count(
            reader,
            "select count(*) from ml.socio_market_feature_store_landmark_train_v as x left join"
            " ml.tom_labels_asof(now(), true) as l using (generation, listing_id, t0)"
            " where l.t0 is null and x.decision_at < (select max(y.t0) - interval '1 day' from"
            " ml.socio_market_feature_store_train_v as y)",
        )
        marked = count(
            admin,
            "select count(*) from store.tom_features_v1_enriched_ai_clean as c where exists (select"
            " from raw.listing_event as m where m.generation = c.generation and m.event ="
            " 'spam_marked' and m.listing_id = c.listing_id and ref.excludes_listing(m.mark))",
        )
        assert unlabelled <= marked, "only a mark takes a label away"
    databases.drop(database)
