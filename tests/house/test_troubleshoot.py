"""The trouble page has an entry for every code that can be met, each with what mends it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.acceptance.transcript import FENCE, Step, read_steps

from timeseal import errors
from timeseal.errors import TimesealError
from timeseal.seal.declaration import DeclarationError

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to" / "troubleshoot.md"
HEADING = re.compile(r"^##? (.+)$", re.MULTILINE)
#: As many as the source documents warn of: of layers, of enrichment, of contracts.
PITFALLS = {"Layers and refresh": 4, "Enrichment": 3, "Contracts": 4}


def entries() -> dict[str, str]:
    """Every section of the page by its heading."""
    parts = HEADING.split(PAGE.read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def commands(tmp_path: Path, section: str) -> list[Step]:
    """The commands of one section."""
    page = tmp_path / "section.md"
    page.write_text("\n".join(f"```console\n{one}```\n" for one in FENCE.findall(section)))
    return read_steps(page)


def classes(root: type[TimesealError]) -> list[type[TimesealError]]:
    return [root, *(below for one in root.__subclasses__() for below in classes(one))]


def test_every_class_of_error_has_an_entry() -> None:
    listed = entries()
    own = [one for one in classes(TimesealError) if one.__module__ == errors.__name__]
    assert [
        f"{one.code} {one.__name__}" for one in own if f"{one.code} {one.__name__}" not in listed
    ] == []
    others = [one.__name__ for one in classes(TimesealError) if one not in own]
    assert DeclarationError.__name__ in others
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in others if f"`{name}`" not in page] == []


def test_every_sqlstate_that_leaves_the_database_has_an_entry() -> None:
    raised = {
        code
        for path in (ROOT / "src").rglob("*.sql")
        for code in re.findall(r"errcode = '(TS0\d\d)'", path.read_text(encoding="utf-8"))
    }
    assert len(raised) >= 5
    assert raised - {heading.split()[0] for heading in entries()} == set()


def test_an_entry_shows_the_refusal_and_then_what_mends_it(tmp_path: Path) -> None:
    for heading, section in entries().items():
        if not heading.startswith("TS0") or heading.startswith("TS000"):
            continue
        exits = [step.exit_code for step in commands(tmp_path, section)]
        refused = [place for place, code in enumerate(exits) if code]
        assert refused, heading
        assert 0 in exits[refused[-1] + 1 :], heading


def test_every_published_pitfall_has_an_entry_that_runs_something(tmp_path: Path) -> None:
    listed, part, found = entries(), "", dict.fromkeys(PITFALLS, 0)
    for heading, section in listed.items():
        part = heading if heading in PITFALLS else part
        if heading.startswith("Trouble "):
            found[part] += 1
            assert heading.startswith(f"Trouble {sum(found.values())}: "), heading
            assert commands(tmp_path, section), heading
    assert found == PITFALLS
