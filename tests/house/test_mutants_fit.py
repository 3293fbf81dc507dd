"""Mutants weaken texts that are there: a source that moved on takes its mutants along."""

from __future__ import annotations

from tests.mutants.harness import mutants


def test_every_mutant_finds_what_it_weakens() -> None:
    stale = {}
    for mutant in mutants():
        for edit in mutant.edits:
            try:
                edit.text()
            except LookupError as error:
                stale[mutant.name] = str(error)
    assert stale == {}
