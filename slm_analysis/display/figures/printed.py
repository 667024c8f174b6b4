"""The figure of what is printed: which cells there are."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn.objects as so
from matplotlib.figure import Figure

from slm_analysis.bounds.panel import cell_name
from slm_analysis.display.figures import style
from slm_analysis.display.rendering import WIDE, Drawing
from slm_analysis.display.tables.cells import KIND_WORDS
from slm_analysis.language import _
from slm_analysis.printed.codebook import INDICATORS
from slm_analysis.printed.read import Raw

SQUARE = 4.6  # points
# "fill": whether a mark is filled; "pointsize" in points
CELL_LOOKS = pd.DataFrame.from_dict(
    {
        "exact": ("s", True, 1, SQUARE),
        "rounded": ("s", True, 1, SQUARE),
        "suppressed": ("s", False, 1, SQUARE),
        "range": ("s", True, 0.4, SQUARE),
        "zero": ("D", True, 1, 0.85 * SQUARE),
        "not printed": ("s", True, 0.35, 0.3 * SQUARE),
    },
    orient="index",
    columns=["marker", "fill", "alpha", "pointsize"],
)


def coverage(cells: pd.DataFrame, raw: Raw) -> Drawing:
    """Draw which cells of countries × indicators × years are printed, and how.

    Parameters
    ----------
    cells
        As :func:`coverage.printed_years` returns it.
    raw
        The raw tables, for names and sources.

    Examples
    --------
    >>> from slm_analysis.results.coverage import printed_years
    >>> drawing = coverage(printed_years(panel, ["ARM", "GEO"], (2009, 2014)), raw)
    >>> print(drawing.alt)
    Grid of 2 countries, 7 indicators and 6 years: 21 of 84 cells are printed, 20 rounded, 1 under
    five, 63 not printed.
    """
    found = cells[cells["kind"] != "not printed"]
    if found.empty:
        return style.draw_nothing("coverage", _("Printed cells"), cells)
    looks = CELL_LOOKS[CELL_LOOKS.index.isin(cells["kind"])]
    counted = ", ".join(
        f"{(cells['kind'] == kind).sum()} {_(KIND_WORDS[kind])}" for kind in looks.index
    )
    shown = cells.assign(country=cells["iso3"].map(raw.names), indicator=cells["indicator"].map(_))
    printed = cells["kind"].ne("not printed").groupby(shown["country"]).sum()
    countries = list(printed.sort_values(ascending=False, kind="stable").index)
    most = found["year"].value_counts()
    years = cells["year"]
    numbers = {
        "printed": len(found),
        "count": len(cells),
        "most": most.max(),
        "year": most.idxmax(),
        "first": years.min(),
        "last": years.max(),
        "years": years.nunique(),
        "countries": len(countries),
        "indicators": len(INDICATORS),
        "kinds": counted,
    }
    title = _("{most} of the {printed} printed cells are of {year}")
    if len(found) == len(cells):
        title = _("Every cell is printed")
    told = _(
        "a mark per country, count and year, {first} to {last}; {printed} of {count} cells are "
        "printed"
    )
    figures = raw["dtv_counts"]
    dated = figures["iso3"].isin(cells["iso3"]) & (figures["year_first"] != "")
    source = style.source_line(figures[dated], raw)
    texts = title.format(**numbers), told.format(**numbers), source
    key = [
        style.symbol(
            look.marker, _(KIND_WORDS[look.Index]), filled=look.fill, alpha=look.alpha,
            markersize=look.pointsize,
        )
        for look in looks.itertuples()
    ]  # fmt: skip
    plot = _marks(shown, looks, countries)

    def draw(width: float) -> Figure:
        across = len(INDICATORS) if width == WIDE else 3
        lines = -(-len(INDICATORS) // across)
        body = lines * (1.2 + 0.42 * len(countries))
        figure, room = style.sheet(width, body, texts, key)
        plot.facet("indicator", wrap=across).on(room).plot()
        for axis, indicator in zip(room.axes, INDICATORS, strict=True):
            # seaborn's marks have no ids; these, which are not seen, lead to their cells
            for cell in found[found["indicator"] == indicator].itertuples():
                name = cell_name(cell.iso3, cell.year, cell.channel, indicator).replace(" ", "-")
                at = countries.index(raw.names[cell.iso3])
                axis.plot(cell.year, at, "s", markersize=SQUARE, alpha=0, gid=name)
            axis.spines["bottom"].set_visible(False)
            axis.tick_params(length=0)
        return figure

    alt = _(
        "Grid of {countries} countries, {indicators} indicators and {years} years: {printed} of "
        "{count} cells are printed, {kinds}."
    )
    return Drawing(draw, "coverage", alt.format(**numbers), cells)


def _marks(cells: pd.DataFrame, looks: pd.DataFrame, countries: list[str]) -> so.Plot:
    """Return a plot with a mark for each cell, in the colour of its indicator."""
    ends = [cells["year"].min(), cells["year"].max()]
    return (
        so.Plot(cells, x="year", y="country", color="indicator", **dict.fromkeys(looks, "kind"))
        .add(so.Dot(stroke=0.8), legend=False)
        .scale(
            x=so.Continuous().tick(at=ends).label(like=style.short_year),
            y=so.Nominal(order=countries),
            color=so.Nominal({_(name): colour for name, colour in style.COLOURS.items()}),
            **{name: so.Nominal(column.to_dict()) for name, column in looks.items()},
        )
        .limit(x=(ends[0] - 0.8, ends[1] + 0.8))
        .label(x="", y="", title=lambda name: name.replace(" ", "\n"))
        .theme(plt.rcParams)
    )
