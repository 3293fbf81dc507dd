"""The cars declaration, and that the SQL which repeats its numbers agrees with it."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from timeseal.errors import PackageBroken, UsageError
from timeseal.market.stores import declaration
from timeseal.market.vertical import SizeClass, Vertical, load, parse

CARS = files("timeseal.market").joinpath("verticals", "cars")
STORES = files("timeseal.market").joinpath("flow", "40_stores")
#: Words of the other vertical that nobody who looks at cars should read.
PHONE_WORDS = re.compile(r"iphone|phone|battery|storage|device|apple|imei", re.IGNORECASE)


@pytest.fixture(scope="module")
def cars() -> Vertical:
    return load("cars")


def text(name: str) -> str:
    for folder in (
        CARS,
        CARS.joinpath("survival"),
        STORES.joinpath("survival"),
        STORES.joinpath("shared_layers"),
    ):
        if folder.joinpath(name).is_file():
            return folder.joinpath(name).read_text(encoding="utf-8")
    raise AssertionError(name)


def test_the_cars_vertical_says_what_its_market_is(cars: Vertical) -> None:
    assert (cars.zone, cars.currency, cars.horizons_hours) == ("Europe/Berlin", "EUR", (168, 336))
    assert (cars.grace.total_seconds(), cars.landmark.total_seconds()) == (72 * 3600, 0)
    assert (cars.terminal_events, cars.price_kinds) == (("gone",), ("last_ask",))
    assert cars.contract == declaration("cars", "survival").entrypoints[0].contract


def test_every_shown_word_is_about_cars(cars: Vertical) -> None:
    shown = [cars.label, cars.cohort_label, cars.cohort_rule, cars.size_class.rule]
    for one in cars.attributes.values():
        shown += [one.label, one.unit, one.meaning]
    assert [word for word in shown if PHONE_WORDS.search(word) or "sold" in word.lower()] == []


def test_power_classes_have_closed_upper_limits(cars: Vertical) -> None:
    values = (1, 60, 61, 300, 301, None)
    assert [cars.size_class.of(value) for value in values] == [1, 1, 2, 8, 9, None]


def test_the_layer_cuts_power_where_the_declaration_does(cars: Vertical) -> None:
    cuts = re.findall(r"o\.power_ps <= (\d+) then (\d+)", text("tom_features_v1.layer.sql"))
    assert [(int(a), int(b)) for a, b in cuts] == [
        (limit, number) for number, limit in enumerate(cars.size_class.limits, start=1)
    ]


def test_the_layers_use_the_zone_and_windows_of_the_declaration(cars: Vertical) -> None:
    zones = set(re.findall(r"at time zone '([^']+)'", text("tom_features_v1.layer.sql")))
    assert zones == {"UTC", cars.zone}
    hours = set(re.findall(r"interval '(\d+) hours'", text("ask_median_v1.layer.sql")))
    assert hours == {str(int(cars.ask_window.total_seconds()) // 3600)}


def test_the_market_row_repeats_the_declaration(cars: Vertical) -> None:
    seed = text("market.seed.sql")
    grace = f"interval '{int(cars.grace.total_seconds()) // 3600} hours'"
    for word in (f"'{cars.name}'", f"'{cars.zone}'", f"'{cars.currency}'", grace):
        assert word in seed


def test_no_layer_reads_what_the_vertical_does_not_have(cars: Vertical) -> None:
    promised = set(re.findall(r"\(\d+, '(\w+)'", text("cars_features_v1.seed.sql")))
    assert len(promised) > 60
    assert promised & cars.not_in_vertical == set()
    shown = set(declaration("cars", "survival").entrypoints[0].text.body.replace(",", " ").split())
    assert {f"{alias}.{name}" for name in promised for alias in "efxdg"} & shown
    missing = [n for n in promised if not any(f"{alias}.{n}" in shown for alias in "efxdg")]
    assert missing == []


def test_an_unknown_vertical_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="expected cars"):
        load("boats")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('zone = "Europe/Berlin"', "zone = 1"),
        ("grace_hours = 72", 'grace_hours = "72"'),
        ("grace_hours = 72", ""),
        ("limits = [60, 75,", "limits = [75, 60,"),
        ('stores = ["survival"', "stores = [1"),
        ('label = "Model"', ""),
    ],
)
def test_a_broken_declaration_names_what_is_missing(old: str, new: str) -> None:
    broken = text("vertical.toml").replace(old, new, 1)
    with pytest.raises(PackageBroken, match=r"vertical\.toml"):
        parse(broken, "vertical.toml")


def test_a_vertical_names_its_stores_and_each_has_its_folder(cars: Vertical) -> None:
    assert [declaration("cars", name).name for name in cars.stores] == list(cars.stores)
    with pytest.raises(UsageError, match="store"):
        declaration("cars", "vision")


def test_stores_agree_on_what_a_fact_is(cars: Vertical) -> None:
    """The last store bound says what a column is, for every store that reads the relation."""
    said: dict[str, set[object]] = {}
    for name in cars.stores:
        one = declaration("cars", name)
        for fact in one.facts:
            roles = frozenset(role for role in one.roles if role.relation == fact.relation)
            said.setdefault(fact.relation, set()).add((fact, roles))
    assert {relation for relation, words in said.items() if len(words) > 1} == set()


def test_an_unknown_zone_is_a_usage_error() -> None:
    broken = text("vertical.toml").replace("Europe/Berlin", "Europe/Atlantis")
    with pytest.raises(UsageError, match="Atlantis"):
        parse(broken, "vertical.toml").tzinfo()


def test_a_class_without_limits_holds_everything() -> None:
    assert SizeClass("l", "r", "c", ()).of(5) == 1
