"""Polars: `join_asof` (strict) and `join_where`, by event time and by knowledge time."""

from __future__ import annotations

import time
from functools import partial

import polars as pl
from protocol import Pairs, Question, Speed, Way, plain, serve

TIME = pl.Datetime("us", "UTC")


def frames(question: Question) -> tuple[pl.DataFrame, pl.DataFrame]:
    def kind(name: str) -> object:
        return TIME if name in ("t0", "event_time", "known_at") else pl.Int64

    return tuple(  # type: ignore[return-value]
        pl.DataFrame(rows, schema={name: kind(name) for name in rows[0]})
        for rows in (question.spine, question.facts)
    )


def latest(question: Question, clock: str) -> Pairs:
    spine, facts = frames(question)
    found = spine.sort("t0", maintain_order=True).join_asof(
        facts.sort(clock, maintain_order=True),
        left_on="t0",
        right_on=clock,
        by=question.key,
        strategy="backward",
        tolerance=question.ttl,
        allow_exact_matches=False,
    )
    return pairs(found.sort("row"))


def window(question: Question, clock: str) -> Pairs:
    spine, facts = frames(question)
    conditions = [pl.col(name) == pl.col(f"{name}_right") for name in question.key]
    conditions.append(pl.col(clock) < pl.col("t0"))
    if question.window is not None:
        conditions.append(pl.col(clock) >= pl.col("t0") - question.window)
    both = spine.join_where(facts, *conditions)
    count = question.kind == "count"
    value = pl.len() if count else pl.col("value").sum()
    found = spine.join(both.group_by("row").agg(value.alias("value")), on="row", how="left")
    return pairs(found.with_columns(pl.col("value").fill_null(0)) if count else found)


def ask(clock: str, question: Question) -> Pairs:
    return latest(question, clock) if question.kind == "latest" else window(question, clock)


def pairs(found: pl.DataFrame) -> Pairs:
    return [(row, plain(value)) for row, value in found.select("row", "value").iter_rows()]


def speed(asked: Speed) -> tuple[float, int, int]:
    """From Parquet to the joined frame, sorting included."""
    started = time.perf_counter()
    found = (
        pl.scan_parquet(asked.spine)
        .sort("t0")
        .join_asof(
            pl.scan_parquet(asked.facts).sort("event_time"),
            left_on="t0",
            right_on="event_time",
            by="id",
            allow_exact_matches=False,
        )
        .collect()
    )
    return time.perf_counter() - started, found.height, int(found["value"].sum())


if __name__ == "__main__":
    serve(
        ["polars"],
        [
            Way("event time", partial(ask, "event_time"), speed),
            Way("knowledge time", partial(ask, "known_at")),
        ],
    )
