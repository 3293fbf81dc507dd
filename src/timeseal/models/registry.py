"""A model as JSON documents, and the manifest that says where it came from. No pickle.

`model.json` holds every learned number, boosters included; `manifest.json` holds provenance and the
SHA-256 of model and code. Loading refuses a file whose digest differs.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Any  # JSON documents only

import numpy as np

from timeseal.errors import ClaimFailed
from timeseal.models.boosted import BoostedAft, load_booster
from timeseal.models.calibrate import Calibration
from timeseal.models.design import LinearDesign, Smooth
from timeseal.models.proportional import WeibullModel
from timeseal.models.recipe import Recipe, parse
from timeseal.models.survival import Member, SurvivalModel
from timeseal.models.value import load_value


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a model was made from; goes into the manifest and beside every score."""

    model_key: str
    origin: str
    certificate_id: str
    contract_sha256: str
    features_hash: str
    fingerprint: str
    code_sha256: str
    recipe_sha256: str
    rows: int


def code_digest() -> str:
    """SHA-256 over the sources of this package, in name order."""
    total = hashlib.sha256()
    root = resources.files("timeseal.models")
    for folder in (root, root / "evaluate"):
        for one in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if one.name.endswith(".py"):
                total.update(one.name.encode() + b"\0" + one.read_bytes())
    return total.hexdigest()


def model_document(model: SurvivalModel) -> str:
    """The model as canonical JSON text."""
    document = {
        "value": model.value.document(),
        "members": [_member_document(one) for one in model.members],
        "calibration": asdict(model.calibration),
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def write(model: SurvivalModel, recipe_text: str, provenance: Provenance, folder: Path) -> str:
    """Write model.json, recipe.toml and manifest.json into `folder`; returns the model's digest."""
    folder.mkdir(parents=True, exist_ok=True)
    text = model_document(model)
    digest = hashlib.sha256(text.encode()).hexdigest()
    (folder / "model.json").write_text(text, encoding="utf-8")
    (folder / "recipe.toml").write_text(recipe_text, encoding="utf-8")
    manifest = {**asdict(provenance), "model_sha256": digest, "format": 1}
    (folder / "manifest.json").write_text(
        json.dumps(manifest, sort_keys=True, indent=2) + "\n", encoding="utf-8"
    )
    return digest


def read(folder: Path) -> tuple[SurvivalModel, Provenance]:
    """The model and its provenance; raises ClaimFailed when a file was changed."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    recipe_text = (folder / "recipe.toml").read_text(encoding="utf-8")
    text = (folder / "model.json").read_text(encoding="utf-8")
    _same("model.json", manifest["model_sha256"], hashlib.sha256(text.encode()).hexdigest())
    recipe = parse(recipe_text)
    _same("recipe.toml", manifest["recipe_sha256"], recipe.sha256)
    names = Provenance.__dataclass_fields__
    return load(text, recipe), Provenance(**{name: manifest[name] for name in names})


def load(text: str, recipe: Recipe) -> SurvivalModel:
    """Inverse of `model_document`."""
    raw: dict[str, Any] = json.loads(text)
    calibration: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in raw["calibration"].items()
    }
    return SurvivalModel(
        recipe,
        load_value(recipe.value, raw["value"]),
        tuple(_member(one) for one in raw["members"]),
        Calibration(**calibration),
    )


def _member_document(member: Member) -> dict[str, object]:
    return {
        "design": asdict(member.design),
        "linear": {
            "intercept": member.linear.intercept,
            "coef": member.linear.coef.tolist(),
            "scale": member.linear.scale,
        },
        "boosted": [one.save_raw("json").decode() for one in member.boosted.members],
    }


def _member(raw: dict[str, Any]) -> Member:
    design = raw["design"]
    return Member(
        LinearDesign(
            smooth=tuple(
                Smooth(**{**one, "knots": tuple(one["knots"])}) for one in design["smooth"]
            ),
            products=tuple((int(i), int(j)) for i, j in design["products"]),
            flags=tuple(design["flags"]),
            strong_flags=tuple(design["strong_flags"]),
            categories=tuple((name, tuple(known)) for name, known in design["categories"]),
        ),
        WeibullModel(
            raw["linear"]["intercept"], np.asarray(raw["linear"]["coef"]), raw["linear"]["scale"]
        ),
        BoostedAft(tuple(load_booster(text) for text in raw["boosted"])),
    )


def _same(name: str, expected: str, found: str) -> None:
    if expected != found:
        raise ClaimFailed(
            f"{name} is not the file the model was registered with",
            expected=expected,
            found=found,
            hint="timeseal model train",
        )
