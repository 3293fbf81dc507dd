"""Feature contracts from Python: a new draft out of an old set; stamping and promoting are SQL's.

Owns what a draft starts with; the database keeps a promoted set as it is, whoever asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from timeseal.errors import UsageError
from timeseal.seal.roles import acting_as_owner

__all__ = ["Draft", "FeatureSet", "draft", "findings", "sets", "use"]

_SETS = (
    "select s.name, s.state, s.n_features, s.features_hash, s.contract_sha256,"
    " audit.contract_relation(s.set_id)::regclass::text, c.set_id is not null"
    " from ml.feature_set as s left join ml.feature_set_current as c using (set_id)"
    " order by s.created_at, s.set_id"
)
_FINDINGS = "select f.subject, f.expected, f.found, f.hint from audit.contract_findings(%s) as f"
_ADD_SET = (
    "insert into ml.feature_set (name, notes, relation_name)"
    " values (%(name)s, %(notes)s, %(relation)s) on conflict (name) do nothing returning set_id"
)
_COPY = (
    "insert into ml.feature_contract (set_id, ordinal, feature_name, dtype, expr_sql, leakage_rule,"
    " is_nullable, description, window_def) select %s, row_number() over (order by c.ordinal),"
    " c.feature_name, c.dtype, c.expr_sql, c.leakage_rule, c.is_nullable, c.description,"
    " c.window_def from ml.feature_contract as c join ml.feature_set as s using (set_id)"
    " where s.name = %s and c.feature_name <> all (%s) returning feature_name"
)
#: New rows follow the others, in order of their names, as the published procedure has it.
_APPEND = (
    "insert into ml.feature_contract"
    " (set_id, ordinal, feature_name, dtype, expr_sql, leakage_rule, is_nullable)"
    ' select %(set)s, l.last + row_number() over (order by a.attname collate "C"), a.attname,'
    " format_type(a.atttypid, a.atttypmod), a.attname, 'clip_at_edited_date', true"
    " from pg_attribute as a cross join (select coalesce(max(c.ordinal), 0) as last"
    " from ml.feature_contract as c where c.set_id = %(set)s) as l"
    " where a.attrelid = to_regclass(%(relation)s) and a.attnum > 0"
    " and a.attname = any (%(columns)s) returning feature_name"
)
_USE = (
    "insert into ml.feature_set_current (set_id) select s.set_id from ml.feature_set as s"
    " where s.name = %s and s.state = 'promoted' on conflict (singleton_id)"
    " do update set set_id = excluded.set_id returning set_id"
)


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """One set as the registry has it; `relation` is what it describes."""

    name: str
    state: str
    features: int | None
    features_hash: str | None
    contract_sha256: str | None
    relation: str | None
    current: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new set begins with: the features of `source` but `without`, then columns to `add`."""

    name: str
    source: str | None = None
    relation: str | None = None
    add: Sequence[str] = ()
    without: Sequence[str] = ()
    notes: str | None = None


def sets(conn: psycopg.Connection[Any]) -> list[FeatureSet]:
    """Every set, in order of creation."""
    with acting_as_owner(conn):
        return [FeatureSet(*row) for row in conn.execute(_SETS).fetchall()]


def findings(conn: psycopg.Connection[Any], name: str) -> list[tuple[str, str, str, str]]:
    """How a set differs from its stamps and its relation; empty when it holds."""
    with acting_as_owner(conn):
        return [tuple(row) for row in conn.execute(_FINDINGS, (name,)).fetchall()]


def draft(conn: psycopg.Connection[Any], wanted: Draft) -> int:
    """Make a draft: the rows of its source but some, then new ones; returns how many it has.

    Raises `UsageError` for a set that is there, a set or column that is not, and an empty draft.
    """
    known = {one.name: one for one in sets(conn)}
    source = known.get(wanted.source or "")
    if wanted.source and source is None:
        raise _refusal(f"no feature set {wanted.source}", ", ".join(known) or "a set", "none")
    relation = wanted.relation or (source.relation if source else None)
    with acting_as_owner(conn):
        given = {"name": wanted.name, "notes": wanted.notes, "relation": relation}
        made = conn.execute(_ADD_SET, given).fetchone()
        if made is None:
            found = f"a {known[wanted.name].state} set"
            raise _refusal(f"feature set {wanted.name} exists", "a new name", found)
        copied = conn.execute(_COPY, (made[0], wanted.source, list(wanted.without))).fetchall()
        parts = {"set": made[0], "relation": relation, "columns": list(wanted.add)}
        added = [row[0] for row in conn.execute(_APPEND, parts).fetchall()]
        missing = ", ".join(column for column in wanted.add if column not in added)
        if missing:
            where = f"columns of {relation or 'the relation that the set describes'}"
            raise _refusal("no such column to add", where, missing)
        if not copied and not added:
            raise _refusal("a set needs a feature", "--from SET or --add COLUMN", "none")
    return len(copied) + len(added)


def use(conn: psycopg.Connection[Any], name: str) -> None:
    """Point to the set in use; only a promoted one may be."""
    with acting_as_owner(conn):
        if conn.execute(_USE, (name,)).fetchone() is None:
            found = {one.name: one.state for one in sets(conn)}.get(name, "no such set")
            raise UsageError(
                f"feature set {name} cannot be the one in use",
                expected="a promoted set",
                found=found,
                hint=f"timeseal contract promote {name}",
            )


def _refusal(what: str, expected: str, found: str) -> UsageError:
    return UsageError(what, expected=expected, found=found, hint="timeseal contract list")
