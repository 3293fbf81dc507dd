"""Write docs/reference/mutants.md from the catalogue."""

from __future__ import annotations

from pathlib import Path

from tests.mutants.harness import as_markdown

TARGET = Path(__file__).parents[2] / "docs" / "reference" / "mutants.md"

if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(as_markdown(), encoding="utf-8")
