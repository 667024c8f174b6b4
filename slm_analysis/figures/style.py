"""What all figures share: sizes, colours, marks of a page, and the frame around what is drawn.

A colour has one meaning through the whole project: an indicator.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from slm_analysis.language import _
from slm_analysis.rendering import Drawing
from slm_analysis.schema import INDICATORS

plt.style.use(Path(__file__).with_name("slm.mplstyle"))

CENTIMETRE = 1 / 2.54

WIDTH = 16 * CENTIMETRE

GREY, UNPRINTED = "#6b6b6b", "#efefef"

COLOURS = dict(
    zip(
        INDICATORS,
        ("#000000", "#D55E00", "#0072B2", "#009E73", "#E69F00", "#CC79A7", "#56B4E9"),
        strict=True,
    )
)

# the same hues, dark enough to be read as small text on white
TEXT_COLOURS = COLOURS | {
    "negative": "#A34700",
    "issued": "#00664B",
    "unanswered": "#8A5F00",
    "forced": "#94457A",
    "independent": "#1F6F9F",
}

MOST_LINES = 40


def draw_nothing(name: str, title: str, data: pd.DataFrame) -> Drawing:
    """Draw that a selection has nothing to show, so that silence is not taken for zero.

    Examples
    --------
    >>> draw_nothing("departures", "Departures", pd.DataFrame()).alt
    'Departures: no cell of this selection is printed.'
    """
    text = _("no cell of this selection is printed")
    figure = plt.figure(figsize=(WIDTH, 2 * CENTIMETRE))
    put_heading(figure, _(title), text)
    return Drawing(figure, name, f"{_(title)}: {text}.", data)


def first_lines(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return as many lines as a page can bear, and words that say so where it is not all.

    Examples
    --------
    >>> shown, part = first_lines(panel)
    >>> len(shown), part == f" of {len(panel)}, the others in the table"
    (40, True)
    """
    if len(table) <= MOST_LINES:
        return table, ""
    part = _(" of {count}, the others in the table").format(count=len(table))
    return table.head(MOST_LINES).reset_index(drop=True), part


def put_key(figure: Figure, handles: Sequence[Artist], columns: int | None = None) -> None:
    """Put the key at the foot of a figure."""
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.005, 0.0),
        ncols=columns or len(handles),
        handletextpad=0.6,
        columnspacing=1.2,
    )


def finish(figure: Figure, title: str, subtitle: str, bottom: float) -> None:
    """Lay a figure out under its heading; ``bottom`` (cm) is kept free for a key."""
    height = figure.get_size_inches()[1] / CENTIMETRE
    figure.tight_layout(rect=(0, bottom / height, 1, 1 - 1.0 / height))
    put_heading(figure, title, subtitle)


def put_heading(figure: Figure, title: str, subtitle: str, source: str = "") -> None:
    """Put title and subtitle in place, and the source where one is told."""
    width, height = figure.get_size_inches() / CENTIMETRE
    figure.text(0.01, 1 - 0.12 / height, title, va="top", fontsize=10, fontweight="bold")
    figure.text(0.01, 1 - 0.62 / height, subtitle, va="top", fontsize=8, color="#333333")
    figure.text(
        1 - 0.1 / width, 0.1 / height, source, va="bottom", ha="right", fontsize=6.5, color=GREY
    )
