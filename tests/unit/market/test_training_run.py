"""What a training run refuses without asking a database."""

from __future__ import annotations

import pytest

from timeseal.errors import ClaimFailed
from timeseal.market.training import plan, run


def test_data_that_changed_while_training_is_refused() -> None:
    run._same_data("one", "one")
    with pytest.raises(ClaimFailed, match="changed while"):
        run._same_data("one", "two")


def test_a_model_key_names_data_code_and_recipe() -> None:
    cars = plan.load("cars")
    assert run._key(cars, "a") == run._key(cars, "a")
    assert run._key(cars, "a") != run._key(cars, "b")


def test_every_input_of_the_recipe_that_reasons_speak_of_has_words() -> None:
    from timeseal.models.explain import subjects_of

    cars = plan.load("cars")
    silent = set(subjects_of(cars.recipe)) - set(cars.words)
    assert silent == {"generation"}  # a code: its words are brand and model
