"""The cars market on real ads, for the tests of stores, certification and models.

A slice keeps whole cohorts over the whole period, so that as-of windows have something to look back
on; three tiny cohorts make the fall-backs happen.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from tests.databases import Database
from timeseal.db import install

DATA = Path(__file__).parents[1] / "data"
ADS = DATA / "kleinanzeigen-cars" / "kleinanzeigen_cars_34864.csv"
GEOGRAPHY = DATA / "germany-geo"
ENTRYPOINT = "ml.survival_feature_store_t0_v1_v"
DECLARED = "select entrypoint from audit.entrypoint where retired_at is null order by entrypoint"
#: Vectra, Fortwo, Clio (about 400 ads each) and three cohorts of one to three ads.
SLICE = (185, 232, 199, 279, 61, 1)


def build(database: Database, cohorts: Collection[int] | None) -> None:
    """Install, load, bind, refresh, accept the first baseline; certificates die with the copy."""
    from timeseal.market.facts import load_cars
    from timeseal.market.geo import load_geo
    from timeseal.market.stores import declared
    from timeseal.seal import binding

    admin = database.connect()
    install.apply(admin, install.plan(admin, ["market", "cars"]))
    worker = database.connect("worker")
    load_geo(worker, GEOGRAPHY)
    load_cars(worker, ADS, cohorts=cohorts)
    for declaration in declared(admin):
        binding.apply(admin, declaration, binding.plan(admin, declaration))
        admin.execute("select count(*) from audit.refresh_store(%s, true)", (declaration.name,))
    admin.execute("vacuum (analyze)")
    for (entrypoint,) in admin.execute(DECLARED).fetchall():
        admin.execute("call audit.capture_viewdef_baseline(%s::regclass)", (entrypoint,))
        admin.execute("call audit.rebaseline_last_n_days(%s::regclass)", (entrypoint,))
    database.close()


def certify(database: Database) -> None:
    """Certify every declared entrypoint of a clone; raises when one is refused."""
    from timeseal.seal import certificate

    with database.connect("certifier") as conn:
        for (entrypoint,) in conn.execute(DECLARED).fetchall():
            done = certificate.certify(conn, entrypoint)
            assert done.status == "CERTIFIED", done
