"""Each gate is one entry: a row of the list, a folder, a page, tests on both sides, a mutant."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from tests.mutants.harness import mutants

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "src" / "timeseal" / "seal" / "gates"
PAGES = ROOT / "docs" / "reference" / "gates"
ROW = re.compile(
    r"^    \(\d+, '(?P<gate>\w+)', '\w+', '\w+', (?P<may_warn>true|false), '(?P<waivable>\w+)'\)",
    re.MULTILINE,
)
LISTED = {
    found["gate"]: found
    for found in ROW.finditer((FOLDER / "gate_list.function.sql").read_text(encoding="utf-8"))
}
#: Parts of every certification that are no gates, and the mutant that takes each away.
CHECKS = {
    "race": "versions are read again after hashing",
    "stamps": "what has no version row is not certified",
}
HEADINGS = ["What it proves", "What it cannot", "When it fires", "How to fix", "Waivers"]
WAIVED = {"never": "never", "row": "row by row", "reference": "a pinned reference"}


def marked() -> set[tuple[str, str]]:
    """Gate and kind of every test that carries the marker."""
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.gate":
                    gate, kind = (ast.literal_eval(argument) for argument in mark.args)
                    assert node.name.startswith("test_"), node.name
                    found.add((gate, kind))
    return found


MARKED = marked()


def test_list_folders_and_pages_name_the_same_gates() -> None:
    assert len(LISTED) > 10
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == set(LISTED)
    pages = {path.stem for path in PAGES.glob("*.md")} - {"README"}
    assert pages == set(LISTED) | set(CHECKS)


@pytest.mark.parametrize("gate", LISTED)
def test_a_gate_has_its_check_file_and_its_row_in_the_index(gate: str) -> None:
    text = (FOLDER / gate / f"gate_{gate}.function.sql").read_text(encoding="utf-8")
    assert f"create or replace function audit.gate_{gate}(" in text
    (row,) = [
        line
        for line in (PAGES / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith(f"| [{gate}]({gate}.md) |")
    ]
    levels = "blocking, warning" if LISTED[gate]["may_warn"] == "true" else "blocking"
    assert row.endswith(f"| {levels} | {WAIVED[LISTED[gate]['waivable']]} |")


@pytest.mark.parametrize("gate", [*LISTED, *CHECKS])
def test_a_page_says_what_it_proves_what_it_cannot_and_how_to_mend(gate: str) -> None:
    text = (PAGES / f"{gate}.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [one for one in headings if one in HEADINGS] == HEADINGS
    bodies = re.split(r"^## .+$", text, flags=re.MULTILINE)[1:]
    assert all(body.strip() for body in bodies)


@pytest.mark.parametrize("kind", ["fires", "near miss"])
@pytest.mark.parametrize("gate", [*LISTED, *CHECKS])
def test_a_gate_has_a_test_where_it_fires_and_one_where_it_must_not(gate: str, kind: str) -> None:
    assert (gate, kind) in MARKED, f'mark one: @pytest.mark.gate("{gate}", "{kind}")'


def test_no_marker_names_a_gate_that_is_gone() -> None:
    assert {gate for gate, _ in MARKED} == set(LISTED) | set(CHECKS)
    assert {kind for _, kind in MARKED} == {"fires", "near miss"}


def test_every_gate_has_a_mutant() -> None:
    edited = {edit.file for one in mutants() for edit in one.edits}
    folders = {found[1] for file in edited if (found := re.match(r"seal/gates/(\w+)/", file))}
    assert folders == set(LISTED)
    assert set(CHECKS.values()) <= {one.name for one in mutants()}
