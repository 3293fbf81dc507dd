"""Stored parse trees become jsonb on every major, whatever names and constants are in them."""

from __future__ import annotations

import pytest
from tests.integration.seal.conftest import Workbench

NASTY = [
    ":funcid",
    ":a :b",
    "a}b",
    "{VAR",
    "(",
    ")",
    "\\",
    "\\\\",
    "\\s",
    "\\ s",
    "\\e",
    "e\\",
    "n\\ ",
    "\\(",
    '"',
    '""',
    'a"b',
    '"x"',
    "<>",
    "<",
    "i",
    "o",
    "b",
    "x y",
    "  ",
    "\n",
    "\t",
    "[",
    "1",
    "+1",
    "-.",
    "é",
    "\u3000",
]


def test_every_stored_rule_of_the_server_is_understood(bench: Workbench) -> None:
    total, parsed, queries = bench.rows(
        "select count(*), count(audit.node_tree(ev_action::text)),"
        " count(*) filter (where audit.node_tree(ev_action::text) #>> '{0,_}' = 'QUERY')"
        " from pg_rewrite"
    )[0]
    assert total > 100
    assert (parsed, queries) == (total, total)


def test_no_node_is_lost(bench: Workbench) -> None:
    """As many nodes as opening braces that no backslash protects."""
    wrong = bench.one(
        r"select count(*) from pg_rewrite r where"
        r" (select count(*) from regexp_matches(ev_action::text, '(?:^|[^\\])\{', 'g'))"
        r" <> (select count(*) from audit.tree_walk(audit.node_tree(ev_action::text)))"
    )
    assert wrong == 0


@pytest.mark.parametrize("name", NASTY)
def test_a_name_never_changes_the_shape(bench: Workbench, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    bench.run("create view s.plain as select q.x as y from (values (1)) as q (x)")
    bench.run(
        f"create view s.nasty as select {quoted}.{quoted} as {quoted}"
        f" from (values (1)) as {quoted} ({quoted})"
    )
    tags, names = [], []
    for view in ("plain", "nasty"):
        tags.append(
            bench.rows(
                "select w.path, w.tag from pg_rewrite r,"
                " audit.tree_walk(audit.node_tree(r.ev_action::text)) w"
                " where r.ev_class = ('s.' || %s)::regclass order by 1",
                [view],
            )
        )
        names.append(
            bench.one(
                "select audit.node_tree(r.ev_action::text) #>> '{0,targetList,0,0,resname,0}'"
                " from pg_rewrite r where r.ev_class = ('s.' || %s)::regclass",
                [view],
            )
        )
    assert tags[0] == tags[1]
    assert names == ["y", name]


def test_a_constant_keeps_its_bytes(bench: Workbench) -> None:
    bench.run("create view s.v as select '{FUNCEXPR :funcid 12}'::text as a, null::int as b")
    tree = bench.one(
        "select audit.node_tree(ev_action::text) from pg_rewrite where ev_class = 's.v'::regclass"
    )
    first, second = (entry["expr"][0] for entry in tree[0]["targetList"][0])
    assert first["constvalue"][1] == "["
    assert bytes(int(b) for b in first["constvalue"][6:-1]).decode() == "{FUNCEXPR :funcid 12}"
    assert second["constvalue"] == [None]


def test_rounded_marks_only_what_is_below_round(bench: Workbench) -> None:
    bench.run(
        "create view s.v as select round((x + 1)::numeric, 2) as a, x + 2 as b"
        " from (values (1.5)) as q (x)"
    )
    marks = bench.rows(
        "select w.node #>> '{args,0,1,constvalue,2}', w.rounded from pg_rewrite r,"
        " audit.tree_walk(audit.node_tree(r.ev_action::text)) w"
        " where r.ev_class = 's.v'::regclass and w.tag = 'OPEXPR'"
    )
    assert sorted(rounded for _, rounded in marks) == [False, True]
