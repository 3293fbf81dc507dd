"""`timeseal seal waive`, `waivers`, `unwaive`: accept a finding on record, until a date."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import click

from timeseal.cli.opened import entrypoints, opened
from timeseal.cli.options import database_option, json_option, option
from timeseal.cli.output import emit_json, emit_rows, say
from timeseal.errors import UsageError
from timeseal.seal import waiver

COLUMNS = ("id", "state", "entrypoint", "gate", "subject", "until", "author", "reason")


@click.command()
@click.argument("entrypoint")
@option("--gate", required=True, envvar="TIMESEAL_WAIVE_GATE", help="Gate that objects.")
@option(
    "--subject",
    required=True,
    envvar="TIMESEAL_WAIVE_SUBJECT",
    help="Object and row as the gate prints them, or the reference relation to pin.",
)
@option(
    "--reason",
    metavar="TEXT",
    envvar="TIMESEAL_REASON",
    help="Why; recorded. With --renew: as before, unless given.",
)
@option("--renew", is_flag=True, envvar="TIMESEAL_WAIVE_RENEW", help="Waive it again.")
@option("--days", type=int, envvar="TIMESEAL_WAIVE_DAYS", help="End it after so many days.")
@option(
    "--until",
    type=click.DateTime(("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")),
    envvar="TIMESEAL_WAIVE_UNTIL",
    help="End it at this day or moment, UTC.",
)
@database_option
def waive(
    entrypoint: str,
    gate: str,
    subject: str,
    reason: str | None,
    renew: bool,
    days: int | None,
    until: datetime | None,
    database: str,
) -> None:
    """Accept one finding of ENTRYPOINT on record: your name, a reason and an end, within 365 days.

    It is given for the rule as it is written and the values that the row has: once either changes,
    it counts for nothing until somebody looks again and renews it. Gates whose findings are leaks
    or unaccepted changes are never waived.

    \b
    Example:
      timeseal seal waive shop.features --gate invariants --subject 'dear {"item": 40}' --reason "known" --days 30
      timeseal seal waive shop.features --gate invariants --subject 'dear {"item": 40}' --renew --days 30
    """  # noqa: E501
    end = _end(days, until)
    with opened(database, "admin") as conn:
        (named,) = entrypoints(conn, (entrypoint,))
        before = waiver.reason_of(conn, named, gate, subject) if renew else None
        if reason is None and before is None:
            raise UsageError(
                "a waiver needs a reason",
                expected="--reason TEXT, or --renew of an earlier waiver of this very subject",
                found="neither",
                hint=f"timeseal seal waivers {named}",
            )
        number = waiver.waive(conn, named, gate, subject, reason or before or "", end)
    click.echo(number)
    say(f"waiver {number} ends {end:%Y-%m-%d %H:%M} UTC; it counts from: timeseal certify {named}")


@click.command()
@click.argument("entrypoint", required=False)
@database_option
@json_option
def waivers(entrypoint: str | None, database: str, as_json: bool) -> None:
    """List every waiver ever recorded, of ENTRYPOINT or of all, and which are in force.

    \b
    Example:
      timeseal seal waivers my_schema.my_view
    """
    with opened(database) as conn:
        named = entrypoints(conn, (entrypoint,))[0] if entrypoint else None
        found = waiver.waivers(conn, named)
    if as_json:
        emit_json([asdict(one) for one in found])
        return
    emit_rows(
        COLUMNS,
        [
            (one.waiver_id, one.state, one.entrypoint, one.gate, one.subject,
             f"{one.expires_at:%Y-%m-%d %H:%M%z}", one.author, one.reason)
            for one in found
        ],
    )  # fmt: skip


@click.command()
@click.argument("waiver_id", type=int)
@option("--reason", metavar="TEXT", required=True, envvar="TIMESEAL_REASON", help="Why; recorded.")
@database_option
def unwaive(waiver_id: int, reason: str, database: str) -> None:
    """Take waiver WAIVER_ID back; a door that it helped to open is shut at once.

    \b
    Example:
      timeseal seal unwaive 3 --reason "the row was mended"
    """
    with opened(database, "admin") as conn:
        entrypoint = waiver.take_back(conn, waiver_id, reason)
    say(f"waiver {waiver_id} is taken back; next: timeseal certify {entrypoint}")


def _end(days: int | None, until: datetime | None) -> datetime:
    if days is not None and until is None:
        return datetime.now(UTC) + timedelta(days=days)
    if until is not None and days is None:
        return until.replace(tzinfo=UTC)
    raise UsageError(
        "a waiver needs one end",
        expected="--days N or --until DATE",
        found="neither" if days is None else "both",
        hint="timeseal seal waive --help",
    )
