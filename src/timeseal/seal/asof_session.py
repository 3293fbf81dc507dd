"""One session of an as-of join: Arrow up into a temporary table, Arrow down from the joined rows.

It reads one snapshot, has the caller's rights and leaves nothing: it is always rolled back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import adbc_driver_manager
import adbc_driver_postgresql.dbapi as adbc
import psycopg
import pyarrow as pa
from psycopg import sql
from psycopg.conninfo import make_conninfo

from timeseal.errors import (
    ClaimFailed,
    ContractBroken,
    EnvironmentProblem,
    ServerUnavailable,
    TimesealError,
    UsageError,
)

if TYPE_CHECKING:
    from timeseal.seal.asof import AsofView

SPINE = "timeseal_spine"
PLAN = (
    "select p.relation, p.strategy, p.reason, p.costs::text, p.statement from audit.asof_plan("
    "'pg_temp.timeseal_spine'::regclass, $1, 'timeseal_row', audit.asof_declared($2::text::jsonb),"
    " '{}', nullif($3, ''), $4::text::boolean) as p order by p.place"
)
MISSING = (
    "select audit.asof_rows_missing('pg_temp.timeseal_spine'::regclass, $1, 'timeseal_row',"
    " audit.asof_declared($2::text::jsonb))::text"
)
CERTIFICATE = (
    "select c.entrypoint, c.certificate_id, c.fingerprint"
    " from audit.asof_certificate($1::text::regclass) as c"
)
#: Types that Arrow has no word for: a spine of texts is read as the key's type.
TYPES = (
    "select format('%I.%I', n.nspname, t.typname) from pg_type as t"
    " join pg_namespace as n on n.oid = t.typnamespace"
    " where t.oid = audit.asof_column($1::text::regclass, $2) and (t.typtype = 'e' or t.typname in"
    " ('uuid', 'numeric', 'bpchar', 'inet', 'cidr', 'macaddr', 'macaddr8'))"
)
COLUMNS = (
    "select a.attname::text from pg_attribute as a where a.attrelid = $1::text::regclass"
    " and a.attnum > 0 and not a.attisdropped order by a.attnum"
)
ERRORS = {
    "TS001": ClaimFailed,
    "TS003": UsageError,
    "TS004": ContractBroken,
    "42501": UsageError,
    "42883": EnvironmentProblem,
    "3F000": EnvironmentProblem,
}


class AsofSession:
    """An ADBC session in one read snapshot; a context manager."""

    def __init__(
        self, connect: Callable[[], adbc.Connection], role: str | None, snapshot: str | None = None
    ) -> None:
        self._role = role
        try:
            self._conn = connect()
        except adbc_driver_manager.Error as error:
            raise ServerUnavailable(
                "cannot connect for an as-of join",
                expected="a database that answers",
                found=str(error).strip().splitlines()[-1],
                hint="timeseal db status",
            ) from error
        self._cursor = self._conn.cursor()
        self._run("set transaction isolation level repeatable read")
        if snapshot is not None:
            self._run(_text("set transaction snapshot {}", sql.Literal(snapshot)))
        if role is not None:
            self._run(_text("set local role {}", sql.Identifier(role)))
        self._run("set local search_path = pg_catalog, pg_temp")
        # the spine needs an estimate, not a histogram: a tenth of the sample is a tenth of the time
        self._run("set local default_statistics_target = 10")

    @classmethod
    def to(cls, source: str | psycopg.Connection[Any]) -> Self:
        """The first session, with its snapshot."""
        uri, role = _address(source)
        return cls(lambda: adbc.connect(uri), role)

    def another(self, snapshot: str) -> Self:
        """One more in the same snapshot; it need not ask for the types of the database again."""
        return type(self)(self._conn.adbc_clone, self._role, snapshot)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cursor.close()
        self._conn.rollback()
        self._conn.close()

    @property
    def snapshot(self) -> str:
        """The name under which other sessions can read the same snapshot."""
        found: str = self._rows("select pg_export_snapshot()")[0][0]
        return found

    def spine(self, relation: str, t0: str, order_by: Sequence[str] | None) -> pa.Table:
        """All rows of a relation in a stated order."""
        names = [row[0] for row in self._rows(COLUMNS, (relation,))]
        chosen = order_by or [t0, *(name for name in names if name != t0)]
        strangers = [name for name in chosen if name not in names]
        if strangers:
            raise UsageError(
                f"{relation} cannot be read in this order",
                expected=f"columns of {', '.join(names)}",
                found=", ".join(strangers),
                hint="name columns of the relation by t0 and order_by",
            )
        with _errors():
            self._cursor.execute("select $1::text::regclass::text", (relation,))
            qualified = self._cursor.fetchall()[0][0]
            statement = sql.SQL("select {} from {} as s order by {}").format(
                sql.SQL(", ").join(sql.Identifier("s", name) for name in names),
                sql.SQL(qualified),
                sql.SQL(", ").join(sql.Identifier("s", name) for name in chosen),
            )
            self._cursor.execute(statement.as_string(None))
            return self._cursor.fetch_arrow_table()

    def put(self, part: pa.Table, views: Sequence[AsofView]) -> None:
        """Send a part of the spine into a temporary table of this session, with statistics."""
        self._run(_text("drop table if exists pg_temp.{}", sql.Identifier(SPINE)))
        with _errors():
            self._cursor.adbc_ingest(SPINE, part, mode="create", temporary=True)
        for name, kind in self._casts(part, views).items():
            self._run(
                _text(
                    "alter table pg_temp.{} alter column {} type {} using {}::{}",
                    sql.Identifier(SPINE), sql.Identifier(name), sql.SQL(kind),
                    sql.Identifier(name), sql.SQL(kind),
                )
            )  # fmt: skip
        self._run(_text("analyze pg_temp.{}", sql.Identifier(SPINE)))

    def _casts(self, part: pa.Table, views: Sequence[AsofView]) -> dict[str, str]:
        texts = {
            (name, view.relation, key)
            for view in views
            for name, key in zip(view.spine_columns, view.key, strict=False)
            if pa.types.is_string(part.schema.field(name).type)
        }
        found = {name: self._rows(TYPES, (relation, key)) for name, relation, key in sorted(texts)}
        return {name: rows[0][0] for name, rows in found.items() if rows}

    def plan(self, t0: str, declared: str, strategy: str, ordered: bool) -> list[tuple[Any, ...]]:
        """What audit.asof_plan says of the spine that was put."""
        return self._rows(PLAN, (t0, declared, strategy, str(ordered)))

    def rows(self, statement: str, expected: int, arguments: tuple[str, str]) -> pa.Table:
        """The joined rows; a tie or a lost row is named by the database."""
        with _errors():
            self._cursor.execute(statement)
            found = self._cursor.fetch_arrow_table()
        if found.num_rows != expected:
            self._rows(MISSING, arguments)
        return found

    def certificate(self, relation: str) -> dict[str, Any] | None:
        """The certificate under which a guarded view is read; None when it is no such view."""
        rows = self._rows(CERTIFICATE, (relation,))
        names = ("entrypoint", "certificate_id", "fingerprint")
        return dict(zip(names, rows[0], strict=True)) if rows else None

    def _rows(self, statement: str, arguments: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        with _errors():
            self._cursor.execute(statement, arguments or None)
            return list(self._cursor.fetchall())

    def _run(self, statement: str) -> None:
        with _errors():
            self._cursor.execute(statement)


def _address(source: str | psycopg.Connection[Any]) -> tuple[str, str | None]:
    """The connection string, password included, and the role that was set."""
    if isinstance(source, str):
        return source, None
    info = source.info
    parameters = {**info.get_parameters(), "password": info.password or None}
    row = source.execute("select current_user, current_user <> session_user").fetchone()
    assert row is not None  # noqa: S101
    return make_conninfo("", **parameters), row[0] if row[1] else None


def _text(template: str, *parts: sql.Composable) -> str:
    return sql.SQL(template).format(*parts).as_string(None)


@contextmanager
def _errors() -> Iterator[None]:
    """An SQLSTATE of ours becomes the error of the same code, with its hint."""
    try:
        yield
    except adbc_driver_manager.Error as error:
        known = _as_error(error)
        if known is None:
            raise
        raise known from error


def _as_error(error: adbc_driver_manager.Error) -> TimesealError | None:
    kind = ERRORS.get(error.sqlstate or "")
    if kind is None:
        return None
    text = str(error)
    fields = dict(re.findall(r"(ERROR|DETAIL|HINT):\s+(.*)", text))
    expected, _, found = fields.get("DETAIL", "").partition("; found: ")
    return kind(
        fields.get("ERROR", text).removeprefix(f"{error.sqlstate}: "),
        expected=expected.removeprefix("expected: ") or None,
        found=found or None,
        hint=fields.get("HINT", "timeseal db create"),
    )
