"""Each leak is refused by the gate that should, its clean twin passes, honest stores always do.

The short form: as few entries as show every mechanism and every gate, each leak before the gates
that must convict it and its twin before the same ones; one twin of each family goes through all.
`make proof` shows every leak and twin to all of them.
"""

from __future__ import annotations

import pytest
from _pytest.mark import ParameterSet
from tests.databases import Databases
from tests.leakzoo import page, world
from tests.leakzoo.catalogue import Entry, changed, entries, mechanisms
from tests.leakzoo.clean import clean_run
from tests.leakzoo.judge import judge, made, objection
from tests.leakzoo.world import Conn

pytestmark = pytest.mark.xdist_group("leakzoo")

#: Those of the cars market; test_zoo_phones.py has the others.
HERE = [entry for entry in entries() if entry.market == "cars"]
FAMILIES = sorted({entry.family for entry in HERE})
#: Of the short form, every so many entries are judged on the second major too.
SAMPLE = 4


def _shown(entry: Entry) -> set[str]:
    return {*entry.mechanism, *(f"gate {gate}" for gate in entry.caught_by), entry.family}


def _short_form() -> list[Entry]:
    """Greedily, what shows most that was not shown; of equals, without a replay."""
    chosen: list[Entry] = []
    left = set().union(*map(_shown, HERE))
    while left:
        chosen.append(
            max(HERE, key=lambda one: (len(_shown(one) & left), "replay" not in one.caught_by))
        )
        left -= _shown(chosen[-1])
    return chosen


def _cases(chosen: list[Entry]) -> list[ParameterSet]:
    return [
        pytest.param(
            entry,
            id=f"{entry.family}-{entry.name.replace(' ', '-')}",
            marks=() if n % SAMPLE == 0 else pytest.mark.one_major,
        )
        for n, entry in enumerate(chosen)
    ]


SHORT = _short_form()
#: The twins that are certified, by their family.
CERTIFIED = {entry.family: entry for entry in reversed(SHORT)}
#: The gate that alone catches it, and nobody else: what passes when that gate is gone.
SOLE = {
    "volatility": "a setting of the session",
    "order": "a repair picked among equals",
    "firewall": "a price of the outcome through an undeclared path",
    "clock": "a column too many",
    "read_closure": "facts read at query time",
    "key": "the day of another zone",
    "universe": "rows without a price fall out of a join",
    "time": "the ad in its own peer set",
    "invariants": "taught without the embargo",
    "drift": "a backfill over a closed day",
    "definition": "a layer changed after it was accepted",
    "replay": "decile of all rows",
}
ARGUMENT = {"replay": ", p_seed text", "drift": ", p_days jsonb"}


@pytest.mark.parametrize("entry", _cases(SHORT))
def test_the_leak_is_convicted(entry: Entry, enclosure: Conn) -> None:
    verdict = judge(enclosure, entry, entry.leak, certify=False)
    assert objection(entry, verdict, certify=False) is None


@pytest.mark.parametrize("entry", _cases([one for one in SHORT if one not in CERTIFIED.values()]))
def test_the_clean_twin_passes(entry: Entry, enclosure: Conn) -> None:
    verdict = judge(enclosure, entry, entry.twin, certify=False)
    assert verdict.findings == ()


@pytest.mark.one_major
@pytest.mark.parametrize("family", FAMILIES)
def test_a_twin_of_each_family_is_certified(family: str, enclosure: Conn) -> None:
    entry = CERTIFIED[family]
    twin = judge(enclosure, entry, entry.twin, certify=True)
    assert (twin.status, twin.findings) == ("CERTIFIED", ())


@pytest.mark.parametrize(
    "seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.one_major) for seed in range(3, 6))]
)
def test_an_honest_store_over_a_random_market_certifies(
    seed: int, databases: Databases, zoo_bound: str
) -> None:
    run = clean_run(databases, zoo_bound, seed)
    assert run.alarms == ()
    assert run.certifications >= 1


@pytest.mark.one_major
@pytest.mark.parametrize("gate", SOLE)
def test_without_its_gate_the_leak_is_certified(gate: str, enclosure: Conn) -> None:
    entry = next(one for one in entries() if one.name == SOLE[gate])
    with world.undone(enclosure):
        enclosure.execute(
            f"create or replace function audit.gate_{gate}(p_entrypoint text"
            f"{ARGUMENT.get(gate, '')}) returns setof audit.finding"
            " language sql volatile security definer set search_path = pg_catalog, pg_temp"
            " as 'select null::audit.finding where false'".encode()
        )
        with made(enclosure, entry, entry.leak):
            status, findings = world.certify(enclosure, entry.entrypoint)
    assert (status, findings) == ("CERTIFIED", [])


def test_every_convicting_gate_has_a_leak_of_its_own() -> None:
    convicting = {gate for entry in entries() for gate in entry.caught_by}
    assert convicting == set(SOLE)


def test_every_mechanism_of_the_references_is_covered() -> None:
    for chosen in (entries(), SHORT):
        assert {one for entry in chosen for one in entry.mechanism} == set(mechanisms().ids)
        assert {gate for entry in chosen for gate in entry.caught_by} == set(SOLE)
    assert not set(mechanisms().ids) & set(mechanisms().no_leak)


def test_names_are_unique_and_every_edit_finds_its_text() -> None:
    names = [entry.name for entry in entries()]
    assert sorted(names) == sorted(set(names))
    for entry in entries():
        for variant in (entry.leak, entry.twin):
            for edits in (variant.edits, variant.edits_after):
                assert changed(entry.market, edits) is not None


def test_the_published_page_lists_the_catalogue() -> None:
    text = page.TARGET.read_text(encoding="utf-8")
    assert page.listed(text) == page.catalogued(), "run: make proof"
    assert "**0 false alarms**" in text
