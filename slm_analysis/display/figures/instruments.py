"""Instruments in time: one letter per kind of instrument, open where it was only agreed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Transform

from slm_analysis.display.figures import style
from slm_analysis.display.rendering import Drawing
from slm_analysis.language import _
from slm_analysis.printed.read import Raw
from slm_analysis.results.before_after import before_after, event_names, two_sided

LETTERS = {
    "EU readmission agreement": "E",
    "implementing protocol": "P",
    "Benelux readmission agreement": "B",
    "MoU": "M",
    "supplementary arrangement": "S",
    "working arrangement": "W",
    "mobility partnership": "Y",
    "CAMM": "C",
    "association agreement": "A",
    "bilateral agreement": "L",
    "task force": "T",
    "aid cut": "X",
    "freeze": "F",
    "resumption": "R",
    "migration dialogue": "D",
    "joint committee": "J",
    "third-country clause": "K",
    "joint declaration": "N",
    "undertaking": "U",
    "offer of support": "O",
}
MARK = 0.4  # cm, the room that a mark takes
PRINTED = "#c9c9c9"  # years with figures


def timeline(
    happened: pd.DataFrame, panel: pd.DataFrame, raw: Raw, years: tuple[int, int]
) -> Drawing:
    """Draw dated instruments against the years that have figures, a row per country.

    Parameters
    ----------
    happened
        As :func:`before_after.events` returns it; countries without figures are left out.
    panel
        Bounds per cell; countries without events are left out.
    raw
        The raw tables, for names and sources.
    years
        First and last year of the DT&V series.

    Examples
    --------
    >>> from slm_analysis.results.before_after import events
    >>> drawing = timeline(events(raw), panel[panel["iso3"] == "GEO"], raw, raw.years)
    >>> drawing.name, len(drawing.data), drawing.alt.partition(";")[0]
    ('timeline', 4, 'Georgia: mobility partnership, signed 2009-11-20')
    """
    shown = happened[happened["iso3"].isin(panel["iso3"])]
    if shown.empty:
        return style.draw_nothing(
            "timeline", _("Instruments and the years that have figures"), shown
        )
    names = shown["iso3"].map(raw.names)
    both = two_sided(before_after(panel, shown))["event"].nunique()
    title = _(
        "{both} of {count} dated events have a count of the same kind printed before and after them"
    )
    told = _(
        "{count} countries, by their first event; a year or month printed alone stands at its "
        "middle"
    )
    texts = (
        title.format(both=both, count=len(shown)),
        told.format(count=names.nunique()) + "\n" + letters(shown["instrument"]),
        style.source_line(shown, raw),
    )
    key = [Line2D([], [], color=PRINTED, linewidth=3, label=_("year with figures"))]
    first, last = shown["event_year"].min(), max(years[1], shown["event_year"].max())
    dates = shown["date"].map(decimal_year)

    def draw(width: float) -> Figure:
        left = max(style.text_width(name, style.TEXT) for name in names) + style.MARGIN + 0.2
        per_year = (width - style.MARGIN - left) / (last + 1 - first)
        starts = ((dates - first) * per_year).groupby(shown["iso3"])
        rises = starts.transform(lambda found: levels(found, found + MARK))
        heights = 0.25 + MARK * (1 + rises.groupby(shown["iso3"], sort=False).max())
        body = heights.sum()
        tall = body + 0.6
        figure, room = style.sheet(width, tall, texts, key)
        inner = 1 - (left + style.MARGIN) / width
        axis = room.add_axes((left / width, 0.6 / tall, inner, body / tall))
        bases = body - heights.cumsum()
        for code, base in bases.items():
            for year in panel.loc[panel["iso3"] == code, "year"].unique():
                axis.hlines(base + 0.04, year + 0.06, year + 0.94, color=PRINTED, linewidth=3)
            for event in shown[shown["iso3"] == code].itertuples():
                height = base + 0.3 + MARK * rises[event.Index]
                put_event(axis, dates[event.Index], height, event, axis.transData)
        axis.set(xlim=(first, last + 1), ylim=(0, body))
        axis.set_yticks(bases + 0.28, names.unique())
        ticks = np.arange(last, first - 1, -1 if per_year > 0.7 else -2)
        axis.set_xticks(ticks + 0.5, map(style.short_year, ticks))
        axis.tick_params(length=0)
        return figure

    alt = "; ".join(names + ": " + event_names(shown)) + "."
    return Drawing(draw, "timeline", alt, shown)


def letters(instruments: Iterable[str]) -> str:
    """Return in words what the letters of some instruments stand for; nothing where there is none.

    Examples
    --------
    >>> print(" ".join(letters(["MoU", "EU readmission agreement"]).split()))
    dated: E = EU readmission agreement, M = MoU; open: signed or made, filled: in force, or took
    place
    """
    present = [name for name in LETTERS if name in set(instruments)]
    named = ", ".join(f"{LETTERS[name]}\u00a0=\u00a0{_(name)}" for name in present)
    told = _("dated: {letters}; open: signed or made, filled: in force, or took place")
    return told.format(letters=named) if named else ""


def put_event(axis: Axes, x: float, y: float, event: Any, transform: Transform) -> None:
    """Put the letter of an instrument in a circle, open where it was signed or made.

    Parameters
    ----------
    axis, x, y
        Where.
    event
        Row of :func:`before_after.events`.
    transform
        Of ``x`` and ``y``.

    Examples
    --------
    >>> from slm_analysis.results.before_after import events
    >>> figure, room = style.sheet(8.6, 5, ("Armenia", "", ""))
    >>> axis = room.subplots()
    >>> put_event(axis, 2014, 1, events(raw).set_index("id").loc["arm-mou-2005"], axis.transData)
    >>> [text.get_text() for text in axis.texts]
    ['M']
    """
    filled = event.stage not in ("signed", "made")
    axis.plot(
        x, y, "o", markersize=9.5, color=style.GREY, markeredgewidth=0.8, zorder=3,
        markerfacecolor=style.GREY if filled else "white", clip_on=False, transform=transform,
    )  # fmt: skip
    axis.text(
        x, y, LETTERS[event.instrument], ha="center", va="center_baseline", zorder=4,
        color="white" if filled else style.INK, transform=transform,
    )  # fmt: skip


def levels(starts: Iterable[float], ends: Iterable[float]) -> list[int]:
    """Return for each span the lowest level on which it touches none before it.

    Examples
    --------
    >>> levels([0, 0.3, 0.5], [0.4, 0.7, 0.9])
    [0, 1, 0]
    """
    taken: list[float] = []  # up to where, on each level
    found = []
    for start, end in zip(starts, ends, strict=True):
        level = next((at for at, last in enumerate(taken) if last <= start), len(taken))
        taken[level : level + 1] = [end]
        found.append(level)
    return found


def decimal_year(date: str) -> float:
    """Place a date on the year axis; a year or a month alone stands at its middle.

    Examples
    --------
    >>> decimal_year("2014-01-01"), decimal_year("2012"), decimal_year("2014-07-01")
    (2014.0, 2012.5, 2014.5)
    """
    year, *rest = date.split("-")
    if not rest:
        return int(year) + 0.5
    day = int(rest[1]) if len(rest) == 2 else 15
    return int(year) + (int(rest[0]) - 1 + (day - 1) / 31) / 12
