"""README shows what the recorded demo printed, and the record is what the data gives."""

from __future__ import annotations

import re

from tests.house.excerpt import BLOCK, README, RECORD, filled


def test_readme_shows_the_recorded_demo() -> None:
    page = README.read_text(encoding="utf-8")
    assert len(BLOCK.findall(page)) >= 2
    assert filled(page, RECORD.read_text(encoding="utf-8").splitlines()) == page


def test_a_figure_typed_by_hand_is_seen() -> None:
    page = README.read_text(encoding="utf-8")
    block = BLOCK.search(page)
    assert block is not None
    forged = page.replace(block["body"], re.sub(r"\d", "7", block["body"]))
    assert forged != page
    assert filled(forged, RECORD.read_text(encoding="utf-8").splitlines()) == page
