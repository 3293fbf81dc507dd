"""What a surface leaves out is counted by reason, and marks that came too late are counted too."""

from __future__ import annotations

import psycopg
import pytest
from tests.integration.phones_base.facts import DAY, ENTRYPOINT, HOUR, LANDMARK, T0, TICK, Market

from timeseal.market import left_out
from timeseal.seal import certificate

GUARDED = "ml.socio_market_feature_store_train_v"

pytestmark = pytest.mark.one_major

#: The check that was published for spam, with the instant that it lacks: two numbers.
SPOT_CHECK = (
    "select count(*) filter (where l.spam_at < c.t0) as known_in_time,"
    " count(*) filter (where l.spam_at >= c.t0) as marked_later"
    " from ml.tom_features_v1_enriched_clean_mv as c"
    ' join "iPhone".iphone_listings as l using (generation, listing_id)'
    " where l.spam is not null"
)


def test_every_ad_is_offered_or_counted_under_one_reason(ads: Market) -> None:
    for number in range(1, 11):
        ads.ad(number)
    ads.ad(1, T0 - HOUR, generation=14)
    ads.event(1, "spam_marked", T0 - TICK, mark="junk")
    ads.ad(20, title="Deksel iPhone 15")
    ads.event(2, "spam_marked", T0 - TICK, mark="junk")
    ads.event(3, "spam_marked", T0, mark="junk")
    ads.event(4, "spam_marked", T0 + DAY, mark="junk")
    ads.event(5, "spam_marked", T0 + HOUR, mark="junk")
    ads.event(5, "spam_marked", T0 + 2 * DAY, mark="no")
    ads.event(6, "spam_marked", T0 - HOUR, mark="junk")
    ads.event(6, "spam_marked", T0 - TICK, mark="no")
    ads.event(6, "spam_marked", T0 + 2 * DAY, mark="wtb")
    ads.event(7, "sold", T0 + HOUR)
    ads.event(8, "removed", T0 + DAY)
    ads.settle()
    first, landed = left_out.read(ads.conn)
    assert first.as_document() == {
        "surface": ENTRYPOINT,
        "ads": 12,
        "offered": 9,
        "twins": 1,
        "own_words": 1,
        "ended": 0,
        "marked_in_time": 1,
        "marked_later": 3,
        "offered_in_spite": 0,
    }
    assert landed.as_document() == {
        "surface": LANDMARK,
        "ads": 12,
        "offered": 6,
        "twins": 1,
        "own_words": 1,
        "ended": 1,
        "marked_in_time": 3,
        "marked_later": 2,
        "offered_in_spite": 0,
    }
    assert str(first).endswith(
        "9 of 12 ads offered; left out: 1 twins, 1 spam by their own words, 1 marked as spam in"
        " time; known in time and offered all the same: 0; marked later: 3"
    )
    ads.conn.execute("select count(*) from audit.refresh_published('socio_market')")
    assert ads.conn.execute(SPOT_CHECK).fetchone() == (0, 3)
    ads.conn.execute(
        "update store.tom_features_v1_enriched_clean set listing_id = 2 where listing_id = 9"
    )
    broken = left_out.read(ads.conn)[0]
    assert (broken.offered_in_spite, broken.marked_in_time) == (1, 0)


def test_a_trainer_is_told_of_his_surface_while_its_door_is_open(ads: Market) -> None:
    """D-07 in the training report: what was marked later is there, and counted."""
    ads.conn.execute("update audit.entrypoint set replay_budget = '0 s'")
    for number in range(1, 6):
        ads.ad(number, T0 + number * HOUR)
    ads.event(2, "spam_marked", T0 + 2 * DAY, mark="junk")
    ads.settle()
    assert refusal(ads) == "TS001"
    ads.conn.execute("call audit.capture_viewdef_baseline(%s::regclass)", (ENTRYPOINT,))
    ads.conn.execute("call audit.rebaseline_last_n_days(%s::regclass)", (ENTRYPOINT,))
    assert certificate.certify(ads.conn, ENTRYPOINT).status == "CERTIFIED"
    told = as_trainer(ads)
    assert told == left_out.read(ads.conn)[0]
    assert (told.offered, told.marked_later) == (5, 1)
    may = "select has_function_privilege('ml_training', 'ml.left_out()', 'execute')"
    assert ads.conn.execute(may).fetchone() == (False,), "without a certificate nobody counts"


def refusal(ads: Market) -> str | None:
    """The SQLSTATE by which the training role is refused; None when it is not."""
    try:
        as_trainer(ads)
    except psycopg.Error as error:
        return error.sqlstate
    return None


def as_trainer(ads: Market) -> left_out.LeftOut:
    """What the training role reads of the first surface."""
    with ads.conn.transaction():
        ads.conn.execute("set local role ml_training")
        found = left_out.read_training(ads.conn, GUARDED)
    assert found is not None
    return found
