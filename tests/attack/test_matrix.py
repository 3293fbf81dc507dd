"""Every state × every shape: nothing uncertified, and no value derived from it, comes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from tests.attack import market
from tests.attack.shapes import SHAPES, Answer, Shape
from tests.attack.snapshot import ABSENT, CONTENT, COUNT, VISIBLE_THROUGH, old_snapshot, outcome
from tests.attack.states import STATES, State

DOOR_CLOSED = ("TS001", "40001")


def _ask(shape: Shape, reader: market.Conn) -> Answer | str:
    """The answer, or the SQLSTATE of the refusal."""
    try:
        return shape.ask(reader)
    except psycopg.Error as error:
        return error.sqlstate or str(error)


def leaks(reader: market.Conn) -> list[str]:
    """Shapes that a closed door let through, or refused with another error than its own."""
    found = []
    for shape in SHAPES:
        answer = _ask(shape, reader)
        if answer in DOOR_CLOSED or answer == shape.contentless:
            continue
        found.append(f"{shape.name}: {answer}")
    return found


def test_an_open_door_answers_every_shape(shop: market.Database) -> None:
    reader = shop.connect("training")
    answers = {shape.name: _ask(shape, reader) for shape in SHAPES}
    assert [name for name, answer in answers.items() if isinstance(answer, str)] == []
    assert answers["count"] == [(market.ROWS,)]
    assert answers["left join, nothing used"] == [(1,), (2,), (3,)]
    assert "POISON" not in str(answers)


def test_a_contentless_answer_is_the_same_for_any_content(shop: market.Database) -> None:
    """Else it would hold something of the view."""
    reader = shop.connect("training")
    for shape in SHAPES:
        if shape.contentless is not None:
            assert _ask(shape, reader) == shape.contentless, shape.name
    assert sum(shape.contentless is None for shape in SHAPES) > 3 * len(SHAPES) // 4


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name.replace(" ", "-"))
def test_nothing_comes_out(state: State, shop: market.Database) -> None:
    """Neither for a reader who comes now, nor for one whose snapshot is older than the change."""
    reader, admin = shop.connect("training"), shop.connect()
    certified = {text: outcome(reader, text) for text in (CONTENT, COUNT, ABSENT)}
    earlier = old_snapshot(shop)
    state.apply(admin)
    cause = market.door(admin)
    assert cause is not None
    assert state.word in cause
    assert leaks(reader) == []
    for text, rows in certified.items():
        found = outcome(earlier, text)
        assert found in DOOR_CLOSED or found == rows, (text, found)
        assert state.name not in VISIBLE_THROUGH or found in DOOR_CLOSED


def test_never_certified(databases: Any, shop_template: str) -> None:
    database = databases.create(shop_template)
    try:
        assert market.door(database.connect()) == "it was never certified"
        assert leaks(database.connect("training")) == []
    finally:
        databases.drop(database)


def test_a_copy_of_the_whole_database_is_not_certified(
    shop: market.Database, databases: Any
) -> None:
    shop.close()
    copy = databases.create(shop.name)
    try:
        assert "another database" in (market.door(copy.connect()) or "")
        assert leaks(copy.connect("training")) == []
        assert market.certify(copy.connect()) == "CERTIFIED"
        assert market.door(copy.connect()) is None
    finally:
        databases.drop(copy)


@pytest.mark.parametrize("age", ["null::interval", "interval '0'", "interval '-1 hour'"])
def test_an_age_limit_that_is_none(age: str, shop: market.Database) -> None:
    """An age that is NULL, zero or negative limits nothing, so it refuses everything."""
    admin = shop.connect()
    for call in ("cert_guard", "require_certified", "require_certified_strict"):
        with pytest.raises(psycopg.Error) as refused:
            admin.execute(f"select audit.{call}(%s, {age})", (market.ENTRYPOINT,))
        assert refused.value.sqlstate == "TS001"
    admin.execute(market.guarded_view(age).encode())
    assert leaks(shop.connect("training")) == []


def test_the_refusal_names_cause_and_command(shop: market.Database) -> None:
    shop.connect().execute("update shop.price set price = price")
    with pytest.raises(psycopg.Error) as refused:
        shop.connect("training").execute(f"select count(*) from {market.GUARDED}")
    diagnostic = refused.value.diag
    assert diagnostic.sqlstate == "TS001"
    assert "shop.price" in (diagnostic.message_detail or "")
    assert (diagnostic.message_hint or "").startswith("Run: timeseal ")


@pytest.fixture
def certified_again(shop: market.Database) -> Callable[[str], str]:
    """Break, try to certify, and report the status."""

    def again(statement: str) -> str:
        admin = shop.connect()
        admin.execute(statement.encode())
        return market.certify(admin)

    return again


def test_certifying_corrupted_rows_is_refused(certified_again: Callable[[str], str]) -> None:
    status = certified_again("update shop.price set price = 666 where item = 7")
    assert status.startswith("FAILED")
    assert "drift" in status


def test_certifying_a_changed_function_is_refused(certified_again: Callable[[str], str]) -> None:
    status = certified_again(
        "create or replace function shop.doubled(p_price integer) returns integer"
        " language sql immutable parallel safe return p_price + p_price"
    )
    assert status.startswith("FAILED")
    assert "definition" in status


def test_a_write_that_is_taken_back_can_be_certified_again(shop: market.Database) -> None:
    admin, reader = shop.connect(), shop.connect("training")
    admin.execute("update shop.price set price = price + 1 where item = 7")
    assert leaks(reader) == []
    admin.execute("update shop.price set price = price - 1 where item = 7")
    assert leaks(reader) == [], "still closed: nobody has looked since"
    assert market.certify(admin) == "CERTIFIED"
    assert reader.execute(f"select count(*) from {market.GUARDED}").fetchone() == (market.ROWS,)
