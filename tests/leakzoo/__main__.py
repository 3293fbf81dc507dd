"""Judge the whole zoo, run honest stores, write the page: `python -m tests.leakzoo proof`.

`python -m tests.leakzoo new` judges only what the page does not list yet, and adds it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from tests.databases import Database, Databases
from tests.leakzoo import norway, page, world
from tests.leakzoo.catalogue import Entry, entries
from tests.leakzoo.clean import CleanRun, clean_run
from tests.leakzoo.judge import judge, objection
from tests.leakzoo.page import Convicted
from tests.servers import careless_server, server_under_test

from timeseal import __version__
from timeseal.db import install
from timeseal.db.server import Server

Tell = Callable[[Convicted], None]
_PAGE = Lock()


class OneAtATime(Databases):
    """For several threads: the grants on databases all touch one shared catalogue row."""

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self._lock = Lock()

    def create(self, template: str | None = None, name: str | None = None) -> Database:
        """As `Databases.create`, one at a time."""
        with self._lock:
            return super().create(template, name)

    def drop(self, database: Database) -> None:
        """As `Databases.drop`, one at a time."""
        with self._lock:
            super().drop(database)


def main() -> int:
    """Exit 1 when a leak passes, a twin is refused or a clean run raises a false alarm."""
    parser = argparse.ArgumentParser(prog="python -m tests.leakzoo", description=__doc__)
    parser.add_argument("command", choices=("proof", "new"))
    parser.add_argument("--runs", type=int, default=200, help="clean runs (default: 200)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first clean run")
    parser.add_argument("--jobs", type=int, default=2, help="judgements at once (default: 2)")
    given = parser.parse_args()
    started = time.monotonic()
    seeds = range(given.seed, given.seed + given.runs)
    page_now = page.TARGET.read_text(encoding="utf-8")
    known = {name for _, name in page.listed(page_now)} if given.command == "new" else set()
    asked = [entry for entry in entries() if entry.name not in known]
    if known:
        seeds = range(0)
    with careless_server() as server, ThreadPoolExecutor(given.jobs) as pool:
        databases = OneAtATime(server)
        template = bound_template(databases)
        zoo = [
            pool.submit(_zoo, databases, template, one, _add if known else _keep)
            for one in _shares(asked, given.jobs)
            if one
        ]
        runs = [pool.submit(_clean, databases, template, seed) for seed in seeds]
        judged = [one for share in zoo for one in share.result()]
        clean = [run.result() for run in runs]
    wrong = [one for one in judged if isinstance(one, str)]
    order = {entry.name: place for place, entry in enumerate(entries())}
    convicted = sorted(
        (one for one in judged if isinstance(one, Convicted)), key=lambda one: order[one.entry.name]
    )
    wrong += [alarm for one in clean for alarm in one.alarms]
    certifications = sum(one.certifications for one in clean)
    alarms = sum(len(one.alarms) for one in clean)
    sys.stdout.write(
        f"{len(convicted)} of {len(asked)} leaks convicted; {len(clean)} clean runs from seed"
        f" {given.seed}, {certifications} certifications, {alarms} false alarms;"
        f" {time.monotonic() - started:.0f} s\n"
    )
    if wrong:
        sys.stdout.write("\n".join(wrong) + "\n")
        return 1
    if known:
        return 0
    versions = {"PostgreSQL": str(server_under_test().major), "Timeseal": __version__}
    page.TARGET.write_text(page.as_markdown(convicted, clean, versions), encoding="utf-8")
    return 0


def bound_template(databases: Databases) -> str:
    """Name of a database with engine, market and both stores, and no facts."""
    database = databases.create(name="zoo_bound")
    conn = database.connect()
    install.apply(conn, install.plan(conn, ["seal", "contract"]))
    database.close()
    world.bind(database)
    return database.name


def _keep(_: Convicted) -> None:
    """The whole page is written at the end."""


def _add(one: Convicted) -> None:
    """Give the page one row more."""
    with _PAGE:
        text = page.TARGET.read_text(encoding="utf-8")
        page.TARGET.write_text(page.grown(text, [one]), encoding="utf-8")


def _shares(asked: Sequence[Entry], jobs: int) -> list[list[Entry]]:
    """The entries in even shares, those of phones in one: its world takes longest to build."""
    cars = [entry for entry in asked if entry.market == "cars"]
    phones = [entry for entry in asked if entry.market == "phones"]
    least = max(1, jobs - 1) if len(phones) * jobs >= len(asked) else jobs
    shares = [cars[share::least] for share in range(least)]
    return [*shares, phones] if least < jobs else [*shares[:-1], shares[-1] + phones]


def _enclosure(
    databases: Databases, template: str, share: Sequence[Entry], market: str
) -> Database:
    """A filled market for one share."""
    if market == "cars":
        database = databases.create(template, f"zoo_{share[0].family}")
        world.populate(database)
    else:
        database = databases.create(name=f"zoo_{market}")
        norway.build(database)
    return database


def _zoo(
    databases: Databases, template: str, share: Sequence[Entry], tell: Tell
) -> list[Convicted | str]:
    """Certify leaks and twins through all gates; a text says what went wrong."""
    made = {
        market: _enclosure(databases, template, share, market)
        for market in dict.fromkeys(entry.market for entry in share)
    }
    conns = {market: database.connect() for market, database in made.items()}
    found: list[Convicted | str] = []
    for number, entry in enumerate(share, start=1):
        conn = conns[entry.market]
        leak = judge(conn, entry, entry.leak, certify=True)
        twin = judge(conn, entry, entry.twin, certify=True)
        why = objection(entry, leak, certify=True)
        if why is not None:
            found.append(_said(f"not caught: {entry.family}, {entry.name}: {why}"))
        elif twin.status == "CERTIFIED":
            convicted = Convicted(entry, leak.gates, leak.on_demand, leak.seconds)
            found.append(convicted)
            tell(convicted)
        if twin.status != "CERTIFIED":
            said = world.told(list(twin.findings))
            found.append(_said(f"false alarm: {entry.family}, {entry.name}: {said}"))
        sys.stderr.write(f"leaks and twins of one share judged: {number} of {len(share)}\n")
    for database in made.values():
        databases.drop(database)
    return found


def _clean(databases: Databases, template: str, seed: int) -> CleanRun:
    run = clean_run(databases, template, seed)
    for alarm in run.alarms:
        _said(f"false alarm: {alarm}")
    sys.stderr.write(f"clean run {seed}: {run.certifications} certifications\n")
    return run


def _said(text: str) -> str:
    sys.stderr.write(text + "\n")
    return text


if __name__ == "__main__":
    sys.exit(main())
