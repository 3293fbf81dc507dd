"""The list of mechanisms is whole: all it names exists, and all there is to name is named."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path

import pytest
from tests.attack.mechanisms import TARGET, Mechanism, as_markdown, mechanisms
from tests.attack.states import STATES
from tests.mutants.harness import mutants

ROOT = Path(__file__).parents[2]
ALL = list(mechanisms())
BYPASSES = tomllib.loads((ROOT / "tests/integration/store/bypasses.toml").read_text())["bypass"]
MUTANTS = {one.name for one in mutants()}


@cache
def defined(file: str) -> set[str]:
    """Tests of a file, as `name` or `Class::name`."""
    found = set()
    for node in ast.parse((ROOT / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {
                f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)
            }
    return {name for name in found if name.rsplit("::", 1)[-1].startswith("test_")}


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id.replace(" ", "-"))
def test_what_a_mechanism_names_exists(one: Mechanism) -> None:
    for node in one.nodes():
        file, _, name = node.partition("::")
        assert name.split("[")[0] in defined(file), node
    assert one.nodes(), "shown by no test"
    assert set(one.mutants) <= MUTANTS, set(one.mutants) - MUTANTS
    assert one.mutants or one.kind == "must not fire", "no build without the defence is tried"
    assert set(one.states) <= {state.name for state in STATES}
    assert set(one.bypasses) <= {bypass["name"] for bypass in BYPASSES}


def test_every_state_and_every_bypass_is_part_of_a_mechanism() -> None:
    assert {state.name for state in STATES} == {name for one in ALL for name in one.states}
    assert {bypass["name"] for bypass in BYPASSES} == {name for one in ALL for name in one.bypasses}


def test_every_attack_is_part_of_a_mechanism() -> None:
    named = {node.split("[")[0] for one in ALL for node in one.nodes()}
    files = {node.split("::")[0] for node in named}
    suite = {str(path.relative_to(ROOT)) for path in Path(__file__).parent.glob("test_*.py")}
    assert suite - files <= {"tests/attack/test_mechanisms.py"}


def test_ids_are_unique() -> None:
    assert len({one.id for one in ALL}) == len(ALL)


def test_the_published_table_is_current() -> None:
    assert TARGET.read_text(encoding="utf-8") == as_markdown(), "run: python -m tests.attack"
