"""Certified rows in a Python program: asked for, read and carried together with their certificate.

Works on a psycopg or SQLAlchemy connection, an engine or a connection string; the door is kept by
the database, so nothing here can be forgotten: a plain `select` from the guarded view refuses too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import psycopg
from psycopg import pq, sql
from psycopg.rows import class_row

from timeseal.errors import ClaimFailed, TimesealError, UsageError
from timeseal.seal.certificate import as_error

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["CertifiedRows", "Held", "Kind", "read_certified", "refusals", "require_certified"]

Kind = Literal["arrow", "pandas", "polars", "rows"]
HELD = "select * from audit.held_certificate(%s, %s)"
STRICT = "select audit.require_certified_strict(%s, %s)"
METADATA = "timeseal"
#: What an Arrow decimal128 can hold.
DECIMAL_DIGITS = 38

Described = Sequence[tuple[psycopg.Column, "pa.DataType | None"]]


@dataclass(frozen=True, slots=True)
class Held:
    """The valid certificate of an entrypoint: what models, files and scores should carry."""

    certificate_id: str
    entrypoint: str
    guarded_view: str
    certified_at: datetime
    expires_at: datetime
    dataset_rows: int
    fingerprint: str
    definition_sha256: str
    contract_sha256: str | None
    protection: str

    def as_json(self) -> str:
        """The certificate as one line of JSON, times in ISO 8601."""
        return json.dumps(asdict(self), default=str, sort_keys=True)


@dataclass(frozen=True, slots=True)
class CertifiedRows:
    """Rows of a guarded view (`frame`, of the kind asked for) and what they were certified by."""

    frame: Any
    certificate: Held


def require_certified(
    source: Any,
    name: str,
    *,
    max_age: timedelta = timedelta(hours=24),
    strict: bool = False,
) -> Held:
    """Return the valid certificate of an entrypoint or guarded view; raise when the door is closed.

    `source` is a psycopg connection, an SQLAlchemy connection or engine, or a connection string.
    `strict` digests the definition again and compares it with its baseline. Raises `ClaimFailed`
    with cause and way out, `UsageError` for a name that is not sealed.
    """
    with _connection(source) as conn, refusals():
        held = _held(conn, name, max_age)
        if strict:
            conn.execute(STRICT, (held.entrypoint, max_age))
        return held


def read_certified(
    source: Any,
    name: str,
    *,
    columns: Sequence[str] | None = None,
    kind: Kind = "arrow",
    max_age: timedelta = timedelta(hours=24),
) -> CertifiedRows:
    """Read the guarded view behind `name` and the certificate its rows lay under.

    Rows come unordered. Numeric columns of declared scale become decimals; numeric without one and
    types without an Arrow twin become text as the server prints it: no value is rounded on the way.
    Arrow tables carry the certificate in their schema's metadata, pandas frames in `attrs`.
    Raises as `require_certified`, and `ClaimFailed` when a new certificate was issued meanwhile.
    """
    with _connection(source) as conn, refusals():
        if conn.info.transaction_status == pq.TransactionStatus.IDLE:
            with conn.transaction():
                conn.execute("set transaction isolation level repeatable read")
                return _read(conn, name, columns, kind, max_age)
        return _read(conn, name, columns, kind, max_age)


@contextmanager
def refusals() -> Iterator[None]:
    """Raise a refusal of the database as the Timeseal error of the same code, whoever drives.

    psycopg errors are known by their SQLSTATE; SQLAlchemy and ADBC wrap them or carry it along.
    """
    try:
        yield
    except TimesealError:
        raise
    except Exception as error:
        known = _refusal(error)
        if known is None:
            raise
        raise known from error


def _refusal(error: Exception) -> TimesealError | None:
    inner: object = getattr(error, "orig", None) or error
    if isinstance(inner, psycopg.Error):
        return as_error(inner)
    if getattr(inner, "sqlstate", None) == ClaimFailed.code:
        return ClaimFailed(str(inner), hint="timeseal status")
    return None


def _read(
    conn: psycopg.Connection[Any],
    name: str,
    columns: Sequence[str] | None,
    kind: Kind,
    max_age: timedelta,
) -> CertifiedRows:
    before = _held(conn, name, max_age)
    view = sql.SQL(before.guarded_view)  # quoted by the catalogue
    chosen = sql.SQL("*") if columns is None else sql.SQL(", ").join(map(sql.Identifier, columns))
    shape = conn.execute(sql.SQL("select {} from {} limit 0").format(chosen, view)).description
    described = [(column, _arrow_type(column)) for column in shape or ()]
    rendered = sql.SQL(", ").join(_rendered(column, twin) for column, twin in described)
    rows = conn.execute(sql.SQL("select {} from {}").format(rendered, view)).fetchall()
    after = _held(conn, name, max_age)
    if after.certificate_id != before.certificate_id:
        raise ClaimFailed(
            f"{before.entrypoint} was certified again while it was being read",
            expected=f"certificate {before.certificate_id}",
            found=f"certificate {after.certificate_id}",
            hint="read again, or read in a repeatable-read transaction",
        )
    return CertifiedRows(_frame(described, rows, kind, before), before)


def _held(conn: psycopg.Connection[Any], name: str, max_age: timedelta) -> Held:
    with conn.cursor(row_factory=class_row(Held)) as cursor:
        held = cursor.execute(HELD, (name, max_age)).fetchone()
    if held is None:
        raise ClaimFailed(
            f"{name} has no certificate",
            expected="one row in audit.t0_cert_run",
            found="none",
            hint=f"timeseal certify {name}",
        )
    return held


@contextmanager
def _connection(source: Any) -> Iterator[psycopg.Connection[Any]]:
    if isinstance(source, str):
        with psycopg.connect(source) as conn:
            yield conn
    elif isinstance(source, psycopg.Connection):
        yield source
    elif hasattr(source, "connect"):  # an SQLAlchemy engine
        with source.connect() as connection, _connection(connection) as conn:
            yield conn
    else:
        driver = getattr(getattr(source, "connection", None), "driver_connection", None)
        if not isinstance(driver, psycopg.Connection):
            raise UsageError(
                "that is no connection Timeseal can ask",
                expected="psycopg 3, SQLAlchemy over postgresql+psycopg, or a connection string",
                found=type(driver or source).__name__,
                hint='use create_engine("postgresql+psycopg://…")',
            )
        yield driver


def _frame(described: Described, rows: list[tuple[Any, ...]], kind: Kind, held: Held) -> Any:
    if kind == "rows":
        names = [column.name for column, _ in described]
        return [dict(zip(names, row, strict=True)) for row in rows]
    table = _arrow(described, rows, held)
    if kind == "arrow":
        return table
    if kind == "polars":
        import polars

        return polars.from_arrow(table)
    frame = table.to_pandas()
    frame.attrs[METADATA] = asdict(held)
    return frame


def _arrow(described: Described, rows: list[tuple[Any, ...]], held: Held) -> pa.Table:
    import pyarrow as pa

    arrays = []
    for place, (column, twin) in enumerate(described):
        values = [row[place] for row in rows]
        try:
            arrays.append(pa.array(values, type=twin or pa.string()))
        except pa.ArrowInvalid as error:
            raise UsageError(
                f"column {column.name} of {held.guarded_view} does not fit its Arrow type {twin}",
                expected="finite values of the declared type",
                found=str(error),
                hint="read it with kind='rows', or expose it as double precision or text",
            ) from error
    fields = [pa.field(column.name, twin or pa.string()) for column, twin in described]
    metadata = {METADATA: held.as_json()}
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=metadata))


def _arrow_type(column: psycopg.Column) -> pa.DataType | None:
    import pyarrow as pa

    known = {
        "bool": pa.bool_(),
        "int2": pa.int16(),
        "int4": pa.int32(),
        "int8": pa.int64(),
        "float4": pa.float32(),
        "float8": pa.float64(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us"),
        "timestamptz": pa.timestamp("us", "UTC"),
        "bytea": pa.binary(),
    }
    info = psycopg.adapters.types.get(column.type_code)
    name = info.name if info is not None and info.oid == column.type_code else ""
    if name == "numeric" and column.precision is not None and column.precision <= DECIMAL_DIGITS:
        return pa.decimal128(column.precision, column.scale or 0)
    return known.get(name)


def _rendered(column: psycopg.Column, twin: pa.DataType | None) -> sql.Composable:
    name = sql.Identifier(column.name)
    return name if twin is not None else sql.SQL("{0}::text as {0}").format(name)
