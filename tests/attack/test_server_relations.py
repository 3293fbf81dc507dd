"""What the server keeps about itself has no stamp: nothing certified may be made from it."""

from __future__ import annotations

import pytest
from tests.attack import market
from tests.attack.market import Conn

CATALOGUE = "a relation of the server itself, whose changes no version counts"
#: what is read → (statements before the view, its expression, reader, subject of the finding)
REFUSED = {
    "a comment": (
        "",
        "(select max(d.description) from pg_catalog.pg_description as d)",
        "shop.shown",
        "pg_catalog.pg_description",
    ),
    "the roles, a view": (
        "",
        "(select count(*) from pg_catalog.pg_roles)",
        "shop.shown",
        "pg_catalog.pg_roles",
    ),
    "the information schema": (
        "",
        "(select count(*) from information_schema.tables)",
        "shop.shown",
        "information_schema.tables",
    ),
    "large objects": (
        "",
        "(select count(*) from pg_catalog.pg_largeobject_metadata)",
        "shop.shown",
        "pg_catalog.pg_largeobject_metadata",
    ),
    "shared statistics": (
        "",
        "(select count(*) from pg_catalog.pg_stat_user_tables)",
        "shop.shown",
        "pg_catalog.pg_stat_user_tables",
    ),
    "a view further down": (
        "create view shop.below as select count(*) as n from pg_catalog.pg_class as c;",
        "(select b.n from shop.below as b)",
        "shop.below",
        "pg_catalog.pg_class",
    ),
    "the source of a materialised view": (
        (
            "create materialized view shop.kept as"
            " select count(*) as n from pg_catalog.pg_proc as f;"
            "select audit.attach_stamp('shop.kept'::regclass);"
        ),
        "(select k.n from shop.kept as k)",
        "shop.kept",
        "pg_catalog.pg_proc",
    ),
    "a function": (
        (
            "create function shop.spaces() returns bigint language sql immutable"
            " return (select count(*) from pg_catalog.pg_namespace);"
        ),
        "shop.spaces()",
        "shop.spaces()",
        "pg_catalog.pg_namespace",
    ),
    "an inspected function": (
        (
            "create function shop.spaces() returns bigint language sql immutable"
            " return (select count(*) from pg_catalog.pg_namespace);"
            "insert into audit.allowed_function"
            " values ('shop.spaces()'::regprocedure, 'inspected');"
        ),
        "shop.spaces()",
        "shop.spaces()",
        "pg_catalog.pg_namespace",
    ),
    "a policy": (
        "create policy seen on shop.price using (exists (select from pg_catalog.pg_roles));",
        "1",
        "seen on shop.price",
        "pg_catalog.pg_roles",
    ),
}
#: expressions → the function that looks into the catalogue for them
CALLS = {
    "pg_get_viewdef('shop.absurd'::regclass)": "pg_get_viewdef",
    "obj_description('shop.price'::regclass, 'pg_class')": "obj_description",
    "current_setting('work_mem')": "current_setting",
    "has_table_privilege('ml_training', 'shop.price'::regclass, 'select')": "has_table_privilege",
    "pg_relation_size('shop.price'::regclass)": "pg_relation_size",
    "lo_get(1)": "lo_get",
    "pg_stat_get_live_tuples('shop.price'::regclass)": "pg_stat_get_live_tuples",
    "'shop.price'::regclass::text": "regclassout",
    "'shop.doubled(integer)'::regprocedure::text": "regprocedureout",
    "('shop.price'::regclass::oid::bigint)::oid::regclass::text": "regclassout",
    "'integer'::regtype::text": "regtypeout",
    "10::oid::regrole::text": "regroleout",
    "array['shop.price'::regclass]::text": "array_out",
    "format('%s', 'shop.price'::regclass)": "format",
    "to_regclass('shop.price')": "to_regclass",
    "p.note::regclass": "regclass",
    "pg_typeof(p.note)": "pg_typeof",
    "pg_partition_root('shop.visit_a'::regclass)": "pg_partition_root",
    "satisfies_hash_partition('shop.visit'::regclass, 2, 1, p.item)": "satisfies_hash_partition",
    "quote_ident(p.note)": "quote_ident",
    "date_trunc('day', p.t0, 'IST')": "date_trunc",
}
HARMLESS = {
    "a table of one's own": "(select max(d.description) from shop.pg_description as d)",
    "the number of a relation": "('shop.price'::regclass)::oid::bigint",
    "a quoted literal": "quote_literal(p.note)",
    "the name of a catalogue": "'pg_catalog.pg_class'::text",
}
OWN = (
    "create table shop.pg_description (description text);"
    "insert into shop.pg_description values ('of the shop');"
    "alter table shop.pg_description owner to timeseal_owner;"
)


def seal(sandbox: Conn, before: str, expression: str) -> None:
    """A declared view of the shop with that expression in it."""
    sandbox.execute(before.encode())
    sandbox.execute(
        f"create view shop.shown as select p.item, p.t0, {expression} as v"
        " from shop.price as p".encode()
    )
    sandbox.execute(
        "create view shop.shown_train with (security_barrier) as select s.item, s.t0, s.v"
        f" from shop.shown as s where {market.asks('shop.shown', 's.item')};"
        "alter view shop.shown owner to timeseal_owner;"
        "alter view shop.shown_train owner to timeseal_owner".encode()
    )
    market.declare(sandbox, "shop.shown", "shop.shown_train", ["item", "t0"], "t0")


def findings(sandbox: Conn) -> set[tuple[str, str, str]]:
    """Reader, what it reads, and why not."""
    return set(
        sandbox.execute(
            "select f.object, f.subject, f.found from audit.gate_volatility('shop.shown') as f"
        ).fetchall()
    )


@pytest.mark.parametrize("case", REFUSED)
def test_a_relation_of_the_server_is_refused(sandbox: Conn, case: str) -> None:
    before, expression, reader, relation = REFUSED[case]
    seal(sandbox, before, expression)
    found = {(who, what) for who, what, _ in findings(sandbox)}
    assert (reader, relation) in found


@pytest.mark.parametrize("expression", CALLS)
def test_a_function_that_looks_into_the_catalogue_is_refused(
    sandbox: Conn, expression: str
) -> None:
    seal(sandbox, "", expression)
    called = {what.split("(")[0] for who, what, _ in findings(sandbox) if who == "shop.shown"}
    assert f"pg_catalog.{CALLS[expression]}" in called


@pytest.mark.parametrize("case", HARMLESS)
def test_what_only_looks_like_it_is_let_through(sandbox: Conn, case: str) -> None:
    seal(sandbox, OWN, HARMLESS[case])
    assert findings(sandbox) == set()
    market.baseline(sandbox, "shop.shown")
    assert market.certify(sandbox, "shop.shown") == "CERTIFIED"


def test_a_toast_table_is_refused(sandbox: Conn) -> None:
    row = sandbox.execute(
        "select c.reltoastrelid::regclass::text from pg_class as c"
        " where c.oid = 'shop.price'::regclass"
    ).fetchone()
    assert row is not None
    seal(sandbox, "", f"(select count(*) from {row[0]})")
    assert {(what, why) for _, what, why in findings(sandbox)} == {(row[0], CATALOGUE)}


def test_it_gets_no_certificate(sandbox: Conn) -> None:
    seal(sandbox, "", "(select count(*) from pg_catalog.pg_roles)")
    market.baseline(sandbox, "shop.shown")
    status = market.certify(sandbox, "shop.shown")
    assert "shop.shown pg_catalog.pg_roles: a relation of the server" in status
    assert "volatility" in status
