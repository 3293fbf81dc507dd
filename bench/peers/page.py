"""The page of the scoreboard: tables, details and where a peer is better, all from one Board."""

from __future__ import annotations

import platform
import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from tests.leakzoo.neutral import cases

from bench.peers.board import FACT_ROWS, SPINE_ROWS, Board
from bench.peers.governance import PROBES
from bench.run import machine

WORDS: dict[str, str] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)
MARK = {
    "right": "right",
    "leak": "**LEAK**",
    "value": "**wrong**",
    "rows": "**rows**",
    "refuses": "refuses",
    "cannot": "–",
}
#: Header of a column; a tool's second way stands beside its first.
SHORT = {
    ("Timeseal", "join_asof"): "Timeseal: join_asof",
    ("Timeseal", "windows by hand"): "Timeseal, windows by hand",
    ("Usual practice", "same day counts"): "usual practice, day ≤",
    ("Usual practice", "day before"): "usual practice, day <",
}


def render(board: Board) -> str:
    """The whole page."""
    return "".join(
        (
            WORDS["head"],
            "\n",
            f"{_measured(board)}\n\n",
            " · ".join(f"{name} {found}" for name, found in sorted(board.versions.items())),
            "\n\n## What was known then\n\n",
            _summary(board),
            "\n",
            WORDS["legend"],
            *(f"\n{_answers(board, part)}" for part in _parts(board)),
            "\n## What is served and certified\n\n",
            WORDS["certification"],
            "\n",
            _certification(board),
            "\n## Where a peer is better\n\n",
            WORDS["elsewhere"],
            "\n",
            _better(board),
            "\n## Each question\n",
            _details(board),
            "\n## Each question of certification\n",
            _certification_details(board),
        )
    )


def _measured(board: Board) -> str:
    parts = (
        f"{datetime.now(UTC):%d %B %Y}",
        f"PostgreSQL {board.postgres}",
        f"Python {platform.python_version()}",
        f"{machine()}, load {board.busy:.1f} when timing began",
        f"{board.seconds:.0f} s for everything",
    )
    return " · ".join(parts)


def _name(column: tuple[str, str]) -> str:
    tool, way = column
    return SHORT.get(column, f"{tool}: {way}")


def _parts(board: Board) -> list[list[tuple[str, str]]]:
    """Feast beside Timeseal and usual practice, then the others beside Timeseal."""
    ours = [column for column in board.columns if column[0] == "Timeseal"]
    feast = [column for column in board.columns if column[0].startswith("Feast")]
    usual = [column for column in board.columns if column[0] == "Usual practice"]
    others = [column for column in board.columns if column not in [*ours, *feast, *usual]]
    return [ours + usual + feast, ours + others]


def _count(board: Board, column: tuple[str, str], kind: str) -> int:
    return sum(board.verdicts[*column, case.name].kind == kind for case in cases())


def _summary(board: Board) -> str:
    head = ("tool and way", "right", "leaks", "wrong", "rows lost or made", "refuses", "cannot say")
    kinds = ("right", "leak", "value", "rows", "refuses", "cannot")
    return _table(
        head, ([_name(c), *(str(_count(board, c, kind)) for kind in kinds)] for c in board.columns)
    )


def _answers(board: Board, part: list[tuple[str, str]]) -> str:
    return _table(
        ("question", *(_name(column) for column in part)),
        ([case.name, *(_mark(board, column, case.name) for column in part)] for case in cases()),
    )


def _mark(board: Board, column: tuple[str, str], case: str) -> str:
    verdict = board.verdicts[*column, case]
    return MARK[verdict.kind] + ("" if verdict.stable else " ~")


def _certification(board: Board) -> str:
    tools = ("Timeseal", "Usual practice", "dbt", "Timefence")
    rows = []
    for probe in PROBES:
        found = [board.outcomes.get((probe.name, tool)) for tool in tools]
        marks = ["–" if one is None or one.holds is None else _held(one.holds) for one in found]
        rows.append([probe.name, *marks, probe.wrong])
    return _table(("question", *tools, "what it means when it does not hold"), rows)


def _held(holds: bool) -> str:
    return "holds" if holds else "**FAILS**"


def _better(board: Board) -> str:
    ours = next(one for one in board.timings if one.tool == "Timeseal")
    rows = [
        [
            one.tool,
            f"{one.seconds:.2f} s",
            f"{one.fastest:.2f} to {one.slowest:.2f} s",
            f"{one.seconds / ours.seconds:.2f}",
            f"{one.rows:,}",
            f"{SPINE_ROWS - one.rows:,}",
            "yes" if (one.rows, one.total) == (ours.rows, ours.total) else "no",
        ]
        for one in sorted(board.timings, key=lambda one: one.seconds)
    ]
    faster = [one.tool for one in board.timings if one.seconds < ours.seconds]
    head = ("tool", "median", "range", "times ours", "rows back", "rows lost", "answer as ours")
    return (
        f"{SPINE_ROWS:,} decisions joined with {FACT_ROWS:,} facts,"
        f" {board.rounds} rounds in turns.\n"
        f"{WORDS['speed']}\n"
        + _table(head, rows)
        + f"\nFaster than Timeseal here: {', '.join(faster) if faster else 'nobody'}."
        f" Loading and indexing the facts in PostgreSQL took {board.load:.1f} s before that,"
        " which only Timeseal needs.\n"
    )


def _details(board: Board) -> str:
    parts = []
    for case in cases():
        expected = board.verdicts[*board.columns[0], case.name].expected
        asks = f"{case.asks[0].upper()}{case.asks[1:]}"
        parts.append(f"\n### {case.name}\n\n{asks}. Expected `{expected}`.\n\n")
        groups: dict[str, list[str]] = {}
        for column in board.columns:
            verdict = board.verdicts[*column, case.name]
            said = _short(verdict.returned)
            groups.setdefault(f"{_mark(board, column, case.name)} `{said}`", []).append(
                _name(column)
            )
        parts += [f"* {said}: {'; '.join(names)}\n" for said, names in groups.items()]
    return "".join(parts)


def _certification_details(board: Board) -> str:
    parts = []
    for probe in PROBES:
        asks = f"{probe.asks[0].upper()}{probe.asks[1:]}"
        parts.append(f"\n### {probe.name}\n\n{asks}.\n\n")
        for (name, tool), outcome in board.outcomes.items():
            if name == probe.name:
                parts.append(f"* {tool}: {_held(bool(outcome.holds))} `{_short(outcome.said)}`\n")
    return "".join(parts)


def _short(said: str) -> str:
    """One line for a code span; what is longer ends in an ellipsis."""
    said = " ".join(said.split()).replace("`", "'")
    return said if len(said) <= 160 else f"{said[:160].rsplit(' ', 1)[0]} …"


def _table(head: Iterable[str], rows: Iterable[list[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |\n" for row in lines)
