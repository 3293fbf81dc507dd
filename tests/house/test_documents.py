"""Documents keep their promises: every path and every test they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:src|tests|docs|bench|data)/[\w./-]+)(?:::(?:(\w+)::)?(\w+))?`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_path_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    linked = [page.parent / target for target in LINK.findall(text)]
    named = [ROOT / path for path, _, _ in PATH.findall(text)]
    assert [str(path) for path in [*linked, *named] if not path.exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_named_test_exists(page: Path) -> None:
    missing = [
        f"{path}::{name}"
        for path, group, name in PATH.findall(page.read_text(encoding="utf-8"))
        if name and not _defines(ROOT / path, (group, name))
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_test_named_without_its_path_exists(page: Path) -> None:
    named = set(re.findall(r"`(?:\w+::)?(test_\w+)`", page.read_text(encoding="utf-8")))
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(
            r"^\s*def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert named - defined == set()


def _defines(path: Path, names: tuple[str, str]) -> bool:
    source = path.read_text(encoding="utf-8")
    return all(
        re.search(rf"^\s*(?:def|class) {name}\b", source, re.MULTILINE) for name in names if name
    )
