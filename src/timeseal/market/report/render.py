"""One record in, one self-contained page out; owns the template's environment and its filters."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from timeseal.market.report import plots
from timeseal.market.report.board import boards
from timeseal.market.report.context import Record
from timeseal.market.report.words import instant, title

NEXT_STEPS = (
    "timeseal seal add my_schema.my_view --key id --t0 created_at   # any view of any database",
    "timeseal seal check my_schema.my_view                          # what a certificate would say",
    "timeseal certify my_schema.my_view                             # open its door",
    "timeseal doctor                                                # who could walk around it",
)


def page(record: Record) -> str:
    """Render the page; markup in texts of the data is escaped."""
    environment = Environment(
        loader=PackageLoader("timeseal.market.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters["instant"] = instant
    environment.filters["plain"] = title
    style = files("timeseal.market.report").joinpath("page/report.css").read_text("utf-8")
    css = Markup(style)  # noqa: S704  our own file
    return environment.get_template("report.html.j2").render(
        r=record,
        css=css,
        plots=_figures(record),
        boards=boards(record.models.scores),
        next_steps=NEXT_STEPS,
    )


def write(record: Record, path: Path) -> Path:
    """Write the page, replacing an older one in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".html.new")
    fresh.write_text(page(record), encoding="utf-8")
    return fresh.replace(path)


def _figures(record: Record) -> dict[str, Markup]:
    drawn: Sequence[tuple[str, str]] = (
        ("reliability", plots.reliability(record.reliability, record.reliability_h)),
        ("survival", plots.survival(record.curves)),
        ("protocols", plots.protocols(record.protocols)),
        ("drift", plots.drift_strip(record.strip)),
    )
    # Our own SVG: every text in it passed through escape() or matplotlib.
    return {name: Markup(svg) for name, svg in drawn}  # noqa: S704
