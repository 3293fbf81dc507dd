"""Probes of what runs in an operator's place, and of what sorts, hashes and indexes run."""

from __future__ import annotations

from typing import Any

from tests.attack import test_operators as attack
from tests.mutants.harness import probe

CASES = {**attack.OPERATOR, **attack.CLASS}


@probe(
    "shop",
    "the function of a negator",
    "what estimates an operator",
    "what sorts",
    "what sorts by a class that is not the default",
    "what picks the greatest",
    "what spreads over partitions",
    "what an index runs",
    "an index that comes later",
    "a class for a type of the server",
)
def an_operator_changes(database: Any, case: str) -> None:
    attack.shut(database, CASES[case], watched=True)


@probe(
    "shop",
    "a function that joins a family",
    "an index that comes later",
    "a class for a type of the server",
)
def an_operator_changes_unwatched(database: Any, case: str) -> None:
    attack.shut(database, CASES[case], watched=False)


@probe("shop", "a negator without a stored body", "a comparison that reads the session")
def what_it_leads_to(database: Any, case: str) -> None:
    attack.test_what_it_leads_to_is_judged(database.connect(), case)
