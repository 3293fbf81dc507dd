"""What lets a certificate hash only the days that refreshes wrote, and everything that must not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from timeseal.seal import binding
from timeseal.seal.roles import Connection
from timeseal.seal.store import load_store

HERE = Path(__file__).parent
ENTRYPOINT = "ml.thing_features_v"
#: Things of two new days; what is before them stays as it was certified.
APPEND = "select raw.fill(%s, %s, %s)"
REFRESH = "select count(*) from audit.refresh_store('shop')"
#: A row of a day long closed that somebody changes by hand.
BY_HAND = "update store.thing_enriched set amount = amount + 1 where item = 5"
#: What happens beside the refresh, before or after it, so that every row must be hashed.
BESIDE = {
    "a value written before it": (BY_HAND, True),
    "a value written after it": (BY_HAND, False),
    "nothing written before it": ("update store.thing_enriched set amount = 1 where false", True),
    "nothing written after it": ("delete from store.thing_enriched where false", False),
    "a hash asked for": ("set timeseal.full_hash = on", False),
    "the ledger went on": (
        "insert into audit.drift_event (entrypoint, t0_day, verdict, reason)"  # noqa: ISC004
        f" values ('{ENTRYPOINT}', date '2024-03-01', 'refused', 'test')",
        False,
    ),
    "an unknown write": ("delete from audit.layer_write", False),
    "a write of unknown rows": (
        "update audit.layer_write set from_version = from_version - 1, to_version = to_version - 1",
        False,
    ),
}
#: Entrypoints whose rows are made of rows of their own t0.
LOCAL = {
    "one layer": "select e.* from store.thing_enriched as e",
    "some of its rows": "select e.* from store.thing_enriched as e where e.amount > 120",
    "joined by t0": "select e.*, b.label as other from store.thing_enriched as e"
    " join store.thing_base as b on b.grp = e.grp and b.item = e.item and b.t0 = e.t0",
    "outer joined by t0": "select e.*, b.label as other from store.thing_enriched as e"
    " left join store.thing_base as b on b.grp = e.grp and b.item = e.item and b.t0 = e.t0",
}
#: Entrypoints in which a row of another t0 has a part, or may have.
NOT_LOCAL = {
    "joined by key": "select e.*, b.label as other from store.thing_enriched as e"
    " join store.thing_base as b on b.grp = e.grp and b.item = e.item",
    "joined by day": "select e.*, b.amount as other from store.thing_enriched as e"
    " left join store.thing_base as b on b.item = e.item and b.t0_day = e.t0_day",
    "a window": "select e.*, count(*) over (partition by e.grp) as n from store.thing_enriched e",
    "a scalar of all": "select e.*, (select max(b.amount) from store.thing_base as b) as most"
    " from store.thing_enriched as e",
    "earlier rows": "select e.*, o.n from store.thing_enriched as e cross join lateral ("
    "select count(*) as n from store.thing_base as b where b.t0 < e.t0) as o",
    "another t0": "select e.grp, e.item, e.t0 + interval '1 hour' as t0, e.t0_day, e.amount"
    " from store.thing_enriched as e",
    "this t0 or another": "select e.*, b.amount as other from store.thing_enriched as e"
    " join store.thing_base as b on b.item = e.item and (b.t0 = e.t0 or b.amount > 0)",
    "a part for one t0 alone": "select e.grp, e.item, e.t0, e.amount from store.thing_enriched as e"
    " union all select e.grp, -e.item, e.t0, (select max(o.amount) from store.thing_enriched as o)"
    " from store.thing_enriched as e where e.t0 = timestamptz '2024-03-01 00:00:00+00'",
    "a subquery of the plan": "select e.*, b.label as other from store.thing_enriched as e"
    " left join store.thing_base as b"
    " on b.amount > (select max(y.v) from (values (1), (2)) as y (v))"
    " and b.t0 = (select max(x.v) from (values (timestamptz '2024-03-04 00:00:00+00'),"
    " (timestamptz '2024-02-01 00:00:00+00')) as x (v))",
    "what reads like a proof": "select e.*, b.label as other from store.thing_enriched as e"
    " left join store.thing_base as b on b.label <> '(b.t0 = $999)'",
    "a name that reads like a proof": "select e.*, b.label as other from store.thing_enriched as e"
    ' left join store.thing_base as b (grp, item, t0, t0_day, label, "(b.t0 = $999)")'
    """ on b."(b.t0 = $999)" <> ''""",
    "an existence": "select e.* from store.thing_enriched as e where exists ("
    "select from store.thing_base as b where b.amount > e.amount)",
}


def bind(conn: Connection) -> None:
    """Bind the shop in a form that can be certified, over its facts."""
    declaration = load_store([HERE / "shop", HERE / "sealed"])
    binding.apply(conn, declaration, binding.plan(conn, declaration))
    conn.execute(
        "insert into audit.column_role (relid, column_name, role)"
        " select a.attrelid, a.attname, 'reference' from pg_attribute as a"
        " where a.attname = 'run_id' and a.attrelid in"
        " ('raw.sighting'::regclass, 'raw.ending'::regclass) on conflict do nothing"
    )


def publish(conn: Connection) -> dict[str, Any]:
    """Publish; the row of its certificate."""
    conn.execute(f"call audit.publish('{ENTRYPOINT}')".encode())
    return newest(conn)


def certify(conn: Connection) -> dict[str, Any]:
    """Certify; the row of its certificate."""
    conn.execute(f"select audit.certify('{ENTRYPOINT}')".encode())
    return newest(conn)


def newest(conn: Connection) -> dict[str, Any]:
    """The newest certificate row."""
    row = conn.execute(
        "select to_jsonb(r) from audit.t0_cert_run as r where r.entrypoint = %s"
        " order by r.run_id desc limit 1",
        (ENTRYPOINT,),
    ).fetchone()
    assert row is not None
    return dict(row[0])


def append(conn: Connection, run: int = 2) -> None:
    """New things, four days after those before."""
    first = 288 * (run - 1)
    conn.execute("set role timeseal_owner")
    conn.execute(APPEND, (run, first, first + 100))
    conn.execute("reset role")


def rebound(conn: Connection) -> dict[str, Any]:
    """Bind again as after a restore that keeps oids, with writes of before; then publish three."""
    publish(conn)
    append(conn)
    publish(conn)
    conn.execute("select audit.rebind_restored(true)")
    bind(conn)
    for run in (3, 4, 5, 6):
        append(conn, run)
        publish(conn)
    return newest(conn)


def beside(conn: Connection, name: str) -> dict[str, Any]:
    """A refresh with something beside it, then a certificate."""
    statement, before = BESIDE[name]
    append(conn)
    for one in (statement, REFRESH) if before else (REFRESH, statement):
        conn.execute(one.encode())
    return certify(conn)


def is_local(conn: Connection, text: str) -> bool:
    """What the engine makes of an entrypoint of this text in the place of the shop's."""
    conn.execute("create schema if not exists probe")
    conn.execute(f"create or replace view probe.shown as {text}".encode())
    row = conn.execute(
        "select audit.is_local(jsonb_populate_record(e,"
        " jsonb_build_object('relid', 'probe.shown'::regclass::oid)))"
        " from audit.entrypoint as e where e.entrypoint = %s",
        (ENTRYPOINT,),
    ).fetchone()
    conn.execute("drop view probe.shown")
    return bool(row and row[0])


def shift_by_key(conn: Connection) -> None:
    """Another entrypoint: a row shows what its thing shows at every other t0 too."""
    conn.execute("set role timeseal_owner")
    conn.execute(
        f"create or replace view {ENTRYPOINT} as select e.grp, e.item, e.t0, e.t0_day, e.amount,"
        " o.label, e.ended_n, e.lasted_median_s, e.offered_n, e.offered_median"
        " from store.thing_enriched as e"
        " left join store.thing_enriched as o on o.grp = e.grp and o.item = e.item".encode()
    )
    conn.execute("reset role")
