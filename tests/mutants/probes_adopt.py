"""Probes of adopted tables: what is declared is said, no change is lost, none comes too early."""

from __future__ import annotations

from typing import Any

import psycopg
from tests.mutants.harness import Conn, probe
from tests.proof import world

TRAINER = "ml.trainer_derived_feature_store_t0_v1_v"
TABLE = """
create schema stall;
create type stall.mood as enum ('fine', 'odd');
create table stall.ad (
  generation integer, listing_id bigint, t0 timestamptz, price numeric, status text,
  sold_date timestamptz, mood stall.mood
);
insert into stall.ad values (1, -1, '2016-03-10 10:00+00', 100, 'live', null),
  (1, -2, '2016-03-11 10:00+00', 200, 'sold', '2016-03-20 10:00+00');
grant usage on schema stall to timeseal_owner;
grant select on stall.ad to timeseal_owner;
insert into raw.adoption (relation, relid, source, column_map, status_map,
  deleted_means, outcomes_known, zone, watch, lent)
select 'stall.ad', 'stall.ad'::regclass, 'adopted stall.ad', (
    select jsonb_object_agg(c.name, c.name)
    from unnest('{generation,listing_id,t0,price,status,sold_date}'::text[]) as c (name)),
  '{"live": "live", "sold": "sold"}', 'removed', 'at adoption', 'UTC', 'trigger', '{}';
do $$
declare
  v_text text;
begin
  for v_text in
    select s.text
    from raw.adoption as a
    cross join lateral raw.adopted_triggers(a.relid, a.column_map) as t
    cross join lateral (values (1, t.create_it), (2, t.always)) as s (n, text)
    order by t.name, s.n
  loop
    execute v_text;
  end loop;
end
$$;
"""


def adopt(conn: Conn, before: str = "") -> None:
    """A table with one live and one ended ad, adopted and taken in."""
    conn.execute(TABLE.encode())
    if before:
        conn.execute(before.encode())
    take_in(conn)


def take_in(conn: Conn) -> Any:
    """One run that takes in what changed; returns observations, events and refusals."""
    run = conn.execute("select raw.open_run('backfill', 'adopted stall.ad')").fetchone()
    taken = conn.execute(
        "select t.observations, t.events, t.refused from raw.adoption as a"
        " cross join lateral raw.take_in(a.adoption_id, %s) as t",
        run,
    ).fetchone()
    conn.execute("select raw.close_run(%s)", run)
    return taken


def one(conn: Conn, query: str) -> Any:
    """The first row of a query."""
    return conn.execute(query.encode()).fetchone()


@probe("cars")
def declared_history_is_counted(conn: Conn) -> None:
    adopt(conn)
    world.rebuild(conn)
    said = one(
        conn, f"select h.declared_rows, h.declared_facts from audit.declared_history('{TRAINER}') h"
    )
    assert said == (2, 2), said


@probe("cars")
def declared_history_is_on_the_certificate(conn: Conn) -> None:
    adopt(conn)
    conn.execute("select audit.certify(%s)", (TRAINER,))
    (notes,) = one(
        conn, "select r.notes from audit.t0_cert_run as r order by r.run_id desc limit 1"
    )
    assert "history declared, not observed" in notes, notes


@probe("cars")
def the_horizon_stands_where_it_was_taken_in(conn: Conn) -> None:
    adopt(conn)
    held = one(conn, "select raw.safe_horizon() = a.taken_until from raw.adoption as a")
    assert held == (True,)


@probe("cars", "origin", "replica")
def a_write_is_noted(conn: Conn, role: str) -> None:
    adopt(conn)
    conn.execute(f"set local session_replication_role = {role}".encode())
    conn.execute("update stall.ad set price = 7 where listing_id = -1")
    conn.execute("truncate stall.ad")
    conn.execute("set local session_replication_role = origin")
    noted = one(
        conn, "select array_agg(c.operation order by c.change_id) from raw.adopted_change c"
    )
    assert noted == (["UPDATE", "TRUNCATE"],), noted


@probe("cars")
def no_rule_of_ours_fails_a_writer(conn: Conn) -> None:
    conn.execute(TABLE.encode())
    conn.execute("alter table stall.ad add column details json")
    try:
        with conn.transaction():
            conn.execute(r"""update stall.ad set details = '"\u0000"' where listing_id = -1""")
    except psycopg.Error as error:
        raise AssertionError("a writer failed") from error
    assert one(conn, "select count(*) from raw.adopted_change as c where c.fault is not null") == (
        1,
    )


@probe("cars")
def no_code_of_an_adopted_table_runs_with_our_rights(conn: Conn) -> None:
    """A cast of its owner's type would run inside the trigger, and inside the comparison."""
    conn.execute(TABLE.encode())
    conn.execute(
        "create function stall.as_json(stall.mood) returns json language plpgsql as"
        " 'begin raise exception ''it ran''; end';"
        "create cast (stall.mood as json) with function stall.as_json;"
        'update raw.adoption set column_map = column_map || \'{"title": "mood"}\';'
        "update stall.ad set mood = 'odd' where listing_id = -1"
    )
    noted = one(conn, "select bool_or(c.fault like '%it ran') from raw.adopted_change as c")
    assert noted == (False,), noted
    try:
        with conn.transaction():
            take_in(conn)
    except psycopg.Error as error:
        raise AssertionError("a cast of theirs ran") from error


@probe("cars")
def what_is_in_is_not_taken_in_again(conn: Conn) -> None:
    adopt(conn)
    assert take_in(conn) == (0, 0, 0)


@probe("cars")
def a_writer_in_flight_lies_above_the_horizon(conn: Conn) -> None:
    """Its note was stamped before the last taking in, and seen after it."""
    adopt(conn)
    conn.execute("update stall.ad set price = 7 where listing_id = -1")
    conn.execute("update raw.adopted_change set seen_at = seen_at - interval '1 hour'")
    horizon = one(conn, "select raw.safe_horizon()")
    assert take_in(conn)[0] == 1
    known = one(
        conn,
        "select min(o.observed_at) from raw.listing_observation as o"
        " where o.listing_id = -1 and o.known_at_kind = 'observed'",
    )
    assert known > horizon


@probe("cars")
def an_empty_table_says_nothing(conn: Conn) -> None:
    adopt(conn)
    conn.execute("truncate stall.ad")
    assert take_in(conn) == (0, 0, 0)


@probe("cars")
def what_the_first_writer_found_is_declared(conn: Conn) -> None:
    adopt(conn, "update stall.ad set price = 7 where listing_id = -1")
    seen = one(
        conn,
        "select array_agg(o.price::text || o.known_at_kind order by o.observed_at)"
        " from raw.listing_observation as o where o.listing_id = -1",
    )
    assert seen == (["100declared", "7observed"],), seen


@probe("cars")
def an_old_end_is_known_from_the_adoption_on(conn: Conn) -> None:
    adopt(conn)
    known = one(
        conn,
        "select e.known_at >= a.adopted_at from raw.listing_event as e, raw.adoption as a"
        " where e.listing_id = -2 and e.event = 'sold'",
    )
    assert known == (True,)


@probe("cars")
def an_unknown_word_writes_nothing(conn: Conn) -> None:
    adopt(conn)
    conn.execute("update stall.ad set status = 'paused' where listing_id = -1")
    assert take_in(conn)[:2] == (1, 0)


BAD = {
    "nothing": "(1, -3, null, 1, 'live')",
    "infinite": "(1, -3, '-infinity', 1, 'live')",
    "later": "(1, -3, '2999-01-01', 1, 'live')",
    "ended": "(1, -3, '2016-03-12', 1, 'sold', '2016-03-11')",
    "twice": "(1, -1, '2016-03-12', 1, 'live')",
}


@probe("cars", *BAD)
def a_bad_row_is_kept_aside(conn: Conn, name: str) -> None:
    conn.execute(TABLE.encode())
    conn.execute("alter table stall.ad disable trigger user")
    conn.execute(f"insert into stall.ad values {BAD[name]}".encode())
    try:
        with conn.transaction():
            taken = take_in(conn)
    except psycopg.Error as error:
        raise AssertionError("the row is neither in nor aside") from error
    assert taken == (2, 1, 1), taken


@probe("cars")
def a_copied_database_adopts_anew(conn: Conn) -> None:
    conn.execute(TABLE.encode())
    conn.execute("update raw.adoption set home = '1/1'")
    state = None
    try:
        with conn.transaction():
            take_in(conn)
    except psycopg.Error as error:
        state = error.sqlstate
    assert state == "TS003"
