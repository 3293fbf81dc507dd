"""Probes of geography: pins that hold, one level per row, nothing before its publication."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any

import psycopg
from tests.databases import Database
from tests.integration.geo import norway as no
from tests.mutants.harness import Conn, Mutant, Probe, probe, weaken

from timeseal.market.geo import pin
from timeseal.market.reference import Release
from timeseal.market.stores import declaration
from timeseal.seal import binding
from timeseal.seal.store import Declaration

PLACE = (
    f"select g.pickup_metro_30_200_geo, g.geo_match_method from {no.GEO} as g"
    " where g.listing_id = 1"
)
KNOWN = f"select s.kommune_code4, s.income_gross_nok from {no.SOCIO} as s where s.listing_id = 1"
TOLD = (
    "select f.object, f.level, f.subject from audit.gate_invariants(%s) as f"
    " order by f.object, f.subject"
)


def in_norway(database: Database, subject: Probe, mutant: Mutant | None) -> None:
    """Run a probe on a clone of its own, weakened or not."""
    if mutant:
        weaken_norway(database.connect(), mutant)
    subject.run(database)


def weaken_norway(conn: Conn, mutant: Mutant) -> None:
    """Bind weakened layers and rules anew; run anything else."""
    bound = tuple(
        edit for edit in mutant.edits if edit.file.endswith((".layer.sql", ".invariant.sql"))
    )
    rest = tuple(edit for edit in mutant.edits if edit not in bound)
    if rest:
        weaken(conn, Mutant(mutant.name, mutant.probe, rest))
    if bound:
        for one in (declaration("phones", "geo"), no.socio()):
            changed = _weakened(one, {PurePosixPath(edit.file).name: edit for edit in bound})
            binding.apply(conn, changed, binding.plan(conn, changed))


def _weakened(whole: Declaration, edits: dict[str, Any]) -> Declaration:
    def text(one: Any) -> Any:
        edit = edits.get(one.text.path)
        body = one.text.body.replace(edit.find, edit.replace) if edit else one.text.body
        return replace(one, text=replace(one.text, body=body))

    return replace(
        whole,
        layers=tuple(text(one) for one in whole.layers),
        invariants=tuple(text(one) for one in whole.invariants),
    )


def _rules(conn: Conn) -> dict[str, tuple[str, str]]:
    return {name: (level, bad) for name, level, bad in conn.execute(TOLD, (no.GEO,))}


def _map(database: Database, name: str, designed: date | None, rows: int = 1) -> None:
    """A mapping of 2020; without rows of its own it maps towns alone."""
    when = no.at("2020-01-01")
    value = (when, "0150", "Østlandet", "sm4_ost_oslo", "test")
    Release(
        release_id=name,
        title="a map",
        publisher="test",
        published_at=when,
        licence="none",
        relation="ref.postal_code_to_super_metro",
        columns=("known_at", "postal_code", "region", "super_metro_v4", "source"),
        rows=(value,) * rows,
        designed_on_until=designed,
    ).load(database.connect("worker"))


@probe("norway")
def without_a_pin_the_store_says_so(database: Database) -> None:
    admin = database.connect()
    no.sight(admin, [(1, "2026-02-01", "0150", None)])
    no.refresh(admin)
    assert "no release is pinned" in _rules(admin).get("geo_pin_holds", ("", ""))[1]


@probe("norway")
def rows_of_another_map_are_told(database: Database) -> None:
    admin = database.connect()
    no.sight(admin, [(1, "2026-02-01", "0150", None)])
    for name in ("one", "two"):
        _map(database, name, date(2019, 12, 31))
        pin(admin, name)
        if name == "one":
            no.refresh(admin)
    assert "not pinned" in _rules(admin).get("geo_pin_holds", ("", ""))[1]


BAD_PINS = {"empty": (date(2019, 12, 31), 0), "undated": (None, 1)}


@probe("norway", *BAD_PINS)
def a_bad_pin_is_refused(database: Database, name: str) -> None:
    _map(database, name, *BAD_PINS[name])
    found = None
    try:
        pin(database.connect(), name)
    except psycopg.Error as refused:
        found = refused.sqlstate
    assert found == "TS003", found


@probe("norway")
def a_map_younger_than_the_ads_is_told(database: Database) -> None:
    admin = database.connect()
    no.sight(admin, [(1, "2026-02-01", "0150", None)])
    pin(admin, no.PINNED, no.WHY)
    no.refresh(admin)
    level, bad = _rules(admin).get("geo_release_older_than_ads", ("", ""))
    assert (level, no.PINNED in bad) == ("blocking", True)


@probe("norway")
def ads_of_the_design_days_are_counted(database: Database) -> None:
    admin = database.connect()
    _map(database, "one", date(2026, 2, 1))
    no.sight(admin, [(1, "2026-02-01T23:59", "0150", None), (2, "2026-02-02", "0150", None)])
    pin(admin, "one")
    no.refresh(admin)
    level, bad = _rules(admin).get("geo_designed_before_ads", ("", ""))
    assert (level, '"ad_count": 1' in bad) == ("warning", True)


#: What an ad says of its place → pickup metro and level.
PLACES = {
    "a lost zero": (("150", None), ("pm_ost_oslo", "postal")),
    "a no-break space": ((None, "\u00a0BERGEN\t"), ("pm_vest_bergen", "city")),
    "a capital beyond ASCII": ((None, "TROMSØ"), ("pm_nord_tromso", "city")),
    "two levels": (("9990", "Bergen"), ("other_nord-norge", "postal")),
}


@probe("norway", *PLACES)
def a_place_is_found(database: Database, name: str) -> None:
    (code, town), wanted = PLACES[name]
    admin = database.connect()
    pin(admin, no.PINNED)
    no.sight(admin, [(1, "2026-02-01", code, town)])
    no.refresh(admin)
    assert admin.execute(PLACE).fetchone() == wanted


#: When an ad in Oslo was seen: at an instant of publication, nothing of that release is known.
INSTANTS = {
    "a postal register": ("2021-04-09", (None, None)),
    "a register that is out": ("2021-04-09T00:00:01", ("0301", 470200.0)),
}


@probe("norway", *INSTANTS)
def at_its_publication_a_release_is_not_known(database: Database, name: str) -> None:
    when, wanted = INSTANTS[name]
    admin = database.connect()
    no.sight(admin, [(1, when, "0150", None)])
    no.refresh(admin, "socio_market")
    assert admin.execute(KNOWN).fetchone() == wanted


def _income(database: Database) -> None:
    """Income of Oslo in a release of 2026."""
    when = no.at("2026-02-01")
    Release(
        release_id="income",
        title="income",
        publisher="test",
        published_at=when,
        licence="none",
        relation="ref.kommune_socio_history",
        columns=("known_at", "kommune_code4", "income_gross_nok", "snapshot_date"),
        rows=((when, "0301", 500000, date(2025, 1, 1)),),
    ).load(database.connect("worker"))


@probe("norway")
def figures_are_not_known_at_their_publication(database: Database) -> None:
    admin = database.connect()
    _income(database)
    no.sight(admin, [(1, "2026-02-01", "0150", None)])
    no.refresh(admin, "socio_market")
    assert admin.execute(KNOWN).fetchone() == ("0301", 470200.0)


@probe("norway")
def a_release_that_is_loaded_late_reaches_its_ads(database: Database) -> None:
    admin = database.connect()
    no.sight(admin, [(1, "2026-02-02", "0150", None)])
    no.refresh(admin, "socio_market")
    _income(database)
    no.refresh(admin, "socio_market")
    assert admin.execute(KNOWN).fetchone() == ("0301", 500000.0)
    # what voids certificates that the release came too late for
    known = (
        "select bool_and(r.min_known_at is not distinct from l.published_at)"
        " from ref.release as l join raw.run as r using (run_id) where r.status = 'closed'"
    )
    assert admin.execute(known).fetchone() == (True,)


@probe("norway")
def a_code_means_what_it_meant_in_its_year(database: Database) -> None:
    """In another release the code of 2021 stands for two areas, one of them later, one earlier."""
    when = no.at("2021-06-01")
    spans = ((1900, 1950, "9998"), (2020, 2021, None), (2022, None, "9999"))
    Release(
        release_id="spans",
        title="spans",
        publisher="test",
        published_at=when,
        licence="none",
        relation="ref.kommune_code_history",
        columns=(
            *("known_at", "kommune_code4", "name", "valid_from_year", "valid_to_year"),
            "successor_code4",
        ),
        rows=(
            (when, "0104", "Moss", 0, 2019, "3002"),
            *((when, "3002", "Moss", *span) for span in spans),
        ),
    ).load(database.connect("worker"))
    admin = database.connect()
    no.sight(admin, [(1, "2022-02-01", "1530", None)])
    no.refresh(admin, "socio_market")
    assert admin.execute(KNOWN).fetchone() == ("3002", 386300.0)


@probe("norway")
def an_unknown_income_gives_no_ratio(database: Database) -> None:
    admin = database.connect()
    no.sight(admin, [(1, "2026-02-01", "0002", None)])
    no.refresh(admin, "socio_market")
    found = admin.execute(
        "select s.price_months_income, s.log_price_to_income_cap, s.miss_socio"
        f" from {no.SOCIO} as s"
    )
    assert found.fetchall() == [(None, None, 1)]
