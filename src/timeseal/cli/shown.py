"""The demo's findings in a terminal: tables that fit its width and can be read without colour."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from timeseal.cli.output import natural_width
from timeseal.market.report import context
from timeseal.market.report.board import boards
from timeseal.market.report.words import instant, title

#: Width of output that goes to a file or another program.
PIPED_WIDTH = 112
#: The least width in which a folded last column can be read.
FOLDED_WIDTH = 16
#: From here on the store table has room for the published names.
WIDE = 112


def console() -> Console:
    """Standard output, never wider than the terminal."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else PIPED_WIDTH
    return Console(width=width, highlight=False, soft_wrap=False)


def line(text: str, style: str = "") -> None:
    """One paragraph; its markup characters are data."""
    console().print(Text(text, style=style))


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    numbers: frozenset[str] = frozenset(),
    fold: int = -1,
) -> None:
    """A table without frames; columns named in `numbers` are set to the right.

    Where it does not fit, the column at `fold` is folded; where that would not help, each row
    becomes a block under its first cell.
    """
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    fold %= len(columns)
    if not _fits(columns, cells, fold):
        for row in cells:
            line(row[0], "bold")
            for column, cell in list(zip(columns, row, strict=True))[1:]:
                if cell:
                    line(f"  {column}: {cell}")
        return
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for place, column in enumerate(columns):
        justify: Literal["left", "right"] = "right" if column in numbers else "left"
        made.add_column(column, justify=justify, no_wrap=place != fold, overflow="fold")
    for row in cells:
        made.add_row(*map(Text, row))
    console().print(made)


def _fits(columns: Sequence[str], cells: Sequence[Sequence[str]], fold: int) -> bool:
    """Whether the table fits, if need be with one column folded to a readable width."""
    width = console().width
    if natural_width(columns, cells) <= width:
        return True
    kept = [place for place in range(len(columns)) if place != fold]
    rest = natural_width(
        [columns[place] for place in kept], [[row[place] for place in kept] for row in cells]
    )
    return rest + FOLDED_WIDTH <= width


def loaded(one: context.Loaded) -> None:
    """Facts: counts, first sight, knowledge, reference data."""
    line(
        f"{one.ads:,} ads in {one.runs} recorded runs, {one.quarantined} in quarantine; "
        f"the status rule keeps {one.kept:,}, of which {one.gone:,} are known to be gone"
    )
    line(f"first seen {instant(one.first_seen)}, known until {instant(one.known_until)}")


def releases(one: context.Loaded) -> None:
    """Reference data: what the ads may read, and what they may not."""
    line(one.geography)
    line(one.income)


def seal(one: context.Seal) -> None:
    """Certificate and gates."""
    table(
        ("gate", "result", "findings", "seconds"),
        [(gate.name, gate.status, gate.findings, f"{gate.seconds:.2f}") for gate in one.gates],
        frozenset({"findings", "seconds"}),
    )
    line(
        f"{one.status}: {one.rows:,} rows on {one.days} days, every cell; "
        f"{one.objects} definitions below them",
        "bold",
    )
    line(f"certificate {one.certificate_id}, valid until {instant(one.expires_at)}")
    line(f"fingerprint {one.fingerprint}")
    line(f"protection class {one.protection}")
    for waiver in one.waivers:
        line(f"waived on record: {waiver.gate} / {waiver.subject}: {waiver.reason}")


def layers(some: Sequence[context.Layer]) -> None:
    """Store table: each stored layer beside its published recomputation."""
    if console().width < WIDE:
        table(
            ("layer", "rows", "days", "fingerprint", "recomputed"),
            [(*_layer(one)[:1], *_layer(one)[2:]) for one in some],
            frozenset({"rows", "days"}),
        )
        return
    table(
        ("layer", "published as", "rows", "days", "fingerprint", "recomputed"),
        [_layer(one) for one in some],
        frozenset({"rows", "days"}),
    )


def _layer(one: context.Layer) -> tuple[str, ...]:
    agrees = "same" if one.agrees else "DIFFERS"
    return (one.name, one.published, f"{one.rows:,}", str(one.days), one.fingerprint[:12], agrees)


def models(one: context.Models) -> None:
    """Model table: a line per model and horizon, a column per origin."""
    for board in boards(one.scores):
        line(
            f"AUC of “still there after {board.horizon_h} h”, 95 % interval, by first day of cohort"
        )
        table(
            ("model", *(f"{origin:%d %b}" for origin in board.origins)),
            [(row.model, *map(_score, row.scores)) for row in board.lines],
            fold=0,
        )
    for gain in one.gains:
        line(
            f"ours minus yardstick, {gain.origin:%d %b}, {gain.horizon_h} h: "
            f"{gain.gain:+.3f} [{gain.low:+.3f} … {gain.high:+.3f}]"
        )
    line(f"model {one.model_key} carries certificate {one.certificate_id}")


def _score(one: context.Score | None) -> str:
    if one is None:
        return ""
    auc, low, high = (f"{value:.3f}".removeprefix("0") for value in (one.auc, one.low, one.high))
    return f"{auc} {low}–{high}"


def ads(some: context.Ads) -> None:
    """Ten ads, each with its reasons."""
    line(
        f"As of {instant(some.known_until)}: younger than 3 days, ranked by the chance of "
        f"being there {some.horizon_h} more hours, given that they are there now"
    )
    for one in some.rows:
        line(f"{one.rank:>2}. {100 * one.chance:3.0f} %  {title(one.title)}, {one.price}", "bold")
        line(f"    ad {one.listing_id}, seen for {one.age_h:.0f} h; " + "; ".join(one.reasons))


def judged(some: Sequence[context.Judged]) -> None:
    """Protocols: whom one judges on."""
    table(
        ("judged on", "scorer", "ads", "slow", "AUC", "F1"),
        [
            (
                one.protocol,
                one.scorer,
                f"{one.rows:,}",
                f"{100 * one.slow_share:.0f} %",
                f"{one.auc:.3f}",
                None if one.f1 is None else f"{one.f1:.2f}",
            )
            for one in some
        ],
        frozenset({"ads", "slow", "AUC", "F1"}),
        fold=0,
    )


def habit(one: context.Habit) -> None:
    """What each practice certified."""
    line(one.damage)
    table(
        ("practice", "verdict", "because"),
        [(verdict.practice, verdict.verdict, verdict.because) for verdict in one.verdicts],
    )
    for word, value in (("cell", one.cell), ("cause", one.cause), ("fix", one.fix)):
        line(f"  {word}: {value}")


def refusal(one: context.Refusal) -> None:
    """One closed door, and the way back."""
    line(one.title, "bold")
    line(f"  {one.change}")
    line(f"  training=> {one.statement}")
    line(f"  {one.error}", "red")
    line(f"  hint: {one.hint}")
    line(f"  named: {one.named}")
    line(f"  mended by: {one.mended_by} ({one.seconds:.1f} s); the door is open again")
