"""The published blocks as `timeseal status --blocks` shows them: certified, or why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg

from timeseal.cli.output import emit_rows, say

#: As old as the published rule lets a certificate be.
FRESH = timedelta(hours=24)
COVERAGE = (
    "select feature_block, entrypoint, surface, status, certified_at, age, dataset_days, notes"
    " from audit.t0_block_coverage"
)
COLUMNS = ("block", "status", "certified", "age", "days", "entrypoint", "notes")


@dataclass(frozen=True, slots=True)
class Block:
    """One published block; `surface` is where its columns stand."""

    feature_block: str
    entrypoint: str
    surface: str
    status: str
    certified_at: datetime | None
    age: timedelta | None
    dataset_days: int | None
    notes: str | None

    @property
    def fresh(self) -> bool:
        """True when it is certified and younger than a day."""
        return self.status == "CERTIFIED" and self.age is not None and self.age < FRESH

    @property
    def provided(self) -> bool:
        """True when this market has the block, built or not."""
        return self.status != "not provided"

    def as_document(self) -> dict[str, object]:
        """The stable JSON shape; age in seconds."""
        found: dict[str, object] = {name: getattr(self, name) for name in Block.__slots__}
        age = None if self.age is None else int(self.age.total_seconds())
        return {**found, "age": age, "fresh": self.fresh}


def read_blocks(conn: psycopg.Connection[Any]) -> list[Block]:
    """Every published block in published order; none in a database that holds no market."""
    return [Block(*row) for row in conn.execute(COVERAGE).fetchall()]


def show_blocks(blocks: list[Block], database: str) -> None:
    """The table, and in words how many of what there is are certified and fresh."""
    if not blocks:
        say(f"{database} holds no market, so it has no blocks")
        say("hint: timeseal db create NAME --vertical cars")
        return
    emit_rows(COLUMNS, [_row(one) for one in blocks])
    provided = [one for one in blocks if one.provided]
    fresh = sum(one.fresh for one in provided)
    say(f"{fresh} of {len(provided)} blocks of this market CERTIFIED and younger than 24 h")
    for one in provided:
        if one.surface != one.entrypoint and one.status != "not built":
            say(f"{one.feature_block}: its columns are on {one.surface}")
    shut = [one for one in provided if not one.fresh and one.status != "not built"]
    if shut:
        say(f"hint: timeseal store publish {shut[0].surface}")


def _row(one: Block) -> tuple[object, ...]:
    certified = None if one.certified_at is None else f"{one.certified_at:%Y-%m-%d %H:%M}"
    return (
        one.feature_block,
        one.status,
        certified,
        None if one.age is None else _short(one.age),
        one.dataset_days,
        one.entrypoint,
        one.notes,
    )


def _short(age: timedelta) -> str:
    minutes = int(age.total_seconds()) // 60
    return f"{minutes // 60} h {minutes % 60:02d} min"
