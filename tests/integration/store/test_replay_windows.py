"""Which rows a certification replays: drawn by seed, each in its turn, within the budget."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from timeseal.seal.roles import Connection, acting_as_owner
from timeseal.seal.store import Declaration

ENTRYPOINT = "ml.thing_features_v"
Bind = Callable[..., Declaration]
THINGS = 240
#: Replay within p_seconds of which nothing is left after the first window.
ONE_WINDOW = (
    "select count(*) from audit.entrypoint as e cross join lateral"
    " audit.replay_mode(e, 'world', %s, p_seconds => 0) as f"
    f" where e.entrypoint = '{ENTRYPOINT}'"
)
#: All day by budget, over by the clock when the second window begins.
LATE = (
    "select count(*) from audit.entrypoint as e cross join lateral"
    " audit.replay_mode(e, 'world', 'a', p_seconds => 3600, p_until => clock_timestamp()) as f"
    f" where e.entrypoint = '{ENTRYPOINT}'"
)


@pytest.fixture
def filled(shop: Connection) -> Connection:
    shop.execute("select * from audit.refresh_store('shop')")
    return shop


def _windows(conn: Connection) -> list[tuple[str, str, int]]:
    return conn.execute(
        "select l.from_t0::text, l.cut::text, (select count(*)::integer from store.thing_base as b"
        " where b.t0 >= l.from_t0 and b.t0 < l.cut) from audit.replay_log as l"
        " where l.mode = 'cut and late by a tick' order by l.from_t0"
    ).fetchall()


def _note(conn: Connection) -> str:
    said = conn.execute("select note from audit.replay_outcome order by outcome_id desc limit 1")
    (note,) = said.fetchone() or ("",)
    return str(note)


def test_every_row_gets_its_turn(filled: Connection) -> None:
    """One window each time, and no row a second time before each had its first."""
    for turn in range(4):
        filled.execute(ONE_WINDOW, [f"seed {turn}"])
    first = _windows(filled)
    assert len({start for start, _, _ in first}) == 4
    compared = int(_note(filled).split("; ")[2].split()[0])
    assert compared > THINGS * 0.6
    for turn in range(4, 9):
        filled.execute(ONE_WINDOW, [f"seed {turn}"])
    assert _note(filled).endswith(f"; {THINGS} of them compared since the definition stands")


def test_the_first_window_is_small_and_where_the_seed_says(filled: Connection) -> None:
    cuts = set()
    for seed in "abcd":
        with filled.transaction(force_rollback=True):
            filled.execute(ONE_WINDOW, [seed])
            ((start, _, rows),) = _windows(filled)
            assert 0 < rows <= THINGS / 4 + 12
            cuts.add(start)
    assert len(cuts) > 1


def test_windows_of_one_replay_never_overlap_and_leave_nothing_out(filled: Connection) -> None:
    filled.execute(
        "select count(*) from audit.entrypoint as e cross join lateral"
        " audit.replay_mode(e, 'world', 'b', p_seconds => 3600) as f"
    )
    found = _windows(filled)
    assert len(found) > 1
    assert sum(rows for _, _, rows in found) == THINGS
    assert [end for _, end, _ in found[:-1]] == [start for start, _, _ in found[1:]]


def test_another_definition_starts_the_count_anew(filled: Connection, bind: Bind) -> None:
    filled.execute(ONE_WINDOW, ["a"])
    before = int(_note(filled).split()[0])
    assert _note(filled).endswith(f"; {before} of them compared since the definition stands")
    bind(thing_enriched=("x.known_at < b.t0", "x.known_at < b.t0 - interval '1 hour'"))
    filled.execute("select * from audit.refresh_store('shop')")
    filled.execute(ONE_WINDOW, ["b"])
    now = int(_note(filled).split()[0])
    assert _note(filled).endswith(f"; {now} of them compared since the definition stands")


def test_a_replay_that_fails_counts_no_row_as_compared(filled: Connection) -> None:
    with acting_as_owner(filled):
        filled.execute("update store.thing_enriched set amount = amount + 1")
    filled.execute(ONE_WINDOW, ["a"])
    assert _note(filled).endswith("; 0 of them compared since the definition stands")


def test_past_its_time_a_further_window_is_rolled_back_and_not_counted(filled: Connection) -> None:
    filled.execute(LATE)
    found = _windows(filled)
    assert len(found) == 1
    rows = found[0][2]
    assert _note(filled).startswith(f"{rows} of {THINGS} rows in 1 worlds")
    left = filled.execute(
        "select 1 from pg_namespace where nspname like 'timeseal\\_%%'"
    ).fetchall()
    assert left == []


def test_past_its_time_a_suspect_of_the_first_window_is_still_tried(
    filled: Connection, bind: Bind
) -> None:
    bind(thing_enriched=("x.known_at < b.t0", "x.known_at <= b.t0"))
    filled.execute("select * from audit.refresh_store('shop')")
    found = filled.execute(LATE).fetchone()
    assert found is not None
    assert found[0] > 0


def test_past_its_time_a_running_statement_is_stopped_between_two_rows(filled: Connection) -> None:
    """Two seconds of rows, of which it gets to see a tenth."""
    with filled.transaction(force_rollback=True):
        filled.execute(
            "create view public.slow as select g as id, pg_sleep(0.05)::text as slept"
            " from generate_series(1, 40) as g;"
            " create table public.slow_layer (id integer, slept text);"
            " create schema shadow; create schema shadow_text"
        )
        with pytest.raises(psycopg.Error) as stopped, filled.transaction():
            filled.execute(
                "select audit.replay_rebuild('public.slow_layer'::regclass, 'layer',"
                " 'public.slow'::regclass, 'public', 'shadow',"
                " p_until => clock_timestamp() + interval '200 milliseconds')"
            )
        assert stopped.value.sqlstate == "TSR01"
