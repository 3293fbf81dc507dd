"""Binding a store: one layer text becomes a view, a stored table and a published materialized view.

The only generator of SQL beside the fingerprints. A plan is a list of frozen stages; `explain`
prints the list that `apply` executes, and an unchanged declaration gives an empty one::

    build.<layer>      view over the text, bare names meaning store tables and source relations
    store.<layer>      table of the same columns, filled by audit.refresh_store, key-wise
    <published>        materialized view over the text, bare names meaning published layers
    published.<layer>  one-line view over the materialized view; of an inline layer, its text
    <guarded view>     the entrypoint's columns where audit.cert_guard says so
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from psycopg import sql

from timeseal.errors import InstallRefused
from timeseal.seal import statement
from timeseal.seal.probe import Column, columns_of, probe
from timeseal.seal.registration import payload
from timeseal.seal.roles import OWNER, Connection, acting_as_owner
from timeseal.seal.statement import Stage
from timeseal.seal.store import Declaration, Entrypoint, Invariant, Layer

__all__ = ["Stage", "apply", "explain", "plan"]

_BOUND = (
    "select layer, ordinal, text_sha256, intact, stored, source, published"
    " from audit.bound_layers(%s)"
)
_OWNER_OF = "select pg_get_userbyid(relowner)::text from pg_class where oid = to_regclass(%s)"


@dataclass(frozen=True, slots=True)
class _Bound:
    """What the database holds for one layer, entrypoint or invariant."""

    layer: str
    ordinal: int | None
    text_sha256: str
    intact: bool
    stored: str | None
    source: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class _Now:
    """The database beside the declaration.

    `broken` is the position of the first layer whose table must be built anew (later ones follow
    it); `fitting` are the entrypoints that exist with the declared columns.
    """

    bound: dict[str, _Bound]
    layers: tuple[_Bound, ...]
    broken: int
    rebuilt: bool
    fitting: frozenset[str]

    def changed(self, name: str, one: Layer | Entrypoint | Invariant) -> bool:
        """True when the recorded text is another, or the catalogue no longer agrees with it."""
        known = self.bound.get(name)
        return known is None or known.text_sha256 != _sha(one) or not known.intact


def plan(conn: Connection, declaration: Declaration) -> list[Stage]:
    """List what has to happen so that the database holds this store; empty when it does.

    Raises `DeclarationError` for a text or name that does not bind and `InstallRefused` when a
    relation of a declared name belongs to somebody else. Changes nothing.
    """
    columns = probe(conn, declaration)
    _refuse_strangers(conn, declaration)
    with acting_as_owner(conn):
        now = _observe(conn, declaration, columns)
        schemas = _missing_schemas(conn, declaration)
    stages = [statement.create_schema(name) for name in schemas]
    stages += _drops(declaration, now)
    stages += _layer_stages(declaration, now, columns)
    for entrypoint in declaration.entrypoints:
        kept = entrypoint.name in now.fitting and not now.rebuilt
        if not kept or now.changed(entrypoint.name, entrypoint):
            names = [column.name for column in columns[entrypoint.name]]
            stages += statement.entrypoint(declaration, entrypoint, names, _sha(entrypoint), kept)
    for one in declaration.invariants:
        if now.rebuilt or now.changed(f"invariant {one.name}", one):
            stages += statement.invariant(declaration, one, _sha(one))
    return stages + _registration(declaration, now, stages)


def apply(conn: Connection, declaration: Declaration, stages: Sequence[Stage]) -> None:
    """Execute a plan as the owner role, in one transaction."""
    if not stages:
        return
    with acting_as_owner(conn):
        conn.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"timeseal refresh {declaration.name}"],
        )
        for stage in stages:
            for text in stage.statements:
                conn.execute(sql.SQL(text))


def explain(stages: Iterable[Stage]) -> str:
    """Print the plan as one SQL script, each stage under its reason."""
    return "\n".join(
        f"-- {stage}\n" + "\n".join(f"{text};" for text in stage.statements) + "\n"
        for stage in stages
    )


def _observe(
    conn: Connection, declaration: Declaration, columns: dict[str, tuple[Column, ...]]
) -> _Now:
    bound = {row[0]: _Bound(*row) for row in conn.execute(_BOUND, [declaration.name])}
    layers = tuple(one for one in bound.values() if one.ordinal is not None)
    broken = _first_broken(conn, declaration, [one.layer for one in layers], columns)
    return _Now(
        bound=bound,
        layers=layers,
        broken=broken,
        rebuilt=broken < len(declaration.layers) or broken < len(layers),
        fitting=frozenset(
            one.name
            for one in declaration.entrypoints
            if one.name in bound and columns_of(conn, one.name) == columns[one.name]
        ),
    )


def _first_broken(
    conn: Connection,
    declaration: Declaration,
    order: Sequence[str],
    columns: dict[str, tuple[Column, ...]],
) -> int:
    for number, layer in enumerate(declaration.layers):
        if order[number : number + 1] != [layer.name]:
            return number
        if columns_of(conn, f"store.{layer.name}") != columns[layer.name]:
            return number
        if _key_of(conn, layer) != list(layer.key):
            return number
    return len(declaration.layers)


def _layer_stages(
    declaration: Declaration, now: _Now, columns: dict[str, tuple[Column, ...]]
) -> list[Stage]:
    stages: list[Stage] = []
    republish = False
    for number, layer in enumerate(declaration.layers):
        new = number >= now.broken
        if new:
            stages += statement.new_layer(declaration, layer, _sha(layer))
        elif now.changed(layer.name, layer):
            stages += statement.changed_layer(declaration, layer, _sha(layer))
            republish = True
        if (new or republish) and layer.published is not None:
            names = [column.name for column in columns[layer.name]]
            stages += statement.publish_layer(declaration, layer, names)
    return stages


def _key_of(conn: Connection, layer: Layer) -> list[str]:
    row = conn.execute(
        "select key_columns from audit.materialisation where stored = to_regclass(%s)",
        [f"store.{layer.name}"],
    ).fetchone()
    return list(row[0]) if row else []


def _drops(declaration: Declaration, now: _Now) -> list[Stage]:
    stages: list[Stage] = []
    for one in declaration.invariants:
        name = f"invariant {one.name}"
        if name in now.bound and (now.rebuilt or now.changed(name, one)):
            stages.append(statement.drop("view", f"build.{one.name}", "it is made anew"))
    for entrypoint in declaration.entrypoints:
        if entrypoint.name in now.bound and (now.rebuilt or entrypoint.name not in now.fitting):
            why = "its columns or a layer below changed"
            stages.append(statement.drop("view", entrypoint.guarded_view, why))
            stages.append(statement.drop("view", entrypoint.name, why))
    return stages + _drop_published(declaration, now) + _drop_layers(declaration, now)


def _drop_published(declaration: Declaration, now: _Now) -> list[Stage]:
    """A materialized view cannot be replaced, and later ones stand on it."""
    changed = [one.name for one in declaration.layers if now.changed(one.name, one)]
    first = next((n for n, one in enumerate(now.layers) if one.layer in changed), now.broken)
    why = "a published text at or below it changed"
    views = {layer.name: layer.view for layer in declaration.layers}
    return [
        statement.drop(kind, name, why)
        for one in reversed(now.layers[min(first, now.broken) :])
        if one.published is not None
        for kind, name in (
            ("view", views.get(one.layer)),
            ("view", f"published.{one.layer}"),
            ("materialized view", one.published),
        )
        if name is not None
    ]


def _drop_layers(declaration: Declaration, now: _Now) -> list[Stage]:
    stages: list[Stage] = []
    for one in reversed(now.layers[now.broken :]):
        why = "its columns, key or place changed: the next refresh fills it again"
        stages.append(statement.drop("view", f"build.{one.layer}", why))
        stages.append(statement.drop("table", f"store.{one.layer}", why))
        stages.append(statement.forget(declaration, one.layer))
    return stages


def _registration(declaration: Declaration, now: _Now, stages: Sequence[Stage]) -> list[Stage]:
    document = payload(declaration)
    sha = hashlib.sha256(document.encode()).hexdigest()
    known = now.bound.get("declaration")
    if not stages and known is not None and known.text_sha256 == sha:
        return []
    return statement.register(declaration, document, sha)


def _sha(one: Layer | Entrypoint | Invariant) -> str:
    # how far a change or a bad row reaches is the registry's: no view is bound otherwise by it
    apart = ("unit", "rows_of", "walks", "reach", "also")
    bound = {k: v for k, v in asdict(one).items() if k not in apart}
    document = json.dumps(bound, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(document.encode()).hexdigest()


def _relations(declaration: Declaration) -> list[str]:
    names = [f"{schema}.{one.name}" for one in declaration.layers for schema in ("build", "store")]
    names += [f"published.{one.name}" for one in declaration.layers]
    names += [one.published for one in declaration.layers if one.published is not None]
    names += [one.view for one in declaration.layers if one.view is not None]
    names += [one.name for one in declaration.entrypoints]
    return names + [one.guarded_view for one in declaration.entrypoints]


def _missing_schemas(conn: Connection, declaration: Declaration) -> list[str]:
    names = dict.fromkeys(name.split(".", 1)[0] for name in _relations(declaration))
    return [
        name
        for name in names
        if conn.execute("select 1 from pg_namespace where nspname = %s", [name]).fetchone() is None
    ]


def _refuse_strangers(conn: Connection, declaration: Declaration) -> None:
    for name in _relations(declaration):
        row = conn.execute(_OWNER_OF, [name]).fetchone()
        if row is not None and row[0] != OWNER:
            raise InstallRefused(
                f"relation {name} exists and is not ours",
                expected=f"no such relation, or one owned by {OWNER}",
                found=f"owner {row[0]}",
                hint=f"rename it: alter table {name} rename to …",
            )
