"""Write the constants of the world into its specification.

python -m timeseal.market.verticals.phones.world.specify docs/explanation/phones-world.md
"""

from __future__ import annotations

import sys
from pathlib import Path

from timeseal.market.verticals.phones.world.laws import Laws

__all__ = ["between", "constants"]


def constants() -> str:
    """The table of constants."""
    rows = ["| name | value | meaning | origin |", "|---|---|---|---|"]
    rows += [f"| {' | '.join(row)} |" for row in Laws.table()]
    return "\n".join(rows)


def between(text: str, mark: str, body: str) -> str:
    """Replace what stands between two marks; raises `ValueError` when one of them is missing."""
    head, opened, rest = text.partition(f"<!-- {mark} -->\n")
    _, closed, tail = rest.partition(f"<!-- /{mark} -->")
    if not opened or not closed:
        raise ValueError(f"no marks for {mark}")
    return f"{head}{opened}\n{body}\n\n{closed}{tail}"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(between(page.read_text("utf-8"), "laws", constants()), "utf-8")
