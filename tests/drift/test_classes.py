"""The class of drift: seeded incidents in short form; `python -m tests.drift` is the long one."""

from __future__ import annotations

import pytest
from tests.drift import incidents
from tests.drift.__main__ import TARGET, score
from tests.drift.incidents import World

#: Per class; the store is refreshed each time and costs four times as much.
EACH = {"foreign": 20, "store": 4}


@pytest.mark.parametrize("name", EACH)
def test_seeded_incidents_get_their_class(name: str, worlds: dict[str, World]) -> None:
    lines = list(incidents.matrix([worlds[name]], EACH[name]))
    right, total = score(lines)
    assert right >= 0.95 * total, lines
    assert total == EACH[name] * len(worlds[name].seeds)


@pytest.mark.one_major
def test_seeded_incidents_on_the_cars_store_get_their_class(cars_world: World) -> None:
    """Both ways of each class, one of them beside ordinary life."""
    lines = list(incidents.matrix([cars_world], 2 * cars_world.share))
    right, total = score(lines)
    assert right >= 0.95 * total, lines
    assert total == 2 * len(incidents.CLASSES)


@pytest.mark.one_major
def test_ordinary_life_of_the_cars_store_is_no_drift(cars_world: World) -> None:
    with cars_world.conn.transaction(force_rollback=True):
        cars_world.life(cars_world.conn, 1)
        found = cars_world.conn.execute(
            "select * from audit.drift_days(%s)", (cars_world.entrypoint,)
        )
        assert found.fetchall() == []


@pytest.mark.parametrize("name", EACH)
def test_ordinary_life_is_no_drift(name: str, worlds: dict[str, World]) -> None:
    world = worlds[name]
    with world.conn.transaction(force_rollback=True):
        world.life(world.conn, 1)
        found = world.conn.execute("select * from audit.drift_days(%s)", (world.entrypoint,))
        assert found.fetchall() == []


def test_the_published_matrix_meets_the_bar() -> None:
    """The page is written by the long form; here only that it was, and that it says so."""
    text = TARGET.read_text(encoding="utf-8")
    right, _, total = text.rpartition("**")[0].rpartition("**")[2].split()[:3]
    assert int(right) >= 0.95 * int(total)
    assert all(f"| {name} |" in text for name in incidents.CLASSES)
