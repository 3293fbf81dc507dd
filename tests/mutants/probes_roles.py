"""Probes of roles and refusals: what is granted, what a refusal tells, what the doctor finds."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from tests.attack import test_refusals, test_sessions, test_strangers
from tests.attack.snapshot import outcome
from tests.mutants.harness import probe
from tests.mutants.probes_shop import opened


@probe("shop")
def a_refusal_tells_no_value(database: Any) -> None:
    opened(database)
    _, reader, registry = test_refusals.refused(database)
    assert "POISON" not in reader + registry


@probe("shop", *test_strangers.CALLS)
def code_of_a_stranger_does_not_run(database: Any, name: str) -> None:
    admin = opened(database)
    admin.execute(test_strangers.SPY)
    assert test_strangers.heard(admin, name) == []


@probe("bare")
def replicated_rows_are_counted(database: Any) -> None:
    """What a subscription applies fires row triggers of the replica role only."""
    admin = opened(database)
    version = "select version from audit.stamp where relid = 'shop.price'::regclass"
    before = (admin.execute(version).fetchone() or (0,))[0]
    admin.execute("set session_replication_role = replica")
    admin.execute("update shop.price set price = price where item in (1, 2, 3)")
    assert (admin.execute(version).fetchone() or (0,))[0] == before + 4


@probe("shop")
def a_burnt_fuse_is_on_the_disk(database: Any) -> None:
    assert test_sessions.burnt_on_disk(opened(database))


#: One bypass per check of the doctor: who does what, and the check that has to name it.
BYPASSES = {
    "memberships": ("membership", "grant timeseal_owner to mallory"),
    "predefined": ("predefined role", "grant pg_read_all_data to mallory"),
    "ownership": ("ownership", "alter view shop.item_features_train owner to mallory"),
    "relations": ("grant", "grant select on shop.price to mallory"),
    "default_privileges": (
        "default privileges",
        "alter default privileges for role timeseal_owner grant select on tables to mallory",
    ),
    "schemas": ("schema", "grant create on schema audit to mallory"),
    "functions": (
        "function",
        """create function public.peek() returns setof shop.price language sql security definer
        set search_path = pg_catalog, pg_temp as 'select * from shop.price'""",
    ),
    "execute": (
        "function",
        "grant execute on function audit.explain(text, integer) to mallory",
    ),
    "catalog": ("catalogue", "grant select on pg_catalog.pg_statistic to mallory"),
    "outlets": ("outlet", "create publication away for table shop.price"),
    "views": (
        "view",
        """create view public.leak as select note from shop.price;
        grant select on public.leak to mallory""",
    ),
    "parameters": ("parameter", "grant set on parameter session_replication_role to mallory"),
    "triggers": ("trigger", "alter table shop.price disable trigger timeseal_stamp"),
    "watch": ("watch", "alter event trigger timeseal_watch_ddl disable"),
    "guard": ("guard", "alter function audit.cert_guard(text, interval) security invoker"),
    "settings": ("settings", "alter role mallory createrole"),
    "role_settings": (
        "setting",
        "alter role timeseal_worker set session_replication_role = replica",
    ),
    "definitions": (
        "definition",
        "reassign owned by heir to timeseal_worker",
    ),
    "admin option": (
        "membership",
        """create role mid; grant timeseal_owner to mid;
        grant mid to mallory with admin true, inherit false, set false""",
    ),
    "working readers": ("membership", "grant timeseal_certifier to ml_training"),
    "members of the boundary": (
        "membership",
        """create role above; grant above to mallory;
        do $$ begin
          execute format('alter database %I owner to above', current_database());
        end $$""",
    ),
    "lent behind lent": (
        "function",
        """create role etl;
        create function public.peek() returns bigint language sql security definer as
        'select max(price) from shop.price';
        revoke execute on function public.peek() from public;
        grant execute on function public.peek() to etl;
        create function public.ask() returns bigint language sql security definer as
        'select public.peek()'; alter function public.ask() owner to etl""",
    ),
    "lent to a trigger": (
        "function",
        """create function public.answer() returns trigger language plpgsql security definer as
        'begin new.x := (select max(price) from shop.price); return new; end';
        revoke execute on function public.answer() from public;
        create table public.asked (x integer);
        create trigger t before insert on public.asked
        for each row execute function public.answer()""",
    ),
    "another language": (
        "function",
        """create function public.read_it(text) returns text language internal
        as 'pg_read_file_all'""",
    ),
    "read through a view": (
        "function",
        """create role etl; create view public.hidden as select price from shop.price;
        grant select on public.hidden to etl;
        create function public.peek() returns bigint language sql security definer as
        'select max(price) from public.hidden'; alter function public.peek() owner to etl""",
    ),
    "views of a group": (
        "view",
        """create role etl; create view public.hidden as select price from shop.price;
        grant select on public.hidden to etl;
        create view public.leak as select price from public.hidden;
        alter view public.leak owner to etl; grant select on public.leak to mallory""",
    ),
    "owners below": ("ownership", "alter function shop.doubled(integer) owner to ml_training"),
    "owners of schemas below": ("ownership", "alter schema shop owner to ml_training"),
    "kept statistics": (
        "catalogue",
        """create materialized view public.kept as
        select histogram_bounds::text as h from pg_catalog.pg_stats;
        create view public.shown as select h from public.kept;
        grant select on public.shown to mallory""",
    ),
    "defaults of a superuser": (
        "default privileges",
        "alter default privileges grant select on tables to mallory",
    ),
    "registry list": ("grant", "grant select on audit.t0_leaf_baseline to ml_training"),
    "routines": (
        "engine",
        """create or replace function audit.door_judgement(p_entrypoint text, p_max_age interval)
        returns text[] language sql stable parallel safe as 'select null::text[]'""",
    ),
    "hooks": (
        "hook",
        """create function public.copy() returns trigger language plpgsql as
        'begin return null; end';
        create trigger zz after update on shop.price for each row execute function public.copy()""",
    ),
    "code of readers in hooks": (
        "hook",
        """create function public.seen(integer) returns boolean language sql as 'select true';
        alter function public.seen(integer) owner to mallory;
        alter table shop.price add constraint zz check (public.seen(price)) not valid""",
    ),
    "history": (
        "history",
        """alter table audit.t0_cert_run disable trigger append_only;
        update audit.t0_cert_run set reason = 'another'""",
    ),
    "ledger": (
        "history",
        """alter table audit.drift_event disable trigger append_only;
        update audit.drift_event set reason = 'another'""",
    ),
}


@probe("shop", *BYPASSES)
def the_doctor_names(database: Any, name: str) -> None:
    """Roles belong to the cluster: whatever happens is undone."""
    admin = opened(database)
    gate, statement = BYPASSES[name]
    with admin.transaction(force_rollback=True):
        admin.execute("create role mallory login")
        if name == "definitions":
            admin.execute("create role heir; alter function shop.doubled(integer) owner to heir")
            admin.execute("call audit.capture_viewdef_baseline('shop.item_features')")
            admin.execute("select audit.certify('shop.item_features')")
        admin.execute(statement.encode())
        found = admin.execute(
            "select f.gate from audit.doctor() as f where f.level <> 'boundary' and f.gate = %s",
            (gate,),
        ).fetchall()
        assert found, f"the doctor has nothing to say of {gate}"


@probe("shop")
def a_changed_routine_is_declared_anew(database: Any) -> None:
    admin = opened(database)
    body = "create or replace function public.peek() returns bigint language sql security definer"
    level = "select f.level from audit.doctor() as f where f.object = 'public.peek()'"
    admin.execute(f"{body} as 'select 1'".encode())
    admin.execute("select audit.declare_definer('public.peek()', 'a number')")
    assert admin.execute(level).fetchall() == [("warning",)]
    admin.execute(f"{body} as 'select max(price) from shop.price'".encode())
    assert admin.execute(level).fetchall() == [("blocking",)]


@probe("shop")
def a_key_that_stands_twice_is_named(database: Any) -> None:
    admin = database.connect()
    admin.execute("alter table audit.drift_event disable trigger append_only")
    admin.execute(
        "delete from audit.drift_event; delete from audit.t0_dataset_hash_baseline;"
        " delete from audit.t0_leaf_baseline; insert into shop.visit_a values (2, 'a', 1)"
    )
    with pytest.raises(psycopg.Error) as refused:
        admin.execute("call audit.rebaseline_last_n_days('shop.item_features'::regclass, 10000)")
    assert refused.value.sqlstate == "TS001"
    assert '"item": 2}, 2 rows' in (refused.value.diag.message_detail or ""), (
        refused.value.diag.message_detail
    )


@probe("shop")
def readers_read_no_record(database: Any) -> None:
    opened(database)
    reader = database.connect("training")
    assert outcome(reader, "select notes from audit.t0_cert_run") == "42501"
