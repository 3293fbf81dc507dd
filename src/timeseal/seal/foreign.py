"""Sealing a view of somebody else: check it, plan it, declare it, certify it; and undo all that.

Owns `seal add` and `seal remove`. It touches nothing of the stranger's but version triggers on the
tables the view reads, a guarded view beside it, and grants; removing the seal takes them away.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql

from timeseal.errors import UsageError
from timeseal.seal import certificate
from timeseal.seal.certificate import Certificate
from timeseal.seal.foreign_view import ForeignView, Read, examine
from timeseal.seal.roles import Connection, acting_as_owner
from timeseal.seal.stages import Stage, caller, run_stages, stage
from timeseal.seal.statement import guarded_view

__all__ = [
    "Seal",
    "Stage",
    "add",
    "names",
    "not_sealed",
    "plan_add",
    "plan_remove",
    "plan_repair",
    "remove",
    "repair",
]

#: Name, kinds of relation, when it fires, the trigger: a subscription fires no statement trigger.
_STAMPS = (
    (
        "timeseal_stamp",
        "rp",
        "always",
        """create or replace trigger timeseal_stamp after insert or update or delete or truncate
        on {} for each statement execute function audit.bump_stamp()""",
    ),
    (
        "timeseal_stamp_row",
        "r",
        "replica",
        """create or replace trigger timeseal_stamp_row after insert or update or delete
        on {} for each row execute function audit.bump_stamp()""",
    ),
)
_COUNTED = (
    "select t.tgrelid::bigint from pg_trigger as t where t.tgname = 'timeseal_stamp'"
    " and t.tgenabled = 'A' and t.tgfoid = 'audit.bump_stamp'::regproc"
)


@dataclass(frozen=True, slots=True)
class Seal:
    """What the caller asks for; `key` and `t0` are column names, `day` a date column or None."""

    view: str
    key: tuple[str, ...]
    t0: str
    day: str | None = None
    contract: str | None = None
    max_age: str = "24 hours"


def names(text: str) -> tuple[str, ...]:
    """Split `a,b` or `a,"B, c"` into column names.

    >>> names('a,"B, c"')
    ('a', 'B, c')
    """
    return tuple(one.strip() for one in next(csv.reader([text], skipinitialspace=True), []))


def add(conn: Connection, seal: Seal) -> Certificate:
    """Seal a view and certify it once; a FAILED first certification is returned, not raised.

    Raises `UsageError` for a view or column that cannot be sealed and `InstallRefused` for a right
    that is missing, with the statement that grants it.
    """
    stages = plan_add(conn, seal)
    view = examine(conn, seal.view)
    with conn.transaction():
        run_stages(conn, stages)
        with acting_as_owner(conn):
            return certificate.publish(conn, view.entrypoint)


def remove(conn: Connection, view: str) -> None:
    """Take a seal away: guarded view, triggers and grants go, the record of certificates stays."""
    with conn.transaction():
        run_stages(conn, plan_remove(conn, view))


def repair(conn: Connection, view: str) -> list[Stage]:
    """Count the writes of tables that joined a sealed view later, say a new partition.

    Returns what was done; empty when nothing was missing. Certifying is left to the caller.
    """
    with conn.transaction():
        stages = plan_repair(conn, view)
        run_stages(conn, stages)
    return stages


def plan_add(conn: Connection, seal: Seal) -> list[Stage]:
    """List what sealing does, in order; checks everything that can be checked before."""
    view = examine(conn, seal.view)
    _refuse_sealed(conn, view)
    columns = view.resolve(seal.key, seal.t0, seal.day)
    guarded = sql.Identifier(view.schema, view.guarded_name)
    schema, owner = sql.Identifier(view.schema), sql.SQL("timeseal_owner")
    stages = []
    if not view.owner_usage:
        stages.append(_grant(sql.SQL("usage on schema {}").format(schema), owner, view))
    if not view.owner_select:
        stages.append(_grant(sql.SQL("select on {}").format(view.identifier), owner, view))
    stages += _stamps(conn, _strangers(view.reads))
    stages += _guard(view, guarded, seal)
    for missing, role, why in (
        (not view.training_usage, "ml_training", "readers name the guarded view"),
        (not view.certifier_usage, "timeseal_certifier", "whoever certifies names the view"),
    ):
        if missing:
            lend = sql.SQL("grant usage on schema {} to {}").format(schema, sql.SQL(role))
            stages.append(stage("caller", view.entrypoint, why, lend))
    document = {
        "entrypoint": view.entrypoint,
        "guarded_view": view.guarded,
        "schema": view.schema,
        "key": columns.key,
        "t0": columns.t0,
        "day": columns.day,
        "contract": seal.contract,
        "max_age": seal.max_age,
        "owner_usage": not view.owner_usage,
        "owner_select": not view.owner_select,
        "training_usage": not view.training_usage,
        "certifier_usage": not view.certifier_usage,
        "stamped": [str(one.relid) for one in _strangers(view.reads)],
    }
    declare = sql.SQL("select audit.declare_foreign({}::jsonb)").format(
        sql.Literal(json.dumps(document, ensure_ascii=False))
    )
    return [*stages, stage("owner", view.entrypoint, "declare it", declare)]


def plan_remove(conn: Connection, view: str) -> list[Stage]:
    """List what removing a seal does, in order."""
    undo = _undo(conn, view)
    entrypoint = str(undo["entrypoint"])
    revoke = sql.SQL("call audit.revoke_certificate({}, 'the seal was removed')")
    stages = [stage("owner", entrypoint, "its door closes", revoke.format(sql.Literal(entrypoint)))]
    if undo["guarded_view"]:
        drop = sql.SQL("drop view {}").format(sql.SQL(str(undo["guarded_view"])))
        stages.append(stage("owner", str(undo["guarded_view"]), "the guarded view goes", drop))
    for relation in _strings(undo["stamped"]):
        for name, *_ in _STAMPS:
            drop = sql.SQL(f"drop trigger if exists {name} on {{}}").format(sql.SQL(relation))
            stages.append(stage("caller", relation, "nobody counts its writes any more", drop))
    schema = sql.Identifier(str(undo["schema"]))
    for flag, verb in (
        ("owner_select", sql.SQL("revoke select on {} from timeseal_owner")),
        ("owner_usage", sql.SQL("revoke usage on schema {} from timeseal_owner")),
        ("training_usage", sql.SQL("revoke usage on schema {} from ml_training")),
        ("certifier_usage", sql.SQL("revoke usage on schema {} from timeseal_certifier")),
    ):
        target = sql.SQL(str(undo["relation"])) if flag == "owner_select" else schema
        if undo[flag] and (flag != "owner_select" or undo["relation"]):
            stages.append(stage("caller", entrypoint, "as it was before", verb.format(target)))
    withdraw = sql.SQL("select audit.withdraw_foreign({})").format(sql.Literal(entrypoint))
    return [*stages, stage("owner", entrypoint, "retire the declaration", withdraw)]


def plan_repair(conn: Connection, view: str) -> list[Stage]:
    """List what putting back missing version triggers does, in order."""
    entrypoint = str(_undo(conn, view)["entrypoint"])
    seen = examine(conn, entrypoint)
    counted = {relid for (relid,) in conn.execute(_COUNTED).fetchall()}
    joined = [one for one in _strangers(seen.reads) if one.relid not in counted]
    if not joined:
        return []
    extend = sql.SQL("select audit.extend_foreign({}, {}::oid[])").format(
        sql.Literal(entrypoint), sql.Literal([one.relid for one in joined])
    )
    return [*_stamps(conn, joined), stage("owner", entrypoint, "its data grew by them", extend)]


def _strangers(reads: Sequence[Read]) -> list[Read]:
    return [one for one in reads if one.kind in "rp" and one.owner != "timeseal_owner"]


def _stamps(conn: Connection, tables: Sequence[Read]) -> list[Stage]:
    if not tables:
        return []
    stages = []
    role, superuser = caller(conn)
    if not superuser:
        lend = sql.SQL("grant execute on function audit.bump_stamp() to {}").format(role)
        stages.append(stage("owner", "audit.bump_stamp()", "lent for the triggers", lend))
    for one in tables:
        relation = sql.SQL(one.name)
        why = "count every write, under every replication role"
        for name, kinds, mode, create in _STAMPS:
            if one.kind in kinds:
                enable = sql.SQL(f"alter table {{}} enable {mode} trigger {name}").format(relation)
                stages.append(stage("caller", one.name, why, sql.SQL(create).format(relation)))
                stages.append(stage("caller", one.name, why, enable))
    if not superuser:
        back = sql.SQL("revoke execute on function audit.bump_stamp() from {}").format(role)
        stages.append(stage("owner", "audit.bump_stamp()", "taken back", back))
    return stages


def _guard(view: ForeignView, guarded: sql.Identifier, seal: Seal) -> list[Stage]:
    schema = sql.Identifier(view.schema)
    create = sql.SQL("create on schema {}").format(schema)
    make = guarded_view(
        view.identifier,
        guarded,
        view.entrypoint,
        [one.name for one in view.columns],
        seal.max_age,
        sql.SQL("create view"),
    )
    read = sql.SQL("grant select on {} to ml_training").format(guarded)
    stages = [
        stage("owner", view.guarded, "what consumers read, while certified", make),
        stage("owner", view.guarded, "the only thing training reads", read),
    ]
    if view.owner_create:
        return stages
    lend = sql.SQL("grant {} to timeseal_owner").format(create)
    back = sql.SQL("revoke {} from timeseal_owner").format(create)
    return [
        stage("caller", view.schema, "lent for the guarded view", lend),
        *stages,
        stage("caller", view.schema, "taken back", back),
    ]


def _grant(right: sql.Composed, role: sql.SQL, view: ForeignView) -> Stage:
    text = sql.SQL("grant {} to {}").format(right, role)
    return stage("caller", view.entrypoint, "the guarded view reads as the engine's owner", text)


def _refuse_sealed(conn: Connection, view: ForeignView) -> None:
    with acting_as_owner(conn):
        row = conn.execute(
            "select entrypoint from audit.entrypoint where retired_at is null"
            " and %s in (audit.relation_name(relid), audit.relation_name(guarded_relid))",
            [view.entrypoint],
        ).fetchone()
    taken = conn.execute(
        "select c.relname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
        " where n.nspname = %s and c.relname = %s",
        [view.schema, view.guarded_name],
    ).fetchone()
    if row is not None:
        raise UsageError(
            f"{view.entrypoint} is sealed already",
            expected="a view without a seal",
            found=f"entrypoint {row[0]}",
            hint=f"timeseal certify '{row[0]}'   (or: timeseal seal remove '{row[0]}')",
        )
    if taken is not None:
        raise UsageError(
            f"the name of the guarded view, {view.guarded}, is taken",
            expected="no such relation",
            found=str(taken[0]),
            hint=f"in psql: drop view {view.guarded}   (or rename it)",
        )


def _undo(conn: Connection, view: str) -> dict[str, object]:
    with acting_as_owner(conn):
        row = conn.execute(
            "select audit.foreign_undo(e.entrypoint) from audit.entrypoint as e"
            " where e.retired_at is null and (e.entrypoint = %s or e.guarded_view = %s)",
            [view, view],
        ).fetchone()
    if row is None or row[0] is None:
        raise not_sealed(view)
    return dict(row[0])


def not_sealed(view: str) -> UsageError:
    """Build the error for a name that is no sealed foreign view."""
    return UsageError(
        f"{view} is not a sealed foreign view",
        expected="the name under which it was sealed",
        found="nothing of that name, or an entrypoint of a store",
        hint="timeseal status",
    )


def _strings(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
