"""`python -m bench.peers PYTHON`: ask everybody, write docs/reference/scoreboard.md.

PYTHON is that of the peers' environment, which `bench/peers/venv` builds and prints.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.peers.board import ROUNDS, ask_all
from bench.peers.page import render

TARGET = Path(__file__).parents[2] / "docs" / "reference" / "scoreboard.md"

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("python", help="the peers' Python")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="times each join is timed")
    asked = parser.parse_args()
    board = ask_all(asked.python, asked.rounds)
    TARGET.write_text(render(board), encoding="utf-8")
    sys.stderr.write(f"written: {TARGET.relative_to(Path.cwd())} ({board.seconds:.0f} s)\n")
