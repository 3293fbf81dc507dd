"""The surfaces that every proof is asked of, phones' and cars', and what is done to their past.

A new store joins by one line in `SURFACES`. What happens to the facts happens once for all of them,
in a transaction that is rolled back; facts are really deleted, falsified or brought back late, and
every store is really rebuilt, independently of the engine's replay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.proof import world
from tests.proof.world import Conn, Rows

Change = Callable[[Conn], object]
FACTS = (
    ("raw.listing_observation", "observed_at"),
    ("raw.listing_event", "known_at"),
    ("raw.attribute_event", "known_at"),
    ("raw.image_asset", "known_at"),
    ("raw.image_label_event", "known_at"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """An entrypoint: what its rows may know until when, and what its very first row says.

    `own` says that the defining observation lies before the clock, so that a row needs nothing of
    the instant itself. `listings` says that a listing number is unique on it. `first` are columns
    of the oldest row, which can have no history.
    """

    entrypoint: str
    store: str
    market: str = "phones"
    clock: str = "t0"
    day: str = "t0_day"
    own: bool = False
    listings: bool = True
    first: Mapping[str, Any] = field(default_factory=dict)


SURFACES = (
    Surface(
        "ml.socio_market_feature_store_t0_v1_v",
        "socio_market",
        first={"ask_cnt": 0, "anchor_14d_n": 0, "sold_cnt_30d": 0, "ptv_final": None},
    ),
    Surface(
        "ml.socio_market_feature_store_landmark_v1_v",
        "socio_market",
        clock="decision_at",
        day="decision_day",
        own=True,
        first={"ask_cnt": 0, "anchor_14d_n": 0, "sold_cnt_30d": 0},
    ),
    Surface("ml.geo_feature_store_t0_v1_v", "geo", listings=False),
    # the other surfaces of cars have proofs of their own, over real ads
    Surface(
        "ml.socio_market_feature_store_t0_v1_v",
        "survival",
        market="cars",
        first={
            "ask_cnt": 0,
            "anchor_14d_n": 0,
            "sold_cnt_30d": 0,
            "ptv_final": None,
            "speed_n_eff_ptv": 0,
            "anchor_n_support": 0,
            "ob_k_active_30d_sm": 0,
        },
    ),
)
Read = Callable[[Conn, Surface], Any]

BOUND = "select distinct m.store from audit.materialisation as m order by 1"
#: What a table says instead, from the cut on.
FALSE = {
    "raw.listing_observation": "price = price * 7 + 1, postal_code = '9990', title = 'WTB ' || 1",
    "raw.listing_event": "price = price * 7 + 1, event_time = event_time - interval '1 h'",
    "raw.attribute_event": "value = 'falsified'",
    "raw.image_asset": "content_sha256 = 'f' || content_sha256",
    "raw.image_label_event": "value = 'falsified'",
}
#: An ad of every seventh shows under another generation too: an hour later, or at once.
TWINS = """
insert into raw.listing_observation
select (jsonb_populate_record(o, jsonb_build_object(
  'generation', case o.generation when 17 then 13 else o.generation + 1 end,
  'observed_at', o.observed_at
    + case when o.generation in (14, 17) then interval '1 h' else '0 h' end))).*
from raw.listing_observation as o
where o.listing_id % 7 = 0 and not exists (
  select
  from raw.listing_observation as t
  where t.listing_id = o.listing_id and t.generation <> o.generation
)
"""


def rebuild(conn: Conn, full: bool = True) -> None:
    """Fill the stored layers of every store anew, or bring them up to date."""
    for (store,) in conn.execute(BOUND).fetchall():
        conn.execute("select count(*) from audit.refresh_store(%s, %s)", (store, full))


def rows(conn: Conn, surface: Surface) -> Rows:
    """Its rows as text, by generation, listing and clock."""
    found = conn.execute(
        f"select e.generation, e.listing_id, e.{surface.clock}, e::text"
        f" from {surface.entrypoint} as e".encode()
    ).fetchall()
    keyed = {tuple(row[:3]): row[3] for row in found}
    assert len(keyed) == len(found), "the key is unique"
    return keyed


def days(conn: Conn, surface: Surface) -> dict[Any, str]:
    """The fingerprint of every day of its clock."""
    return dict(
        conn.execute(
            "select d.t0_day, d.day_sha256 from audit.fingerprint_days(%s::regclass, %s, %s) as d",
            (surface.entrypoint, surface.clock, surface.day),
        ).fetchall()
    )


def falsify(conn: Conn, cut: Any) -> None:
    """Keep every fact known at or after the cut, but make it say something else."""
    for table, known_at in FACTS:
        conn.execute(f"update {table} set {FALSE[table]} where {known_at} >= %s".encode(), (cut,))


def empty(conn: Conn) -> None:
    """Delete every stored row, so that a rebuild writes them all."""
    for (stored,) in conn.execute(
        "select m.stored::regclass::text from audit.materialisation as m"
    ).fetchall():
        conn.execute(f"delete from {stored}".encode())


def shuffle(conn: Conn) -> None:
    """Store every fact in another physical order."""
    for table, known_at in FACTS:
        conn.execute(f"create temp table kept on commit drop as select f.* from {table} f".encode())
        conn.execute(f"delete from {table}".encode())
        conn.execute(
            f"insert into {table} select k.* from kept as k"
            f" order by sha256((k.listing_id::text || k.{known_at}::text)::bytea)".encode()
        )
        conn.execute("drop table kept")


class Pasts:
    """The surfaces of a market after each change of its past, computed once for many tests."""

    def __init__(self, conn: Conn, market: str) -> None:
        self.conn = conn
        self.surfaces = tuple(one for one in SURFACES if one.market == market)
        self.rows = {one: rows(conn, one) for one in self.surfaces}
        self.days = {one: days(conn, one) for one in self.surfaces}
        clocks = sorted(key[2] for key in self.rows[self.surfaces[0]])
        landed = sorted(key[2] for key in self.rows[self.surfaces[1 % len(self.surfaces)]])
        #: The instant of a row of the first surface, and of a row of the landmark.
        self.cuts = (clocks[len(clocks) * 6 // 10], landed[len(landed) * 8 // 10])
        #: Days of a store that had not seen the rest yet.
        self.early: dict[Surface, dict[Any, str]] = {}
        self._kept: dict[str, dict[Surface, Any]] = {}

    def after(self, name: str, change: Change, read: Read) -> dict[Surface, Any]:
        """What `read` finds on every surface after a change of the facts, undone afterwards."""
        if name not in self._kept:
            with world.undone(self.conn, FACTS):
                change(self.conn)
                self._kept[name] = {one: read(self.conn, one) for one in self.surfaces}
        return self._kept[name]
