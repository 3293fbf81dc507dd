"""Looking at a view of somebody else: does it exist, can it be sealed, what would that need.

Reads the catalogue only. Every refusal says what is missing and how to mend it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from timeseal.errors import InstallRefused, UsageError
from timeseal.seal.roles import Connection, acting_as_owner

#: Categories of pg_type that make a key: numbers, text, dates, booleans, enums, uuid and the like.
KEY_CATEGORIES = frozenset("NSDBEUV")
KEY_REFUSED = frozenset(("real", "double precision", "json", "jsonb", "xml", "bytea"))
T0_TYPES = frozenset(("date", "timestamp without time zone", "timestamp with time zone"))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the view; `base` is its type below any domain."""

    name: str
    type: str
    category: str
    base: str


@dataclass(frozen=True, slots=True)
class Read:
    """A stored relation that the view reads at query time."""

    relid: int
    name: str
    kind: str
    owner: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """Column names as the catalogue spells them."""

    key: tuple[str, ...]
    t0: str
    day: str | None


@dataclass(frozen=True, slots=True)
class ForeignView:
    """What sealing has to know; the four flags say which rights are there already."""

    entrypoint: str
    guarded: str
    schema: str
    name: str
    owner: str
    owner_usage: bool
    owner_create: bool
    owner_select: bool
    training_usage: bool
    certifier_usage: bool
    columns: tuple[Column, ...]
    reads: tuple[Read, ...]

    @property
    def guarded_name(self) -> str:
        """Bare name of the guarded view."""
        return f"{self.name}_train_v"

    @property
    def identifier(self) -> sql.Identifier:
        """Quoted name of the view."""
        return sql.Identifier(self.schema, self.name)

    def resolve(self, key: Sequence[str], t0: str, day: str | None) -> Resolved:
        """Find the named columns and refuse types that cannot be a key or a time."""
        if not key:
            raise UsageError(
                "a seal needs a key", expected="--key COLUMNS", found="none", hint=self._usage()
            )
        keys = [self._column(name) for name in key]
        for column in keys:
            if column.category not in KEY_CATEGORIES or column.base in KEY_REFUSED:
                raise UsageError(
                    f"column {column.name} of {self.entrypoint} cannot be part of a key",
                    expected="a whole number, text, date, boolean, enum or uuid",
                    found=column.type,
                    hint="expose a column of such a type, e.g. md5(…) or ::text",
                )
        moment = self._column(t0)
        if moment.base not in T0_TYPES:
            raise UsageError(
                f"column {moment.name} of {self.entrypoint} is no time",
                expected="date, timestamp or timestamptz",
                found=moment.type,
                hint="expose t0 as timestamptz",
            )
        day_column = self._column(day) if day is not None else None
        if day_column is not None and day_column.base != "date":
            raise UsageError(
                f"column {day_column.name} of {self.entrypoint} is no day",
                expected="date",
                found=day_column.type,
                hint="leave --day out: the UTC day of t0 is used",
            )
        return Resolved(
            tuple(column.name for column in keys),
            moment.name,
            day_column.name if day_column else None,
        )

    def _column(self, name: str) -> Column:
        found = {column.name: column for column in self.columns}
        column = found.get(name) or found.get(name.lower())
        if column is None:
            alike = [one for one in found if one.lower() == name.lower()]
            raise UsageError(
                f"{self.entrypoint} has no column {name}",
                expected="one of " + ", ".join(found),
                found=name,
                hint=f"write it as the view spells it: {alike[0]}" if alike else self._usage(),
            )
        return column

    def _usage(self) -> str:
        return f"timeseal seal add '{self.entrypoint}' --key COLUMNS --t0 COLUMN"


def examine(conn: Connection, name: str) -> ForeignView:
    """Look a view up by the name an SQL statement would use; raises `UsageError`."""
    relid = _relid(conn, name)
    with acting_as_owner(conn):
        row = conn.execute(
            "select audit.foreign_view(%s::oid), audit.relation_name(%s::oid)", [relid, relid]
        ).fetchone()
    document, entrypoint = row if row else ({}, name)
    if document["kind"] not in ("v", "m"):
        raise UsageError(
            f"{entrypoint} is not a view",
            expected="a view or a materialized view",
            found="a table",
            hint="in psql: create view … as select … from it",
        )
    guarded = conn.execute(
        "select format('%%I.%%I', %s::text, %s::text)",
        [document["schema"], f"{document['name']}_train_v"],
    ).fetchone()
    return ForeignView(
        entrypoint=entrypoint,
        guarded=guarded[0] if guarded else "",
        schema=document["schema"],
        name=document["name"],
        owner=document["owner"],
        owner_usage=document["owner_usage"],
        owner_create=document["owner_create"],
        owner_select=document["owner_select"],
        training_usage=document["training_usage"],
        certifier_usage=document["certifier_usage"],
        columns=tuple(Column(**one) for one in document["columns"] or ()),
        reads=tuple(Read(**one) for one in document["reads"]),
    )


def _relid(conn: Connection, name: str) -> int:
    try:
        with conn.transaction():
            row = conn.execute("select to_regclass(%s)::oid", [name]).fetchone()
    except psycopg.errors.InvalidName:
        row = None
    except psycopg.errors.InsufficientPrivilege as error:
        raise InstallRefused(
            f"{name} cannot be looked at",
            expected="USAGE on its schema",
            found=error.diag.message_primary or str(error),
            hint="in psql, as the schema's owner: grant usage on schema … to your role",
        ) from error
    if row is not None and row[0] is not None:
        return int(row[0])
    bare = name.replace('"', "").rsplit(".", 1)[-1]
    alike = conn.execute(
        "select format('%%I.%%I', n.nspname, c.relname) from pg_class as c"
        " join pg_namespace as n on n.oid = c.relnamespace"
        " where lower(c.relname) = lower(%s) and c.relkind in ('v', 'm')"
        " order by 1 limit 3",
        [bare],
    ).fetchall()
    like = " or ".join(f"'{one}'" for (one,) in alike)
    raise UsageError(
        f"there is no view {name}",
        expected="schema.view, quoted as in SQL where it is mixed case",
        found=f"no such relation; did you mean {like}?" if like else "no such relation",
        hint=f"timeseal seal add {like or 'SCHEMA.VIEW'} --key COLUMNS --t0 COLUMN",
    )
