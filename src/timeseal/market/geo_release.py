"""Geo files read into a dated release: headings matched, values normalised, bad rows set aside.

Owns reading; reads no database. A row with an empty required column, a code of another level or a
key that was there before goes to quarantine with its row, column and reason; the rest is loaded.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from timeseal.errors import UsageError
from timeseal.market.geo_codes import to_the_end
from timeseal.market.geo_headings import KINDS, Column, Kind, Target, match
from timeseal.market.geo_values import FORMS, plain
from timeseal.market.reference import Release, Rows
from timeseal.market.rows import Broken, Rejection

__all__ = ["Paper", "read_release"]

_SUFFIXES = frozenset((".csv", ".tsv", ".tab", ".txt", ".json"))
_DELIMITERS = "\t;,"


@dataclass(frozen=True, slots=True)
class Paper:
    """What a file does not say about itself.

    `snapshot_date` is the day the content holds for; `designed_on_until` the last day of data that
    shaped a mapping; `constants` fill columns that the file lacks.
    """

    release_id: str
    kind: str
    published_at: datetime
    title: str
    publisher: str
    licence: str
    snapshot_date: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    designed_on_until: date | None = None
    constants: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Bundle:
    """Rows of every relation so far, and what was refused; rows are numbered through all files."""

    rows: dict[str, list[tuple[object, ...]]] = field(default_factory=lambda: defaultdict(list))
    keys: set[tuple[object, ...]] = field(default_factory=set)
    rejections: list[Rejection] = field(default_factory=list)
    count: int = 0


def read_release(path: Path, paper: Paper) -> Release:
    """Read a file, or every data file of a folder, into one release; raises `UsageError`."""
    kind = KINDS.get(paper.kind)
    if kind is None:
        raise UsageError(
            f"unknown kind of geo release {paper.kind}",
            expected=", ".join(KINDS),
            found=paper.kind,
            hint="timeseal geo release load --help",
        )
    _check(paper, kind)
    bundle = _Bundle()
    for file in _files(path):
        _read(file, kind, paper, bundle)
    first, *rest = [
        Rows(one.relation, _columns(one), tuple(_finished(one, bundle.rows[one.relation])))
        for one in sorted(kind.targets, key=lambda one: one.relation)
    ]
    release = Release(
        release_id=paper.release_id,
        title=paper.title,
        publisher=paper.publisher,
        published_at=paper.published_at,
        licence=paper.licence,
        relation=first.relation,
        columns=first.columns,
        rows=first.rows,
        valid_from=paper.valid_from,
        valid_to=paper.valid_to,
        designed_on_until=paper.designed_on_until,
        also=tuple(rest),
        rejections=tuple(bundle.rejections),
    )
    if release.row_count == 0:
        raise UsageError(
            f"{path.name} holds no row that could be loaded",
            expected=f"rows of kind {kind.name}: {kind.meaning}",
            found=f"{bundle.count} rows, all refused",
            hint="timeseal geo release load --help",
        )
    return release


def _finished(target: Target, rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    follows = any(one.name == "successor_code4" for one in target.columns)
    return to_the_end(_columns(target), rows) if follows else rows


def _check(paper: Paper, kind: Kind) -> None:
    if paper.published_at > datetime.now(UTC):
        raise UsageError(
            f"release {paper.release_id} is published in the future",
            expected="a moment that has passed; a bare day counts from its end",
            found=paper.published_at.isoformat(),
            hint="timeseal geo release load … --published-at DAY",
        )
    if kind.designed and paper.designed_on_until is None:
        raise UsageError(
            f"mapping {paper.release_id} does not say until when its designer looked at data",
            expected="the last day of the data that shaped it",
            found="nothing",
            hint="timeseal geo release load … --designed-on-until DAY",
        )


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(one for one in path.iterdir() if one.suffix.lower() in _SUFFIXES)
    if not found:
        raise UsageError(
            f"{path.name} holds no data file",
            expected=", ".join(sorted(_SUFFIXES)),
            found=", ".join(sorted(one.name for one in path.iterdir())) or "an empty folder",
            hint="timeseal geo release load --help",
        )
    return found


def _read(file: Path, kind: Kind, paper: Paper, bundle: _Bundle) -> None:
    records, headings = _records(file, kind)
    target, columns = match(kind, headings, file.name)
    by_name = {column.name: heading for heading, column in columns.items()}
    for number, record in records:
        bundle.count += 1
        raw = f"{file.name}:{number}: " + "\t".join(str(one or "") for one in record.values())
        try:
            row = _row(target, by_name, record, paper)
            key = (target.relation, *(row[name] for name in target.key))
            if key in bundle.keys:
                shown = " ".join(str(one) for one in key[1:])
                raise _Refused(target.key[0], Broken("duplicate", "each key once", shown))
        except _Refused as refused:
            bundle.rejections.append(refused.rejection(bundle.count, raw))
            continue
        bundle.keys.add(key)
        bundle.rows[target.relation].append(
            (paper.published_at, *(row[name] for name in _columns(target)[1:]))
        )


class _Refused(Exception):
    """A value that breaks a rule, with its column."""

    def __init__(self, column: str, broken: Broken) -> None:
        super().__init__(column)
        self.column, self.broken = column, broken

    def rejection(self, row_number: int, raw: str) -> Rejection:
        broken = self.broken
        return Rejection(row_number, self.column, broken.expected, broken.found, broken.reason, raw)


def _row(
    target: Target, headings: Mapping[str, str], record: Mapping[str, str | None], paper: Paper
) -> dict[str, object]:
    row: dict[str, object] = {}
    if target.dated:
        row["snapshot_date"] = paper.snapshot_date or paper.published_at.date()
    for column in target.columns:
        given = record.get(headings.get(column.name, ""))
        found = plain(given) or paper.constants.get(column.name)
        value = _value(column, found)
        if value is not None or column.name not in row:
            row[column.name] = value
    if row.get("valid_from_year", 0) is None:
        row["valid_from_year"] = 0
    return row


def _value(column: Column, text: str | None) -> object:
    if text is None:
        if column.required:
            raise _Refused(column.name, Broken("empty", "a value", None))
        return None
    try:
        return FORMS[column.form](text)
    except Broken as broken:
        raise _Refused(column.name, broken) from broken


def _columns(target: Target) -> tuple[str, ...]:
    names = [one.name for one in target.columns]
    dated = ["snapshot_date"] if target.dated and "snapshot_date" not in names else []
    return ("known_at", *names, *dated)


def _records(
    file: Path, kind: Kind
) -> tuple[Iterator[tuple[int, Mapping[str, str | None]]], Sequence[str]]:
    text = _decoded(file)
    if file.suffix.lower() == ".json":
        return _objects(file, text)
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    lines = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    positional = next((one.positional for one in kind.targets if one.positional), ())
    bare = bool(lines) and len(lines[0]) == len(positional) and lines[0][0].strip().isdigit()
    headings: Sequence[str] = positional if bare else lines[0] if lines else ()
    body = lines if bare else lines[1:]
    start = 1 if bare else 2

    def rows() -> Iterator[tuple[int, Mapping[str, str | None]]]:
        for number, line in enumerate(body, start):
            if line:
                padded = [*line, *[None] * (len(headings) - len(line))]
                yield number, dict(zip(headings, padded, strict=False))

    return rows(), headings


def _objects(
    file: Path, text: str
) -> tuple[Iterator[tuple[int, Mapping[str, str | None]]], Sequence[str]]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        found = str(error)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise UsageError(
            f"{file.name} is no list of records",
            expected="a JSON list of flat objects",
            found=found if isinstance(found, str) else type(found).__name__,
            hint="timeseal geo release load --help",
        )
    headings = list(dict.fromkeys(name for one in found for name in one))
    texts = (
        {name: None if value is None else str(value) for name, value in one.items()}
        for one in found
    )
    return iter(enumerate(texts, 1)), headings


def _decoded(file: Path) -> str:
    """UTF-8, else the older encoding of Norwegian offices."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{file.name} cannot be read",
            expected="a readable file",
            found=type(error).__name__,
            hint="timeseal geo release load --help",
        ) from error
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return content.decode("latin-1").replace("\r\n", "\n")
