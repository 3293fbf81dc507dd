"""Asks every tool everything, in one run on private servers; the result is what page.py renders."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from bench.peers import answers, inside, protocol
from bench.peers.answers import Verdict
from bench.peers.governance import PROBES, REPEAT_KEY, Outcome
from bench.peers.practices import Timeseal, UsualPractice
from bench.run import server as private_server
from timeseal.db import install
from timeseal.db.connect import connect
from timeseal.db.databases import create_database
from timeseal.db.server import Server

HERE = Path(__file__).parent
ENGINE = "board_engine"
SPINE_ROWS, FACT_ROWS, SEED, ROUNDS = 100_000, 1_000_000, 20240105, 5
#: Tool, adapter and its arguments, in the order of the page.
SCRIPTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Feast, Postgres store", ("ask_feast.py", "postgres")),
    ("Feast, DuckDB store", ("ask_feast.py", "duckdb")),
    ("Feast, Dask store", ("ask_feast.py", "dask")),
    ("Timefence", ("ask_timefence.py",)),
    ("DuckDB", ("ask_duckdb.py",)),
    ("Polars", ("ask_polars.py",)),
    ("pandas", ("ask_pandas.py",)),
)


#: Timed here; Feast is timed by `make bench`, which repeats and takes turns.
TIMED = frozenset(("DuckDB", "Polars", "pandas"))


@dataclass(frozen=True, slots=True)
class Timing:
    """One join of SPINE_ROWS with FACT_ROWS; `rows` came back, `total` adds up their values.

    `seconds` is the median of `rounds`, which took turns with the other tools.
    """

    tool: str
    seconds: float
    fastest: float
    slowest: float
    rows: int
    total: int


@dataclass(slots=True)
class Board:
    """Everything that was measured; columns are (tool, way) in the order of the page."""

    postgres: str = ""
    columns: list[tuple[str, str]] = field(default_factory=list)
    verdicts: dict[tuple[str, str, str], Verdict] = field(default_factory=dict)
    outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    timings: list[Timing] = field(default_factory=list)
    rounds: int = ROUNDS
    load: float = 0.0
    busy: float = 0.0
    versions: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, tool: str, ways: list[str], said: list[dict[str, Any]]) -> None:
        """Judge what one tool answered."""
        for way in ways:
            self.columns.append((tool, way))
            for verdict in answers.verdicts(f"{tool}: {way}", way, said):
                self.verdicts[tool, way, verdict.case] = verdict

    def take(self, tool: str, found: dict[str, Any]) -> None:
        """Add the reply of one script."""
        ways = list(dict.fromkeys(one["way"] for one in found["answers"]))
        self.add(tool, ways, found["answers"])
        self.versions |= found["versions"]


def ask_all(python: str, rounds: int = ROUNDS) -> Board:
    """Run everything; `python` is that of the peers' environment, `rounds` times each join."""
    started = time.perf_counter()
    board = Board(rounds=rounds)
    with tempfile.TemporaryDirectory(prefix="board-") as folder, private_server() as host:
        board.postgres = host.status().version or ""
        board.versions |= {name: version(name) for name in ("timeseal", "psycopg")}
        speed = _frames(Path(folder))
        create_database(host, ENGINE)
        with connect(host, ENGINE) as conn:
            install.apply(conn, install.plan(conn, ["seal"]))
        create_database(host, "feast")
        with ThreadPoolExecutor(4) as pool:  # what is said does not depend on who else is asked
            said = [
                (tool, pool.submit(_script, host, tool, args, python)) for tool, args in SCRIPTS
            ]
            certified = [
                pool.submit(_certification, host, one) for one in (Timeseal, UsualPractice)
            ]
            audited = pool.submit(_audits, host, python)
            _inside(board, host)
            for tool, answer in said:
                board.take(tool, answer.result())
            for outcomes in certified:
                board.outcomes |= outcomes.result()
            outcomes_of_peers, versions = audited.result()
        board.outcomes |= outcomes_of_peers
        board.versions |= versions
        _timings(board, host, speed, python)
    board.seconds = time.perf_counter() - started
    return board


def _inside(board: Board, host: Server) -> None:
    with _database(host, "board_inside") as name, connect(host, name) as conn:
        for tool, ways in inside.ways(conn).items():
            _say(f"asking {tool} …")
            said = protocol.answers(ways, answers.questions())
            board.add(tool, [way.name for way in ways], said)


def _script(host: Server, tool: str, args: tuple[str, ...], python: str) -> dict[str, Any]:
    _say(f"asking {tool} …")
    return answers.ask_script(args, answers.questions(), None, python, _feast(host))


def _timings(board: Board, host: Server, speed: dict[str, str], python: str) -> None:
    """In turns, one tool after the other, with nothing else of ours running."""
    board.busy = os.getloadavg()[0]
    files = protocol.Speed(Path(speed["spine"]), Path(speed["facts"]))
    taken: dict[str, list[tuple[float, int, int]]] = {}
    with _database(host, "board_timed") as name, connect(host, name) as conn:
        ours = inside.ways(conn)["Timeseal"][0].speed
        assert ours is not None
        board.load = inside.load(conn, files.facts)
        for turn in range(1, board.rounds + 1):
            _say(f"timing, round {turn} of {board.rounds} …")
            taken.setdefault("Timeseal", []).append(ours(files))
            for tool, args in SCRIPTS:
                if tool in TIMED:
                    (one,) = answers.ask_script(args, [], speed, python)["speeds"]
                    found = one["seconds"], one["rows"], one["total"]
                    taken.setdefault(tool, []).append(found)
    board.timings += [_timing(tool, runs) for tool, runs in taken.items()]


def _timing(tool: str, runs: list[tuple[float, int, int]]) -> Timing:
    if len({(rows, total) for _, rows, total in runs}) != 1:
        raise RuntimeError(f"{tool} answered differently in different rounds: {runs}")
    seconds = [one for one, _, _ in runs]
    return Timing(tool, median(seconds), min(seconds), max(seconds), *runs[0][1:])


def _certification(
    host: Server, practice: type[Timeseal] | type[UsualPractice]
) -> dict[tuple[str, str], Outcome]:
    _say(f"asking {practice.name} for certificates …")
    found = {}
    for number, probe in enumerate(PROBES):
        with _database(host, f"board_{number}_{practice.__name__.lower()}") as name:
            asked = practice(host, name)
            found[probe.name, practice.name] = probe.ask(asked)
            asked.close()
    return found


def _audits(host: Server, python: str) -> tuple[dict[tuple[str, str], Outcome], dict[str, str]]:
    """dbt and Timefence, each on the one question that it claims to answer."""
    _say("asking dbt and Timefence for checks …")
    create_database(host, "dbt")
    with connect(host, "dbt") as conn:
        conn.execute((HERE / "bed.sql").read_bytes())
        conn.execute(REPEAT_KEY)
    request = json.dumps({**_address(host), "database": "dbt"})
    done = subprocess.run(
        [python, "ask_audits.py"],
        input=request,
        capture_output=True,
        text=True,
        cwd=HERE,
        env={**os.environ, "PYTHONPATH": ""},
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"ask_audits.py failed: {done.stderr[-2000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    publish, audit = found["publish"], found["audit"]
    published = Outcome(
        publish["code"] != 0 and publish["rows"] == publish["keys"],
        f"build exits {publish['code']} ({publish['said']}); the table serves {publish['rows']}"
        f" rows of {publish['keys']} keys",
    )
    audited = Outcome(
        bool(audit["leak"]),
        f"built {audit['total']} where {audit['right']} was known; the audit says "
        + ("leakage" if audit["leak"] else "clean"),
    )
    outcomes = {
        ("a failing key", "dbt"): published,
        ("sum of the future, certified", "Timefence"): audited,
    }
    return outcomes, found["versions"]


@contextmanager
def _database(host: Server, name: str) -> Iterator[str]:
    """A copy of the database with the engine; dropped afterwards."""
    with connect(host, "postgres") as conn:
        make = "create database {} template {} strategy file_copy"
        conn.execute(sql.SQL(make).format(sql.Identifier(name), sql.Identifier(ENGINE)))
        grant = "grant create on database {} to timeseal_owner"
        conn.execute(sql.SQL(grant).format(sql.Identifier(name)))
        yield name
        conn.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def _address(host: Server) -> dict[str, Any]:
    found = conninfo_to_dict(host.dsn("postgres"))
    return {
        "host": found["host"],
        "port": int(str(found.get("port") or 5432)),
        "user": found["user"],
        "password": found.get("password") or "",
    }


def _feast(host: Server) -> dict[str, str]:
    address = {f"FEAST_{name.upper()}": str(value) for name, value in _address(host).items()}
    return {**address, "FEAST_DATABASE": "feast"}


def _frames(folder: Path) -> dict[str, str]:
    """Seeded facts over a year, known at once, so that every tool must agree."""
    random = np.random.default_rng(SEED)
    year, start = 365 * 86_400_000_000, 1_672_531_200_000_000
    stamp = pa.timestamp("us", "UTC")
    at = pa.array(start + random.integers(0, year, FACT_ROWS)).cast(stamp)
    facts = {
        "id": pa.array(random.integers(0, 20_000, FACT_ROWS)),
        "event_time": at,
        "known_at": at,
        "value": pa.array(random.integers(0, 1_000, FACT_ROWS)),
    }
    spine = {
        "row": pa.array(np.arange(SPINE_ROWS)),
        "id": pa.array(random.integers(0, 20_000, SPINE_ROWS)),
        "t0": pa.array(start + random.integers(0, year, SPINE_ROWS)).cast(stamp),
    }
    paths = {"spine": folder / "spine.parquet", "facts": folder / "facts.parquet"}
    pq.write_table(pa.table(spine), paths["spine"])
    pq.write_table(pa.table(facts), paths["facts"])
    return {name: str(path) for name, path in paths.items()}


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
