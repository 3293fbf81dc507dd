"""Socio and market columns on ads written by hand: who is compared with whom, what is unknown."""

from __future__ import annotations

from math import log
from typing import Any

import pytest
from tests.integration.phones_base.facts import DAY, ENTRYPOINT, HOUR, T0, TICK
from tests.integration.phones_wide.facts import Norway

pytestmark = pytest.mark.one_major
OSLO, BERGEN, NOWHERE = "0150", "5003", "9999"
INVARIANTS = (
    "select f.object, f.subject from audit.gate_invariants(%s) as f where f.level = 'blocking'"
)


def geography(norway: Norway) -> None:
    norway.register({OSLO: "0301", BERGEN: "4601"})
    norway.history({"0301": None, "4601": None})
    norway.figures({"0301": 400_000, "4601": 400_000})
    norway.map({OSLO: "oslo", BERGEN: "bergen"}, {"bergen": "bergen"})


def test_an_ad_is_compared_with_earlier_ads_of_its_segment(norway: Norway) -> None:
    geography(norway)
    cheap, same, dear = (-1, 1), (0, 18), (1, 11)
    ads = [(step, n) for step, many in (cheap, same, dear) for n in range(many)]
    for number, (step, _) in enumerate(ads):
        norway.ad(number, T0 - (number + 1) * HOUR, price=5000 + 1000 * step, postal_code=OSLO)
    norway.ad(100, T0)
    norway.ad(101, T0, price=20_000)  # another of this very instant
    norway.ad(102, T0 + TICK, price=20_000)
    for number in (110, 111, 112):
        norway.ad(number, T0 + HOUR, price=3000)
    norway.ad(103, T0 - HOUR, generation=14)
    norway.ad(104, T0 - HOUR, model="iPhone 15 Pro")
    norway.ad(105, T0 - HOUR, model=None, title=None)
    norway.ad(106, T0 - HOUR, is_bidding=True)
    norway.ad(107, T0 - HOUR, price=None)
    norway.ad(108, T0 - HOUR, title="Ønskes: iPhone 15")
    norway.settle()
    found = norway.wide()
    ratio = [round(log((5000 + 1000 * step + 1) / 400_000), 6) for step in (-1, 0, 1)]
    mean = (ratio[0] + 18 * ratio[1] + 11 * ratio[2]) / 30
    target = found[100]
    assert (target["aff_state"], target["aff_n_in_seg"]) == ("known", 30)
    assert target["aff_resid_in_seg"] == pytest.approx(ratio[1] - mean, abs=1e-6)
    assert target["aff_decile_in_seg"] == 4, "1 below and 18 alike of 30: a third"
    assert found[101]["aff_decile_in_seg"] == 10
    assert found[102]["aff_n_in_seg"] == 32
    assert (found[0]["aff_state"], found[0]["aff_n_in_seg"]) == ("few_in_segment", 29)
    assert found[0]["aff_resid_in_seg"] is found[0]["aff_decile_in_seg"] is None
    states = {number: found[number]["aff_state"] for number in (103, 104, 105, 106, 107)}
    assert states == {
        103: "few_in_segment",
        104: "few_in_segment",
        105: "unknown_tier",
        106: "auction",
        107: "no_ratio",
    }
    assert found[105]["model_tier_socio"] == "unknown"
    assert 108 not in found


def test_a_market_is_what_was_asked_in_the_720_hours_before(norway: Norway) -> None:
    geography(norway)
    for number in range(19):
        norway.ad(number, T0 - (number + 1) * HOUR, price=5000)
    norway.ad(19, T0 - 720 * HOUR, price=10_000)
    out: dict[int, dict[str, Any]] = {
        20: {"at": T0 - 720 * HOUR - TICK},
        21: {"at": T0},
        22: {"at": T0 + HOUR},
        23: {"is_bidding": True},
        24: {"price": None},
        25: {"price": 0},
        26: {"postal_code": BERGEN},
        27: {"postal_code": NOWHERE},
        28: {"title": "Ønskes: iPhone 15"},
    }
    for number, values in out.items():
        norway.ad(number, **({"at": T0 - 2 * DAY, "price": 90_000} | values))
    norway.ad(100, T0, price=6000)
    norway.ad(101, T0, price=6000, postal_code=NOWHERE)
    norway.ad(102, T0, price=None)
    norway.settle()
    found = norway.wide()
    mean = (19 * round(log(5000), 6) + round(log(10_000), 6)) / 20
    target = found[100]
    assert (target["comp_n_30d_super"], target["comp_n_30d_kommune"]) == (20, 20)
    assert target["comp_log_price_mean_30d_super"] == pytest.approx(mean, abs=1e-6)
    assert target["rel_price_best"] == pytest.approx(log(6000) - mean, abs=2e-6)
    assert (target["rel_price_source"], target["miss_rel_price"]) == (1, 0)
    lost = found[101]
    assert (lost["comp_n_30d_super"], lost["comp_n_30d_kommune"]) == (0, 0), "no place, no market"
    assert (lost["rel_price_source"], lost["miss_rel_price"]) == (None, 1)
    assert (found[102]["comp_n_30d_super"], found[102]["miss_rel_price"]) == (20, 1)
    assert found[1]["comp_n_30d_super"] == 19
    assert found[1]["rel_price_best"] is None, "nineteen are too few"
    stored = norway.row("market_relative_socio_t0_v1", 100)
    assert stored["comp_max_t0_super"] == T0 - HOUR
    assert stored["_max_known_at"] == T0 - HOUR


def test_no_ad_is_lost_without_map_register_place_or_price(norway: Norway) -> None:
    norway.ad(1)
    norway.ad(2, postal_code=None, price=None, title=None, description=None, model=None)
    norway.ad(3, T0 + HOUR, is_bidding=True)
    norway.settle()
    found = norway.wide()
    assert found.keys() == {1, 2, 3}
    assert {n: row["geo_match_method"] for n, row in found.items()} == {
        1: "no_map",
        2: "missing_keys",
        3: "no_map",
    }
    for row in found.values():
        assert (row["super_metro_v4_geo"], row["kommune_code4"], row["rel_price_best"]) == (
            None,
        ) * 3
        assert (row["miss_kommune"], row["miss_socio"], row["miss_rel_price"]) == (1, 1, 1)
    assert norway.conn.execute(INVARIANTS, (ENTRYPOINT,)).fetchall() == []


def test_a_lost_row_is_told(norway: Norway) -> None:
    norway.ad(1)
    norway.ad(2)
    norway.settle()
    for layer in ("affordability_v1", "market_relative_socio_t0_v1", "socio_kommune_v1"):
        with norway.conn.transaction(force_rollback=True):
            norway.conn.execute(f"delete from store.{layer} where listing_id = 2".encode())
            told = norway.conn.execute(INVARIANTS, (ENTRYPOINT,)).fetchall()
        assert "wide_keeps_every_ad" in {name for name, _ in told}, layer
        assert any(layer in subject for _, subject in told), layer


def test_words_of_a_model_name_its_tier(norway: Norway) -> None:
    names = {
        ("iPhone 15 Pro Max", None): "pro_max",
        ("iPhone 15 ProMax", None): "pro_max",
        ("IPHONE 15 PRO", "mini"): "pro",
        ("iPhone 13 mini", None): "mini",
        ("iPhone 15 Plus", None): "plus",
        ("iPhone 15", "problem med lader, plus deksel"): "base",
        (" ", "Selger 15 pro"): "pro",
        (None, "Profesjonelt brukt iphone"): "base",
        ("Annet", "iPhone 15"): "unknown",
        (None, None): "unknown",
    }
    for number, (model, title) in enumerate(names):
        norway.ad(number, model=model, title=title, description="pro max")
    norway.settle()
    found = norway.wide()
    assert [found[n]["model_tier_socio"] for n in range(len(names))] == list(names.values())
