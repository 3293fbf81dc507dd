"""Put excerpts of a recorded demo into README.md; figures in documents are never typed by hand.

`make excerpt` records a demo in docs/reference/demo.txt and calls this. A block of README.md that
starts with `<!-- demo: FIRST … LAST -->` is replaced by the recorded lines from the one that
contains FIRST to the next one that contains LAST.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
RECORD = ROOT / "docs" / "reference" / "demo.txt"
BLOCK = re.compile(
    r"<!-- demo: (?P<first>.+?) … (?P<last>.+?) -->\n```text\n(?P<body>.*?)```", re.S
)


def recorded(lines: list[str], first: str, last: str) -> list[str]:
    """Lines of the record from the first that contains `first` to the next that contains `last`."""
    start = next(number for number, line in enumerate(lines) if first in line)
    end = next(number for number in range(start, len(lines)) if last in lines[number])
    return [line.rstrip() for line in lines[start : end + 1]]


def filled(page: str, lines: list[str]) -> str:
    """The page with every block replaced by what was recorded."""

    def replace(block: re.Match[str]) -> str:
        first, last = block["first"], block["last"]
        body = "\n".join(recorded(lines, first, last))
        return f"<!-- demo: {first} … {last} -->\n```text\n{body}\n```"

    return BLOCK.sub(replace, page)


def main() -> int:
    """Rewrite README.md from the record."""
    lines = RECORD.read_text(encoding="utf-8").splitlines()
    README.write_text(filled(README.read_text(encoding="utf-8"), lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
