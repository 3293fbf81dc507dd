"""Every how-to page is executed command by command; what it prints is what it says.

The pages share one embedded server, so each names a database of its own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.acceptance.transcript import Step, read_steps, run_steps

PAGES = sorted((Path(__file__).resolve().parents[2] / "docs" / "how-to").glob("*.md"))

pytestmark = pytest.mark.one_major
#: Pages of one group run on one worker, with one server.
GROUPS = 3


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The settings of a reader who has just installed Timeseal; the server stops at the end."""
    folder = tmp_path_factory.mktemp("how_to")
    settings = {
        "TIMESEAL_HOME": str(folder / "home"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "NO_COLOR": "1",
    }
    yield settings
    run_steps([Step("timeseal db stop", (), 0)], folder, settings)


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
