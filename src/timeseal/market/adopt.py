"""Adopting a table: its rows become facts, its history as declared, its changes as observed.

Owns the plan (grants, triggers, the declaration), its undoing, and the runs that take changes in.
What a row becomes is decided in the database, by `raw.take_in`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

import psycopg
from psycopg import sql
from psycopg.rows import class_row, dict_row

from timeseal.errors import ClaimFailed, EnvironmentProblem, InstallRefused, UsageError
from timeseal.market.adopted_table import AdoptedTable, examine, mapping, quoted
from timeseal.market.adoption import Adoption, Plan, Taken, Wanted
from timeseal.market.facts import alone, close_run, given_up_on_failure, open_run
from timeseal.seal.roles import Connection, acting_as_owner
from timeseal.seal.stages import Stage, caller, run_stages, stage

__all__ = ["PATIENCE", "adopt", "adoptions", "find", "plan", "release", "take_in"]

#: How long writers of the table may be made to wait for us.
PATIENCE = "5s"
_LISTED = (
    "select a.adoption_id, a.relation, a.relid::bigint, a.source, a.watch, a.column_map,"
    " a.status_map, a.deleted_means, a.outcomes_known, a.zone, a.lent, a.adopted_at, a.declared_at,"
    " a.taken_until, a.released_at, a.home = raw.this_database() as here,"
    " (select count(*) from raw.adopted_change as c"
    " where c.relid = a.relid and a.released_at is null) as waiting"
    " from raw.adoption as a order by a.adoption_id"
)
_DECLARE = (
    "insert into raw.adoption (relation, relid, source, column_map, status_map, deleted_means,"
    " outcomes_known, zone, watch, lent) values ({}, {}, {}, {}::jsonb, {}::jsonb, {}, {}, {}, {},"
    " {}::jsonb)"
)
_TRIGGERS = (
    "select t.create_it, t.always, t.drop_it from raw.adopted_triggers(%s, %s::jsonb) as t"
    " order by t.name"
)


def plan(conn: Connection, wanted: Wanted) -> Plan:
    """List what adopting does, in order; checks everything that can be checked before."""
    if len(wanted.key) != 2:
        raise UsageError(
            "an ad is known by its cohort and its number",
            expected="--key COHORT_COLUMN,NUMBER_COLUMN",
            found=",".join(wanted.key) or "nothing",
            hint="timeseal adopt --help",
        )
    table = examine(conn, wanted.table, wanted.watch)
    fixed = {"generation": wanted.key[0], "listing_id": wanted.key[1], "t0": wanted.t0}
    given = {**wanted.mapped, **{f"@{name}": name for name in wanted.attributes}}
    column_map = mapping(conn, table, fixed, given, wanted.columns)
    used = set(column_map.values())
    document = {
        "relation": table.name,
        "relid": table.relid,
        "source": table.source,
        "column_map": column_map,
        "status_map": {word.strip().lower(): to for word, to in wanted.statuses.items()},
        "deleted_means": wanted.deleted_means,
        "outcomes_known": wanted.outcomes_known,
        "zone": _zone(conn, wanted.zone),
        "watch": wanted.watch,
    }
    standing = next((one for one in adoptions(conn) if _stands(one, table.relid)), None)
    if standing is not None:
        _refuse_another(standing, document)
    unmapped = tuple(one.name for one in table.columns if one.name not in used)
    stages = () if standing else tuple(_stages(conn, table, document, used))
    return Plan(table, column_map, unmapped, stages, standing)


def adopt(conn: Connection, worker: Connection, wanted: Wanted) -> tuple[Plan, Taken]:
    """Adopt a table and take its history in; one that is adopted already is only taken in.

    Raises `UsageError`, `InstallRefused` with the statement of a missing right, and
    `EnvironmentProblem` when writers hold the table for longer than `PATIENCE`.
    """
    made = plan(conn, wanted)
    with conn.transaction():
        _run(conn, made.stages)
        _require_granted(conn, made)
    return made, take_in(worker, find(conn, made.table.name))


def take_in(conn: Connection, adoption: Adoption) -> Taken:
    """Turn what the table says and is not yet a fact into facts, as one run of the worker."""
    # what a writer did is known from then on, not from the run that takes it in on
    backdates = adoption.declared_at is None or adoption.watch == "trigger"
    with alone(conn, adoption.source):
        with conn.transaction():
            row = conn.execute("select clock_timestamp()").fetchone()
        until = cast(datetime, row[0]) if row else None
        run = open_run(
            conn, "backfill" if backdates else "ingest", adoption.source, observed_until=until
        )
        with given_up_on_failure(conn, run), conn.transaction():
            with conn.cursor(row_factory=dict_row) as cursor:
                asked = "select t.* from raw.take_in(%s, %s) as t"
                try:
                    done = cursor.execute(asked, (adoption.adoption_id, run.run_id)).fetchone()
                except (psycopg.errors.UndefinedColumn, psycopg.errors.UndefinedTable) as error:
                    raise _changed(adoption, error) from error
            assert done is not None  # noqa: S101 - the function returns one row
            taken = Taken(run_id=run.run_id, **done)
            close_run(conn, run, (taken.rows_in, taken.observations, taken.refused + taken.noted))
    return taken


def release(conn: Connection, worker: Connection, adoption: Adoption) -> Taken | None:
    """Take triggers and grants off again; what its writers did until then is taken in first.

    Returns None when the table is gone or another one by now, so that nothing can be read.
    """
    name = quoted(adoption.relation)
    row = conn.execute("select to_regclass(%s)::oid::bigint", (adoption.relation,)).fetchone()
    relid = row[0] if row else None
    if relid is not None and adoption.watch == "trigger":
        why = "nobody notes its changes any more"
        texts = _trigger_texts(conn, relid, adoption.column_map)
        _run(conn, [Stage("caller", adoption.relation, why, drop) for _, _, drop in texts])
    taken = take_in(worker, adoption) if adoption.here and relid == adoption.relid else None
    back = []
    if relid is not None and adoption.lent["columns"]:
        columns = sql.SQL(", ").join(map(sql.Identifier, adoption.lent["columns"]))
        revoke = sql.SQL("revoke select ({}) on {} from timeseal_owner").format(columns, name)
        back.append(stage("caller", adoption.relation, "as it was before", revoke))
    if relid is not None and adoption.lent["usage"]:
        back.append(_give_usage_back(conn, adoption))
    end = sql.SQL("update raw.adoption set released_at = clock_timestamp() where adoption_id = {}")
    done = end.format(sql.Literal(adoption.adoption_id))
    _run(conn, [*back, stage("owner", adoption.relation, "it is released", done)])
    return taken


def adoptions(conn: Connection) -> list[Adoption]:
    """Every adoption, released ones too, in the order in which they were made."""
    if _reads_alone(conn):
        with conn.transaction(), conn.cursor(row_factory=class_row(Adoption)) as cursor:
            return cursor.execute(_LISTED).fetchall()
    with acting_as_owner(conn), conn.cursor(row_factory=class_row(Adoption)) as cursor:
        return cursor.execute(_LISTED).fetchall()


def find(conn: Connection, name: str) -> Adoption:
    """Find the standing adoption of a table by its name; raises `UsageError`."""
    listed = [one for one in adoptions(conn) if one.released_at is None]
    spelt = _spelt(conn, name)
    for one in listed:
        if one.relation == spelt or ("." not in name and one.relation.endswith(f".{spelt}")):
            return one
    raise UsageError(
        f"{name} is not adopted",
        expected=", ".join(one.relation for one in listed) or "an adopted table",
        found=name,
        hint="timeseal adopt --list",
    )


def _stages(
    conn: Connection, table: AdoptedTable, document: Mapping[str, Any], used: set[str]
) -> list[Stage]:
    relation = quoted(table.name)
    unread = sorted(one.name for one in table.columns if one.name in used and not one.readable)
    lent = {"usage": not table.usable_schema, "schema": table.schema, "columns": unread}
    stages = []
    why = "taking in reads the mapped columns, as the engine's owner"
    if not table.usable_schema:
        grant = sql.SQL("grant usage on schema {} to timeseal_owner")
        usage = grant.format(sql.Identifier(table.schema))
        stages.append(stage("caller", table.name, why, usage))
    if unread:
        columns = sql.SQL(", ").join(map(sql.Identifier, unread))
        select = sql.SQL("grant select ({}) on {} to timeseal_owner").format(columns, relation)
        stages.append(stage("caller", table.name, why, select))
    values = [
        json.dumps(document[name], ensure_ascii=False, sort_keys=True)
        if isinstance(document[name], dict)
        else document[name]
        for name in document
    ]
    declare = sql.SQL(_DECLARE).format(*map(sql.Literal, [*values, json.dumps(lent)]))
    stages.append(stage("owner", table.name, "what it is, on record", declare))
    return [*stages, *(_triggers(conn, table, document) if document["watch"] == "trigger" else ())]


def _triggers(conn: Connection, table: AdoptedTable, document: Mapping[str, Any]) -> list[Stage]:
    role, superuser = caller(conn)
    rights = ("usage on schema raw", "execute on function raw.adopted_write()")
    lend = [sql.SQL(f"grant {right} to {{}}").format(role) for right in rights]
    back = [sql.SQL(f"revoke {right} from {{}}").format(role) for right in rights]
    why = "note every change in the writer's transaction, under every replication role"
    stages = [
        Stage("caller", table.name, why, statement)
        for create, always, _ in _trigger_texts(conn, table.relid, document["column_map"])
        for statement in (create, always)
    ]
    if superuser:
        return stages
    lent = [stage("owner", "raw.adopted_write()", "lent for the triggers", one) for one in lend]
    taken = [stage("owner", "raw.adopted_write()", "taken back", one) for one in back]
    return [*lent, *stages, *taken]


def _trigger_texts(
    conn: Connection, relid: int, column_map: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    with acting_as_owner(conn):
        found = conn.execute(_TRIGGERS, (relid, json.dumps(column_map))).fetchall()
    return [(create, always, drop) for create, always, drop in found]


def _run(conn: Connection, stages: tuple[Stage, ...] | list[Stage]) -> None:
    """Execute all stages or none; writers wait for us no longer than `PATIENCE`."""
    try:
        with conn.transaction():
            conn.execute("select set_config('lock_timeout', %s, true)", (PATIENCE,))
            run_stages(conn, stages)
    except psycopg.errors.LockNotAvailable as error:
        raise EnvironmentProblem(
            "the table is held by another transaction",
            expected="its lock soon, since writers queue behind us",
            found=error.diag.message_primary,
            hint="run it again when no long transaction writes to the table",
        ) from error


def _require_granted(conn: Connection, made: Plan) -> None:
    """Raise when a grant was only warned about, as for a right that one has and may not pass on."""
    now = examine(conn, made.table.name, "poll")
    used = set(made.column_map.values())
    if now.usable_schema and all(one.readable for one in now.columns if one.name in used):
        return
    missing = [one for one in made.stages if one.statement.startswith("grant ")]
    raise InstallRefused(
        f"{made.table.name} cannot be read as the engine's owner",
        expected="a caller who may grant that",
        found="no grant option",
        hint="as its owner or a superuser, in psql: "
        + "; ".join(one.statement for one in missing if one.runner == "caller"),
    )


def _zone(conn: Connection, zone: str | None) -> str:
    with acting_as_owner(conn):
        row = conn.execute("select m.zone from ref.market as m").fetchone()
    wanted = zone or (str(row[0]) if row else "UTC")
    known = conn.execute(
        "select exists (select from pg_timezone_names as z where z.name = %s)", (wanted,)
    ).fetchone()
    if not known or not known[0]:
        raise UsageError(
            f"there is no time zone {wanted}",
            expected="a name of the tz database",
            found=wanted,
            hint="timeseal adopt … --zone Europe/Oslo",
        )
    return wanted


def _spelt(conn: Connection, name: str) -> str:
    """Spell a name as the catalogue does, without a right on its schema."""
    spell = "select string_agg(quote_ident(p.part), '.' order by p.n)"
    spell += " from unnest(parse_ident(%s)) with ordinality as p (part, n)"
    try:
        with conn.transaction():
            row = conn.execute(spell.encode(), (name,)).fetchone()
    except psycopg.errors.InvalidParameterValue:
        row = None
    return str(row[0]) if row else name


def _stands(adoption: Adoption, relid: int) -> bool:
    return adoption.relid == relid and adoption.released_at is None


def _refuse_another(standing: Adoption, document: Mapping[str, Any]) -> None:
    for name, value in document.items():
        held = getattr(standing, name)
        if held != value:
            raise UsageError(
                f"{standing.relation} is adopted otherwise",
                expected=f"{name.replace('_', ' ')} {held}",
                found=str(value),
                hint=f"timeseal adopt --release '{standing.relation}'   (then adopt it again)",
            )


def _give_usage_back(conn: Connection, adoption: Adoption) -> Stage:
    """Revoke the right on the schema, or leave that to another adoption that needs it still."""
    for one in adoptions(conn):
        other = one.released_at is None and one.adoption_id != adoption.adoption_id
        if other and one.lent["schema"] == adoption.lent["schema"]:
            owed = sql.SQL("update raw.adoption set lent = {}::jsonb where adoption_id = {}")
            lent = sql.Literal(json.dumps({**one.lent, "usage": True}))
            passed = owed.format(lent, sql.Literal(one.adoption_id))
            return stage("owner", one.relation, "it needs the schema still", passed)
    schema = sql.Identifier(adoption.lent["schema"])
    revoke = sql.SQL("revoke usage on schema {} from timeseal_owner").format(schema)
    return stage("caller", adoption.relation, "as it was before", revoke)


def _reads_alone(conn: Connection) -> bool:
    row = conn.execute("select has_schema_privilege('raw', 'usage')").fetchone()
    return bool(row and row[0])


def _changed(adoption: Adoption, error: psycopg.Error) -> ClaimFailed:
    return ClaimFailed(
        f"{adoption.relation} is not what was adopted",
        expected="columns " + ", ".join(adoption.column_map.values()),
        found=error.diag.message_primary or str(error),
        hint=f"timeseal adopt --release '{adoption.relation}'   (then adopt it again)",
    )
