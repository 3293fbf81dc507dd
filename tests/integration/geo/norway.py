"""A market in Norway whose ads a test writes by hand, over the real releases."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import psycopg

from timeseal.db import install
from timeseal.market.facts import close_run, open_run, stage
from timeseal.market.geo import load_geo
from timeseal.market.stores import declaration
from timeseal.seal import binding
from timeseal.seal.store import Declaration, load_store

DATA = Path(__file__).parents[3] / "data" / "norway-geo"
HERE = Path(__file__).parent
GEO = "ml.geo_feature_store_t0_v1_v"
SOCIO = "ml.socio_alone_v"
PINNED = "timeseal-super-metro-v4-2021-04-08"
WHY = "designed on data of 2021, before every ad"
COLUMNS = (
    *("generation", "listing_id", "observed_at", "source", "run_id", "price", "postal_code"),
    *("location_city", "payload_sha256"),
)
Conn = psycopg.Connection[Any]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def socio() -> Declaration:
    """The socio layers over a layer of first sights, with an entrypoint of their own."""
    root = files("timeseal.market")
    facts = [root.joinpath("flow/40_stores/facts"), root.joinpath("verticals/phones/facts")]
    return load_store([*facts, HERE / "store", root.joinpath("flow/40_stores/socio_market")])


def build(admin: Conn, worker: Conn) -> None:
    """Install, load the real releases, bind both stores; nothing is pinned, there is no ad."""
    install.apply(admin, install.plan(admin, ["market"]))
    admin.execute(
        "insert into ref.market (vertical, zone, currency, grace, landmark)"
        " values ('phones', 'Europe/Oslo', 'NOK', '72 hours', '24 hours')"
    )
    load_geo(worker, DATA)
    for one in (declaration("phones", "geo"), socio()):
        binding.apply(admin, one, binding.plan(admin, one))


def sight(
    conn: Conn, ads: list[tuple[int, str, str | None, str | None]], price: int | None = 5000
) -> None:
    """Ads seen at an instant: listing, instant, postal code, town; one backfill run."""
    run = open_run(conn, "backfill", "test")
    rows = [
        (13, listing, at(when), "test", run.run_id, price, postal, town, f"{listing} {when}")
        for listing, when, postal, town in ads
    ]
    with conn.transaction():
        stage(conn, "raw.listing_observation", COLUMNS, rows)
        close_run(conn, run)


def refresh(conn: Conn, store: str = "geo", full: bool = False) -> None:
    conn.execute("select count(*) from audit.refresh_store(%s, %s)", (store, full))


def accept(conn: Conn, entrypoint: str) -> None:
    """Accept the definition and all days as the baseline."""
    conn.execute("call audit.capture_viewdef_baseline(%s::regclass)", (entrypoint,))
    conn.execute("call audit.rebaseline_last_n_days(%s::regclass)", (entrypoint,))


def certify(conn: Conn, entrypoint: str) -> dict[str, list[dict[str, Any]]]:
    """Certify; returns the findings of each gate that failed, {} for a certificate."""
    conn.execute("select audit.certify(%s)", (entrypoint,))
    row = conn.execute(
        "select r.status, r.checks from audit.t0_cert_run as r where r.entrypoint = %s"
        " order by r.run_id desc limit 1",
        (entrypoint,),
    ).fetchone()
    assert row is not None
    failed = {one["gate"]: one for one in row[1] if one["status"] == "failed"}
    assert (row[0] == "CERTIFIED") == (failed == {}), row
    return failed
