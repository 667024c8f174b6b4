"""What all figures share: a sheet with heading, key and source; colours; the marks of bounds.

A colour has one meaning through the whole project: an indicator. Everything else is told by grey,
shape and place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
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
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path

from slm_analysis.bounds.arithmetic import Floats
from slm_analysis.display.rendering import NARROW, NO_CELL, Drawing, interval, intervals, spans
from slm_analysis.display.tables.cells import cells_of, channel_in_words
from slm_analysis.language import _
from slm_analysis.printed.codebook import INDICATORS
from slm_analysis.printed.read import Raw

for weight in ("", "Semibold"):
    font_manager.fontManager.addfont(font_source_sans_pro.font_files_ttf[f"SourceSansPro{weight}"])
plt.style.use(Path(__file__).with_name("slm.mplstyle"))

CENTIMETRE = 1 / 2.54
POINT = 2.54 / 72  # in centimetres
MARGIN = 0.15  # cm, at the left and right of the page

TITLE, TEXT, SMALL = 12.0, 9.0, 8.0  # the three sizes of type, in points
LEADING = 1.25  # line height, in sizes of the type

INK, GREY, PALE, UNPRINTED = "#222222", "#6b6b6b", "#9a9a9a", "#efefef"

# of an indicator: its bars, and the same hue dark enough to be read as small text on white
SHADES = {
    "requests": ("#000000", "#000000"),
    "negative": ("#D55E00", "#A34700"),
    "confirmed": ("#0072B2", "#0072B2"),
    "issued": ("#009E73", "#00664B"),
    "unanswered": ("#E69F00", "#8A5F00"),
    "forced": ("#CC79A7", "#94457A"),
    "independent": ("#56B4E9", "#1F6F9F"),
}
COLOURS = {name: bars for name, (bars, _text) in SHADES.items()}

Texts = tuple[str, str, str]  # of a sheet: title, subtitle and source

MOST_LINES = 40
FIRST = "unanswered"  # of the indicators, where a page cannot bear all: most statements are of it


def text_width(text: str, size: float = SMALL, weight: str = "normal") -> float:
    """Return how wide a line of text is, in centimetres.

    Examples
    --------
    >>> text_width("Armenia", TITLE) > text_width("Armenia") > 0.8
    True
    """
    font = font_manager.FontProperties(size=size, weight=weight)
    width, *_heights = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) * POINT


def text_height(text: str, size: float = SMALL) -> float:
    """Return how high a text of one or more lines stands, in centimetres.

    Examples
    --------
    >>> text_height(wrapped("requests without an answer", 2.5)) == 2 * text_height("requests")
    True
    """
    return (text.count("\n") + 1) * size * LEADING * POINT


def wrapped(text: str, width: float, size: float = SMALL, weight: str = "normal") -> str:
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
    >>> print(wrapped("requests without an answer", 2.5))
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
    width: float, body: float, texts: Texts, key: Sequence[Artist] = ()
) -> tuple[Figure, SubFigure]:
    """Begin a figure: title, subtitle and key above, the source below, room for axes between.

    Parameters
    ----------
    width, body
        Of the sheet and height of the room for axes, in centimetres.
    texts
        Title (the finding), subtitle (measure, unit and number of cells) and source, as
        :func:`source_line` gives it.
    key
        Handles of a legend, with labels.

    Returns
    -------
    Figure, SubFigure
        The whole, and the part that takes axes; their labels are kept inside it.

    Examples
    --------
    >>> texts = "Requests fell", "cases per year", "Source: ACVZ (2015)"
    >>> figure, room = sheet(NARROW, 5, texts)
    >>> axis = room.subplots()
    >>> [text.get_text() for part in figure.subfigs for text in part.texts]
    ['Requests fell', 'cases per year', 'Source: ACVZ (2015)']
    """
    inner = width - 2 * MARGIN
    title = wrapped(texts[0], inner, TITLE, "semibold")
    subtitle, source = wrapped(texts[1], inner, TEXT), wrapped(texts[2], inner)
    told = text_height(title, TITLE) + text_height(subtitle, TEXT) + 0.25
    entries = [text_width(str(handle.get_label())) + 1.3 for handle in key]
    columns = max(1, min(len(key), int(inner // max(entries, default=1))))
    rows = -(-len(key) // columns)
    head = told + (rows * text_height("") * 1.15 + 0.2 if key else 0)
    foot = text_height(source) + 0.25
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
    place: SubFigure, x: float, y: float, text: str, size: float = SMALL, **look: Any
) -> None:
    """Put a text of one or more lines on a part of a sheet, by default under its point."""
    place.text(x, y, text, fontsize=size, linespacing=LEADING, **{"va": "top", **look})


def write(
    axis: Axes, text: str, at: tuple[float, float], beyond: tuple[float, float], **look: Any
) -> None:
    """Write a text at a point of an axis, or so many points beyond it."""
    axis.annotate(text, at, beyond, textcoords="offset points", **look)


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
        return sheet(width, 0.2, (title, text, ""))[0]

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
        figures = raw["dtv_counts"]
        rows = figures[figures["id"].isin(";".join(rows["raw_ids"]).split(";"))]
    listed = rows[["source_id", "page"]].map(lambda text: text.split(";"))
    places = listed.explode(["source_id", "page"])
    told = []
    for source_id, pages in places.groupby("source_id", sort=False)["page"]:
        paged = spans(sorted({int(page) for page in pages if page}))
        told.append(raw.sources[source_id].short + (f", p. {paged}" if paged else ""))
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


def computed(rows: pd.DataFrame, cells: pd.Series | str) -> pd.DataFrame:
    """Return bounds that are not printed with what their marks need, as :func:`marks` does."""
    return rows.assign(text=intervals(rows), cells=cells, kind="rounded")


def placed(rows: pd.DataFrame, lines: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the rows that stand on some lines, each with the place of its line, ``line``."""
    return rows.merge(lines[by].assign(line=range(len(lines))), on=by)


def ordered(rows: pd.DataFrame, columns: Sequence[str] = INDICATORS) -> pd.DataFrame:
    """Return rows in the order of their indicators, those of one indicator as they stand.

    Examples
    --------
    >>> ordered(pd.DataFrame({"indicator": ["forced", "requests"]}))["indicator"].tolist()
    ['requests', 'forced']
    """
    return rows.sort_values("indicator", key=lambda names: names.map(columns.index), kind="stable")


def bounds_in_words(
    about: str, rows: pd.DataFrame, lines: Sequence[str], columns: Sequence[str]
) -> str:
    """Say the bounds on each line of a figure, for those who cannot see it.

    Parameters
    ----------
    about
        What they are of.
    rows
        With ``line`` (the place in ``lines``), ``indicator``, ``lo`` and ``hi``.
    lines
        Their labels.
    columns
        The indicators, in order.

    Examples
    --------
    >>> rows = pd.DataFrame({"line": [0, 0], "indicator": ["independent", "forced"],
    ...                      "lo": [58, 18], "hi": [62, 22]})
    >>> bounds_in_words("Departures", rows, ["Georgia"], ["forced", "independent"])
    'Departures, bounds. Georgia: forced 18–22, independent 58–62.'
    """
    rows = ordered(rows, columns)
    said = rows["indicator"].map(_) + " " + intervals(rows)
    on_lines = said.groupby(rows["line"]).agg(", ".join)
    told = "; ".join(f"{lines[line]}: {bounds}" for line, bounds in on_lines.items())
    return _("{title}, bounds. {lines}.").format(title=about, lines=told)


def series_names(rows: pd.DataFrame, raw: Raw) -> pd.Series:
    """Name the country and, where there is one, the procedure of each row.

    Examples
    --------
    >>> series_names(panel.iloc[[0]], raw).tolist()
    ['Armenia, LP']
    """
    procedures = ", " + rows["channel"].map(channel_in_words)
    return rows["iso3"].map(raw.names) + procedures.where(rows["channel"] != "", "")


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


def write_number(axis: Axes, at: float, end: float, text: str, colour: str, gap: float = 4) -> None:
    """Write a number so many points beyond the end of a bar; before it where that is negative."""
    side = "left" if gap > 0 else "right"
    write(axis, text, (end, at), (gap, 0), va="center", color=colour, ha=side)


def draw_numbered(
    axis: Axes, at: float, row: Any, shades: tuple[str, str], thickness: float = 0.3, gap: float = 4
) -> None:
    """Draw bounds as a bar and write the ``text`` of the row beyond its end, away from zero."""
    draw_bounds(axis, at, row, shades[0], thickness)
    end, gap = (row.lo, -gap) if row.hi < 0 else (row.hi, gap)
    write_number(axis, at, end, row.text, shades[1], gap)


def put_lines(axis: Axes, labels: Sequence[str]) -> None:
    """Make a line of each label, the first at the top."""
    axis.set_yticks(range(len(labels)), labels)
    axis.set_ylim(len(labels) - 0.4, -0.6)


def grid(
    texts: Texts, table: pd.DataFrame, lines: Sequence[str], columns: Sequence[str]
) -> Callable[[float], Figure]:
    """Return what draws bounds in lines and columns on one scale from zero, each with its number.

    The line of a cell is pale up to the least count, which is certain, and full within the bounds.

    Parameters
    ----------
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
    >>> figure = grid(texts, table, ["Georgia"], ["forced", "independent"])(16)
    >>> [text.get_text() for axis in figure.axes for text in axis.texts]
    ['forced', '5', 'independent', '–']
    """
    number = max(map(text_width, table["text"]))
    most = max(table[["lo", "hi"]].replace(np.inf, np.nan).max().max(), 1e-9)
    alpha = np.where(table["lo"] < table["hi"], 0.25, 0.6)
    table = table.assign(alpha=alpha, hi=table["hi"].clip(upper=most))

    def draw(width: float) -> Figure:
        above = width <= NARROW
        figure, room = sheet(width, 0.7 + len(lines) * (0.95 if above else 0.52), texts)
        axes = room.subplots(1, len(columns), sharex=True, sharey=True, squeeze=False)[0]
        aside = 0 if above else max(text_width(label, TEXT) for label in lines) + 0.2
        each = (width - 2 * MARGIN - aside) / len(columns)
        heads = [wrapped(_(name), each - 0.1) for name in columns]
        crowded = any(text_width(word) > each - 0.1 for head in heads for word in head.split())
        places = np.arange(len(lines), dtype=float) + (0.18 if above else 0)
        rows = table.assign(place=places[table["line"]])
        for at, (axis, name) in enumerate(zip(axes, columns, strict=True)):
            shades = SHADES.get(name, (GREY, INK))
            up = 2 + at % 2 * SMALL * LEADING * crowded
            write(
                axis, heads[at], (0, 1), (0, up), color=shades[1], xycoords="axes fraction",
                fontweight="semibold", linespacing=LEADING,
            )  # fmt: skip
            _draw_column(axis, shades, rows[rows["indicator"] == name], places)
        put_lines(axes[0], lines)
        axes[0].set_xlim(0, most * each / max(each - number - 0.35, 0.3))
        if above:
            axes[0].set_yticks([])
            for line, label in enumerate(lines):
                axes[0].text(
                    0, line - 0.08, label, va="bottom", fontsize=TEXT, in_layout=False,
                    transform=axes[0].get_yaxis_transform(),
                )  # fmt: skip
        return figure

    return draw


def _draw_column(axis: Axes, shades: tuple[str, str], rows: pd.DataFrame, places: Floats) -> None:
    """Draw the cells of one column of a grid, and a dash at the other places."""
    for row in rows.itertuples():
        if row.kind not in ("suppressed", "range"):
            axis.barh(row.place, row.lo, 0.36, color=shades[0], alpha=row.alpha, linewidth=0)
        draw_numbered(axis, row.place, row, shades, 0.36)
    for place in np.setdiff1d(places, rows["place"]):
        write_number(axis, place, 0, "–", GREY)
    axis.patch.set_visible(False)
    axis.spines["bottom"].set_visible(False)
    axis.vlines(0 * places, places - 0.26, places + 0.26, color="#888888", linewidth=0.6)
    axis.tick_params(bottom=False, labelbottom=False)
