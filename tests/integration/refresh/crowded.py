"""Random batches of facts over a crowded phones market: late, corrected, repeated, returned.

The market is the same on every run; a batch lands near its ads, at the very edges of the windows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, Literal

from hypothesis import strategies as st
from psycopg import sql
from tests.integration.phones_anchors.chance import CONDITIONS, TEXTS, draw
from tests.integration.phones_anchors.facts import BERGEN, NOWHERE, OSLO
from tests.integration.phones_base.facts import DAY, HOUR, T0, TICK
from tests.integration.phones_wide.facts import LONG_AGO, Conn, Norway

STORES = ("socio_market", "geo")
SEED, ADS = 11, 120
#: Up to here the market is refreshed before the first batch; later ads wait for the horizon.
SETTLED = T0 - 15 * DAY
#: How far the windows of the layers look, in hours.
EDGES = (0, 0, 0, 1, 6, 24, 72, 120, 168, 336, 504, 720, 840, 960, 1560, 2160, 8760)
METROS = ({OSLO: "oslo"}, {OSLO: "oslo", BERGEN: "bergen"}, {OSLO: "east", NOWHERE: "oslo"})
MUNICIPALITIES = ({OSLO: "0301", BERGEN: "4601"}, {OSLO: "4601"}, {NOWHERE: "0301"})
_names = count(100)


def _sights() -> dict[int, datetime]:
    market = Norway(None)  # type: ignore[arg-type]
    draw(market, SEED, ADS)
    seen: dict[int, datetime] = {}
    for relation, row in market._facts:
        if relation == "listing_observation":
            listing, at = row["listing_id"], row["observed_at"]
            seen[listing] = min(at, seen.get(listing, at))
    return seen


#: When each ad of the market was first seen.
SIGHTS = _sights()


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of a fact table."""

    relation: Literal["listing_observation", "listing_event", "attribute_event"]
    row: dict[str, Any]

    def write(self, conn: Conn, run: int) -> None:
        row = self.row | {"run_id": run}
        names = sql.SQL(", ").join(map(sql.Identifier, row))
        values = sql.SQL(", ").join(map(sql.Placeholder, row))
        conn.execute(
            sql.SQL("insert into raw.{} ({}) values ({}) on conflict do nothing").format(
                sql.Identifier(self.relation), names, values
            ),
            row,
        )


@dataclass(frozen=True, slots=True)
class Published:
    """A reference release: a map that is pinned, a register, code changes or figures."""

    what: Literal["map", "register", "codes", "figures"]
    at: datetime
    variant: int

    def write(self, norway: Norway) -> None:
        n = next(_names)
        if self.what == "map":
            norway.map(METROS[self.variant], {"bergen": "bergen"}, f"map {n}")
        elif self.what == "register":
            norway.register(MUNICIPALITIES[self.variant], self.at, n)
        elif self.what == "codes":
            after = {"0301": None, "4601": ("0301", None, "0301")[self.variant]}
            norway.history(after, self.at, f"codes {n}")
        else:
            income = {"0301": 400_000 + 9000 * self.variant}
            norway.figures(income, self.at, self.variant, f"figures {n}")


@dataclass(frozen=True, slots=True)
class Batch:
    """Facts of one run and at most one release; then a refresh up to a horizon.

    A run that stays open is refreshed over, and ended at last; `readers`: as a publish does it.
    """

    facts: tuple[Fact, ...]
    release: Published | None
    stays_open: bool
    until: datetime | None
    readers: bool


@st.composite
def _instants(draw_one: st.DrawFn, listing: int = 0) -> datetime:
    """Near an ad, at the edge of a window; of an ad of its own, or of another one."""
    near = draw_one(st.just(listing) | st.integers(1, ADS)) if listing in SIGHTS else 0
    near = near or draw_one(st.integers(1, ADS))
    hours = draw_one(st.sampled_from(EDGES)) * draw_one(st.sampled_from((-1, 1)))
    return SIGHTS[near] + hours * HOUR + draw_one(st.sampled_from((0, 0, 0, -1, 1))) * TICK


def _pick(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


@st.composite
def _keys(draw_one: st.DrawFn) -> dict[str, Any]:
    listing = draw_one(st.integers(1, ADS + 9))
    return {"listing_id": listing, "generation": draw_one(_pick(15, 15, 15, 14))}


@st.composite
def _seen(draw_one: st.DrawFn) -> Fact:
    key = draw_one(_keys())
    row = {
        "observed_at": draw_one(_instants(key["listing_id"])),
        "source": draw_one(_pick("test", "a")),
        "payload_sha256": draw_one(_pick("0", "1", "~")),
        "price": draw_one(_pick(None, 0, 3000, 4500, 5000, 9000)),
        "storage_gb": draw_one(_pick(128, 128, 128, 256, None)),
        "model": draw_one(_pick("iPhone 15", "iphone  15 ", "iPhone 15 Pro", "iPhone 8", None)),
        "title": draw_one(_pick("iPhone", "iPhone", "Ønskes kjøpt", "Deksel", None)),
        "description": draw_one(_pick(*TEXTS, None)),
        "condition": draw_one(_pick(*CONDITIONS)),
        "postal_code": draw_one(_pick(OSLO, OSLO, BERGEN, NOWHERE, None)),
        "location_city": draw_one(_pick(None, "Bergen")),
        "seller_rating": draw_one(_pick(None, 9.2, 9.9)),
        "review_count": draw_one(_pick(None, 20, 80)),
        "member_since_year": draw_one(_pick(None, 2019, 2025)),
        "is_bidding": draw_one(_pick(None, None, False, True)),
        "is_inactive": draw_one(_pick(None, None, False, True)),
        "state_seen": draw_one(_pick("live", "live", "older21days", "sold", "removed")),
    }
    return Fact("listing_observation", key | row)


@st.composite
def _told(draw_one: st.DrawFn) -> Fact:
    key = draw_one(_keys())
    what = draw_one(
        _pick(
            *("sold", "sold", "removed", "relisted", "price_changed", "inactive", "active"),
            *("spam_marked", "spam_marked", "gone"),
        )
    )
    at = draw_one(_instants(key["listing_id"]))
    priced = what in ("sold", "gone", "price_changed")
    kinds = ("ask",) if what == "price_changed" else ("declared", "last_ask", "audited", None)
    row = {
        "event": what,
        "event_time": at,
        "event_time_kind": "platform",
        "known_at": at + draw_one(_pick(0, 0, 1, 24, 200, 900, 3000)) * HOUR,
        "price": draw_one(_pick(None, 0, 2900, 3900, 5200)) if priced else None,
        "price_kind": draw_one(_pick(*kinds)) if priced else None,
        "mark": draw_one(_pick("junk", "wanted", "no", None)) if what == "spam_marked" else None,
        "source": draw_one(_pick("test", "other")),
    }
    return Fact("listing_event", key | row)


#: Attribute, who reads it, what it may say.
READINGS = (
    *[("real_sold_price", "post_sold_audit", ("2500", "0", "4100", "?"))] * 4,
    ("condition_score", "healing", ("0.4", "0.9", "?")),
    ("battery_pct_fixed_ai", "healing", ("70", "95")),
    ("damage_severity_ai", "adopted listings", ("0", "3", None)),
    ("damage_binary_ai", "healing", ("0", "1")),
    ("sale_mode", "ai_enrich", ("firm", "OBO", None)),
    ("can_ship", "ai_enrich", ("true", "false")),
    ("opening_offer_nok", "ai_enrich", ("3000", "-1")),
    ("storage_gb_fixed_ai", "adopted listings", ("256",)),
)


@st.composite
def _read(draw_one: st.DrawFn) -> Fact:
    key = draw_one(_keys())
    attribute, source, values = draw_one(st.sampled_from(READINGS))
    row = {
        "attribute": attribute,
        "source": source,
        "value": draw_one(st.sampled_from(values)),
        "event_time": LONG_AGO,
        "known_at": draw_one(_instants(key["listing_id"])),
        "method": "test",
        "method_version": draw_one(_pick("1", "2")),
    }
    return Fact("attribute_event", key | row)


_releases = st.builds(
    Published,
    _pick("map", "register", "codes", "figures"),
    st.just(LONG_AGO) | _instants(),
    st.integers(0, 2),
)
batches = st.lists(
    st.builds(
        Batch,
        st.lists(_seen() | _told() | _read(), max_size=6).map(tuple),
        st.none() | st.none() | st.none() | _releases,
        _pick(False, False, True),
        st.none() | _instants(),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


def settle(conn: Conn) -> None:
    """Give the market its ads, its places, and a horizon that a test sets."""
    conn.execute(
        "create or replace function raw.safe_horizon() returns timestamptz language sql stable as"
        " $$ select coalesce(nullif(current_setting('test.horizon', true), ''), 'infinity')"
        "::timestamptz $$"
    )
    norway = Norway(conn)
    with conn.transaction():
        norway.register(MUNICIPALITIES[0])
        norway.history({"0301": None, "4601": None})
        norway.figures({"0301": 400_000, "4601": 380_000})
        norway.map(METROS[1], {"bergen": "bergen"})
        draw(norway, SEED, ADS)
        run = conn.execute("select raw.open_run('backfill', 'test')").fetchone()
        assert run is not None
        for relation, row in norway._facts:
            Fact(relation, row).write(conn, run[0])  # type: ignore[arg-type]
        conn.execute("select raw.close_run(%s)", run)
        look(conn, SETTLED)
    conn.execute("analyze")


def look(conn: Conn, until: datetime | None, readers: bool = False) -> None:
    """Refresh both stores up to a horizon; None: to the end of time."""
    horizon = until.isoformat() if until else ""
    conn.execute("select set_config('test.horizon', %s, true)", (horizon,))
    for store in STORES:
        conn.execute("select count(*) from audit.refresh_store(%s, false, %s)", (store, readers))


def write(conn: Conn, batch: Batch) -> int:
    """Write a batch as one backfill run, and end it unless it stays open."""
    row = conn.execute("select raw.open_run('backfill', 'random')").fetchone()
    assert row is not None
    for fact in batch.facts:
        fact.write(conn, row[0])
    if batch.release is not None:
        batch.release.write(Norway(conn))
    if not batch.stays_open:
        conn.execute("select raw.close_run(%s)", row)
    return int(row[0])


def published(conn: Conn) -> dict[str, int]:
    """Published layers, computed anew from the facts alone, that are not what is stored."""
    for store in STORES:
        conn.execute("select count(*) from audit.refresh_published(%s)", (store,))
    return unlike(conn)


def unlike(conn: Conn, *named: str) -> dict[str, int]:
    """Rows in which stored layers and their published twins differ, where they do.

    Of all layers, unless some published names are given.
    """
    found = {}
    for stored, twin in conn.execute(
        "select audit.relation_name(m.stored), audit.relation_name(m.published)"
        " from audit.materialisation as m where m.published is not null"
    ).fetchall():
        if named and twin not in named:
            continue
        row = conn.execute(
            f"with kept as materialized (select t::text from {stored} as t),"
            f" said as materialized (select t::text from {twin} as t)"
            " select count(*) from ((table kept except all table said)"
            " union all (table said except all table kept)) as x".encode()
        ).fetchone()
        if row and row[0]:
            found[twin] = row[0]
    return found
