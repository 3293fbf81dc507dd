"""The reference page of a store: what is sealed, built from what and meaning what, as Markdown.

Structure comes from the live catalogue, words from the store's declaration and its vertical; where
nobody declared words the page has gaps, never guesses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from timeseal.market.vertical import Vertical
from timeseal.seal.store import Declaration

__all__ = ["Words", "as_markdown", "table", "words_of"]

ENTRYPOINTS = (
    "select e.entrypoint, e.guarded_view, r.runner, r.arguments, e.key_columns, e.t0_column,"
    " extract(epoch from e.max_age)::integer / 3600, e.tolerant_days, e.contract_set, e.relid"
    " from audit.entrypoint as e left join audit.runner as r using (entrypoint)"
    " where e.store = %s and e.retired_at is null order by e.declared_at, e.entrypoint"
)
LAYERS = (
    "select m.layer, m.key_columns, m.kind, m.published::regclass::text, array("
    " select distinct n.nspname || '.' || c.relname from pg_rewrite as w join pg_depend as d"
    " on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refobjid <> w.ev_class"
    " join pg_class as c on d.refclassid = 'pg_class'::regclass and c.oid = d.refobjid"
    " join pg_namespace as n on n.oid = c.relnamespace where w.ev_class = m.source order by 1)"
    " from audit.materialisation as m where m.store = %s order by m.ordinal"
)
COLUMNS = (
    "select a.attname::text, format_type(a.atttypid, a.atttypmod), coalesce(r.clock, ''),"
    " col_description(a.attrelid, a.attnum), (select m.layer from audit.materialisation as m"
    " join pg_attribute as b on b.attrelid = m.stored and b.attname = a.attname"
    " where m.store = %s order by m.ordinal limit 1) from pg_attribute as a"
    " left join audit.column_role as r on r.relid = a.attrelid and r.column_name = a.attname"
    " where a.attrelid = %s and a.attnum > 0 and not a.attisdropped order by a.attnum"
)
BLOCKS = (
    "select c.feature_block, c.surface, c.status <> 'not built' from audit.t0_block_coverage as c"
    " join audit.entrypoint as e on e.entrypoint = c.entrypoint"
    " where e.store = %s and c.status <> 'not provided'"
)
INVARIANTS = (
    "select i.name, i.level, i.hint, array_agg(i.entrypoint order by i.entrypoint)"
    " from audit.store_invariant as i join audit.entrypoint as e using (entrypoint)"
    " where e.store = %s group by i.name, i.level, i.hint order by 4, 1"
)
FIREWALL = (
    "select f.layer::regclass::text, f.relid::regclass::text, f.column_name, f.reason"
    " from audit.firewall_pair as f left join audit.materialisation as m on m.source = f.layer"
    " where f.store = %s order by m.ordinal, 2, 3"
)
WAIVERS = (
    "select w.gate, w.subject, w.reason from audit.waiver_in_force as w"
    " join audit.entrypoint as e using (entrypoint) where e.store = %s order by 1, 2"
)
ARGUMENTS = {"days": "10", "days,drift": "10, true", "days,drift,limit": "10, true, 2000"}
#: Shorter in a table, and as exact.
SHORT = {"timestamp with time zone": "timestamptz", "double precision": "float8"}


@dataclass(frozen=True, slots=True)
class Words:
    """What a declaration and a vertical say about a store; empty for somebody else's store."""

    market: str = ""
    meaning: str = ""
    limits: tuple[str, ...] = ()
    layers: Mapping[str, str] = field(default_factory=dict)
    invariants: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()


def words_of(declaration: Declaration, vertical: Vertical | None = None) -> Words:
    """Collect the words of a declared store, with those of its vertical if it has one."""
    return Words(
        market=vertical.label if vertical else "",
        meaning=declaration.meaning or "",
        limits=declaration.limits,
        layers={one.name: one.text.purpose for one in declaration.layers},
        invariants={one.name: one.text.purpose for one in declaration.invariants},
        units=vertical.units if vertical else {},
        absent=vertical.not_in_vertical if vertical else frozenset(),
    )


def as_markdown(conn: psycopg.Connection[Any], store: str, words: Words) -> str:
    """The whole page; `conn` must be allowed to read the registry."""
    entrypoints = conn.execute(ENTRYPOINTS, (store,)).fetchall()
    heading = f"# Store `{store}`" + (f" · {words.market}" if words.market else "")
    purpose = f"{words.meaning[:1].upper()}{words.meaning[1:]}." if words.meaning else ""
    parts = [
        [heading],
        [purpose],
        *_surfaces(entrypoints),
        *_blocks(conn, store),
        *_layers(conn, store, words),
    ]
    for one in entrypoints:
        parts += _columns(conn, store, one, words)
    parts += [*_rules(conn, store, words), *_firewall(conn, store), *_waivers(conn, store)]
    parts += _limits(words)
    return "\n\n".join("\n".join(part) for part in parts if part and part[0]) + "\n"


def _surfaces(entrypoints: Sequence[Sequence[Any]]) -> Iterator[list[str]]:
    yield ["## What is sealed"]
    rows = []
    for name, guarded, runner, arguments, *_ in entrypoints:
        how = (
            f"call audit.{runner}({ARGUMENTS[arguments]})" if runner else f"timeseal certify {name}"
        )
        rows.append((f"`{name}`", f"`{guarded}`", f"`{how}`"))
    yield table(("entrypoint", "read it as", "certify it"), rows)
    for name, _, _, _, key, t0, hours, days, contract, _ in entrypoints:
        promise = f" Contract `{contract}`." if contract else ""
        grain = f"`{name}`: one row per {', '.join(key)}; decision time `{t0}`."
        life = f"A certificate holds {hours} hours; the newest {days} days may grow on a budget."
        yield [f"{grain} {life}{promise}"]


def _blocks(conn: psycopg.Connection[Any], store: str) -> Iterator[list[str]]:
    rows = conn.execute(BLOCKS, (store,)).fetchall()
    if rows:
        yield ["## Published blocks"]
        yield table(
            ("block", "its columns stand on", "built"),
            [
                (f"`{name}`", f"`{surface}`", "yes" if built else "not yet")
                for name, surface, built in rows
            ],
        )


def _layers(conn: psycopg.Connection[Any], store: str, words: Words) -> Iterator[list[str]]:
    lines = []
    for name, key, kind, published, reads in conn.execute(LAYERS, (store,)).fetchall():
        purpose = words.layers.get(name, "")
        seen = ", ".join(f"`{one.removeprefix('store.')}`" for one in reads)
        twin = f"; published as `{published}`" if published else ""
        lines.append(
            f"1. **`{name}`** ({kind}): {purpose}. One row per {', '.join(key)}."
            f" Reads {seen}{twin}."
        )
    if lines:
        yield ["## Layers, in the order in which they are built"]
        yield lines


def _columns(
    conn: psycopg.Connection[Any], store: str, entrypoint: Sequence[Any], words: Words
) -> Iterator[list[str]]:
    name, key, t0, relid = entrypoint[0], entrypoint[4], entrypoint[5], entrypoint[9]
    found = conn.execute(COLUMNS, (store, relid)).fetchall()
    clocks = sorted({clock for _, _, clock, _, _ in found if clock})
    yield [f"## Columns of `{name}`"]
    named = ", ".join(f"`{one}`" for one in key)
    if len(clocks) == 1:
        yield [f"Key: {named}. Every column is admitted by the clock `{clocks[0]}`."]
    else:
        yield [f"Key: {named}."]
    columns: list[str] = ["column", "type", "unit", "meaning", "first in"]
    if len(clocks) > 1:
        columns.append("clock")
    rows = [
        (
            f"`{column}`" + (" (t0)" if column == t0 else ""),
            SHORT.get(kind, kind),
            words.units.get(column, "").removeprefix("text"),
            _meaning(text or ""),
            f"`{layer}`" if layer else "the view",
            *([clock] if len(clocks) > 1 else []),
        )
        for column, kind, clock, text, layer in found
        if column not in words.absent
    ]
    yield table(columns, rows)
    absent = [f"`{column}`" for column, *_ in found if column in words.absent]
    if absent:
        yield [
            f"Published columns that mean nothing in this market, always NULL: {', '.join(absent)}."
        ]


def _meaning(comment: str) -> str:
    """A comment opens with `Label (unit):` for attributes; the page has columns for these."""
    head, parted, rest = comment.partition("): ")
    return rest if parted and "(" in head and len(head) < 60 else comment


def _rules(conn: psycopg.Connection[Any], store: str, words: Words) -> Iterator[list[str]]:
    rows = [
        (f"`{name}`", words.invariants.get(name, ""), ", ".join(f"`{e}`" for e in of), level, hint)
        for name, level, hint, of in conn.execute(INVARIANTS, (store,)).fetchall()
    ]
    if rows:
        yield ["## Invariants", "", "Each is a query that returns the rows that break it."]
        yield table(("invariant", "returns", "of", "level", "what mends it"), rows)


def _firewall(conn: psycopg.Connection[Any], store: str) -> Iterator[list[str]]:
    rows = [
        (f"`{layer.removeprefix('build.')}`", f"`{relation}.{column}`", reason)
        for layer, relation, column, reason in conn.execute(FIREWALL, (store,)).fetchall()
    ]
    if rows:
        yield [
            "## What may cross the firewall",
            "",
            "Outcomes and labels reach a feature only here; each pair is proven by replay.",
        ]
        yield table(("layer", "reads", "why"), rows)


def _waivers(conn: psycopg.Connection[Any], store: str) -> Iterator[list[str]]:
    rows = conn.execute(WAIVERS, (store,)).fetchall()
    yield ["## Waivers"]
    if rows:
        yield table(("gate", "row", "reason"), [(gate, f"`{row}`", why) for gate, row, why in rows])
    else:
        yield ["None."]


def _limits(words: Words) -> Iterator[list[str]]:
    if words.limits:
        yield ["## Known limits"]
        yield [f"- {one[:1].upper()}{one[1:]}." for one in words.limits]


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """The lines of a table; a column in which no row says anything is left out."""
    kept = [n for n in range(len(columns)) if any(row[n] for row in rows)]
    lines = [[columns[n] for n in kept], ["---"] * len(kept)]
    lines += [[str(row[n]).replace("|", "\\|") for n in kept] for row in rows]
    return ["| " + " | ".join(line) + " |" for line in lines]
