"""What all figures share: a sheet with heading, key and source; colours; the marks of bounds.

A colour has one meaning through the whole project: an indicator. Everything else is told by grey,
shape and place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import font_source_sans_pro
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path

from slm_analysis.bounds.arithmetic import Floats
from slm_analysis.display.rendering import NARROW, NO_CELL, Drawing, interval, spans
from slm_analysis.display.tables.cells import CHANNEL_WORDS, cells_of
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
    font = FontProperties(size=size, weight=weight)
    width, *_heights = text_to_path.get_text_width_height_descent(text, font, ismath=False)
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
        first, *words = paragraph.split(" ")
        lines.append(first)
        for word in words:
            longer = f"{lines[-1]} {word}"
            if text_width(longer, size, weight) > width * 0.97:  # it is drawn in pixels
                lines.append(word)
            else:
                lines[-1] = longer
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
    title, subtitle = wrapped(title, inner, TITLE, "semibold"), wrapped(subtitle, inner, TEXT)
    source = wrapped(source, inner, SMALL)
    told = text_height(title, TITLE) + text_height(subtitle, TEXT) + 0.25
    entries = [text_width(str(handle.get_label()), SMALL) + 1.3 for handle in key]
    columns = max(1, min(len(key), int(inner // max(entries, default=1))))
    rows = -(-len(key) // columns)
    head = told + (rows * text_height("", SMALL) * 1.15 + 0.2 if key else 0)
    foot = text_height(source, SMALL) + 0.25
    figure = plt.figure(
        figsize=(width * CENTIMETRE, (head + body + foot) * CENTIMETRE), layout="constrained"
    )
    parts: Any = figure.subfigures(3, 1, height_ratios=(head, body, foot))
    above, room, below = parts
    left = MARGIN / width
    put_text(above, left, 1 - 0.1 / head, title, TITLE, weight="semibold")
    below_title = 1 - (text_height(title, TITLE) + 0.15) / head
    put_text(above, left, below_title, subtitle, TEXT, color="#444444")
    if key:
        above.legend(handles=key, bbox_to_anchor=(left, 1 - told / head), ncols=columns)
    put_text(below, left, 0.1 / foot, source, va="bottom", color=GREY)
    return figure, room


def put_text(
    place: SubFigure | Axes,
    x: float,
    y: float,
    text: str,
    size: float = SMALL,
    va: str = "top",
    **look: Any,
) -> None:
    """Put a text of one or more lines on a part of a sheet, by default under its point."""
    place.text(x, y, text, fontsize=size, va=va, linespacing=LEADING, **look)


def symbol(marker: str, label: str, *, filled: bool, **look: Any) -> Line2D:
    """Return a mark with its meaning, for the key of a figure."""
    return Line2D(
        [], [], linestyle="", marker=marker, label=label, color=GREY,
        markerfacecolor=GREY if filled else "white", **look,
    )  # fmt: skip


def draw_nothing(name: str, title: str, data: pd.DataFrame, told: str = NO_CELL) -> Drawing:
    """Draw that a selection has nothing to show, and why: silence is not to be taken for zero.

    Examples
    --------
    >>> draw_nothing("departures", "Departures", pd.DataFrame()).alt
    'Departures: no cell of this selection is printed.'
    """
    text = _(told)

    def draw(width: float) -> Figure:
        return sheet(width, 0.2, title, text, "")[0]

    return Drawing(draw, name, f"{title}: {text}.", data)


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
        raw.sources[source_id].short + (f", p. {spans(sorted(found))}" if found else "")
        for source_id, found in pages.items()
    ]
    return _("Source: {places}.").format(places="; ".join(told))


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


def marks(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the panel with what their marks need: the number as printed, and the cell.

    Examples
    --------
    >>> marks(panel[panel["iso3"] == "GEO"])[["text", "cells"]].iloc[-1].to_dict()
    {'text': '10', 'cells': ['GEO 2014 TO unanswered']}
    """
    return rows.assign(
        text=[as_printed(row) for row in rows.itertuples()], cells=cells_of(rows, rows["year"])
    )


def in_words(rows: pd.DataFrame, lines: Sequence[str]) -> str:
    """Say the bounds on each line of a figure, for those who cannot see it.

    Parameters
    ----------
    rows
        With ``line`` (the place in ``lines``), ``indicator``, ``lo`` and ``hi``.
    lines
        Their labels.

    Examples
    --------
    >>> rows = pd.DataFrame({"line": [0, 0], "indicator": ["forced", "independent"],
    ...                      "lo": [18, 58], "hi": [22, 62]})
    >>> in_words(rows, ["Georgia"])
    'Georgia: forced 18–22, independent 58–62'
    """
    return "; ".join(
        f"{lines[line]}: "
        + ", ".join(f"{_(row.indicator)} {interval(row.lo, row.hi)}" for row in found.itertuples())
        for line, found in rows.groupby("line")
    )


class Bar(NamedTuple):
    """Bounds to be drawn that are no row of the panel."""

    lo: float
    hi: float
    cells: list[str]
    kind: str = "rounded"


def series_name(row: Any, raw: Raw) -> str:
    """Name the country and, where there is one, the procedure of a row.

    Examples
    --------
    >>> series_name(panel.iloc[0], raw)
    'Armenia, LP'
    """
    return raw.names[row.iso3] + (f", {_(CHANNEL_WORDS[row.channel])}" if row.channel else "")


def draw_bounds(
    axis: Axes, at: float, row: Any, colour: str, thickness: float = 0.3, *, upright: bool = False
) -> None:
    """Draw bounds as a bar from the least to the greatest count.

    Parameters
    ----------
    axis, at
        Where: the place on the other axis.
    row
        With the bounds ``lo`` and ``hi`` (where both are the same the bar is a stroke), the
        ``kind`` of the printed figure (a suppressed one is an open bar, a range a pale band without
        an edge, all others are filled), and ``cells`` (the names of those behind it; the mark
        carries them as its id).
    colour
        Of the indicator.
    thickness
        Of the bar, in units of the other axis.
    upright
        Whether counts run upwards.
    """
    look: dict[str, Any] = {"facecolor": colour, "edgecolor": colour, "linewidth": 0.9}
    if row.kind == "suppressed":
        look["facecolor"] = "white"
    elif row.kind == "range":
        look |= {"alpha": 0.3, "linewidth": 0}
    draw = axis.bar if upright else axis.barh
    draw(
        at, row.hi - row.lo, thickness, row.lo, zorder=2.5, clip_on=False,
        gid=".".join(row.cells).replace(" ", "-") or None, **look,
    )  # fmt: skip


def draw_number(axis: Axes, at: float, end: float, text: str, colour: str, gap: float = 4) -> None:
    """Write a number so many points beyond the end of a bar; before it where that is negative."""
    axis.annotate(
        text, (end, at), (gap, 0), textcoords="offset points", va="center", color=colour,
        ha="left" if gap > 0 else "right",
    )  # fmt: skip


def put_lines(axis: Axes, labels: Sequence[str]) -> None:
    """Make a line of each label, the first at the top, and a pale grid along the values."""
    axis.set_yticks(range(len(labels)), labels)
    axis.set_ylim(len(labels) - 0.4, -0.6)
    axis.grid(axis="x")


def grid(
    width: float,
    texts: tuple[str, str, str],
    table: pd.DataFrame,
    lines: Sequence[str],
    columns: Sequence[str],
) -> Figure:
    """Draw bounds in lines and columns on one scale from zero, each with its number.

    The line of a cell is pale up to the least count, which is certain, and full within the bounds.

    Parameters
    ----------
    width
        Of the sheet, in centimetres.
    texts
        Title, subtitle and source, as :func:`sheet` takes them.
    table
        ``line`` (its place in ``lines``), ``indicator`` (its column), ``lo``, ``hi``, ``kind``
        (of the print), ``text`` (the number as it is written) and ``cells`` (names behind it).
    lines
        Labels, from above; on a wide sheet at the left, else over their line.
    columns
        The columns, in the colours of their indicators, and grey where they are none; one without a
        cell on a line has a dash there.

    Examples
    --------
    >>> table = pd.DataFrame({"line": [0], "indicator": ["forced"], "lo": [3],
    ...                       "hi": [7], "kind": ["rounded"], "text": ["5"], "cells": [[]]})
    >>> texts = "Departures", "people", "Source: ACVZ (2015)"
    >>> figure = grid(16, texts, table, ["Georgia"], ["forced", "independent"])
    >>> [text.get_text() for axis in figure.axes for text in axis.texts]
    ['forced', '5', 'independent', '–']
    """
    above = width <= NARROW
    shift = 0.18 if above else 0
    figure, room = sheet(width, 0.7 + len(lines) * (0.95 if above else 0.52), *texts)
    axes = room.subplots(1, len(columns), sharex=True, sharey=True, squeeze=False)[0]
    aside = 0 if above else max(text_width(label, TEXT) for label in lines) + 0.2
    each = (width - 2 * MARGIN - aside) / len(columns)
    number = max(text_width(text, SMALL) for text in table["text"])
    most = max(table[["lo", "hi"]].replace(np.inf, np.nan).max().max(), 1e-9)
    heads = [wrapped(_(name), each - 0.1, SMALL) for name in columns]
    crowded = any(text_width(word, SMALL) > each - 0.1 for head in heads for word in head.split())
    table = table.assign(
        place=table["line"] + shift,
        alpha=np.where(table["lo"] < table["hi"], 0.25, 0.6),
        hi=table["hi"].clip(upper=most),
    )
    places = np.arange(len(lines), dtype=float) + shift
    for at, (axis, name) in enumerate(zip(axes, columns, strict=True)):
        axis.annotate(
            heads[at], (0, 1), (0, 2 + at % 2 * SMALL * LEADING * crowded),
            color=TEXT_COLOURS.get(name, INK), xycoords="axes fraction",
            textcoords="offset points", fontweight="semibold", linespacing=LEADING,
        )  # fmt: skip
        _draw_column(axis, name, table[table["indicator"] == name], places)
    axes[0].set_xlim(0, most * each / max(each - number - 0.35, 0.3))
    axes[0].set_yticks([] if above else range(len(lines)), [] if above else lines)
    axes[0].set_ylim(len(lines) - 0.4, -0.6)
    for line, label in enumerate(lines if above else []):
        axes[0].text(
            0, line - 0.08, label, va="bottom", fontsize=TEXT, in_layout=False,
            transform=axes[0].get_yaxis_transform(),
        )  # fmt: skip
    return figure


def _draw_column(axis: Axes, name: str, rows: pd.DataFrame, places: Floats) -> None:
    """Draw the cells of one column of a grid, and a dash at the other places."""
    colour, dark = COLOURS.get(name, GREY), TEXT_COLOURS.get(name, INK)
    for row in rows.itertuples():
        if row.kind not in ("suppressed", "range"):
            axis.barh(row.place, row.lo, 0.36, color=colour, alpha=row.alpha, linewidth=0)
        draw_bounds(axis, row.place, row, colour, 0.36)
        draw_number(axis, row.place, row.hi, row.text, dark)
    for place in np.setdiff1d(places, rows["place"]):
        draw_number(axis, place, 0, "–", GREY)
    axis.patch.set_visible(False)
    axis.spines[["bottom", "left"]].set_visible(False)
    axis.vlines(0 * places, places - 0.26, places + 0.26, color="#888888", linewidth=0.6)
    axis.tick_params(bottom=False, labelbottom=False)
