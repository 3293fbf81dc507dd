"""How commands talk: data to stdout, talk to stderr, progress only when it takes long."""

from __future__ import annotations

import json
import shutil
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

import click

#: Silence is fine for this long; after it a person wonders.
PATIENCE_SECONDS = 2.0


def say(text: str) -> None:
    """Tell the person something; never part of the data."""
    click.echo(text, err=True)


def emit_json(value: object) -> None:
    """Write one JSON document to stdout."""
    click.echo(json.dumps(value, indent=2, default=_plain))


def emit_fields(fields: Mapping[str, object]) -> None:
    """Write `name  value` lines to stdout, skipping what is None."""
    width = max((len(name) for name in fields), default=0)
    for name, value in fields.items():
        if value is not None:
            click.echo(f"{name:<{width}}  {value}")


def emit_rows(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a table to stdout: for a program tab-separated, for a terminal aligned.

    A table wider than the terminal becomes one block per row, since cut-off names are of no use.
    """
    if not sys.stdout.isatty():
        for line in (columns, *rows):
            click.echo("\t".join("" if cell is None else str(cell) for cell in line))
        return
    if natural_width(columns, rows) > shutil.get_terminal_size().columns:
        for row in rows:
            emit_fields(dict(zip(columns, row, strict=True)))
            click.echo()
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    Console().print(table)


def natural_width(columns: Sequence[str], rows: Sequence[Sequence[object]], gap: int = 2) -> int:
    """How wide a table is when nothing is cut or folded."""
    cells = ("" if cell is None else str(cell) for row in (columns, *rows) for cell in row)
    widths = [len(cell) for cell in cells]
    count = len(columns)
    return sum(max(widths[place::count]) + gap for place in range(count)) - gap


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Say what is going on once it lasts beyond two seconds, and how long it took."""
    done = threading.Event()
    started = time.monotonic()

    def wait() -> None:
        if not done.wait(PATIENCE_SECONDS):
            say(f"{what} …")

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        seconds = time.monotonic() - started
        if seconds > PATIENCE_SECONDS:
            say(f"{what}: {seconds:.1f} s")


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return str(value)
