"""What is recorded: nothing before it happened, nothing twice, broken pages refused and re-read."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from tests.phones import SOURCES, days

from timeseal.market.verticals.phones.world import clock
from timeseal.market.verticals.phones.world.generator import Plan, World
from timeseal.market.verticals.phones.world.laws import LAWS
from timeseal.market.verticals.phones.world.pages import MALFORMED, read
from timeseal.market.verticals.phones.world.record import COLUMNS, Facts

Row = dict[str, str]
WHOLE = {"price": "4 500 kr", "storage": "128 GB", "member_since": "2015", "postal_code": "0461"}


@pytest.fixture(scope="module")
def facts() -> list[Facts]:
    return [one.facts for one in days(Plan(seed=4, days=28, listings=1900))]


def rows(facts: list[Facts], relation: str) -> list[Row]:
    names = COLUMNS[relation]
    return [
        dict(zip(names, line.split("\t"), strict=True))
        for one in facts
        for line in one.lines[relation]
    ]


def test_nothing_is_known_before_it_happened(facts: list[Facts]) -> None:
    for relation in ("raw.listing_event", "raw.attribute_event", "raw.image_asset"):
        assert all(row["event_time"] <= row["known_at"] for row in rows(facts, relation)), relation


def test_every_fact_is_known_on_its_day(facts: list[Facts]) -> None:
    for one in facts:
        first, last = clock.begins(one.day * 48), clock.begins(one.day * 48 + 48)
        for relation, names in COLUMNS.items():
            known = names.index("known_at" if "known_at" in names else "observed_at")
            for line in one.lines[relation]:
                assert clock.text(first) <= line.split("\t")[known] < clock.text(last)


def test_nothing_is_learnt_of_an_ad_before_its_first_sight(facts: list[Facts]) -> None:
    first: dict[str, str] = {}
    for row in rows(facts, "raw.listing_observation"):
        first.setdefault(row["listing_id"], row["observed_at"])
    for relation in COLUMNS:
        for row in rows(facts, relation):
            known = row.get("known_at") or row["observed_at"]
            assert first[row["listing_id"]] <= known


def test_an_observation_says_something_new(facts: list[Facts]) -> None:
    last: dict[tuple[str, str], str] = {}
    for row in rows(facts, "raw.listing_observation"):
        key = row["generation"], row["listing_id"]
        assert last.get(key) != row["payload_sha256"]
        last[key] = row["payload_sha256"]


def test_ads_end_once_and_by_day(facts: list[Facts]) -> None:
    ends = [row for row in rows(facts, "raw.listing_event") if row["event"] in {"sold", "removed"}]
    keys = Counter((row["generation"], row["listing_id"]) for row in ends)
    assert set(keys.values()) == {1}
    first, last = LAWS.monitor_hours
    hours = {datetime.fromisoformat(row["known_at"]).astimezone(clock.ZONE).hour for row in ends}
    assert hours == set(range(first, last + 1))
    kinds = Counter((row["event"], row["event_time_kind"]) for row in ends)
    told = kinds["sold", "platform"] / (kinds["sold", "platform"] + kinds["sold", "first_observed"])
    assert abs(told - LAWS.platform_stamp) < 0.04
    assert kinds["removed", "platform"] == 0
    assert {row["price_kind"] for row in ends} == {"declared", "last_ask"}


def test_a_sale_after_the_fact_comes_a_week_later(facts: list[Facts]) -> None:
    sold = {
        row["listing_id"]: row for row in rows(facts, "raw.listing_event") if row["event"] == "sold"
    }
    late = [row for row in rows(facts, "raw.attribute_event") if row["source"] == "post_sold_audit"]
    assert {row["attribute"] for row in late} >= {"real_sold_price", "condition_score"}
    for row in late:
        gap = datetime.fromisoformat(row["known_at"]) - datetime.fromisoformat(
            sold[row["listing_id"]]["known_at"]
        )
        assert 7 <= gap.total_seconds() / 86400 <= 21
        sale = sold[row["listing_id"]]
        assert (
            sale["event_time_kind"] == "first_observed" or row["event_time"] == sale["event_time"]
        )


def test_marks_follow_the_kinds(facts: list[Facts]) -> None:
    marks = Counter(
        row["mark"] for row in rows(facts, "raw.listing_event") if row["event"] == "spam_marked"
    )
    assert set(marks) <= {
        "wanted",
        "wtb",
        "bundled",
        "spam",
        "junk",
        "below13",
        "duplicate-junk",
        "no",
    }
    assert marks["bundled"] + marks["wanted"] + marks["wtb"] > 20


def test_twins_share_a_number_under_two_generations(facts: list[Facts]) -> None:
    seen: dict[str, set[str]] = {}
    for row in rows(facts, "raw.listing_observation"):
        seen.setdefault(row["listing_id"], set()).add(row["generation"])
    twins = sum(len(one) == 2 for one in seen.values())
    assert 5 < twins < 0.03 * len(seen)


def test_broken_pages_go_to_quarantine_as_often_as_stated(facts: list[Facts]) -> None:
    pages, refused = sum(one.pages_read for one in facts), sum(one.pages_refused for one in facts)
    spread = (LAWS.malformed * pages) ** 0.5
    assert abs(refused - LAWS.malformed * pages) < 4 * spread
    rejections = [bad for one in facts for bad in one.rejections]
    assert len(rejections) == refused, "a page is broken in one place"
    assert {bad.column for bad in rejections} == {field for (field, _), _ in MALFORMED}
    assert all(one.rejections == [] or one.rejections[0].row_number >= 1 for one in facts)


@pytest.mark.parametrize(("field", "shown"), [one for one, _ in MALFORMED])
def test_a_broken_field_is_refused_by_name(field: str, shown: str) -> None:
    reading, broken = read({**WHOLE, field: shown})
    assert reading is None
    assert [name for name, _ in broken] == [field]


@pytest.mark.parametrize("field", ["storage", "member_since"])
def test_an_absent_field_is_unknown_not_broken(field: str) -> None:
    reading, broken = read({**WHOLE, field: ""})
    assert reading is not None
    assert broken == []


def test_an_ad_that_was_refused_is_seen_later() -> None:
    world = World(Plan(seed=4, days=3, listings=900), SOURCES)
    all_days = list(world.days())
    refused = {
        bad.raw_line.split('"listing_id": ')[1].split(",")[0]
        for one in all_days
        for bad in one.facts.rejections
    }
    pages = [page for one in all_days for page in one.finished] + list(world.open_pages())
    seen = {str(page.ad.listing_id) for page in pages if page.first_seen is not None}
    assert len(refused) > 2
    assert len(refused & seen) >= len(refused) - 2
