"""The market from nothing, twice; and what psql says about its columns."""

from __future__ import annotations

import re

import pytest
from tests import cars
from tests.databases import Database

from timeseal.market.comments import describe
from timeseal.market.demo import prepare
from timeseal.market.stores import declared
from timeseal.market.vertical import load

pytestmark = pytest.mark.one_major

COMMENTS = (
    "select a.attname::text, col_description(a.attrelid, a.attnum) from pg_attribute as a"
    " where a.attrelid = %s::regclass and a.attnum > 0"
)


def test_a_market_is_prepared_once_and_described(sealed_db: Database) -> None:
    admin = sealed_db.connect()
    first = prepare(admin, cars.DATA, cohorts=(1, 61))
    assert first.rows_new > 0
    again = prepare(admin, cars.DATA, cohorts=(1, 61))
    assert again.already_loaded
    declaration = declared(admin)[0]
    assert describe(admin, declaration, load("cars")) == 0
    comments = dict(admin.execute(COMMENTS, (cars.ENTRYPOINT,)).fetchall())
    # Every feature says what it is; a column the market does not have says that.
    silent = {name for name, text in comments.items() if text is None}
    assert silent <= {"policy_version", "geo_release_id", "geo_match_method"}
    assert comments["storage_gb"].startswith("not in vertical")
    assert comments["power_ps"] == "Power (PS): engine power"
    history = dict(admin.execute(COMMENTS, ("ml.sold_prices_v1_mv",)).fetchall())
    assert "last asking price of a gone ad" in history["sold_price"]
    for name, text in (comments | history).items():
        assert not re.search(r"\bsold\b|iphone|battery", text or ""), name


def test_describing_voids_nothing(cars_db: Database) -> None:
    admin = cars_db.connect()
    describe(admin, declared(admin)[0], load("cars"))
    admin.execute("comment on column store.tom_features_v1.price is 'another word'")
    training = cars_db.connect("training")
    assert training.execute("select count(*) > 0 from ml.survival_feature_store_train_v").fetchone()
