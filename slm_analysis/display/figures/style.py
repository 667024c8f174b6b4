"""What all figures share: a sheet with heading, key and source; colours; the marks of bounds.

A colour has one meaning through the whole project: an indicator. Everything else is told by grey,
shape and place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import font_source_sans_pro
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from slm_analysis.display.rendering import NARROW, NO_CELL, WIDE, Drawing, interval  # noqa: F401 (the examples use WIDE)
from slm_analysis.language import _
from slm_analysis.printed.read import Raw
from slm_analysis.printed.schema import INDICATORS

for weight in ("", "Semibold"):
    font_manager.fontManager.addfont(font_source_sans_pro.font_files_ttf[f"SourceSansPro{weight}"])
plt.style.use(Path(__file__).with_name("slm.mplstyle"))

CENTIMETRE = 1 / 2.54
POINT = 2.54 / 72  # in centimetres
MARGIN = 0.15  # cm, at the left and right of the page

TITLE, TEXT, SMALL = 12.0, 9.0, 8.0  # the three sizes of type, in points
LEADING = 1.25  # line height, in sizes of the type

INK, GREY, PALE, UNPRINTED = "#222222", "#6b6b6b", "#9a9a9a", "#efefef"

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
FIRST = "unanswered"  # of the indicators, where a page cannot bear all: most statements are of it


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Return how wide a line of text is, in centimetres.

    Examples
    --------
    >>> text_width("Armenia", TITLE) > text_width("Armenia", SMALL) > 0.8
    True
    """
    font = FontProperties(family=["Source Sans Pro"], size=size, weight=weight)
    width, _height, _descent = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) * POINT


def text_height(text: str, size: float) -> float:
    """Return how high a text of one or more lines stands, in centimetres.

    Examples
    --------
    >>> text = wrapped("requests without an answer", 2.5, SMALL)
    >>> text_height(text, SMALL) == 2 * text_height("requests", SMALL)
    True
    """
    return (text.count("\n") + 1) * size * LEADING * POINT


def wrapped(text: str, width: float, size: float, weight: str = "normal") -> str:
    """Break a text into lines that are at most so wide.

    Parameters
    ----------
    text
        Its own line breaks are kept.
    width
        In centimetres.
    size, weight
        Of the type; size in points.

    Examples
    --------
    >>> print(wrapped("requests without an answer", 2.5, SMALL))
    requests without
    an answer
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}".strip()
            if line and text_width(longer, size, weight) > width * 0.97:  # it is drawn in pixels
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return "\n".join(lines)


def sheet(
    width: float,
    body: float,
    title: str,
    subtitle: str,
    source: str,
    key: Sequence[Artist] = (),
) -> tuple[Figure, SubFigure]:
    """Begin a figure: title, subtitle and key above, the source below, room for axes between.

    Parameters
    ----------
    width, body
        Of the sheet and height of the room for axes, in centimetres.
    title
        The finding.
    subtitle
        Measure, unit and number of cells.
    source
        As :func:`source_line` gives it.
    key
        Handles of a legend, with labels.

    Returns
    -------
    Figure, SubFigure
        The whole, and the part that takes axes; their labels are kept inside it.

    Examples
    --------
    >>> figure, room = sheet(NARROW, 5, "Requests fell", "cases per year", "Source: ACVZ (2015)")
    >>> axis = room.subplots()
    >>> [text.get_text() for part in figure.subfigs for text in part.texts]
    ['Requests fell', 'cases per year', 'Source: ACVZ (2015)']
    """
    inner = width - 2 * MARGIN
    texts = [
        (wrapped(title, inner, TITLE, "semibold"), TITLE, INK, "semibold"),
        (wrapped(subtitle, inner, TEXT), TEXT, "#444444", "normal"),
    ]
    entries = [text_width(str(handle.get_label()), SMALL) + 1.3 for handle in key]
    columns = max(1, min(len(key), int(inner // max(entries, default=1))))
    rows = -(-len(key) // columns)
    top = sum(text_height(text, size) + 0.05 for text, size, *_rest in texts) + 0.15
    head = top + (rows * text_height("", SMALL) * 1.15 + 0.2 if key else 0.0)
    told = wrapped(source, inner, SMALL)
    foot = text_height(told, SMALL) + 0.25
    figure = plt.figure(
        figsize=(width * CENTIMETRE, (head + body + foot) * CENTIMETRE), layout="constrained"
    )
    parts: Any = figure.subfigures(3, 1, height_ratios=(head, body, foot))
    above, room, below = parts
    at = head - 0.1
    for text, size, colour, weight in texts:
        above.text(
            MARGIN / width, at / head, text, va="top", fontsize=size, color=colour,
            fontweight=weight, linespacing=LEADING,
        )  # fmt: skip
        at -= text_height(text, size) + 0.05
    if key:
        above.legend(
            handles=key, loc="upper left", bbox_to_anchor=(MARGIN / width, (head - top) / head),
            ncols=columns, borderpad=0, borderaxespad=0, handletextpad=0.6, columnspacing=1.4,
        )  # fmt: skip
    below.text(
        MARGIN / width, 0.1 / foot, told, va="bottom", fontsize=SMALL, color=GREY,
        linespacing=LEADING,
    )  # fmt: skip
    return figure, room


def draw_nothing(name: str, title: str, data: pd.DataFrame, told: str = NO_CELL) -> Drawing:
    """Draw that a selection has nothing to show, and why: silence is not to be taken for zero.

    Examples
    --------
    >>> draw_nothing("departures", "Departures", pd.DataFrame()).alt
    'Departures: no cell of this selection is printed.'
    """
    text = _(told)

    def draw(width: float) -> Figure:
        return sheet(width, 0.2, _(title), text, "")[0]

    return Drawing(draw, name, f"{_(title)}: {text}.", data)


def first_lines(table: pd.DataFrame, most: int = MOST_LINES) -> tuple[pd.DataFrame, str]:
    """Return as many lines as a page can bear, and words that say so where it is not all.

    Of more lines than that, of several indicators, those of :data:`FIRST` come first.

    Examples
    --------
    >>> shown, part = first_lines(panel)
    >>> set(shown["indicator"]), part == f" of {len(panel)} (unanswered), the others in the CSV"
    ({'unanswered'}, True)
    """
    if len(table) <= most:
        return table, ""
    count, which = len(table), ""
    if "indicator" in table and (table["indicator"] == FIRST).any():
        table, which = table[table["indicator"] == FIRST], f" ({_(FIRST)})"
    told = _(" of {count}{which}, the others in the CSV").format(count=count, which=which)
    return table.head(most).reset_index(drop=True), told


def short_year(year: float, _at: int = 0) -> str:
    """Write a year as on an axis.

    Examples
    --------
    >>> short_year(2009)
    '’09'
    """
    return f"’{year % 100:02.0f}"


def source_line(rows: pd.DataFrame, raw: Raw) -> str:
    """Say which documents and pages some rows rest on, pages as ranges.

    Parameters
    ----------
    rows
        With ``raw_ids`` (of figures), or with ``source_id`` and ``page`` of their own; several are
        separated by ``;``.
    raw
        The raw tables and source records.

    Examples
    --------
    >>> source_line(panel, raw)
    'Source: ACVZ (2015), p. 54–56, 61–62.'
    """
    if "raw_ids" in rows:
        ids = set(";".join(rows["raw_ids"]).split(";"))
        figures = raw["dtv_counts"]
        rows = figures[figures["id"].isin(ids)]
    pages: dict[str, set[int]] = {}
    for sources, printed in zip(rows["source_id"], rows["page"], strict=True):
        for source_id, page in zip(sources.split(";"), printed.split(";"), strict=True):
            pages.setdefault(source_id, set()).update({int(page)} if page else ())
    told = [
        raw.sources[source_id].short + (f", p. {_spans(found)}" if found else "")
        for source_id, found in pages.items()
    ]
    return _("Source: {places}.").format(places="; ".join(told))


def _spans(pages: Iterable[int]) -> str:
    """Write page numbers with runs as ranges."""
    ordered = pd.Series(sorted(pages))
    runs = ordered.groupby(ordered.diff().ne(1).cumsum()).agg(["first", "last"])
    return ", ".join(
        f"{run.first}" if run.first == run.last else f"{run.first}–{run.last}"
        for run in runs.itertuples()
    )


def as_printed(row: Any) -> str:
    """Return a cell's figure as a label: of several prints the one that binds.

    Parameters
    ----------
    row
        Of the panel.

    Examples
    --------
    >>> russia = panel[(panel["iso3"] == "RUS") & (panel["indicator"] == "independent")]
    >>> [as_printed(row) for row in russia.itertuples()]
    ['105–435', '105–435', '105', '35']
    """
    if row.kind == "zero":
        return "0"
    found = [re.findall(r"\d[\d.]*", text) for text in row.printed.split(";")]
    binding = {"–".join(ends) for ends in found if (len(ends) == 2) == (row.kind == "range")}
    text = binding.pop() if len(binding) == 1 else interval(row.lo, row.hi)
    return f"<{text}" if row.kind == "suppressed" else text


def draw_bounds(
    axis: Axes,
    at: float,
    lo: float,
    hi: float,
    colour: str,
    *,
    kind: str = "rounded",
    thickness: float = 0.3,
    upright: bool = False,
    cells: Iterable[str] = (),
) -> None:
    """Draw bounds as a bar from the least to the greatest count.

    Parameters
    ----------
    axis, at
        Where: the place on the other axis.
    lo, hi
        The bounds; where both are the same the bar is a stroke.
    colour
        Of the indicator.
    kind
        Of the printed figure: a suppressed one is an open bar, a range a pale band without an
        edge, all others are filled.
    thickness
        Of the bar, in units of the other axis.
    upright
        Whether counts run upwards.
    cells
        Names of the cells behind it; the mark carries them as its id.
    """
    look: dict[str, Any] = {"facecolor": colour, "edgecolor": colour, "linewidth": 0.9}
    if kind == "suppressed":
        look["facecolor"] = "white"
    elif kind == "range":
        look |= {"alpha": 0.3, "linewidth": 0}
    draw = axis.bar if upright else axis.barh
    (bar,) = draw(at, hi - lo, thickness, lo, zorder=2.5, clip_on=False, **look)
    bar.set_gid(".".join(cells).replace(" ", "-") or None)


def grid(
    room: SubFigure,
    width: float,
    table: pd.DataFrame,
    lines: Sequence[str],
    columns: dict[str, tuple[str, str, str]],
) -> list[Axes]:
    """Draw bounds in lines and columns on one scale from zero, each with its number.

    The line of a cell is pale up to the least count, which is certain, and full within the bounds.

    Parameters
    ----------
    room, width
        As :func:`sheet` gives it, and the width of the sheet in centimetres.
    table
        ``line`` (its place in ``lines``), ``column``, ``lo``, ``hi``, ``kind`` (of the print),
        ``text`` (the number as it is written) and ``cells`` (names behind it).
    lines
        Labels, from above; on a wide sheet at the left, else over their line.
    columns
        Head, colour, and colour of text of each; one without a cell on a line has a dash there.

    Returns
    -------
    list of Axes
        One for each column.

    Examples
    --------
    >>> table = pd.DataFrame({"line": [0], "column": ["a"], "lo": [3], "hi": [7],
    ...                       "kind": ["rounded"], "text": ["5"], "cells": [[]]})
    >>> figure, room = sheet(WIDE, grid_height(1, WIDE), "T", "cases", "")
    >>> axes = grid(room, WIDE, table, ["Georgia"], {"a": ("A", INK, INK), "b": ("B", INK, INK)})
    >>> [text.get_text() for axis in axes for text in axis.texts]
    ['A', '5', 'B', '–']
    """
    above = width <= NARROW
    axes = room.subplots(1, len(columns), sharex=True, sharey=True, squeeze=False)[0]
    aside = 0 if above else max(text_width(label, TEXT) for label in lines) + 0.2
    each = (width - 2 * MARGIN - aside) / len(columns)
    number = max((text_width(text, SMALL) for text in table["text"]), default=0.0)
    most = max([*table["hi"].where(np.isfinite(table["hi"])).dropna(), *table["lo"], 1e-9])
    axes[0].set_xlim(0, most * each / max(each - number - 0.35, 0.3))
    axes[0].set_ylim(len(lines) - 0.4, -0.6)
    heads = [wrapped(head, each - 0.1, SMALL) for head, *_colours in columns.values()]
    crowded = any(text_width(word, SMALL) > each - 0.1 for head in heads for word in head.split())
    for at, (axis, head, (name, (_head, colour, dark))) in enumerate(
        zip(axes, heads, columns.items(), strict=True)
    ):
        axis.annotate(
            head, (0, 1), (0, 2 + (at % 2) * SMALL * LEADING * crowded), color=dark, fontsize=SMALL,
            xycoords="axes fraction", textcoords="offset points", fontweight="semibold",
            linespacing=LEADING,
        )  # fmt: skip
        drawn = table[table["column"] == name]
        for row in drawn.itertuples():
            place = row.line + (0.18 if above else 0)
            hi = min(row.hi, most)
            if row.kind not in ("suppressed", "range"):
                pale = 0.25 if row.lo < row.hi else 0.6
                axis.barh(place, row.lo, 0.36, color=colour, alpha=pale, linewidth=0)
            draw_bounds(
                axis, place, row.lo, hi, colour, kind=row.kind, thickness=0.36, cells=row.cells
            )
            _number(axis, row.text, hi, place, dark)
        for line in sorted(set(range(len(lines))) - set(drawn["line"])):
            _number(axis, "–", 0, line + (0.18 if above else 0), GREY)
        axis.grid(False)
        axis.patch.set_visible(False)
        axis.spines[["bottom", "left"]].set_visible(False)
        places = np.arange(len(lines)) + (0.18 if above else 0)
        axis.vlines(0 * places, places - 0.26, places + 0.26, color="#888888", linewidth=0.6)
        axis.tick_params(bottom=False, labelbottom=False)
    if above:
        for line, label in enumerate(lines):
            axes[0].annotate(
                label, (0, line - 0.08), (0, 0), xycoords=("axes fraction", "data"),
                textcoords="offset points", va="bottom", fontsize=TEXT, annotation_clip=False,
            ).set_in_layout(False)  # fmt: skip
        axes[0].set_yticks([])
    else:
        axes[0].set_yticks(range(len(lines)), lines)
    return list(axes)


def grid_height(lines: int, width: float) -> float:
    """Return how high a grid of so many lines stands on a sheet, in centimetres.

    Examples
    --------
    >>> grid_height(10, NARROW) > grid_height(10, WIDE)
    True
    """
    return 0.7 + lines * (0.95 if width <= NARROW else 0.52)


def _number(axis: Axes, text: str, x: float, y: float, colour: str) -> None:
    """Write a number at the end of a bar."""
    axis.annotate(
        text, (x, y), (4, 0), textcoords="offset points", va="center", fontsize=SMALL, color=colour,
    )  # fmt: skip
