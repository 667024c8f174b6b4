"""Figures of what is printed: which cells there are, and the counts over the years."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from slm_analysis.figures.style import (
    CENTIMETRE,
    COLOURS,
    GREY,
    TEXT_COLOURS,
    UNPRINTED,
    WIDTH,
    draw_nothing,
    finish,
    put_heading,
    put_key,
)
from slm_analysis.language import _
from slm_analysis.rendering import Drawing
from slm_analysis.schema import INDICATORS
from slm_analysis.tables.cells import CHANNEL_WORDS, KIND_WORDS


def coverage(cells: pd.DataFrame, names: dict[str, str]) -> Drawing:
    """Draw which cells of countries × indicators × years are printed, and how.

    Parameters
    ----------
    cells
        As :func:`coverage.printed_years` returns it.
    names
        Country names by ISO code.

    Examples
    --------
    >>> from slm_analysis.coverage import printed_years
    >>> drawing = coverage(printed_years(panel, ["ARM", "GEO"], (2009, 2014)), raw.names)
    >>> print(drawing.alt)
    Grid of 2 countries, 7 indicators and 6 years: 21 of 84 cells are printed, 20 rounded, 1 under
    five, 63 not printed.
    """
    countries = list(cells["iso3"].unique())
    years = sorted(cells["year"].unique())
    figure, axes = plt.subplots(
        1,
        len(INDICATORS),
        figsize=(WIDTH, (2.9 + 0.42 * len(countries)) * CENTIMETRE),
        sharey=True,
    )
    marks = {
        "rounded": {"marker": "s", "facecolor": "#0072B2", "edgecolor": "#0072B2"},
        "exact": {"marker": "s", "facecolor": "#0072B2", "edgecolor": "#0072B2"},
        "suppressed": {"marker": "s", "facecolor": "white", "edgecolor": "#0072B2"},
        "range": {"marker": "s", "facecolor": "#a6cbe3", "edgecolor": "#a6cbe3"},
        "zero": {"marker": "D", "facecolor": "#000000", "edgecolor": "#000000"},
        "not printed": {"marker": ".", "facecolor": "#b5b5b5", "edgecolor": "none"},
    }
    for axis, indicator in zip(axes, INDICATORS, strict=True):
        shown = cells[cells["indicator"] == indicator]
        for kind, style in marks.items():
            rows = shown[shown["kind"] == kind]
            axis.scatter(
                rows["year"],
                rows["iso3"].map(countries.index),
                s=6 if kind == "not printed" else 22,
                linewidths=0.9,
                **style,
            )
        axis.set_title(indicator, fontsize=6.5)
        axis.set_xlim(years[0] - 0.8, years[-1] + 0.8)
        axis.set_xticks(
            [years[0], years[-1]], [f"’{str(year)[2:]}" for year in (years[0], years[-1])]
        )
        axis.grid(False)
        axis.spines["bottom"].set_visible(False)
    axes[0].set_yticks(range(len(countries)), [names[code] for code in countries])
    axes[0].invert_yaxis()
    found = cells[cells["kind"] != "not printed"]
    present = [kind for kind in KIND_WORDS if kind in set(cells["kind"])]
    put_key(
        figure,
        [
            Line2D(
                [],
                [],
                linestyle="",
                marker=marks[kind]["marker"],
                label=KIND_WORDS[kind],
                markerfacecolor=marks[kind]["facecolor"],
                markeredgecolor=marks[kind]["edgecolor"],
                markersize=4.5,
            )
            for kind in present
        ],
    )
    finish(
        figure,
        "What the report prints of each country, indicator and year",
        f"{len(found)} of {len(cells)} cells; {years[0]} to {years[-1]}",
        bottom=0.9,
    )
    alt = (
        f"Grid of {len(countries)} countries, {len(INDICATORS)} indicators and {len(years)} years: "
        f"{len(found)} of {len(cells)} cells are printed, "
        + ", ".join(f"{(cells['kind'] == kind).sum()} {KIND_WORDS[kind]}" for kind in present)
        + "."
    )
    return Drawing(figure, "coverage", alt, cells)


def counts(
    rows: pd.DataFrame, names: dict[str, str], years: tuple[int, int], name: str, title: str
) -> Drawing:
    """Draw counts over the years, a panel per country, bounds as bars and bands.

    Parameters
    ----------
    rows
        Rows of the panel: some countries and indicators.
    names
        Country names by ISO code.
    years
        First and last year of the horizontal axis.
    name, title
        Of the figure.

    Examples
    --------
    >>> rows = panel[(panel["iso3"] == "GEO") & (panel["indicator"] == "unanswered")]
    >>> print(counts(rows, raw.names, raw.years, "georgia", "Unanswered").alt)
    Bounds in cases per year. Georgia unanswered: 2013 0 to 4, 2014 8 to 12. All other years are not
    printed.
    """
    if rows.empty:
        return draw_nothing(name, title, rows)
    indicators = [name for name in INDICATORS if name in set(rows["indicator"])]
    panels = sorted(rows["iso3"].unique(), key=lambda code: names[code])
    columns = 2 if len(panels) in (2, 4) else min(3 if len(panels) <= 12 else 4, len(panels))
    lines = -(-len(panels) // columns)
    grid = sns.FacetGrid(
        rows, col="iso3", col_order=panels, col_wrap=columns, sharex=True, sharey=True
    )
    span = range(years[0], years[1] + 1)
    for code, axis in grid.axes_dict.items():
        shown = rows[rows["iso3"] == code]
        # each indicator has a slice of the year of its own
        width = 1 / len(indicators)
        for position, indicator in enumerate(indicators):
            shift = (position + 0.5) * width - 0.5
            series = shown[shown["indicator"] == indicator]
            _shade_gaps(axis, set(series["year"]), shift, width, span)
            # figures of different procedures are never joined into one line
            for _channel, of_channel in series.groupby("channel"):
                _draw_series(axis, of_channel, indicator, shift, len(indicators))
        channels = sorted({_(CHANNEL_WORDS[channel]) for channel in shown["channel"] if channel})
        axis.set_title(names[code] + (f" ({', '.join(channels)})" if channels else ""))
        axis.set(xlabel="", ylabel="", xlim=(span[0] - 0.6, span[-1] + 0.6))
        axis.set_ylim(0, max(rows["hi"].max(), 1) * 1.12)
        axis.set_xticks(span, [f"’{year % 100:02d}" for year in span])
        axis.tick_params(labelbottom=True)
        if len(indicators) > 1:  # side by side, marks need to be seen to share a year
            for year in span[:-1]:
                axis.axvline(year + 0.5, color="#c8c8c8", linewidth=0.5, zorder=0.5)
    figure = grid.figure
    handles: list[Artist] = [
        Line2D([], [], color=COLOURS[i], marker="o", markersize=2.6, linewidth=3, label=_(i))
        for i in indicators
        if len(indicators) > 1
    ]
    handles += _mark_key(rows)
    foot = 1.45 + 0.45 * ((len(handles) - 1) // KEY_COLUMNS)
    height = 1.15 + 4.2 * lines + foot
    figure.set_size_inches(WIDTH, height * CENTIMETRE)
    put_key(figure, handles, min(len(handles), KEY_COLUMNS))
    told = _("cases per year; bars are bounds, numbers as printed; {count} cells")
    put_heading(figure, _(title), told.format(count=len(rows)), _source(rows))
    figure.subplots_adjust(
        left=0.06,
        right=0.99,
        wspace=0.12,
        bottom=foot / height,
        top=1 - 1.75 / height,
        hspace=0.42,
    )
    return Drawing(figure, name, _describe(rows, names), rows)


def _draw_series(
    axis: Axes, series: pd.DataFrame, indicator: str, shift: float, beside: int
) -> None:
    """Draw one indicator of one country, ``shift`` years aside; ``beside`` series share a panel."""
    colour, dark = COLOURS[indicator], TEXT_COLOURS[indicator]
    side = int(np.sign(shift)) if beside == 2 else 0
    ranges, points = (
        series[mask] for mask in (series["kind"] == "range", series["kind"] != "range")
    )
    for row in ranges.itertuples():
        axis.fill_between(
            [row.year - 0.5, row.year + 0.5], row.lo, row.hi, color=colour, alpha=0.28, linewidth=0
        )
    at, middle = points["year"] + shift, (points["lo"] + points["hi"]) / 2
    axis.plot(at, middle, color=colour, linewidth=0.7)
    axis.vlines(at, points["lo"], points["hi"], colors=colour, linewidth=4.5, alpha=0.5)
    for kind, style in POINT_STYLES.items():
        chosen = points["kind"] == kind
        axis.plot(
            at[chosen],
            middle[chosen],
            linestyle="",
            clip_on=False,
            zorder=3,
            **style
            | {"markeredgecolor": dark, "markerfacecolor": style["markerfacecolor"] or dark},
        )
    for place, row in zip(at, points.itertuples(), strict=True):
        text = {"suppressed": f"<{row.hi + 1}", "zero": "0"}.get(
            row.kind, row.printed.split(";")[0]
        )
        axis.annotate(
            text,
            (place, row.hi),
            xytext=(3 * side, 3),
            textcoords="offset points",
            ha={-1: "right", 0: "center", 1: "left"}[side],
            fontsize=6.5,
            color=dark,
        )


def _shade_gaps(axis: Axes, printed: set[int], shift: float, width: float, span: range) -> None:
    """Grey out the years without a figure: nobody may take silence for a count, or for zero."""
    for year in sorted(set(span) - printed):
        left = year + shift - width / 2
        axis.axvspan(left, left + width, color=UNPRINTED, linewidth=0, zorder=0)


POINT_STYLES: dict[str, dict[str, Any]] = {
    "rounded": {"marker": "o", "markersize": 2.6, "markerfacecolor": None},
    "exact": {"marker": "s", "markersize": 2.6, "markerfacecolor": None},
    "suppressed": {"marker": "o", "markersize": 3.4, "markerfacecolor": "white"},
    "zero": {"marker": "D", "markersize": 3.4, "markerfacecolor": None},
}


def _mark_key(rows: pd.DataFrame) -> list[Artist]:
    """Return the key of those kinds of mark that a figure has."""
    words = {kind: _(word) for kind, word in KIND_WORDS.items()}
    key: list[Artist] = [
        Line2D(
            [],
            [],
            linestyle="",
            label=words[kind],
            color=GREY,
            **style | {"markerfacecolor": style["markerfacecolor"] or GREY},
        )
        for kind, style in POINT_STYLES.items()
        if kind in set(rows["kind"])
    ]
    if "range" in set(rows["kind"]):
        key.append(Line2D([], [], color=GREY, alpha=0.35, linewidth=6, label=words["range"]))
    return [*key, Patch(facecolor=UNPRINTED, edgecolor="#c8c8c8", label=words["not printed"])]


KEY_COLUMNS = 6


def _source(rows: pd.DataFrame) -> str:
    pages = sorted({int(page) for text in rows["page"] for page in text.split(";") if page})
    sources = sorted({name for text in rows["source_id"] for name in text.split(";")})
    told = _("Source: {sources}").format(sources=", ".join(sources))
    return told + (f", p. {', '.join(map(str, pages))}" if pages else "")


def _describe(rows: pd.DataFrame, names: dict[str, str]) -> str:
    """Say the plotted counts in words, country by country."""
    texts = []
    for (code, indicator), series in rows.groupby(["iso3", "indicator"], sort=False):
        values = ", ".join(
            f"{year} {lo}" if lo == hi else _("{year} {lo} to {hi}").format(year=year, lo=lo, hi=hi)
            for year, lo, hi in zip(series["year"], series["lo"], series["hi"], strict=True)
        )
        texts.append(f"{names[code]} {_(indicator)}: {values}")
    return _("Bounds in cases per year. {series}. All other years are not printed.").format(
        series="; ".join(texts)
    )
