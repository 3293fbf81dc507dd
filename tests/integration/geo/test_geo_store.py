"""The geo store."""
from __future__ import annotations
from typing import Any
from tests.databases import Database
from tests.integration.geo import norway as no
from timeseal.market.geo import pin

def test_first(norway_db: Database) -> None:
    admin = norway_db.connect()
    no.sight(admin, [(1, "2026-02-01T10:00", "0150", "Oslo"), (2, "2026-02-02", "9990", "Bergen")])
    no.refresh(admin); no.refresh(admin, "socio_market")
    print(admin.execute("select * from store.socio_kommune_v1").fetchall())
    no.accept(admin, no.SOCIO)
    print(no.certify(admin, no.SOCIO))
    no.accept(admin, no.GEO)
    print("unpinned", no.certify(admin, no.GEO))
    print(pin(admin, no.PINNED, no.WHY))
    no.refresh(admin, full=True)
    no.accept(admin, no.GEO)
    print(no.certify(admin, no.GEO))
    print(admin.execute("select * from store.geo_dim_super_metro_v4_pinned_v1").fetchall())
    admin.execute("call audit.run_t0_cert_geo_store_v1(10)")
    assert 0
