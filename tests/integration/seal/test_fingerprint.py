"""TSF1: every cell counts, equal values are equal bytes, and no session or plan shows through."""

from __future__ import annotations

import json
from importlib.resources import files

import psycopg
import pytest
from tests.databases import Database, Databases
from tests.integration.seal.conftest import Workbench

from timeseal.db.connect import connect
from timeseal.db.server import Server
from timeseal.seal import fingerprint

ROOT = "select root from audit.fingerprint_root('s.r'::regclass, 't0', %s)"

KINDS = """
create type s.mood as enum ('x', 'y');
create domain s.money as numeric(8, 3);
create type s.pair as (a double precision, b s.mood);
create domain s.pair_d as s.pair;
create domain s.pair_dd as s.pair_d;
create domain s.pairs_d as s.pair_d[];
create domain s.list_d as integer[];
create domain s.span_d as int4range;
create type s.holder as (l s.list_d[], r s.span_d[], p s.pair_d);
create table s.r (
  t0 timestamptz, a boolean, b smallint, c real, d double precision, e numeric, f numeric(10, 2),
  g varchar(5), h char(4), i name, k uuid, l bytea, m date, n timestamp, o interval, p time,
  r jsonb, s integer[], t double precision[], u int4range, v numrange, w s.mood, x s.money,
  y s.pair, z s.mood[], aa inet, bb bit(3), dd bigint
);
"""
ROW = """
insert into s.r values ('2020-01-02 10:00+00', true, 1, 0.5, 1.25, 1.5, 1.5, 'ab', 'cd', 'nm',
  '00000000-0000-0000-0000-000000000001', '\\x01', '2020-01-01', '2020-01-01 00:00',
  '1 day 2 hours', '10:00', '{"b": 1.5, "aa": [1, null, "x1.0]"]}', '{1,null,3}',
  '{{1,2},{3,4}}', '[1,5)', '(,2.5]', 'x', 1.5, row(0.5, 'y'), '{x,y}', '10.0.0.1', '101', 7)
"""
#: column, a value, an equal value: the bytes must agree
EQUAL = [
    ("d", "'0'", "'-0'"),
    ("d", "'NaN'", "'Infinity'::float8 - 'Infinity'::float8"),
    ("c", "'0'", "'-0'"),
    ("e", "1", "1.000"),
    ("e", "0", "0.00"),
    ("f", "1", "1.00"),
    ("x", "1.5", "1.500"),
    ("r", """'{"a": 1.0, "b": [2.50]}'""", """'{"b": [2.5], "a": 1.00}'"""),
    ("t", "'{0}'", "'{-0}'"),
    ("u", "'[1,5)'", "'[1,4]'"),
    ("v", "'[1,2.0]'", "'[1.00,2]'"),
    ("h", "'ab'", "'ab  '"),
    ("y", "row(0, 'x')", "row(-0.0::float8, 'x')"),
]
#: column, a value, a different value: the bytes must differ
DIFFERENT = [
    ("d", "null", "'NaN'"),
    ("d", "1", "1.0000000000000002"),
    ("e", "1", "1.0000000000000000000000001"),
    ("g", "''", "null"),
    ("s", "'{}'", "null"),
    ("s", "'{1,null}'", "'{1}'"),
    ("s", "'{{1,2}}'", "'{{1},{2}}'"),
    ("u", "'empty'", "'(,)'"),
    ("v", "'[1,2]'", "'[1,2)'"),
    ("y", "null", "row(null, null)"),
    ("r", "'[]'", "'{}'"),
    ("r", """'"1"'""", "'1'"),
    ("o", "'1 month'", "'30 days'"),
    ("t0", "'2020-01-02 10:00+00'", "'2020-01-02 10:00:00.000001+00'"),
    ("l", "'\\x'", "null"),
]


def root(bench: Workbench, day: str | None = None) -> str:
    return str(bench.one(ROOT, [day]))


@pytest.fixture
def kinds(bench: Workbench) -> Workbench:
    bench.run(KINDS)
    bench.run(ROW)
    return bench


@pytest.mark.parametrize(("column", "one", "other"), EQUAL)
def test_equal_values_have_equal_roots(kinds: Workbench, column: str, one: str, other: str) -> None:
    kinds.run(f"update s.r set {column} = {one}")
    before = root(kinds)
    kinds.run(f"update s.r set {column} = {other}")
    assert root(kinds) == before


@pytest.mark.parametrize(("column", "one", "other"), DIFFERENT)
def test_different_values_have_different_roots(
    kinds: Workbench, column: str, one: str, other: str
) -> None:
    kinds.run(f"update s.r set {column} = {one}")
    before = root(kinds)
    kinds.run(f"update s.r set {column} = {other}")
    assert root(kinds) != before


def test_the_root_is_the_same_on_every_major(kinds: Workbench) -> None:
    assert root(kinds) == ROOT_OF_KINDS


@pytest.mark.parametrize(
    "column",
    [
        "json",
        "xml",
        "tsvector",
        "money",
        "point",
        "pg_lsn",
        "int4multirange",
        "s.pair[]",
        "s.pair_dd[]",
        "s.pairs_d[]",
    ],
)
def test_a_type_without_canonical_bytes_is_refused(kinds: Workbench, column: str) -> None:
    kinds.run(f"alter table s.r add column odd {column}")
    with pytest.raises(psycopg.Error) as refused:
        root(kinds)
    assert refused.value.sqlstate == "TS003"
    assert "odd" in str(refused.value.diag.message_primary)
    assert "::text" in str(refused.value.diag.message_hint)


#: a type, a value, and one that differs in a part further in
PARTS = [
    ("s.list_d[]", "array['{1,2}'::s.list_d]", "array['{1,3}'::s.list_d]"),
    ("s.span_d[]", "array['[1,5)'::s.span_d]", "array['[1,6)'::s.span_d]"),
    ("s.pair_dd", "row(1, 'x')", "row(1, 'y')"),
    (
        "s.holder",
        "row(array['{1}'::s.list_d], array['[1,5)'::s.span_d], row(1, 'x')::s.pair)",
        "row(array['{1}'::s.list_d], array['[1,5)'::s.span_d], row(1, 'y')::s.pair)",
    ),
    (
        "s.holder",
        "row(array['{1}'::s.list_d], array['[1,5)'::s.span_d], null)",
        "row(array['{2}'::s.list_d], array['[1,5)'::s.span_d], null)",
    ),
    ("int2vector", "'1 2'", "'1 3'"),
]


@pytest.mark.parametrize(("kind", "one", "other"), PARTS)
def test_a_part_of_a_part_counts(kinds: Workbench, kind: str, one: str, other: str) -> None:
    kinds.run(f"alter table s.r add column odd {kind}; update s.r set odd = {one}")
    before = root(kinds)
    kinds.run(f"update s.r set odd = {other}")
    assert root(kinds) != before


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("integer[]", "'[0:1]={1,2}'"),
        ("text[]", "'[1:1][2:3]={{a,b}}'"),
        ("s.list_d[]", "array['[0:0]={1}'::s.list_d]"),
        ("s.holder", "row(array['[5:5]={1}'::s.list_d], null, null)"),
    ],
)
def test_an_array_that_does_not_start_at_one_is_refused(
    kinds: Workbench, kind: str, value: str
) -> None:
    """The same elements at other places are another value to whoever reads odd[1]."""
    kinds.run(f"alter table s.r add column odd {kind}; update s.r set odd = {value}")
    with pytest.raises(psycopg.Error, match=r"column odd holds an array .* 1: \[") as refused:
        root(kinds)
    assert refused.value.sqlstate == "TS003"


def test_a_time_column_that_is_none_is_refused(kinds: Workbench) -> None:
    with pytest.raises(psycopg.Error) as refused:
        kinds.one("select root from audit.fingerprint_root('s.r'::regclass, 'g', null)")
    assert refused.value.sqlstate == "TS003"


MANY = """
create table s.r as
select i as id, timestamptz '2024-03-30 22:00+00' + make_interval(mins => (i * 7919) % 4320) as t0,
  null::date as t0_day, (i * 1.1)::float8 as a, case when i % 3 <> 0 then i end as b,
  'text ' || i as c, (i / 7.0)::numeric(12, 4) as d, date '2024-01-01' + i as e,
  jsonb_build_object('k', i, 'z', 1.50) as f
from generate_series(1, 3000) as i;
update s.r set t0_day = (t0 at time zone 'UTC')::date;
"""
SETTINGS = [
    ("TimeZone", "Asia/Kolkata"),
    ("DateStyle", "SQL, DMY"),
    ("IntervalStyle", "postgres_verbose"),
    ("extra_float_digits", "-8"),
    ("client_encoding", "LATIN1"),
    ("bytea_output", "escape"),
    ("search_path", "s"),
    ("work_mem", "64kB"),
    ("enable_sort", "off"),
    ("enable_hashagg", "off"),
    ("jit", "on"),
]


@pytest.fixture
def many(bench: Workbench) -> Workbench:
    bench.run(MANY)
    return bench


@pytest.mark.parametrize(("name", "value"), SETTINGS)
def test_the_root_ignores_the_session(many: Workbench, name: str, value: str) -> None:
    before = root(many)
    many.run("select set_config(%s, %s, true)", [name, value])
    assert root(many) == before
    assert many.one(f"show {name}") == value


def test_the_root_ignores_physical_order_workers_and_the_stored_day(many: Workbench) -> None:
    before = root(many)
    assert root(many, "t0_day") == before
    many.run("create index on s.r (c)")
    many.run("cluster s.r using r_c_idx")
    assert root(many) == before
    many.run(
        "set local max_parallel_workers_per_gather = 2; set local parallel_setup_cost = 0;"
        "set local min_parallel_table_scan_size = 0; alter table s.r set (parallel_workers = 2)"
    )
    assert root(many) == before


def test_columns_and_their_types_are_part_of_the_root(many: Workbench) -> None:
    before = root(many)
    many.run("alter table s.r rename column c to c2")
    renamed = root(many)
    many.run("alter table s.r rename column c2 to c")
    many.run("alter table s.r alter column id type bigint")
    assert len({before, renamed, root(many)}) == 3
    many.run("alter table s.r alter column id type integer")
    assert root(many) == before


def test_a_dropped_column_leaves_no_trace(many: Workbench) -> None:
    before = root(many)
    many.run("alter table s.r add column gone integer")
    assert root(many) != before
    many.run("alter table s.r drop column gone")
    assert root(many) == before


@pytest.mark.parametrize(
    "tamper",
    [
        "update s.r set a = a + 1 where id = 2999",
        "delete from s.r where id = 17",
        "insert into s.r select * from s.r where id = 17",
        "update s.r set t0 = null where id = 17",
        "update s.r set b = null where id = 1",
    ],
)
def test_any_single_cell_or_row_moves_the_root(many: Workbench, tamper: str) -> None:
    before = root(many)
    many.run(tamper)
    assert root(many) != before


def test_days_add_up_and_appending_leaves_older_days_alone(many: Workbench) -> None:
    days = (
        "select t0_day, row_count, day_sha256"
        " from audit.fingerprint_days('s.r'::regclass, 't0', null)"
    )
    before = many.rows(days)
    assert sum(row[1] for row in before) == 3000
    assert [row[0].isoformat() for row in before] == [
        "2024-03-30",
        "2024-03-31",
        "2024-04-01",
        "2024-04-02",
    ]
    many.run("insert into s.r (id, t0) values (9999, '2024-05-01')")
    assert many.rows(days)[:-1] == before
    one = many.rows(
        "select t0_day, row_count, day_sha256"
        " from audit.fingerprint_days('s.r'::regclass, 't0', null, '{2024-03-31}')"
    )
    assert one == [before[1]]


def test_a_row_without_t0_is_counted_not_lost(many: Workbench) -> None:
    many.run("update s.r set t0 = null where id <= 5")
    assert many.rows(
        "select days, row_count from audit.fingerprint_root('s.r'::regclass, 't0', null)"
    ) == [(5, 3000)]


@pytest.mark.parametrize(
    "asked",
    [
        "audit.fingerprint_days('s.r'::regclass, 't0', null, %s)",
        "audit.row_digests('s.r'::regclass, '{id}', 't0', null, %s)",
        "audit.row_digests('s.r'::regclass, '{id}', 't0', null, %s, true)",
    ],
)
def test_a_row_without_t0_is_found_by_its_day(many: Workbench, asked: str) -> None:
    """Its day is '-infinity'; asking for another day must not bring it."""
    many.run("update s.r set t0 = null where id <= 5")
    found = f"select d::text from {asked} as d where (d).t0_day = '-infinity' order by 1"
    everything = "'{-infinity,2024-03-30,2024-03-31,2024-04-01,2024-04-02}'"
    alone = many.rows(found % "'{-infinity}'")
    assert len(alone) == (1 if "fingerprint_days" in asked else 5)
    assert many.rows(found % everything) == alone
    assert many.rows(found % "'{2024-03-31}'") == []
    assert many.one("select count(*) from " + asked % "'{2024-03-31}'") > 0


def test_leaves_name_the_row(many: Workbench) -> None:
    leaves = "select row_key, leaf from audit.row_digests('s.r'::regclass, '{id,t0}', 't0', null)"
    before = {json.dumps(key): leaf for key, leaf in many.rows(leaves)}
    many.run("update s.r set d = d + 0.0001 where id = 77")
    after = {json.dumps(key): leaf for key, leaf in many.rows(leaves)}
    changed = [json.loads(key) for key in after if before[key] != after[key]]
    assert [key["id"] for key in changed] == [77]


def test_the_root_from_days_is_the_root(many: Workbench) -> None:
    assert many.one(
        "select audit.fingerprint_root_of('s.r'::regclass, jsonb_object_agg(d.t0_day::text,"
        " jsonb_build_object('rows', d.row_count, 'sha256', d.day_sha256)))"
        " from audit.fingerprint_days('s.r'::regclass, 't0', null) as d"
    ) == root(many)


def test_python_recomputes_the_root_without_postgresql(many: Workbench) -> None:
    header = many.one("select audit.fingerprint_header('s.r'::regclass)")
    rows = many.rows("select (t0 at time zone 'UTC')::date, r.* from s.r as r")
    assert fingerprint.root_of(header, ((row[0], row[1:]) for row in rows)) == root(many)
    asked = fingerprint.fingerprint(many.conn, "s.r", "t0")
    assert (asked.root, asked.days, asked.rows) == (root(many), 4, 3000)


def test_python_recomputes_every_scalar_kind(kinds: Workbench) -> None:
    kinds.run(
        "alter table s.r drop column u, drop column v, drop column y, drop column o, drop column z;"
        "insert into s.r (t0, a, d, e, r, t)"
        " values (null, false, 'NaN', 'NaN', '{\"é\\u0001\": 1e3}', '{-0}')"
    )
    header = kinds.one("select audit.fingerprint_header('s.r'::regclass)")
    rows = kinds.rows("select (t0 at time zone 'UTC')::date, r.* from s.r as r")
    assert fingerprint.root_of(header, ((row[0], row[1:]) for row in rows)) == root(kinds)


def test_row_security_that_hides_rows_is_an_error(many: Workbench) -> None:
    many.run(
        "alter table s.r enable row level security; alter table s.r force row level security;"
        "create policy few on s.r using (id < 10)"
    )
    with pytest.raises(psycopg.Error, match="row-level security"):
        root(many)


def test_the_published_name_covers_a_whole_day(many: Workbench) -> None:
    many.run("create view s.ep as select id, t0, t0_day, a from s.r")
    many.declare("s.ep", day="t0_day")
    ask = "select audit.dataset_sha256('s.ep', '2024-03-31', 3)"
    before = many.one(ask)
    many.run(
        "update s.r set a = 0 where id = (select max(id) from s.r where t0_day = '2024-03-31')"
    )
    assert many.one(ask) != before
    with pytest.raises(psycopg.Error) as refused:
        many.one("select audit.dataset_sha256('s.r', '2024-03-31')")
    assert refused.value.sqlstate == "TS003"


def test_a_database_in_another_encoding_is_refused(databases: Databases, server: Server) -> None:
    with connect(server, "postgres") as admin:
        admin.execute(
            "create database ascii_only template template0 encoding 'SQL_ASCII' locale 'C'"
        )
    database = Database("ascii_only", server)
    conn = database.connect()
    conn.execute("set client_encoding = 'UTF8'")
    conn.execute("create schema audit; create table public.r (t0 timestamptz)")
    sources = files("timeseal.seal.sql") / "30_fingerprint"
    for name in ("base_type", "tsf1_nested", "tsf1_expression", "tsf1_columns"):
        conn.execute((sources / f"{name}.function.sql").read_bytes())
    with pytest.raises(psycopg.Error) as refused:
        conn.execute("select * from audit.tsf1_columns('public.r'::regclass, 't')")
    databases.drop(database)
    assert refused.value.sqlstate == "TS003"


#: Written down once: a change of this value is a change of the format.
ROOT_OF_KINDS = "3061bbad0f7befb37d0c06ebf373f5223d7c24af235e6ef86846bad06dbf356c"
