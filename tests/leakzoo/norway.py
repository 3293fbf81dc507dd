"""The zoo's market of phones: a small simulated world, into which registers are published midway.

The real registers are all older than its ads, so that a lookup which ignores publication would find
nothing to steal.
"""

from __future__ import annotations

from datetime import timedelta

from tests import phones
from tests.databases import Database
from tests.leakzoo import world

from timeseal.market.reference import Release
from timeseal.market.verticals.phones.world.clock import START

__all__ = ["build", "publish_midway"]

PUBLISHED = START + timedelta(days=20)
POSTAL = (
    "select distinct o.postal_code, k.kommune_code4 from raw.listing_observation as o"
    " join ref.postal_code_to_kommune_history as k using (postal_code) order by 1, 2"
)


def build(database: Database) -> None:
    """Everything from nothing; nothing is accepted or certified."""
    phones.build(database)
    publish_midway(database)


def publish_midway(database: Database) -> None:
    """Publish another register and other incomes amid the ads of a built world, and refresh."""
    admin = database.connect()
    places = admin.execute(POSTAL).fetchall()
    for release in _releases(places):
        release.load(database.connect("worker"))
    admin.execute("analyze")
    world.refresh(admin, world.store_of("phones", world.MARKET))
    # rows of a small world are soon all compared; a busy machine need not try for the whole budget
    admin.execute("update audit.entrypoint set replay_budget = '5 s'")
    world.parse(admin, world.MARKET, world.LANDMARK)
    database.close()


def _releases(places: list[tuple[str, str]]) -> tuple[Release, Release]:
    """Every postal code in its neighbour's municipality; every municipality with a new income."""
    kommuner = sorted({kommune for _, kommune in places})
    after = dict(zip(kommuner, kommuner[1:] + kommuner[:1], strict=True))
    day = PUBLISHED.date() - timedelta(days=1)
    moved = {postal: after[kommune] for postal, kommune in places}
    register = _release(
        "a later register",
        "ref.postal_code_to_kommune_history",
        ("known_at", "postal_code", "kommune_code4", "snapshot_date"),
        tuple((PUBLISHED, postal, kommune, day) for postal, kommune in moved.items()),
    )
    income = _release(
        "later incomes",
        "ref.kommune_socio_history",
        ("known_at", "kommune_code4", "snapshot_date", "income_median_after_tax_nok"),
        tuple((PUBLISHED, one, day, 400_000 + 1000 * n) for n, one in enumerate(kommuner)),
    )
    return register, income


def _release(
    name: str, relation: str, columns: tuple[str, ...], rows: tuple[tuple[object, ...], ...]
) -> Release:
    return Release(
        release_id=name.replace(" ", "-"),
        title=name,
        publisher="test",
        published_at=PUBLISHED,
        licence="none",
        relation=relation,
        columns=columns,
        rows=rows,
    )
