"""T-future: a row says the same whatever became known at or after its decision time."""

from __future__ import annotations

import pytest
from tests.proof import world
from tests.proof.world import HERE, Conn

pytestmark = pytest.mark.one_major

CUTS = ("on a shared t0", "between", "on a late t0")
LEAKS = {
    "published ask of the same day": ("ask_median_v1", "published_ask_median.sql"),
    "published windows by event time": ("tom_features_v1_enriched", "published_enriched.sql"),
}


@pytest.fixture(scope="module")
def cuts(market_conn: Conn) -> dict[str, object]:
    return world.cuts(market_conn)


@pytest.mark.parametrize("cut", CUTS)
def test_replay_finds_nothing_in_our_layers(
    cut: str, market_conn: Conn, cuts: dict[str, object]
) -> None:
    assert world.findings(market_conn, cuts[cut]) == []
    row = market_conn.execute(
        "select rows_compared, columns_compared from audit.replay_log"
        " order by replay_id desc limit 1"
    ).fetchone()
    assert row is not None
    assert row[0] > 300
    assert row[1] > 40


@pytest.mark.parametrize("cut", CUTS)
def test_facts_really_forgotten_change_no_earlier_row(
    cut: str, market_conn: Conn, cuts: dict[str, object]
) -> None:
    before = world.rows(market_conn, "e.t0 < %s", (cuts[cut],))
    assert len(before) > 300
    with world.undone(market_conn):
        world.forget(market_conn, cuts[cut])
        world.rebuild(market_conn)
        after = world.rows(market_conn)
    assert world.changed(before, after) == []


def test_facts_falsified_change_no_earlier_row(market_conn: Conn, cuts: dict[str, object]) -> None:
    cut = cuts["between"]
    before = world.rows(market_conn, "e.t0 < %s", (cut,))
    everything = world.rows(market_conn)
    with world.undone(market_conn):
        world.falsify(market_conn, cut)
        world.rebuild(market_conn)
        assert world.changed(before, world.rows(market_conn, "e.t0 < %s", (cut,))) == []
        later = world.changed(everything, world.rows(market_conn))
    assert len(later) > 100, "the falsified facts do reach later rows"


def test_at_the_cut_itself_a_row_needs_only_its_own_observation(
    market_conn: Conn, cuts: dict[str, object]
) -> None:
    """Several ads share this instant: none of them may see another."""
    cut = cuts["on a shared t0"]
    before = world.rows(market_conn, "e.t0 = %s", (cut,))
    assert len(before) > 1
    for key, text in before.items():
        with world.undone(market_conn):
            world.forget(market_conn, cut, f"listing_id = {int(key[1])}")
            world.rebuild(market_conn)
            assert world.rows(market_conn, "e.t0 = %s", (cut,)) == {key: text}


@pytest.mark.parametrize("leak", LEAKS)
def test_the_published_formula_fails(leak: str, market_conn: Conn, cuts: dict[str, object]) -> None:
    layer, file = LEAKS[leak]
    with world.undone(market_conn):
        world.bind_text(market_conn, layer, (HERE / file).read_text())
        world.rebuild(market_conn)
        found = {cut: world.findings(market_conn, cuts[cut]) for cut in CUTS}
        before = world.rows(market_conn, "e.t0 < %s", (cuts["between"],))
        world.forget(market_conn, cuts["between"])
        world.rebuild(market_conn)
        by_hand = world.changed(before, world.rows(market_conn))
    assert all(found.values()), found
    assert by_hand != []


def test_the_outcome_of_an_ad_never_reaches_its_own_row(market_conn: Conn) -> None:
    """T-self: gone at once, gone later, never gone, at another price: the ad's row is the same."""
    ads = market_conn.execute(
        f"select h.generation, h.listing_id, e.t0 from raw.listing_event as h"
        f" join {world.ENTRYPOINT} as e using (generation, listing_id)"
        " where h.event = 'gone' order by sha256(h.listing_id::text::bytea) limit 3"
    ).fetchall()
    outcomes = (
        "delete from raw.listing_event where generation = %(g)s and listing_id = %(l)s",
        """update raw.listing_event set price = price * 9,
        event_time = %(t)s + interval '1 minute', known_at = %(t)s + interval '2 minutes'
        where generation = %(g)s and listing_id = %(l)s""",
    )
    before = world.rows(market_conn)
    others = 0
    for generation, listing, t0 in ads:
        for outcome in outcomes:
            with world.undone(market_conn):
                market_conn.execute(outcome, {"g": generation, "l": listing, "t": t0})
                world.rebuild(market_conn)
                changed = world.changed(before, world.rows(market_conn))
            assert (generation, listing) not in {key[:2] for key in changed}
            others += len(changed)
    assert others > 0, "outcomes do reach the rows of later ads"
