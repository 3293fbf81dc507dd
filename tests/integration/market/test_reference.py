"""Reference releases carry their date: geography is pinned on record, the income refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psycopg
import pytest
from tests import cars
from tests.databases import Database

from timeseal.errors import ClaimFailed
from timeseal.market.facts import load_cars
from timeseal.market.geo import load_geo
from timeseal.market.verticals.cars.geography import releases

pytestmark = pytest.mark.one_major

VERDICTS = "select release_id, verdict from ref.release_admission order by 1"


def failed_gates(conn: psycopg.Connection[Any]) -> set[str]:
    found = conn.execute(
        "select c ->> 'gate' from audit.t0_cert_run as r, jsonb_array_elements(r.checks) as c"
        " where r.run_id = (select max(run_id) from audit.t0_cert_run)"
        " and c ->> 'status' = 'failed'"
    ).fetchall()
    return {gate for (gate,) in found}


def test_releases_are_admitted_pinned_or_refused_by_their_date(market_db: Database) -> None:
    worker = market_db.connect("worker")
    assert len(load_geo(worker, cars.GEOGRAPHY)) == 3
    assert {verdict for _, verdict in worker.execute(VERDICTS)} == {"no ads yet"}
    load_cars(worker, cars.ADS, limit=20)
    assert worker.execute(VERDICTS).fetchall() == [
        ("cars-cohorts_v1", "pinned under waiver"),
        ("destatis-gv-2017-03-31", "pinned under waiver"),
        ("geonames-de-2026-03-30", "pinned under waiver"),
        ("vgrdl-income-2016-10", "refused"),
    ]
    assert load_geo(worker, cars.GEOGRAPHY) == ()


def test_a_release_from_before_the_ads_is_admitted(market_db: Database) -> None:
    worker = market_db.connect("worker")
    load_cars(worker, cars.ADS, limit=20)
    run = worker.execute("select raw.open_run('reference', 'old map')").fetchone()
    worker.execute(
        "insert into ref.release (release_id, title, publisher, published_at, licence,"
        " content_sha256, row_count, run_id)"
        " values ('old', 't', 'p', '2015-01-01', 'l', 'x', 0, %s)",
        run,
    )
    verdict = "select verdict from ref.release_admission where release_id = 'old'"
    assert worker.execute(verdict).fetchone() == ("admitted",)


def test_a_release_never_changes_under_its_id(market_db: Database) -> None:
    worker = market_db.connect("worker")
    load_geo(worker, cars.GEOGRAPHY)
    changed = replace(releases(cars.GEOGRAPHY)[1], rows=())
    with pytest.raises(ClaimFailed, match="other content"):
        changed.load(worker)


def test_postal_codes_are_one_row_each_and_most_ads_are_mapped(cars_full: Database) -> None:
    admin = cars_full.connect()
    codes = admin.execute("select count(*), count(distinct postal_code) from ref.geo_postal")
    assert codes.fetchone() == (10813, 10813)
    matched = admin.execute(
        "select count(*) filter (where geo_match_method = 'postal'), count(*),"
        " count(district_population) from store.geo_pinned_v1"
    ).fetchone()
    assert matched is not None
    assert matched[0] / matched[1] > 0.999
    assert matched[2] / matched[1] > 0.99
    berlin = admin.execute(
        "select distinct state, district from ref.geo_postal where postal_code = '10115'"
    ).fetchall()
    assert [state for state, _ in berlin] == ["Berlin"]


def test_no_layer_reads_the_refused_table(cars_full: Database) -> None:
    admin = cars_full.connect()
    read = admin.execute(
        "select count(*) from audit.entrypoint as e, audit.build_closure(e.relid) as b"
        " where b.objid = 'ref.kreis_income'::regclass"
    ).fetchone()
    assert read == (0,)


@pytest.mark.parametrize("gate", ["invariants", "replay"])
def test_without_its_waiver_the_geography_is_not_certified(cars_db: Database, gate: str) -> None:
    """The pinned map is younger than the ads: only the recorded waiver lets it in."""
    admin = cars_db.connect()
    admin.execute(
        "select audit.unwaive(w.waiver_id, 'test')"
        " from audit.waiver_in_force as w where w.gate = %s",
        (gate,),
    )
    admin.execute("select audit.certify(%s)", (cars.ENTRYPOINT,))
    assert failed_gates(admin) == {gate}


def test_the_certificate_names_the_waivers(cars_db: Database) -> None:
    admin = cars_db.connect()
    found = admin.execute(
        "select w ->> 'subject', w ->> 'reason' from audit.t0_cert_run as r,"
        " jsonb_array_elements(r.waivers) as w where r.entrypoint = %s and r.status = 'CERTIFIED'",
        (cars.ENTRYPOINT,),
    ).fetchall()
    subjects = " ".join(subject for subject, _ in found)
    assert "geonames-de-2026-03-30" in subjects
    assert "destatis-gv-2017-03-31" in subjects
    assert all(reason for _, reason in found)


def test_the_geo_store_says_the_state_and_nothing_this_market_has_not(cars_db: Database) -> None:
    admin = cars_db.connect()
    rows = admin.execute(
        "select g.geo_match_method, count(*), count(nullif(g.region_geo, 'unknown')),"
        " count(g.pickup_metro_30_200_geo), count(g.super_metro_v4_geo),"
        " count(*) filter (where g.region_geo is distinct from s.state and s.state is not null)"
        " from ml.geo_feature_store_t0_v1_v as g join store.geo_pinned_v1 as s"
        " using (generation, listing_id, t0) group by 1 order by 1"
    ).fetchall()
    found = {method: tuple(counts) for method, *counts in rows}
    assert found["postal"][0] > 1000
    assert found["postal"] == (*(found["postal"][0],) * 2, 0, 0, 0)
    assert all(known == 0 for method, (_, known, *_) in found.items() if method != "postal")
    with cars_db.connect("training") as reader:
        whole = reader.execute("select count(*) from ml.geo_dim_super_metro_v4_t0_train_v")
        assert whole.fetchone() == (sum(counts[0] for counts in found.values()),)
