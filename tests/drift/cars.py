"""Incidents on the cars store: a slice of the real ads, its facts, layers and reference releases.

Facts are written past the rules of admission, as somebody above every role could: what counts here
is that the classes are told apart, not who may cause them.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

from tests import cars
from tests.attack import market as foreign
from tests.drift.incidents import Conn, Database, World
from tests.proof.world import bind_text

from timeseal.seal.roles import acting_as_owner

LAYERS = files("timeseal.market").joinpath("flow", "40_stores", "shared_layers")
REFRESH = "select count(*) from audit.refresh_store('survival', true)"
RELATIONS = ("raw.listing_observation", "raw.listing_event", "ref.geo_postal", "ref.geo_district")
#: One that a definition of its own may change, and one that follows a setting, let through by name.
FUNCTIONS = (
    "create function ref.worded(p_title text) returns text language sql immutable return p_title;"
    " create function ref.rated(p_price integer) returns integer language plpgsql stable as $$"
    " begin return p_price * coalesce(nullif(current_setting('cars.rate', true), ''),"
    " '1')::integer; end $$"
)
#: The nth ad of a fixed shuffle, among those that a condition admits.
PICKED = (
    "select f.generation, f.listing_id from store.tom_features_v1 as f where {}"
    " order by hashint8(f.listing_id), f.generation offset {} limit 1"
)
HAS_ENDED = (
    "exists (select from raw.listing_event as e"
    " where e.generation = f.generation and e.listing_id = f.listing_id)"
)
ENDING = (
    "insert into raw.listing_event (generation, listing_id, event, event_time, event_time_kind,"
    " known_at, price, price_kind, source, run_id) select o.generation, o.listing_id, 'gone',"
    " o.observed_at + {hours} * interval '1 hour', 'first_observed',"
    " o.observed_at + ({hours} + 1) * interval '1 hour', o.price, 'last_ask', 'a second crawl',"
    " o.run_id from raw.listing_observation as o where (o.generation, o.listing_id) in ({ad})"
)
SIGHTING = (
    "create temp table seen on commit drop as select o.* from raw.listing_observation as o"
    " where (o.generation, o.listing_id) in ({ad});"
    " update seen set listing_id = listing_id + 1000000000000, observed_at = {at};"
    " insert into raw.listing_observation select s.* from seen as s"
)


def world(database: Database) -> World:
    """The market as `tests.cars` builds it; two functions are added, which change no row as yet."""
    conn = database.connect()
    with acting_as_owner(conn):
        conn.execute(FUNCTIONS)
        clean = _layer("tom_features_v1_enriched_clean")
        clean = clean.replace("  e.price,\n", "  ref.rated(e.price) as price,\n")
        clean = clean.replace("  e.title,\n", "  ref.worded(e.title) as title,\n")
        bind_text(conn, "tom_features_v1_enriched_clean", clean)
        for relation in RELATIONS:
            conn.execute(f"alter table {relation} disable trigger user".encode())
    conn.execute(
        "insert into audit.allowed_function values ('ref.rated(integer)'::regprocedure, 'a test')"
    )
    conn.execute("update audit.entrypoint set replay_budget = '0 s'")
    conn.execute("call audit.capture_viewdef_baseline(%s::regclass)", (cars.ENTRYPOINT,))
    status = foreign.certify(conn, cars.ENTRYPOINT)
    assert status == "CERTIFIED", status
    return World("cars", cars.ENTRYPOINT, conn, _life, SEEDS, share=10)


def _layer(name: str) -> str:
    return LAYERS.joinpath(f"{name}.layer.sql").read_text(encoding="utf-8")


def _ad(n: int, where: str = "true", among: int = 500) -> str:
    return PICKED.format(where, (n * 37) % among)


def _other(n: int) -> bool:
    """Which of two ways of one class: two incidents show both, four each with ordinary life."""
    return bool((n + 1) // 2 % 2)


def _refreshed(incident: Callable[[int], str]) -> Callable[[Conn, int], None]:
    """The statements of an incident, then what the next refresh of the store makes of them."""

    def seed(conn: Conn, n: int) -> None:
        conn.execute(incident(n).encode())
        conn.execute(REFRESH)

    return seed


def _life(conn: Conn, n: int) -> None:
    """An ad of a new day, behind the horizon, and housekeeping."""
    at = f"timestamptz '2031-01-01 00:00+00' + {n} * interval '1 hour'"
    conn.execute(SIGHTING.format(ad=_ad(n), at=at).encode())
    conn.execute("drop table seen; analyze store.tom_features_v1")


def _late(n: int) -> str:
    if _other(n):
        return SIGHTING.format(ad=_ad(n), at="observed_at - interval '1 hour'")
    return ENDING.format(ad=_ad(n, f"not {HAS_ENDED}"), hours=1 + n % 30)


def _correction(n: int) -> str:
    return ENDING.format(ad=_ad(n, HAS_ENDED), hours=1 + n % 4)


def _tampering(conn: Conn, n: int) -> None:
    table = ("raw.listing_observation", "store.tom_features_v1_enriched_clean")[_other(n)]
    ad = _ad(n)
    conn.execute(
        f"update {table} set price = price + {7 + n} where (generation, listing_id) in ({ad})"
        .encode()
    )  # fmt: skip
    if table.startswith("raw."):
        conn.execute(REFRESH)


def _deletion(n: int) -> str:
    table, where = (("observation", "true"), ("event", HAS_ENDED))[_other(n)]
    return f"delete from raw.listing_{table} where (generation, listing_id) in ({_ad(n, where)})"


def _definition(conn: Conn, n: int) -> None:
    old = ("interval '336 hours'", "interval '720 hours'")[_other(n)]
    text = _layer("tom_features_v1_enriched").replace(old, f"interval '{24 + n % 200} hours'")
    with acting_as_owner(conn):
        bind_text(conn, "tom_features_v1_enriched", text)
    conn.execute(REFRESH)


def _function(n: int) -> str:
    return (
        "create or replace function ref.worded(p_title text) returns text language sql immutable"
        f" return replace(p_title, '{'aeinrst'[n % 7]}', '*')"
    )


def _setting(conn: Conn, n: int) -> None:
    conn.execute(f"alter database {conn.info.dbname} set cars.rate = '{n + 2}'".encode())
    conn.execute(f"set local cars.rate = '{n + 2}'".encode())
    conn.execute(REFRESH)


def _reference(n: int) -> str:
    change, where = (
        ("ref.geo_postal set lat = lat + 0.01", f"left(postal_code, 1) = '{n % 10}'"),
        ("ref.geo_district set population = population + 1", f"population % 5 = {n % 5}"),
    )[_other(n)]
    return f"update {change} where {where}"


SEEDS: dict[str, Callable[[Conn, int], None]] = {
    "late arrival": _refreshed(_late),
    "correction": _refreshed(_correction),
    "tampering": _tampering,
    "deletion": _refreshed(_deletion),
    "definition": _definition,
    "function": _refreshed(_function),
    "setting": _setting,
    "reference release": _refreshed(_reference),
}
