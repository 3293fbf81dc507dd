"""T-future, T-append, T-plan, T-twin and T-cold, asked of every surface of phones, one of cars.

A store joins by one line in `SURFACES` of tests/proof/stores.py; a test sees to it that all have.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.integration.phones_base.test_world import LEAKS
from tests.proof import stores, world
from tests.proof.stores import FACTS, SURFACES, TWINS, Pasts, Surface
from tests.proof.test_same_bytes import PLANS
from tests.proof.world import Conn

from timeseal.market.stores import declaration

pytestmark = pytest.mark.one_major
surfaces = pytest.mark.parametrize(
    "surface", SURFACES, ids=lambda one: f"{one.market} {one.entrypoint}"
)
#: Plans that are tried together; each alone is tried on cars.
SESSIONS = (
    ("no hash joins", "no sequential scans", "another zone and other formats"),
    ("no nested loops", "little memory", "another search path"),
    ("no merge joins", "forced parallel", "genetic planner"),
)


@pytest.fixture(scope="module")
def markets(phones_market: Any, drawn_cars: Any) -> dict[str, Pasts]:
    """Each market as it is, and after everything that is done to it."""
    made = {"phones": phones_market, "cars": drawn_cars}
    return {name: Pasts(database.connect(), name) for name, database in made.items()}


@pytest.fixture
def pasts(markets: dict[str, Pasts], surface: Surface) -> Pasts:
    """The market of a surface."""
    return markets[surface.market]


def test_every_surface_of_phones_is_asked(markets: dict[str, Pasts]) -> None:
    phones = markets["phones"]
    declared = phones.conn.execute(
        "select e.entrypoint from audit.entrypoint as e where e.retired_at is null order by 1"
    ).fetchall()
    assert [one for (one,) in declared] == sorted(one.entrypoint for one in phones.surfaces)


@surfaces
@pytest.mark.parametrize("cut", [0, 1], ids=("at a t0", "at a landmark"))
@pytest.mark.parametrize("lie", [False, True], ids=("forgotten", "falsified"))
def test_what_became_known_later_changes_no_earlier_row(
    surface: Surface, cut: int, lie: bool, pasts: Pasts
) -> None:
    """T-future: facts known at or after a cut, really deleted or made to say something else."""
    at = pasts.cuts[cut]

    def change(conn: Conn) -> None:
        if lie:
            stores.falsify(conn, at)
        else:
            world.forget(conn, at, facts=FACTS)
        stores.rebuild(conn)

    after = pasts.after(f"{cut} {lie}", change, stores.rows)[surface]
    before = pasts.rows[surface]
    earlier = {key for key in before if key[2] < at or (surface.own and key[2] == at)}
    changed = set(world.changed(before, after))
    assert len(earlier) > 100
    assert changed & earlier == set()
    assert {key for key in after if key[2] < at} <= earlier, "nor is there a new one"
    assert len(changed) > 50, "what is later does change"


@pytest.mark.parametrize("leak", ["a price before it was known", "ends of the second day"])
def test_a_careless_layer_is_seen(leak: str, markets: dict[str, Pasts]) -> None:
    """The proof above has teeth: what a row of before the cut says does change here."""
    layer, find, put, entrypoint = LEAKS[leak]
    surface = next(one for one in SURFACES if one.entrypoint == entrypoint)
    texts = {one.name: one.text.body for one in declaration("phones", surface.store).layers}
    phones = markets["phones"]
    conn, at = phones.conn, phones.cuts[0]
    with world.undone(conn, FACTS):
        world.bind_text(conn, layer, texts[layer].replace(find, put))
        stores.rebuild(conn)
        before = stores.rows(conn, surface)
        world.forget(conn, at, facts=FACTS)
        stores.rebuild(conn)
        changed = world.changed(before, stores.rows(conn, surface))
    assert [key for key in changed if key[2] < at] != []


@surfaces
def test_an_appended_store_is_the_one_built_at_once(surface: Surface, pasts: Pasts) -> None:
    """T-append: later days change no earlier day, and an incremental refresh finds what is new."""
    at = pasts.cuts[0]

    def change(conn: Conn) -> None:
        world.set_aside(conn, at, FACTS)
        stores.rebuild(conn)
        pasts.early = {one: stores.days(conn, one) for one in pasts.surfaces}
        for where in ("s.listing_id % 3 = 1", "true"):
            world.bring_back(conn, where, FACTS)
            stores.rebuild(conn, full=False)

    assert pasts.after("appended", change, stores.days)[surface] == pasts.days[surface]
    past = {day: sha for day, sha in pasts.early[surface].items() if day < at.date()}
    assert len(past) > 5
    assert past.items() <= pasts.days[surface].items()


@surfaces
@pytest.mark.parametrize("session", SESSIONS, ids=" + ".join)
def test_any_plan_and_any_session_build_the_same_bytes(
    surface: Surface, session: tuple[str, ...], pasts: Pasts
) -> None:
    """T-plan: nothing stored is spared, so every row is written under these settings."""

    def change(conn: Conn) -> None:
        stores.empty(conn)
        for plan in session:
            conn.execute(PLANS[plan].encode())
        stores.rebuild(conn)

    assert pasts.after(session[0], change, stores.days)[surface] == pasts.days[surface]


@surfaces
def test_any_physical_order_builds_the_same_bytes(surface: Surface, pasts: Pasts) -> None:
    def change(conn: Conn) -> None:
        stores.shuffle(conn)
        stores.empty(conn)
        stores.rebuild(conn)

    assert pasts.after("shuffled", change, stores.days)[surface] == pasts.days[surface]


@surfaces
def test_twins_fan_nothing_out_and_the_row_that_was_first_stays(
    surface: Surface, pasts: Pasts
) -> None:
    """T-twin: one ad of seven shows under a second generation, at the same instant or later."""

    def change(conn: Conn) -> None:
        made = conn.execute(TWINS).rowcount
        assert made > 50
        stores.rebuild(conn)

    after = pasts.after("twins", change, stores.rows)[surface]
    before = pasts.rows[surface]
    assert before.keys() <= after.keys()
    added = after.keys() - before.keys()
    if surface.listings:
        assert added == set()
        assert len({key[1] for key in after}) == len(after)
    else:
        assert len(added) > 20


@surfaces
def test_the_first_row_has_no_history_and_the_newest_no_frozen_one(
    surface: Surface, pasts: Pasts
) -> None:
    """T-cold: windows begin empty, and no column that varies stops varying at the end."""
    cursor = pasts.conn.execute(
        f"select * from {surface.entrypoint} as e"
        f" order by e.{surface.clock}, e.listing_id, e.generation".encode()
    )
    names = [column.name for column in cursor.description or ()]
    found = cursor.fetchall()
    oldest = dict(zip(names, found[0], strict=True))
    assert {name: oldest[name] for name in surface.first} == dict(surface.first)
    middle, newest = found[len(found) // 2 : -len(found) // 5], found[-len(found) // 5 :]
    assert len(newest) > 40
    for place, name in enumerate(names):
        said = [{row[place] for row in part} - {None} for part in (middle, newest)]
        if len(said[0]) > 5:
            assert len(said[1]) > 1, f"{name} is frozen at the end"
        share = sum(row[place] is not None for row in middle) / len(middle)
        assert share < 0.5 or said[1], f"{name} is missing at the end"
