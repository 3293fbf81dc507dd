"""Facts on their way into `raw`: runs, staging, quarantine, and the load of a vertical's file.

Owns the order of things: the run is committed before its first fact and closes with its last, in
one transaction, so a reader sees a file whole or not at all. Loading what is there changes nothing.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

from timeseal.errors import UsageError
from timeseal.market.rows import BrokenRule, Progress, Rejection, summarise

__all__ = [
    "FactRun",
    "LoadReport",
    "abandon_run",
    "alone",
    "close_run",
    "given_up_on_failure",
    "load_cars",
    "open_run",
    "payload_digest",
    "quarantine",
    "stage",
]

Kind = Literal["ingest", "backfill", "reference"]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did. `run_id` is None when the same payload was already loaded."""

    source: str
    run_id: int | None
    rows_in: int
    rows_new: int
    events_new: int
    rows_quarantined: int
    broken: tuple[BrokenRule, ...]
    normalised: Mapping[str, int]
    observed_until: datetime | None
    seconds: float

    @property
    def already_loaded(self) -> bool:
        """True when nothing was done because this payload is in."""
        return self.run_id is None


@dataclass(frozen=True, slots=True)
class FactRun:
    """An open run of the ledger."""

    run_id: int
    kind: Kind
    source: str


def open_run(
    conn: psycopg.Connection[tuple[object, ...]],
    kind: Kind,
    source: str,
    payload_sha256: str | None = None,
    observed_until: datetime | None = None,
) -> FactRun:
    """Open and commit a run. Raises `UsageError` inside a transaction: it could not commit."""
    require_idle(conn)
    statement = "select raw.open_run(%s, %s, %s, p_observed_until => %s)"
    with conn.transaction():
        row = conn.execute(statement, (kind, source, payload_sha256, observed_until)).fetchone()
    assert row is not None  # noqa: S101 - a scalar function returns one row
    return FactRun(int(str(row[0])), kind, source)


def require_idle(conn: psycopg.Connection[tuple[object, ...]]) -> None:
    """Raise `UsageError` inside a transaction."""
    if conn.info.transaction_status != TransactionStatus.IDLE:
        raise UsageError(
            "a run cannot be opened inside a transaction",
            expected="an idle connection, since the run is committed before its first fact",
            found=conn.info.transaction_status.name.lower(),
            hint="commit first, or use a connection of its own",
        )


def close_run(
    conn: psycopg.Connection[tuple[object, ...]],
    run: FactRun,
    counts: tuple[int, int, int] = (0, 0, 0),
) -> None:
    """Close a run with its counts: rows read, new, quarantined."""
    conn.execute("select raw.close_run(%s, %s, %s, %s)", (run.run_id, *counts))


def abandon_run(conn: psycopg.Connection[tuple[object, ...]], run: FactRun) -> None:
    """Give a failed run up at once; over a dead connection its lease does that."""
    with suppress(psycopg.Error), conn.transaction():
        conn.execute("select raw.abandon_run(%s)", (run.run_id,))


@contextmanager
def given_up_on_failure(
    conn: psycopg.Connection[tuple[object, ...]], run: FactRun
) -> Iterator[None]:
    """Abandon the run when the block fails, whatever the failure."""
    try:
        yield
    except BaseException:
        abandon_run(conn, run)
        raise


@contextmanager
def alone(conn: psycopg.Connection[tuple[object, ...]], source: str) -> Iterator[None]:
    """Let one session at a time load a source; others wait, then find it loaded."""
    key = f"timeseal load {source}"
    with conn.transaction():
        conn.execute("select pg_advisory_lock(hashtextextended(%s, 0))", (key,))
    try:
        yield
    finally:
        with suppress(psycopg.Error), conn.transaction():
            conn.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", (key,))


def is_loaded(
    conn: psycopg.Connection[tuple[object, ...]], source: str, payload_sha256: str
) -> bool:
    """True when a closed run of this source carried this very payload."""
    statement = (
        "select from raw.run where source = %s and payload_sha256 = %s and status = 'closed'"
    )
    with conn.transaction():
        return conn.execute(statement, (source, payload_sha256)).fetchone() is not None


def stage(
    conn: psycopg.Connection[tuple[object, ...]],
    relation: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> int:
    """COPY rows into a relation given as `schema.name`; returns their number."""
    target = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(*relation.split(".")), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    count = 0
    with conn.cursor() as cursor, cursor.copy(target) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def quarantine(
    conn: psycopg.Connection[tuple[object, ...]], run: FactRun, rejections: Iterable[Rejection]
) -> int:
    """Append refused rows with what was expected and found; returns the number of records."""
    columns = ("run_id", "row_number", "column_name", "expected", "found", "reason", "raw_line")
    rows = (
        (run.run_id, one.row_number, one.column, one.expected, one.found, one.reason, one.raw_line)
        for one in rejections
    )
    return stage(conn, "raw.quarantine", columns, rows)


def load_cars(
    conn: psycopg.Connection[tuple[object, ...]],
    path: Path,
    *,
    cohort_file: Path | None = None,
    cohorts: Collection[int] | None = None,
    limit: int | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Load a file of car ads as one backfill run; `conn` is idle and may be the worker's.

    `cohorts` and `limit` keep only ads of these cohort codes, or the first ads by time; they become
    part of the payload's identity. `cohort_file` defaults to the release beside the file's folder.
    """
    from timeseal.market.verticals.cars.load import CarFile, append

    started = time.monotonic()
    require_idle(conn)
    file = CarFile.read(path, cohort_file, cohorts, limit, progress)
    done = 0, 0
    run = None
    with alone(conn, file.source):
        if not is_loaded(conn, file.source, file.payload_sha256):
            file.release.load(conn)
            run = open_run(conn, "backfill", file.source, file.payload_sha256, file.observed_until)
            with given_up_on_failure(conn, run), conn.transaction():
                done = append(conn, run, file, progress)
                quarantine(conn, run, file.ads.rejections)
                close_run(conn, run, (file.ads.rows_in, done[0], file.ads.rows_rejected))
    return LoadReport(
        source=file.source,
        run_id=run.run_id if run else None,
        rows_in=file.ads.rows_in,
        rows_new=done[0],
        events_new=done[1],
        rows_quarantined=file.ads.rows_rejected if run else 0,
        broken=summarise(file.ads.rejections),
        normalised=file.ads.normalised,
        observed_until=file.observed_until,
        seconds=time.monotonic() - started,
    )


def payload_digest(*parts: object) -> str:
    """Identity of a payload: digest over its parts' texts."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
