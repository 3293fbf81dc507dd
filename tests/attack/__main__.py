"""Write docs/reference/attacks.md from the list of mechanisms."""

from __future__ import annotations

from tests.attack.mechanisms import TARGET, as_markdown

if __name__ == "__main__":
    TARGET.write_text(as_markdown(), encoding="utf-8")
