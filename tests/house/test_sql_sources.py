"""SQL files are sources: header, one object, listed once, no clock, no session zone, no star."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import timeseal
from timeseal.db.sqlfile import kind_of, parse_header

PACKAGE = Path(timeseal.__file__).parent
FILES = sorted(PACKAGE.rglob("*.sql"))
MANIFESTS = sorted(PACKAGE.rglob("manifest.toml"))
#: Read at run time to say when something was recorded, never to compute a certified value.
CLOCK_WORDS = re.compile(
    r"\b(now\(\)|current_date|current_timestamp|localtimestamp|random\(\))", re.I
)
#: `(x at time zone 'UTC')::date` says its zone; `x::date` takes the session's.
#: (a text that is a day or a key was written by us in ISO form)
SESSION_ZONE = re.compile(r"(?<!day)(?<!\bkey)(?<=\w)\s*::\s*date\b|\bdate\s*\(", re.I)
STAR = re.compile(r"select\s+(?:distinct\s+)?\*", re.I)
#: A routine may pass on a declared row type; what stores or shows rows names its columns.
ROW_STAR = re.compile(r"select\s+(?:distinct\s+)?(?:\w+\.)?\*", re.I)
ROUTINES = {"function", "procedure", "trigger"}

CREATED = re.compile(
    r"^create\s+(?:or\s+replace\s+)?(?:constraint\s+|event\s+|materialized\s+|unlogged\s+)?"
    r"(table|view|function|procedure|trigger|type|schema|sequence|domain|role|aggregate)\s",
    re.I | re.M,
)


def identity(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def code_of(path: Path) -> str:
    """The text without comments and string literals, which may mention anything."""
    text = re.sub(r"--[^\n]*", "", path.read_text())
    return re.sub(r"'(?:[^']|'')*'", "''", text)


def listed() -> list[Path]:
    found: list[Path] = []
    for manifest in MANIFESTS:
        for section in tomllib.loads(manifest.read_text()).values():
            if isinstance(section, dict):
                found += [(manifest.parent / entry).resolve() for entry in section.get("files", ())]
    return found


def test_there_are_files_to_check() -> None:
    assert len(FILES) > 50
    assert len(MANIFESTS) >= 2


def test_every_file_opens_with_the_five_lines_and_says_its_kind() -> None:
    for path in FILES:
        parse_header(identity(path), path.read_text())
        kind_of(path.name)


def things_created(path: Path) -> list[str]:
    return [kind.lower() for kind in CREATED.findall(code_of(path))]


def defines_one_thing(path: Path) -> bool:
    created = things_created(path)
    match kind_of(path.name):
        case "grant" | "role":
            return True
        case "trigger" | "superuser":  # the same trigger on several tables
            return len(set(created) - {"trigger"}) <= 1
        case _:  # a view may stand beside its materialised twin
            return len(created) <= 1 or set(created) == {"view"}


def test_every_file_defines_one_thing() -> None:
    assert {
        identity(path): things_created(path) for path in FILES if not defines_one_thing(path)
    } == {}


@pytest.mark.parametrize("pattern", [CLOCK_WORDS, SESSION_ZONE], ids=["clock", "zone"])
def test_sql_reads_no_clock_and_no_session_zone(pattern: re.Pattern[str]) -> None:
    found = {identity(path): pattern.findall(code_of(path)) for path in FILES}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_columns_are_named() -> None:
    found = {
        identity(path): (STAR if kind_of(path.name) in ROUTINES else ROW_STAR).findall(
            code_of(path)
        )
        for path in FILES
    }
    assert {name: hits for name, hits in found.items() if hits} == {}


def pins_its_search_path(code: str) -> bool:
    definer = re.search(r"\bsecurity\s+definer\b", code, re.I)
    pinned = re.search(r"set\s+search_path\s*(=|to)\s*pg_catalog,\s*pg_temp", code, re.I)
    return definer is None or pinned is not None


def test_every_definer_function_pins_its_search_path() -> None:
    assert [identity(path) for path in FILES if not pins_its_search_path(code_of(path))] == []
    assert not pins_its_search_path("language sql security definer as")


def named_by_its_user(path: Path, stores: str, modules: str) -> bool:
    """A store's text is named by its store.toml, a query by the module that runs it."""
    stem = path.name.split(".")[0]
    if kind_of(path.name) == "query":
        return f'"{stem}' in modules
    return bool(re.search(rf'["./]{stem}["./]', stores))


def test_every_file_is_installed_exactly_once() -> None:
    entries = listed()
    twice = {identity(path) for path in entries if entries.count(path) > 1}
    missing = [identity(path) for path in entries if not path.is_file()]
    stores = "\n".join(path.read_text() for path in PACKAGE.rglob("store.toml"))
    modules = "\n".join(path.read_text() for path in PACKAGE.rglob("*.py"))
    unlisted = [path for path in FILES if path.resolve() not in entries]
    forgotten = [
        identity(path) for path in unlisted if not named_by_its_user(path, stores, modules)
    ]
    assert (twice, missing, forgotten) == (set(), [], [])


@pytest.mark.parametrize(
    ("pattern", "bad"),
    [
        (CLOCK_WORDS, "select now()"),
        (CLOCK_WORDS, "where day = current_date"),
        (SESSION_ZONE, "select t0::date"),
        (SESSION_ZONE, "known_at :: date"),
        (STAR, "select * from x"),
        (ROW_STAR, "select a.* from a"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], bad: str) -> None:
    assert pattern.search(bad)
    assert not pattern.search(
        "select count(*), (x at time zone 'UTC')::date from t where a * b > 1"
    )
