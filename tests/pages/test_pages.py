"""Generated pages are what the generator writes, and they say something about every column."""

from __future__ import annotations

import pytest
from tests.pages import compatibility, stores
from tests.pages.addresses import Address
from tests.pages.compatibility import Markets

pytestmark = [pytest.mark.one_major, pytest.mark.xdist_group("pages")]
MEND = "make pages"


def test_the_pages_of_the_stores_are_fresh(markets: Markets) -> None:
    wanted = stores.pages(markets)
    stale = [
        str(path.relative_to(stores.FOLDER))
        for path, text in wanted.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], MEND
    assert set(stores.FOLDER.rglob("*.md")) == set(wanted), MEND


def test_every_column_of_an_entrypoint_is_explained(markets: Markets) -> None:
    assert stores.unworded(markets) == []


def test_no_row_of_the_compatibility_page_lies(markets: Markets) -> None:
    assert compatibility.lies(markets) == []


def test_the_compatibility_page_is_fresh(markets: Markets) -> None:
    page = compatibility.TARGET.read_text(encoding="utf-8")
    assert page == compatibility.as_markdown(markets), MEND


def test_rows_are_numbered_once() -> None:
    ids = [row.id for row in compatibility.rows()]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize(
    ("text", "exists"),
    [
        ("ml.feature_set(set_id, name)", True),
        ("ml.feature_set(set_id, nick)", False),
        ("audit.require_certified_strict(p_entrypoint, p_max_age)", True),
        ("audit.require_certified_strict(p_view)", False),
        ("ml.tfeat_v1_listing_uq", True),
        ('"iPhone".nothing', False),
        ("timeseal status --blocks", True),
        ("timeseal status --nothing", False),
        ("timeseal store nothing", False),
        ("timeseal status nothing", False),
        ("docs/reference/gates/README.md", True),
        ("docs/reference/nothing.md", False),
    ],
)
def test_an_address_exists_or_not(markets: Markets, text: str, exists: bool) -> None:
    assert Address(text).exists(markets["cars"]) is exists
