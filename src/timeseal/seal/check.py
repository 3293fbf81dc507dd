"""What the gates say about an entrypoint now, without a certificate.

All judging happens in audit.check_gates; this module turns its answer into values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

CHECK = "select audit.check_gates(%s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who accepted a finding on record, why and until when."""

    waiver_id: int
    author: str
    reason: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One offence: the object, the row or part of it, and the way out; `waived` when accepted."""

    gate: str
    level: str
    object: str
    subject: str
    expected: str | None
    found: str | None
    fix: str | None
    waived: Acceptance | None


@dataclass(frozen=True, slots=True)
class GateCheck:
    """What one gate says: passed, not applicable, waived, warning or failed.

    `open` counts all findings that nobody accepted; `findings` holds the first of them and all that
    are waived. `seconds` is what the gate cost.
    """

    gate: str
    status: str
    open: int
    seconds: float
    findings: tuple[Finding, ...]

    @property
    def fails(self) -> bool:
        """Whether a certification would fail by this gate; an unknown status does."""
        return self.status not in {"passed", "not applicable", "waived", "warning"}


def check(
    conn: psycopg.Connection[Any],
    entrypoint: str,
    gates: Sequence[str] = (),
    with_replay: bool = False,
    rows: int = 20,
) -> list[GateCheck]:
    """Run gates and record nothing; all but replay unless gates are named or replay is asked for.

    Without a replay the transaction is read-only: a gate that tried to write would fail. Raises
    SQLSTATE TS003 for an entrypoint or a gate that does not exist.
    """
    replays = with_replay or "replay" in gates
    named = [*gates, "replay"] if gates and with_replay else list(gates)
    with conn.transaction():
        if not replays:
            conn.execute("set transaction read only")
        row = conn.execute(CHECK, (entrypoint, named or None, with_replay, rows)).fetchone()
    return [_gate(one) for one in row[0]] if row else []


def _gate(said: dict[str, Any]) -> GateCheck:
    accepted = {
        one["waiver_id"]: Acceptance(
            one["waiver_id"],
            one["author"],
            one["reason"],
            datetime.fromisoformat(one["expires_at"]),
        )
        for one in said["waivers"]
    }
    findings = tuple(
        Finding(
            one["gate"],
            one["level"],
            one["object"],
            one["subject"],
            one["expected"],
            one["found"],
            one["hint"],
            accepted.get(one.get("waiver_id")),
        )
        for one in (*said["first"], *said["waived"])
    )
    return GateCheck(
        said["gate"], said["status"], said["findings"], float(said["seconds"]), findings
    )
