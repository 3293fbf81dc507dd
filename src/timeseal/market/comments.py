"""Column comments in the words of the vertical, so that psql explains what a published name holds.

Owns the comments only; comments are outside every definition digest and void nothing.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from timeseal.db.ownership import acting_as_owner
from timeseal.market.vertical import Vertical
from timeseal.seal.store import Declaration

__all__ = ["describe"]

_COLUMNS = (
    "select a.attname::text, c.relkind::text, col_description(c.oid, a.attnum),"
    " (select f.expr_sql || coalesce('; ' || f.window_def, '') from ml.feature_contract as f"
    " join ml.feature_set as s using (set_id) where s.name = %s and f.feature_name = a.attname)"
    " from pg_class as c join pg_attribute as a on a.attrelid = c.oid"
    " where c.oid = to_regclass(%s) and a.attnum > 0 and not a.attisdropped order by a.attnum"
)


def describe(
    conn: psycopg.Connection[tuple[object, ...]], declaration: Declaration, vertical: Vertical
) -> int:
    """Comment every column the vertical has words for; returns how many comments changed."""
    changed = 0
    with acting_as_owner(conn):
        for relation in _relations(declaration):
            found = conn.execute(_COLUMNS, (vertical.contract, relation)).fetchall()
            for column, _, present, contract in found:
                wanted = vertical.meaning(str(column)) or contract
                if wanted and wanted != present:
                    conn.execute(_comment(relation, str(column), str(wanted)))
                    changed += 1
    return changed


def _relations(declaration: Declaration) -> list[str]:
    names = [f"store.{layer.name}" for layer in declaration.layers]
    names += [layer.published for layer in declaration.layers if layer.published is not None]
    for one in declaration.entrypoints:
        names += [one.name, one.guarded_view]
    return names


def _comment(relation: str, column: str, text: str) -> sql.Composed:
    target = sql.Identifier(*relation.split(".", 1), column)
    return sql.SQL("comment on column {} is {}").format(target, sql.Literal(text))
