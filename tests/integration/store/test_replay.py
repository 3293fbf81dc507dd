"""Replay rebuilds the world as known at a cut and names what was not known then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import psycopg
import pytest

from timeseal.seal.roles import Connection, acting_as_owner
from timeseal.seal.store import Declaration

ENTRYPOINT = "ml.thing_features_v"
Bind = Callable[..., Declaration]

#: layer text -> a text that looks past t0; the columns that then leak
LEAKS = {
    "less or equal on knowledge": (
        ("x.known_at < b.t0", "x.known_at <= b.t0"),
        {"ended_n", "lasted_median_s"},
    ),
    "less or equal on decision time": (
        ("x.t0 < b.t0 and", "x.t0 <= b.t0 and"),
        {"offered_n", "offered_median"},
    ),
    "same day median": (
        ("x.t0 < b.t0 and x.t0 >= b.t0 - interval '24 hours'", "x.t0_day = b.t0_day"),
        {"offered_n", "offered_median"},
    ),
    "event time for knowledge time": (
        ("x.known_at < b.t0", "x.ended_at < b.t0"),
        {"ended_n", "lasted_median_s"},
    ),
    "mean over all time": (
        ("x.t0 < b.t0 and x.t0 >= b.t0 - interval '24 hours' and", ""),
        {"offered_n", "offered_median"},
    ),
    "itself not excluded": (
        (
            "x.known_at < b.t0 and x.ended_at >= b.t0 - interval '168 hours'\n    and x.item <>",
            "(x.known_at < b.t0 or x.item = b.item) and x.item + 1000 <>",
        ),
        {"ended_n", "lasted_median_s"},
    ),
}


def _gate(conn: Connection, seed: str = "a") -> list[tuple[str, str, str, str, str]]:
    return conn.execute(
        "select object, subject, expected, found, hint from audit.gate_replay(%s, %s)"
        " where level = 'blocking'",
        [ENTRYPOINT, seed],
    ).fetchall()


def _world(conn: Connection, cut: object) -> list[str]:
    rows = conn.execute(
        "select object || ': ' || found from audit.replay_world(%s, %s)", [ENTRYPOINT, cut]
    ).fetchall()
    return [text for (text,) in rows]


def _refresh(conn: Connection) -> None:
    conn.execute("select * from audit.refresh_store('shop')")


def _cuts(conn: Connection) -> list[datetime]:
    rows = conn.execute(
        "select distinct t0 from store.thing_base union"
        " select distinct t0 + interval '10 minutes' from store.thing_base order by 1"
    ).fetchall()
    return [cut for (cut,) in rows]


@pytest.mark.gate("replay", "near miss")
def test_the_honest_store_passes_on_and_between_its_decision_times(shop: Connection) -> None:
    _refresh(shop)
    for cut in _cuts(shop)[5::9]:
        assert _world(shop, cut) == []
    compared = shop.execute("select min(rows_compared), max(kept_rows) from audit.replay_log")
    assert compared.fetchone() == (12, 3)


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("seed", ["a", pytest.param("b", marks=pytest.mark.one_major)])
@pytest.mark.gate("replay", "fires")
def test_a_leak_is_caught_and_its_columns_are_named(
    shop: Connection, bind: Bind, leak: str, seed: str
) -> None:
    change, columns = LEAKS[leak]
    bind(thing_enriched=change)
    _refresh(shop)
    findings = _gate(shop, seed)
    named = {found[0].removeprefix(f"{ENTRYPOINT}.") for found in findings}
    assert named & columns, f"{leak} passed with seed {seed}"
    assert named <= columns
    assert all("it begins in layer thing_enriched" in found[4] for found in findings)
    assert all("before the cut" in found[4] for found in findings)


def test_a_finding_names_key_expected_and_found(shop: Connection, bind: Bind) -> None:
    bind(thing_enriched=LEAKS["event time for knowledge time"][0])
    _refresh(shop)
    finding = next(one for one in _gate(shop) if one[0].endswith(".ended_n"))
    key = shop.execute(
        "select ended_n::text from ml.thing_features_v"
        " where item = (%s::jsonb ->> 'item')::integer",
        [finding[1]],
    ).fetchone()
    assert key == (finding[3],)
    assert int(finding[2].split()[0]) < int(finding[3])


def test_the_stored_rows_are_compared_not_the_definition(shop: Connection) -> None:
    _refresh(shop)
    with acting_as_owner(shop):
        shop.execute("update store.thing_enriched set amount = amount + 1 where item = 10")
    assert {found[0] for found in _gate(shop)} == {"ml.thing_features_v.amount"}


def test_missing_and_invented_rows_are_findings(shop: Connection) -> None:
    _refresh(shop)
    with acting_as_owner(shop):
        shop.execute("delete from store.thing_enriched where item = 20")
    assert _world(shop, "2024-03-03 00:00+00") == ["ml.thing_features_v.(row): no row"]
    with acting_as_owner(shop):
        shop.execute(
            "insert into store.thing_enriched select grp, 999, t0, t0_day, amount, label, ended_n,"
            " lasted_median_s, offered_n, offered_median, null from store.thing_enriched"
            " where item = 21"
        )
        shop.execute("delete from store.thing_enriched where item = 19")
    (finding,) = shop.execute(
        "select hint from audit.replay_world(%s, '2024-03-03 00:00+00')", [ENTRYPOINT]
    ).fetchall()
    assert finding[0].startswith("3 of ")


def test_nothing_is_left_behind_and_no_version_moves(shop: Connection) -> None:
    _refresh(shop)
    before = shop.execute("select relid, version from audit.stamp order by 1").fetchall()
    size = shop.execute("select count(*) from pg_class").fetchone()
    _gate(shop)
    assert shop.execute("select relid, version from audit.stamp order by 1").fetchall() == before
    assert shop.execute("select count(*) from pg_class").fetchone() == size
    assert shop.execute(
        "select count(*) from pg_namespace where nspname like 'timeseal%%'"
    ).fetchone() == (0,)


def test_readers_and_writers_feel_no_lock(shop: Connection) -> None:
    _refresh(shop)
    with shop.transaction():
        _gate(shop)
        rows = shop.execute(
            "select l.mode from pg_locks l join pg_class c on c.oid = l.relation"
            " join pg_namespace n on n.oid = c.relnamespace"
            " where l.pid = pg_backend_pid()"
            " and n.nspname in ('raw', 'ref', 'store', 'build', 'ml')"
        ).fetchall()
        assert {mode for (mode,) in rows} == {"AccessShareLock"}


def test_a_replay_that_compares_nothing_is_a_finding(shop: Connection) -> None:
    findings = _gate(shop)
    assert [found[3] for found in findings] == ["none"]
    _refresh(shop)
    with acting_as_owner(shop):
        shop.execute("update audit.refresh_state set horizon = '2020-01-01'")
    assert _world(shop, "2024-03-02 00:00+00") == ["ml.thing_features_v: none"]


def test_no_rows_before_the_cut_is_no_finding(shop: Connection) -> None:
    _refresh(shop)
    assert _world(shop, "2023-01-01 00:00+00") == []


def test_an_undeclared_table_below_the_entrypoint_blocks(shop: Connection) -> None:
    _refresh(shop)
    with acting_as_owner(shop):
        shop.execute("delete from audit.fact_relation where relid = 'raw.ending'::regclass")
    assert [found[:2] for found in _gate(shop)][:1] == [
        ("raw.ending", "replay not possible as declared")
    ]


def test_a_text_that_hides_a_table_behind_a_subquery_name_is_not_isolated(
    shop: Connection, bind: Bind
) -> None:
    bind(
        thing_base=(
            "select\n  s.grp,",
            "with place as (select p.grp, p.label from ref.place as p)\nselect\n  s.grp,",
        )
    )
    _refresh(shop)
    assert all("not isolated" in found[3] for found in _gate(shop))


def test_a_function_whose_body_reads_a_table_blocks(shop: Connection, bind: Bind) -> None:
    with acting_as_owner(shop):
        shop.execute(
            "create function raw.peek(p_item integer) returns integer stable begin atomic"
            " select amount from raw.sighting where item = p_item limit 1; end"
        )
    bind(thing_base=("  s.amount,", "  raw.peek(s.item) as amount,"))
    _refresh(shop)
    assert "a body that reads a relation" in {found[3] for found in _gate(shop)}


def test_a_reference_published_later_is_refused_unless_pinned_by_a_waiver(shop: Connection) -> None:
    with acting_as_owner(shop):
        shop.execute("update ref.place set published_at = '2025-01-01'")
    _refresh(shop)
    assert {found[0] for found in _gate(shop)} == {"ml.thing_features_v.label"}
    with acting_as_owner(shop):
        shop.execute(
            "insert into audit.waiver (entrypoint, gate, subject, reason, expires_at)"
            " values (%s, 'replay', 'ref.place', 'a map', clock_timestamp() + interval '1 day')",
            [ENTRYPOINT],
        )
    assert _gate(shop) == []


def test_rows_above_the_last_refresh_are_not_demanded(shop: Connection) -> None:
    _refresh(shop)
    with acting_as_owner(shop):
        shop.execute("update audit.refresh_state set horizon = '2024-03-03 12:00+00'")
        shop.execute("select raw.fill(2, 240, 260)")
    assert _world(shop, "2024-03-10 00:00+00") == []


def test_the_log_says_how_much_was_compared(shop: Connection) -> None:
    _refresh(shop)
    with acting_as_owner(shop):  # a busy machine would leave the second world out
        shop.execute("update audit.entrypoint set replay_budget = '1 hour'")
    _gate(shop)
    shop.execute("delete from audit.replay_log where mode in ('entity', 'late')")
    (summary,) = shop.execute("select audit.replay_summary(%s)", [ENTRYPOINT]).fetchone() or ([],)
    assert [one["mode"] for one in summary] == ["cut and late by a tick"] * 2
    assert [one["findings"] for one in summary] == [0, 0]
    assert sum(one["rows"] - one["kept_at_cut"] for one in summary) == 240
    assert all(one["columns"] == 10 for one in summary)
    assert [one["kept_at_cut"] for one in summary] == [3, 0]


def test_a_tie_that_no_drawn_cut_meets_is_still_found(shop: Connection, bind: Bind) -> None:
    """One ending becomes known exactly at one t0: the tick finds it, its own cut convicts it."""
    with acting_as_owner(shop):
        shop.execute("alter table raw.ending disable trigger append_only")
        shop.execute("update raw.ending set known_at = known_at + interval '7 minutes'")
        shop.execute(
            "update raw.ending set known_at = (select t0 from build.thing_base where item = 105)"
            " where item = 81"
        )
    bind(thing_enriched=LEAKS["less or equal on knowledge"][0])
    _refresh(shop)
    query = "select object from audit.entrypoint e, audit.replay_between(e, %s)"
    late = shop.execute(query, ["2024-03-03 09:30+00"]).fetchall()
    assert f"{ENTRYPOINT}.ended_n" in {name for (name,) in late}
    assert _world(shop, "2024-03-03 09:30+00") == []


def test_a_suspect_that_its_own_cut_acquits_is_no_finding(shop: Connection, bind: Bind) -> None:
    """A value made of knowledge time moves by a tick without being a leak."""
    bind(
        thing_enriched=(
            "percentile_disc(0.5) within group (order by x.lasted_s) as lasted_median_s",
            "(extract(epoch from b.t0 - max(x.known_at)) * 1000000)::bigint as lasted_median_s",
        )
    )
    _refresh(shop)
    query = "select object from audit.entrypoint e, audit.replay_between(e, %s)"
    assert shop.execute(query, ["2024-03-02 08:30+00"]).fetchall() == []
    log = shop.execute("select mode, findings from audit.replay_log order by replay_id").fetchall()
    assert log == [("cut and late by a tick", 1), ("cut", 0), ("cut", 0)]


def test_a_firewall_pair_without_replay_is_blocked(shop: Connection) -> None:
    _refresh(shop)
    with acting_as_owner(shop):
        shop.execute("update audit.entrypoint set replay = 'none'")
    assert [found[1] for found in _gate(shop)] == ["raw.ending.event_time"]


def test_the_certifier_replays_and_training_does_not(shop: Connection) -> None:
    _refresh(shop)
    shop.execute("set role timeseal_certifier")
    assert _world(shop, "2024-03-02 00:00+00") == []
    shop.execute("set role ml_training")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        _world(shop, "2024-03-02 00:00+00")
