"""The runner of documents can itself fail: wrong lines, exits and orders are seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.acceptance.transcript import read_steps, run_steps

DOCUMENT = """# A page

```console
$ printf 'one\\ntwo 2 three\\n'
one
two … three
$ cat <<'EOF'
kept
EOF
kept
$ false
[exit 1]
```
"""


def _differences(tmp_path: Path, text: str) -> list[str]:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    return run_steps(read_steps(page), tmp_path, {})


def test_a_true_page_has_no_differences(tmp_path: Path) -> None:
    assert _differences(tmp_path, DOCUMENT) == []


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("two … three", "two … four"),
        ("[exit 1]", ""),
        ("one\ntwo … three", "two … three\none"),
        ("EOF\nkept\n$", "EOF\nlost\n$"),
    ],
)
def test_a_false_page_is_seen(tmp_path: Path, there: str, instead: str) -> None:
    assert there in DOCUMENT
    assert len(_differences(tmp_path, DOCUMENT.replace(there, instead))) == 1
