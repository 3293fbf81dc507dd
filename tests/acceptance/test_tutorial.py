"""The tutorial is executed command by command; what it prints is what it says."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests.acceptance.transcript import read_steps, run_steps

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"


@pytest.mark.one_major
def test_the_tutorial_is_true(tmp_path: Path) -> None:
    environment = {
        "TIMESEAL_HOME": str(tmp_path / "home"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "NO_COLOR": "1",
    }
    steps = read_steps(PAGE)
    assert len(steps) > 10
    stop = read_steps(PAGE)[0].__class__("timeseal db stop", (), 0)
    try:
        assert run_steps(steps, tmp_path, environment) == []
    finally:
        run_steps([stop], tmp_path, environment)
