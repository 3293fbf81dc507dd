"""The entry point: fast help, exit codes, and errors that end in the way out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib import import_module

import click
import psycopg
import pytest

from timeseal.cli import __main__ as entry
from timeseal.errors import ClaimFailed, EnvironmentProblem, TimesealError, UsageError

#: Each costs a good part of the 0.3 s that `--help` may take, or all of it.
HEAVY = ("psycopg", "rich", "numpy", "pandas", "sklearn", "xgboost", "matplotlib", "jinja2")


def add(monkeypatch: pytest.MonkeyPatch, function: Callable[[], object]) -> None:
    """Put a command of our own into the table."""
    command = click.command("probe")(function)
    monkeypatch.setattr(entry, "import_module", lambda name: type("M", (), {"probe": command}))
    monkeypatch.setitem(entry.COMMANDS, "probe", entry.Lazy("nowhere", "probe", "A probe."))


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from timeseal.cli.__main__ import run; run(['--help'])\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_every_command_of_the_table_exists(capsys: pytest.CaptureFixture[str]) -> None:
    for name, lazy in entry.COMMANDS.items():
        command = getattr(import_module(lazy.module), lazy.attribute)
        assert isinstance(command, click.Command), name
        assert entry.run([name, "--help"]) == 0
        assert capsys.readouterr().out.startswith(f"Usage: timeseal {name}")


@pytest.mark.parametrize(
    ("error", "code"), [(ClaimFailed, 1), (UsageError, 2), (EnvironmentProblem, 3)]
)
def test_an_error_becomes_its_exit_code_and_names_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: type[TimesealError],
    code: int,
) -> None:
    def fails() -> None:
        raise error("it is", expected="open", found="closed", hint="timeseal status")

    add(monkeypatch, fails)
    assert entry.run(["probe"]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"{error.code}: it is — expected open, found closed\nhint: timeseal status\n"


@pytest.mark.parametrize(("number", "code"), [(0, 0), (1, 1), (3, 3)])
def test_a_command_may_choose_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, number: int, code: int
) -> None:
    add(monkeypatch, lambda: click.get_current_context().exit(number))
    assert entry.run(["probe"]) == code


def test_a_defect_is_never_taken_for_a_failed_claim(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks() -> None:
        raise ZeroDivisionError("a defect of ours")

    add(monkeypatch, breaks)
    assert entry.run(["probe"]) == 3
    assert "a defect of ours" in capsys.readouterr().err


def test_a_closed_file_is_an_environment_problem(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def closed() -> None:
        raise PermissionError(13, "Permission denied", "the/secrets.json")

    add(monkeypatch, closed)
    assert entry.run(["probe"]) == 3
    assert "none for the/secrets.json\nhint: " in capsys.readouterr().err


def test_what_the_database_refuses_keeps_its_code_and_hint(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], server: object
) -> None:
    dsn = server.dsn("postgres")  # type: ignore[attr-defined]

    def refused() -> None:
        with psycopg.connect(dsn) as conn:
            conn.execute(
                "do $$ begin raise 'TS001: door closed' using errcode = 'TS001',"
                " detail = 'expired', hint = 'timeseal certify'; end $$"
            )

    add(monkeypatch, refused)
    assert entry.run(["probe"]) == 1
    assert (
        capsys.readouterr().err == "TS001: door closed\ndetail: expired\nhint: timeseal certify\n"
    )


@pytest.mark.parametrize("arguments", [["nonsense"], ["db", "nonsense"], ["--nonsense"]])
def test_a_wrong_word_is_a_usage_error(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert entry.run(arguments) == 2
    assert "Usage: timeseal" in capsys.readouterr().err


def test_the_bare_word_names_a_next_step(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIMESEAL_HOME", f"{tmp_path}/home")
    assert entry.run([]) == 0
    assert "timeseal " in capsys.readouterr().out
