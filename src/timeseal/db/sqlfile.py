"""SQL files as sources: manifest order, the five-line header, the kind in the name.

Owns reading and checking them; runs nothing. Paths are package resources, so a wheel works like a
checkout.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from timeseal.errors import PackageBroken

HEADER_WORDS = ("purpose", "grain", "reads", "writes", "time")


@dataclass(frozen=True, slots=True)
class Header:
    """The five lines every SQL file opens with."""

    purpose: str
    grain: str
    reads: str
    writes: str
    time: str


@dataclass(frozen=True, slots=True)
class SqlFile:
    """One SQL source file; `path` is relative to its package and is its identity in the database.

    `kind` is what stands between the stem and `.sql`, e.g. `table`, `function`, `superuser`.
    """

    package: str
    path: str
    kind: str
    header: Header
    text: str

    @property
    def name(self) -> str:
        """Identity in audit.install_file: package and path."""
        return f"{self.package.replace('.', '/')}/{self.path}"

    @property
    def sha256(self) -> str:
        """Digest of the text as shipped."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_manifest(package: str, section: str, manifest: str = "manifest.toml") -> list[SqlFile]:
    """Read the files of one section of a manifest, in order.

    `manifest` is the path of the manifest inside `package`; the paths it lists are relative to
    itself and may climb with `../` as long as they stay in the package.
    """
    document = _manifest(package, manifest)
    if section not in document:
        raise PackageBroken(
            f"manifest {manifest} of {package} has no section",
            expected=f"[{section}]",
            found=", ".join(f"[{name}]" for name in document) or "nothing",
            hint="pip install --force-reinstall timeseal",
        )
    folder = PurePosixPath(manifest).parent
    return [read_sql(package, _normal(folder / entry)) for entry in document[section]]


def read_sql(package: str, path: str) -> SqlFile:
    """Read and check one SQL file of a package."""
    source = files(package).joinpath(path)
    if not source.is_file():
        raise PackageBroken(
            f"SQL file {path} of {package} is missing",
            expected="a file listed in the manifest",
            found="no such file",
            hint="pip install --force-reinstall timeseal",
        )
    text = _text(source)
    return SqlFile(package, path, kind_of(path), parse_header(path, text), text)


def kind_of(path: str) -> str:
    """Read the kind off a file name: `x.table.sql` is a `table`."""
    suffixes = PurePosixPath(path).suffixes
    if len(suffixes) < 2 or suffixes[-1] != ".sql":
        raise PackageBroken(
            f"SQL file {path} does not say its kind",
            expected="name.kind.sql, e.g. cert_guard.function.sql",
            found=PurePosixPath(path).name,
            hint="rename the file",
        )
    return suffixes[-2][1:]


def parse_header(path: str, text: str) -> Header:
    """Read the five comment lines; refuse a file that lacks one."""
    lines = text.splitlines()[: len(HEADER_WORDS)]
    values: list[str] = []
    for number, word in enumerate(HEADER_WORDS):
        line = lines[number] if number < len(lines) else ""
        prefix = f"-- {word}: "
        if not line.startswith(prefix) or not line[len(prefix) :].strip():
            raise PackageBroken(
                f"header of {path}, line {number + 1}",
                expected=f"{prefix}…",
                found=repr(line),
                hint="open the file with five lines: " + ", ".join(HEADER_WORDS),
            )
        values.append(line[len(prefix) :].strip())
    return Header(*values)


def _manifest(package: str, manifest: str) -> dict[str, list[str]]:
    source = files(package).joinpath(manifest)
    if not source.is_file():
        raise PackageBroken(
            f"{package} has no {manifest}",
            expected="a manifest with ordered lists of SQL files",
            found="no such file",
            hint="pip install --force-reinstall timeseal",
        )
    document = tomllib.loads(_text(source))
    return {
        section: [str(entry) for entry in table["files"]]
        for section, table in document.items()
        if isinstance(table, dict) and "files" in table
    }


def _text(source: Traversable) -> str:
    return source.read_text(encoding="utf-8")


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
