"""Trying a declaration out: what columns its texts give, and whether every name in it exists.

Creates only temporary views, in a transaction that is always rolled back, so that a mistake is
named before anything is touched.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
from psycopg import sql

from timeseal.seal.declaration import DeclarationError
from timeseal.seal.roles import Connection, acting_as_owner
from timeseal.seal.store import Declaration, Entrypoint, Layer, Text

#: Types without an equality operator: rows holding them cannot be compared key by key.
INCOMPARABLE = frozenset(("json", "xml", "point", "polygon", "box", "lseg", "path", "circle"))
_COLUMNS = (
    "select attname::text, format_type(atttypid, atttypmod) from pg_attribute"
    " where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by attnum"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a relation as the server sees it."""

    name: str
    type: str


class _Undo(Exception):
    pass


def probe(conn: Connection, declaration: Declaration) -> dict[str, tuple[Column, ...]]:
    """Bind every text as a temporary view and return its columns, by layer and entrypoint name.

    Raises `DeclarationError` for a text that does not bind and for a name that does not exist.
    """
    found: dict[str, tuple[Column, ...]] = {}
    try:
        with acting_as_owner(conn):
            conn.execute(search_path(declaration.sources))
            for layer in declaration.layers:
                found[layer.name] = _try(conn, layer.name, layer.text)
                _check_layer(layer, found[layer.name])
            conn.execute(search_path(()))
            for number, entrypoint in enumerate(declaration.entrypoints):
                columns = _try(conn, f"timeseal_probe_{number}", entrypoint.text)
                found[entrypoint.name] = columns
                _check_entrypoint(entrypoint, declaration, columns)
            _check_sources(conn, declaration)
            raise _Undo
    except _Undo:
        return found


def search_path(schemas: Iterable[str]) -> sql.Composed:
    """Statement that makes bare names mean these schemas, and never a user's temporary object."""
    names = [sql.Identifier(schema) for schema in (*schemas, "pg_temp")]
    return sql.SQL("set local search_path = {}").format(sql.SQL(", ").join(names))


def columns_of(conn: Connection, relation: str) -> tuple[Column, ...]:
    """Read the live columns of `schema.relation`; empty when it does not exist."""
    return tuple(Column(*row) for row in conn.execute(_COLUMNS, [relation]).fetchall())


def _try(conn: Connection, name: str, text: Text) -> tuple[Column, ...]:
    view = sql.SQL("create temporary view {} as ").format(sql.Identifier(name))
    try:
        with conn.transaction():
            # Temporary objects are found first here, so that layers see each other.
            conn.execute(view + sql.SQL(text.body))
    except psycopg.Error as error:
        line = _line(error, view.as_string(conn), text)
        raise DeclarationError(
            "text_does_not_bind",
            f"{text.path}{line}",
            "a SELECT over earlier layers and declared sources",
            f"{error.sqlstate} {error.diag.message_primary}",
        ) from error
    return columns_of(conn, f'pg_temp."{name}"')


def _line(error: psycopg.Error, prefix: str, text: Text) -> str:
    position = error.diag.statement_position
    if position is None:
        return ""
    return f":{text.first_line + (prefix + text.body)[: int(position)].count(chr(10))}"


def _check_layer(layer: Layer, columns: tuple[Column, ...]) -> None:
    names = [column.name for column in columns]
    used = [*layer.key, *(one for index in layer.indexes for one in index.columns)]
    used += [one for one in (layer.t0, layer.day) if one is not None]
    for name in used:
        if name not in names:
            raise DeclarationError("unknown_column", layer.name, ", ".join(names), name)
    for column in columns:
        if column.type in INCOMPARABLE:
            raise DeclarationError(
                "incomparable_type",
                f"{layer.name}.{column.name}",
                "a type with equality, such as jsonb or text",
                column.type,
            )


def _check_entrypoint(
    entrypoint: Entrypoint, declaration: Declaration, columns: tuple[Column, ...]
) -> None:
    names = {column.name for column in columns}
    clocked = {role.column for role in declaration.roles if role.relation == entrypoint.name}
    used = {*entrypoint.key, entrypoint.t0} | ({entrypoint.day} if entrypoint.day else set())
    for name in sorted((used | clocked) - names):
        raise DeclarationError("unknown_column", entrypoint.name, ", ".join(sorted(names)), name)
    for name in sorted(names - clocked):
        raise DeclarationError(
            "column_without_clock",
            entrypoint.name,
            "every column under [entrypoint.clocks] t0 or landmark",
            name,
        )


def _check_sources(conn: Connection, declaration: Declaration) -> None:
    known: dict[str, set[str]] = {}
    names = [(fact.relation, column) for fact in declaration.facts for column in fact.key]
    names += [(pair.relation, pair.column) for pair in declaration.firewall]
    names += [(role.relation, role.column) for role in declaration.roles]
    own = {f"store.{layer.name}" for layer in declaration.layers}
    own |= {entrypoint.name for entrypoint in declaration.entrypoints}
    layers = {f"store.{layer.name}": layer.name for layer in declaration.layers}
    for relation, column in names:
        if relation not in known:
            target = f'pg_temp."{layers[relation]}"' if relation in layers else relation
            known[relation] = {one.name for one in columns_of(conn, target)}
        if relation in own and relation not in layers:
            continue
        if not known[relation]:
            raise DeclarationError("unknown_relation", relation, "an existing relation", "nothing")
        if column not in known[relation]:
            raise DeclarationError(
                "unknown_column", relation, ", ".join(sorted(known[relation])), column
            )
