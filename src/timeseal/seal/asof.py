"""Point-in-time training frames: any spine, any fact tables, only what was known before t0.

Owns the declaration and the call. The join is planned and written by the database
(`audit.asof_plan`), so that psql and Python mean the same; what is done here is to carry the spine
up and the columns down, and to prove that every spine row came back once, in its place.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from timeseal.errors import UsageError

if TYPE_CHECKING:
    import psycopg
    import pyarrow as pa

    from timeseal.seal.asof_session import AsofSession

__all__ = ["AsofPlan", "AsofView", "join_asof", "plan_asof"]

Strategy = Literal["lateral", "merge", "ranges"]
#: Below this many spine rows a second connection costs more than it saves.
ROWS_PER_WORKER = 20_000


@dataclass(frozen=True, slots=True)
class AsofView:
    """One fact relation: what it is keyed by, when its rows were known, which columns are wanted.

    `relation` is written as in SQL, with its schema. `spine_key` names the spine's columns where
    they differ from `key`. `columns` None means all but keys and times. Spans are exact; a fact may
    be as old as `max_age`, measured from its event_time (known_at where there is none).
    """

    relation: str
    key: Sequence[str]
    known_at: str | None = None
    spine_key: Sequence[str] | None = None
    event_time: str | None = None
    embargo: timedelta = timedelta(0)
    max_age: timedelta | None = None
    columns: Sequence[str] | None = None
    prefix: str = ""
    tie_breakers: Sequence[str] = ()
    on_tie: Literal["error", "values"] = "error"
    event_time_only: bool = False
    with_known_at: bool = False
    with_age: bool = False

    @property
    def spine_columns(self) -> tuple[str, ...]:
        """The spine's columns that are matched with the key, in order."""
        return tuple(self.key if self.spine_key is None else self.spine_key)

    def declared(self) -> dict[str, Any]:
        """What audit.asof_declared reads; spans in seconds."""
        return {
            "relation": self.relation,
            "key": list(self.key),
            "known_at": self.known_at,
            "spine_key": list(self.spine_columns),
            "event_time": self.event_time,
            "embargo": self.embargo.total_seconds(),
            "max_age": None if self.max_age is None else self.max_age.total_seconds(),
            "columns": None if self.columns is None else list(self.columns),
            "prefix": self.prefix,
            "tie_breakers": list(self.tie_breakers),
            "on_tie": self.on_tie,
            "event_time_only": self.event_time_only,
            "with_known_at": self.with_known_at,
            "with_age": self.with_age,
        }


@dataclass(frozen=True, slots=True)
class AsofPlan:
    """How one view is joined and why; `costs` is what PostgreSQL expects of each strategy."""

    relation: str
    strategy: str
    reason: str
    costs: dict[str, float]
    statement: str


def join_asof(  # noqa: PLR0913 - a call with named options
    source: str | psycopg.Connection[Any],
    spine: Any,
    views: Sequence[AsofView],
    *,
    t0: str = "t0",
    order_by: Sequence[str] | None = None,
    strategy: Strategy | None = None,
    workers: int | None = None,
) -> pa.Table:
    """Give every spine row, in order, the columns of each view as they were known before its t0.

    `source` is a connection string, or an open connection whose parameters and role are used for
    sessions of our own (what it has not committed is not seen). `spine` is an Arrow, pandas or
    polars frame, or the name of a relation, which is read in the order of `order_by` (default: t0,
    then every other column). All sessions read one snapshot. The table's schema metadata, key
    `timeseal`, says how each view was joined and under which certificate, if any, it was read.

    Raises `UsageError` for a declaration that does not fit and `ClaimFailed` when the newest fact
    of a key is not unique or a certified view is closed.
    """
    from timeseal.seal import asof_spine

    with ExitStack() as stack:
        first = _session(stack, source)
        whole, upload = asof_spine.prepare(first, spine, views, t0, order_by)
        parts = upload.split(workers or _workers(upload.table.num_rows))
        snapshot = first.snapshot if len(parts) > 1 else ""
        pool = stack.enter_context(ThreadPoolExecutor(len(parts)))

        def start(part: pa.Table) -> AsofSession:
            with ExitStack() as until_put:
                session = until_put.enter_context(first.another(snapshot))
                session.put(part, views)
                until_put.pop_all()
            return session

        # while the first session plans, the others get their share
        started = [pool.submit(start, part) for part in parts[1:]]
        for one in started:
            stack.callback(_close, one)
        first.put(parts[0], views)
        plans = _plans(first, views, t0, strategy, ordered=False)
        others = [one.result() for one in started]
        if others and any(plan.strategy != "lateral" for plan in plans):
            # the other strategies read all facts, so a share of the spine is no share of the work
            parts, others = [upload.table], []
            first.put(upload.table, views)

        def rows(session: AsofSession, part: pa.Table) -> pa.Table:
            return session.rows(plans[0].statement, part.num_rows, _arguments(views, t0))

        found = list(pool.map(rows, [first, *others], parts))
        certificates = [first.certificate(view.relation) for view in views]
    return asof_spine.assemble(whole, upload, found, _metadata(t0, views, plans, certificates))


def plan_asof(
    source: str | psycopg.Connection[Any],
    spine: Any,
    views: Sequence[AsofView],
    *,
    t0: str = "t0",
    strategy: Strategy | None = None,
) -> tuple[AsofPlan, ...]:
    """How `join_asof` would run, without running it: strategy, reason and statement per view."""
    from timeseal.seal import asof_spine

    with ExitStack() as stack:
        session = _session(stack, source)
        _, upload = asof_spine.prepare(session, spine, views, t0, None)
        session.put(upload.split(_workers(upload.table.num_rows))[0], views)
        return _plans(session, views, t0, strategy)


def _session(stack: ExitStack, source: str | psycopg.Connection[Any]) -> AsofSession:
    from timeseal.seal.asof_session import AsofSession

    return stack.enter_context(AsofSession.to(source))


def _close(started: Future[AsofSession]) -> None:
    if started.exception() is None:
        started.result().__exit__(None, None, None)


def _workers(rows: int) -> int:
    return max(1, min(os.cpu_count() or 1, 4, rows // ROWS_PER_WORKER))


def _arguments(views: Sequence[AsofView], t0: str) -> tuple[str, str]:
    return t0, json.dumps([view.declared() for view in views])


def _plans(
    session: AsofSession,
    views: Sequence[AsofView],
    t0: str,
    strategy: Strategy | None,
    *,
    ordered: bool = True,
) -> tuple[AsofPlan, ...]:
    if not views:
        raise UsageError(
            "an as-of join has no views",
            expected="at least one",
            found="none",
            hint="timeseal.AsofView('schema.relation', key=['id'], known_at='known_at')",
        )
    return tuple(
        AsofPlan(relation, chosen, reason, json.loads(costs), statement)
        for relation, chosen, reason, costs, statement in session.plan(
            *_arguments(views, t0), strategy or "", ordered
        )
    )


def _metadata(
    t0: str,
    views: Sequence[AsofView],
    plans: Sequence[AsofPlan],
    certificates: Sequence[dict[str, Any] | None],
) -> dict[str, Any]:
    """What the frame is, for whoever reads it later: written into the schema as JSON."""
    return {
        "t0": t0,
        "certified": all(certificate is not None for certificate in certificates),
        "event_time_only": any(view.event_time_only for view in views),
        "views": [
            {
                **view.declared(),
                "strategy": plan.strategy,
                "reason": plan.reason,
                "certified": certificate is not None,
                **(certificate or {}),
            }
            for view, plan, certificate in zip(views, plans, certificates, strict=True)
        ],
    }
