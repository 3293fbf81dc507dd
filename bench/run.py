"""All benchmarks in one run on one private server; the table, with machine and versions."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench import asof, drift, fingerprints, guard, layers, scale
from bench.measure import Line
from timeseal.db import install
from timeseal.db.connect import connect
from timeseal.db.databases import create_database
from timeseal.db.embedded import Embedded

TARGET = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks.md"


@contextmanager
def server() -> Iterator[Embedded]:
    """The embedded server with its usual settings, in a throw-away home."""
    home = Path(tempfile.mkdtemp(prefix="ts-bench-"))
    home.chmod(0o711)
    embedded = Embedded(home)
    try:
        embedded.start()
        yield embedded
    finally:
        embedded.stop()
        shutil.rmtree(home, ignore_errors=True)


def _tables(host: Embedded, quick: bool) -> list[Line]:
    rows = 300_000 if quick else 1_000_000
    create_database(host, "bench_tables")
    with connect(host, "bench_tables") as conn:
        install.apply(conn, install.plan(conn, ["seal"]))
        fingerprints.prepare(conn, rows)
        lines = fingerprints.measure(conn, rows) + guard.measure(conn, rows)
        return lines + drift.measure(conn, rows)


def _layers(host: Embedded, quick: bool) -> list[Line]:
    create_database(host, "bench_layers")
    with connect(host, "bench_layers") as conn, connect(host, "bench_layers", "worker") as worker:
        layers.build(conn, worker)
        small = layers.fill(conn)
        layers.refresh(conn, full=True)
        ads = layers.count(conn)
        lines = layers.increments(conn, sum(small.values()), ads)
        if quick:
            return lines
        layers.multiply(conn)
        large = layers.fill(conn)
        layers.refresh(conn, full=True)
        many = layers.count(conn)
        lines += layers.increments(conn, sum(large.values()), many)
        lines.append(layers.memory())
        return lines + layers.scaling(small, large, (ads, many))


def _asof(host: Embedded, quick: bool) -> list[Line]:
    create_database(host, "bench_asof")
    with connect(host, "bench_asof") as conn:
        install.apply(conn, install.plan(conn, ["seal"]))
        return asof.measure(conn, host, "bench_asof", quick)


def _scale(host: Embedded, quick: bool) -> list[Line]:
    lines = []
    for line in scale.measure(host, quick):
        _say(f"{line.what}: {line.measured}, against {line.against}: {line.ratio}")
        lines.append(line)
    return lines


PARTS: dict[str, Callable[[Embedded, bool], list[Line]]] = {
    "tables": _tables,
    "asof": _asof,
    "layers": _layers,
    "scale": _scale,
}
#: What takes hours is measured when somebody asks for it by name.
HOURS = ("scale",)


def run(quick: bool, only: tuple[str, ...] = ()) -> None:
    """Measure and print; unless quick, write each part into the page as soon as it is measured."""
    with server() as host:
        version = host.status().version
        for name in only or tuple(part for part in PARTS if part not in HOURS):
            _say(f"measuring {name} …")
            table = _table(PARTS[name](host, quick))
            sys.stdout.write(table)
            if not quick:
                page = TARGET.read_text(encoding="utf-8")
                TARGET.write_text(replaced(page, name, _head(version) + table), encoding="utf-8")
                _say(f"written: {TARGET}, {name}")


def replaced(page: str, part: str, text: str) -> str:
    """The page with the text of one part in place of its former one."""
    start, end = (f"<!-- {word} {part} -->\n" for word in ("part", "end of"))
    if page.count(start) != 1 or page.count(end) != 1:
        raise ValueError(f"{TARGET} has no one place for {part}, marked {start.strip()}")
    before, _, rest = page.partition(start)
    return before + start + text + end + rest.partition(end)[2]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _table(lines: list[Line]) -> str:
    head = "| what | measured | against | ratio | design asks |\n|---|---|---|---|---|\n"
    return head + "".join(
        f"| {one.what} | {one.measured} | {one.against} | {one.ratio} | {one.bar} |\n"
        for one in lines
    )


def machine() -> str:
    """Cores, processor and system, as the pages of figures name them."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    return f"{os.cpu_count()} cores of {model}, {platform.system()} {platform.release()}"


def _head(version: str | None) -> str:
    return (
        f"{datetime.now(UTC):%d %B %Y} · PostgreSQL {version} · "
        f"Python {platform.python_version()} · {machine()}\n\n"
    )
