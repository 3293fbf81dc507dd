"""The SQL of each stage of a binding plan; owns the texts, decides nothing.

Names are quoted by the driver, values are literals quoted by the driver, layer bodies are files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql

from timeseal.seal.probe import search_path
from timeseal.seal.store import Declaration, Entrypoint, Index, Invariant, Layer


@dataclass(frozen=True, slots=True)
class Stage:
    """One object and what happens to it; `statements` run in order as the owner role."""

    action: str
    subject: str
    why: str
    statements: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.action} {self.subject} — {self.why}"


def create_schema(name: str) -> Stage:
    """Stage that makes a schema nobody but the owner may use."""
    return _stage(
        "create schema", name, "missing", sql.SQL("create schema {}").format(sql.Identifier(name))
    )


def drop(kind: str, relation: str, why: str) -> Stage:
    """Stage that drops one relation; whatever else depends on it makes the plan fail."""
    verb = sql.SQL("drop {} if exists {}").format(sql.SQL(kind), _name(relation))
    return _stage(f"drop {kind}", relation, why, verb)


def forget(declaration: Declaration, layer: str) -> Stage:
    """Stage that removes the record of a dropped layer."""
    verb = sql.SQL("delete from audit.layer_binding where store = {} and layer = {}").format(
        sql.Literal(declaration.name), sql.Literal(layer)
    )
    return _stage("forget", f"store.{layer}", "it was dropped", verb)


def new_layer(declaration: Declaration, layer: Layer, sha: str) -> list[Stage]:
    """Stages for a layer that is not there: defining view, stored table, key, index, stamp."""
    table = _name(f"store.{layer.name}")
    statements = [
        sql.SQL("create table {} (like {})").format(table, _name(f"build.{layer.name}")),
        sql.SQL("alter table {} add constraint {} primary key ({})").format(
            table, sql.Identifier(f"{layer.name}_pkey"), _columns(layer.key)
        ),
    ]
    if layer.day is not None:
        statements.append(
            sql.SQL("create index {} on {} ({})").format(
                sql.Identifier(f"{layer.name}_t0_day_idx"), table, sql.Identifier(layer.day)
            )
        )
    if layer.unit is not None and layer.unit != layer.key[0] and (layer.reach or layer.rows_of):
        by_unit = Index(f"{layer.name}_unit_idx", (layer.unit,), unique=False)
        statements.append(_index(f"store.{layer.name}", by_unit))
    statements += [_index(f"store.{layer.name}", index) for index in layer.stored_indexes]
    statements.append(
        sql.SQL("select audit.attach_stamp({}::regclass)").format(
            sql.Literal(f"store.{layer.name}")
        )
    )
    return [
        _view(declaration, layer, sha, layer.text.purpose, replace=False),
        _stage("create table", f"store.{layer.name}", "stored rows of the layer", *statements),
    ]


def changed_layer(declaration: Declaration, layer: Layer, sha: str) -> list[Stage]:
    """Stages for a layer whose text changed and whose columns did not."""
    why = "its text changed, its columns did not"
    stages = [_view(declaration, layer, sha, why, replace=True)]
    table = f"store.{layer.name}"
    indexes = [_index(table, index, "if not exists ") for index in layer.stored_indexes]
    if indexes:
        stages.append(_stage("create index", table, "those it lacks", *indexes))
    return stages


def publish_layer(declaration: Declaration, layer: Layer, columns: Sequence[str]) -> list[Stage]:
    """Stages for the published twin: materialized view, named indexes, one-line view over it."""
    published = layer.published or ""
    create = sql.SQL("create materialized view {} as\n{}\nwith no data").format(
        _name(published), sql.SQL(layer.text.body)
    )
    if layer.inline:
        later = sql.SQL("create view {} as\n{}").format(
            _name(f"published.{layer.name}"), sql.SQL(layer.text.body)
        )
    else:
        later = _twin(f"published.{layer.name}", columns, published)
    views = []
    if layer.view is not None:
        views.append(_twin(layer.view, columns, f"build.{layer.name}"))
    return [
        _stage(
            "create materialized view",
            published,
            f"published twin of {layer.name}, computed independently by REFRESH",
            search_path(("published", *declaration.sources)),
            create,
            *(_index(published, index) for index in layer.indexes),
            later,
            search_path(()),
            *views,
        )
    ]


def _twin(view: str, columns: Sequence[str], relation: str) -> sql.Composed:
    return sql.SQL("create view {} as\nselect {}\nfrom {} as p").format(
        _name(view),
        sql.SQL(", ").join(sql.Identifier("p", column) for column in columns),
        _name(relation),
    )


def entrypoint(
    declaration: Declaration, one: Entrypoint, columns: Sequence[str], sha: str, replace: bool
) -> list[Stage]:
    """Stages for the certified view, its guarded view and the only grants a reader gets."""
    verb = sql.SQL("create or replace view" if replace else "create view")
    create = sql.SQL("{} {} as\n{}").format(verb, _name(one.name), sql.SQL(one.text.body))
    guard = guarded_view(
        _name(one.name), _name(one.guarded_view), one.name, columns, one.max_age, verb
    )
    schema = sql.Identifier(one.guarded_view.split(".", 1)[0])
    return [
        _stage(
            verb.as_string(None),
            one.name,
            one.text.purpose,
            search_path(("store",)),
            create,
            search_path(()),
            _record(declaration, one.name, one.name, sha),
        ),
        _stage(
            verb.as_string(None),
            one.guarded_view,
            "what consumers read: the entrypoint, while its certificate is valid",
            guard,
            sql.SQL("grant usage on schema {} to ml_training").format(schema),
            sql.SQL("grant select on {} to ml_training").format(_name(one.guarded_view)),
        ),
    ]


def guarded_view(
    source: sql.Identifier,
    name: sql.Identifier,
    entrypoint: str,
    columns: Sequence[str],
    max_age: str,
    verb: sql.SQL,
) -> sql.Composed:
    """Render the view that consumers read; `entrypoint` is the name the guard knows.

    The barrier keeps the guard out of a reader's left join: since PostgreSQL 16 the filter of a
    view without one moves into the join condition, asked only when a row matches. It also keeps
    column statistics from functions of the reader. The second condition holds for every row; its
    other arm is never computed, but the planner asks it while it estimates, so that EXPLAIN shows
    nothing of what the door is shut for.
    """
    return sql.SQL(
        "{} {} with (security_barrier) as\nselect {}\nfrom {} as e\n"
        "where (select audit.cert_guard({}, interval {}))\n"
        "and (({} is null) is not null or {}::text = audit.plan_guard({}, interval {}))"
    ).format(
        verb,
        name,
        sql.SQL(", ").join(sql.Identifier("e", column) for column in columns),
        source,
        sql.Literal(entrypoint),
        sql.Literal(max_age),
        sql.Identifier("e", columns[0]),
        sql.Identifier("e", columns[0]),
        sql.Literal(entrypoint),
        sql.Literal(max_age),
    )


def invariant(declaration: Declaration, one: Invariant, sha: str) -> list[Stage]:
    """Stage for a view of bad rows."""
    view = f"build.{one.name}"
    create = sql.SQL("create view {} as\n{}").format(_name(view), sql.SQL(one.text.body))
    return [
        _stage(
            "create view",
            view,
            one.text.purpose,
            search_path(("store", *declaration.sources)),
            create,
            search_path(()),
            _record(declaration, f"invariant {one.name}", view, sha),
        ),
    ]


def register(declaration: Declaration, document: str, sha: str) -> list[Stage]:
    """Stage that writes the declaration into the registry."""
    statements = [
        sql.SQL("select audit.register_store({}::jsonb)").format(sql.Literal(document)),
        _record(declaration, "declaration", "", sha),
    ]
    return [_stage("register", declaration.name, "declaration of the store", *statements)]


def _view(declaration: Declaration, layer: Layer, sha: str, why: str, replace: bool) -> Stage:
    verb = "create or replace view" if replace else "create view"
    view = f"build.{layer.name}"
    return _stage(
        verb,
        view,
        why,
        search_path(("store", *declaration.sources)),
        sql.SQL("{} {} as\n{}").format(sql.SQL(verb), _name(view), sql.SQL(layer.text.body)),
        search_path(()),
        _record(declaration, layer.name, view, sha),
    )


def _record(declaration: Declaration, layer: str, view: str, sha: str) -> sql.Composed:
    return sql.SQL("select audit.record_binding({}, {}, {}, {})").format(
        sql.Literal(declaration.name), sql.Literal(layer), sql.Literal(view), sql.Literal(sha)
    )


def _index(relation: str, index: Index, unless: str = "") -> sql.Composed:
    kind = sql.SQL("create unique index " if index.unique else "create index ")
    return sql.SQL("{}{}{} on {} ({})").format(
        kind,
        sql.SQL(unless),
        sql.Identifier(index.name),
        _name(relation),
        _columns(index.columns),
    )


def _columns(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)


def _name(relation: str) -> sql.Identifier:
    return sql.Identifier(*relation.split(".", 1))


def _stage(action: str, subject: str, why: str, *statements: sql.Composable) -> Stage:
    return Stage(action, subject, why, tuple(one.as_string(None) for one in statements))
