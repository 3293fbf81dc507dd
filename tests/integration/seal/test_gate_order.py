"""What depends on the order of rows is found; what a key or an equality settles is let through."""

from __future__ import annotations

import pytest
from tests.integration.seal.conftest import Workbench

GROUND = """
create table s.l (
  id integer primary key, t0 timestamptz not null, g integer not null, x double precision,
  p numeric, n integer
);
create table s.h (id integer not null, seq integer not null, v integer, t timestamptz,
  primary key (id, seq));
create table s.nullable (a integer unique, b integer);
create table s.partial (a integer not null, b integer);
create unique index partial_a on s.partial (a) where b > 0;
create view s.grouped as select g, count(*) as c from s.l group by g;
create table s.layer (a integer not null, b integer);
create table s.parent (id integer primary key, b integer);
create table s.child () inherits (s.parent);
create view s.layer_build as select a, b from s.nullable;
create table s.e (id integer not null, k integer not null, iv interval, n numeric, c numeric(9, 2),
  f double precision, j jsonb, r numrange, b bpchar, t text, primary key (id, k));
create collation s.ci from "C";
create table s.heard (word text collate s.ci not null, id integer not null);
create unique index heard_word on s.heard (word);
create table s.said (word text collate s.ci not null, id integer not null);
create unique index said_word on s.said (word collate "C");
create type s.pair as (n numeric, m numeric);
create table s.paired (one s.pair not null, id integer not null);
create unique index paired_one on s.paired (one record_image_ops);
-- as ICU would make it, which not every server is built with; the gate reads, it does not compare
reset role;
update pg_collation set collisdeterministic = false where oid = 's.ci'::regcollation;
set role timeseal_owner;
create view s.top as select id, max(n) as n, max(c) as c from s.e group by id;
"""
DEPENDS = [
    "select g as id, sum(x) as y from s.l group by g",
    "select g as id, avg(x::real) as y from s.l group by g",
    "select g as id, stddev(x) as y from s.l group by g",
    "select g as id, corr(x, n) as y from s.l group by g",
    "select id, sum(x) over (partition by g) as y from s.l",
    "select g as id, array_agg(n) as y from s.l group by g",
    "select g as id, array_agg(n order by p) as y from s.l group by g",
    "select g as id, string_agg(n::text, ',' order by t0) as y from s.l group by g",
    "select g as id, json_agg(n) as y from s.l group by g",
    "select id, row_number() over (order by t0) as y from s.l",
    "select id, ntile(10) over (order by n) as y from s.l",
    "select id, lag(n) over (partition by g order by t0) as y from s.l",
    "select id, first_value(n) over (order by t0) as y from s.l",
    "select id, sum(n) over (order by t0 rows 3 preceding) as y from s.l",
    "select distinct on (g) g, id from s.l order by g, t0",
    "select distinct on (g) g, id from s.l",
    "select id from s.l order by t0 limit 1",
    "select id from s.l order by t0 offset 3",
    "select id from s.l limit 10",
    (
        "select l.id, q.v from s.l left join lateral (select h.v from s.h where h.id = l.id"
        " and h.t < l.t0 order by h.t desc limit 1) as q on true"
    ),
    (
        "select l.id, q.v from s.l left join lateral (select h.v from s.h where h.t < l.t0"
        " order by h.t desc, h.seq limit 1) as q on true"
    ),
    "select distinct on (l.id) l.id, h.v from s.l left join s.h on h.t < l.t0 order by l.id, h.seq",
    "select a, b from s.nullable order by a limit 3",
    "select a, b from s.partial order by a limit 3",
    "select id, row_number() over (order by word) as y from s.said",
    "select id, row_number() over (order by one) as y from s.paired",
    "select id, array(select v from s.h) as y from s.l",
    "select g, c from s.grouped order by c limit 3",
    "select g, count(*) as c, max(n) as m from s.l group by g order by count(*) limit 3",
    "with c as (select id, t0 from s.l) select id from c order by t0 limit 3",
    "select id, n from (select id, n from s.l union select id, v from s.h) u order by id limit 3",
    "select id, n from s.l union all select id, v from s.h order by id limit 3",
    "select l.id, h.v from s.l full join s.h on h.id = l.id order by l.id limit 2",
    "select l.id, y from s.l cross join lateral (values (l.n), (l.g)) x (y) order by l.id limit 2",
    "select l.id, q from s.l cross join generate_series(1, 3) as q order by l.id limit 2",
    "select l.id, k.id as kid from s.l join s.l as k on k.n = l.n order by l.id limit 5",
    "select l.id, q.one from s.l, lateral (select l.id as one limit 1) as q order by q.one limit 2",
    "select id, (select string_agg(h.v::text, ',') from s.h where h.id = l.id) as y from s.l",
    "select id, exp(x) as y from s.l",
    "select id, x ^ 2 as y from s.l",
    "select id, atan2(x, x) + sinh(x) as y from s.l",
    "select id, round(x::numeric, 2) + ln(x)::numeric as y from s.l",
    "select layer.a, b from s.layer order by a limit 2",
    "select id, array_agg(n) as y from s.l group by grouping sets ((id), ())",
    "select id, b from s.parent order by id limit 2",
    "select id from s.l where id = 1 or g = 2 order by t0 limit 1",
    (
        "select l.id, h.v from s.l left join s.h on h.id = l.id and h.seq = 1 and l.g = 5"
        " order by h.id limit 2"
    ),
]
SETTLED = [
    "select g as id, avg(n), sum(p), count(x), max(x) from s.l group by g",
    "select g as id, array_agg(n order by n) as y from s.l group by g",
    "select g as id, array_agg(n order by p, id) as y from s.l group by g",
    "select g as id, array_agg(distinct n) as y from s.l group by g",
    "select g as id, string_agg(n::text, ',' order by id) as y from s.l group by g",
    "select id, row_number() over (order by t0, id) as y from s.l",
    "select id, row_number() over (partition by id order by t0) as y from s.l",
    "select id, row_number() over (order by word) as y from s.heard",
    "select id, rank() over (order by t0), dense_rank() over (order by n) as y from s.l",
    "select id, first_value(t0) over (order by t0) as y from s.l",
    "select id, sum(n) over (order by t0) as y from s.l",
    "select id, sum(n) over (order by t0, id rows 3 preceding) as y from s.l",
    "select id, lag(n) over (partition by g order by t0, id) as y from s.l",
    "select distinct on (g) g, id from s.l order by g, t0, id",
    "select distinct on (l.id) l.id, h.v from s.l join s.h on h.id = l.id order by l.id, h.seq",
    (
        "select distinct on (l.id) l.id, h.v from s.l left join s.h on h.id = l.id order by l.id,"
        " h.seq"
    ),
    "select id from s.l order by t0, id limit 1",
    "select t0 from s.l order by t0 limit 10",
    "select id from s.l order by t0 fetch first 3 rows with ties",
    "select max(n) as id from s.l limit 1",
    "select distinct g as id from s.l order by g limit 2",
    (
        "select l.id, q.v from s.l left join lateral (select h.v from s.h where h.id = l.id"
        " and h.t < l.t0 order by h.t desc, h.seq limit 1) as q on true"
    ),
    "select g as id, percentile_cont(0.5) within group (order by x) as y from s.l group by g",
    "select id, round(exp(x)::numeric, 6) as y from s.l",
    "select id, p ^ 2, sqrt(x), ln(p) from s.l",
    "select id, array(select h.v from s.h where h.id = l.id order by h.seq) as y from s.l",
    "select g, c from s.grouped order by c, g limit 3",
    "select g, count(*) as c from s.l group by g order by count(*), g limit 3",
    "select g + 1 as id, count(*) as c from s.l group by g + 1 order by count(*), g + 1 limit 3",
    "with c as (select id, t0 from s.l) select id from c order by t0, id limit 3",
    "select u.id from (select id from s.l union select id from s.h) as u order by id limit 3",
    "select id from s.l union select id from s.h order by id limit 3",
    (
        "select l.id, x.b from s.l join (values (1, 'a'), (2, 'b')) as x (y, b) on x.y = l.g"
        " order by l.id limit 2"
    ),
    "select l.id, q from s.l cross join generate_series(1, 3) as q order by l.id, q limit 2",
    (
        "select l.id, u.o from s.l cross join unnest(array[1, 2]) with ordinality as u (e, o)"
        " order by l.id, u.o limit 2"
    ),
    "select l.id from s.l join s.l as k using (id) order by id limit 5",
    (
        "select q.id from (select l.id, l.t0 from s.l) as q join s.h on h.id = q.id and h.seq = 1"
        " order by q.id limit 5"
    ),
    (
        "select g as id, (select string_agg(h.v::text, ',' order by h.seq) from s.h where"
        " h.id = l.id)"
        " as y from s.l"
    ),
]


# Equal is not identical: '1 day' and '24 hours', 1.0 and 1.00, −0 and 0, 'a' and 'A' under s.ci.
ALIKE = [
    "select id, max(iv) as y from s.e group by id",
    "select id, max(iv) over (partition by id) as y from s.e",
    "select id, max(n)::text as y from s.e group by id",
    "select id, max(n) / 3 as y from s.e group by id",
    "select id, jsonb_build_object('n', min(n))::text as y from s.e group by id",
    "select id, array_agg(distinct iv) as y from s.e group by id",
    "select id, mode() within group (order by iv) as y from s.e group by id",
    "select id, concat(min(f)) as y from s.e group by id",
    "select id, extract(day from iv) as y from s.e group by id, iv",
    "select id, d.iv from (select distinct id, iv from s.e) as d",
    "select id, iv from s.e union select id, iv from s.e",
    "select id, iv from s.e except all select id, iv from s.e where k = 1",
    "select id, row(max(n))::text as y from s.e group by id",
    "select id, n::text as y from s.e group by id, n",
    "select id, j::text as y from s.e group by id, j",
    "select id, r::text as y from s.e group by id, r",
    "select id, y::text from (select distinct id, n as y from s.e) as d",
    "with d as (select id, max(n) as y from s.e group by id) select id, scale(y) from d",
    "select id, n::text as y from s.top",
    "select l.id, (select concat(t.n) from s.top as t where t.id = l.id) as y from s.l",
    "select l.id, (select t.n || l.g::text from s.top as t where t.id = l.id) as y from s.l",
    "select id, max(t collate s.ci) as y from s.e group by id",
    "select id, t collate s.ci as y from s.e group by id, t collate s.ci",
    "select id, array_agg(iv order by iv) as y from s.e group by id",
    "select id, string_agg(n::text, ',' order by n) as y from s.e group by id",
    "select iv as id from s.e order by iv limit 1",
    "select n::text as id from s.e order by n limit 1",
    "select id, (y).n::text from (select distinct id, (select x from s.top as x) as y from s.e) d",
]
IDENTICAL = [
    "select id, max(n) as y, min(f), max(b) from s.e group by id",
    "select id, n as y from s.e group by id, n",
    "select id, n as y from s.e union select id, n from s.e",
    "select id, max(c)::text as y from s.e group by id",
    "select id, max(c) / 3 as y from s.e group by id",
    "select id, c::text as y from s.e group by id, c",
    "select id, max(trim_scale(n))::text as y from s.e group by id",
    "select id, round(max(n), 2)::text as y from s.e group by id",
    "select id, max(n::numeric(9, 3))::text as y from s.e group by id",
    "select id, max(extract(epoch from iv)::bigint) as y from s.e group by id",
    "select id, count(*) as y from s.e group by id, iv",
    "select id, count(distinct iv) as y from s.e group by id",
    "select id, array_agg(iv order by k) as y from s.e group by id",
    "select id, n::text as y from s.e",
    "select id, sum(n)::text as y from s.e group by id",
    "select id, max(n) - min(n) as y, max(n) > 3 as z from s.e group by id",
    "select id, max(t) as y from s.e group by id",
    "select id, iv from s.e union all select id, iv from s.e",
    (
        "select l.id, q.y from s.l, lateral (select e.n / 3 as y from s.e where e.id = l.id"
        " order by e.n, e.k limit 1) as q"
    ),
    (
        "select l.id, q.n::text from s.l, lateral (select e.n from s.e where e.id = l.id"
        " order by e.n, e.k limit 1) as q"
    ),
    "select id, c::text as y from s.top where n > 1",
    "select l.id, max(t.n) as y from s.l join s.top as t on t.id = l.id group by l.id",
]


@pytest.fixture
def ground(bench: Workbench) -> Workbench:
    bench.run(GROUND)
    return bench


def judge(bench: Workbench, query: str) -> set[tuple[str, str]]:
    bench.run(f"create view s.ep as {query}")
    bench.declare("s.ep")
    return bench.findings("order", "s.ep")


@pytest.mark.parametrize("query", DEPENDS)
@pytest.mark.gate("order", "fires")
def test_an_order_that_may_leave_ties_is_found(ground: Workbench, query: str) -> None:
    assert judge(ground, query)


@pytest.mark.parametrize("query", SETTLED)
@pytest.mark.gate("order", "near miss")
def test_a_settled_order_is_let_through(ground: Workbench, query: str) -> None:
    assert judge(ground, query) == set()


@pytest.mark.parametrize("query", ALIKE)
@pytest.mark.gate("order", "fires")
def test_a_pick_among_equal_values_that_differ_is_found(ground: Workbench, query: str) -> None:
    assert judge(ground, query)


@pytest.mark.parametrize("query", IDENTICAL)
@pytest.mark.gate("order", "near miss")
def test_equal_values_that_are_one_value_are_let_through(ground: Workbench, query: str) -> None:
    assert judge(ground, query) == set()


def test_a_declared_layer_key_counts_as_proof(ground: Workbench) -> None:
    query = "select a, b from s.layer order by a limit 2"
    assert judge(ground, query)
    ground.run(
        "insert into audit.materialisation"
        " (stored, source, store, layer, ordinal, key_columns, kind)"
        " values ('s.layer'::regclass, 's.layer_build'::regclass, 'x', 'layer', 1, '{a}',"
        " 'feature')"
    )
    assert ground.findings("order", "s.ep") == set()


def test_an_aggregate_of_ones_own_making_needs_inspection(ground: Workbench) -> None:
    ground.run("create aggregate s.adds(integer) (sfunc = int4pl, stype = integer)")
    assert judge(ground, "select g as id, s.adds(n) as y from s.l group by g")
    ground.run("insert into audit.allowed_function values ('s.adds(integer)'::regprocedure, 'x')")
    assert ground.findings("order", "s.ep") == set()


def test_a_function_of_ones_own_over_a_pick_needs_inspection(ground: Workbench) -> None:
    ground.run("create function s.f(numeric) returns text language sql immutable return ''")
    assert judge(ground, "select id, s.f(max(n)) as y from s.e group by id")
    ground.run("insert into audit.allowed_function values ('s.f(numeric)'::regprocedure, 'x')")
    assert ground.findings("order", "s.ep") == set()


def test_a_finding_names_the_view_the_call_and_the_way_out(ground: Workbench) -> None:
    ground.run("create view s.deep as select g, sum(x) as y from s.l group by g")
    judge(ground, "select g as id, y from s.deep")
    assert ground.rows("select object, subject, level, hint from audit.gate_order('s.ep')") == [
        (
            "s.deep",
            "pg_catalog.sum(double precision)",
            "blocking",
            "sum integers or numerics (for instance micro-units as bigint) and divide once",
        )
    ]


def test_plans_cannot_change_what_the_gate_passed(ground: Workbench) -> None:
    """The promise behind the gate: same rows under other plans and another physical order."""
    ground.run(
        "insert into s.l select i, '2024-01-01 00:00+00'::timestamptz + make_interval(hours"
        " => i % 7),"
        " i % 5, i * 0.1, i % 11 + 1, i % 3 from generate_series(1, 400) as i;"
        "insert into s.h select i % 400 + 1, i, i % 13, '2023-12-31 00:00+00'"
        " from generate_series(1, 900) as i"
    )
    for number, query in enumerate(SETTLED):
        ground.run(f"create view s.v{number} as {query}")
    text = "select md5(coalesce(string_agg(q::text, ',' order by q::text), '')) from s.v{} as q"
    before = [ground.one(text.format(number)) for number in range(len(SETTLED))]
    ground.run(
        "create index l_x on s.l (x desc); cluster s.l using l_x; create index h_v on s.h (v);"
        "cluster s.h using h_v; set local enable_hashagg = off; set local enable_hashjoin = off;"
        "set local enable_seqscan = off; set local work_mem = '64kB'"
    )
    assert [ground.one(text.format(number)) for number in range(len(SETTLED))] == before
