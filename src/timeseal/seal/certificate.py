"""Certificates as values: read them, ask for one, learn why a door is closed.

All judging happens in the database (schema audit), so that psql and Python mean the same; this
module must not judge anything itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from timeseal.errors import (
    AppendOnlyRefused,
    ClaimFailed,
    ContractBroken,
    DriftFound,
    TimesealError,
    UsageError,
)
from timeseal.seal.replay import Compared

#: Not every column: the horizon of a store that has none is infinite, which no datetime is.
CURRENT = (
    "select r.run_id, r.entrypoint, r.status, r.certified_at, r.expires_at, r.dataset_rows,"
    " r.dataset_days, r.viewdef_objects, r.definition_sha256, r.fingerprint, r.features_hash,"
    " r.contract_sha256, r.protection, r.notes, r.data_checked, r.full_hash_at, r.row_sha256,"
    " r.checks, r.waivers"
    " from audit.t0_cert_run as r where r.entrypoint = %s order by r.run_id desc limit 1"
)
NAMED = "select e.entrypoint from audit.entrypoint as e where %s in (e.entrypoint, e.guarded_view)"
CALL_PUBLISH = "call audit.publish(%s, %s)"


@dataclass(frozen=True, slots=True)
class Check:
    """What one gate said: passed, not applicable, skipped, warning, waived or failed, and its cost.

    A replay also says by which seed it drew, and what each of its modes compared.
    `carried` is the instant of the run that had the result, when it was not had again.
    """

    gate: str
    status: str
    findings: int
    seconds: float
    first: tuple[dict[str, Any], ...]
    seed: str | None = None
    modes: tuple[Compared, ...] = ()
    note: str | None = None
    carried: datetime | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """One row of audit.t0_cert_run: what was sealed, on which data, when, with which checks.

    `data_checked` is "rows" when this run hashed every row, "stamps" when version stamps showed
    that nothing moved since `full_hash_at`, "days" when they showed that only refreshes wrote since
    and the days they wrote were hashed.
    """

    run_id: int
    entrypoint: str
    status: str
    certified_at: datetime
    expires_at: datetime
    dataset_rows: int
    dataset_days: int
    viewdef_objects: int
    definition_sha256: str
    fingerprint: str
    features_hash: str | None
    contract_sha256: str | None
    protection: str
    notes: str
    data_checked: str
    full_hash_at: datetime
    row_sha256: str
    checks: tuple[Check, ...]
    waivers: tuple[dict[str, Any], ...]

    @property
    def certificate_id(self) -> str:
        """Number and digest of the row: what scores and models carry."""
        return f"{self.run_id}-{self.row_sha256[:16]}"

    @property
    def is_certified(self) -> bool:
        """Whether the run passed; whether it still holds is the guard's answer, not this row's."""
        return self.status == "CERTIFIED"

    @property
    def history(self) -> str | None:
        """What the notes say of rows that nobody observed; None when all was observed."""
        said = self.notes.split("; ")
        return next((one for one in said if one.startswith("history declared")), None)


@dataclass(frozen=True, slots=True)
class Cause:
    """One line of audit.explain: what is wrong, where, and the command that mends it."""

    cause: str
    object: str
    row_key: dict[str, Any] | None
    column: str | None
    expected: str | None
    found: str | None
    fix: str | None


def current(conn: psycopg.Connection[Any], entrypoint: str) -> Certificate | None:
    """Read the newest run of an entrypoint, passed or failed; None when there is none."""
    with conn.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(CURRENT, (entrypoint,)).fetchone()
    return None if row is None else _certificate(row)


def certify(
    conn: psycopg.Connection[Any], entrypoint: str, check_days: int = 10, full_hash: bool = False
) -> Certificate:
    """Run all gates and record the result; a FAILED run is returned, not raised.

    Where nothing moved since the last run, its day digests are carried; `full_hash` reads all.
    """
    with conn.transaction():
        if full_hash:
            conn.execute("select set_config('timeseal.full_hash', 'on', true)")
        conn.execute("select audit.certify(%s, %s)", (entrypoint, check_days))
    return _recorded(conn, entrypoint)


def publish(conn: psycopg.Connection[Any], entrypoint: str, full: bool = False) -> Certificate:
    """Refresh and certify in one transaction; a FAILED run is returned, not raised."""
    conn.execute(CALL_PUBLISH, (entrypoint, full))
    return _recorded(conn, entrypoint)


def door_cause(
    conn: psycopg.Connection[Any], entrypoint: str, max_age: str = "24 hours"
) -> Cause | None:
    """Say why readers of the entrypoint would be refused; None when the door is open."""
    row = conn.execute(
        "select audit.door_cause(%s, %s::interval)", (entrypoint, max_age)
    ).fetchone()
    if row is None or row[0] is None:
        return None
    return Cause(
        "the door is closed", entrypoint, None, None, "a valid certificate", row[0][1], row[0][2]
    )


def protection_class(conn: psycopg.Connection[Any]) -> str:
    """Say what watches definitions here: `full` (event triggers) or `owner-only` (row versions)."""
    row = conn.execute("select audit.protection_class()").fetchone()
    return str(row[0]) if row else "unknown"


def explain(conn: psycopg.Connection[Any], entrypoint: str, rows: int = 20) -> list[Cause]:
    """Name cause, row, cell, expected, found and fix; empty when nothing is wrong."""
    found = conn.execute("select * from audit.explain(%s, %s)", (entrypoint, rows)).fetchall()
    return [Cause(*row) for row in found]


def as_error(error: psycopg.Error) -> TimesealError | None:
    """Translate an SQLSTATE of ours into the error of the same code; None for any other."""
    kinds: dict[str, type[TimesealError]] = {
        "TS001": ClaimFailed,
        "TS002": AppendOnlyRefused,
        "TS003": UsageError,
        "TS004": ContractBroken,
        "TS005": DriftFound,
    }
    kind = kinds.get(error.sqlstate or "")
    if kind is None:
        return None
    what = (error.diag.message_primary or str(error)).removeprefix(f"{error.sqlstate}: ")
    hint = (error.diag.message_hint or "timeseal status").removeprefix("Run: ")
    return kind(what, hint=hint)


def _recorded(conn: psycopg.Connection[Any], entrypoint: str) -> Certificate:
    row = conn.execute(NAMED, (entrypoint,)).fetchone()
    certificate = None if row is None else current(conn, row[0])
    if certificate is None:
        raise ClaimFailed(
            f"{entrypoint} has no certificate after its run",
            expected="one row in audit.t0_cert_run",
            found="none",
            hint=f"timeseal certify {entrypoint}",
        )
    return certificate


def _certificate(row: dict[str, Any]) -> Certificate:
    checks = tuple(
        Check(
            c["gate"],
            c["status"],
            int(c["findings"]),
            float(c["seconds"]),
            tuple(c["first"]),
            c.get("seed"),
            tuple(map(Compared.of, c.get("modes", ()))),
            c.get("note"),
            datetime.fromisoformat(c["carried"]["at"]) if "carried" in c else None,
        )
        for c in row["checks"]
    )
    kept = {name: row[name] for name in Certificate.__slots__ if name not in {"checks", "waivers"}}
    return Certificate(**kept, checks=checks, waivers=tuple(row["waivers"]))
