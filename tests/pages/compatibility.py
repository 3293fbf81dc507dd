"""docs/reference/compatibility.md from its TOML, each address checked where it is said to be.

A row may not say that something is here when it is not, nor that it comes later when it is there.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from tests.pages.addresses import ROOT, Address

from timeseal.market.store_page import table

SOURCE = ROOT / "docs" / "reference" / "compatibility.toml"
TARGET = SOURCE.with_suffix(".md")
#: A market's database, by the name of its vertical; the first is the market of the documents.
Markets = Mapping[str, psycopg.Connection[Any]]
KEYS = {"id", "says", "here", "later", "differs"}

HEAD = """\
# Where the parts of the five source documents are

Written by `make pages` from `docs/reference/compatibility.toml`. Every address under *here* was
found: a relation with its columns or a routine with its parameters in a database of the phones
market (*cars* where only that market has it), a command, a file. An address under *not yet* was
looked for and is not there. That it is there is all that this page proves; that it does what the
documents say, but for the differences, is for the tests to show.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One point of a document and where it is here."""

    id: str
    says: str
    here: tuple[Address, ...]
    later: tuple[Address, ...]
    differs: str

    def state(self, markets: Markets) -> str:
        """What became of it, in two words; for the first market, which the documents speak of."""
        if not self.here:
            return "not yet"
        first = next(iter(markets.values()))
        if self.later or not all(one.exists(first) for one in self.here):
            return "in part"
        return "differs" if self.differs else "as said"


def rows() -> list[Row]:
    """Every row of the source, in order; an unknown key or an empty row is an error."""
    found = []
    for one in tomllib.loads(SOURCE.read_text(encoding="utf-8"))["row"]:
        row = Row(
            one["id"],
            one["says"],
            tuple(Address(text) for text in one.get("here", [])),
            tuple(Address(text) for text in one.get("later", [])),
            one.get("differs", ""),
        )
        if set(one) - KEYS or not (row.here or row.later):
            raise ValueError(f"row {row.id}: {sorted(one)}")
        found.append(row)
    return found


def lies(markets: Markets) -> list[str]:
    """Every address that is not where a row says it is; none when the page may be written."""
    found = []
    for row in rows():
        for one in row.here:
            if not _markets(one, markets):
                found.append(f"{row.id}: {one.text} does not exist")
        for one in row.later:
            if _markets(one, markets):
                found.append(f"{row.id}: {one.text} exists: move it from later to here")
    return found


def as_markdown(markets: Markets) -> str:
    """The page; raises when a row lies."""
    wrong = lies(markets)
    if wrong:
        raise ValueError("\n".join(wrong))
    titles = tomllib.loads(SOURCE.read_text(encoding="utf-8"))["document"]
    parts = [HEAD, "\n".join(_tally(markets))]
    for number, document in titles.items():
        listed = [row for row in rows() if row.id.startswith(f"{number}-")]
        cells = [
            (row.id, row.says, _addresses(row, markets), row.state(markets), row.differs)
            for row in listed
        ]
        heads = ("#", "the document has", "here", "state", "difference")
        parts.append(f"## {number}: {document['title']}\n\n" + "\n".join(table(heads, cells)))
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _tally(markets: Markets) -> Iterator[str]:
    states = [row.state(markets) for row in rows()]
    yield "| state | rows |"
    yield "| --- | --- |"
    for state in ("as said", "differs", "in part", "not yet"):
        yield f"| {state} | {states.count(state)} |"
    yield f"| all | {len(states)} |"


def _addresses(row: Row, markets: Markets) -> str:
    first = next(iter(markets))
    shown = []
    for one in row.here:
        known = _markets(one, markets)
        shown.append(_shown(one) + ("" if first in known else f" ({', '.join(known)})"))
    # a path in code marks would be taken for one that exists
    later = ", ".join(one.text if "/" in one.text else f"`{one.text}`" for one in row.later)
    if later:
        shown.append(f"not yet: {later}")
    return "; ".join(shown)


def _markets(address: Address, markets: Markets) -> list[str]:
    return [name for name, conn in markets.items() if address.exists(conn)]


def _shown(address: Address) -> str:
    path = ROOT / address.text
    if not path.is_file():
        return f"`{address.text}`"
    return f"[{address.text}]({os.path.relpath(path, TARGET.parent)})"
