"""The figure of what is printed: which cells there are."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn.objects as so
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from slm_analysis.bounds.panel import cell_name
from slm_analysis.display.figures.style import (
    COLOURS,
    GREY,
    SMALL,
    draw_nothing,
    sheet,
    short_year,
    source_line,
)
from slm_analysis.display.rendering import WIDE, Drawing
from slm_analysis.display.tables.cells import KIND_WORDS
from slm_analysis.language import _
from slm_analysis.printed.read import Raw
from slm_analysis.printed.schema import INDICATORS

# marker, whether it is filled, how strong, and how large
CELL_LOOKS = {
    "exact": ("s", True, 1, 1),
    "rounded": ("s", True, 1, 1),
    "suppressed": ("s", False, 1, 1),
    "range": ("s", True, 0.4, 1),
    "zero": ("D", True, 1, 0.85),
    "not printed": ("s", True, 0.35, 0.3),
}
SQUARE = 4.6  # points


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
        return draw_nothing("coverage", "Printed cells", cells)
    kinds = [kind for kind in KIND_WORDS if kind in set(cells["kind"])]
    printed = cells["kind"].ne("not printed").groupby(cells["iso3"].map(raw.names)).sum()
    countries = list(printed.sort_index().sort_values(ascending=False, kind="stable").index)
    years = sorted(cells["year"].unique())
    most = found["year"].value_counts()
    title = _("{count} of the {all} printed cells are of {year}").format(
        count=most.max(), all=len(found), year=most.idxmax()
    )
    if len(found) == len(cells):
        title = _("Every cell is printed")
    subtitle = _(
        "a mark per country, count and year, {first} to {last}; {printed} of {count} cells are "
        "printed"
    ).format(first=years[0], last=years[-1], printed=len(found), count=len(cells))
    figures = raw["dtv_counts"]
    dated = figures["iso3"].isin(cells["iso3"]) & (figures["year_first"] != "")
    source = source_line(figures[dated], raw)
    looks = pd.DataFrame.from_dict(CELL_LOOKS, "index", columns=["marker", "fill", "alpha", "size"])
    looks = looks.loc[kinds]

    def draw(width: float) -> Figure:
        across = len(INDICATORS) if width == WIDE else 3
        key = [
            Line2D(
                [], [], linestyle="", marker=look.marker, color=GREY, alpha=look.alpha,
                markerfacecolor=GREY if look.fill else "white", markersize=SQUARE * look.size,
                label=_(KIND_WORDS[str(look.Index)]),
            )
            for look in looks.itertuples()
        ]  # fmt: skip
        lines = -(-len(INDICATORS) // across)
        figure, room = sheet(
            width, lines * (1.2 + 0.42 * len(countries)), title, subtitle, source, key
        )
        shown = cells.assign(
            country=cells["iso3"].map(raw.names), indicator=cells["indicator"].map(_)
        )
        (
            so.Plot(
                shown, x="year", y="country", color="indicator", marker="kind", fill="kind",
                alpha="kind", pointsize="kind",
            )
            .facet("indicator", wrap=across)
            .add(so.Dot(stroke=0.8), legend=False)
            .scale(
                x=so.Continuous().tick(at=[years[0], years[-1]]).label(like=short_year),
                y=so.Nominal(order=countries),
                color=so.Nominal({_(name): colour for name, colour in COLOURS.items()}),
                marker=so.Nominal(looks["marker"].to_dict()),
                fill=so.Nominal(looks["fill"].to_dict()),
                alpha=so.Nominal(looks["alpha"].to_dict()),
                pointsize=so.Nominal((looks["size"] * SQUARE).to_dict()),
            )
            .limit(x=(years[0] - 0.8, years[-1] + 0.8))
            .label(x="", y="", title=lambda name: name.replace(" ", "\n"))
            .theme(
                plt.rcParams | {"axes.titlelocation": "center", "axes.titlesize": SMALL}
            )
            .on(room)
            .plot()
        )  # fmt: skip
        for axis, indicator in zip(room.axes, INDICATORS, strict=True):
            # seaborn's marks have no ids; these, which are not seen, lead to their cells
            for cell in found[found["indicator"] == indicator].itertuples():
                at = countries.index(raw.names[cell.iso3])
                (mark,) = axis.plot(cell.year, at, "s", markersize=SQUARE, alpha=0)
                name = cell_name(cell.iso3, cell.year, cell.channel, indicator)
                mark.set_gid(name.replace(" ", "-"))
            axis.grid(visible=False)
            axis.spines["bottom"].set_visible(False)
            axis.tick_params(length=0)
        return figure

    counted = ", ".join(f"{(cells['kind'] == kind).sum()} {_(KIND_WORDS[kind])}" for kind in kinds)
    alt = _(
        "Grid of {countries} countries, {indicators} indicators and {years} years: {printed} of "
        "{count} cells are printed, {kinds}."
    ).format(
        countries=len(countries), indicators=len(INDICATORS), years=len(years), printed=len(found),
        count=len(cells), kinds=counted,
    )  # fmt: skip
    return Drawing(draw, "coverage", alt, cells)
