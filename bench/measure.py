"""Timing: alternate what is compared, so that a busy machine hits both; report medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

Conn = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: what, both measurements in words, their ratio, what the design asks."""

    what: str
    measured: str
    against: str
    ratio: str
    bar: str


def clock(work: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def alternately(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each, after one unmeasured round, taking turns."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(rounds + 1):
        for name, work in works.items():
            seconds = clock(work)
            if turn:
                taken[name].append(seconds)
    return {name: statistics.median(values) for name, values in taken.items()}


def query(conn: Conn, statement: str) -> Callable[[], object]:
    """A statement as work; all rows are fetched."""
    text = statement.encode()

    def work() -> object:
        cursor = conn.execute(text)
        return cursor.fetchall() if cursor.description else None

    return work


def words(seconds: float) -> str:
    """A duration in the unit that reads best."""
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
