"""Measure the constants of the world from real data and write them as small files.

    python -m timeseal.market.verticals.phones.world.measure SALES POSTAL_CODES KOMMUNER FOLDER

Owns `prices.csv`, `grades.csv` and `places.csv`; nothing else in the world is measured.
"""

from __future__ import annotations

import csv
import json
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import log
from pathlib import Path

#: Rows a cell of model and storage needs before its price counts as measured.
ENOUGH = 10
#: Conditions of the source that say how a phone looks, and the grade each of them becomes.
GRADES = {
    "Brand New": 1.0,
    "New (Other)": 1.0,
    "Open Box": 0.9,
    "Excellent - Refurbished": 0.9,
    "Very Good - Refurbished": 0.7,
    "Pre-Owned": 0.7,
    "Good - Refurbished": 0.5,
    "Parts Only": 0.2,
}
GENERATIONS = frozenset(("13", "14", "15", "16", "17"))

Sale = dict[str, str]


def sales(path: Path) -> list[Sale]:
    """Distinct sales of unlocked or unknown phones of generations 13 to 17, at a positive price."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = {tuple(row.items()) for row in csv.DictReader(file)}
    kept = [dict(row) for row in sorted(rows)]
    return [
        one
        for one in kept
        if one["model"].split(" ")[0] in GENERATIONS
        and one["carrier_status"] != "Locked"
        and one["storage_gb"]
        and float(one["price_cad"] or 0) > 0
    ]


def prices(found: Iterable[Sale]) -> list[tuple[object, ...]]:
    """Model, storage, sales, median price and spread of its logarithm (from the quartiles)."""
    cells: dict[tuple[str, int], list[float]] = defaultdict(list)
    for one in found:
        if one["condition"] != "Parts Only":
            cell = one["model"], round(float(one["storage_gb"]))
            cells[cell].append(float(one["price_cad"]))
    rows: list[tuple[object, ...]] = []
    for (model, storage), paid in sorted(cells.items()):
        if len(paid) < ENOUGH or storage < 128:
            continue
        low, middle, high = statistics.quantiles(paid, n=4)
        spread = (log(high) - log(low)) / 1.349
        rows.append((model, storage, len(paid), f"{middle:.2f}", f"{spread:.4f}"))
    return rows


def grades(found: Sequence[Sale]) -> list[tuple[object, ...]]:
    """Grade, its share, and its price against the median of the same model and storage."""
    middle = {(str(row[0]), int(str(row[1]))): float(str(row[3])) for row in prices(found)}
    ratios: dict[float, list[float]] = defaultdict(list)
    counts: Counter[float] = Counter()
    for one in found:
        grade = GRADES[one["condition"]]
        counts[grade] += 1
        cell = one["model"], round(float(one["storage_gb"]))
        if cell in middle:
            ratios[grade].append(float(one["price_cad"]) / middle[cell])
    total = sum(counts.values())
    return [
        (grade, f"{counts[grade] / total:.4f}", f"{statistics.median(ratios[grade]):.4f}")
        for grade in sorted(counts, reverse=True)
    ]


def places(postal: Path, kommuner: Path) -> list[tuple[object, ...]]:
    """Postal code, place, kommune and the people that live behind the code (shared out evenly)."""
    people = {one["id"]: int(one["population"]) for one in json.loads(kommuner.read_text("utf-8"))}
    codes = [one for one in json.loads(postal.read_text("utf-8")) if one["id"] in people]
    shared = Counter(one["id"] for one in codes)
    return [
        (one["code"], one["place"], one["id"], people[one["id"]], shared[one["id"]])
        for one in sorted(codes, key=lambda one: str(one["code"]))
    ]


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file with newlines of one kind on every system."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def main(arguments: Sequence[str]) -> None:
    """Read the three sources and write the three files."""
    ebay, postal, kommuner, folder = map(Path, arguments)
    found = sales(ebay)
    header = ("model", "storage_gb", "sales", "median_cad", "log_spread")
    write(folder / "prices.csv", header, prices(found))
    write(folder / "grades.csv", ("grade", "share", "price_ratio"), grades(found))
    header = ("postal_code", "place", "kommune", "kommune_population", "kommune_codes")
    write(folder / "places.csv", header, places(postal, kommuner))


if __name__ == "__main__":
    main(sys.argv[1:])
