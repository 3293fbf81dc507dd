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


def test_every_module_says_what_it_owns() -> None:
    assert [identity(path) for path in FILES if not ast.get_docstring(tree(path))] == []


def test_only_settings_reads_the_environment() -> None:
    allowed = {"settings.py", "cli/clients.py"}  # psql inherits the caller's environment
    readers = {
        identity(path)
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
    }
    assert readers == allowed


def test_sql_text_is_never_built_from_values() -> None:
    found = [(identity(path), line) for path in FILES for line in built_statements(tree(path))]
    assert found == []


def built_statements(module: ast.Module) -> list[int]:
    """Lines where an f-string, `%` or `.format` on a plain string goes into execute."""
    return [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"execute", "executemany", "copy", "stream"}
        and node.args
        and is_built(node.args[0])
    ]


def is_built(argument: ast.expr) -> bool:
    match argument:
        case ast.JoinedStr() | ast.BinOp(op=ast.Mod()):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="format")):
            return True
        case _:
            return False


@pytest.mark.parametrize(
    "bad", ["c.execute(f'select {x}')", "c.execute('a %s' % x)", "c.execute('{}'.format(x))"]
)
def test_a_built_statement_would_be_found(bad: str) -> None:
    assert built_statements(ast.parse(bad)) == [1]
    assert built_statements(ast.parse("c.execute(sql.SQL('{}').format(x), (y,))")) == []
