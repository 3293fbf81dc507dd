"""Who may do what: `print` belongs to cli, SQL text to files, the environment to settings."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import timeseal

PACKAGE = Path(timeseal.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))


def identity(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@pytest.mark.parametrize("path", FILES, ids=identity)
def test_a_module_says_what_it_owns(path: Path) -> None:
    assert ast.get_docstring(tree(path))


@pytest.mark.parametrize("path", FILES, ids=identity)
def test_only_settings_reads_the_environment(path: Path) -> None:
    if identity(path) in {"settings.py", "cli/db.py"}:  # psql inherits the caller's environment
        return
    names = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    assert not names & {"environ", "getenv", "environb"}


@pytest.mark.parametrize("path", FILES, ids=identity)
def test_sql_text_is_never_built_from_values(path: Path) -> None:
    """No f-string, `%` or `format` goes into execute; identifiers go through psycopg.sql."""
    for node in ast.walk(tree(path)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr in {"execute", "executemany", "copy", "stream"} and node.args:
            assert not isinstance(node.args[0], ast.JoinedStr), f"line {node.lineno}"
            assert not (
                isinstance(node.args[0], ast.BinOp) and isinstance(node.args[0].op, ast.Mod)
            ), f"line {node.lineno}"
