"""The careless texts of leaks.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.integration.phones_anchors.crowd import text_of

__all__ = ["LEAKS", "Leak"]


@dataclass(frozen=True, slots=True)
class Leak:
    """Replace `find` by `put` in a layer; `by` must refuse and name one of `names`."""

    name: str
    layer: str
    find: str
    put: str
    by: str
    names: tuple[str, ...]

    def text(self) -> str:
        """The careless text."""
        text = text_of(self.layer)
        assert self.find.strip() in text, self.find
        return text.replace(self.find.strip(), self.put.strip())

    def is_named(self, found: list[str]) -> bool:
        """Whether a finding speaks of what leaks."""
        return any(name in one for one in found for name in self.names)


LEAKS = [
    Leak(
        str(one["name"]),
        str(one["layer"]),
        str(one["find"]),
        str(one["put"]),
        str(one["by"]),
        tuple(one["names"]),
    )
    for one in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))[
        "leak"
    ]
]
