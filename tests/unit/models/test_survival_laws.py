"""Laws of the fitted model: a survival function, deterministic, additive, blind to its own row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.unit.models.goods import QUICK, RECIPE, RECIPE_TEXT, after, labelled, market

from timeseal.errors import ClaimFailed, UsageError
from timeseal.models.arrays import take
from timeseal.models.conditional import rank, still_there
from timeseal.models.evaluate.censoring import kaplan_meier
from timeseal.models.explain import Word, contributions, reasons
from timeseal.models.outcome import Outcome
from timeseal.models.recipe import derive, parse
from timeseal.models.registry import Provenance, code_digest, load, model_document, read, write
from timeseal.models.survival import expected_hours, fit_survival
from timeseal.models.value import cross_fitted

COLUMNS, T0, GONE = market()
ROWS, TEST = labelled(COLUMNS, T0, GONE, after(17))
MODEL = fit_survival(ROWS, RECIPE, QUICK)
PREPARED = MODEL.prepare(take(COLUMNS, TEST), T0[TEST])
GRID = np.array([0.0, 1.0, 24.0, 168.0, 336.0, 5000.0])
PROVENANCE = Provenance("m", "o", "c", "k", "f", "p", code_digest(), RECIPE.sha256, len(ROWS.t0))


def test_a_survival_function_starts_at_one_falls_and_stays_in_bounds() -> None:
    chances = MODEL.survival(PREPARED, GRID)
    assert np.isfinite(chances).all()
    assert (chances[:, 0] == 1).all()
    assert (np.diff(chances, axis=1) <= 0).all()
    assert chances.min() >= 0


def test_the_model_ranks_what_drives_waiting() -> None:
    hours = (GONE[TEST] - T0[TEST]) / np.timedelta64(1, "h")
    slow = hours > 168
    location = MODEL.location(PREPARED)
    pairs = (location[slow][:, None] > location[~slow][None, :]).mean()
    assert pairs > 0.6


def test_fitting_twice_gives_the_same_bytes() -> None:
    assert model_document(fit_survival(ROWS, RECIPE, QUICK)) == model_document(MODEL)


def test_a_row_outside_the_fit_rows_cannot_change_the_model() -> None:
    spoiled = {name: column.copy() for name, column in COLUMNS.items()}
    spoiled["price"][TEST] *= 100
    rows, _ = labelled(spoiled, T0, np.where(TEST, T0, GONE), after(17))
    assert model_document(fit_survival(rows, RECIPE, QUICK)) == model_document(MODEL)


def test_no_fit_row_is_part_of_its_own_expected_price() -> None:
    made = derive(ROWS.columns, ROWS.t0, RECIPE)
    every = np.ones(len(ROWS.t0), dtype=np.bool_)
    _, before = cross_fitted(made, RECIPE, every, ROWS.day, 1)
    dearer = {**made, "price": made["price"].copy()}
    dearer["price"][7] *= 50
    _, later = cross_fitted(dearer, RECIPE, every, ROWS.day, 1)
    assert before[7] == later[7]
    assert (before != later).any()


def test_contributions_add_up_to_the_location() -> None:
    found = contributions(MODEL, PREPARED)
    location = MODEL.location(PREPARED)
    assert found.values.sum(axis=1) == pytest.approx(location - location.mean(), abs=1e-4)


def test_reasons_speak_in_the_words_they_are_given() -> None:
    found = contributions(MODEL, PREPARED)
    row = int(np.argmax(MODEL.location(PREPARED)))
    words = {"relative_value": Word("Asks", "EUR"), "size": Word("Size", "m"), "kind": Word("Kind")}
    said = reasons(MODEL, PREPARED, found, row, words)
    assert len(said) == 3
    assert said[0].startswith("Asks ")
    assert "above the expected" in said[0]
    assert all(one.endswith(("stays longer", "goes sooner")) for one in said)


def test_waiting_longer_is_asked_given_what_was_waited() -> None:
    location, age = MODEL.location(PREPARED), np.full(int(TEST.sum()), 40.0)
    scale = MODEL.calibration.scale
    now = still_there(location, scale, age, 0.0)
    later = still_there(location, scale, age, 168.0)
    both = MODEL.survival(PREPARED, np.array([40.0, 208.0]))
    assert now == pytest.approx(1.0)
    assert later == pytest.approx(both[:, 1] / both[:, 0])
    with pytest.raises(UsageError):
        still_there(location, scale, -age, 1.0)


def test_ranks_have_a_total_order_and_hold_only_live_rows() -> None:
    chance, keys = np.array([0.5, 0.9, 0.9, 0.8]), np.array([4.0, 3.0, 2.0, 1.0])
    found = rank(chance, np.array([True, True, True, False]), keys, 3)
    assert found.rows == (2, 1, 0)


def test_without_drivers_the_mean_curve_is_kaplan_meiers() -> None:
    draw = np.random.default_rng(5)
    size = len(ROWS.t0)
    true = np.exp(4.5 + 1.2 * np.log(draw.exponential(size=size)))
    limit = draw.uniform(100, 600, size=size)
    hours, event = np.minimum(true, limit), true <= limit
    noise = {name: column[draw.permutation(size)] for name, column in ROWS.columns.items()}
    outcome = Outcome(hours, np.where(event, hours, np.inf))
    model = fit_survival(replace(ROWS, columns=noise, outcome=outcome), RECIPE, QUICK)
    grid = np.array([24.0, 72.0, 168.0])
    ours = model.survival(model.prepare(noise, ROWS.t0), grid).mean(axis=0)
    assert ours == pytest.approx(kaplan_meier(hours, event).at(grid), abs=0.04)


def test_expected_hours_are_the_area_under_the_curve() -> None:
    exponential = expected_hours(np.array([np.log(50.0)]), 1.0, 2000.0)
    assert exponential[0] == pytest.approx(50.0, rel=2e-3)


def test_a_model_comes_back_from_its_documents(tmp_path: Path) -> None:
    write(MODEL, RECIPE_TEXT, PROVENANCE, tmp_path)
    again, provenance = read(tmp_path)
    assert provenance == PROVENANCE
    assert again.location(PREPARED) == pytest.approx(MODEL.location(PREPARED), abs=1e-12)
    assert model_document(load(model_document(MODEL), RECIPE)) == model_document(MODEL)


@pytest.mark.parametrize("name", ["model.json", "recipe.toml"])
def test_a_changed_document_is_refused(tmp_path: Path, name: str) -> None:
    write(MODEL, RECIPE_TEXT, PROVENANCE, tmp_path)
    path = tmp_path / name
    path.write_text(path.read_text() + " ")
    with pytest.raises(ClaimFailed, match=name):
        read(tmp_path)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda made: {**made, "price": made["price"].astype(object)}, "not numeric"),
        (lambda made: {**made, "kind": made["kind"].astype(object)}, "not a text"),
        (lambda made: {name: made[name] for name in made if name != "size"}, "missing"),
    ],
)
def test_a_column_of_another_type_is_refused(spoil: object, message: str) -> None:
    assert callable(spoil)
    with pytest.raises(UsageError, match=message):
        fit_survival(replace(ROWS, columns=spoil(dict(ROWS.columns))), RECIPE, QUICK)


def test_an_unknown_operation_is_refused() -> None:
    with pytest.raises(UsageError, match="unknown operation"):
        parse(RECIPE_TEXT.replace('op = "log"', 'op = "peek_at_the_future"'))


def test_inputs_are_what_must_come_from_the_store() -> None:
    assert RECIPE.inputs == ("flag", "kind", "place", "price", "size")
