"""The report's four figures as inline SVG; owns style and accessibility, computes no statistic.

Every figure carries a title and a description for readers who do not see it, and never says by
colour alone what it says.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from html import escape
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from timeseal.market.report.context import Bin, Curve, Judged, Strip

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Okabe and Ito's palette: distinguishable with any colour vision.
BLUE, ORANGE, GREEN, PINK = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
INK, FAINT, PAPER = "#1f2328", "#d5d9de", "#ffffff"
MARKERS = ("o", "s", "^", "D")
DASHES = ("-", "--", "-.", ":")


def reliability(bins: Sequence[Bin], horizon_h: int) -> str:
    """Predicted against observed share still there after `horizon_h`, by decile."""
    with _style():
        figure, axes = _canvas(5.2, 4.4)
        axes.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle=":", label="perfect")
        x = [one.predicted for one in bins]
        y = [one.observed for one in bins]
        reach = [
            [max(one.observed - one.low, 0) for one in bins],
            [max(one.high - one.observed, 0) for one in bins],
        ]
        axes.errorbar(
            x,
            y,
            yerr=reach,
            fmt="o-",
            color=BLUE,
            capsize=2.5,
            linewidth=1.3,
            label="tenths, 95 %",
        )
        axes.set(
            xlim=(0, 1),
            ylim=(0, 1),
            xlabel=f"predicted chance of being there after {horizon_h} h",
            ylabel="observed share",
        )
        axes.legend(loc="upper left")
        worst = max((abs(one.predicted - one.observed) for one in bins), default=0.0)
        return _svg(
            figure,
            "reliability",
            "Reliability",
            f"{len(bins)} groups of ads by predicted chance; the largest gap between predicted and "
            f"observed share is {100 * worst:.0f} percentage points.",
        )


def survival(curves: Sequence[Curve]) -> str:
    """Share still there by days since first sight, one curve per price-to-value group."""
    with _style():
        figure, axes = _canvas(5.2, 4.4)
        for curve, colour, dash in zip(curves, (BLUE, GREEN, ORANGE, PINK), DASHES, strict=False):
            axes.step(
                curve.days,
                curve.still_there,
                where="post",
                color=colour,
                linestyle=dash,
                linewidth=1.7,
                label=f"{curve.label} (n = {curve.rows:,})",
            )
        axes.set(ylim=(0, 1), xlabel="days since first sight", ylabel="share still there")
        axes.set_xlim(left=0)
        axes.legend(loc="upper right", title="asking price ÷ value")
        ends = "; ".join(
            f"{one.label}: {100 * one.still_there[-1]:.0f} %" for one in curves if one.still_there
        )
        return _svg(
            figure,
            "survival",
            "Survival by price to value",
            f"Share of ads still there at the right edge — {ends}.",
        )


def protocols(judged: Sequence[Judged]) -> str:
    """AUC of each scorer under each protocol, on one axis with the line of chance."""
    labels = list(dict.fromkeys(one.protocol for one in judged))
    scorers = list(dict.fromkeys(one.scorer for one in judged))
    with _style():
        figure, axes = _canvas(9.8, 1.4 + 0.62 * len(labels))
        axes.axvline(0.5, color=INK, linewidth=0.9, linestyle=":")
        axes.text(0.502, -0.62, "chance", fontsize=9, va="center")
        for one in judged:
            place = scorers.index(one.scorer)
            axes.plot(
                one.auc,
                labels.index(one.protocol),
                marker=MARKERS[place],
                color=(ORANGE, BLUE, GREEN, PINK)[place],
                markersize=9,
                linestyle="none",
            )
            axes.annotate(
                f"{one.auc:.3f}",
                (one.auc, labels.index(one.protocol)),
                textcoords="offset points",
                xytext=(0, 9),
                ha="center",
                fontsize=9,
            )
        for place, scorer in enumerate(scorers):
            colour = (ORANGE, BLUE, GREEN, PINK)[place]
            axes.plot([], [], MARKERS[place], color=colour, markersize=8, label=scorer)
        axes.set(xlim=(0.4, 1.02), ylim=(len(labels) - 0.4, -0.8), xlabel="AUC")
        axes.set_yticks(range(len(labels)), labels)
        axes.grid(axis="y", visible=False)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.42), ncols=len(scorers))
        said = "; ".join(f"{one.protocol}, {one.scorer}: {one.auc:.3f}" for one in judged)
        return _svg(figure, "protocols", "Two protocols, the same ads", said + ".")


def drift_strip(strip: Strip) -> str:
    """Days across, states down: which days differ from the accepted baseline."""
    places = {day: place for place, day in enumerate(strip.days)}
    with _style():
        figure, axes = _canvas(9.8, 0.95 + 0.36 * len(strip.rows))
        grid = np.zeros((len(strip.rows), len(strip.days)))
        for line, row in enumerate(strip.rows):
            for day in row.changed:
                grid[line, places[day]] = 1
        axes.grid(visible=False)
        axes.pcolormesh(
            grid,
            cmap=mpl.colors.ListedColormap([FAINT, ORANGE]),
            edgecolors=PAPER,
            linewidth=1.2,
            vmin=0,
            vmax=1,
        )
        for line, place in np.argwhere(grid > 0):
            axes.text(
                place + 0.5, line + 0.5, "×", ha="center", va="center", color=PAPER, weight="bold"
            )
        axes.set_yticks(np.arange(len(strip.rows)) + 0.5, [row.label for row in strip.rows])
        ticks = range(0, len(strip.days), 7)
        axes.set_xticks([tick + 0.5 for tick in ticks], [_day(strip.days[tick]) for tick in ticks])
        axes.invert_yaxis()
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0)
        said = "; ".join(_strip_words(row.label, row.changed) for row in strip.rows)
        return _svg(figure, "drift", "Days that differ from their accepted baseline", said + ".")


def _strip_words(label: str, changed: Sequence[date]) -> str:
    return f"{label}: " + (", ".join(_day(day) for day in changed) or "none")


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def _style() -> AbstractContextManager[None]:
    return mpl.rc_context(
        {
            "font.family": "sans-serif",
            "font.size": 10.5,
            "svg.fonttype": "none",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": INK,
            "axes.labelcolor": INK,
            "text.color": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "axes.grid": True,
            "grid.color": FAINT,
            "grid.linewidth": 0.6,
            "axes.axisbelow": True,
            "legend.frameon": False,
        }
    )


def _canvas(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    figure.patch.set_alpha(0)
    return figure, figure.subplots()


def _svg(figure: Figure, name: str, title: str, description: str) -> str:
    """Render as an inline element: own id space, no fixed size, title and description inside."""
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", text)
    head = re.match(r"<svg[^>]*>", text)
    box = re.search(r'viewBox="([^"]+)"', text)
    if head is None or box is None:
        message = "matplotlib wrote no svg element"
        raise ValueError(message)
    opening = (
        f'<svg viewBox="{box.group(1)}" role="img" aria-labelledby="{name}-title {name}-desc" '
        'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(description)}</desc>'
    )
    return opening + text[head.end() :]
