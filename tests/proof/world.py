"""Changing the past of the cars market in a transaction that is rolled back.

Independent of the engine's replay on purpose: facts are really deleted or falsified, the store is
really rebuilt, and the rows of the entrypoint are compared as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

ENTRYPOINT = "ml.survival_feature_store_t0_v1_v"
STORE = "survival"
FACTS = (("raw.listing_observation", "observed_at"), ("raw.listing_event", "known_at"))
HERE = Path(__file__).parent

Conn = psycopg.Connection[Any]
Rows = dict[tuple[Any, ...], str]
#: Relations and the column that says when a row of them was known.
Facts = tuple[tuple[str, str], ...]


@contextmanager
def undone(conn: Conn, facts: Facts = FACTS) -> Iterator[None]:
    """Whatever happens inside is rolled back; facts can be changed, which no role may do."""
    with conn.transaction(force_rollback=True):
        for table, _ in facts:
            conn.execute(f"alter table {table} disable trigger append_only".encode())
            conn.execute(f"alter table {table} disable trigger admit_facts".encode())
        yield


def rebuild(conn: Conn) -> None:
    """Fill every stored layer anew from the facts there are."""
    conn.execute("select count(*) from audit.refresh_store(%s, true)", (STORE,))


def rows(conn: Conn, where: str = "true", parameters: tuple[Any, ...] = ()) -> Rows:
    """The entrypoint's rows as text, by key."""
    found = conn.execute(
        f"select e.generation, e.listing_id, e.t0, e::text from {ENTRYPOINT} as e"
        f" where {where}".encode(),
        parameters,
    )
    return {tuple(row[:3]): row[3] for row in found}


def changed(before: Rows, after: Rows) -> list[tuple[Any, ...]]:
    """Keys whose row differs, is missing or is new."""
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def forget(conn: Conn, cut: Any, spare: str = "", facts: Facts = FACTS) -> None:
    """Delete every fact known at or after the cut; `spare` keeps an observation at the cut."""
    for table, known_at in facts:
        kept = f" and not ({known_at} = %(cut)s and {spare})" if spare and "obs" in table else ""
        conn.execute(
            f"delete from {table} where {known_at} >= %(cut)s{kept}".encode(), {"cut": cut}
        )


def falsify(conn: Conn, cut: Any) -> None:
    """Keep every fact known at or after the cut, but make it say something else."""
    conn.execute(
        "update raw.listing_observation set price = price * 7 + 1, generation = generation"
        " where observed_at >= %s",
        (cut,),
    )
    conn.execute(
        "update raw.listing_event set price = price * 7 + 1,"
        " event_time = event_time + interval '1 h' where known_at >= %s",
        (cut,),
    )


def cuts(conn: Conn) -> dict[str, Any]:
    """Cuts by name: on a decision time that several ads share, between two, and in mid-day."""
    crowded = conn.execute(
        f"select e.t0 from {ENTRYPOINT} as e where exists (select from raw.listing_event as k"
        " where k.known_at < e.t0) group by e.t0 order by count(*) desc, e.t0 desc limit 1"
    ).fetchone()
    between = conn.execute(
        "select percentile_disc(0.6) within group (order by e.t0) + interval '7 s'"
        f" from {ENTRYPOINT} as e"
    ).fetchone()
    late = conn.execute(
        f"select percentile_disc(0.85) within group (order by e.t0) from {ENTRYPOINT} as e"
    ).fetchone()
    assert crowded is not None
    assert between is not None
    assert late is not None
    return {"on a shared t0": crowded[0], "between": between[0], "on a late t0": late[0]}


def bind_text(conn: Conn, layer: str, text: str) -> None:
    """Replace the defining view of a layer by another text with bare names, as the binding does."""
    conn.execute("set local search_path = store, raw, ref")
    conn.execute(f"create or replace view build.{layer} as {text}".encode())
    conn.execute("set local search_path = public")


def findings(conn: Conn, cut: Any) -> list[str]:
    """What the engine's replay says about a cut."""
    found = conn.execute(
        "select f.object from audit.replay_world(%s, %s) as f where f.level = 'blocking'",
        (ENTRYPOINT, cut),
    )
    return [name for (name,) in found]


def set_aside(conn: Conn, cut: Any, facts: Facts = FACTS) -> None:
    """Take all facts known from the cut on out of the world; `bring_back` has them."""
    for table, known_at in facts:
        name = table.replace(".", "_")
        conn.execute(
            f"create temp table {name} on commit drop as"
            f" select f.* from {table} as f where f.{known_at} >= %s".encode(),
            (cut,),
        )
    forget(conn, cut, facts=facts)


def bring_back(conn: Conn, where: str = "true", facts: Facts = FACTS) -> None:
    """Append facts that were set aside as a backfill run of their own."""
    conn.execute("alter table raw.run disable trigger user")
    row = conn.execute("select raw.open_run('backfill', 'the rest')").fetchone()
    assert row is not None
    for table, _ in facts:
        name = table.replace(".", "_")
        conn.execute(f"update {name} set run_id = %s".encode(), (row[0],))
        conn.execute(f"insert into {table} select s.* from {name} as s where {where}".encode())
        conn.execute(f"delete from {name} as s where {where}".encode())
    conn.execute("select raw.close_run(%s, 0, 0, 0)", (row[0],))
