"""The published page: what leaks, who catches it, how often honest stores were refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.leakzoo.catalogue import Entry, entries, mechanisms
from tests.leakzoo.clean import CleanRun

__all__ = ["TARGET", "Convicted", "as_markdown", "catalogued", "grown", "listed"]

TARGET = Path(__file__).parents[2] / "docs" / "reference" / "zoo.md"
_ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([0-9.]+) \|$", re.MULTILINE)
_JUDGED = re.compile(r"^- \d+ leaks of .*$", re.MULTILINE)
_FAMILIES = {
    "anchors": "Anchors, counts and the choice of rows (the shipped survival layers)",
    "fitted": "State fitted on other rows",
    "market": "Anchors and order book (the shipped market layers, over cars)",
    "phones": "Base, landmark, place, income and market of phones (shipped layers)",
    "photos": "The landmark clock",
    "reference": "Reference data",
    "repaired": "Mutable rows, repaired attributes, sellers",
    "session": "Clock, session, chance; doors around the closure; changes after acceptance",
}


@dataclass(frozen=True, slots=True)
class Convicted:
    """One leak as judged by a certification: the gates that refused, and the seconds it took."""

    entry: Entry
    gates: frozenset[str]
    on_demand: bool
    seconds: float


def catalogued() -> set[tuple[str, str]]:
    """Mechanisms and name of every entry, as the page shows them."""
    return {(", ".join(one.mechanism), one.name) for one in entries()}


def listed(page: str) -> set[tuple[str, str]]:
    """Mechanisms and name of every row of a page."""
    return {(row[0], row[1]) for row in _ROW.findall(page)}


def as_markdown(
    convicted: Sequence[Convicted], clean: Sequence[CleanRun], versions: Mapping[str, str]
) -> str:
    """The page; every figure in it comes from the run that is handed in."""
    lines = [
        "# Leak zoo",
        "",
        "Each row is a way to let the future into a feature, written into a real layer as a",
        "careless hand writes it. It is bound, refreshed, accepted as the first baseline and",
        "certified; the gates in bold have to refuse it. Beside each leak stands its clean twin,",
        "the same intent written rightly, which certifies. The entries are data:",
        "`tests/leakzoo/zoo`, with their mechanisms in `tests/leakzoo/zoo/mechanisms.toml`.",
        "Written by `make proof`.",
        "",
        *_figures(convicted, clean),
        *(f"- {name} {version}" for name, version in versions.items()),
        "",
        "“Replay in full”: the sampled replay of that certification drew cuts and entities that",
        "the leak does not touch; the full replay (`audit.replay_entity`, `audit.replay_late`,",
        "`audit.replay_world`) convicted it. Another certification draws others.",
        "Seconds are those of one judgement: bind, refresh, accept, every gate, undo.",
    ]
    for family in _FAMILIES:
        lines += [
            *_heading(family),
            *(_row(one) for one in convicted if one.entry.family == family),
        ]
    return "\n".join(lines) + "\n"


def grown(page: str, convicted: Sequence[Convicted]) -> str:
    """The page with leaks that were judged after it was written; its other figures stand."""
    for family in _FAMILIES:
        rows = [_row(one) for one in convicted if one.entry.family == family]
        heading = "\n".join(_heading(family))
        if rows and heading not in page:
            page = page.rstrip("\n") + "\n" + heading + "\n"
        if rows:
            before, after = page.split(heading, 1)
            own, *rest = after.split("\n\n## ", 1)
            own = "\n".join([own.rstrip("\n"), *rows])
            page = before + heading + "\n\n## ".join([own, *rest])
    return _JUDGED.sub(_judged(len(_ROW.findall(page))), page.rstrip("\n") + "\n")


def _heading(family: str) -> list[str]:
    columns = ["| mechanism | leak | refused by | seconds |", "|---|---|---|---|"]
    return ["", f"## {_FAMILIES[family]}", "", *columns]


def _judged(leaks: int) -> str:
    return (
        f"- {leaks} leaks of {len(mechanisms().ids)} mechanisms convicted,"
        f" {leaks} clean twins certified"
    )


def _figures(convicted: Sequence[Convicted], clean: Sequence[CleanRun]) -> tuple[str, str]:
    certifications = sum(one.certifications for one in clean)
    alarms = sum(len(one.alarms) for one in clean)
    runs = (
        f"- {len(clean)} clean runs over random markets (seeds {clean[0].seed} to {clean[-1].seed},"
        f" {sum(one.ads for one in clean)} ads): {certifications} certifications through every"
        f" gate, **{alarms} false alarms**, {sum(one.seconds for one in clean):.0f} s"
    )
    return _judged(len(convicted)), runs


def _row(one: Convicted) -> str:
    full = " in full" if one.on_demand else ""
    named = [f"**{gate}{full * (gate == 'replay')}**" for gate in one.entry.caught_by]
    beside = sorted(one.gates - set(one.entry.caught_by))
    return (
        f"| {', '.join(one.entry.mechanism)} | {one.entry.name} |"
        f" {', '.join([*named, *beside])} | {one.seconds:.1f} |"
    )
