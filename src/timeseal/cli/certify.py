"""`timeseal certify`: run all gates, fingerprint every cell, record the result."""

from __future__ import annotations

import click

from timeseal.cli import certificates
from timeseal.cli.opened import entrypoints, give_reason, opened
from timeseal.cli.options import (
    database_option,
    days_option,
    json_option,
    option,
    reason_option,
)
from timeseal.cli.output import emit_json, progress, say
from timeseal.errors import ExitCode
from timeseal.seal import certificate


@click.command()
@click.argument("names", nargs=-1, metavar="[ENTRYPOINT]...")
@database_option
@days_option
@reason_option
@option(
    "--full-hash",
    is_flag=True,
    envvar="TIMESEAL_FULL_HASH",
    help="Hash every row even where no version stamp moved.",
)
@json_option
def certify(
    names: tuple[str, ...],
    database: str,
    days: int,
    reason: str | None,
    full_hash: bool,
    as_json: bool,
) -> int:
    """Certify entrypoints (default: all declared); exit 1 when one is refused.

    Nothing is changed but the record: a failed run shuts the door, a passed one opens it. Where
    nothing moved since the last run, its hash is carried, for at most 24 hours, and said so.

    \b
    Example:
      timeseal certify ml.survival_feature_store_t0_v1_v --reason "nightly"
    """
    results = []
    with opened(database) as conn:
        give_reason(conn, reason)
        for name in entrypoints(conn, names):
            with progress(f"certifying {name}"):
                results.append(certificate.certify(conn, name, days, full_hash))
    if as_json:
        emit_json([certificates.as_document(one) for one in results])
    elif not results:
        say("nothing is declared")
        say("hint: timeseal seal add SCHEMA.VIEW --key COLUMNS --t0 COLUMN")
    else:
        for one in results:
            certificates.show(one)
    passed = all(one.is_certified for one in results)
    return int(ExitCode.OK if passed else ExitCode.CLAIM_FAILED)
