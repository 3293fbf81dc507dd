"""Dated reference releases: loaded once as a run of kind `reference`, never changed.

Owns the ledger side of a release; which rows it has is the vertical's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import psycopg

from timeseal.errors import ClaimFailed
from timeseal.market.facts import (
    alone,
    close_run,
    given_up_on_failure,
    open_run,
    payload_digest,
    stage,
)

__all__ = ["Release"]


@dataclass(frozen=True, slots=True)
class Release:
    """A dated release and its rows; `pinned` is joined whatever its date, under a waiver."""

    release_id: str
    title: str
    publisher: str
    published_at: datetime
    licence: str
    relation: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    pinned: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    designed_on_until: date | None = None

    @property
    def content_sha256(self) -> str:
        """Digest over the rows as loaded."""
        return payload_digest(*self.rows)

    def load(self, conn: psycopg.Connection[tuple[object, ...]]) -> bool:
        """Load the release unless it is there; `conn` is idle. Returns whether it was loaded."""
        known = "select content_sha256 from ref.release where release_id = %s"
        with alone(conn, self.release_id):
            with conn.transaction():
                found = conn.execute(known, (self.release_id,)).fetchone()
            if found is not None:
                self._require_same(found[0])
                return False
            run = open_run(conn, "reference", self.release_id, self.content_sha256)
            with given_up_on_failure(conn, run), conn.transaction():
                stage(conn, "ref.release", _COLUMNS, [self._record(run.run_id)])
                stage(conn, self.relation, ("release_id", *self.columns), self._prefixed())
                close_run(conn, run, (len(self.rows), len(self.rows), 0))
        return True

    def _require_same(self, found: object) -> None:
        """A release never changes its content under one id."""
        if found != self.content_sha256:
            raise ClaimFailed(
                f"release {self.release_id} is loaded with other content",
                expected=f"content {self.content_sha256[:12]}…",
                found=f"{str(found)[:12]}…",
                hint="publish the change as a release of its own id and date",
            )

    def _prefixed(self) -> Sequence[tuple[object, ...]]:
        return [(self.release_id, *row) for row in self.rows]

    def _record(self, run_id: int) -> tuple[object, ...]:
        return (
            self.release_id,
            self.title,
            self.publisher,
            self.published_at,
            self.valid_from,
            self.valid_to,
            self.designed_on_until,
            self.pinned,
            self.licence,
            self.content_sha256,
            len(self.rows),
            run_id,
        )


_COLUMNS = (
    "release_id",
    "title",
    "publisher",
    "published_at",
    "valid_from",
    "valid_to",
    "designed_on_until",
    "pinned",
    "licence",
    "content_sha256",
    "row_count",
    "run_id",
)
