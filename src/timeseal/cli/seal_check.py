"""`timeseal seal check`: what every gate says now, row by row, and whether the door is open."""

from __future__ import annotations

import click

from timeseal.cli.opened import opened
from timeseal.cli.options import database_option, json_option, option
from timeseal.cli.output import emit_fields, emit_json, emit_rows, progress, say
from timeseal.errors import ExitCode
from timeseal.seal import certificate, foreign
from timeseal.seal.check import Finding, GateCheck
from timeseal.seal.check import check as run_check

SEALED = (
    "select e.entrypoint, e.guarded_view, e.key_columns, e.t0_column from audit.entrypoint as e"
    " where e.retired_at is null and %s in (e.entrypoint, e.guarded_view)"
)


@click.command()
@click.argument("view")
@option(
    "--gate",
    "gates",
    multiple=True,
    envvar="TIMESEAL_GATE",
    help="Run this gate only; may be given again.",
)
@option(
    "--rows",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    envvar="TIMESEAL_ROWS",
    help="Findings shown of each gate.",
)
@option(
    "--with-replay",
    is_flag=True,
    envvar="TIMESEAL_WITH_REPLAY",
    help="Also rebuild the world as known at a cut, which takes longest.",
)
@database_option
@json_option
def check(
    view: str,
    gates: tuple[str, ...],
    rows: int,
    with_replay: bool,
    database: str,
    as_json: bool,
) -> int:
    """Run the gates over VIEW now; name every offending row and object, and the way out.

    Nothing is certified and no door is shut by it. Exit 1 when a blocking finding is open or the
    door is closed; the last lines say which.

    \b
    Example:
      timeseal seal check my_schema.my_view --gate key --gate order
    """
    with opened(database) as conn:
        row = conn.execute(SEALED, (view,)).fetchone()
        if row is None:
            raise foreign.not_sealed(view)
        cause = certificate.door_cause(conn, row[0])
        protection = certificate.protection_class(conn)
        with progress(f"checking {row[0]}"):
            said = run_check(conn, row[0], gates, with_replay, rows)
    document = {
        "entrypoint": row[0],
        "guarded_view": row[1],
        "key": ", ".join(row[2]),
        "t0": row[3],
        "door": "open" if cause is None else "closed",
        "cause": None if cause is None else cause.found,
        "fix": None if cause is None else cause.fix,
        "protection": protection,
    }
    failing = [one.gate for one in said if one.fails]
    if as_json:
        emit_json({**document, "failing": failing, "gates": [_document(one) for one in said]})
    else:
        emit_fields(document)
        _show(said)
        say(_verdict(failing, cause is None, bool(gates)))
    return int(ExitCode.CLAIM_FAILED if failing or cause else ExitCode.OK)


def _show(said: list[GateCheck]) -> None:
    emit_rows(
        ("gate", "status", "findings", "seconds"),
        [(one.gate, one.status, one.open, f"{one.seconds:.2f}") for one in said],
    )
    for one in said:
        for finding in one.findings:
            click.echo()
            emit_fields(_fields(finding))
        shown = sum(finding.waived is None for finding in one.findings)
        if shown < one.open:
            say(f"gate {one.gate}: {one.open - shown} more; show them with --rows {one.open}")


def _verdict(failing: list[str], is_open: bool, some: bool) -> str:
    """What made the exit code, in words: the gates, the door or both."""
    asked = "the gates asked for" if some else "the gates"
    gates = f"{asked} refuse it: {', '.join(failing)}" if failing else f"{asked} do not refuse it"
    return f"{gates}; the door is {'open' if is_open else 'closed'}"


def _fields(finding: Finding) -> dict[str, object]:
    waived = finding.waived
    return {
        "gate": finding.gate,
        "level": finding.level,
        "object": finding.object,
        "subject": finding.subject,
        "expected": finding.expected,
        "found": finding.found,
        "fix": finding.fix,
        "waived_by": None if waived is None else f"{waived.author} (waiver {waived.waiver_id})",
        "waived_why": None if waived is None else waived.reason,
        "waived_until": None if waived is None else f"{waived.expires_at:%Y-%m-%d %H:%M:%S%z}",
    }


def _document(one: GateCheck) -> dict[str, object]:
    return {
        "gate": one.gate,
        "status": one.status,
        "findings": one.open,
        "seconds": one.seconds,
        "first": [_fields(finding) for finding in one.findings if finding.waived is None],
        "waived": [_fields(finding) for finding in one.findings if finding.waived is not None],
    }
