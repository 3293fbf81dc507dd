"""Probes on real ads: what layers, refresh, replay and gates must refuse or leave alone."""

from __future__ import annotations

import sys
import types
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any

from tests.attack.plan import objections
from tests.attack.snapshot import outcome
from tests.mutants.harness import Conn, Mutant, probe, weaken
from tests.proof import world
from tests.proof.test_same_bytes import TestAppend, days
from tests.proof.world import ENTRYPOINT, HERE, STORE

TRAINER = "ml.trainer_derived_feature_store_t0_v1_v"


def weaken_cars(conn: Conn, mutant: Mutant) -> None:
    """Bind weakened layer texts and rebuild; regenerate a guarded view; run anything else."""
    rest = tuple(
        edit for edit in mutant.edits if edit.file.endswith((".function.sql", ".view.sql"))
    )
    texts: dict[str, str] = {}
    for edit in mutant.edits:
        if edit not in rest:
            text = texts.get(edit.file) or files("timeseal").joinpath(edit.file).read_text()
            assert edit.find in text, edit
            texts[edit.file] = text.replace(edit.find, edit.replace)
    layers = {file: text for file, text in texts.items() if file.endswith(".layer.sql")}
    for file in texts.keys() - layers.keys():
        _regenerate(conn, texts[file])
    for file, text in layers.items():
        world.bind_text(conn, PurePosixPath(file).name.removesuffix(".layer.sql"), text)
    if layers:
        world.rebuild(conn)
    if rest:
        weaken(conn, Mutant(mutant.name, mutant.probe, rest))


def _regenerate(conn: Conn, source: str) -> None:
    """Make the guarded view of the survival store as a changed generator would."""
    from timeseal.market.stores import declaration as declared

    module = types.ModuleType("weakened_statement")
    sys.modules[module.__name__] = module  # dataclasses look their module up
    exec(compile(source, "statement.py", "exec"), module.__dict__)  # noqa: S102
    declaration = declared("cars", "survival")
    one = declaration.entrypoints[0]
    columns = [
        name
        for (name,) in conn.execute(
            "select a.attname from pg_attribute as a where a.attrelid = %s::regclass"
            " and a.attnum > 0 and not a.attisdropped order by a.attnum",
            (one.name,),
        )
    ]
    for stage in module.entrypoint(declaration, one, columns, "x", True):
        for text in stage.statements:
            if "cert_guard" in text:
                conn.execute(text.encode())


def _found(conn: Conn, call: str, *parameters: Any) -> list[Any]:
    """Blocking findings of a gate."""
    return conn.execute(
        f"select f.object, f.subject, f.found from {call} as f where f.level = 'blocking'".encode(),
        parameters,
    ).fetchall()


@probe("cars", ENTRYPOINT, TRAINER)
def nothing_from_the_future(conn: Conn, name: str) -> None:
    """The engine's own replay: at a shared t0, where a fact is known at a t0, and by seed."""
    meeting = conn.execute(
        "select min(f.t0) from store.tom_features_v1 as f join raw.listing_event as e"
        " on e.generation = f.generation and e.known_at = f.t0"
    ).fetchone()
    assert meeting is not None
    for cut in (world.cuts(conn)["on a shared t0"], meeting[0]):
        assert _found(conn, "audit.replay_world(%s, %s)", name, cut) == []
    assert _found(conn, "audit.gate_replay(%s, 'seed')", name) == []


@probe("cars")
def never_its_own_ask(conn: Conn) -> None:
    """T-self for supply: an ad's own price does not move the median it is compared with."""
    text = (
        "select e.ask_median_price, e.ask_cnt from store.tom_features_v1_enriched as e"
        " where e.generation = %s and e.listing_id = %s"
    )
    key = conn.execute(
        "select e.generation, e.listing_id from store.tom_features_v1_enriched as e"
        " where e.ask_cnt between 3 and 30 order by e.t0, e.listing_id limit 1"
    ).fetchone()
    before = conn.execute(text, key).fetchone()
    conn.execute(
        "update raw.listing_observation set price = 1 where generation = %s and listing_id = %s",
        key,
    )
    world.rebuild(conn)
    after = conn.execute(text, key).fetchone()
    assert after == before, (before, after)


@probe("cars")
def a_twin_of_the_same_instant_changes_nothing(conn: Conn) -> None:
    """Strictness at t0, on every layer: another ad of that instant, alike in all but its id."""
    key = (
        "select e.generation, e.listing_id, e.t0 from store.tom_features_v1_enriched as e"
        " where e.ask_cnt between 3 and 30 order by e.t0, e.listing_id limit 1"
    )
    text = (
        f"select {ENTRYPOINT.rsplit('.', 1)[1]}::text, r::text, c::text from {ENTRYPOINT}"
        " join store.trainer_derived_features_v1 as r using (generation, listing_id, t0)"
        " join store.cars_context_v1 as c using (generation, listing_id, t0)"
        " where generation = %s and listing_id = %s and t0 = %s"
    )
    found = conn.execute(key).fetchone()
    before = conn.execute(text, found).fetchone()
    assert before is not None
    conn.execute(
        "create temp table twin on commit drop as select o.* from raw.listing_observation as o"
        " where o.generation = %s and o.listing_id = %s and o.observed_at = %s",
        found,
    )
    conn.execute("update twin set listing_id = -listing_id")
    conn.execute("insert into raw.listing_observation select t.* from twin as t")
    world.rebuild(conn)
    assert conn.execute(text, found).fetchone() == before


@probe("cars")
def a_later_spam_mark_removes_no_row(conn: Conn) -> None:
    before = world.rows(conn)
    conn.execute(
        "insert into raw.listing_event (generation, listing_id, event, event_time, event_time_kind,"
        " known_at, mark, source, run_id) select e.generation, e.listing_id, 'spam_marked', e.t0,"
        " 'policy', e.t0 + interval '1 hour', 'spam', 'test', 1"
        f" from {ENTRYPOINT} as e order by e.t0, e.listing_id limit 5"
    )
    if conn.execute("select ref.excludes_listing('spam')").fetchone() != (True,):
        raise RuntimeError("this mark excludes nothing")
    world.rebuild(conn)
    assert world.changed(before, world.rows(conn)) == []


@probe("cars")
def labels_know_nothing_after_the_origin(conn: Conn) -> None:
    origin = world.cuts(conn)["between"]
    conn.execute(
        "create or replace function audit.require_certified(p_entrypoint text, p_max_age interval"
        " default interval '24 hours') returns boolean language sql as 'select true'"
    )
    text = "select l::text from ml.tom_labels_asof(%s) as l order by 1"
    before = conn.execute(text, (origin,)).fetchall()
    conn.execute("delete from raw.listing_event where known_at >= %s", (origin,))
    conn.execute(
        "insert into raw.listing_event (generation, listing_id, event, event_time, event_time_kind,"
        " known_at, source, run_id) select o.generation, o.listing_id, 'gone', o.observed_at,"
        " 'policy', %(origin)s + interval '1 hour', 'late', 1 from raw.listing_observation as o"
        " where o.observed_at < %(origin)s",
        {"origin": origin},
    )
    assert len(before) > 100
    assert conn.execute(text, (origin,)).fetchall() == before


@probe("cars")
def an_appended_store_is_the_full_one(conn: Conn) -> None:
    full = days(conn)
    cut = world.cuts(conn)["between"]
    TestAppend._set_aside(conn, cut)
    TestAppend._append(conn, "s.listing_id % 3 = 1")
    TestAppend._append(conn)
    assert days(conn) == full


@probe("cars")
def an_open_run_holds_back_what_it_may_still_change(conn: Conn) -> None:
    row = conn.execute("select raw.open_run('ingest', 'a test')").fetchone()
    conn.execute("select pg_sleep(0.01)")
    conn.execute(
        "create temp table fresh on commit drop as select o.* from raw.listing_observation as o"
        " order by o.observed_at, o.listing_id limit 1"
    )
    conn.execute(
        "update fresh set listing_id = -7, observed_at = clock_timestamp(), run_id = %s", row
    )
    conn.execute("insert into raw.listing_observation select f.* from fresh as f")
    world.rebuild(conn)
    found = conn.execute("select t0 from store.tom_features_v1 where listing_id = -7").fetchall()
    assert found == []


@probe("cars")
def facts_are_append_only(conn: Conn) -> None:
    conn.execute("select raw.guard_facts('raw.listing_event', 'known_at')")
    for role in ("origin", "replica"):
        conn.execute(f"set local session_replication_role = {role}")
        for statement in (
            "update raw.listing_event set price = 1",
            "delete from raw.listing_event",
            "truncate raw.listing_event",
        ):
            assert outcome(conn, statement) == "TS002", (role, statement)
    conn.execute("set local session_replication_role = origin")


FACTS = {
    "of a closed run": ("backfill", "clock_timestamp() - interval '1 day'", "closed"),
    "of this very transaction": ("backfill", "clock_timestamp() - interval '1 day'", "own"),
    "known in the future": ("backfill", "clock_timestamp() + interval '1 day'", "open"),
    "backdated without a backfill": ("ingest", "clock_timestamp() - interval '1 day'", "open"),
}


@probe("cars", *FACTS)
def facts_are_refused(conn: Conn, name: str) -> None:
    kind, known_at, run = FACTS[name]
    conn.execute("select raw.guard_facts('raw.listing_event', 'known_at')")
    row = conn.execute("select raw.open_run(%s, 'a test')", (kind,)).fetchone()
    if run != "own":
        conn.execute("update raw.run set opened_xid = '3' where run_id = %s", row)
    if run == "closed":
        conn.execute(
            "update raw.run set status = 'closed', closed_at = clock_timestamp() where run_id = %s",
            row,
        )
    assert row is not None
    found = outcome(
        conn,
        "insert into raw.listing_event (generation, listing_id, event, event_time, event_time_kind,"
        " known_at, source, run_id) values (1, -7, 'edited', '2016-01-01', 'policy',"
        f" {known_at}, 'test', {row[0]})",
    )
    assert found == "TS003", found


@probe("cars")
def the_closure_reaches_the_facts(conn: Conn) -> None:
    names = {
        name
        for (name,) in conn.execute(
            "select b.fqn from audit.build_closure(%s::regclass) as b", (ENTRYPOINT,)
        )
    }
    assert {"build.ask_median_v1", "raw.listing_observation", "raw.listing_event"} <= names


@probe("cars")
def the_guarded_view_is_guarded(conn: Conn) -> None:
    row = conn.execute(
        "select e.guarded_view from audit.entrypoint as e where e.entrypoint = %s", (ENTRYPOINT,)
    ).fetchone()
    assert row is not None
    assert objections(conn, row[0], "raw.run") == []


@probe("cars")
def a_leak_is_convicted(conn: Conn) -> None:
    world.bind_text(conn, "ask_median_v1", (HERE / "published_ask_median.sql").read_text())
    world.rebuild(conn)
    assert world.findings(conn, world.cuts(conn)["between"]) != []


@probe("cars")
def a_replay_that_compares_nothing(conn: Conn) -> None:
    conn.execute("update audit.refresh_state set horizon = '-infinity'")
    assert world.findings(conn, world.cuts(conn)["between"]) != []


CLEAN = "store.tom_features_v1_enriched_clean"
#: What breaks a gate's rule, on the real store: gate, entrypoint, statement.
BROKEN = {
    "a fact known at t0": (
        "time",
        ENTRYPOINT,
        f"update {CLEAN} set _max_known_at = t0 where t0 = (select max(c.t0) from {CLEAN} as c)",
    ),
    "a row of the universe missing": (
        "universe",
        TRAINER,
        (
            "delete from store.trainer_derived_features_v1 where t0 = (select min(t.t0)"
            " from store.trainer_derived_features_v1 as t)"
        ),
    ),
    "an outcome read without a pair": ("firewall", ENTRYPOINT, "delete from audit.firewall_pair"),
    "a fact column without a role": (
        "firewall",
        ENTRYPOINT,
        (
            "delete from audit.column_role where relid = 'raw.listing_event'::regclass"
            " and column_name = 'price'"
        ),
    ),
    "a column without a clock": (
        "clock",
        ENTRYPOINT,
        (
            f"delete from audit.column_role where relid = '{ENTRYPOINT}'::regclass"
            " and column_name = 'price'"
        ),
    ),
    "a landmark column below": (
        "clock",
        ENTRYPOINT,
        (
            f"insert into audit.column_role values ('{CLEAN}'::regclass, 'ptv_final', 'attribute',"
            " 'landmark') on conflict (relid, column_name) do update set clock = 'landmark'"
        ),
    ),
    "a contract that does not exist": (
        "contract",
        ENTRYPOINT,
        "update audit.entrypoint set contract_set = 'no_such_set'",
    ),
    "a store without a universe": (
        "universe",
        ENTRYPOINT,
        "update audit.entrypoint set universe = null",
    ),
}


@probe("cars", *BROKEN)
def gate_objects(conn: Conn, name: str) -> None:
    gate, entrypoint, statement = BROKEN[name]
    if _found(conn, f"audit.gate_{gate}(%s)", entrypoint):
        raise RuntimeError("it objects before anything is broken")
    conn.execute(statement.encode())
    assert _found(conn, f"audit.gate_{gate}(%s)", entrypoint) != []


assert STORE
