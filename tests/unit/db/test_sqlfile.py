from __future__ import annotations

import pytest

from timeseal.db import sqlfile
from timeseal.errors import PackageBroken

HEADER = """\
-- purpose: a table for the test
-- grain: one row per thing
-- reads: nothing
-- writes: x.y
-- time: none
"""


def test_a_header_of_five_lines_is_read() -> None:
    header = sqlfile.parse_header("a.table.sql", HEADER + "select 1;\n")
    assert header == sqlfile.Header(
        "a table for the test", "one row per thing", "nothing", "x.y", "none"
    )


@pytest.mark.parametrize("line", range(5))
def test_a_missing_header_line_is_named(line: int) -> None:
    lines = HEADER.splitlines(keepends=True)
    word = sqlfile.HEADER_WORDS[line]
    with pytest.raises(PackageBroken, match=f"line {line + 1}") as refusal:
        sqlfile.parse_header("a.table.sql", "".join(lines[:line] + lines[line + 1 :]))
    assert word in str(refusal.value.expected)


def test_an_empty_header_value_is_refused() -> None:
    with pytest.raises(PackageBroken):
        sqlfile.parse_header("a.table.sql", HEADER.replace(": none", ": "))


@pytest.mark.parametrize(
    ("path", "kind"),
    [("10_x/a.table.sql", "table"), ("a.superuser.sql", "superuser"), ("a.b.view.sql", "view")],
)
def test_the_kind_is_in_the_name(path: str, kind: str) -> None:
    assert sqlfile.kind_of(path) == kind


def test_a_file_without_a_kind_is_refused() -> None:
    with pytest.raises(PackageBroken, match="does not say its kind"):
        sqlfile.kind_of("10_x/a.sql")


def test_a_manifest_is_read_in_its_order() -> None:
    files = sqlfile.read_manifest("timeseal.db", "install", "sql/manifest.toml")
    assert [file.path for file in files][:2] == ["sql/roles.role.sql", "sql/audit.schema.sql"]
    assert files[0].name == "timeseal/db/sql/roles.role.sql"


def test_a_missing_section_names_those_that_exist() -> None:
    with pytest.raises(PackageBroken) as refusal:
        sqlfile.read_manifest("timeseal.db", "nonsense", "sql/manifest.toml")
    assert "[install]" in str(refusal.value)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(PackageBroken, match=r"nowhere\.view\.sql"):
        sqlfile.read_sql("timeseal.db", "sql/nowhere.view.sql")


def test_the_digest_changes_with_one_character() -> None:
    one = sqlfile.read_sql("timeseal.db", "sql/audit.schema.sql")
    other = sqlfile.SqlFile(one.package, one.path, one.kind, one.header, one.text + "\n")
    assert one.sha256 != other.sha256
