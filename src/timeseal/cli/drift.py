"""`timeseal explain --drift` and `timeseal seal ledger`: how drift and its record are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import click
import psycopg

from timeseal.cli.opened import entrypoints, opened
from timeseal.cli.options import database_option, json_option
from timeseal.cli.output import emit_json, emit_rows, progress, say
from timeseal.errors import ExitCode, UsageError
from timeseal.seal import drift

DAY_COLUMNS = ("day", "class", "added", "changed", "removed", "columns", "cause")
CELL_COLUMNS = ("day", "row", "change", "class", "column", "expected", "found")
WHAT_COLUMNS = ("recorded", "day", "verdict", "class", "rows", "columns")
LEDGER_COLUMNS = (*WHAT_COLUMNS, "budget", "by", "reason", "chain")


def explain(
    conn: psycopg.Connection[Any], names: Sequence[str], day: date | None, rows: int, as_json: bool
) -> int:
    """Show day, row and column of all drift; exit 1 when there is any."""
    found: dict[str, tuple[list[drift.Day], list[drift.Cell]]] = {}
    for name in names:
        with progress(f"looking for days of {name} that differ"):
            days = [one for one in drift.days(conn, name) if day in (None, one.t0_day)]
            on = [one.t0_day for one in days]
            found[name] = (days, drift.cells(conn, name, on, rows) if on else [])
    if as_json:
        emit_json({name: _document(*parts) for name, parts in found.items()})
    else:
        for name, parts in found.items():
            _show(name, *parts)
    return int(ExitCode.CLAIM_FAILED if any(days for days, _ in found.values()) else ExitCode.OK)


@click.command()
@click.argument("name", metavar="ENTRYPOINT")
@database_option
@json_option
def ledger(name: str, database: str, as_json: bool) -> int:
    """Who accepted which changed day, why, what it changed; exit 1 when the record was altered.

    \b
    Example:
      timeseal seal ledger ml.survival_feature_store_t0_v1_v
    """
    with opened(database) as conn:
        (entrypoint, *others) = entrypoints(conn, (name,))
        if others:
            raise UsageError(
                f"{name} has several entrypoints",
                expected="one of them",
                found=", ".join((entrypoint, *others)),
                hint=f"timeseal seal ledger {entrypoint}",
            )
        events = drift.ledger(conn, entrypoint)
    if as_json:
        emit_json([asdict(one) for one in events])
    else:
        emit_rows(LEDGER_COLUMNS, [_event(one) for one in events])
    return int(ExitCode.OK if all(one.chain_holds for one in events) else ExitCode.CLAIM_FAILED)


def _document(days: Sequence[drift.Day], cells: Sequence[drift.Cell]) -> dict[str, object]:
    return {"days": [asdict(one) for one in days], "cells": [asdict(one) for one in cells]}


def _show(name: str, days: Sequence[drift.Day], cells: Sequence[drift.Cell]) -> None:
    if not days:
        say(f"{name}: no day differs from its baseline")
        return
    emit_rows(
        DAY_COLUMNS,
        [
            (
                one.t0_day,
                ", ".join(one.classes) or one.verdict,
                one.rows_added,
                one.rows_changed,
                one.rows_removed,
                ", ".join(one.columns),
                _cause(one.evidence),
            )
            for one in days
        ],
    )
    click.echo()
    emit_rows(
        CELL_COLUMNS,
        [
            (
                one.t0_day,
                _key(one.row_key),
                one.change,
                one.kind,
                one.column_name,
                one.expected,
                one.found,
            )
            for one in cells
        ],
    )
    for fix in dict.fromkeys(one.fix for one in days if one.fix):
        say(f"hint: {fix}")


def _event(one: drift.Event) -> tuple[object, ...]:
    who = one.actor if one.acting_role == one.actor else f"{one.actor} as {one.acting_role}"
    return (
        f"{one.recorded_at:%Y-%m-%d %H:%M:%S%z}",
        one.t0_day,
        one.verdict,
        ", ".join(one.classes),
        f"+{one.rows_added} ~{one.rows_changed} -{one.rows_removed}",
        ", ".join(one.columns),
        None if one.budget is None else f"{one.budget}: {one.budget_rows} rows",
        who,
        one.reason,
        "holds" if one.chain_holds else "BROKEN",
    )


def _cause(evidence: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(f"{one['object']}: {one['detail']}" for one in evidence[:2])


def _key(key: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in key.items())
