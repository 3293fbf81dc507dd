"""`timeseal seal …`: seal any view of any database, check it, take the seal away."""

from __future__ import annotations

import click

from timeseal.cli import certificates
from timeseal.cli.drift import ledger
from timeseal.cli.opened import opened
from timeseal.cli.options import database_option, json_option, option
from timeseal.cli.output import emit_json, progress, say
from timeseal.cli.seal_check import SEALED, check
from timeseal.cli.seal_replay import replay
from timeseal.cli.waivers import unwaive, waive, waivers
from timeseal.errors import ExitCode
from timeseal.seal import certificate, foreign

explain_option = option(
    "--explain",
    "do_explain",
    is_flag=True,
    envvar="TIMESEAL_EXPLAIN",
    help="Print the statements and change nothing.",
)


@click.group()
def seal() -> None:
    """Seal any view of any database: add, check, replay, waive, remove."""


for command in (check, replay, waive, waivers, unwaive, ledger):
    seal.add_command(command)


@seal.command()
@click.argument("view")
@option("--key", required=True, envvar="TIMESEAL_KEY", help="Columns of one row's key: a,b.")
@option("--t0", required=True, envvar="TIMESEAL_T0", help="Column of the decision time.")
@option("--day", envvar="TIMESEAL_DAY", help="Date column of t0 (default: its UTC day).")
@option("--contract", envvar="TIMESEAL_CONTRACT", help="Feature set the view must match.")
@explain_option
@database_option
@json_option
def add(
    view: str,
    key: str,
    t0: str,
    day: str | None,
    contract: str | None,
    do_explain: bool,
    database: str,
    as_json: bool,
) -> int:
    """Seal VIEW and certify it once; exit 1 when a gate refuses it.

    \b
    Example:
      timeseal seal add my_schema.my_view --key customer,order_no --t0 placed_at
    """
    wanted = foreign.Seal(view, foreign.names(key), t0, day, contract)
    with opened(database, "admin") as conn:
        if do_explain:
            for stage in foreign.plan_add(conn, wanted):
                click.echo(f"-- {stage}\n{stage.statement};")
            return int(ExitCode.OK)
        with progress(f"sealing {view}"):
            done = foreign.add(conn, wanted)
        row = conn.execute(SEALED, (done.entrypoint,)).fetchone()
    guarded = row[1] if row else ""
    if as_json:
        emit_json({**certificates.as_document(done), "guarded_view": guarded})
    else:
        certificates.show(done)
        _show_refusals(done)
        say(f"read it as: {guarded}")
    return int(ExitCode.OK if done.is_certified else ExitCode.CLAIM_FAILED)


@seal.command()
@click.argument("view")
@explain_option
@database_option
def repair(view: str, do_explain: bool, database: str) -> None:
    """Count the writes of tables that joined VIEW after it was sealed, say a new partition.

    \b
    Example:
      timeseal seal repair my_schema.my_view
    """
    with opened(database, "admin") as conn:
        if do_explain:
            for stage in foreign.plan_repair(conn, view):
                click.echo(f"-- {stage}\n{stage.statement};")
            return
        done = foreign.repair(conn, view)
    if not done:
        say(f"{view}: every table below it is counted already")
        return
    for subject in dict.fromkeys(stage.subject for stage in done if stage.runner == "caller"):
        say(f"counted from now on: {subject}")
    say(f"hint: timeseal certify {view}")


@seal.command()
@click.argument("view")
@explain_option
@database_option
def remove(view: str, do_explain: bool, database: str) -> None:
    """Take the seal of VIEW away: guarded view, triggers and grants go, the record stays.

    \b
    Example:
      timeseal seal remove my_schema.my_view
    """
    with opened(database, "admin") as conn:
        if do_explain:
            for stage in foreign.plan_remove(conn, view):
                click.echo(f"-- {stage}\n{stage.statement};")
            return
        foreign.remove(conn, view)
    say(f"{view} is no longer sealed")


def _show_refusals(done: certificate.Certificate) -> None:
    for one in done.checks:
        for finding in one.first if one.status == "failed" else ():
            say(f"{one.gate}: {finding['object']} {finding['subject']}: {finding['found']}")
