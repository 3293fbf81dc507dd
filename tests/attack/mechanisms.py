"""The mechanisms of attack: what each does, how soon it is met, which tests and mutants show it.

mechanisms/*.toml is the list. `states` and `bypasses` name entries of states.py and of the doctor's
bypasses.toml; they stand for the tests that run every one of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.attack.states import DATA, DEFINITIONS

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "docs" / "reference" / "attacks.md"
FAMILIES = ("tampering", "definitions", "sessions", "registry", "roles", "harmless")
WATCHED = {state.name for state in DATA + DEFINITIONS}


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One way to attack, or one thing that must not shut the door; how soon per class."""

    id: str
    family: str
    kind: str
    what: str
    full: str
    owner_only: str
    states: tuple[str, ...]
    bypasses: tuple[str, ...]
    tests: tuple[str, ...]
    mutants: tuple[str, ...]

    def nodes(self) -> list[str]:
        """The pytest nodes that prove it."""
        found = [_node(test) for test in self.tests]
        for state in self.states:
            found.append(f"tests/attack/test_matrix.py::test_nothing_comes_out[{_id(state)}]")
            if state in WATCHED:
                found.append(
                    f"tests/attack/test_owner_only.py::test_nothing_comes_out[{_id(state)}]"
                )
        doctor = "tests/integration/store/test_doctor.py::test_a_seeded_bypass_is_found"
        return found + [f"{doctor}[{bypass}]" for bypass in self.bypasses]


def titles() -> dict[str, str]:
    """Heading of each family, in order."""
    return {family: str(_document(family)["title"]) for family in FAMILIES}


def mechanisms() -> Iterator[Mechanism]:
    """All of them, family by family."""
    for family in FAMILIES:
        document = _document(family)
        for one in document["mechanism"]:
            yield Mechanism(
                id=one["id"],
                family=family,
                kind=document["kind"],
                what=one["what"],
                full=one["full"],
                owner_only=one["owner_only"],
                states=tuple(one.get("states", ())),
                bypasses=tuple(one.get("bypasses", ())),
                tests=tuple(one.get("tests", ())),
                mutants=tuple(one.get("mutants", ())),
            )


def as_markdown() -> str:
    """The published table."""
    lines = [
        "# Attacks",
        "",
        "Each line is a mechanism: what is tried, how soon it is met in each class of protection",
        "(`full`: event triggers watch; `owner-only`: row versions of the catalogue do), and how",
        "many tests and [mutants](mutants.md) show it. *At once* is the next read. *Next",
        "certification* is also the next `audit.require_certified_strict`, where definitions are",
        "concerned. *Named by doctor* is a right that only a superuser or owner can give, and that",
        "`timeseal doctor` then lists with the command that takes it back. The last table is what",
        "must not shut the door. Written by `python -m tests.attack` from",
        "`tests/attack/mechanisms`.",
    ]
    everything = list(mechanisms())
    for family, title in titles().items():
        lines += ["", f"## {title}", ""]
        lines += ["| mechanism | what is tried | full | owner-only | tests | mutants |"]
        lines += ["|---|---|---|---|---|---|"]
        for one in everything:
            if one.family == family:
                lines.append(
                    f"| {one.id} | {one.what} | {one.full} | {one.owner_only} |"
                    f" {len(one.nodes())} | {len(one.mutants)} |"
                )
    caught = sum(one.kind == "caught" for one in everything)
    lines += ["", f"{caught} mechanisms caught, {len(everything) - caught} that must not fire."]
    return "\n".join(lines) + "\n"


def _document(family: str) -> dict[str, Any]:
    return tomllib.loads((HERE / "mechanisms" / f"{family}.toml").read_text(encoding="utf-8"))


def _node(test: str) -> str:
    if test.startswith("tests/"):
        return test
    module, _, rest = test.partition("::")
    return f"tests/attack/test_{module}.py::{rest}"


def _id(state: str) -> str:
    return state.replace(" ", "-")
