"""One fingerprint by every route: appended, recomputed whole, published; any plan, any session."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from tests.databases import Database
from tests.integration.geo import norway as no

from timeseal.market.geo import pin

pytestmark = pytest.mark.one_major

ROOT = "select root, row_count from audit.fingerprint_root(%s::regclass, 't0', 't0_day')"
ROUTES = {
    "nested loops in another zone": (
        "set enable_hashjoin = off; set enable_mergejoin = off; set timezone = 'Pacific/Auckland'"
    ),
    "hashes without indexes": (
        "set enable_nestloop = off; set enable_indexscan = off; set enable_bitmapscan = off;"
        " set extra_float_digits = 0; set datestyle = 'German, DMY'"
    ),
    "scans out of step": "set synchronize_seqscans = on; set work_mem = '64kB'",
}
LAYERS = (
    ("store.geo_dim_super_metro_v4_pinned_v1", "ml.geo_dim_super_metro_v4_pinned_v1"),
    ("store.socio_kommune_v1", "ml.socio_kommune_v1_mv"),
)


def roots(conn: psycopg.Connection[Any], side: int = 0) -> list[Any]:
    return [conn.execute(ROOT, (pair[side],)).fetchone() for pair in LAYERS]


def test_every_route_gives_the_same_bytes(norway_db: Database) -> None:
    admin = norway_db.connect()
    pin(admin, no.PINNED)
    codes = ["0150", "5003", "9990", "1530", None, "0002", "4021", "7010", "150", "x"]
    ads = [
        (n, f"202{n % 6 + 1}-0{n % 9 + 1}-15T{n % 24:02}:00", codes[n % 10], "Bergen")
        for n in range(240)
    ]
    for part in (ads[::3], ads[1::3], ads[2::3]):
        no.sight(admin, [one for one in part if one[1] < "2026-11"])
        for store in ("geo", "socio_market"):
            no.refresh(admin, store)
    appended = roots(admin)
    assert [root[1] for root in appended] == [240, 240]
    for store in ("geo", "socio_market"):
        admin.execute("select count(*) from audit.refresh_published(%s)", (store,))
    assert roots(admin, 1) == appended
    for settings in ROUTES.values():
        with norway_db.connect() as session:
            session.execute(settings.encode())
            for store, (stored, _) in zip(("geo", "socio_market"), LAYERS, strict=True):
                assert session.execute(f"delete from {stored}".encode()).rowcount == 240
                no.refresh(session, store, full=True)
        assert roots(admin) == appended, settings
