"""Opening the demo's doors: certify what went stale, publish and repair the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from timeseal.cli.output import progress
from timeseal.errors import ClaimFailed
from timeseal.seal import certificate
from timeseal.seal.certificate import Certificate

COMPONENTS = ("seal", "contract", "market", "cars")
DECLARED = "select e.entrypoint from audit.entrypoint as e where e.retired_at is null order by 1"
LIFETIME = (
    "update audit.entrypoint set max_age = interval '24 hours'"
    " where entrypoint = %s and max_age < interval '1 hour'"
)
ACCEPTED = "select exists (select from audit.t0_viewdef_baseline as b where b.entrypoint = %s)"
CHANGED = "select exists (select from audit.gate_definition(%s))"
REASON = "select set_config('timeseal.reason', 'demo', false)"


def closed(conn: psycopg.Connection[Any]) -> dict[str, str]:
    """Every closed door and why, by entrypoint."""
    found = {}
    for (name,) in conn.execute(DECLARED).fetchall():
        cause = certificate.door_cause(conn, name)
        if cause is not None:
            found[name] = cause.found or ""
    return found


def open_all(conn: psycopg.Connection[Any], news: bool) -> bool:
    """Open every door; with `news` publish all. Returns whether anything but time was mended.

    `conn` is an administrator's. Raises `ClaimFailed` when a gate says no.
    """
    conn.execute(REASON)
    shut = closed(conn)
    names = [row[0] for row in conn.execute(DECLARED)] if news else list(shut)
    _repair(conn, names)
    stale = [name for name in names if not news and shut[name].startswith("stale")]
    for name in stale:
        with progress(f"certifying {name}"):
            _require(certificate.certify(conn, name))
    rest = [name for name in names if name not in stale]
    for number, name in enumerate(rest):
        with progress(f"publishing {name}"):
            # One full comparison repairs the store for all its entrypoints.
            _require(certificate.publish(conn, name, full=number == 0))
    return bool(rest)


def _require(issued: Certificate) -> None:
    if not issued.is_certified:
        raise ClaimFailed(
            f"{issued.entrypoint} was not certified",
            expected="every gate passed or waived",
            found=issued.notes,
            hint=f"timeseal explain {issued.entrypoint}",
        )


def _repair(conn: psycopg.Connection[Any], names: Sequence[str]) -> None:
    """Put right what a killed demo left behind: a short lifetime, a changed function."""
    from timeseal.db import install

    for name in names:
        conn.execute(LIFETIME, (name,))
        accepted = conn.execute(ACCEPTED, (name,)).fetchone()
        changed = conn.execute(CHANGED, (name,)).fetchone()
        if accepted and accepted[0] and changed and changed[0]:
            with progress("reinstalling what was changed by hand"):
                install.apply(conn, install.plan(conn, COMPONENTS, force=True))
            return
