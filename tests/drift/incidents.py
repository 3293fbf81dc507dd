"""Seeded incidents: each changes certified data in one known way, in a savepoint that is undone.

An incident is a class of drift and a number that says which rows and values it touches; the same
number gives the same incident. `market` is one of the two worlds it can happen in.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
from tests.attack import market as foreign
from tests.proof.world import bind_text

from timeseal.seal import binding
from timeseal.seal.roles import acting_as_owner
from timeseal.seal.store import load_store

Conn = psycopg.Connection[Any]
KIOSK = Path(__file__).with_name("kiosk.sql")
SHOP = Path(__file__).parents[1] / "integration" / "store" / "shop"
CLASSES = (
    "late arrival",
    "correction",
    "tampering",
    "deletion",
    "definition",
    "function",
    "setting",
    "reference release",
)


class Database(Protocol):
    """What tests/databases.py hands out."""

    name: str

    def connect(self) -> Conn: ...


@dataclass(frozen=True, slots=True)
class World:
    """A certified entrypoint and what can happen to it, by class; `n` picks rows and values."""

    name: str
    entrypoint: str
    conn: Conn
    life: Callable[[Conn, int], None]
    seeds: dict[str, Callable[[Conn, int], None]]
    #: Classes that a counted write to the same table would hide: nothing tells two writers apart.
    alone: frozenset[str] = frozenset()
    #: One in how many of the incidents that are asked for happens here: what is larger costs more.
    share: int = 1


def kiosk(database: Database) -> World:
    """A foreign market of 160 rows over 20 days: tables that anybody may write to."""
    conn = database.connect()
    conn.execute(KIOSK.read_bytes())
    foreign.declare(conn, "kiosk.feature", "kiosk.feature_train", ["item", "t0"], "t0")
    foreign.baseline(conn, "kiosk.feature")
    status = foreign.certify(conn, "kiosk.feature")
    assert status == "CERTIFIED", status
    return World(
        "foreign", "kiosk.feature", conn, _kiosk_life, KIOSK_SEEDS, frozenset({"tampering"})
    )


FIRST_KNOWN = (
    "join (select distinct on (x.grp, x.item) x.grp, x.item, x.event_time, x.known_at"
    " from ending as x order by x.grp, x.item, x.known_at, x.event_time) as e on"
)
#: Changed layers: a function to change, a proof column, and one ending per thing, the first known.
TEXTS = (
    (
        "thing_base.layer.sql",
        "  p.label\n",
        "  raw.worded(p.label) as label,\n  null::timestamptz as _max_known_at\n",
    ),
    (
        "ending_history.layer.sql",
        "join ending as e on",
        FIRST_KNOWN,
    ),
)
#: What the store of the tests leaves undeclared, so that it can be certified.
DECLARED = (
    "insert into audit.column_role (relid, column_name, role)"
    " select a.attrelid, a.attname, case when a.attname in ('t0', 't0_day') then 't0'"
    " when a.attname in ('grp', 'item') then 'key' else 'attribute' end"
    " from pg_attribute as a where a.attrelid = any (array['raw.sighting', 'raw.ending',"
    " 'store.ending_history', 'ref.place']::regclass[]) and a.attnum > 0 and not a.attisdropped"
    " on conflict do nothing;"
    " insert into audit.firewall_pair (store, layer, relid, column_name, reason)"
    " select 'shop', 'build.thing_enriched'::regclass, 'store.ending_history'::regclass, c.name,"
    " 'durations of others, admitted by known_at'"
    " from unnest(array['lasted_s', 'ended_at']) as c (name);"
    " update audit.entrypoint set replay = 'world', tolerant_days = 10"
)


def shop(database: Database) -> World:
    """A store of two layers over append-only facts: 240 things over 60 hours."""
    conn = database.connect()
    with acting_as_owner(conn):
        conn.execute((SHOP / "facts.sql").read_bytes())
        conn.execute("select raw.fill(1, 0, 240)")
        conn.execute(
            "create function raw.worded(p_label text) returns text language sql immutable"
            " return 'in ' || p_label"
        )
    with tempfile.TemporaryDirectory() as folder:
        for name, old, new in TEXTS:
            (Path(folder) / name).write_text((SHOP / name).read_text().replace(old, new))
        declaration = load_store([SHOP, Path(folder)])
        binding.apply(conn, declaration, binding.plan(conn, declaration))
    conn.execute(DECLARED)
    conn.execute("call audit.publish('ml.thing_features_v')")
    cause = foreign.door(conn, "ml.thing_features_v")
    assert cause is None, cause
    return World("store", "ml.thing_features_v", conn, _shop_life, SHOP_SEEDS)


# --- ordinary life, which is no incident: beside every other incident it happens too --------------


def _kiosk_life(conn: Conn, n: int) -> None:
    conn.execute(
        "insert into kiosk.sale values (9000 + %s, timestamptz '2020-03-01 00:00+00', 5, 1, 'new')",
        (n,),
    )
    conn.execute("comment on table kiosk.sale is 'sales'; analyze kiosk.sale")


def _shop_life(conn: Conn, n: int) -> None:
    conn.execute(
        "insert into raw.sighting values (%s, %s, timestamptz '2031-01-01 00:00+00', 5, 8)",
        (n % 3, 9000 + n),
    )
    conn.execute("analyze store.thing_enriched")


# --- the foreign market --------------------------------------------------------------------------

UNSEEN = (
    "alter table kiosk.sale disable trigger timeseal_stamp; {};"
    " alter table kiosk.sale enable always trigger timeseal_stamp"
)


def _item(n: int) -> int:
    return 1 + (n * 37) % 150


def _kiosk_late(conn: Conn, n: int) -> None:
    conn.execute(
        "insert into kiosk.sale select item + 1000 + %s, t0, price, weight, 'late'"
        " from kiosk.sale where item = %s",
        (n, _item(n)),
    )


def _kiosk_correction(conn: Conn, n: int) -> None:
    change = ("price = price + 1", "note = note || '!'", "weight = 1.5", "weight = null")[n % 4]
    conn.execute(f"update kiosk.sale set {change} where item = %s".encode(), (_item(n),))


def _kiosk_tampering(conn: Conn, n: int) -> None:
    change = ("price = price * 3", "note = 'POISON'", "weight = 'NaN'")[n % 3]
    statement = f"update kiosk.sale set {change} where item = {_item(n)}"
    conn.execute(UNSEEN.format(statement).encode())


def _kiosk_deletion(conn: Conn, n: int) -> None:
    conn.execute(
        "delete from kiosk.sale where item between %s and %s", (_item(n), _item(n) + n % 3)
    )


def _kiosk_definition(conn: Conn, n: int) -> None:
    expression = (f"s.price + {n + 1}", f"case when s.item = {_item(n)} then 0 else s.price end")
    conn.execute(
        "create or replace view kiosk.feature as select s.item, s.t0,"
        f" {expression[n % 2]} as price, s.weight, s.note, o.region,"
        " kiosk.doubled(s.price) as price_twice, kiosk.rated(s.price) as price_rated"
        " from kiosk.sale as s left join kiosk.origin_known as o on o.grp = s.item % 5".encode()
    )


def _kiosk_function(conn: Conn, n: int) -> None:
    body = (f"p_price * 2 + {n + 1}", f"p_price * 2 + (p_price = {100 + _item(n)})::integer")[n % 2]
    conn.execute(
        "create or replace function kiosk.doubled(p_price integer) returns integer"
        f" language sql immutable parallel safe return {body}".encode()
    )


def _kiosk_setting(conn: Conn, n: int) -> None:
    conn.execute(f"alter database {conn.info.dbname} set kiosk.rate = '{n + 2}'".encode())
    conn.execute(f"set local kiosk.rate = '{n + 2}'".encode())


def _kiosk_reference(conn: Conn, n: int) -> None:
    conn.execute(
        "update kiosk.origin set release_id = 'regions-2020', region = region || ' ' || %s"
        " where grp %% 5 = %s or %s",
        (n, n % 5, n % 2 == 0),
    )
    conn.execute("refresh materialized view kiosk.origin_known")


KIOSK_SEEDS = {
    "late arrival": _kiosk_late,
    "correction": _kiosk_correction,
    "tampering": _kiosk_tampering,
    "deletion": _kiosk_deletion,
    "definition": _kiosk_definition,
    "function": _kiosk_function,
    "setting": _kiosk_setting,
    "reference release": _kiosk_reference,
}

# --- the store -----------------------------------------------------------------------------------

REFRESH = "select count(*) from audit.refresh_store('shop', true)"
ENDING = (
    "insert into raw.ending (grp, item, event_time, known_at, run_id) select s.grp, s.item,"
    " s.seen_at + %s * interval '1 minute', s.seen_at + %s * interval '1 minute' + interval '1 h',"
    " 9 from raw.sighting as s where s.item = %s"
)


def _run(conn: Conn) -> None:
    conn.execute(
        "insert into raw.run (run_id, opened_at, closed_at, min_known_at)"
        " select 9, now(), now(), min(e.known_at) from raw.ending as e where e.run_id = 9"
    )
    conn.execute(REFRESH)


def _shop_late(conn: Conn, n: int) -> None:
    conn.execute(ENDING, (n + 1, n + 1, 4 * (n % 50)))  # every fourth thing has no ending yet
    _run(conn)


def _shop_correction(conn: Conn, n: int) -> None:
    conn.execute(ENDING, (n + 1, n + 1, 4 * (n % 50) + 1 + n % 3))
    _run(conn)


def _shop_tampering(conn: Conn, n: int) -> None:
    item = 40 + n % 180
    if n % 2:
        conn.execute(
            "update store.thing_enriched set ended_n = ended_n + 1 where item = %s", (item,)
        )
        return
    with _facts_writable(conn):
        conn.execute("update raw.sighting set amount = amount + 7 where item = %s", (item,))
    conn.execute(REFRESH)


def _shop_deletion(conn: Conn, n: int) -> None:
    table = ("sighting", "ending")[n % 2]
    with _facts_writable(conn):
        conn.execute(f"delete from raw.{table} where item = {4 * (n % 40) + 1}".encode())
    conn.execute(REFRESH)


def _shop_definition(conn: Conn, n: int) -> None:
    text = (SHOP / "thing_enriched.layer.sql").read_text()
    old = ("interval '168 hours'", "interval '24 hours'")[n % 2]
    with acting_as_owner(conn):
        bind_text(conn, "thing_enriched", text.replace(old, f"interval '{2 + n % 20} hours'"))
    conn.execute(REFRESH)


def _shop_function(conn: Conn, n: int) -> None:
    conn.execute(
        "create or replace function raw.worded(p_label text) returns text language sql immutable"
        f" return 'at {n} ' || p_label".encode()
    )
    conn.execute(REFRESH)


def _shop_reference(conn: Conn, n: int) -> None:
    conn.execute("update ref.place set label = label || %s where grp = %s", (str(n), n % 3))
    conn.execute(REFRESH)


@contextmanager
def _facts_writable(conn: Conn) -> Iterator[None]:
    """Above every role one can switch the triggers off; that is what is seeded here."""
    for word in ("disable", "enable always"):
        for table in ("raw.sighting", "raw.ending"):
            conn.execute(f"alter table {table} {word} trigger append_only".encode())
        if word == "disable":
            yield


SHOP_SEEDS = {
    "late arrival": _shop_late,
    "correction": _shop_correction,
    "tampering": _shop_tampering,
    "deletion": _shop_deletion,
    "definition": _shop_definition,
    "function": _shop_function,
    "reference release": _shop_reference,
}

# --- judging -------------------------------------------------------------------------------------


def judged(world: World, seeded: str, n: int) -> str | None:
    """Seed one incident, ask which class it is, undo it; None when it changed no certified row."""
    with world.conn.transaction(force_rollback=True):
        if n % 2 and seeded not in world.alone:
            world.life(world.conn, n)
        world.seeds[seeded](world.conn, n)
        found = world.conn.execute(
            "select distinct c.class from audit.drift_days(%s) as d"
            " cross join unnest(d.classes) as c (class) order by 1",
            (world.entrypoint,),
        ).fetchall()
    return " + ".join(row[0] for row in found) if found else None


def matrix(worlds: list[World], each: int) -> Iterator[tuple[str, str, Counter[str]]]:
    """World, seeded class, how often which class was named, over its share of `each` a class."""
    for world in worlds:
        for seeded in CLASSES:
            if seeded not in world.seeds:
                continue
            named: Counter[str] = Counter()
            n = 0
            wanted = max(1, each // world.share)
            while named.total() < wanted:
                found = judged(world, seeded, n)
                if found is not None:
                    named[found] += 1
                n += 1
                assert n < 20 * wanted, f"{seeded} hardly ever changes a row"
            yield world.name, seeded, named
