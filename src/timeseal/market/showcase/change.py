"""The three changes of the demo: one cell, one function body, one clock; each knows its mending.

Changes are made past every routine, by a superuser, because a superuser is who could.
"""

from __future__ import annotations

import re
import time
from typing import Any

import psycopg
from psycopg import sql

from timeseal.errors import ClaimFailed
from timeseal.market.showcase.stage import Provocation, Stage, knock
from timeseal.seal import certificate

BODY = re.compile(r"AS \$function\$|BEGIN ATOMIC|\n\s*RETURN\b")
SOURCE = "select pg_catalog.pg_get_functiondef(%s::regprocedure)"
MAX_AGE = "select max_age::text from audit.entrypoint where entrypoint = %s"
SET_AGE = "update audit.entrypoint set max_age = %s::interval where entrypoint = %s"
PATIENCE_SECONDS = 10.0


def one_cell(stage: Stage, relation: str, column: str) -> Provocation:
    """One value of a stored layer, ten times smaller, on one row in the middle of the history."""
    table, name = sql.Identifier(*relation.split(".")), sql.Identifier(column)
    middle = sql.SQL(
        "select t.generation, t.listing_id, t.t0, t.{column} from {table} as t"
        " where t.{column} >= 1000 and t.t0_day = (select percentile_disc(0.5)"
        " within group (order by m.t0_day) from {table} as m)"
        " order by t.listing_id, t.generation limit 1"
    ).format(table=table, column=name)
    shrink = sql.SQL(
        "update {table} set {column} = {column} / 10"
        " where (generation, listing_id, t0) = (%s, %s, %s) returning {column}"
    ).format(table=table, column=name)

    def change(conn: psycopg.Connection[Any]) -> str:
        found = conn.execute(middle).fetchone()
        row = conn.execute(shrink, found[:3]).fetchone() if found else None
        if not found or not row:
            raise ClaimFailed(f"{relation} has no row to change", hint="timeseal store show")
        return f"{relation}, ad {found[1]}: {column} {found[3]} became {row[0]}, by a superuser"

    def mend(conn: psycopg.Connection[Any]) -> None:
        certificate.publish(conn, stage.entrypoint, full=True)

    return Provocation("One cell", change, mend, f"timeseal store publish {stage.store} --full")


def one_function(stage: Stage, signature: str, old: str, new: str) -> Provocation:
    """One word in the body of a function below the door; no stored row changes."""
    kept: list[str] = []

    def change(conn: psycopg.Connection[Any]) -> str:
        row = conn.execute(SOURCE, (signature,)).fetchone()
        kept.append(row[0] if row else "")
        conn.execute(reworded(kept[0], old, new).encode())
        return f"{signature}: its body says {new} where it said {old}; no stored row changed"

    def mend(conn: psycopg.Connection[Any]) -> None:
        if kept:
            conn.execute(kept[0].encode())
        certificate.certify(conn, stage.entrypoint)

    repair = f"timeseal db create {stage.database} --vertical cars --repair && timeseal certify"
    return Provocation("One function body", change, mend, repair)


def reworded(definition: str, old: str, new: str) -> str:
    """The definition with one word of its body replaced, the first one; the head is left alone."""
    begin = BODY.search(definition)
    place = definition.find(old, begin.end()) if begin else -1
    if place < 0:
        raise ClaimFailed(
            "the function to change does not say what the demo wants to change",
            expected=old,
            found=definition.splitlines()[0] if definition else "nothing",
            hint="timeseal db create NAME --repair",
        )
    return definition[:place] + new + definition[place + len(old) :]


def one_clock(stage: Stage) -> Provocation:
    """A certificate that lives for one second, and a reader who comes later."""
    kept: list[str] = []

    def change(conn: psycopg.Connection[Any]) -> str:
        row = conn.execute(MAX_AGE, (stage.entrypoint,)).fetchone()
        kept.append(row[0] if row else "24 hours")
        conn.execute(SET_AGE, ("1 second", stage.entrypoint))
        certificate.certify(conn, stage.entrypoint)
        late = time.monotonic() + PATIENCE_SECONDS
        while isinstance(knock(stage), int) and time.monotonic() < late:
            time.sleep(0.25)
        return "a lifetime of one second was declared, certified, and read after it was over"

    def mend(conn: psycopg.Connection[Any]) -> None:
        if kept:
            conn.execute(SET_AGE, (kept[0], stage.entrypoint))
        certificate.certify(conn, stage.entrypoint)

    return Provocation("One stale clock", change, mend, f"timeseal certify {stage.entrypoint}")
