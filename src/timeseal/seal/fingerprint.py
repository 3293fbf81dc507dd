"""Fingerprint TSF1: asked of PostgreSQL, or recomputed from values without it.

Row bytes are PostgreSQL's record wire format over the canonical projection that the header names:
`int32 n`, then per column `int32 type oid, int32 length (−1 = NULL), bytes`, all big-endian.
Leaf = SHA-256(row bytes); day = SHA-256(day, count, sorted leaves); root = SHA-256(header, days).
The recomputation is the independent witness: same values, same root, no server.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import struct
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from timeseal.db.ownership import Connection
from timeseal.errors import UsageError

__all__ = [
    "Column",
    "Fingerprint",
    "day_sha256",
    "fingerprint",
    "header_columns",
    "jsonb_normal",
    "root_of",
    "row_bytes",
]

_OIDS = {
    "bool": 16,
    "bytea": 17,
    "int8": 20,
    "int2": 21,
    "int4": 23,
    "text": 25,
    "float4": 700,
    "float8": 701,
    "date": 1082,
    "timestamp": 1114,
    "timestamptz": 1184,
    "uuid": 2950,
}
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
#: The day under which rows without a t0 are kept: PostgreSQL's '-infinity'.
NO_DAY = -(2**31)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the canonical projection: name, wire type, rendering of its values."""

    name: str
    wire: str
    rendering: str


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Root digest (hex) of a relation with its extent in UTC days and rows."""

    root: str
    days: int
    rows: int


def fingerprint(conn: Connection, relation: str, t0: str, day: str | None = None) -> Fingerprint:
    """Ask the server for the fingerprint of `relation`; `day` names a stored UTC day column."""
    row = conn.execute(
        "select root, days, row_count from audit.fingerprint_root(%s::regclass, %s, %s)",
        [relation, t0, day],
    ).fetchone()
    if row is None:
        raise UsageError(f"no fingerprint of {relation}", hint="timeseal doctor")
    return Fingerprint(*row)


def header_columns(header: str) -> tuple[Column, ...]:
    """Parse the header text of a TSF1 fingerprint."""
    form, columns = json.loads(header)
    if form != "TSF1":
        raise UsageError("unknown fingerprint format", expected="TSF1", found=str(form))
    return tuple(Column(*column) for column in columns)


def root_of(header: str, rows: Iterable[tuple[dt.date | None, Sequence[object]]]) -> str:
    """Recompute the root (hex) from (UTC day of t0, values in header order); needs no server."""
    columns = header_columns(header)
    leaves: dict[int, list[bytes]] = defaultdict(list)
    for day, values in rows:
        leaves[_day_number(day)].append(hashlib.sha256(row_bytes(columns, values)).digest())
    text = header.encode()
    total = hashlib.sha256(struct.pack("!i", len(text)) + text)
    for number in sorted(leaves):
        total.update(struct.pack("!iq", number, len(leaves[number])))
        total.update(day_sha256(number, leaves[number]))
    return total.hexdigest()


def day_sha256(number: int, leaves: Sequence[bytes]) -> bytes:
    """Digest one day; `number` counts days from 2000-01-01."""
    framed = struct.pack("!iq", number, len(leaves))
    return hashlib.sha256(framed + b"".join(sorted(leaves))).digest()


def row_bytes(columns: Sequence[Column], values: Sequence[object]) -> bytes:
    """Frame one row as PostgreSQL's record wire format does."""
    parts = [struct.pack("!i", len(columns))]
    for column, value in zip(columns, values, strict=True):
        oid = _OIDS[column.wire]
        if value is None:
            parts.append(struct.pack("!ii", oid, -1))
            continue
        body = _body(column.wire, column.rendering, value)
        parts.append(struct.pack("!ii", oid, len(body)) + body)
    return b"".join(parts)


def jsonb_normal(value: object) -> str:
    """Render a JSON value as `audit.jsonb_normal` does: keys by length, then bytes; 1.0 is 1."""
    match value:
        case bool() | None:
            return json.dumps(value)
        case int() | float() | Decimal():
            return _trimmed(Decimal(repr(value) if isinstance(value, float) else value))
        case dict():
            keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
            inner = (f"{json.dumps(k, ensure_ascii=False)}: {jsonb_normal(value[k])}" for k in keys)
            return "{" + ", ".join(inner) + "}"
        case list() | tuple():
            return "[" + ", ".join(jsonb_normal(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _day_number(day: dt.date | None) -> int:
    return NO_DAY if day is None else (day - _EPOCH.date()).days


def _body(wire: str, rendering: str, value: object) -> bytes:
    if wire == "text":
        return _text(rendering, value).encode()
    if wire == "bytea" and rendering.startswith("array of "):
        return _array(rendering.removeprefix("array of "), value)
    if wire == "bytea" and rendering == "time" and isinstance(value, dt.time):
        midnight = dt.datetime.combine(_EPOCH.date(), value, tzinfo=dt.UTC)
        return struct.pack("!q", (midnight - _EPOCH) // _MICROSECOND)
    if (wire, rendering) in _SENT:
        return _SENT[wire, rendering](value)
    raise UsageError(
        f"values of rendering {rendering} are not recomputed outside PostgreSQL",
        expected="scalars, arrays of scalars, time",
        found=rendering,
        hint="cast the column in the view, for instance to text",
    )


def _text(rendering: str, value: object) -> str:
    if rendering.startswith("numeric"):
        number = Decimal(str(value))
        if "," not in rendering:
            return _trimmed(number)
        scale = int(rendering.rstrip(")").split(",")[1])
        return f"{number:.{max(scale, 0)}f}" if number.is_finite() else _special(number)
    if rendering == "jsonb":
        return jsonb_normal(value)
    if rendering == "char":
        return str(value).rstrip(" ")
    if rendering == "inet" and "/" not in str(value):
        return f"{value}/{128 if ':' in str(value) else 32}"
    return str(value)


def _trimmed(number: Decimal) -> str:
    if not number.is_finite():
        return _special(number)
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _special(number: Decimal) -> str:
    return "NaN" if number.is_nan() else ("-Infinity" if number < 0 else "Infinity")


def _array(rendering: str, value: object) -> bytes:
    lengths: list[int] = []
    items: list[object] = value if isinstance(value, list) else [value]
    while items:
        lengths.append(len(items) // max(1, _product(lengths)))
        if not isinstance(items[0], list):
            break
        items = [one for inner in items if isinstance(inner, list) for one in inner]
    wire = next(
        (wire for wire, known in _SENT if known == rendering),
        "int8" if rendering == "oid" else "text",
    )
    element = (Column("", wire, rendering),)
    return struct.pack(f"!{len(lengths) + 1}i", len(lengths), *lengths) + b"".join(
        row_bytes(element, (one,)) for one in items
    )


def _product(numbers: Iterable[int]) -> int:
    total = 1
    for number in numbers:
        total *= number
    return total


def _float(form: str) -> Callable[[object], bytes]:
    def packed(value: object) -> bytes:
        number = float(value)  # type: ignore[arg-type]
        return struct.pack(form, float("nan") if math.isnan(number) else number + 0.0)

    return packed


def _instant(value: object) -> bytes:
    moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return struct.pack("!q", (aware - _EPOCH) // _MICROSECOND)


def _day(value: object) -> bytes:
    day = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
    return struct.pack("!i", _day_number(day))


def _integer(form: str) -> Callable[[object], bytes]:
    return lambda value: struct.pack(form, int(str(value)))


_SENT: dict[tuple[str, str], Callable[[object], bytes]] = {
    ("bool", "bool"): lambda value: b"\x01" if value else b"\x00",
    ("bytea", "bytea"): bytes,  # type: ignore[dict-item]
    ("int2", "int2"): _integer("!h"),
    ("int4", "int4"): _integer("!i"),
    ("int8", "int8"): _integer("!q"),
    ("int8", "oid"): _integer("!q"),
    ("float4", "float4"): _float("!f"),
    ("float8", "float8"): _float("!d"),
    ("date", "date"): _day,
    ("timestamp", "timestamp"): _instant,
    ("timestamptz", "timestamptz"): _instant,
    ("uuid", "uuid"): lambda value: UUID(str(value)).bytes,
}
