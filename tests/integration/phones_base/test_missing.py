"""Missing optional data never drops a row: every combination of what a page may leave out."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from tests.databases import Databases
from tests.integration.phones_base.facts import ENTRYPOINT, HOUR, LANDMARK, T0, Market

GEO = "ml.geo_feature_store_t0_v1_v"
OPTIONAL = ("price", "title", "description", "model", "storage_gb", "postal_code")
pytestmark = pytest.mark.one_major


def test_every_ad_has_its_row_on_every_surface(databases: Databases, phones_template: str) -> None:
    database = databases.create(phones_template)
    conn = database.connect()
    ads = Market(conn)
    given: dict[int, dict[str, Any]] = {}
    for number, (read, *missing) in enumerate(product((False, True), repeat=1 + len(OPTIONAL))):
        left_out = [name for name, gone in zip(OPTIONAL, missing, strict=True) if gone]
        given[number] = dict.fromkeys(left_out)
        ads.ad(number, T0 + number * HOUR, **given[number])
        if read:
            ads.read(number, T0 + (number + 1) * HOUR, "ai_enrich", sale_mode="obo")
            ads.read(number, T0 + (number + 1) * HOUR, condition_score=0.7)
    ads.settle()
    conn.execute("select count(*) from audit.refresh_store('geo', false)")
    for surface in (ENTRYPOINT, LANDMARK, GEO):
        found = conn.execute(
            f"select x.listing_id from {surface} as x where x.listing_id < 1000 order by 1".encode()
        ).fetchall()
        assert [one for (one,) in found] == list(given), surface
    states = dict(
        conn.execute(
            f"select x.listing_id, x.ai_state from {LANDMARK} as x where x.listing_id < 1000"
        ).fetchall()
    )
    half = len(given) // 2
    for number, values in given.items():
        textless = {"title", "description"} <= values.keys()
        unread = "absent" if textless else "pending"
        assert states[number] == ("known" if number >= half else unread), values
    nulls = "select n.subject from audit.contract_nulls(%s::regclass, 'tom_features_v1') as n"
    assert conn.execute(nulls, (LANDMARK,)).fetchall() == []
    assert conn.execute("select * from build.clean_rows_reconcile").fetchall() == []
    assert conn.execute("select * from build.landmark_rows_reconcile").fetchall() == []
    databases.drop(database)
