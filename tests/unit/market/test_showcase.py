from __future__ import annotations

import pytest

from timeseal.errors import ClaimFailed
from timeseal.market.showcase.change import reworded
from timeseal.market.showcase.stage import named
from timeseal.seal.certificate import Cause

ATOMIC = """CREATE OR REPLACE FUNCTION ref.spam(p_mark text DEFAULT 'spam'::text)
 RETURNS boolean
 LANGUAGE sql
BEGIN ATOMIC
 SELECT (p_mark = ANY (ARRAY['junk'::text, 'spam'::text, 'spam'::text]));
END
"""


def test_one_word_of_the_body_changes_and_nothing_else() -> None:
    changed = reworded(ATOMIC, "'spam'", "'spam-2'")
    assert changed.count("'spam-2'") == 1
    assert "DEFAULT 'spam'::text" in changed
    assert changed.replace("'spam-2'", "'spam'") == ATOMIC


def test_a_body_without_the_word_is_refused_not_left_as_it_is() -> None:
    with pytest.raises(ClaimFailed):
        reworded(ATOMIC, "'wanted'", "'x'")
    with pytest.raises(ClaimFailed):
        reworded("", "'spam'", "'x'")


def test_a_cell_is_named_before_the_door() -> None:
    door = Cause("the door is closed", "ml.v", None, None, "a certificate", "stale", "certify")
    at = {"listing_id": 7}
    found = Cause("a cell differs", "store.a", at, "price", "4900", "490", "publish")
    assert named([door, found]) == "store.a (listing_id 7) price: expected 4900, found 490"
    assert named([door]) == "no row and no definition differs; stale"


def test_a_changed_definition_is_named_by_its_digests() -> None:
    door = Cause("the door is closed", "ml.v", None, None, "a certificate", "stale", "certify")
    changed = Cause("a definition changed", "function f()", None, None, "ab" * 32, "cd" * 32, "")
    assert named([door, changed]) == (
        "a definition changed: function f(): expected abababababab…, found cdcdcdcdcdcd…"
    )
