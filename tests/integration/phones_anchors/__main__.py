"""Draw markets, compare each with the oracle: `python -m tests.integration.phones_anchors`."""

from __future__ import annotations

import argparse
import sys

from tests.databases import Databases
from tests.integration.phones_anchors.conftest import place
from tests.integration.phones_anchors.crowd import gather
from tests.integration.phones_base.facts import bind
from tests.servers import careless_server

from timeseal.db import install


def main() -> int:
    """Exit 1 when any number of any market differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markets", type=int, default=200)
    parser.add_argument("--first", type=int, default=1)
    given = parser.parse_args()
    wrong = 0
    with careless_server() as server:
        databases = Databases(server)
        template = databases.create(name="placed")
        admin = template.connect()
        install.apply(admin, install.plan(admin, ["seal", "contract"]))
        bind(template)
        place(template)
        for seed in range(given.first, given.first + given.markets):
            database = databases.create(template.name)
            found = gather(database, seed).differences()
            databases.drop(database)
            wrong += bool(found)
            print(f"market {seed}: {len(found)} differences", *found[:5], sep="\n  ")
    print(f"{given.markets} markets, {wrong} with differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
