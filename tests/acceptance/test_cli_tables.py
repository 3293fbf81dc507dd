"""Tables of the demo at several widths: nothing is cut off, and nothing is said by colour alone."""

from __future__ import annotations

import pytest

from timeseal.cli import output, shown

Output = pytest.CaptureFixture[str]
COLUMNS = ("layer", "rows", "what it holds")
ROWS = [("tom_features_v1_enriched_clean", 34864, "every ad as it was known when it appeared")]


@pytest.mark.parametrize("width", [30, 50, 62, 80, 120])
def test_every_value_can_be_read_at_every_width(
    width: int, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "PIPED_WIDTH", width)
    shown.table(COLUMNS, ROWS, frozenset({"rows"}))
    said = capsys.readouterr().out
    assert max(len(line) for line in said.splitlines()) <= width
    joined = "".join(said.split())
    assert "34864" in joined
    if width >= 80:
        assert ROWS[0][0] in said
    else:
        assert "tom_features_v1" in joined


def test_a_wide_table_in_a_narrow_terminal_becomes_blocks(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    output.emit_rows(COLUMNS, ROWS)
    said = capsys.readouterr().out
    assert f"layer          {ROWS[0][0]}" in said


def test_a_program_gets_tabs_whatever_the_width(capsys: Output) -> None:
    output.emit_rows(COLUMNS, ROWS)
    assert capsys.readouterr().out.splitlines()[1].split("\t") == [str(one) for one in ROWS[0]]


def test_markup_in_the_data_is_text(capsys: Output) -> None:
    shown.line("[bold]not bold[/bold]")
    shown.table(("a", "b"), [("[red]x[/red]", "y")])
    said = capsys.readouterr().out
    assert "[bold]not bold[/bold]" in said
    assert "[red]x[/red]" in said
