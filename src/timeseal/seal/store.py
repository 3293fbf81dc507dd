"""Store declarations: `store.toml` becomes frozen dataclasses, or an error with a reason code.

Owns what a declaration may say; reads no database and knows no domain word. Layer texts are files
beside the declaration (or in a later folder, which wins); see `binding` for what becomes of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import cast

from timeseal.db.sqlfile import parse_header
from timeseal.errors import PackageBroken
from timeseal.seal.declaration import DeclarationError, Table, merge
from timeseal.seal.store_shape import (
    Budget,
    ColumnRole,
    Declaration,
    Entrypoint,
    FactRelation,
    FirewallPair,
    Index,
    Invariant,
    Layer,
    Pin,
    Reach,
    Role,
    Text,
)

__all__ = [
    "Budget",
    "ColumnRole",
    "Declaration",
    "DeclarationError",
    "Entrypoint",
    "FactRelation",
    "FirewallPair",
    "Folder",
    "Index",
    "Invariant",
    "Layer",
    "Pin",
    "Reach",
    "Text",
    "load_store",
]

Folder = Path | Traversable
ROLES = frozenset(
    ("key", "t0", "event_time", "known_at", "attribute", "outcome", "label", "current", "reference")
)
CLOCKS = frozenset(("t0", "landmark"))
KINDS = frozenset(("feature", "history", "label"))
_SPAN = re.compile(r"[1-9][0-9]* (seconds?|minutes?|hours?|days?)")


@dataclass(frozen=True, slots=True)
class _Defaults:
    key: tuple[str, ...]
    t0: str | None
    day: str | None
    unit: str | None


def load_store(folders: Sequence[Folder]) -> Declaration:
    """Read `store.toml` from the first folder and lay those of later folders over it.

    Scalars of a later folder win, named tables are merged by name, other tables are appended; a
    layer text is taken from the last folder that has it. Raises `DeclarationError`.
    """
    documents = [_document(folder) for folder in folders if (folder / "store.toml").is_file()]
    if not documents:
        where = ", ".join(str(folder) for folder in folders)
        raise DeclarationError("missing_file", "store", "store.toml", f"nothing in {where}")
    root = Table(merge(documents), "store.toml")
    declaration = _declaration(root, folders)
    root.done()
    _check(declaration)
    return declaration


def _declaration(root: Table, folders: Sequence[Folder]) -> Declaration:
    store = root.table("store")
    defaults = _Defaults(
        store.names("key"), store.optional("t0"), store.optional("day"), store.optional("unit")
    )
    layers, layer_roles = [], []
    for table in root.tables("layer"):
        layers.append(_layer(table, defaults, folders))
        layer_roles += _roles(table, f"store.{layers[-1].name}")
    entrypoints: list[Entrypoint] = []
    clocks: list[ColumnRole] = []
    for table in root.tables("entrypoint"):
        entrypoints.append(_entrypoint(table, store, defaults, folders))
        clocks += _clocks(table, entrypoints[-1])
        table.done()
    first = entrypoints[0].name if entrypoints else ""
    facts, fact_roles = [], []
    for table in root.tables("fact"):
        facts.append(_fact(table))
        fact_roles += _roles(table, facts[-1].relation)
    declaration = Declaration(
        name=store.text("name"),
        sources=store.names("sources"),
        horizon_function=store.optional("horizon_function"),
        reach_function=store.optional("reach_function"),
        layers=tuple(layers),
        entrypoints=tuple(entrypoints),
        facts=tuple(facts),
        roles=(*fact_roles, *layer_roles, *clocks),
        firewall=tuple(_pair(table) for table in root.tables("firewall")),
        budgets=tuple(_budget(table) for table in root.tables("budget")),
        invariants=tuple(_invariant(table, first, folders) for table in root.tables("invariant")),
        pins=tuple(_pin(table, first) for table in root.tables("pin")),
        meaning=store.optional("meaning"),
        limits=store.names("limits", optional=True),
    )
    store.done()
    return declaration


def _layer(table: Table, defaults: _Defaults, folders: Sequence[Folder]) -> Layer:
    name = table.text("name")
    file = table.optional("file") or f"{name}.layer.sql"
    dated = table.flag("dated", True)
    return Layer(
        name=name,
        text=_text(file, folders, table.where),
        published=table.relation("published", optional=True),
        key=table.names("key", optional=True) or defaults.key,
        t0=(table.optional("t0") or defaults.t0) if dated else None,
        day=(table.optional("day") or defaults.day) if dated else None,
        kind=table.choice("kind", KINDS),
        indexes=_indexes(table.tables("indexes")),
        stored_indexes=_indexes(table.tables("stored_indexes")),
        view=table.relation("view", optional=True),
        unit=table.optional("unit") or defaults.unit,
        rows_of=table.optional("rows_of"),
        walks=table.optional("walks"),
        inline=table.flag("inline", False),
        reach=tuple(_reach(one) for one in table.tables("reach")),
    )


def _reach(table: Table) -> Reach:
    after = table.optional("after")
    reach = Reach(
        input=table.text("input"),
        by=table.names("by", optional=True),
        after=after,
        since=table.optional("since") or after,
        lead=_optional_interval(table, "lead"),
        look_back=_optional_interval(table, "look_back"),
        reads=table.names("reads", optional=True) if table.has("reads") else None,
        elsewhere=table.names("elsewhere", optional=True),
    )
    table.done()
    if (reach.look_back and not reach.since) or (reach.lead and not after):
        raise DeclarationError(
            "reach_without_time", table.where, "after or since, the column it counts from", "none"
        )
    return reach


def _optional_interval(table: Table, key: str) -> str | None:
    text = table.optional(key)
    return None if text is None else _interval(text, key)


def _indexes(tables: Sequence[Table]) -> tuple[Index, ...]:
    found = []
    for one in tables:
        found.append(Index(one.text("name"), one.names("columns"), one.flag("unique")))
        one.done()
    return tuple(found)


def _entrypoint(
    table: Table, store: Table, defaults: _Defaults, folders: Sequence[Folder]
) -> Entrypoint:
    name = cast(str, table.relation("name"))
    file = table.optional("file") or f"{name.split('.', 1)[1]}.view.sql"
    t0 = table.optional("t0") or defaults.t0
    if t0 is None:
        raise DeclarationError("missing_key", table.where, "t0", "nothing")
    return Entrypoint(
        name=name,
        text=_text(file, folders, table.where),
        guarded_view=cast(str, table.relation("guarded_view")),
        key=table.names("key", optional=True) or defaults.key,
        t0=t0,
        day=table.optional("day") or defaults.day,
        universe=table.optional("universe") or store.optional("universe"),
        contract=table.optional("contract") or store.optional("contract"),
        max_age=_interval(table.optional("max_age") or store.optional("max_age") or "24 hours"),
        tolerant_days=table.number("tolerant_days", store.number("tolerant_days", 10)),
        replay=table.optional("replay") or store.optional("replay") or "world",
        replay_budget=_interval(
            table.optional("replay_budget") or store.optional("replay_budget") or "10 seconds",
            "replay_budget",
        ),
    )


def _clocks(table: Table, entrypoint: Entrypoint) -> list[ColumnRole]:
    clocks = table.table("clocks")
    special = {column: role for role, columns in _role_lists(table) for column in columns}
    special |= dict.fromkeys(entrypoint.key, "key") | {entrypoint.t0: "t0"}
    found = [
        ColumnRole(entrypoint.name, column, cast(Role, special.get(column, "attribute")), clock)
        for clock in sorted(CLOCKS)
        for column in clocks.names(clock, optional=True)
    ]
    clocks.done()
    return found


def _fact(table: Table) -> FactRelation:
    table.optional("name")  # lets a later folder add roles to the same relation
    return FactRelation(
        relation=cast(str, table.relation("relation")),
        kind=table.choice("kind", frozenset(("fact", "reference"))),
        known_at=table.optional("known_at"),
        event_time=table.optional("event_time"),
        key=table.names("key", optional=True),
        defining=table.flag("defining", False),
        t0=table.optional("t0"),
        known_at_kind=table.optional("known_at_kind"),
        run=table.optional("run"),
    )


def _roles(table: Table, relation: str) -> list[ColumnRole]:
    found = [
        ColumnRole(relation, column, cast(Role, role))
        for role, columns in _role_lists(table)
        for column in columns
    ]
    table.done()
    return found


def _role_lists(table: Table) -> list[tuple[str, tuple[str, ...]]]:
    roles = table.table("roles", optional=True)
    lists = [(role, roles.names(role, optional=True)) for role in sorted(ROLES)]
    roles.done()
    return lists


def _pair(table: Table) -> FirewallPair:
    pair = FirewallPair(
        table.text("layer"),
        cast(str, table.relation("relation")),
        table.text("column"),
        table.text("reason"),
    )
    table.done()
    return pair


def _budget(table: Table) -> Budget:
    budget = Budget(table.text("name"), table.number("max_days"), table.number("max_rows"))
    table.done()
    return budget


def _invariant(table: Table, entrypoint: str, folders: Sequence[Folder]) -> Invariant:
    name = table.text("name")
    file = table.optional("file") or f"{name}.invariant.sql"
    invariant = Invariant(
        name=name,
        entrypoint=table.relation("entrypoint", optional=True) or entrypoint,
        text=_text(file, folders, table.where),
        level=table.choice("level", frozenset(("blocking", "warning"))),
        hint=table.text("hint"),
        also=table.names("also", optional=True),
    )
    table.done()
    return invariant


def _pin(table: Table, entrypoint: str) -> Pin:
    pin = Pin(
        table.relation("entrypoint", optional=True) or entrypoint,
        table.text("gate"),
        table.text("subject"),
        table.text("reason"),
    )
    table.done()
    return pin


def _interval(text: str, key: str = "max_age") -> str:
    if not _SPAN.fullmatch(text):
        raise DeclarationError("bad_interval", key, "such as '24 hours'", text)
    return text


def _document(folder: Folder) -> Mapping[str, object]:
    path = folder / "store.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError("bad_toml", str(path), "valid TOML", str(error)) from error


def _text(file: str, folders: Sequence[Folder], where: str) -> Text:
    for folder in reversed(folders):
        source = folder / file
        if source.is_file():
            return _select(file, source.read_text(encoding="utf-8"))
    searched = ", ".join(str(folder) for folder in folders)
    raise DeclarationError("missing_file", where, file, f"no such file in {searched}")


def _select(file: str, text: str) -> Text:
    try:
        header = parse_header(file, text)
    except PackageBroken as error:
        raise DeclarationError(
            "bad_header", file, error.expected or "", error.found or ""
        ) from error
    rest = text.split("\n", 5)[5] if text.count("\n") >= 5 else ""
    first_line = 6 + len(rest[: len(rest) - len(rest.lstrip())].splitlines())
    body = rest.strip().rstrip(";").rstrip()
    if not re.match(r"(select|with)\b", re.sub(r"(?m)^\s*--.*\n", "", body), re.IGNORECASE):
        raise DeclarationError("not_a_select", file, "one SELECT", body[:40] or "nothing")
    return Text(file, header.purpose, body, first_line)


def _check(declaration: Declaration) -> None:
    """What no single table can say: every name that is used is declared, once."""
    names = [layer.name for layer in declaration.layers]
    for name in names:
        if names.count(name) > 1:
            raise DeclarationError("duplicate_layer", name, "one layer of a name", "two")
    for pair in declaration.firewall:
        if pair.layer not in names:
            raise DeclarationError("unknown_layer", "firewall", ", ".join(names), pair.layer)
    for layer in declaration.layers:
        _check_reach(layer, names[: names.index(layer.name)])
    entrypoints = {entrypoint.name for entrypoint in declaration.entrypoints}
    named = [(one.name, e) for one in declaration.invariants for e in (one.entrypoint, *one.also)]
    for where, entrypoint in (*named, *((one.subject, one.entrypoint) for one in declaration.pins)):
        if entrypoint not in entrypoints:
            raise DeclarationError("unknown_entrypoint", where, ", ".join(entrypoints), entrypoint)
    for layer in declaration.layers:
        if layer.kind == "feature" and (layer.t0 is None or layer.t0 not in layer.key):
            raise DeclarationError(
                "key_without_t0", layer.name, "a feature layer keyed by its t0", str(layer.key)
            )


def _check_reach(layer: Layer, below: Sequence[str]) -> None:
    """A reach that leads from a changed row to no row of the layer would be an empty promise."""
    if not (layer.reach or layer.rows_of):
        return
    if layer.unit not in layer.key:
        raise DeclarationError(
            "reach_without_unit", layer.name, "unit, a column of the key", str(layer.unit)
        )
    if layer.rows_of is not None and layer.rows_of not in below:
        raise DeclarationError("unknown_layer", layer.name, ", ".join(below), layer.rows_of)
    if layer.walks is not None and (layer.rows_of is None or layer.walks not in below):
        raise DeclarationError("unknown_layer", layer.name, ", ".join(below), layer.walks)
    for one in layer.reach:
        if layer.rows_of is None and layer.unit not in one.by:
            raise DeclarationError(
                "reach_without_rows", layer.name, f"rows_of, or by {layer.unit}", str(one.by)
            )
