"""A declaration is read strictly: typed, complete, no unknown word; each refusal has a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from timeseal.seal.declaration import merge
from timeseal.seal.store import DeclarationError, load_store

HEADER = "-- purpose: p\n-- grain: g\n-- reads: r\n-- writes: w\n-- time: t\n"
LAYER = HEADER + "select a, t0 from x;\n"
STORE = """
[store]
name = "shop"
sources = ["raw"]
key = ["a", "t0"]
t0 = "t0"
universe = "store.base"

[[layer]]
name = "base"
kind = "feature"
published = "ml.base_mv"
indexes = [{ name = "base_uq", columns = ["a"], unique = true }]

[[entrypoint]]
name = "ml.base_v"
guarded_view = "ml.base_train_v"
[entrypoint.clocks]
t0 = ["a", "t0"]

[[fact]]
relation = "raw.x"
kind = "fact"
known_at = "known_at"
key = ["a"]
defining = true
t0 = "t0"
roles = { key = ["a"], known_at = ["known_at"] }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "store.toml").write_text(STORE)
    (tmp_path / "base.layer.sql").write_text(LAYER)
    (tmp_path / "base_v.view.sql").write_text(HEADER + "select a, t0 from base")
    return tmp_path


def _reason(folder: Path, old: str = "", new: str = "") -> str:
    assert old in STORE
    (folder / "store.toml").write_text(STORE.replace(old, new, 1) if old else STORE + new)
    with pytest.raises(DeclarationError) as caught:
        load_store([folder])
    assert caught.value.hint is not None
    assert caught.value.found is not None
    return caught.value.reason


def test_a_declaration_becomes_frozen_shapes_with_defaults_filled_in(folder: Path) -> None:
    store = load_store([folder])
    (layer,) = store.layers
    assert (layer.key, layer.t0, layer.day) == (("a", "t0"), "t0", None)
    assert layer.text.body == "select a, t0 from x"
    assert layer.text.first_line == 6
    assert layer.indexes[0].columns == ("a",)
    (entrypoint,) = store.entrypoints
    assert (entrypoint.max_age, entrypoint.tolerant_days, entrypoint.replay) == (
        "24 hours",
        10,
        "world",
    )
    roles = {(role.relation, role.column): (role.role, role.clock) for role in store.roles}
    assert roles["ml.base_v", "t0"] == ("t0", "t0")
    assert roles["ml.base_v", "a"] == ("key", "t0")
    assert roles["raw.x", "known_at"] == ("known_at", None)
    with pytest.raises(AttributeError):
        store.name = "other"  # type: ignore[misc]


def test_a_later_folder_wins_texts_and_adds_declarations(folder: Path, tmp_path: Path) -> None:
    over = tmp_path / "over"
    over.mkdir()
    (over / "base.layer.sql").write_text(HEADER + "select a, t0, 1 as b from x")
    (over / "store.toml").write_text(
        '[store]\nmax_age = "6 hours"\n[[entrypoint]]\nname = "ml.base_v"\n'
        '[entrypoint.clocks]\nt0 = ["b"]\n[[budget]]\nname = "x"\nmax_days = 1\nmax_rows = 2\n'
    )
    store = load_store([folder, over])
    assert "1 as b" in store.layers[0].text.body
    assert store.entrypoints[0].max_age == "6 hours"
    assert [role.column for role in store.roles if role.relation == "ml.base_v"] == ["a", "t0", "b"]
    assert store.budgets[0].max_rows == 2


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('name = "shop"\n', "", "missing_key"),
        ("[store]", "[shop]", "missing_table"),
        ('t0 = "t0"\nuniverse', 'colour = "red"\nt0 = "t0"\nuniverse', "unknown_key"),
        ('kind = "feature"', 'kind = "features"', "bad_value"),
        ('kind = "feature"', "kind = 7", "bad_value"),
        ('key = ["a", "t0"]', 'key = "a"', "bad_value"),
        ('key = ["a", "t0"]', 'key = ["a", "a"]', "bad_value"),
        ('key = ["a", "t0"]', "key = []", "bad_value"),
        ('key = ["a", "t0"]', 'key = ["a"]', "key_without_t0"),
        ("unique = true", 'unique = "yes"', "bad_value"),
        ("defining = true", "defining = 1", "bad_value"),
        ('"ml.base_train_v"', '"base_train_v"', "bad_name"),
        ('"ml.base_train_v"', '"ml.base; drop"', "bad_name"),
        ('"ml.base_train_v"', '"ml.Base"', "bad_name"),
        ('name = "base"', 'name = "nothing"', "missing_file"),
        ("[entrypoint.clocks]\n", "[entrypoint.roles]\n", "missing_table"),
        ('t0 = ["a", "t0"]', 'later = ["a", "t0"]', "unknown_key"),
        ('t0 = "t0"\nuniverse', 't0 = "t0"\nmax_age = "forever"\nuniverse', "bad_interval"),
        ('t0 = "t0"\nuniverse', 't0 = "t0"\nmax_age = "0 hours"\nuniverse', "bad_interval"),
        ('t0 = "t0"\nuniverse', 't0 = "t0"\ntolerant_days = -1\nuniverse', "bad_value"),
        ("[store]", "[store", "bad_toml"),
        ("", '[[layer]]\nname = "base"\nkind = "feature"\n', "duplicate_layer"),
        (
            "",
            '[[firewall]]\nlayer = "other"\nrelation = "raw.x"\ncolumn = "a"\nreason = "r"\n',
            "unknown_layer",
        ),
    ],
)
def test_a_wrong_declaration_is_refused_with_a_reason(
    folder: Path, old: str, new: str, reason: str
) -> None:
    assert _reason(folder, old, new) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("select 1", "bad_header"),
        (HEADER, "not_a_select"),
        (HEADER + "delete from x", "not_a_select"),
        (HEADER + "-- a remark\nwith y as (select 1 as a) select a, a as t0 from y", None),
    ],
)
def test_a_layer_text_is_a_header_and_one_select(
    folder: Path, text: str, reason: str | None
) -> None:
    (folder / "base.layer.sql").write_text(text)
    if reason is None:
        assert load_store([folder]).layers[0].text.body.startswith("-- a remark")
    else:
        assert _reason(folder) == reason


def test_an_invariant_belongs_to_a_declared_entrypoint(folder: Path) -> None:
    (folder / "rule.invariant.sql").write_text(LAYER)
    declared = '[[invariant]]\nname = "rule"\nlevel = "blocking"\nhint = "h"\n'
    assert _reason(folder, "", declared + 'entrypoint = "ml.other"\n') == "unknown_entrypoint"
    (folder / "store.toml").write_text(STORE + declared)
    assert load_store([folder]).invariants[0].entrypoint == "ml.base_v"
    assert _reason(folder, "", declared + 'also = ["ml.other"]\n') == "unknown_entrypoint"


def test_a_folder_without_a_declaration_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError) as caught:
        load_store([tmp_path])
    assert caught.value.reason == "missing_file"
    assert str(tmp_path) in str(caught.value)


def test_documents_are_laid_over_each_other() -> None:
    below = {"a": {"x": 1, "y": [1]}, "l": [{"name": "n", "v": 1}, {"name": "m"}], "s": 1}
    above = {"a": {"y": [2]}, "l": [{"name": "n", "v": 2}, {"w": 3}], "s": 2}
    assert merge([below, above]) == {
        "a": {"x": 1, "y": [1, 2]},
        "l": [{"name": "n", "v": 2}, {"name": "m"}, {"w": 3}],
        "s": 2,
    }
