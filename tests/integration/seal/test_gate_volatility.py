"""Nothing of clock, session or chance is let in, however deep it hides; honest SQL is."""

from __future__ import annotations

import psycopg
import pytest
from tests.integration.seal.conftest import Workbench

REFUSED = [
    "now()",
    "clock_timestamp()",
    "statement_timestamp()",
    "transaction_timestamp()",
    "timeofday()",
    "current_time",
    "current_date",
    "current_timestamp(3)",
    "localtime",
    "localtimestamp",
    "current_user",
    "session_user",
    "current_schema",
    "'now'::text::timestamptz",
    "s::timestamptz",
    "s::timestamp",
    "s::date",
    "age(t0)",
    "age(t0, t0)",
    "random()",
    "gen_random_uuid()",
    "txid_current()",
    "current_setting(s)",
    "nextval('s.sq')",
    "pg_typeof(x)",
    "t0::date",
    "t0::text",
    "d::timestamptz",
    "m::timestamptz",
    "d < t0",
    "m = t0",
    "date_trunc('day', t0)",
    "extract(hour from t0)",
    "to_char(t0, 'YYYY')",
    "t0 + interval '1 day'",
    "t0 - interval '1 month'",
    "t0 - id * interval '1 hour'",
    "t0 - (select interval '1 hour')",
    "interval '3 hours' + t0",
    "t0 at time zone 'EST'",
    "t0 at time zone s",
    "timezone('IST', m)",
    "date_trunc('day', t0, 'IST')",
    "m at time zone 'cest'",
    "x::text",
    "s || id",
    "concat(s, s)",
    "to_jsonb(p)",
    "quoted_body(s)",
    "plpgsql_body(s)",
    "reads_a_table(id)",
    "default_hides_it(id)",
    "array[now()] <> '{}'",
    "case when x > 1 then random() end",
    "coalesce(t0, now())",
    "(select max(n.v) from (select now() as v) as n)",
]
ACCEPTED = [
    "'current_date'",
    "'now()'",
    "s = 'current_timestamp'",
    "t0 - interval '336 hours'",
    "t0 + interval '90 minutes'",
    "(t0 at time zone 'UTC')::date",
    "(t0 at time zone 'Europe/Berlin')::date",
    "extract(hour from t0 at time zone 'UTC')",
    "extract(epoch from (t0 - t0))",
    "greatest(t0, '2020-01-01 00:00+00')",
    "d + 1",
    "m - interval '1 month'",
    "(m at time zone 'UTC') - t0",
    "to_timestamp(x)",
    "s || id::text",
    "p::text",
    "s::integer",
    "round(p / 3, 2)",
    "coalesce(nullif(p, 0), 1) > any (array[1, 2]::numeric[])",
    "standard_body(id)",
    "id in (select 1)",
]
#: From PostgreSQL 16 on these are IMMUTABLE, with a zone in their last argument.
ZONED = [
    "date_trunc('day', t0, {})",
    "date_add(t0, '1 month', {})",
    "date_subtract(t0, interval '1 month', {})",
    "(select count(*) from generate_series(t0, t0, '1 month', {}))",
]
GROUND = """
create sequence s.sq;
create table s.src (
  id integer primary key, t0 timestamptz not null, x double precision, p numeric, s text, d date,
  m timestamp
);
create function s.quoted_body(e text) returns text immutable language sql as $f$ select 'x' $f$;
create function s.plpgsql_body(e text) returns text immutable language plpgsql
  as $f$ begin return clock_timestamp()::text; end $f$;
create function s.standard_body(e integer) returns integer immutable language sql return e + 1;
create function s.reads_a_table(e integer) returns bigint immutable language sql
  return (select count(*) from s.src as r where r.id < e);
create function s.default_hides_it(e integer, f timestamptz default now()) returns timestamptz
  immutable language sql return f;
"""


@pytest.fixture
def ground(bench: Workbench) -> Workbench:
    bench.run(GROUND)
    return bench


def judge(bench: Workbench, expression: str) -> set[tuple[str, str]]:
    """Hide the expression in a view under a view, and ask the gate."""
    bench.run("set local search_path = s, pg_catalog")
    bench.run(f"create view s.deep as select id, t0, {expression} as y from s.src")
    bench.run("create view s.ep as select id, t0, y from s.deep")
    bench.declare("s.ep")
    return bench.findings("volatility", "s.ep")


@pytest.mark.parametrize("expression", REFUSED)
@pytest.mark.gate("volatility", "fires")
def test_refused(ground: Workbench, expression: str) -> None:
    assert judge(ground, expression)


@pytest.mark.parametrize("expression", ACCEPTED)
@pytest.mark.gate("volatility", "near miss")
def test_accepted(ground: Workbench, expression: str) -> None:
    assert judge(ground, expression) == set()


@pytest.mark.one_major
@pytest.mark.parametrize("expression", ZONED)
def test_a_zone_is_a_constant_full_name(ground: Workbench, expression: str) -> None:
    for zone, refused in {"'Europe/Berlin'": 0, "'UTC'": 0, "'IST'": 1, "s": 1}.items():
        with ground.conn.transaction(force_rollback=True):
            assert len(judge(ground, expression.format(zone))) == refused, zone


def test_two_functions_deep_and_the_finding_names_the_function(ground: Workbench) -> None:
    ground.run(
        "create function s.inner_f(e integer) returns boolean immutable language sql"
        " return now() > '2020-01-01 00:00+00'::timestamptz;"
        "create function s.outer_f(e integer) returns boolean immutable language sql"
        " return s.inner_f(e)"
    )
    assert judge(ground, "s.outer_f(id)") == {("s.inner_f(integer)", "pg_catalog.now()")}


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("filter", "create view s.ep as select id, t0 from s.src where t0 < now()"),
        ("join", "create view s.ep as select a.id, a.t0 from s.src a join s.src b on b.t0 < now()"),
        ("order", "create view s.ep as select id, t0 from s.src order by random()"),
        ("sample", "create view s.ep as select id, t0 from s.src tablesample system (10)"),
        ("system column", "create view s.ep as select id, t0, ctid::text as c from s.src"),
        ("lock", "create view s.ep as select id, t0 from s.src for update"),
        ("function in from", "create view s.ep as select id, t0 from s.src, now() as n"),
        ("values", "create view s.ep as select 1 as id, v.t0 from (values (now())) as v (t0)"),
        (
            "window frame",
            (
                "create view s.ep as select id, t0, count(*) over (order by t0"
                " range between interval '1 day' preceding and current row) as n from s.src"
            ),
        ),
        (
            "policy",
            (
                "create policy p on s.src using (t0 < now());"
                "create view s.ep as select id, t0 from s.src"
            ),
        ),
        (
            "generated column",
            (
                "alter table s.src add column g boolean"
                " generated always as (s.plpgsql_body(s) > '') stored;"
                "create view s.ep as select id, t0, g from s.src"
            ),
        ),
        (
            "domain check",
            (
                "create domain s.fresh as integer check (s.plpgsql_body('') > '');"
                "create view s.ep as select id::s.fresh as id, t0 from s.src"
            ),
        ),
        (
            "aggregate",
            (
                "create function s.step(a integer, b integer) returns integer volatile language sql"
                " as 'select a + b'; create aggregate s.adds(integer) (sfunc = s.step, stype"
                " = integer);"
                "create view s.ep as select s.adds(id) as id, max(t0) as t0 from s.src"
            ),
        ),
        (
            "operator",
            (
                "create function s.eq(a text, b text) returns boolean stable language sql"
                " return a = b;"
                "create operator s.=== (leftarg = text, rightarg = text, function = s.eq);"
                "create view s.ep as select id, t0 from s.src where s operator(s.===) 'x'"
            ),
        ),
        (
            "materialised view",
            (
                "create materialized view s.mv as select id, t0, now() as n from s.src;"
                "create view s.ep as select id, t0 from s.mv"
            ),
        ),
    ],
    ids=lambda value: value if " " not in value or len(value) < 20 else "",
)
def test_every_place_is_searched(ground: Workbench, place: str, text: str) -> None:
    ground.run(text)
    ground.declare("s.ep")
    assert ground.findings("volatility", "s.ep"), place


def test_an_hours_window_frame_is_accepted(ground: Workbench) -> None:
    ground.run(
        "create view s.ep as select id, t0, count(*) over (order by t0"
        " range between interval '36 hours' preceding and current row) as n from s.src"
    )
    ground.declare("s.ep")
    assert ground.findings("volatility", "s.ep") == set()


def test_the_source_of_a_stored_layer_is_searched(ground: Workbench) -> None:
    ground.run(
        "create view s.build as select id, t0, now() as n from s.src;"
        "create table s.stored as select id, t0 from s.src;"
        "create view s.ep as select id, t0 from s.stored"
    )
    ground.declare("s.ep")
    assert ground.findings("volatility", "s.ep") == set()
    ground.run(
        "insert into audit.materialisation"
        " (stored, source, store, layer, ordinal, key_columns, kind)"
        " values ('s.stored'::regclass, 's.build'::regclass, 'x', 'x', 1, '{id}', 'feature')"
    )
    assert ground.findings("volatility", "s.ep") == {("s.build", "pg_catalog.now()")}


def test_an_inspected_function_is_accepted(ground: Workbench) -> None:
    assert judge(ground, "s.quoted_body(s)")
    ground.run(
        "insert into audit.allowed_function values ('s.quoted_body(text)'::regprocedure, 'read it')"
    )
    assert ground.findings("volatility", "s.ep") == set()


def test_an_unknown_construct_is_a_finding(ground: Workbench) -> None:
    """Default deny: what the gate does not know, it does not pass."""
    ground.run("create view s.ep as select id, t0 from s.src for update")
    ground.declare("s.ep")
    assert ground.findings("volatility", "s.ep") == {("s.ep", "rowmarkclause")}


def test_an_undeclared_entrypoint_does_not_pass(ground: Workbench) -> None:
    with pytest.raises(psycopg.Error) as refused:
        ground.findings("volatility", "s.nothing")
    assert refused.value.sqlstate == "TS003"
