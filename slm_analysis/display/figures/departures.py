"""The figure of forced and independent departures in one year."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from slm_analysis.bounds.panel import cell_name
from slm_analysis.display.figures.style import (
    COLOURS,
    SMALL,
    TEXT_COLOURS,
    as_printed,
    draw_bounds,
    draw_nothing,
    first_lines,
    sheet,
    source_line,
)
from slm_analysis.display.rendering import Drawing, interval
from slm_analysis.language import _
from slm_analysis.printed.read import Raw
from slm_analysis.printed.schema import DEPARTURES


def departures(panel: pd.DataFrame, raw: Raw, year: int) -> Drawing:
    """Draw forced and independent departures of one year, a line per country.

    Parameters
    ----------
    panel
        Bounds per cell.
    raw
        The raw tables, for names and sources.
    year
        Whose departures.

    Examples
    --------
    >>> drawing = departures(panel[panel["iso3"].isin(["GEO", "SRB"])], raw, 2014)
    >>> print(drawing.alt)
    Departures in 2014, bounds. Serbia: forced 33–37, independent 153–157; Georgia: forced 18–22,
    independent 58–62.
    """
    rows = panel[panel["indicator"].isin(DEPARTURES) & (panel["year"] == year)]
    title = _("Departures in {year}").format(year=year)
    if rows.empty:
        return draw_nothing("departures", title, rows)
    ends = rows.pivot(index="iso3", columns="indicator", values=["lo", "hi"])
    ends = ends.reindex(columns=pd.MultiIndex.from_product([["lo", "hi"], DEPARTURES]))
    ends = ends.sort_values(("hi", "forced"), ascending=False)
    both = ends.dropna()
    more, fewer = (
        (both["lo", name] > both["hi", other]).sum()
        for name, other in zip(DEPARTURES[::-1], DEPARTURES, strict=True)
    )
    title = _(
        "Of {count} countries, {more} had certainly more independent than forced departures in "
        "{year}, {fewer} certainly fewer"
    ).format(more=more, fewer=fewer, count=len(both), year=year)
    shown, part = first_lines(ends.reset_index())
    order = list(shown["iso3"])
    source = source_line(rows, raw)

    def draw(width: float) -> Figure:
        key = [Patch(color=COLOURS[name], label=_(name)) for name in DEPARTURES]
        told = _("departures of people, bounds as bars, numbers as printed; {count} cells").format(
            count=len(rows)
        )
        figure, room = sheet(width, 0.8 + 0.8 * len(order), title, told + part, source, key)
        axis = room.subplots()
        for row in rows[rows["iso3"].isin(order)].itertuples():
            at = order.index(row.iso3) + (0.19 if row.indicator == "independent" else -0.19)
            draw_bounds(
                axis, at, row.lo, row.hi, COLOURS[row.indicator], kind=row.kind,
                cells=[cell_name(row.iso3, row.year, row.channel, row.indicator)],
            )  # fmt: skip
            axis.annotate(
                as_printed(row), (row.hi, at), (5, 0), textcoords="offset points", va="center",
                fontsize=SMALL, color=TEXT_COLOURS[row.indicator],
            )  # fmt: skip
        axis.set_yticks(range(len(order)), [raw.names[code] for code in order])
        axis.set_ylim(len(order) - 0.4, -0.6)
        axis.set_xlim(0, rows["hi"].max() * 1.12)
        axis.grid(axis="x")
        axis.grid(axis="y", visible=False)
        return figure

    told = "; ".join(
        f"{raw.names[code]}: "
        + ", ".join(
            f"{_(row.indicator)} {interval(row.lo, row.hi)}"
            for row in rows[rows["iso3"] == code].itertuples()
        )
        for code in order
    )
    alt = _("Departures in {year}, bounds. {lines}.").format(year=year, lines=told)
    return Drawing(draw, "departures", alt, rows)
