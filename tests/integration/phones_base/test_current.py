"""The published projections: every column, the state of now, and no way into a certificate."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.databases import Database, Databases
from tests.integration.phones_base.facts import DAY, ENTRYPOINT, HOUR, T0, Market

from timeseal.db import install
from timeseal.errors import InstallRefused
from timeseal.market.stores import declaration
from timeseal.seal import binding

pytestmark = pytest.mark.one_major

PUBLISHED = (
    *(
        "generation",
        "listing_id",
        "edited_date",
        "first_seen",
        "last_seen",
        "sold_date",
        "sold_price",
    ),
    *("real_sold_price", "status", "spam", "price", "model", "storage_gb", "storage"),
    *("storage_gb_raw", "condition_score", "battery_pct_fixed_ai", "battery_pct_effective"),
    *("battery_pct_fixed_ai_at", "battery_pct_fixed_ai_by", "battery_pct_fixed_ai_ctx"),
    *("battery_pct_fixed_ai_source", "damage_severity_ai", "damage_binary_ai", "damage_reason_ai"),
    *("damage_ai_version", "seller_rating", "review_count", "member_since_year"),
    *("seller_stats_fetched", "location_city", "postal_code", "title", "description", "url"),
    *("quality_ai_json", "quality_ai_at", "quality_ai_version", "is_inactive", "is_bidding"),
)
ENRICHED = (
    *(
        "generation",
        "listing_id",
        "sale_mode",
        "owner_type",
        "can_ship",
        "pickup_only",
        "vat_invoice",
    ),
    *("first_owner", "used_with_case_claim", "repair_provider", "negotiability_ai", "urgency_ai"),
    *("lqs_textonly", "opening_offer_nok", "storage_gb_fixed_ai", "updated_at", "model", "version"),
    *("variant_canonical", "lock_ai", "parts_replaced", "activation_lock_risk", "codes_json"),
    *("conf_json", "evidence_json"),
)


def test_an_ad_as_it_is_believed_now(ads: Market) -> None:
    ads.sold(1, T0 - 10 * DAY, 4000)
    ads.read(1, T0 - 2 * DAY, "post_sold_audit", real_sold_price=3000)
    ads.ad(2, T0 - 30 * DAY)
    ads.read(2, T0 - 29 * DAY, battery_pct_fixed_ai=88, condition_score=0.5)
    ads.read(2, T0 - 28 * DAY, battery_pct_fixed_ai=86)
    ads.event(2, "spam_marked", T0 - 2 * DAY, mark="junk")
    ads.ad(3)
    ads.ad(3, T0 + HOUR, price=4500)
    ads.event(3, "spam_marked", T0 + HOUR, mark="no")
    ads.ad(4)
    ads.event(4, "removed", T0 + 2 * HOUR, T0 + HOUR)
    ads.settle()
    shown = ads.conn.execute(
        "select listing_id, status, sold_price, real_sold_price, spam, price, battery_pct_fixed_ai,"
        ' condition_score, last_seen - first_seen from "iPhone".iphone_listings order by listing_id'
    ).fetchall()
    none = timedelta(0)
    assert shown == [
        (1, "sold", 4000, 3000, None, 5000, None, None, none),
        (2, "older21days", None, None, "junk", 5000, 86, 0.5, none),
        (3, "live", None, None, None, 4500, None, None, HOUR),
        (4, "removed", None, None, None, 5000, None, None, none),
    ]


def test_the_latest_report_stands_and_every_column_is_there(ads: Market) -> None:
    ads.ad(1)
    ads.read(1, T0 + HOUR, "ai_enrich", sale_mode="firm", can_ship="true", urgency_ai="0.4")
    ads.read(1, T0 + 2 * DAY, "ai_enrich", sale_mode="obo", parts_replaced="screen,battery")
    ads.settle()
    row = ads.conn.execute(
        "select sale_mode, can_ship, urgency_ai, parts_replaced, updated_at, model, version"
        ' from "iPhone".iphone_ai_enrich'
    ).fetchall()
    assert row == [("obo", None, None, ["screen", "battery"], T0 + 2 * DAY, "test", "1")]
    for view, names in {"iphone_listings": PUBLISHED, "iphone_ai_enrich": ENRICHED}.items():
        cursor = ads.conn.execute(f'select * from "iPhone".{view} limit 0')
        assert set(names) <= {one.name for one in cursor.description or ()}, view


@pytest.mark.parametrize("view", ["iphone_listings", "iphone_ai_enrich"])
def test_no_certified_closure_may_touch_them(ads: Market, view: str) -> None:
    """Near miss: the store as it stands has no finding."""
    findings = "select f.found from audit.gate_firewall(%s) as f"
    assert ads.conn.execute(findings, (ENTRYPOINT,)).fetchall() == []
    store = declaration("phones", "socio_market")
    column = "title" if view == "iphone_listings" else "sale_mode"
    surface = store.entrypoints[0]
    body = surface.text.body.replace(
        "  e.title,\n",
        f'  (select min(c.{column}) from "iPhone".{view} as c'
        "   where c.listing_id = e.listing_id) as title,\n",
    )
    assert body != surface.text.body
    entrypoints = (replace(surface, text=replace(surface.text, body=body)), *store.entrypoints[1:])
    careless = replace(store, entrypoints=entrypoints)
    binding.apply(ads.conn, careless, binding.plan(ads.conn, careless))
    found = {str(one[0]) for one in ads.conn.execute(findings, (ENTRYPOINT,))}
    assert "current column read without a declared pair" in found


@pytest.mark.parametrize("kind", ["table", "view"])
def test_install_refuses_a_relation_of_that_name_that_is_not_ours(
    databases: Databases, sealed_template: str, kind: str
) -> None:
    database: Database = databases.create(sealed_template)
    admin = database.connect()
    admin.execute('create schema "iPhone"; alter schema "iPhone" owner to timeseal_owner')
    what = "(generation integer)" if kind == "table" else "as select 1 as generation"
    admin.execute(f'create {kind} "iPhone".iphone_listings {what}')
    with pytest.raises(InstallRefused, match="iphone_listings exists and is not ours"):
        install.apply(admin, install.plan(admin, ["phones"]))
    assert admin.execute("select to_regclass('ref.market')").fetchone() == (None,)
    databases.drop(database)


def test_who_may_look_at_the_state_of_now(market: Database) -> None:
    """The worker and the administrator; no reader of features, by no path that doctor sees."""
    worker, admin = market.connect("worker"), market.connect()
    for view in ("iphone_listings", "iphone_ai_enrich"):
        look = f'select count(*) from "iPhone".{view}'.encode()
        assert worker.execute(look).fetchone() == (0,)
    able = admin.execute(
        "select r.rolname, c.relname from pg_class as c cross join pg_roles as r"
        " where c.relnamespace = '\"iPhone\"'::regnamespace and has_table_privilege(r.oid, c.oid,"
        " 'select') and has_schema_privilege(r.oid, c.relnamespace, 'usage')"
        " and r.rolname in ('timeseal_worker', 'timeseal_certifier', 'ml_training') order by 2"
    ).fetchall()
    assert able == [("timeseal_worker", "iphone_ai_enrich"), ("timeseal_worker", "iphone_listings")]
    found = admin.execute("select d.level, d.object from audit.doctor() as d").fetchall()
    assert {level for level, _ in found} <= {"boundary"}, found
