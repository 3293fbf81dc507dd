"""How well a model can at best foresee sales in a world, computed from its law and its truth.

    python -m timeseal.market.verticals.phones.world.oracle --seed 7 --days 120 --listings 35000

Two readers are judged. Both know the law, the value and the first price of an ad. The all-knowing
one knows its frailty too; the page-knowing one averages over it. Neither foresees price changes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from timeseal.market.verticals.phones.world import clock
from timeseal.market.verticals.phones.world.draws import Floats, Slots
from timeseal.market.verticals.phones.world.generator import Plan, World
from timeseal.market.verticals.phones.world.laws import LAWS
from timeseal.market.verticals.phones.world.market import sale_hazard
from timeseal.market.verticals.phones.world.page import Page
from timeseal.market.verticals.phones.world.sources import Sources
from timeseal.market.verticals.phones.world.specify import between

__all__ = ["Cases", "chances", "judge", "main", "oracle"]

HORIZONS = (24, 168, 504)
#: Days an ad must have been out before the world ends, so that every outcome is known.
SETTLED_DAYS = 31
CHUNK = 1500


@dataclass(frozen=True, slots=True)
class Cases:
    """Ads by column: first sight and publication in microseconds, rates per hour, hours to sale."""

    seen: Slots
    published: Slots
    hunter: Floats
    browser: Floats
    withdraw: Floats
    alive: Floats
    sold_after: Floats

    @classmethod
    def of(cls, pages: Iterable[Page], last_slot: int) -> Cases:
        """Regular ads without bids that were seen long enough before the end."""
        until = clock.begins(last_slot - SETTLED_DAYS * clock.SLOTS_A_DAY)
        rows = [
            _row(page)
            for page in pages
            if page.ad.kind == "regular"
            and page.ad.auction_ends is None
            and page.first_seen is not None
            and page.first_seen < until
        ]
        table = np.array(sorted(rows), np.float64).reshape(-1, 7)
        return cls(
            seen=table[:, 0].astype(np.int64),
            published=table[:, 1].astype(np.int64),
            hunter=table[:, 2],
            browser=table[:, 3],
            withdraw=table[:, 4],
            alive=table[:, 5],
            sold_after=table[:, 6],
        )


def _row(page: Page) -> tuple[float, ...]:
    ad, seen = page.ad, page.first_seen or 0
    alive = ad.frailty * (LAWS.dead_factor if ad.dead else 1.0)
    hunter, browser, withdraw = ad.first_rates
    sold = (page.ended_at or 0) - seen if page.ended == "sold" else np.inf
    return seen, ad.published, hunter / alive, browser / alive, withdraw, alive, sold / clock.HOUR


def chances(cases: Cases, all_knowing: bool) -> Floats:
    """P(sold within 1, 2, … half hours of the first sight), shape (n, 1008)."""
    steps = HORIZONS[-1] * 2
    first = (cases.seen - clock.ORIGIN) // clock.SLOT
    days = range(int(first.max()) // clock.SLOTS_A_DAY + steps // clock.SLOTS_A_DAY + 2)
    worth = np.concatenate([clock.rhythm(day).buyers for day in days])
    age = (cases.seen - cases.published)[:, None] / clock.HOUR + (np.arange(steps) + 0.5) / 2
    sale = sale_hazard(cases.hunter[:, None], cases.browser[:, None], age)
    sale *= worth[first[:, None] + np.arange(steps)]
    gone = cases.withdraw[:, None] * (1 + age / LAWS.withdraw_rise)
    sales = np.cumsum(sale * clock.HALF_HOUR, axis=1)
    still = np.exp(-np.cumsum(gone * clock.HALF_HOUR, axis=1))
    unsold = np.exp(-cases.alive[:, None] * sales) if all_knowing else _averaged(sales)
    before = np.concatenate([np.ones((len(sales), 1)), unsold[:, :-1]], axis=1)
    return np.asarray(np.cumsum(still * (before - unsold), axis=1))


def _averaged(sales: Floats) -> Floats:
    """P(no sale) at a cumulated hazard, over the frailty and the ads that nobody trusts."""
    shape = LAWS.frailty_shape
    trusted = (1 + sales / shape) ** -shape
    distrusted = (1 + LAWS.dead_factor * sales / shape) ** -shape
    return np.asarray((1 - LAWS.dead) * trusted + LAWS.dead * distrusted)


def judge(cases: Cases, all_knowing: bool) -> dict[str, float]:
    """AUC and Brier score per horizon, integrated Brier score up to the last."""
    total = np.zeros(HORIZONS[-1] * 2)
    at: dict[int, list[Floats]] = {hours: [] for hours in HORIZONS}
    for start in range(0, len(cases.seen), CHUNK):
        part = _part(cases, slice(start, start + CHUNK))
        found = chances(part, all_knowing)
        limits = (np.arange(found.shape[1]) + 1) / 2
        total += ((found - (part.sold_after[:, None] <= limits)) ** 2).sum(axis=0)
        for hours, columns in at.items():
            columns.append(found[:, hours * 2 - 1])
    scores: dict[str, float] = {}
    for hours, columns in at.items():
        chance, sold = np.concatenate(columns), cases.sold_after <= hours
        scores[f"auc_{hours}h"] = _auc(chance, sold)
        scores[f"brier_{hours}h"] = float(np.mean((chance - sold) ** 2))
    scores["ibs_504h"] = float(total.mean() / len(cases.seen))
    return scores


def _part(cases: Cases, rows: slice) -> Cases:
    return Cases(*(getattr(cases, name)[rows] for name in Cases.__dataclass_fields__))


def _auc(chance: Floats, sold: NDArray[np.bool_]) -> float:
    """Share of (sold, unsold) pairs in which the sold one was given the higher chance."""
    order = np.argsort(chance, kind="stable")
    ranks = np.empty(len(chance))
    ranks[order] = np.arange(1, len(chance) + 1)
    count = int(sold.sum())
    if count in {0, len(chance)}:
        return float("nan")
    return float((ranks[sold].sum() - count * (count + 1) / 2) / (count * (len(chance) - count)))


def oracle(plan: Plan, sources: Sources) -> dict[str, object]:
    """Run a world without storing it and judge both readers."""
    world, pages = World(plan, sources), []
    for day in world.days():
        pages += day.finished
    pages += world.open_pages()
    cases = Cases.of(pages, plan.days * clock.SLOTS_A_DAY)
    if not len(cases.seen):
        raise SystemExit(f"a world of {plan.days} days is too short: ads need {SETTLED_DAYS} days")
    return {
        "seed": plan.seed,
        "days": plan.days,
        "listings": plan.listings,
        "ads_judged": len(cases.seen),
        "all_knowing": judge(cases, True),
        "page_knowing": judge(cases, False),
    }


def _table(found: dict[str, object]) -> str:
    knowing, page = found["all_knowing"], found["page_knowing"]
    assert isinstance(knowing, dict)  # noqa: S101 - made by oracle
    assert isinstance(page, dict)  # noqa: S101 - made by oracle
    head = f"Seed {found['seed']}, {found['days']} days, {found['ads_judged']:,} ads judged:"
    rows = [f"| {name} | {knowing[name]:.3f} | {page[name]:.3f} |" for name in knowing]
    return "\n".join([head, "", "| score | all-knowing | page-knowing |", "|---|---|---|", *rows])


def main(arguments: Sequence[str]) -> None:
    """Print the scores as JSON, or put them into a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--days", type=int, default=120)
    parser.add_argument("--listings", type=int, default=35_000)
    parser.add_argument("--data", type=Path, default=Path("data/phones-world"))
    parser.add_argument("--page", type=Path, help="write the table into this document")
    given = parser.parse_args(arguments)
    plan = Plan(given.seed, given.days, given.listings)
    found = oracle(plan, Sources.read(given.data))
    if given.page:
        text = given.page.read_text("utf-8")
        given.page.write_text(between(text, "oracle", _table(found)), "utf-8")
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
