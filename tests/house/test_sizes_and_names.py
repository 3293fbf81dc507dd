"""Files stay small, names say something, and no path of a developer's machine gets in."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "handler"}
PYTHON_CAP, SQL_CAP = 400, 300
#: Absolute paths that exist on one machine only.
MACHINE_PATH = re.compile(r"(^|[^A-Za-z0-9_./~$])/(work|farm|root|home)/", re.M)


def tracked() -> list[Path]:
    """Files of the repository; an unpacked source without git is walked instead."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return [ROOT / name for name in done.stdout.split("\0") if name]
    return [path for folder in ("src", "tests", "bench") for path in (ROOT / folder).rglob("*")]


FILES = [path for path in tracked() if path.is_file()]
SOURCES = [path for path in FILES if path.suffix in {".py", ".sql"}]
TEXTS = [path for path in FILES if path.suffix in {".py", ".sql", ".md", ".toml", ".html", ".css"}]


def identity(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_are_files_to_check() -> None:
    assert len(SOURCES) > 50


def test_files_stay_small() -> None:
    lines = {path: len(path.read_text().splitlines()) for path in SOURCES}
    cap = {".sql": SQL_CAP, ".py": PYTHON_CAP}
    assert {identity(path): n for path, n in lines.items() if n > cap[path.suffix]} == {}


def test_a_name_says_what_is_inside() -> None:
    words = {
        path: {part.split(".")[0] for part in path.relative_to(ROOT).parts} for path in SOURCES
    }
    assert {identity(path): found & BANNED for path, found in words.items() if found & BANNED} == {}


def test_no_path_of_somebodys_machine() -> None:
    texts = [path for path in TEXTS if path != Path(__file__)]
    assert [identity(path) for path in texts if MACHINE_PATH.search(path.read_text())] == []


def test_the_lock_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert not re.search(r"^\s*--(index-url|extra-index-url|find-links|trusted-host)", lock, re.M)


def test_every_locked_line_is_hashed() -> None:
    lock = (ROOT / "requirements.lock").read_text().replace("\\\n", " ")
    pinned = [line for line in lock.splitlines() if re.match(r"[a-z0-9].*==", line)]
    assert len(pinned) > 40
    assert [line for line in pinned if "--hash=sha256:" not in line] == []


def test_a_machine_path_would_be_found() -> None:
    bad = "see /" + "work/main"
    assert MACHINE_PATH.search(bad)
    assert not MACHINE_PATH.search("/var/lib/timeseal and src/work/x and https://a/home/x")
