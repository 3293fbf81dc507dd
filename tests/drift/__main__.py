"""`python -m tests.drift [N]`: seed N incidents per class and write docs/reference/drift.md."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from tests import cars as market
from tests.databases import Database, Databases
from tests.drift import cars, incidents
from tests.drift.incidents import World
from tests.servers import careless_server

from timeseal.db import install

TARGET = Path(__file__).parents[2] / "docs" / "reference" / "drift.md"
Line = tuple[str, str, Counter[str]]
HEAD = """\
# Which kind of drift

Written by `python -m tests.drift {each}`. Each line is a class of incident, seeded {each} times
(on *cars* a tenth as often) into a certified database, one at a time, every second one beside
ordinary life: rows of a new day, a comment, an `ANALYZE`. `timeseal explain --drift` then said
which class it was; a count in another column is a mistake. An incident counts as right only if
every row it touched got its class and no other.

*foreign* is a view over somebody else's tables, *store* a store with layers over append-only facts,
*cars* the survival store over a slice of the real ads. A setting reaches no store but through a
function that a person let through by name; *cars* has one.

"""
TAIL = """
**{right} of {total} right ({share:.1%}).**

What it cannot tell apart: on a table that no store writes, a change made with the triggers switched
off is named *tampering* only while no counted write to that table happened since the last
certificate; beside one it is named *correction*, because row versions do not say whose statement
made them. Where the engine may read a table through the view alone, it cannot see which rows a
write touched; then every counted write may explain a change that nothing else does. Where two
causes touch the same row between two certificates, the row gets one class, of the cause that speaks
of this very row if there is one; the others are not listed for it.
"""


def built_cars(database: Database) -> World:
    """The slice of real ads that the tests of the market share, from the published files."""
    market.build(database, market.SLICE)
    return cars.world(database)


def measured(each: int) -> list[Line]:
    """Seed `each` incidents per class in every world, on a private server."""
    with careless_server() as server:
        databases = Databases(server)
        worlds = []
        for make in (incidents.kiosk, incidents.shop, built_cars):
            database = databases.create()
            conn = database.connect()
            install.apply(conn, install.plan(conn, ["seal", "contract"]))
            worlds.append(make(database))
        lines = []
        for line in incidents.matrix(worlds, each):
            print(line[0], line[1], dict(line[2]), file=sys.stderr, flush=True)
            lines.append(line)
        return lines


def page(lines: list[Line], each: int) -> str:
    """The confusion matrix as a page."""
    others = sorted({name for _, _, named in lines for name in named} - set(incidents.CLASSES))
    columns = [*incidents.CLASSES, *others]
    rows = ["| world | seeded | " + " | ".join(columns) + " |", "|---" * (len(columns) + 2) + "|"]
    for world, seeded, named in lines:
        counts = " | ".join(str(named[name] or "·") for name in columns)
        rows.append(f"| {world} | {seeded} | {counts} |")
    right, total = score(lines)
    return (
        HEAD.format(each=each)
        + "\n".join(rows)
        + "\n"
        + TAIL.format(right=right, total=total, share=right / total)
    )


def score(lines: list[Line]) -> tuple[int, int]:
    """How many incidents were named right, and how many there were."""
    return (
        sum(named[seeded] for _, seeded, named in lines),
        sum(named.total() for _, _, named in lines),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.drift", description=__doc__)
    parser.add_argument("each", type=int, nargs="?", default=200, help="incidents per class")
    arguments = parser.parse_args()
    TARGET.write_text(page(measured(arguments.each), arguments.each), encoding="utf-8")
