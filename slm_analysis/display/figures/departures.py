"""The figure of forced and independent departures in one year."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from slm_analysis.display.figures import style
from slm_analysis.display.rendering import Drawing
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
    if rows.empty:
        return style.draw_nothing("departures", _("Departures in {year}").format(year=year), rows)
    lo, hi = (
        rows.pivot(index="iso3", columns="indicator", values=end).reindex(columns=DEPARTURES)
        for end in ("lo", "hi")
    )
    title = _(
        "Of {count} countries, {more} had certainly more independent than forced departures in "
        "{year}, {fewer} certainly fewer"
    ).format(
        more=(lo["independent"] > hi["forced"]).sum(),
        fewer=(lo["forced"] > hi["independent"]).sum(),
        count=len(lo.dropna()),
        year=year,
    )
    lines, part = style.first_lines(hi.sort_values("forced", ascending=False).reset_index())
    order = list(lines["iso3"])
    shown = style.marks(rows[rows["iso3"].isin(order)])
    shown["line"] = shown["iso3"].map(order.index)
    labels = [raw.names[code] for code in order]
    told = _("departures of people, bounds as bars, numbers as printed; {count} cells")
    told = told.format(count=len(rows)) + part
    source = style.source_line(rows, raw)
    key = [Patch(color=style.COLOURS[name], label=_(name)) for name in DEPARTURES]

    def draw(width: float) -> Figure:
        figure, room = style.sheet(width, 0.8 + 0.8 * len(labels), title, told, source, key)
        axis = room.subplots()
        for row in shown.itertuples():
            at = row.line + (0.19 if row.indicator == "independent" else -0.19)
            style.draw_bounds(axis, at, row, style.COLOURS[row.indicator])
            style.draw_number(axis, at, row.hi, row.text, style.TEXT_COLOURS[row.indicator], 5)
        style.put_lines(axis, labels)
        axis.set_xlim(0, rows["hi"].max() * 1.12)
        return figure

    alt = _("Departures in {year}, bounds. {lines}.")
    alt = alt.format(year=year, lines=style.in_words(shown, labels))
    return Drawing(draw, "departures", alt, rows)
