"""Looking at a table that is to be adopted: its columns, and which of ours they become.

Reads the catalogue only. Every refusal says what was expected, what was found and how to mend it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from timeseal.errors import InstallRefused, UsageError
from timeseal.seal.roles import Connection, acting_as_owner

__all__ = ["AdoptedTable", "Column", "examine", "mapping"]

#: Targets whose column of the same meaning has another usual name.
ALSO_CALLED = {"mark": "spam"}
#: What a source type (below any domain) may become, by our type; text takes anything.
FITTING: Mapping[str, frozenset[str]] = {
    "integer": frozenset(("smallint", "integer", "bigint", "numeric", "text", "character varying")),
    "bigint": frozenset(("smallint", "integer", "bigint", "numeric", "text", "character varying")),
    "double precision": frozenset(
        ("smallint", "integer", "bigint", "numeric", "real", "double precision", "text")
    ),
    "boolean": frozenset(("boolean",)),
    "date": frozenset(("date",)),
    "timestamp with time zone": frozenset(
        ("date", "timestamp without time zone", "timestamp with time zone")
    ),
}
_TABLE = (
    "select c.oid::bigint, format('%%I.%%I', n.nspname, c.relname), n.nspname::text,"
    " c.relkind::text, pg_get_userbyid(c.relowner), c.relrowsecurity,"
    " has_schema_privilege('timeseal_owner', n.oid, 'usage')"
    " from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
    " where c.oid = to_regclass(%s)"
)
_COLUMNS = (
    "select a.attname::text, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null),"
    " has_column_privilege('timeseal_owner', a.attrelid, a.attnum, 'select')"
    " from pg_attribute as a join pg_type as t on t.oid = a.atttypid"
    " where a.attrelid = %s and a.attnum > 0 and not a.attisdropped order by a.attnum"
)
_TARGETS = "select t.target, t.type from raw.adopted_target as t order by t.target"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table; `type` is below any domain, `readable` says whether we may read it."""

    name: str
    type: str
    readable: bool


@dataclass(frozen=True, slots=True)
class AdoptedTable:
    """A table of somebody else as the catalogue has it; `name` is `schema.table`, quoted."""

    relid: int
    name: str
    schema: str
    kind: str
    owner: str
    usable_schema: bool
    columns: tuple[Column, ...]

    @property
    def source(self) -> str:
        """What its facts say they come from."""
        return f"adopted {self.name}"


def examine(conn: Connection, name: str, watch: str) -> AdoptedTable:
    """Look the table up by the name that an SQL statement would use; raises `UsageError`."""
    try:
        with conn.transaction():
            row = conn.execute(_TABLE, (name,)).fetchone()
    except (psycopg.errors.InvalidName, psycopg.errors.SyntaxError):
        row = None
    except psycopg.errors.InsufficientPrivilege as error:
        raise InstallRefused(
            f"{name} cannot be looked at",
            expected="USAGE on its schema",
            found=error.diag.message_primary,
            hint="in psql, as the schema's owner: grant usage on schema … to your role",
        ) from error
    if row is None:
        raise UsageError(
            f"there is no table {name}",
            expected="schema.table, quoted as in SQL where it is mixed case",
            found="no such relation",
            hint="timeseal db psql -- -c '\\d'",
        )
    relid, full, schema, kind, owner, row_security, usable = row
    # a view, or a cast of a type of theirs, would run their code with the engine's rights
    allowed = "rp" if watch == "trigger" else "rpm"
    if kind not in allowed or owner == "timeseal_owner":
        raise UsageError(
            f"{full} cannot be adopted by {watch}",
            expected="a table of yours"
            + ("" if watch == "trigger" else ", or a materialised view"),
            found="a relation of Timeseal" if owner == "timeseal_owner" else f"relkind {kind}",
            hint=f"timeseal adopt '{full}' … --watch poll",
        )
    if row_security:
        raise UsageError(
            f"{full} shows each role other rows",
            expected="a table without row level security",
            found="row level security",
            hint="adopt a materialised view of its owner over it, with --watch poll",
        )
    if watch == "trigger":
        _refuse_code(conn, full, relid)
    found = conn.execute(_COLUMNS, (relid,)).fetchall()
    columns = tuple(Column(*one) for one in found)
    return AdoptedTable(relid, full, schema, kind, owner, bool(usable), columns)


def _refuse_code(conn: Connection, name: str, relid: int) -> None:
    with acting_as_owner(conn):
        row = conn.execute("select raw.brings_code(%s)", (relid,)).fetchone()
    if row is None or row[0]:
        raise UsageError(
            f"{name} has a column whose type brings its own casts",
            expected="types of the server, their domains, and enums without a cast to json",
            found="a type of yours, whose code a trigger would run with the engine's rights",
            hint=f"timeseal adopt '{name}' … --watch poll",
        )


def mapping(
    conn: Connection,
    table: AdoptedTable,
    fixed: Mapping[str, str],
    given: Mapping[str, str],
    kept: Sequence[str] | None,
) -> dict[str, str]:
    """Say which column becomes which of ours: key and t0, then as given, then by equal names.

    `@name` stands for an attribute; `kept` limits what equal names may take. Raises `UsageError`
    for unknown names and unfit types.
    """
    with acting_as_owner(conn):
        targets: dict[str, str] = dict(conn.execute(_TARGETS).fetchall())
    columns = {one.name: one for one in table.columns}
    for ours in given:
        if not ours.startswith("@") and (ours not in targets or ours in fixed):
            raise UsageError(
                f"nothing of ours is called {ours}",
                expected="one of " + ", ".join(sorted(set(targets) - set(fixed))),
                found=ours,
                hint=f"timeseal adopt '{table.name}' … --map OURS=COLUMN",
            )
    wanted = {**fixed, **given}
    for name in (*wanted.values(), *(kept or ())):
        if name not in columns:
            raise UsageError(
                f"{table.name} has no column {name}",
                expected="one of " + ", ".join(columns),
                found=name,
                hint=f"timeseal adopt '{table.name}' … --dry-run",
            )
    for ours in sorted(set(targets) - set(wanted)):
        theirs = ALSO_CALLED.get(ours, ours)
        taken = theirs in fixed.values() and ours in fixed
        if theirs in columns and not taken and (kept is None or theirs in kept):
            wanted[ours] = theirs
    for ours, theirs in wanted.items():
        fitting = FITTING.get(targets.get(ours, "text"))
        if fitting is not None and columns[theirs].type not in fitting:
            raise UsageError(
                f"column {theirs} of {table.name} cannot become {ours}",
                expected="one of " + ", ".join(sorted(fitting)),
                found=columns[theirs].type,
                hint="leave it out: --columns, or adopt a materialised view that casts it",
            )
    return dict(sorted(wanted.items()))


def quoted(name: str) -> sql.SQL:
    """Take a name that the catalogue has quoted already."""
    return sql.SQL(name)
