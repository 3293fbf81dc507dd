"""The built wheel works away from its sources: SQL and templates inside, real data not."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the tools of this environment; nothing is downloaded."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)),
        ],
        check=True,
    )
    (built,) = folder.glob("timeseal-*.whl")
    return built


def test_the_wheel_holds_every_source_and_no_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    sources = {
        str(path.relative_to(ROOT / "src"))
        for path in (ROOT / "src" / "timeseal").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sources - names == set()
    assert [name for name in names if name.endswith(".csv")] == []


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An environment of its own with the wheel; dependencies are lent, the sources are not."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    (packages,) = (venv / "lib").glob("python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    (packages / "lent.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TIMESEAL_", "PYTHON"))}
    environment = {
        **kept,
        "TIMESEAL_HOME": str(folder / "home"),
        "TIMESEAL_DB": "shop",
        "PYTHON_OF_VENV": str(venv / "bin" / "python"),
    }
    yield environment
    _run(environment, "db", "stop")


def _run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [environment["PYTHON_OF_VENV"], "-m", "timeseal.cli", *arguments],
        cwd=Path(environment["PYTHON_OF_VENV"]).parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_seal_add_and_doctor_run_from_the_wheel(elsewhere: dict[str, str]) -> None:
    where = subprocess.run(
        [elsewhere["PYTHON_OF_VENV"], "-c", "import timeseal; print(timeseal.__file__)"],
        env=elsewhere,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "elsewhere" in where.stdout
    assert _run(elsewhere, "db", "create", "shop").returncode == 0
    made = _run(
        elsewhere,
        *("db", "psql", "--", "-q", "-v", "ON_ERROR_STOP=1"),
        *("-c", "create schema shop"),
        *("-c", "create table shop.orders (id bigint primary key, at timestamptz not null, n int)"),
        *("-c", "insert into shop.orders values (1, '2026-01-01 00:00+00', 3)"),
        *("-c", "create view shop.features as select o.id, o.at, o.n from shop.orders as o"),
    )
    assert made.returncode == 0, made.stderr
    sealed = _run(elsewhere, "seal", "add", "shop.features", "--key", "id", "--t0", "at")
    assert sealed.returncode == 0, sealed.stderr
    read = _run(
        elsewhere,
        *("db", "psql", "--role", "training", "--", "-Atc", "select n from shop.features_train_v"),
    )
    assert read.stdout.strip() == "3"
    doctor = _run(elsewhere, "doctor")
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
