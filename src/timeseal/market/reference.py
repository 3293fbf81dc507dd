"""Dated reference releases: loaded once as a run of kind `reference`, never changed.

Owns the ledger side of a release; which rows it has is the vertical's business.
"""

from __future__ import annotations

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
    quarantine,
    stage,
)
from timeseal.market.rows import Rejection

__all__ = ["Release", "Rows"]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one relation, given as `schema.name`."""

    relation: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A dated release and its rows; `pinned` is joined whatever its date, under a waiver.

    `also` holds the rows of further relations, `rejections` what the file had and nobody loads.
    """

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
    also: tuple[Rows, ...] = ()
    rejections: tuple[Rejection, ...] = ()

    @property
    def content_sha256(self) -> str:
        """Digest over the rows as loaded."""
        return payload_digest(*self.rows, *(row for part in self.also for row in part.rows))

    @property
    def row_count(self) -> int:
        """Rows of all relations."""
        return len(self.rows) + sum(len(part.rows) for part in self.also)

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
                for part in (Rows(self.relation, self.columns, self.rows), *self.also):
                    rows = [(self.release_id, *row) for row in part.rows]
                    stage(conn, part.relation, ("release_id", *part.columns), rows)
                refused = len({one.row_number for one in self.rejections})
                quarantine(conn, run, self.rejections)
                close_run(conn, run, (self.row_count + refused, self.row_count, refused))
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
            self.row_count,
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
