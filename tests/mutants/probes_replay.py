"""Probes of the replay modes: each leak is one that the named mode convicts by itself."""

from __future__ import annotations

import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from tests.integration.store import test_replay_modes as modes
from tests.integration.store import test_replay_windows as windows
from tests.integration.store.conftest import SHOP
from tests.mutants.harness import Conn, probe
from tests.proof import world
from tests.proof.world import ENTRYPOINT

from timeseal.seal import binding
from timeseal.seal.roles import acting_as_owner
from timeseal.seal.store import load_store

LAYERS = "market/flow/40_stores/shared_layers"


def _leaky(conn: Conn, layer: str, honest: str, leaky: str) -> None:
    text = files("timeseal").joinpath(f"{LAYERS}/{layer}.layer.sql").read_text(encoding="utf-8")
    if honest not in text:
        raise LookupError(f"{layer} no longer contains: {honest}")
    world.bind_text(conn, layer, text.replace(honest, leaky))


def bound_shop(database: Any, change: tuple[str, str] = ("", "")) -> Conn:
    """The small store over its facts, one text of it changed; not refreshed."""
    conn: Conn = database.connect()
    with acting_as_owner(conn):
        conn.execute((SHOP / "facts.sql").read_bytes())
        conn.execute("select raw.fill(1, 0, 240)")
    text = (SHOP / "thing_enriched.layer.sql").read_text()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "thing_enriched.layer.sql").write_text(text.replace(*change, 1))
        declaration = load_store([SHOP, Path(folder)])
        binding.apply(conn, declaration, binding.plan(conn, declaration))
    return conn


def _filled_shop(database: Any, change: tuple[str, str] = ("", "")) -> Conn:
    conn = bound_shop(database, change)
    conn.execute("select * from audit.refresh_store('shop')")
    return conn


def _convicts(conn: Conn, mode: str) -> set[str]:
    found = conn.execute(
        f"select f.object from audit.replay_{mode}(%s, 40, 'probe') as f"
        " where f.level = 'blocking'".encode(),
        (ENTRYPOINT,),
    )
    return {name.removeprefix(f"{ENTRYPOINT}.") for (name,) in found}


@probe("cars")
def poison_at_the_very_instant_convicts(conn: Conn) -> None:
    """Other asks of the same instant, where only early rows look at them."""
    early = "(n.t0 < f.t0 or n.t0 = f.t0 and f.t0 < '2016-03-25 00:00+00')"
    _leaky(conn, "ask_median_v1", "n.t0 < f.t0", early)
    assert "ask_cnt" in _convicts(conn, "entity")


@probe("cars")
def poison_of_neighbours_convicts(conn: Conn) -> None:
    """An end that became known at t0, of an ad that appeared before."""
    _leaky(conn, "tom_features_v1_enriched", "d.known_at < f.t0", "d.known_at <= f.t0")
    assert _convicts(conn, "entity") & {"anchor_14d_n", "anchor_median_hours_14d"}


@probe("cars")
def knowledge_held_back_convicts(conn: Conn) -> None:
    """Ends by event time alone."""
    _leaky(conn, "tom_features_v1_enriched", "    and d.known_at < f.t0\n", "")
    assert _convicts(conn, "late") & {"anchor_14d_n", "anchor_median_hours_14d"}


@probe("cars", "entity", "late")
def honest_layers_pass(conn: Conn, mode: str) -> None:
    assert _convicts(conn, mode) == set()


@probe("cars")
def a_value_made_of_knowledge_time_is_acquitted(conn: Conn) -> None:
    """Microseconds since the newest ask: it moves with the poison's clock, without a leak."""
    since = "(extract(epoch from f.t0 - max(n.t0)) * 1000000)::bigint % 1000003"
    _leaky(conn, "ask_median_v1", "count(*)::integer", f"({since})::integer")
    assert _convicts(conn, "entity") == set()


@probe("cars")
def a_mode_beyond_the_budget_is_skipped_and_says_so(conn: Conn) -> None:
    """One world runs whatever the budget; nothing skipped is called passed."""
    conn.execute("update audit.entrypoint set replay_budget = '0 s'")
    check = conn.execute(
        "select audit.run_gate('replay', %s, '{}', 'probe')", (ENTRYPOINT,)
    ).fetchone()
    assert check is not None
    said = {one["mode"]: one["status"] for one in check[0]["modes"]}
    assert said == {
        "entity": "skipped",
        "late": "skipped",
        "world": "passed",
    }
    assert {one["subject"] for one in check[0]["first"]} >= {"mode entity", "mode late"}
    notes = [one["note"] for one in check[0]["modes"] if one["status"] == "skipped"]
    assert all(note.startswith("skipped for budget") for note in notes), notes
    (note,) = [one["note"] for one in check[0]["modes"] if one["mode"] == "world"]
    done, total = (int(word) for word in note.split()[:3:2])
    assert 0 < done < total, note


@probe("cars")
def every_mode_has_a_share_of_the_budget(conn: Conn) -> None:
    """A world that takes more than all of it: the others are started all the same, in time."""
    conn.execute(
        "create or replace function audit.replay_windows(p_entrypoint audit.entrypoint,"
        " p_seed text, p_definition text, p_seconds double precision,"
        " p_until timestamptz default null) returns setof audit.finding language plpgsql"
        " set search_path = pg_catalog, pg_temp"
        " as 'begin perform pg_sleep(1.1); return; end'"
    )
    conn.execute("update audit.entrypoint set replay_budget = '1 s'")
    check = conn.execute(
        "select audit.run_gate('replay', %s, '{}', 'probe')", (ENTRYPOINT,)
    ).fetchone()
    assert check is not None
    notes = {one["mode"]: one["note"] or "" for one in check[0]["modes"]}
    assert set(notes) == {"world", "entity", "late"}
    assert not notes["entity"].startswith("skipped for budget"), notes
    assert not notes["late"].startswith("skipped for budget"), notes


@probe("cars")
def a_world_of_every_row_convicts_one_row(conn: Conn) -> None:
    """One ad sees the ask of one other ad of the same instant."""
    own, t0 = conn.execute(
        "select f.listing_id, f.t0 from store.tom_features_v1 as f join store.tom_features_v1 as n"
        " using (generation, t0) where n.listing_id <> f.listing_id and n.price > 0"
        " order by f.t0, f.listing_id limit 1"
    ).fetchone() or (0, None)
    _leaky(
        conn,
        "ask_median_v1",
        "n.t0 < f.t0",
        f"(n.t0 < f.t0 or n.t0 = f.t0 and f.listing_id = {int(own)})",
    )
    world.rebuild(conn)
    found = conn.execute(
        "select f.object from audit.replay_rows(%s, %s, %s + interval '1 us') as f"
        " where f.level = 'blocking'",
        (ENTRYPOINT, t0, t0),
    )
    assert f"{ENTRYPOINT}.ask_cnt" in {name for (name,) in found}


@probe("cars")
def a_world_of_every_row_acquits_honest_rows(conn: Conn) -> None:
    """None of a busy instant's rows needs to be rebuilt in a whole world."""
    found = conn.execute(
        "with t as (select t0 from store.tom_features_v1 group by t0"
        " order by count(*) desc, t0 limit 1) select count(f) from t cross join lateral"
        " audit.replay_rows(%s, t.t0, t.t0 + interval '1 us') as f",
        (ENTRYPOINT,),
    ).fetchone()
    log = conn.execute(
        "select l.rows_compared > 1, l.kept_rows from audit.replay_log as l where l.mode = 'row'"
        " order by l.replay_id desc limit 1"
    ).fetchone()
    assert (found, log) == ((0,), (True, 0))


@probe("cars")
def a_layer_that_is_not_its_text_stands_for_nothing(conn: Conn) -> None:
    """A stored layer's cell that the entrypoint does not show is still not taken on trust."""
    conn.execute("alter table store.tom_features_v1 disable trigger user")
    conn.execute(
        "update store.tom_features_v1 set _max_known_at = t0 where (generation, listing_id, t0) in"
        " (select generation, listing_id, t0 from store.tom_features_v1 order by t0 desc limit 1)"
    )
    conn.execute(
        "select count(*) from audit.entrypoint as e cross join lateral audit.replay_between("
        "e, (select max(t0) + interval '1 us' from store.tom_features_v1),"
        " (select max(t0) from store.tom_features_v1)) as f where e.entrypoint = %s",
        (ENTRYPOINT,),
    )
    log = conn.execute("select from_t0 from audit.replay_log order by replay_id desc limit 1")
    assert log.fetchone() == (None,), "rebuilt whole"


@probe("cars")
def no_replay_after_a_failed_gate(conn: Conn) -> None:
    # the world under test has lost triggers, and unknown definitions would be reason enough to skip
    conn.execute("call audit.capture_viewdef_baseline(%s::regclass)", (ENTRYPOINT,))
    conn.execute("delete from audit.firewall_pair")
    found = conn.execute(
        "select c.value ->> 'status' from audit.run_gates(%s, 'probe') as g"
        " cross join jsonb_array_elements(g.checks) as c where c.value ->> 'gate' = 'replay'",
        (ENTRYPOINT,),
    ).fetchone()
    assert found == ("skipped",)


@probe("shop")
def every_row_gets_its_turn(database: Any) -> None:
    windows.test_every_row_gets_its_turn(_filled_shop(database))


@probe("shop")
def a_replay_stops_at_its_time(database: Any) -> None:
    windows.test_past_its_time_a_further_window_is_rolled_back_and_not_counted(
        _filled_shop(database)
    )


@probe("shop")
def a_statement_of_a_replay_stops_at_its_time(database: Any) -> None:
    name = "test_past_its_time_a_running_statement_is_stopped_between_two_rows"
    try:
        getattr(windows, name)(database.connect())
    except pytest.fail.Exception as error:
        raise AssertionError("it ran to its end") from error


@probe("shop")
def a_failed_replay_counts_nothing(database: Any) -> None:
    windows.test_a_replay_that_fails_counts_no_row_as_compared(_filled_shop(database))


@probe("shop")
def a_suspect_without_t0_in_its_key_is_tried(database: Any) -> None:
    conn = _filled_shop(database, modes.NEAR_MISSES["made of knowledge time"])
    modes.acquits_without_t0_in_its_key(conn)
