"""A record on disk, as JSON beside the page, so that a second run can show what the first one saw.

Owns the file's shape only; whether a record still fits the database is asked by who reads it.
"""

from __future__ import annotations

import json
import types
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from timeseal.market.report.context import Record


def write(record: Record, path: Path) -> None:
    """Write the record, replacing an older one in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(asdict(record), indent=1, default=_text), encoding="utf-8")
    fresh.replace(path)


def read(path: Path) -> Record | None:
    """Read a record; None when there is none or it was written by another version."""
    try:
        found: Record = _build(Record, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return found


def _text(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a record")


def _build(kind: Any, value: Any) -> Any:
    """Rebuild a value of a declared type from plain JSON; raises TypeError where they differ."""
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        if not isinstance(value, dict) or set(value) != set(hints):
            raise TypeError(f"not a {kind.__name__}")
        return kind(**{name: _build(hint, value[name]) for name, hint in hints.items()})
    if get_origin(kind) is tuple:
        return tuple(_build(get_args(kind)[0], one) for one in value)
    if get_origin(kind) in (Union, types.UnionType):
        return None if value is None else _build(get_args(kind)[0], value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    if kind is float and isinstance(value, int):
        return float(value)
    if not isinstance(value, kind):
        raise TypeError(f"expected {kind.__name__}, found {type(value).__name__}")
    return value
