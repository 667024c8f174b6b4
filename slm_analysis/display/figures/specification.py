"""The figure of what a choice of the reader changes."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from slm_analysis.bounds.arithmetic import FELL, OPEN, ROSE, UNCHANGED
from slm_analysis.display.figures import style
from slm_analysis.display.rendering import NARROW, Drawing
from slm_analysis.display.tables.cells import in_words
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
        return style.draw_nothing("specification", _("Results under every choice"), table)
    moved = table.groupby(RESULT)["differs"].transform("sum")
    own = table.assign(differs=moved)[(table["choice"] == "") & (table["change"] != NONE)]
    own = own.sort_values("differs", ascending=False, kind="stable")
    hang = own[own["differs"] > 0]
    title = _("{hang} of {count} results hang on a choice of reading").format(
        hang=len(hang), count=len(own)
    )
    shown, part = style.first_lines(hang if len(hang) else own)
    labels = _labels(shown, raw)
    marks = style.placed(table, shown, RESULT)
    columns = _columns(marks)
    marks = marks.join(columns, on=["choice", "value"])
    heads = columns.groupby(level=0, sort=False).mean()
    varied = "; ".join(
        f"{_(HEADS[name])}: {', '.join(map(_, columns[name].index))}" for name in heads.index[1:]
    )
    told = _(
        "{count} results{part}, at the default and with one choice changed at a time, from left to "
        "right {varied}"
    ).format(count=len(shown), part=part, varied=varied)
    counts = raw["dtv_counts"]
    dated = counts["iso3"].isin(table["iso3"]) & (counts["year_first"] != "")
    texts = title, told, style.source_line(counts[dated], raw)
    changes = [change for change in MARKS if (marks["change"] == change).any()]
    key = [
        *(style.symbol(MARKS[change], _(change), filled=False) for change in changes),
        style.symbol("o", _("filled: more than chance for every count"), filled=True),
        Patch(color=style.UNPRINTED, label=_("not as at the default")),
    ]

    def draw(width: float) -> Figure:
        above = width <= NARROW
        names = [style.wrapped(label, width - 0.4 if above else LABELS) for label in labels]
        over = max(map(style.text_height, names)) if above else 0
        tall = over + 0.6 if above else 0.8
        figure, room = style.sheet(width, 1.3 + len(shown) * tall, texts, key)
        axis = room.subplots()
        shift = (over + 0.25) / tall - 0.5 if above else 0
        _draw_marks(axis, marks.assign(y=marks["line"] + shift), 0.4 / tall)
        for at, (name, middle) in enumerate(heads.items()):
            up = 4 + at % 2 * style.SMALL * style.LEADING
            style.write(
                axis, _(HEADS[name]), (middle, 1), (0, up), xycoords=("data", "axes fraction"),
                ha="center", color=style.GREY,
            )  # fmt: skip
        axis.set_yticks(range(len(names)), names, fontsize=style.SMALL)
        if above:
            axis.set_yticks([])
            for at, name in enumerate(names):
                y = at + over / tall - 0.5
                style.write(
                    axis, name, (0, y), (0, 0), xycoords=("axes fraction", "data"),
                    va="bottom", linespacing=style.LEADING,
                )  # fmt: skip
        axis.set(xlim=(-0.8, columns.max() + 0.8), ylim=(len(names) - 0.5, -0.5), xticks=[])
        axis.spines["bottom"].set_visible(False)
        return figure

    told_lines = "; ".join(labels + ": " + shown["change"].map(_))
    alt = f"{title}. " + _("At the default: {lines}.").format(lines=told_lines)
    return Drawing(draw, "specification", alt, table)


def _labels(results: pd.DataFrame, raw: Raw) -> pd.Series:
    """Name results; one of all countries together has no country."""
    family = results["family"].map(_)
    where = style.series_names(results, raw).fillna(family)
    ratio = (" " + family).where(results["family"] == "per 100 requests", "")
    counted = results["indicator"].map(_) + ratio
    return where + ": " + counted + ", " + results["name"].map(in_words)


def _draw_marks(axis: Axes, marks: pd.DataFrame, thickness: float) -> None:
    """Draw a mark for each result and choice, on a shade where it is not as at the default."""
    moved = marks[marks["differs"]]
    axis.barh(
        moved["y"], 1, thickness, moved["x"] - 0.5, zorder=0,
        color=style.UNPRINTED, edgecolor=style.UNPRINTED,
    )  # fmt: skip
    for row in marks.itertuples():
        colour = style.GREY if row.change == NONE else style.COLOURS[row.indicator]
        axis.plot(
            row.x, row.y, MARKS[row.change], markersize=5, color=colour,
            markerfacecolor=colour if row.verdict.startswith("yes") else "white",
        )  # fmt: skip


def _columns(marks: pd.DataFrame) -> pd.Series:
    """Return ``x`` by choice and value: the default first, a gap between choices."""
    chosen = set(zip(marks["choice"], marks["value"], strict=True))
    columns = {("", ""): 0.0}
    for name, values in CHOICES.items():
        begin = max(columns.values()) + 1.6
        there = [value for value in values[1:] if (name, value) in chosen]
        columns |= {(name, value): begin + at for at, value in enumerate(there)}
    return pd.Series(columns, name="x")
