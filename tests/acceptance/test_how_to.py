"""Every how-to page is executed command by command; what it prints is what it says.

The pages share one embedded server, so each names a database of its own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.acceptance.transcript import read_steps, run_steps
from tests.acceptance.warm import program
from tests.servers import careless_server

PAGES = sorted((Path(__file__).resolve().parents[2] / "docs" / "how-to").glob("*.md"))

pytestmark = pytest.mark.one_major
#: Pages of one group run on one worker, with one server.
GROUPS = 3


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The settings of a reader whose server runs already; how it starts, the tutorial shows."""
    with careless_server() as server, program(tmp_path_factory.mktemp("bin")) as commands:
        yield {
            "TIMESEAL_HOME": str(server.home),
            "PATH": f"{commands}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "NO_COLOR": "1",
        }


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=pytest.mark.xdist_group(f"how_to_{number % GROUPS}"))
        for number, page in enumerate(PAGES)
    ],
    ids=lambda page: page.stem,
)
def test_the_page_is_true(page: Path, tmp_path: Path, environment: Mapping[str, str]) -> None:
    steps = read_steps(page)
    assert steps, f"{page.name} holds no command"
    assert run_steps(steps, tmp_path, environment) == []
