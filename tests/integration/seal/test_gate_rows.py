"""Gates that look at rows: key, universe, time, invariants; and the read closure's stamps."""

from __future__ import annotations

import pytest
from tests.integration.seal.conftest import Workbench

SHOP = """
create table s.source (id integer, t0 timestamptz);
create view s.build as select id, t0, (t0 at time zone 'UTC')::date as t0_day,
  null::timestamptz as _max_known_at from s.source;
create table s.stored (id integer, t0 timestamptz, t0_day date, _max_known_at timestamptz);
create view s.ep as select id, t0, t0_day from s.stored;
insert into s.source select i, '2024-03-31 22:30+00'::timestamptz + make_interval(hours => i)
from generate_series(1, 30) as i;
insert into s.stored select id, t0, t0_day, _max_known_at from s.build;
insert into audit.materialisation
  (stored, source, store, layer, ordinal, key_columns, t0_column, kind)
values ('s.stored'::regclass, 's.build'::regclass, 'shop', 'stored', 1, '{id}', 't0', 'feature');
"""


@pytest.fixture
def shop(bench: Workbench) -> Workbench:
    bench.run(SHOP)
    bench.run("select audit.attach_stamp('s.stored'::regclass)")
    bench.declare("s.ep", store="shop", replay="world", day="t0_day", universe="s.source")
    return bench


@pytest.mark.parametrize("gate", ["key", "universe", "time", "invariants", "read_closure"])
def test_a_sound_store_passes(shop: Workbench, gate: str) -> None:
    assert shop.findings(gate, "s.ep") == set()


@pytest.mark.parametrize(
    ("spoil", "subject"),
    [
        ("insert into s.stored select * from s.stored where id = 7", '{"id": 7}'),
        (
            "update s.stored set id = null where id = 7",
            '{"id": null, "t0": "2024-04-01T05:30:00+00:00"}',
        ),
        ("update s.stored set t0 = null, t0_day = null where id = 7", '{"id": 7, "t0": null}'),
        ("update s.stored set t0_day = t0_day + 1 where id = 7", '{"id": 7}'),
        ("update s.stored set t0_day = null where id = 7", '{"id": 7}'),
    ],
)
@pytest.mark.gate("key", "fires")
def test_key_names_the_bad_row(shop: Workbench, spoil: str, subject: str) -> None:
    shop.run(spoil)
    assert shop.findings("key", "s.ep") == {("s.ep", subject)}


@pytest.mark.gate("key", "near miss")
def test_the_day_is_judged_in_utc_whatever_the_session_says(shop: Workbench) -> None:
    shop.run("set local timezone = 'Pacific/Auckland'")
    assert shop.findings("key", "s.ep") == set()


@pytest.mark.parametrize(
    ("spoil", "subject", "found"),
    [
        ("delete from s.stored where id = 7", '{"id": 7}', "missing"),
        (
            "insert into s.stored select 99, t0, t0_day from s.stored where id = 7",
            '{"id": 99}',
            "surplus",
        ),
        ("delete from s.stored", "rows", "none"),
        ("update audit.entrypoint set universe = null", "universe", "none"),
        ("update audit.entrypoint set universe = 's.nothing'", "s.nothing", "none"),
    ],
)
@pytest.mark.gate("universe", "fires")
def test_universe_reconciles_rows(shop: Workbench, spoil: str, subject: str, found: str) -> None:
    shop.run(spoil)
    assert shop.rows("select subject, found from audit.gate_universe('s.ep')") == [(subject, found)]


def admit(shop: Workbench, offset: str) -> set[tuple[str, str]]:
    """Admit a fact known so long after t0; what the gate then says."""
    shop.run("update s.stored set _max_known_at = t0 + %s::interval where id = 7", [offset])
    return shop.findings("time", "s.ep")


@pytest.mark.gate("time", "fires")
@pytest.mark.parametrize("offset", ["0", "1 hour"])
def test_a_fact_known_at_or_after_t0_is_found(shop: Workbench, offset: str) -> None:
    assert admit(shop, offset) == {("s.stored", '{"id": 7}')}


@pytest.mark.gate("time", "near miss")
def test_a_fact_known_just_before_t0_is_admitted(shop: Workbench) -> None:
    assert admit(shop, "-1 microsecond") == set()


def test_a_feature_layer_without_proof_column_is_found(shop: Workbench) -> None:
    shop.run("alter table s.stored drop column _max_known_at")
    assert shop.findings("time", "s.ep") == {("s.stored", "_max_known_at")}
    shop.run("update audit.materialisation set kind = 'history'")
    assert shop.findings("time", "s.ep") == set()


@pytest.mark.gate("universe", "near miss")
def test_a_universe_in_another_order_with_other_columns_is_the_same(shop: Workbench) -> None:
    shop.run(
        "create table s.listed as select 'x' as remark, id from s.source order by id desc;"
        "update audit.entrypoint set universe = 's.listed'"
    )
    assert shop.findings("universe", "s.ep") == set()


@pytest.mark.gate("universe", "fires")
def test_a_key_that_is_there_twice_is_surplus(shop: Workbench) -> None:
    shop.run("insert into s.stored select * from s.stored where id = 7")
    assert shop.findings("universe", "s.ep") == {("s.ep", '{"id": 7}')}


@pytest.mark.gate("invariants", "near miss")
def test_a_rule_that_no_row_breaks_is_silent(shop: Workbench) -> None:
    shop.run(
        "create view s.too_late as select id from s.ep where id > 30;"
        "insert into audit.store_invariant values"
        " ('s.ep', 'too_late', 's.too_late'::regclass, 'blocking', 'reload')"
    )
    assert shop.findings("invariants", "s.ep") == set()


@pytest.mark.gate("invariants", "fires")
def test_invariants_return_their_rows(shop: Workbench) -> None:
    shop.run(
        "create view s.too_late as select id from s.ep where id > 28;"
        "insert into audit.store_invariant values"
        " ('s.ep', 'too_late', 's.too_late'::regclass, 'warning', 'reload')"
    )
    rows = shop.rows(
        "select object, subject, level, hint from audit.gate_invariants('s.ep') order by 2"
    )
    assert rows == [
        ("too_late", '{"id": 29}', "warning", "reload"),
        ("too_late", '{"id": 30}', "warning", "reload"),
    ]


def test_a_rule_with_many_bad_rows_does_not_hide_the_next_one(shop: Workbench) -> None:
    shop.run(
        "create view s.early as select id from s.ep where id <= 28;"
        "create view s.unpinned as select 'nothing is pinned' as problem;"
        "insert into audit.store_invariant values"
        " ('s.ep', 'early', 's.early'::regclass, 'blocking', 'reload'),"
        " ('s.ep', 'unpinned', 's.unpinned'::regclass, 'blocking', 'pin one')"
    )
    check = shop.one("select audit.run_gate('invariants', 's.ep', '{}', 'seed', 5)")
    assert check["findings"] == 21
    assert [one["object"] for one in check["first"]] == ["early"] * 4 + ["unpinned"]


def test_an_invariant_whose_view_is_gone_does_not_pass(shop: Workbench) -> None:
    shop.run("insert into audit.store_invariant values ('s.ep', 'lost', 0, 'warning', 'reload')")
    assert shop.rows("select object, level from audit.gate_invariants('s.ep')") == [
        ("lost", "blocking")
    ]


STAMPS = {
    "disabled": "alter table s.stored disable trigger timeseal_stamp",
    "ordinary": "alter table s.stored enable trigger timeseal_stamp",
    "dropped": "drop trigger timeseal_stamp on s.stored",
    "without truncate": "drop trigger timeseal_stamp on s.stored; create trigger timeseal_stamp"
    " after insert or update or delete on s.stored for each statement"
    " execute function audit.bump_stamp();"
    " alter table s.stored enable always trigger timeseal_stamp",
    "of one column": "drop trigger timeseal_stamp on s.stored; create trigger timeseal_stamp"
    " after insert or update of id or delete or truncate on s.stored for each statement"
    " execute function audit.bump_stamp();"
    " alter table s.stored enable always trigger timeseal_stamp",
    "another function": "create function s.bump_stamp() returns trigger language plpgsql"
    " as 'begin return null; end'; drop trigger timeseal_stamp on s.stored;"
    " create trigger timeseal_stamp after insert or update or delete or truncate on s.stored"
    " for each statement execute function s.bump_stamp();"
    " alter table s.stored enable always trigger timeseal_stamp",
}


@pytest.mark.parametrize("way", STAMPS)
@pytest.mark.gate("read_closure", "fires")
def test_a_stamp_that_could_miss_a_write_is_found(shop: Workbench, way: str) -> None:
    shop.run(STAMPS[way])
    assert shop.findings("read_closure", "s.ep") == {("s.stored", "stamp trigger")}


def test_every_leaf_needs_its_stamp(shop: Workbench) -> None:
    shop.run(
        "create table s.big (id integer, t0 timestamptz) partition by range (id);"
        "create table s.leaf partition of s.big for values from (0) to (9);"
        "create view s.ep2 as select id, t0 from s.big; select"
        " audit.attach_stamp('s.big'::regclass)"
    )
    shop.declare("s.ep2")
    assert shop.findings("read_closure", "s.ep2") == set()
    shop.run("create table s.leaf2 partition of s.big for values from (9) to (19)")
    assert ("s.leaf2", "stamp trigger") in shop.findings("read_closure", "s.ep2")


OFFENCES = {
    "facts": (
        (
            "create table s.fact (id integer, t0 timestamptz);"
            "insert into audit.fact_relation (relid, kind, known_at_column)"
            " values ('s.fact'::regclass, 'fact', 't0'); select"
            " audit.attach_stamp('s.fact'::regclass);"
        ),
        "s.fact",
    ),
    "kind": (
        (
            "create unlogged table s.fact (id integer, t0 timestamptz);"
            "select audit.attach_stamp('s.fact'::regclass);"
        ),
        "s.fact",
    ),
    "row security": (
        (
            "create table s.fact (id integer, t0 timestamptz); alter table s.fact enable row"
            " level security;"
            "alter table s.fact force row level security; select"
            " audit.attach_stamp('s.fact'::regclass);"
        ),
        "s.fact",
    ),
    "stamp": (
        "create materialized view s.fact as select id, t0 from s.source;",
        "s.fact",
    ),
}


@pytest.mark.parametrize("subject", OFFENCES)
@pytest.mark.gate("read_closure", "fires")
def test_what_readers_may_not_scan(shop: Workbench, subject: str) -> None:
    text, relation = OFFENCES[subject]
    shop.run(text + "create view s.ep2 as select id, t0 from s.fact")
    shop.declare("s.ep2")
    assert shop.findings("read_closure", "s.ep2") == {(relation, subject)}


@pytest.mark.gate("read_closure", "near miss")
def test_a_store_reads_declared_layers_only(shop: Workbench) -> None:
    shop.run(
        "create table s.by_hand as select id, t0 from s.source; select"
        " audit.attach_stamp('s.by_hand'::regclass);"
        "create view s.ep2 as select id, t0 from s.by_hand"
    )
    shop.declare("s.ep2")
    assert shop.findings("read_closure", "s.ep2") == set()
    shop.run("update audit.entrypoint set store = 'shop' where entrypoint = 's.ep2'")
    assert shop.findings("read_closure", "s.ep2") == {("s.by_hand", "layer")}


def test_a_layer_whose_view_is_gone_is_found(shop: Workbench) -> None:
    shop.run("drop view s.build")
    assert shop.findings("read_closure", "s.ep") == {("s.stored", "source view")}


def test_a_view_with_its_readers_rights_is_found(shop: Workbench) -> None:
    shop.run("alter view s.ep set (security_invoker = on)")
    assert shop.findings("read_closure", "s.ep") == {("s.ep", "security_invoker")}
