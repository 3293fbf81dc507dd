"""Socio and market columns against a second computation from the raw facts, on drawn worlds."""

from __future__ import annotations

import os
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.integration.phones_base.facts import DAY, HOUR, T0, TICK
from tests.integration.phones_wide import oracle
from tests.integration.phones_wide.facts import Conn, Norway

pytestmark = pytest.mark.one_major
#: More of them: make proof.
WORLDS = int(os.environ.get("TIMESEAL_DRAWN_WORLDS", "2"))
PLACES = (
    ("0150", None),
    ("150", "Bergen"),
    ("5003", "Oslo"),
    ("7010", None),
    ("9999", "bergen"),
    ("x", None),
    (None, None),
)
NAMES = (
    ("iPhone 15", "iPhone 15"),
    ("iPhone 15 Pro", "iPhone 15 Pro"),
    (None, "iphone 15 pro max 256"),
    ("iPhone 15", "ønskes: iPhone 15"),
    (None, None),
)
TICKS = (0, 0, 0, -1, 1)
LAGS = (-2 * HOUR, -TICK, 0 * HOUR, HOUR)


def price(rng: Random) -> int | None:
    return rng.choice([None, 0, 1, 4900, 5000, 5000, 5100, 7000, 12500, rng.randint(2000, 20000)])


def world(rng: Random) -> oracle.Facts:
    """Ads that share instants, places and segments; registers that come out among them.

    Instants lie half a day apart, so that ads share them and lie 720 hours apart to the tick.
    """
    seen = [
        oracle.Seen(
            number,
            rng.choice((15, 15, 15, 14)),
            T0 + rng.randint(0, 75) * 12 * HOUR + rng.choice(TICKS) * TICK,
            price(rng),
            *rng.choice((PLACES[0], PLACES[0], PLACES[0], *PLACES)),
            *rng.choice((*NAMES[:1] * 6, *NAMES)),
            rng.choice((None, False, False, False, True)),
        )
        for number in range(rng.randint(240, 280))
    ]
    for one in rng.sample(seen, 8):
        step, lag = rng.choice([(0, HOUR), (-1, HOUR), (-1, 0 * HOUR), (-1, -HOUR)])
        twin = (one.generation + step, one.at + lag, 100)
        seen.append(oracle.Seen(one.listing_id, *twin, "5003", None, *NAMES[0], False))
    marks = [
        (one.listing_id, one.generation, rng.choice(("spam", "junk", "false")), one.at + lag)
        for one in rng.sample(seen, 8)
        for lag in rng.sample(LAGS, rng.randint(1, 2))
    ]
    out = T0 + rng.randint(0, 60) * 12 * HOUR
    return oracle.Facts(
        seen=seen,
        marks=marks,
        registers=[
            (T0 - 30 * DAY, {"0150": "0301", "5003": "4601", "7010": "5001"}),
            (out, {"0150": "0301", "5003": "4601", "7010": "0301", "9999": "1103"}),
        ],
        successors=(T0 - 60 * DAY, {"0301": None, "4601": None, "5001": "5002", "1103": "4601"}),
        figures=[
            (T0 - 20 * DAY, {"0301": 400_000, "5001": 380_000, "1103": 350_000}),
            (out + DAY, {"0301": 420_000, "4601": 390_000, "1103": 360_000}),
        ],
        metros={"0150": "oslo", "5003": "bergen"},
        cities={"bergen": "bergen", "oslo": "oslo"},
    )


def write(norway: Norway, facts: oracle.Facts) -> None:
    for n, (published, codes) in enumerate(facts.registers):
        norway.register(codes, published, n)
    norway.history(facts.successors[1], facts.successors[0])
    for n, (published, income) in enumerate(facts.figures):
        norway.figures(income, published, n)
    norway.map(facts.metros, facts.cities)
    for one in facts.seen:
        norway.ad(
            one.listing_id,
            one.at,
            one.generation,
            price=one.price,
            postal_code=one.postal_code,
            location_city=one.location_city,
            model=one.model,
            title=one.title,
            is_bidding=one.is_bidding,
        )
    for listing, generation, mark, known in facts.marks:
        norway.event(listing, "spam_marked", known, generation=generation, mark=mark)
    norway.settle()


def plain(value: Any) -> Any:
    """A number as six digits say it."""
    return round(float(value), 6) if isinstance(value, float | Decimal) else value


@settings(
    max_examples=WORLDS,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # a seed does not shrink to anything simpler
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 2**31))
def test_a_second_computation_agrees(shared: Conn, seed: int) -> None:
    """Every ad of the universe is there once, and every column is what the naive rule says."""
    facts = world(Random(seed))  # noqa: S311
    wanted = oracle.expected(facts)
    with shared.transaction(force_rollback=True):
        norway = Norway(shared)
        write(norway, facts)
        found = norway.wide()
        assert found.keys() == wanted.keys()
        wrong = [
            (listing, column, found[listing][column], value)
            for listing, columns in wanted.items()
            for column, value in columns.items()
            if plain(found[listing][column]) != plain(value)
        ]
        assert wrong == []
    states = {row["aff_state"] for row in wanted.values()}
    assert {"known", "few_in_segment", "no_ratio"} <= states
    assert {1, None} <= {row["rel_price_source"] for row in wanted.values()}
