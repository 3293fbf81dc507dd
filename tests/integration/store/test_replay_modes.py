"""Entity and late-knowledge replay: what a row may not see of things at and after its own t0."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from _pytest.mark import ParameterSet

from timeseal.seal.roles import Connection, acting_as_owner
from timeseal.seal.store import Declaration

ENTRYPOINT = "ml.thing_features_v"
Bind = Callable[..., Declaration]
ENDED = {"ended_n", "lasted_median_s"}
OFFERED = {"offered_n", "offered_median"}
KNOWN = "x.known_at < b.t0"
SEEN = "x.t0 < b.t0 and x.t0 >= b.t0 - interval '24 hours'"

#: leak -> the change of one layer text, the columns that then leak, the mode that must convict
LEAKS = {
    "same instant, of knowledge": ((KNOWN, "x.known_at <= b.t0"), ENDED, "entity"),
    "same instant, on early days only": (
        (KNOWN, "(x.known_at < b.t0 or x.known_at = b.t0 and b.t0 < '2024-03-03 00:00+00')"),
        ENDED,
        "entity",
    ),
    "one hour late": ((KNOWN, "x.known_at < b.t0 + interval '1 hour'"), ENDED, "entity"),
    "only what comes later": ((KNOWN, "x.known_at > b.t0"), ENDED, "entity"),
    "same instant, of offers": ((SEEN, SEEN.replace("<", "<=", 1)), OFFERED, "entity"),
    "mean of all time": (
        ("x.t0 < b.t0 and x.t0 >= b.t0 - interval '24 hours' and", ""),
        OFFERED,
        "entity",
    ),
    "event time for knowledge time": ((KNOWN, "x.ended_at < b.t0"), ENDED, "late"),
    "event time for knowledge time, once in a while": (
        (KNOWN, "(x.known_at < b.t0 or x.ended_at < b.t0 and x.lasted_s between 36000 and 54000)"),
        ENDED,
        "late",
    ),
    "no bound at all": (("x.known_at < b.t0 and", ""), ENDED, "late"),
    "offers by the day": ((SEEN, "x.t0_day = b.t0_day"), OFFERED, "late"),
}
#: honest texts that come close to a leak
NEAR_MISSES = {
    "made of knowledge time": (
        "percentile_disc(0.5) within group (order by x.lasted_s) as lasted_median_s",
        "(extract(epoch from b.t0 - max(x.known_at)) * 1000000)::bigint as lasted_median_s",
    ),
    "embargo of an hour": (KNOWN, "x.known_at < b.t0 - interval '1 hour'"),
    "from an instant on": (
        "x.t0 >= b.t0 - interval '24 hours'",
        "x.t0 > b.t0 - interval '24 hours'",
    ),
}
#: A leak of each mode is convicted on every major; the others differ by their text alone.
ON_EVERY_MAJOR = {"same instant, of knowledge", "event time for knowledge time"}


def _cases(leaks: Iterable[str]) -> list[ParameterSet]:
    return [
        pytest.param(leak, marks=() if leak in ON_EVERY_MAJOR else pytest.mark.one_major)
        for leak in leaks
    ]


def _columns(conn: Connection, mode: str, seed: str = "a", sample: int = 30) -> set[str]:
    rows = conn.execute(
        f"select object from audit.replay_{mode}(%s, %s, %s) where level = 'blocking'".encode(),
        [ENTRYPOINT, sample, seed],
    ).fetchall()
    return {name.removeprefix(f"{ENTRYPOINT}.") for (name,) in rows}


def _refresh(conn: Connection) -> None:
    conn.execute("select * from audit.refresh_store('shop')")


@pytest.mark.parametrize("mode", ["entity", "late"])
@pytest.mark.parametrize(
    "seed", ["a", *(pytest.param(seed, marks=pytest.mark.one_major) for seed in "bc")]
)
def test_the_honest_store_passes(shop: Connection, mode: str, seed: str) -> None:
    _refresh(shop)
    assert _columns(shop, mode, seed) == set()
    log = shop.execute(
        "select count(*), min(rows_compared) > 20, min(moved_facts) > 50 from audit.replay_log"
    )
    assert log.fetchone() == (1, True, True)


@pytest.mark.parametrize("leak", _cases(LEAKS))
def test_each_mode_convicts_what_it_is_for(shop: Connection, bind: Bind, leak: str) -> None:
    change, columns, mode = LEAKS[leak]
    bind(thing_enriched=change)
    _refresh(shop)
    found = _columns(shop, mode)
    assert found & columns
    assert found <= columns


@pytest.mark.parametrize("near", NEAR_MISSES)
def test_a_near_miss_is_no_finding(shop: Connection, bind: Bind, near: str) -> None:
    bind(thing_enriched=NEAR_MISSES[near])
    _refresh(shop)
    assert [_columns(shop, mode) for mode in ("entity", "late")] == [set(), set()]


@pytest.mark.one_major
@pytest.mark.parametrize(
    ("leak", "said"),
    [
        ("same instant, of knowledge", "source: raw.ending, known up to +0 s after t0"),
        ("one hour late", "source: raw.ending, known up to +1 us after t0"),
        ("event time for knowledge time", "source: raw.ending, known up to +720 h after t0"),
    ],
)
def test_a_finding_names_source_and_offset(
    shop: Connection, bind: Bind, leak: str, said: str
) -> None:
    bind(thing_enriched=LEAKS[leak][0])
    _refresh(shop)
    (hint,) = shop.execute(
        "select hint from audit.replay_entity(%s, 30, 'a') where object like '%%.ended_n'",
        [ENTRYPOINT],
    ).fetchone() or ("",)
    assert hint.endswith(said)
    assert "it begins in layer thing_enriched" in hint


@pytest.mark.parametrize("leak", _cases(["same instant, of knowledge", "one hour late"]))
def test_a_key_without_t0_is_judged_alike(shop: Connection, bind: Bind, leak: str) -> None:
    change, columns, mode = LEAKS[leak]
    bind(thing_enriched=change)
    _refresh(shop)
    with acting_as_owner(shop):
        shop.execute("update audit.entrypoint set key_columns = '{grp,item}'")
    found = _columns(shop, mode)
    assert found & columns
    assert found <= columns


def test_a_key_without_t0_acquits_alike(shop: Connection, bind: Bind) -> None:
    """The value is a suspect that poison at its own t0 acquits: it is tried, not passed over."""
    bind(thing_enriched=NEAR_MISSES["made of knowledge time"])
    _refresh(shop)
    acquits_without_t0_in_its_key(shop)


def acquits_without_t0_in_its_key(shop: Connection) -> None:
    with acting_as_owner(shop):
        shop.execute("update audit.entrypoint set key_columns = '{grp,item}'")
    assert _columns(shop, "entity") == set()
    tried = shop.execute("select count(*) from audit.replay_log where trial is not null")
    assert tried.fetchone() == (1,)


@pytest.mark.parametrize("mode", ["entity", "late"])
def test_a_mode_past_its_time_is_not_passed(shop: Connection, mode: str) -> None:
    _refresh(shop)
    found = shop.execute(
        "select f.level, f.found from audit.entrypoint as e cross join lateral"
        " audit.replay_mode(e, %s, 'a', p_until => clock_timestamp()) as f",
        [mode],
    ).fetchall()
    assert found == [("warning", "stopped at the budget")]
    said = shop.execute("select status, rows_compared, note from audit.replay_outcome").fetchone()
    assert said == ("skipped", 0, "stopped at the budget")
    assert shop.execute("select count(*) from audit.replay_log").fetchone() == (0,)
