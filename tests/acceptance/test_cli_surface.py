"""The command line as a surface: every command documented, every option settable, help light."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module

import click
import pytest

from timeseal.cli.__main__ import COMMANDS

#: Owned by another file of the tree and documented there.
ELSEWHERE = {"db"}
#: Each alone costs a good part of the third of a second that help may take.
HEAVY = ("rich", "numpy", "pandas", "sklearn", "xgboost", "matplotlib", "jinja2", "lifelines")


def commands() -> Iterator[tuple[str, click.Command]]:
    for name, lazy in COMMANDS.items():
        if name in ELSEWHERE:
            continue
        command = getattr(import_module(lazy.module), lazy.attribute)
        if isinstance(command, click.Group):
            for inner, one in command.commands.items():
                yield f"{name} {inner}", one
        else:
            yield name, command


ALL = dict(commands())


@pytest.mark.parametrize("name", ALL)
def test_a_command_says_what_it_does_and_shows_an_example(name: str) -> None:
    text = ALL[name].help or ""
    assert text.split("\n")[0].endswith((".", ":")), name
    assert re.search(rf"Example:\n\s+timeseal {name.split(maxsplit=1)[0]}", text), name


@pytest.mark.parametrize("name", ALL)
def test_every_option_shows_the_variable_that_sets_it(name: str) -> None:
    for parameter in ALL[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, (name, parameter.name)
            assert parameter.show_envvar, (name, parameter.name)
            assert str(parameter.envvar or "").startswith("TIMESEAL_"), (name, parameter.name)


@pytest.mark.parametrize("name", ALL)
def test_no_text_of_a_command_calls_a_gone_ad_sold(name: str) -> None:
    context = click.Context(ALL[name], info_name=f"timeseal {name}")
    assert not re.search(r"\b(sold|iphone|battery)\b", ALL[name].get_help(context), re.IGNORECASE)


@pytest.mark.parametrize("name", ["status", "certify", "explain", "demo", "store", "model"])
def test_help_of_a_command_imports_nothing_heavy(name: str) -> None:
    script = (
        f"import sys; from timeseal.cli.__main__ import run; run([{name!r}, '--help'])\n"
        f"print([one for one in {HEAVY!r} if one in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
