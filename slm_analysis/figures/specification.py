"""The figure of what a choice of the reader changes."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from slm_analysis.bounds import FELL, OPEN, ROSE, UNCHANGED
from slm_analysis.figures.style import (
    CENTIMETRE,
    COLOURS,
    GREY,
    UNPRINTED,
    WIDTH,
    draw_nothing,
    finish,
    first_lines,
    put_key,
)
from slm_analysis.inference import EVERY
from slm_analysis.rendering import Drawing
from slm_analysis.specification import AROUND, CHOICES, NONE, RESULT
from slm_analysis.tables.cells import CHANNEL_WORDS

MARKS = {FELL: "v", ROSE: "^", UNCHANGED: "s", OPEN: "o", NONE: "_"}
HEADS = {name: name for name in CHOICES} | {"event_year": "event's year"}


def specification(table: pd.DataFrame, names: dict[str, str]) -> Drawing:
    """Draw the verdict on each result at the default, and under each other value of one choice.

    Parameters
    ----------
    table
        As :func:`specification.one_changed` returns it. Of more than :data:`style.MOST_LINES`
        results the first are drawn.
    names
        Country names by ISO code.

    Examples
    --------
    >>> from slm_analysis.specification import one_changed, specifications
    >>> drawing = specification(one_changed(specifications(raw)), raw.names)
    >>> drawing.name, drawing.alt.partition(".")[0][-27:]
    ('specification', 'hang on a choice of reading')
    """
    if table.empty:
        return draw_nothing("specification", "Results under every choice", table)
    own = table[table["choice"] == ""].reset_index(drop=True)
    compared = own.loc[own["change"] != NONE, RESULT]
    hang = compared.merge(table.loc[table["differs"], RESULT].drop_duplicates())
    title = f"{len(hang)} of {len(compared)} results hang on a choice of reading"
    shown, part = first_lines(own)
    labels = [_label(row, names) for row in shown.to_dict("records")]
    columns = [("", "")] + [
        (name, value) for name, values in CHOICES.items() for value in values[1:]
    ]
    figure, axis = plt.subplots(figsize=(WIDTH, (5.2 + 0.46 * len(shown)) * CENTIMETRE))
    lines = shown[RESULT].assign(line=range(len(shown)))
    for row in table.merge(lines, on=RESULT).itertuples():
        line, place = row.line, columns.index((row.choice, row.value))
        if row.differs:
            axis.add_patch(Rectangle((place - 0.5, line - 0.5), 1, 1, color=UNPRINTED, zorder=0))
        colour = GREY if row.change == NONE else COLOURS[row.indicator]
        axis.plot(
            place, line, marker=MARKS[row.change], markersize=5, markeredgecolor=colour,
            markerfacecolor=colour if row.verdict == EVERY else "white", linestyle="",
        )  # fmt: skip
    axis.set_xticks(
        range(len(columns)),
        ["default", *(f"{HEADS[name]}: {value}" for name, value in columns[1:])],
        rotation=60, ha="left", rotation_mode="anchor",
    )  # fmt: skip
    axis.xaxis.tick_top()
    axis.set_yticks(range(len(labels)), labels)
    axis.set_ylim(len(labels) - 0.4, -0.6)
    axis.set_xlim(-0.6, len(columns) - 0.4)
    axis.grid(False)
    axis.spines["bottom"].set_visible(False)
    key: list[Artist] = [
        Line2D([], [], color=GREY, marker=mark, markerfacecolor="white", linestyle="", label=change)
        for change, mark in MARKS.items()
        if (table["change"] == change).any()
    ]
    full = Line2D([], [], color=GREY, marker="o", linestyle="")
    full.set_label("filled: more than chance for every count")
    key += [full, Patch(color=UNPRINTED, label="not as at the default")]
    put_key(figure, key, columns=3)
    told = f"one choice changed at a time, all else at the default; {len(shown)} results{part}"
    finish(figure, title, told, bottom=1.3)
    told = "; ".join(
        f"{label}: {row['change']}"
        for label, row in zip(labels, shown.to_dict("records"), strict=True)
    )
    return Drawing(figure, "specification", f"{title}. At the default: {told}.", table)


def _label(row: dict[str, str], names: dict[str, str]) -> str:
    if not row["iso3"]:
        return f"{row['family']}: {row['indicator']}, {row['name']}"
    channel = f" ({CHANNEL_WORDS[row['channel']]})" if row["channel"] else ""
    dates = " and ".join(name.split(" ")[-1] for name in row["name"].split("; "))
    around = f"around {dates}" if row["family"] == AROUND else row["family"]
    return f"{names[row['iso3']]}: {row['indicator']}{channel}, {around}"
