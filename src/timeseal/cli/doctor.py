"""`timeseal doctor`: every path by which a role could reach uncertified rows."""

from __future__ import annotations

import click

from timeseal.cli.opened import opened
from timeseal.cli.options import database_option, json_option
from timeseal.cli.output import emit_fields, emit_json, progress, say
from timeseal.errors import ExitCode
from timeseal.seal.certificate import protection_class

COLUMNS = ("gate", "level", "object", "subject", "expected", "found", "hint")
DOCTOR = (
    "select d.gate, d.level, d.object, d.subject, d.expected, d.found, d.hint"
    " from audit.doctor() as d order by d.level, d.gate, d.object, d.subject"
)


@click.command()
@database_option
@json_option
def doctor(database: str, as_json: bool) -> int:
    """List what could go around the guard; exit 1 when a blocking path exists.

    \b
    Example:
      timeseal doctor --json
    """
    with opened(database, "admin") as conn, progress("examining roles, grants and triggers"):
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in conn.execute(DOCTOR)]
        protection = protection_class(conn)
    if as_json:
        emit_json({"database": database, "protection": protection, "findings": rows})
    else:
        for row in rows:
            emit_fields({"check": row["gate"], **{name: row[name] for name in COLUMNS[1:]}})
            say("")
        say(f"protection: {protection}")
    blocking = any(row["level"] not in {"warning", "boundary"} for row in rows)
    if not blocking:
        say(f"{database}: no way around the guard was found")
    return int(ExitCode.CLAIM_FAILED if blocking else ExitCode.OK)
