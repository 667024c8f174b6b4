"""The figure of what a choice of the reader changes."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from slm_analysis.bounds.arithmetic import FELL, OPEN, ROSE, UNCHANGED
from slm_analysis.display.figures.style import (
    COLOURS,
    GREY,
    LEADING,
    POINT,
    SMALL,
    UNPRINTED,
    draw_nothing,
    first_lines,
    sheet,
    source_line,
    wrapped,
)
from slm_analysis.display.rendering import NARROW, Drawing
from slm_analysis.display.tables.cells import CHANNEL_WORDS, in_words
from slm_analysis.language import _
from slm_analysis.printed.read import Raw
from slm_analysis.results.specification import CHOICES, NONE, RESULT

MARKS = {FELL: "v", ROSE: "^", UNCHANGED: "s", OPEN: "o", NONE: "_"}
HEADS = {name: name for name in CHOICES} | {"": "default", "event_year": "event's year"}
LABELS = 6.4  # cm, at the left of a wide sheet


def specification(table: pd.DataFrame, raw: Raw) -> Drawing:
    """Draw the results that hang on a choice: at the default, and with one changed at a time.

    Parameters
    ----------
    table
        As :func:`specification.one_changed` returns it. Results without a comparison at the default
        are not drawn, nor those that no choice changes, unless there is no other. Those that most
        choices change come first.
    raw
        The raw tables, for names and sources.

    Examples
    --------
    >>> from slm_analysis.results.specification import one_changed, specifications
    >>> drawing = specification(one_changed(specifications(raw)), raw)
    >>> drawing.name, drawing.alt.partition(".")[0][-27:]
    ('specification', 'hang on a choice of reading')
    """
    if table.empty:
        return draw_nothing("specification", "Results under every choice", table)
    own = table[(table["choice"] == "") & (table["change"] != NONE)].drop(columns="differs")
    moved = table[table["differs"]].groupby(RESULT).size().rename("differs")
    own = own.join(moved, on=RESULT).fillna({"differs": 0})
    own = own.sort_values("differs", ascending=False, kind="stable")
    hang = own[own["differs"] > 0]
    title = _("{hang} of {count} results hang on a choice of reading").format(
        hang=len(hang), count=len(own)
    )
    shown, part = first_lines(hang if len(hang) else own)
    labels = [_label(row, raw) for row in shown.itertuples()]
    marks = table.merge(shown[RESULT].assign(line=range(len(shown))), on=RESULT)
    columns = {("", ""): 0.0}
    for name, values in CHOICES.items():
        there = [v for v in values[1:] if ((marks["choice"] == name) & (marks["value"] == v)).any()]
        begin = max(columns.values()) + 1.6
        columns |= {(name, value): begin + at for at, value in enumerate(there)}
    heads = list(dict.fromkeys(name for name, _value in columns))
    varied = "; ".join(
        f"{_(HEADS[name])}: " + ", ".join(_(value) for of, value in columns if of == name)
        for name in heads[1:]
    )
    told = _(
        "{count} results{part}, at the default and with one choice changed at a time, from left to "
        "right {varied}"
    ).format(count=len(shown), part=part, varied=varied)
    counts = raw["dtv_counts"]
    dated = counts["iso3"].isin(set(table["iso3"])) & (counts["year_first"] != "")
    source = source_line(counts[dated], raw)
    key: list[Artist] = [
        Line2D([], [], color=GREY, marker=mark, linestyle="", label=_(change), markerfacecolor="w")
        for change, mark in MARKS.items()
        if (marks["change"] == change).any()
    ]
    full = Line2D(
        [],
        [],
        color=GREY,
        marker="o",
        linestyle="",
        label=_("filled: more than chance for every count"),
    )
    key += [full, Patch(color=UNPRINTED, label=_("not as at the default"))]

    def draw(width: float) -> Figure:
        above = width <= NARROW
        beside = [wrapped(label, width - 0.4 if above else LABELS, SMALL) for label in labels]
        line = SMALL * LEADING * POINT
        over = (max(label.count("\n") for label in beside) + 1) * line if above else 0.0
        tall = over + 0.6 if above else 0.8
        figure, room = sheet(width, 1.3 + len(shown) * tall, title, told, source, key)
        axis = room.subplots()
        for row in marks.itertuples():
            x, y = (
                columns[row.choice, row.value],
                row.line + ((over + 0.25) / tall - 0.5 if above else 0),
            )
            if row.differs:
                high = 0.4 / tall
                shade = Rectangle((x - 0.5, y - high / 2), 1, high, color=UNPRINTED, zorder=0)
                axis.add_patch(shade)
            colour = GREY if row.change == NONE else COLOURS[row.indicator]
            beyond = row.verdict.startswith("yes")
            axis.plot(
                x, y, marker=MARKS[row.change], markersize=5, markeredgecolor=colour, linestyle="",
                markerfacecolor=colour if beyond else "white",
            )  # fmt: skip
        for at, name in enumerate(heads):
            places = [x for (of, _value), x in columns.items() if of == name]
            axis.annotate(
                _(HEADS[name]), (sum(places) / len(places), 1), (0, 4 + at % 2 * SMALL * LEADING),
                xycoords=("data", "axes fraction"), textcoords="offset points", ha="center",
                fontsize=SMALL, color=GREY,
            )  # fmt: skip
        for at, label in enumerate(beside if above else []):
            axis.annotate(
                label, (0, at + over / tall - 0.5), xycoords=("axes fraction", "data"), va="bottom",
                fontsize=SMALL, linespacing=LEADING,
            )  # fmt: skip
        axis.set_yticks(
            [] if above else range(len(labels)), [] if above else beside, fontsize=SMALL
        )
        axis.set_ylim(len(labels) - 0.5, -0.5)
        axis.set_xlim(-0.8, max(columns.values()) + 0.8)
        axis.set_xticks([])
        axis.grid(False)
        axis.spines["bottom"].set_visible(False)
        return figure

    told_lines = "; ".join(
        f"{label}: {_(change)}" for label, change in zip(labels, shown["change"], strict=True)
    )
    alt = f"{title}. " + _("At the default: {lines}.").format(lines=told_lines)
    return Drawing(draw, "specification", alt, table)


def _label(row: Any, raw: Raw) -> str:
    """Name a result; one of all countries together has no country."""
    where = [raw.names[row.iso3]] if row.iso3 else [_(row.family)]
    channel = [_(CHANNEL_WORDS[row.channel])] if row.channel else []
    ratio = " " + _(row.family) if row.family == "per 100 requests" else ""
    return f"{', '.join([*where, *channel])}: {_(row.indicator)}{ratio}, {in_words(row.name)}"
