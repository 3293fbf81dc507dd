"""Labels as of an origin: what was known then, censored where nobody could know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest
from tests.databases import Database
from tests.integration.market.world import HOUR, T0, TICK, World

pytestmark = pytest.mark.one_major

ASOF = "select listing_id, event, duration_hours from ml.tom_labels_asof(%s) order by 1"


def labels(world: World, origin: datetime) -> dict[int, tuple[bool, float]]:
    """The function's rows behind a door that is held open, since nothing here is certified."""
    world.conn.execute(
        "create or replace function audit.require_certified(p_entrypoint text, p_max_age interval"
        " default '24 hours') returns boolean language sql as 'select true'"
    )
    found = world.conn.execute(ASOF, (origin,)).fetchall()
    return {listing: (event, float(hours)) for listing, event, hours in found}


def test_an_end_is_a_label_only_when_it_was_known_before_the_origin(world: World) -> None:
    origin = T0 + 200 * HOUR
    for listing_id, known in {1: origin - TICK, 2: origin, 3: origin + HOUR}.items():
        world.ad(listing_id, T0)
        world.gone(listing_id, T0 + 10 * HOUR, known=known)
    world.run(until=T0 + 900 * HOUR)
    assert labels(world, origin) == {1: (True, 10), 2: (False, 128), 3: (False, 128)}


def test_risk_begins_at_t0_and_ends_a_grace_period_before_the_origin(world: World) -> None:
    origin = T0 + 100 * HOUR
    world.ad(1, T0 + 28 * HOUR)
    world.ad(2, T0 + 28 * HOUR - TICK)
    world.ad(3, T0)
    world.gone(3, T0 + 28 * HOUR, known=T0 + 29 * HOUR)  # ends where nobody may look yet
    world.ad(4, T0)
    world.gone(4, T0)
    world.run(until=T0 + 900 * HOUR)
    found = labels(world, origin)
    assert set(found) == {2, 3, 4}
    assert (found[3], found[4]) == ((False, 28), (True, 0))


def test_an_origin_after_the_end_of_watching_says_no_more(world: World) -> None:
    world.ad(1, T0)
    world.ad(2, T0 + 50 * HOUR)
    world.run(until=T0 + 100 * HOUR)
    assert labels(world, T0 + 9000 * HOUR) == {1: (False, 28)}


def test_marks_known_at_the_origin_leave_a_row_out(world: World) -> None:
    origin = T0 + 100 * HOUR
    for listing_id, known in {1: origin - TICK, 2: origin}.items():
        world.ad(listing_id, T0)
        world.event(listing_id, "spam_marked", T0 + HOUR, known, mark="spam")
    world.run(until=T0 + 900 * HOUR)
    assert set(labels(world, origin)) == {2}


def test_without_a_certificate_there_are_no_labels(market_db: Database) -> None:
    World(market_db.connect()).settle()
    training = market_db.connect("training")
    with pytest.raises(psycopg.Error, match="TS001"):
        training.execute(ASOF, (T0,))


def test_training_reads_labels_through_the_door_only(cars_full: Database) -> None:
    training = cars_full.connect("training")
    count = "select count(*), count(*) filter (where event) from ml.tom_labels_asof(%s)"
    end = datetime(2016, 4, 7, 12, 58, tzinfo=UTC)
    assert training.execute(count, (end,)).fetchone() == (33458, 17345)
    for relation in (
        "ml.tom_labels_v1_mv",
        "ml.tom_train_base_v1_mv",
        "store.tom_labels_v1",
        "store.sold_durations_v1",
        "raw.listing_event",
        "published.tom_labels_v1",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            training.execute(f"select from {relation}")


def test_labels_known_at_an_origin_stay_true(cars_full: Database) -> None:
    """An end known at one origin is the same end at every later one; nothing else is shortened."""
    training = cars_full.connect("training")
    early, late = datetime(2016, 3, 19, tzinfo=UTC), datetime(2016, 3, 25, tzinfo=UTC)
    compared = training.execute(
        "select count(*), count(*) filter (where a.event and (not b.event or"
        " a.duration_hours <> b.duration_hours)), count(*) filter (where not a.event and"
        " b.duration_hours < a.duration_hours) from ml.tom_labels_asof(%s) a"
        " join ml.tom_labels_asof(%s) b using (generation, listing_id, t0)",
        (early, late),
    ).fetchone()
    assert compared is not None
    assert compared[0] > 10_000
    assert compared[1:] == (0, 0)


def test_the_published_label_layer_counts_as_documented(cars_full: Database) -> None:
    admin = cars_full.connect()
    found = admin.execute(
        "select count(*), count(*) filter (where sold_event), min(duration_hours) from"
        " store.tom_labels_v1"
    ).fetchone()
    assert found == (33458, 17345, Decimal(0))
    quartiles = admin.execute(
        "select count(*) filter (where sold_event and duration_hours <= 24),"
        " count(*) filter (where t0 <= %s) from store.tom_labels_v1 where t0 <= %s",
        [datetime(2016, 4, 7, 12, 58, tzinfo=UTC) - timedelta(days=4)] * 2,
    ).fetchone()
    assert quartiles is not None
    assert round(100 * quartiles[0] / quartiles[1], 2) == pytest.approx(15.49, abs=0.02)
