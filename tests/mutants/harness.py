"""Builds with one defence removed, and the probe that must then fail.

A mutant is an entry of catalogue/*.toml: a file of the package, an exact text in it, what replaces
it, and a probe. Nothing is written to the source tree: the change goes to a throw-away database.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import psycopg

CATALOGUE = Path(__file__).with_name("catalogue")
#: What these folders hold plays no part in certifying: a certificate of the real build is the same.
AFTERWARDS = ("seal/sql/60_guard/", "seal/sql/80_doctor/")
Conn = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `find`, which must occur, by `replace` in one file of the package."""

    file: str
    find: str
    replace: str

    def text(self) -> str:
        """The weakened file."""
        original = files("timeseal").joinpath(self.file).read_text(encoding="utf-8")
        if self.find not in original:
            raise LookupError(f"{self.file} no longer contains: {self.find}")
        return original.replace(self.find, self.replace)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One defence, how it is removed, and which probe has to notice."""

    name: str
    probe: str
    edits: tuple[Edit, ...]

    @property
    def certifies(self) -> bool:
        """True when a certificate could be another one in this build."""
        return not all(edit.file.startswith(AFTERWARDS) for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Probe:
    """A claim about a build; raises AssertionError when it does not hold.

    `base` says what it runs on: `shop` (a foreign market, certified where the change has no part in
    that), `bare` (the same, declared after the change instead of before), `cars` (a slice of real
    ads inside a transaction), `norway` (the phones market with its real geography and no ad),
    `phones` (with its main store bound instead), `crowd` or `garage` (a drawn market of phones, of
    cars, counted by the oracle).
    """

    name: str
    base: str
    run: Callable[..., None]


PROBES: dict[str, Probe] = {}


def load_probes() -> None:
    """Import every probes_*.py beside this file, so that its probes are registered."""
    for module in sorted(Path(__file__).parent.glob("probes_*.py")):
        import_module(f"tests.mutants.{module.stem}")


def probe(base: str, *names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function under its own name, or once per given name, which it then receives."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        if not names:
            PROBES[function.__name__] = Probe(function.__name__, base, function)
        for name in names:
            key = f"{function.__name__}: {name}"

            def run(subject: Any, given: str = name) -> None:
                function(subject, given)

            PROBES[key] = Probe(key, base, run)
        return function

    return register


def mutants() -> Iterator[Mutant]:
    """The catalogue; a single edit stands in the entry itself, more of them under `also`."""
    areas = [
        tomllib.loads(area.read_text(encoding="utf-8")) for area in sorted(CATALOGUE.iterdir())
    ]
    for file in (file for area in areas for file in area["file"]):
        for one in file["mutant"]:
            first = Edit(file["path"], one["find"], one["replace"])
            also = tuple(
                Edit(more.get("path", file["path"]), more["find"], more["replace"])
                for more in one.get("also", [])
            )
            yield Mutant(one["name"], one["probe"], (first, *also))


def weaken(conn: Conn, mutant: Mutant) -> None:
    """Run the changed texts in a database, as the role that installs such a file."""
    texts: dict[str, str] = {}
    for edit in mutant.edits:
        text = texts.get(edit.file)
        if text is None:
            texts[edit.file] = edit.text()
        else:
            assert edit.find in text, edit
            texts[edit.file] = text.replace(edit.find, edit.replace)
    for file, text in texts.items():
        if not file.endswith(".superuser.sql"):
            conn.execute("set role timeseal_owner")
        conn.execute(text.encode())
        conn.execute("reset role")


def as_markdown() -> str:
    """The published list."""
    lines = [
        "# Mutants",
        "",
        "Each line is a defence. A build without it is made in a throw-away database; the named",
        "probe passes on the real build and must fail here. Written by `python -m tests.mutants`.",
        "",
        "| defence removed | file | probe that notices |",
        "|---|---|---|",
    ]
    for one in mutants():
        touched = "<br>".join(dict.fromkeys(edit.file for edit in one.edits))
        lines.append(f"| {one.name} | {touched} | {one.probe} |")
    return "\n".join(lines) + "\n"
