"""Probes of anchors and order book: a drawn market of phones, and of cars, counted anew."""

from __future__ import annotations

from pathlib import PurePosixPath

from tests.integration.phones_anchors.crowd import Crowd
from tests.mutants.harness import Mutant, Probe, probe


@probe("crowd")
def anchors_and_book_are_what_a_naive_count_finds(crowd: Crowd) -> None:
    assert crowd.differences() == []


@probe("garage")
def cars_are_what_a_naive_count_finds(garage: Crowd) -> None:
    assert garage.differences() == []


def in_a_crowd(crowd: Crowd, probe: Probe, mutant: Mutant | None) -> None:
    """Run a probe on the drawn market, one of its layers weakened."""
    if mutant is None:
        probe.run(crowd)
        return
    (edit,) = mutant.edits
    layer = PurePosixPath(edit.file).name.removesuffix(".layer.sql")
    text = crowd.text_of(layer)
    assert edit.find in text, edit
    with crowd.careless(layer, text.replace(edit.find, edit.replace)):
        probe.run(crowd)
