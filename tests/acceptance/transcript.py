"""Run the console blocks of a document as a reader would, and compare what comes back.

A block fenced as ```console holds commands (`$ …`, continued after a final backslash or inside a
here-document) each followed by the lines it must print; `…` stands for anything. A command that is
meant to fail is followed by a line `[exit N]`. `export NAME=VALUE` holds for the rest of the page.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"^\[exit (\d+)\]$")
EXPORT = re.compile(r"^export (\w+)=(\S+)$")


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a document: what to type, what must appear in order, how it must end."""

    command: str
    expected: tuple[str, ...]
    exit_code: int


def read_steps(document: Path) -> list[Step]:
    """Every command of the document's console blocks, in order."""
    steps: list[Step] = []
    for block in FENCE.findall(document.read_text(encoding="utf-8")):
        for chunk in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            steps.append(_step(chunk.splitlines()))
    return steps


def _step(lines: list[str]) -> Step:
    size = 1
    here = re.search(r"<<\s*'?(\w+)'?", lines[0])
    if here:
        size = lines.index(here.group(1)) + 1
    else:
        while lines[size - 1].endswith("\\"):
            size += 1
    expected = [line for line in lines[size:] if line.strip()]
    ends = [int(match.group(1)) for line in expected if (match := EXIT.match(line))]
    kept = tuple(line for line in expected if not EXIT.match(line))
    return Step("\n".join(lines[:size]), kept, ends[0] if ends else 0)


def run_steps(steps: list[Step], folder: Path, environment: Mapping[str, str]) -> list[str]:
    """Run the steps in one folder; return what differed from the document, empty when nothing."""
    differences: list[str] = []
    environment = {**os.environ, **environment}
    for step in steps:
        exported = EXPORT.match(step.command)
        if exported:
            environment[exported.group(1)] = exported.group(2)
            continue
        done = subprocess.run(
            ["bash", "-c", step.command],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=420,
            check=False,
        )
        printed = done.stdout + done.stderr
        if done.returncode != step.exit_code:
            differences.append(
                f"$ {step.command}\nexit {done.returncode}, not {step.exit_code}:\n{printed}"
            )
        missing = _first_missing(step.expected, printed)
        if missing is not None:
            differences.append(f"$ {step.command}\nno line like: {missing}\nin:\n{printed}")
    return differences


def _first_missing(expected: tuple[str, ...], printed: str) -> str | None:
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    at = 0
    for wanted in expected:
        words = " ".join(wanted.split())
        pattern = re.compile(".*".join(re.escape(part.strip()) for part in words.split("…")))
        for number in range(at, len(lines)):
            if pattern.search(lines[number]):
                at = number + 1
                break
        else:
            return wanted
    return None
