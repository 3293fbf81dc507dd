"""The foreign market of shop.sql: create, seal by hand, certify, forge certificates as an enemy."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql

ENTRYPOINT = "shop.item_features"
GUARDED = "shop.item_features_train"
ROWS = 40
SHOP_SQL = Path(__file__).with_name("shop.sql")

Conn = psycopg.Connection[Any]


class Database(Protocol):
    """What tests/conftest.py hands out."""

    name: str

    def connect(self, role: Any = ..., autocommit: bool = ...) -> Conn: ...

    def close(self) -> None: ...


def create(conn: Conn) -> None:
    """Make the market and declare it, without a certificate."""
    conn.execute(SHOP_SQL.read_bytes())
    declare(conn, ENTRYPOINT, GUARDED, ["item", "t0"], "t0")
    conn.execute(
        "insert into audit.store_invariant (entrypoint, name, relid, hint)"
        " values (%s, 'absurd', 'shop.absurd'::regclass, 'mend the price')",
        (ENTRYPOINT,),
    )


def declare(conn: Conn, entrypoint: str, guarded: str, key: list[str], t0: str) -> None:
    """Declare any view with its guarded view and put versions on all it reads."""
    conn.execute(
        "insert into audit.entrypoint"
        " (entrypoint, relid, key_columns, t0_column, guarded_view, guarded_relid)"
        " values (%s, %s::regclass, %s, %s, %s, %s::regclass)",
        (entrypoint, entrypoint, key, t0, guarded, guarded),
    )
    conn.execute(
        "select audit.attach_stamp(c.relid) from audit.read_closure(%s::regclass) as c",
        (entrypoint,),
    )


def baseline(conn: Conn, entrypoint: str = ENTRYPOINT) -> None:
    """The published first half of the block: capture and rebaseline."""
    conn.execute("call audit.capture_viewdef_baseline(%s::regclass)", (entrypoint,))
    conn.execute("call audit.rebaseline_last_n_days(%s::regclass)", (entrypoint,))


def certify(conn: Conn, entrypoint: str = ENTRYPOINT) -> str:
    """Run all gates; the recorded status, with the notes when it failed."""
    row = conn.execute("select audit.certify(%s, 10)", (entrypoint,)).fetchone()
    assert row is not None
    row = conn.execute(
        "select r.status, r.notes from audit.t0_cert_run as r where r.run_id = %s", (row[0],)
    ).fetchone()
    assert row is not None
    return row[0] if row[0] == "CERTIFIED" else f"{row[0]}: {row[1]}"


def refused_by(admin: Conn, gate: str) -> bool:
    """Certify and say whether it failed by that gate."""
    status = certify(admin)
    return status.startswith("FAILED") and gate in status


def certified(conn: Conn) -> None:
    """Baseline and certify; anything but CERTIFIED is an error of the test itself."""
    baseline(conn)
    status = certify(conn)
    assert status == "CERTIFIED", status


def door(conn: Conn, entrypoint: str = ENTRYPOINT) -> str | None:
    """The cause in words when the door is closed; None when open."""
    row = conn.execute("select audit.door_cause(%s, interval '24 hours')", (entrypoint,)).fetchone()
    return None if row is None or row[0] is None else row[0][1]


def reissue(conn: Conn, **changes: Any) -> None:
    """Add a copy of the newest certificate with some columns changed: values are SQL expressions.

    Only somebody above every role can do this; it is how ages and foreign databases are simulated.
    """
    columns = [
        name
        for (name,) in conn.execute(
            "select a.attname from pg_attribute as a"
            " where a.attrelid = 'audit.t0_cert_run'::regclass"
            " and a.attnum > 0 and not a.attisdropped and a.attname <> 'run_id' order by a.attnum"
        )
    ]
    missing = set(changes) - set(columns)
    assert not missing, missing
    values = [
        sql.SQL(str(changes[name])) if name in changes else sql.Identifier(name) for name in columns
    ]
    conn.execute(
        sql.SQL(
            "insert into audit.t0_cert_run ({}) select {} from audit.t0_cert_run"
            " where entrypoint = {} order by run_id desc limit 1"
        ).format(
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(values),
            sql.Literal(ENTRYPOINT),
        )
    )


def asks(entrypoint: str, column: str, age: str = "interval '24 hours'") -> str:
    """The condition of a guarded view: the guard, and the guard of the planner's estimates."""
    return (
        f"(select audit.cert_guard('{entrypoint}', {age})) and (({column} is null) is not null"
        f" or {column}::text = audit.plan_guard('{entrypoint}', {age}))"
    )


def guarded_view(
    age: str = "interval '24 hours'", form: str | None = None, barrier: bool = True
) -> str:
    """The statement that makes the guarded view, with another age limit or in another form."""
    columns = "f.item, f.t0, f.price, f.note, f.shelf, f.visits, f.origin_note, f.price_twice"
    body = form or f"from {ENTRYPOINT} as f where {asks(ENTRYPOINT, 'f.item', age)}"
    option = f" with (security_barrier = {str(barrier).lower()})"
    return f"create or replace view {GUARDED}{option} as select {columns} {body}"
