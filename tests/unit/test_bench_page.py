"""The page of benchmarks: each part has one place, and only its own text changes."""

from __future__ import annotations

import pytest
from bench.run import PARTS, TARGET, replaced


@pytest.mark.parametrize("part", PARTS)
def test_each_part_has_its_place_in_the_published_page(part: str) -> None:
    page = TARGET.read_text(encoding="utf-8")
    changed = replaced(page, part, "other figures\n")
    assert changed.count("other figures") == 1
    for other in PARTS:
        if other != part:
            mark = f"<!-- part {other} -->"
            end = f"<!-- end of {other} -->"
            assert (
                changed.partition(mark)[2].partition(end)[0]
                == (page.partition(mark)[2].partition(end)[0])
            )


def test_a_page_without_a_place_for_a_part_is_refused() -> None:
    with pytest.raises(ValueError, match="no one place for tables"):
        replaced("# Benchmarks\n", "tables", "figures\n")
