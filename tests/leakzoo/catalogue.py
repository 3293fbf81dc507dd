"""The zoo as data: one entry per leaky variant, with its clean twin and the gates that must refuse.

`zoo/<family>.toml` holds the entries, `zoo/mechanisms.toml` the ids they have to cover. An edit
replaces a text that must occur, once or more, in a layer or entrypoint of a bound store. A family
lives in one market: cars, unless it says otherwise.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.leakzoo import world

__all__ = ["Edit", "Entry", "Mechanisms", "Variant", "entries", "mechanisms", "texts"]

ZOO = Path(__file__).with_name("zoo")
ENTRYPOINTS = {
    "survival": world.SURVIVAL,
    "trainer": world.TRAINER,
    "features": world.FEATURES,
    "photos": world.PHOTOS,
    "market": world.MARKET,
    "landmark": world.LANDMARK,
}


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `find` by `put` in the text of `layer` (an entrypoint, when it has a schema)."""

    layer: str
    find: str
    put: str


@dataclass(frozen=True, slots=True)
class Variant:
    """What a hand writes: objects first, then layer texts; `after` comes once it was accepted.

    `parents` are entrypoints that have to be certified before, because their guarded view is read.
    """

    edits: tuple[Edit, ...]
    objects: str
    edits_after: tuple[Edit, ...]
    after: str
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One way to leak. `caught_by` must refuse and name one of `names`; `also` may refuse too."""

    family: str
    market: str
    name: str
    mechanism: tuple[str, ...]
    why: str
    entrypoint: str
    caught_by: tuple[str, ...]
    also: frozenset[str]
    names: tuple[str, ...]
    leak: Variant
    twin: Variant


@dataclass(frozen=True, slots=True)
class Mechanisms:
    """Ids of the references: what each is, and which of them are no leak, and why."""

    ids: Mapping[str, str]
    no_leak: Mapping[str, str]


@cache
def entries() -> tuple[Entry, ...]:
    """Every entry, family by family, in the order of the files."""
    found: list[Entry] = []
    for file in sorted(ZOO.glob("*.toml")):
        if file.stem != "mechanisms":
            document = tomllib.loads(file.read_text(encoding="utf-8"))
            lives = file.stem, document.get("market", "cars"), document["on"]
            found += (_entry(lives, one) for one in document["entry"])
    return tuple(found)


@cache
def mechanisms() -> Mechanisms:
    """The ids that the entries have to cover."""
    document = tomllib.loads((ZOO / "mechanisms.toml").read_text(encoding="utf-8"))
    return Mechanisms(document["ids"], document["no_leak"])


@cache
def texts(market: str) -> Mapping[str, str]:
    """Text of every layer and entrypoint of the bound stores, by its name."""
    found: dict[str, str] = {}
    for declaration in world.declarations(market):
        found |= {one.name: one.text.body for one in declaration.layers}
        found |= {one.name: one.text.body for one in declaration.entrypoints}
    return found


def changed(market: str, edits: tuple[Edit, ...]) -> dict[str, str]:
    """Layer texts after the edits, in order of their first edit; raises when one finds nothing."""
    found: dict[str, str] = {}
    for edit in edits:
        text = found.get(edit.layer, texts(market)[edit.layer])
        if edit.find not in text:
            raise LookupError(f"{edit.layer} does not contain: {edit.find}")
        found[edit.layer] = text.replace(edit.find, edit.put)
    return found


def _entry(lives: tuple[str, str, str], one: dict[str, Any]) -> Entry:
    family, market, on = lives
    return Entry(
        family=family,
        market=market,
        name=one["name"],
        mechanism=tuple(one["mechanism"]),
        why=one["why"],
        entrypoint=ENTRYPOINTS[one.get("on", on)],
        caught_by=tuple(one["caught_by"]),
        also=frozenset(one.get("also", ())),
        names=tuple(one["names"]),
        leak=_variant(one, "leak"),
        twin=_variant(one, "twin"),
    )


def _variant(one: dict[str, Any], side: str) -> Variant:
    return Variant(
        edits=_edits(one.get(side, [])),
        objects=one.get(f"{side}_sql", ""),
        edits_after=_edits(one.get(f"{side}_after", [])),
        after=one.get(f"{side}_sql_after", ""),
        parents=tuple(ENTRYPOINTS[name] for name in one.get(f"{side}_parents", ())),
    )


def _edits(tables: list[dict[str, str]]) -> tuple[Edit, ...]:
    return tuple(Edit(one["in"], one["find"], one["put"]) for one in tables)
