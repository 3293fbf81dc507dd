"""The geo store: one level per row, a pin that holds, a map whose age is on record."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from tests.databases import Database
from tests.integration.geo import norway as no

from timeseal.errors import ClaimFailed
from timeseal.market.geo import listed, pin
from timeseal.market.geo_values import norm_city
from timeseal.market.reference import Release, Rows
from timeseal.seal import binding

PLACE = (
    "select g.region_geo, g.pickup_metro_30_200_geo, g.super_metro_v4_geo, g.geo_match_method"
    f" from {no.GEO} as g where g.listing_id = %s"
)
OSLO = ("Østlandet", "pm_ost_oslo", "sm4_ost_oslo")
BERGEN = ("Vestlandet", "pm_vest_bergen", "sm4_vest_bergen")
UNKNOWN = ("unknown", "other_unknown", "other_unknown")
#: What an ad says of its place, and where it is put.
PLACES = {
    "postal code": ("0150", None, (*OSLO, "postal")),
    "postal code that lost its zero": ("150", None, (*OSLO, "postal")),
    "postal code between blanks": ("\t0150\u00a0", "nowhere", (*OSLO, "postal")),
    "postal code over town": ("0150", "Bergen", (*OSLO, "postal")),
    "no level is mixed in": (
        "9990",
        "Bergen",
        ("Nord-Norge", "other_nord-norge", "other_nord-norge", "postal"),
    ),
    "town": (None, "Bergen", (*BERGEN, "city")),
    "town with a tab, a no-break space and capitals": (
        "postboks",
        "\tTROMSØ\u00a0 ",
        ("Nord-Norge", "pm_nord_tromso", "sm4_nord_tromso", "city"),
    ),
    "town when the code is none of the map": ("0002", "Bergen", (*BERGEN, "city")),
    "neither is known": ("0002", "Atlantis", (*UNKNOWN, "unmapped")),
    "nothing was said": (None, " \u00a0", (*UNKNOWN, "missing_keys")),
    "two digits are no code": ("15", None, (*UNKNOWN, "missing_keys")),
}


def warned(conn: psycopg.Connection[Any]) -> list[str]:
    """Subjects of the warnings of the last certification's invariants."""
    row = conn.execute(
        "select c from audit.t0_cert_run as r, jsonb_array_elements(r.checks) as c"
        " where r.entrypoint = %s and c ->> 'gate' = 'invariants' order by r.run_id desc limit 1",
        (no.GEO,),
    ).fetchone()
    assert row is not None
    return [one["subject"] for one in row[0]["first"] if one["level"] == "warning"]


def mapping(name: str, published: str, designed: str | None, region: str = "Østlandet") -> Release:
    """A mapping of one postal code, made by hand."""
    when = no.at(published)
    columns = ("known_at", "postal_code", "region", "super_metro_v4", "source")
    return Release(
        release_id=name,
        title="a map",
        publisher="test",
        published_at=when,
        licence="none",
        relation="ref.postal_code_to_super_metro",
        columns=columns,
        rows=((when, "0150", region, "sm4_ost_oslo", "test"),),
        designed_on_until=no.at(designed).date() if designed else None,
        also=(Rows("ref.city_to_super_metro", ("known_at",), ()),),
    )


def publish(conn: psycopg.Connection[Any]) -> dict[str, Any]:
    no.refresh(conn, full=True)
    no.accept(conn, no.GEO)
    return no.certify(conn, no.GEO)


def test_every_place_is_put_where_one_level_says(norway_db: Database) -> None:
    admin = norway_db.connect()
    pin(admin, no.PINNED)
    cases = list(enumerate(PLACES.values()))
    no.sight(admin, [(n, "2026-02-01T10:00", code, town) for n, (code, town, _) in cases])
    no.refresh(admin)
    found = {n: admin.execute(PLACE, (n,)).fetchone() for n, _ in cases}
    assert found == {n: wanted for n, (_, _, wanted) in cases}


def test_without_a_pin_nothing_is_certified_and_nothing_spoilt(norway_db: Database) -> None:
    admin = norway_db.connect()
    no.sight(admin, [(1, "2026-02-01T10:00", "0150", None)])
    failed = publish(admin)
    assert "no release is pinned" in str(failed["invariants"]["first"])
    pin(admin, no.PINNED, no.WHY)
    assert publish(admin) == {}


@pytest.mark.one_major
@pytest.mark.parametrize(
    ("release", "found"),
    [
        ("no-such-map", "no release of that name"),
        ("bring-2026-01-22", "without one row"),
        ("undated", "until when its designer looked"),
    ],
)
def test_a_pin_that_no_certificate_could_rest_on_is_refused(
    norway_db: Database, release: str, found: str
) -> None:
    admin = norway_db.connect()
    mapping("undated", "2020-01-01", None).load(norway_db.connect("worker"))
    with pytest.raises(psycopg.Error) as refused:
        pin(admin, release, "try")
    assert refused.value.sqlstate == "TS003"
    assert found in str(refused.value.diag.message_detail)
    assert admin.execute("select count(*) from ref.geo_pin").fetchone() == (0,)


def tamper(conn: psycopg.Connection[Any], statement: str) -> None:
    """What only somebody with the rights of the owner can do."""
    tables = ("postal_code_to_super_metro", "release_content")
    for verb in ("disable", "enable always"):
        for table in tables:
            for trigger in ("append_only", *(["admit_facts"] if table == tables[0] else [])):
                conn.execute(f"alter table ref.{table} {verb} trigger {trigger}".encode())
        if verb == "disable":
            conn.execute(statement.encode())


@pytest.mark.one_major
def test_a_map_that_grew_after_it_was_pinned_is_not_certified(norway_db: Database) -> None:
    admin = norway_db.connect()
    no.sight(admin, [(1, "2026-02-01T10:00", "0150", None)])
    pin(admin, no.PINNED, no.WHY)
    assert publish(admin) == {}
    tamper(
        admin,
        "insert into ref.postal_code_to_super_metro select m.release_id, m.known_at, '9999',"
        " m.region, m.pickup_metro_30_200, m.super_metro_v4, m.source"
        f" from ref.postal_code_to_super_metro as m where m.release_id = '{no.PINNED}' limit 1",
    )
    found = no.certify(admin, no.GEO)["invariants"]["first"]
    assert [(one["object"], "not those that were loaded" in one["subject"]) for one in found] == [
        ("geo_reference_is_whole", True)
    ]
    tamper(
        admin,
        "update ref.release_content as c set row_count = w.row_count, rows_sha256 = w.rows_sha256,"
        " lane = l.lane from ref.release_rows as w join ref.release_lane as l using (release_id)"
        " where w.release_id = c.release_id",
    )
    found = no.certify(admin, no.GEO)["invariants"]["first"]
    assert {one["object"] for one in found} == {"geo_pin_holds", "geo_release_older_than_ads"}


def test_a_map_younger_than_the_ads_is_refused_or_waived(norway_db: Database) -> None:
    admin = norway_db.connect()
    no.sight(admin, [(1, "2026-02-01T10:00", "0150", None)])
    with pytest.raises(ClaimFailed, match="after the first ad"):
        pin(admin, no.PINNED)
    assert [one.release_id for one in listed(admin) if one.pinned] == []
    assert len(pin(admin, no.PINNED, no.WHY).waivers) == 6, "two stores read the map"
    assert pin(admin, no.PINNED, no.WHY).waivers == ()
    assert publish(admin) == {}
    printed = admin.execute(
        "select string_agg(w ->> 'reason', ';') from audit.t0_cert_run as r,"
        " jsonb_array_elements(r.waivers) as w where r.entrypoint = %s",
        (no.GEO,),
    ).fetchone()
    assert printed is not None
    assert no.WHY in printed[0]
    verdicts = {one.release_id: (one.pinned, one.verdict) for one in listed(admin)}
    assert verdicts[no.PINNED] == (True, "pinned under waiver")
    assert verdicts["bring-2026-01-22"] == (False, "admitted")
    assert verdicts["geonames-no-2026-03-30"] == (False, "refused")
    no.sight(admin, [(2, "2026-04-01", "0150", None)])
    verdicts = {one.release_id: (one.pinned, one.verdict) for one in listed(admin)}
    assert verdicts["geonames-no-2026-03-30"] == (False, "from its date")


@pytest.mark.one_major
@pytest.mark.parametrize("gate", ["invariants", "replay"])
def test_without_its_waiver_a_younger_map_is_not_certified(norway_db: Database, gate: str) -> None:
    admin = norway_db.connect()
    no.sight(admin, [(1, "2026-02-01T10:00", "0150", None), (2, "2026-02-02", "0150", None)])
    pin(admin, no.PINNED, no.WHY)
    assert publish(admin) == {}
    admin.execute(
        "select audit.unwaive(w.waiver_id, 'test') from audit.waiver_in_force as w"
        " where w.gate = %s",
        (gate,),
    )
    assert set(no.certify(admin, no.GEO)) == {gate}


@pytest.mark.one_major
def test_a_map_from_before_the_ads_needs_no_waiver(norway_db: Database) -> None:
    admin = norway_db.connect()
    mapping("old", "2020-01-01", "2019-12-31").load(norway_db.connect("worker"))
    no.sight(admin, [(1, "2026-02-01T10:00", "0150", None)])
    assert pin(admin, "old").waivers == ()
    assert publish(admin) == {}
    assert warned(admin) == []


def test_ads_from_the_time_the_map_was_designed_on_are_counted(norway_db: Database) -> None:
    admin = norway_db.connect()
    mapping("old", "2020-01-01", "2026-02-01").load(norway_db.connect("worker"))
    days = ("2026-01-31", "2026-02-01T23:59", "2026-02-02")
    no.sight(admin, [(n, day, "0150", None) for n, day in enumerate(days)])
    pin(admin, "old")
    assert publish(admin) == {}
    (found,) = warned(admin)
    assert '"ad_count": 2' in found
    assert '"designed_on_until": "2026-02-01"' in found


@pytest.mark.one_major
def test_another_pin_shuts_the_door_and_never_rewrites_closed_days(norway_db: Database) -> None:
    admin = norway_db.connect()
    worker = norway_db.connect("worker")
    for name, region in (("one", "Østlandet"), ("two", "Vestlandet")):
        mapping(name, "2020-01-01", "2019-12-31", region).load(worker)
    no.sight(admin, [(1, "2026-02-01T10:00", "0150", None)])
    pin(admin, "one")
    assert publish(admin) == {}
    assert pin(admin, "two").to_accept == (no.GEO,)
    assert "definition" in no.certify(admin, no.GEO)
    assert "drift" in publish(admin)
    pin(admin, "one")
    assert publish(admin) == {}


@pytest.mark.one_major
def test_a_repair_of_the_installation_keeps_the_pin(norway_db: Database) -> None:
    admin = norway_db.connect()
    pin(admin, no.PINNED)
    admin.execute("set role timeseal_owner")
    admin.execute("select ref.apply_geo_pin()")
    found = admin.execute("select release_id from ref.geo_mapping_pinned_super_metro_v4_v1")
    assert found.fetchall() == [(no.PINNED,)]


#: Relations that follow the newest pin, in place of the pinned ones, and what the firewall says.
CURRENT = {
    "geo_mapping_pinned_super_metro_v4_v1": (
        "geo_mapping_current",
        "ref.geo_mapping_current.release_id",
    ),
    "postal_code_to_super_metro": (
        "postal_code_to_super_metro_current",
        "ref.geo_mapping_current.release_id",
    ),
}


@pytest.mark.parametrize("relation", list(CURRENT))
def test_a_current_selector_is_refused_in_a_closure(norway_db: Database, relation: str) -> None:
    from dataclasses import replace

    from timeseal.market.stores import declaration

    admin = norway_db.connect()
    pin(admin, no.PINNED)
    no.sight(admin, [(1, "2026-02-01T10:00", "0150", None)])
    whole = declaration("phones", "geo")
    one = whole.layers[1]
    selector, subject = CURRENT[relation]
    current = one.text.body.replace(f" {relation} as", f" {selector} as")
    assert current != one.text.body
    layers = (whole.layers[0], replace(one, text=replace(one.text, body=current)))
    careless = replace(whole, layers=layers)
    assert admin.execute("select count(*) from audit.gate_firewall(%s)", (no.GEO,)).fetchone() == (
        0,
    )
    binding.apply(admin, careless, binding.plan(admin, careless))
    found = admin.execute("select f.subject from audit.gate_firewall(%s) as f", (no.GEO,))
    assert subject in {one for (one,) in found}


def test_published_names_are_there(norway_db: Database) -> None:
    admin = norway_db.connect()
    assert len(pin(admin, no.PINNED, no.WHY).waivers) == 6, "two stores read the map"
    no.sight(admin, [(1, "2026-02-01T10:00", "0150", "Oslo")])
    no.refresh(admin)
    no.accept(admin, no.GEO)
    admin.execute("call audit.run_t0_cert_geo_store_v1(10)")
    admin.execute("select audit.assert_t0_certified_geo_store_v1(10)")
    admin.execute("select count(*) from audit.refresh_published('geo')")
    for relation in ("geo_dim_super_metro_v4_pinned_v1", "geo_dim_super_metro_v4_t0_v1"):
        rows = admin.execute(f"select listing_id, region_geo from ml.{relation}").fetchall()
        assert rows == [(1, "Østlandet")]
    with norway_db.connect("training") as reader:
        rows = reader.execute(
            "select listing_id, super_metro_v4_geo from ml.geo_dim_super_metro_v4_t0_train_v"
        ).fetchall()
    assert rows == [(1, "sm4_ost_oslo")]
    current = admin.execute("select release_id, is_current from ref.geo_mapping_release")
    assert current.fetchall() == [(no.PINNED, True)]


def test_appended_ads_give_the_rows_of_one_load_and_move_no_other(norway_db: Database) -> None:
    """T-append, T-late: what comes later, of other ads or of the same, changes no row."""
    admin = norway_db.connect()
    pin(admin, no.PINNED)
    no.sight(admin, [(1, "2026-02-01T10:00", "0150", None), (2, "2026-02-03", None, "Bergen")])
    no.refresh(admin)
    text = f"select g::text from {no.GEO} as g order by g.t0, g.listing_id"
    before = admin.execute(text).fetchall()
    no.sight(admin, [(1, "2026-02-04", "5003", "Bergen"), (3, "2026-02-02", "7010", None)])
    no.refresh(admin)
    appended = admin.execute(text).fetchall()
    assert [row for row in appended if row in before] == before
    assert len(appended) == 3
    no.refresh(admin, full=True)
    assert admin.execute(text).fetchall() == appended


@pytest.mark.one_major
def test_names_are_normalised_alike_by_loader_and_layer(norway_db: Database) -> None:
    admin = norway_db.connect()
    names = [
        "Oslo",
        "\tTROMSØ\u00a0 ",
        "A\u030aLESUND",
        "Kåfjord/GÁIVUOTNA",
        "  ",
        "",
        None,
        "ǅ",
        "x\u200by",
    ]
    found = [admin.execute("select ref.norm_city(%s)", (one,)).fetchone() for one in names]
    assert [row[0] for row in found if row] == [norm_city(one) for one in names]
    assert norm_city("A\u030aLESUND") == "ålesund"


REFUSED = {
    "pins": "select ref.pin_geo_mapping('" + no.PINNED + "', 'mine')",
    "writes the log": (
        "insert into ref.geo_pin (release_id, rows_sha256, reason) values ('x', 'y', 'mine')"
    ),
    "writes what a release holds": "insert into ref.release_content values ('x', 1, 'y', 0)",
    "changes a map": "update ref.postal_code_to_super_metro set region = 'x'",
    "changes the pin": (
        "create or replace view ref.geo_mapping_pinned_super_metro_v4_v1 as"
        " select 'x' as release_id, 'y' as rows_sha256"
    ),
}


@pytest.mark.one_major
@pytest.mark.parametrize("name", REFUSED)
def test_only_an_administrator_pins_and_nobody_changes_a_map(
    norway_db: Database, name: str
) -> None:
    for role in ("worker", "certifier", "training"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            norway_db.connect(role).execute(REFUSED[name])  # type: ignore[arg-type]


@pytest.mark.one_major
@pytest.mark.parametrize("table", ["geo_pin", "postal_code_to_super_metro", "kommune_code_history"])
def test_even_the_owner_only_appends(norway_db: Database, table: str) -> None:
    admin = norway_db.connect()
    admin.execute("set role timeseal_owner")
    with pytest.raises(psycopg.Error) as refused:
        admin.execute(f"delete from ref.{table}")
    assert refused.value.sqlstate == "TS002"


@pytest.mark.one_major
def test_both_stores_put_an_ad_in_the_same_place(norway_db: Database) -> None:
    """Only what the geo store calls unknown is empty in the other."""
    admin = norway_db.connect()
    pin(admin, no.PINNED, no.WHY)
    ads = [
        (n, "2026-02-01T10:00", postal, town) for n, (postal, town, _) in enumerate(PLACES.values())
    ]
    no.sight(admin, ads)
    no.refresh(admin)
    no.refresh(admin, "socio_market")
    found = admin.execute(
        "select coalesce(p.region_geo, 'unknown'), coalesce(p.super_metro_v4_geo, 'other_unknown'),"
        " p.geo_match_method, g.region_geo, g.super_metro_v4_geo, g.geo_match_method"
        " from store.listing_place_v1 as p join store.geo_dim_super_metro_v4_pinned_v1 as g"
        " using (generation, listing_id, t0) order by p.listing_id"
    ).fetchall()
    assert [row[:3] for row in found] == [row[3:] for row in found]
    assert [row[0] for row in found] == [place[0] for _, _, place in PLACES.values()]
