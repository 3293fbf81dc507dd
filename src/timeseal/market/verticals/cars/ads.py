"""Reading a file of car ads: every row is either a set of typed values or a list of refusals.

Owns the column map and the rules between columns; writes nothing. Times in the file are local and
become instants here.
"""

from __future__ import annotations

import csv
import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from timeseal.errors import UsageError
from timeseal.market.rows import Broken, Progress, Rejection
from timeseal.market.verticals.cars.columns import Reader, Values, readers

__all__ = ["Ad", "Ads", "read_ads"]

OPTIONAL = frozenset(("row_id", "abtest", "nrOfPictures", "kilometer", "odometer"))
TALK_AFTER_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Ad:
    """One ad as first seen; `last_seen` is its outcome side and leaves through events only."""

    listing_id: int
    generation: int
    observed_at: datetime
    last_seen: datetime
    published_on: date
    values: Mapping[str, object]
    payload_sha256: str


@dataclass(frozen=True, slots=True)
class Ads:
    """A whole file: accepted ads, refusals, and what was spelt otherwise."""

    accepted: tuple[Ad, ...]
    rejections: tuple[Rejection, ...]
    rows_in: int
    rows_rejected: int
    normalised: Mapping[str, int]
    sha256: str

    @property
    def observed_until(self) -> datetime | None:
        """The last sighting in the file: as far as the market was watched."""
        return max((ad.last_seen for ad in self.accepted), default=None)


class _Tape:
    """Hands lines on and remembers those of the current row: a quoted field may span lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._held: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._held.append(line)
            yield line

    def take(self) -> str:
        """The text of the row just read."""
        text = "".join(self._held).rstrip("\r\n")
        self._held.clear()
        return text


def read_ads(
    path: Path,
    zone: ZoneInfo,
    cohorts: Mapping[tuple[str, str], int],
    progress: Progress | None = None,
) -> Ads:
    """Read the file; `cohorts` maps (brand, model) to the cohort code. Raises `UsageError`."""
    body = _bytes(path)
    text = body.decode("utf-8", errors="backslashreplace")
    tape = _Tape(text.splitlines(keepends=True))
    rows = csv.reader(iter(tape))
    rules = readers(zone)
    header = _header(path, next(rows, []), rules)
    tape.take()
    reader = _RowReader(header, rules, cohorts, zone)
    total, started = text.count("\n"), time.monotonic()
    for number, cells in enumerate(rows, start=1):
        reader.read(number, cells, tape.take())
        if progress and number % 2000 == 0 and time.monotonic() - started > TALK_AFTER_SECONDS:
            progress("reading ads", number, total)
    return reader.ads(hashlib.sha256(body).hexdigest())


class _RowReader:
    """Applies the rules row by row and keeps the books."""

    def __init__(
        self,
        header: Sequence[str],
        rules: Mapping[str, tuple[str, Reader]],
        cohorts: Mapping[tuple[str, str], int],
        zone: ZoneInfo,
    ) -> None:
        self._zone = zone
        self._width = len(header)
        self._id = header.index("row_id") if "row_id" in header else None
        self._rules = [
            (position, name, *rules[name]) for position, name in enumerate(header) if name in rules
        ]
        self._cohorts = cohorts
        self._values = Values()
        self._accepted: list[Ad] = []
        self._rejections: list[Rejection] = []
        self._ids: set[int] = set()
        self._rows = self._rejected = 0

    def read(self, number: int, cells: Sequence[str], line: str) -> None:
        """Take one row in, or its refusals."""
        self._rows += 1
        broken: list[tuple[str, Broken]] = []
        if len(cells) != self._width:
            expected = f"{self._width} columns"
            broken.append(("row", Broken("wrong_width", expected, f"{len(cells)} columns")))
        else:
            values = self._cells(cells, broken)
            ad = self._ad(number, cells, values, line, broken) if not broken else None
            if ad is not None and not broken:
                self._ids.add(ad.listing_id)
                self._accepted.append(ad)
        if broken:
            self._refuse(number, line, broken)

    def ads(self, sha256: str) -> Ads:
        """Close the books."""
        return Ads(
            tuple(self._accepted),
            tuple(self._rejections),
            self._rows,
            self._rejected,
            dict(self._values.normalised),
            sha256,
        )

    def _cells(self, cells: Sequence[str], broken: list[tuple[str, Broken]]) -> dict[str, object]:
        values: dict[str, object] = {}
        for position, column, name, reader in self._rules:
            try:
                values[name] = reader(cells[position], self._values)
            except Broken as refusal:
                broken.append((column, refusal))
        pair = (_word(values, "brand"), _word(values, "model"))
        if all(pair) and pair not in self._cohorts:
            expected = "a pair of the cohort release"
            broken.append(("model", Broken("unknown_cohort", expected, " ".join(pair))))
        return values

    def _ad(
        self,
        number: int,
        cells: Sequence[str],
        values: dict[str, object],
        line: str,
        broken: list[tuple[str, Broken]],
    ) -> Ad | None:
        identity = cells[self._id] if self._id is not None else str(number)
        seen, last = values.pop("observed_at"), values.pop("last_seen")
        published = values.pop("published_on")
        assert isinstance(seen, datetime)  # noqa: S101 - the readers returned these types
        assert isinstance(last, datetime)  # noqa: S101
        assert isinstance(published, date)  # noqa: S101
        if not (identity.isascii() and identity.isdigit()) or int(identity) in self._ids:
            broken.append(("row_id", Broken("not_an_id", "a whole number, once", identity)))
        if last < seen:
            refusal = Broken("out_of_order", f"not before {seen:%Y-%m-%d %H:%M}Z", f"{last}")
            broken.append(("lastSeen", refusal))
        local_day = seen.astimezone(self._zone).date()
        if published > local_day:
            refusal = Broken("out_of_order", f"not after {local_day}", f"{published}")
            broken.append(("dateCreated", refusal))
        if broken:
            return None
        brand, model = _word(values, "brand"), _word(values, "model")
        values["model"] = f"{brand} {model}"
        digest = hashlib.sha256(line.encode("utf-8", errors="backslashreplace")).hexdigest()
        code = self._cohorts[brand, model]
        return Ad(int(identity), code, seen, last, published, values, digest)

    def _refuse(self, number: int, line: str, broken: list[tuple[str, Broken]]) -> None:
        self._rejected += 1
        seen: set[tuple[str, str]] = set()
        for column, refusal in broken:
            if (column, refusal.reason) not in seen:
                seen.add((column, refusal.reason))
                text = line.replace("\x00", "\\0")
                self._rejections.append(
                    Rejection(number, column, refusal.expected, refusal.found, refusal.reason, text)
                )


def _word(values: Mapping[str, object], name: str) -> str:
    """A text value, or nothing."""
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot read {path.name}",
            expected="a readable CSV file of car ads",
            found=error.strerror or type(error).__name__,
            hint="timeseal load --help",
        ) from error


def _header(path: Path, found: Sequence[str], rules: Mapping[str, object]) -> Sequence[str]:
    needed = sorted(set(rules) - OPTIONAL)
    missing = [name for name in needed if name not in found]
    if "kilometer" not in found and "odometer" not in found:
        missing.append("kilometer")
    if missing:
        raise UsageError(
            f"{path.name} is no file of car ads",
            expected="columns " + ", ".join(needed),
            found="missing " + ", ".join(missing),
            hint="timeseal load --help",
        )
    return found
