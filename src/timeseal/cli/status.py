"""`timeseal status`: which doors are open, and the command that opens a closed one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click
import psycopg

from timeseal.cli.blocks import read_blocks, show_blocks
from timeseal.cli.opened import DECLARED, opened
from timeseal.cli.options import database_option, json_option, option
from timeseal.cli.output import emit_json, emit_rows, say
from timeseal.errors import ExitCode
from timeseal.market import left_out
from timeseal.seal import certificate

STATUS = "select r.status from audit.t0_cert_registry as r where r.entrypoint = %s"
COLUMNS = ("entrypoint", "door", "status", "rows", "days", "expires", "protection", "fingerprint")


@dataclass(frozen=True, slots=True)
class Door:
    """One declared entrypoint as a reader would find it now."""

    entrypoint: str
    guarded_view: str
    store: str | None
    open: bool
    status: str
    cause: str | None
    next: str | None
    certificate_id: str | None
    certified_at: datetime | None
    expires_at: datetime | None
    rows: int | None
    days: int | None
    fingerprint: str | None
    protection: str | None

    def as_document(self) -> dict[str, object]:
        """The stable JSON shape."""
        return {name: getattr(self, name) for name in Door.__slots__}


@click.command()
@database_option
@json_option
@option("--strict", is_flag=True, envvar="TIMESEAL_STRICT", help="Exit 1 when a door is closed.")
@option("--blocks", is_flag=True, envvar="TIMESEAL_BLOCKS", help="Show the published blocks.")
def status(database: str, as_json: bool, strict: bool, blocks: bool) -> int:
    """Show every declared entrypoint: open or closed, why, and what to run next.

    With --blocks: the feature blocks of the market, each CERTIFIED, or what it is instead; --strict
    then asks that every block of the market is CERTIFIED and younger than 24 hours.

    \b
    Example:
      timeseal status --strict && python train.py
      timeseal status --blocks
    """
    if blocks:
        return _blocks(database, as_json, strict)
    with opened(database) as conn:
        doors = read_doors(conn)
        protection = certificate.protection_class(conn)
        counts = left_out.read(conn)
    if as_json:
        listed = [door.as_document() for door in doors]
        document = {"database": database, "protection": protection, "entrypoints": listed}
        emit_json(document | {"left_out": [one.as_document() for one in counts]})
    else:
        _show(doors, database)
        for one in counts:
            say(str(one))
        say(f"protection: {protection}")
    shut = strict and not all(door.open for door in doors)
    return int(ExitCode.CLAIM_FAILED if shut else ExitCode.OK)


def _blocks(database: str, as_json: bool, strict: bool) -> int:
    with opened(database) as conn:
        found = read_blocks(conn)
    if as_json:
        emit_json({"database": database, "blocks": [one.as_document() for one in found]})
    else:
        show_blocks(found, database)
    shut = strict and not all(one.fresh for one in found if one.provided)
    return int(ExitCode.CLAIM_FAILED if shut else ExitCode.OK)


def read_doors(conn: psycopg.Connection[Any]) -> list[Door]:
    """Every declared entrypoint that is not retired, in the order of declaration."""
    return [
        _door(conn, name, view, store, seconds)
        for name, view, store, seconds in conn.execute(DECLARED).fetchall()
    ]


def _door(
    conn: psycopg.Connection[Any], name: str, view: str, store: str | None, seconds: int
) -> Door:
    current = certificate.current(conn, name)
    cause = certificate.door_cause(conn, name, f"{seconds} seconds")
    row = conn.execute(STATUS, (name,)).fetchone()
    return Door(
        entrypoint=name,
        guarded_view=view,
        store=store,
        open=cause is None,
        status=row[0] if row else "NEVER CERTIFIED",
        cause=cause.found if cause else None,
        next=cause.fix if cause else None,
        certificate_id=current.certificate_id if current else None,
        certified_at=current.certified_at if current else None,
        expires_at=current.expires_at if current else None,
        rows=current.dataset_rows if current else None,
        days=current.dataset_days if current else None,
        fingerprint=current.fingerprint if current else None,
        protection=current.protection if current else None,
    )


def _show(doors: list[Door], database: str) -> None:
    if not doors:
        say(f"nothing is declared in {database}")
        say("hint: timeseal seal add SCHEMA.VIEW --key COLUMNS --t0 COLUMN")
        return
    emit_rows(
        COLUMNS,
        [
            (
                door.entrypoint,
                "open" if door.open else "closed",
                door.status,
                door.rows,
                door.days,
                None if door.expires_at is None else f"{door.expires_at:%Y-%m-%d %H:%M}",
                door.protection,
                (door.fingerprint or "")[:16],
            )
            for door in doors
        ],
    )
    for door in doors:
        if not door.open:
            say(f"{door.entrypoint}: {door.cause}")
            say(f"hint: {door.next}")
