"""The cars market of the demo from nothing: install, load, bind, describe, refresh.

Owns the order of these steps, each of which finds nothing to do the second time; certifies nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import psycopg

from timeseal.db import install
from timeseal.market.facts import LoadReport, load_cars
from timeseal.market.geo import load_geo
from timeseal.market.rows import Progress
from timeseal.market.stores import declared, describe_columns
from timeseal.seal import binding

__all__ = ["prepare"]

ADS = Path("kleinanzeigen-cars", "kleinanzeigen_cars_34864.csv")
GEOGRAPHY = Path("germany-geo")


def prepare(
    conn: psycopg.Connection[tuple[object, ...]],
    data_dir: Path,
    *,
    cohorts: Collection[int] | None = None,
    limit: int | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Bring a database to a filled, uncertified market; `conn` is an installer's, idle."""
    install.apply(conn, install.plan(conn, ["market", "cars"]))
    conn.execute("set role timeseal_worker")
    try:
        load_geo(conn, data_dir / GEOGRAPHY)
        path = data_dir / ADS
        report = load_cars(conn, path, cohorts=cohorts, limit=limit, progress=progress)
    finally:
        conn.execute("reset role")
    for declaration in declared(conn):
        binding.apply(conn, declaration, binding.plan(conn, declaration))
        describe_columns(conn, declaration)
        conn.execute("select count(*) from audit.refresh_store(%s)", (declaration.name,))
    return report
