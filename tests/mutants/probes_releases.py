"""Probes of reference releases: loaded whole, known from one instant on, never grown."""

from __future__ import annotations

from typing import Any

from tests.integration.market import test_releases
from tests.mutants.harness import probe

RULES = {
    one.__name__: one
    for one in (
        test_releases.test_rows_come_only_while_the_run_of_their_release_is_open,
        test_releases.test_a_release_belongs_to_a_reference_run_committed_before,
        test_releases.test_all_rows_of_a_release_are_known_from_its_publication_on,
        test_releases.test_a_release_with_rows_missing_cannot_be_closed,
        test_releases.test_the_digest_knows_every_value_and_no_order,
        test_releases.test_a_run_ends_after_every_row_that_names_it,
        test_releases.test_a_release_that_was_tampered_with_is_told,
        test_releases.test_who_accepts_a_failed_load_accepts_no_change_of_it,
    )
}


@probe("phones", *RULES)
def of_releases(database: Any, name: str) -> None:
    RULES[name](database)
