"""Figures of changes: before and after an event, between two years, and ratios of rates."""

from __future__ import annotations

from textwrap import wrap

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from slm_analysis.bounds import OPEN
from slm_analysis.figures.style import (
    CENTIMETRE,
    COLOURS,
    GREY,
    WIDTH,
    draw_nothing,
    finish,
    first_lines,
    put_key,
)
from slm_analysis.inference import NO, SOME
from slm_analysis.language import _
from slm_analysis.rendering import Drawing, interval, ratio_texts, year_spans
from slm_analysis.schema import INDICATORS

FOREST_SPAN = (0.02, 50)
WORDS_WIDTH = 68  # points, of a column of words


def before_after(table: pd.DataFrame, names: dict[str, str]) -> Drawing:
    """Draw the mean count per year before and after each event, bounds as bars.

    Parameters
    ----------
    table
        Rows of :func:`agreements.before_after` with years on both sides. Of more than
        :data:`style.MOST_LINES` the first are drawn.
    names
        Country names by ISO code.

    Examples
    --------
    >>> from slm_analysis import agreements
    >>> armenia = panel[panel["iso3"] == "ARM"]
    >>> both = agreements.two_sided(agreements.before_after(armenia, agreements.events(raw)))
    >>> print(before_after(both, raw.names).alt.partition(";")[0])
    Cases per year before and after an event, bounds. Armenia: unanswered, 2012 and 2014, EU
    readmission agreement, signed 2013-04-19: 128–132, then 53–57, fell for certain
    """
    table, part = first_lines(table)
    labels = [
        _("{country}: {indicator}, {before} and {after}").format(
            country=names[r.iso3],
            indicator=_(r.indicator),
            before=year_spans(r.years_before),
            after=year_spans(r.years_after),
        )
        + f"\n{_(r.instrument)}, {_(r.stage)} {r.date}"
        for r in table.itertuples()
    ]
    return _pairs(
        table,
        labels,
        "before_after",
        _("Cases per year before and after an event"),
        _("mean of the printed years, bounds as bars; {count} comparisons").format(count=len(table))
        + part,
        (_("before"), _("after")),
    )


def forest(table: pd.DataFrame, names: dict[str, str], name: str, title: str) -> Drawing:
    """Draw ratios of rates: rounding as thick bars, sampling as thin lines around them.

    At the right stand side by side what the print says, and whether that is more than chance.

    Parameters
    ----------
    table
        As :func:`inference.rate_tests` returns it, with a column ``name`` (what is compared). Of
        more than :data:`style.MOST_LINES` rows the first are drawn. What lies beyond
        :data:`FOREST_SPAN` is drawn at its end, limits with an arrow.
    names
        Country names by ISO code.
    name, title
        Of the figure.

    Examples
    --------
    >>> from slm_analysis.inference import rate_tests
    >>> from slm_analysis.response import trend
    >>> tested = rate_tests(trend(panel, "unanswered")).assign(name="2012 to 2014")
    >>> drawing = forest(tested[tested["iso3"] == "ARM"], raw.names, "armenia", "Unanswered")
    >>> print(drawing.alt)
    Unanswered, ratios later to earlier. Armenia unanswered, 2012 to 2014: rounding 0.40–0.45,
    limits 0.28–0.62; fell for certain; more than chance: yes, for every count that fits the print.
    """
    if table.empty:
        return draw_nothing(name, title, table)
    table, part = first_lines(table)
    figure, axis = plt.subplots(figsize=(WIDTH, (3.8 + 1.15 * len(table)) * CENTIMETRE))
    least, most = FOREST_SPAN
    for at, row in enumerate(table.itertuples()):
        limits, ratio = (
            np.clip([getattr(row, f"{name}_lo"), getattr(row, f"{name}_hi")], least, most)
            for name in ("limit", "ratio")
        )
        axis.hlines(at, limits[0], limits[1], colors="#333333", linewidth=0.9)
        colour = COLOURS[row.indicator]
        axis.hlines(at, ratio[0], ratio[1], colors=colour, linewidth=5.5, alpha=0.75)
        for end, beyond, marker in (
            (least, row.limit_lo < least, "<"),
            (most, row.limit_hi > most, ">"),
        ):
            if beyond:
                axis.plot(end, at, marker=marker, color="#333333", markersize=4, clip_on=False)
    axis.axvline(1, color="#000000", linewidth=0.8)
    axis.set_xscale("log")
    axis.set_xlim(least, most)
    ticks = [0.05, 0.2, 1, 5, 20]
    axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.minorticks_off()
    _lines(
        axis,
        [
            "\n".join([f"{names[row.iso3]}: {_(row.indicator)}", *wrap(row.name, 36)])
            for row in table.itertuples()
        ],
        {"in the print": list(table["change"]), "more than chance": list(table["verdict"])},
    )
    axis.set_xlabel(_("ratio of yearly counts, later to earlier (log scale); 1: no change"))
    put_key(
        figure,
        [
            Line2D([], [], color=GREY, linewidth=5.5, alpha=0.75, label=_("what rounding allows")),
            Line2D(
                [], [], color="#333333", linewidth=0.9, label=_("outermost 95% limits (sampling)")
            ),
            Line2D([], [], color="#333333", marker=">", linestyle="", label=_("beyond the axis")),
        ],
    )
    finish(
        figure,
        _(title),
        _("{count} comparisons{part}; rounding and sampling apart").format(
            count=len(table), part=part
        ),
        bottom=0.9,
    )
    line = _(
        "{country} {indicator}, {name}: rounding {ratio}, limits {limits}; {change}; more than "
        "chance: {verdict}"
    )
    told = "; ".join(
        line.format(
            country=names[r.iso3],
            indicator=_(r.indicator),
            name=r.name,
            ratio=ratio,
            limits=interval(r.limit_lo, r.limit_hi, 2),
            change=_(r.change),
            verdict=_(r.verdict),
        )
        for r, ratio in zip(table.itertuples(), ratio_texts(table), strict=True)
    )
    alt = _("{title}, ratios later to earlier. {lines}.").format(title=_(title), lines=told)
    return Drawing(figure, name, alt, table)


def two_years(table: pd.DataFrame, names: dict[str, str], first: int, last: int) -> Drawing:
    """Draw two years side by side, a line per country and indicator, bounds as bars.

    Parameters
    ----------
    table
        As :func:`agreements.compare_years` returns it.
    names
        Country names by ISO code.
    first, last
        The two years.

    Examples
    --------
    >>> from slm_analysis.agreements import compare_years
    >>> pairs = compare_years(panel[panel["iso3"] == "GEO"], 2013, 2014)
    >>> print(two_years(pairs, raw.names, 2013, 2014).alt.partition(";")[0])
    Cases in 2013 and 2014, bounds. Georgia: requests: 68–72, then 53–57, fell for certain
    """
    order = table["indicator"].map(INDICATORS.index)
    rows = table.assign(order=order, name=table["iso3"].map(names)).sort_values(
        ["name", "order"], ignore_index=True
    )
    labels = [f"{r.name}: {r.indicator}" for r in rows.itertuples()]
    return _pairs(
        rows,
        labels,
        "two_years",
        f"Cases in {first} and {last}",
        f"bounds as bars; {len(rows)} pairs of cells",
        (str(first), str(last)),
        spacing=0.48,
    )


def _pairs(
    table: pd.DataFrame,
    labels: list[str],
    name: str,
    title: str,
    subtitle: str,
    sides: tuple[str, str],
    spacing: float = 0.95,
) -> Drawing:
    """Draw pairs of bounds, the earlier open and grey, the later filled."""
    if table.empty:
        return draw_nothing(name, title, table)
    figure, axis = plt.subplots(figsize=(WIDTH, (3.2 + spacing * len(table)) * CENTIMETRE))
    for at, row in enumerate(table.itertuples()):
        for shift, lo, hi, colour, fill in (
            (-0.14, row.before_lo, row.before_hi, GREY, "white"),
            (0.14, row.after_lo, row.after_hi, COLOURS[row.indicator], COLOURS[row.indicator]),
        ):
            axis.hlines(at + shift, lo, hi, colors=colour, linewidth=4, alpha=0.5)
            axis.plot(
                (lo + hi) / 2,
                at + shift,
                marker="o",
                markersize=3,
                markerfacecolor=fill,
                markeredgecolor=colour,
                clip_on=False,
            )
    _lines(axis, labels, {"in the print": list(table["change"])})
    axis.set_xlim(left=0)
    axis.set_xlabel(_("cases per year"))
    before = Line2D([], [], color=GREY, marker="o", markerfacecolor="white", markersize=4)
    after = Line2D([], [], color="#333333", marker="o", markersize=4)
    before.set_label(sides[0])
    after.set_label(_("{side} (colour: the indicator)").format(side=sides[1]))
    put_key(figure, [before, after])
    finish(figure, title, subtitle, bottom=0.9)
    told = "; ".join(
        _("{what}: {before}, then {after}, {change}").format(
            what=label.replace("\n", ", "),
            before=interval(r.before_lo, r.before_hi),
            after=interval(r.after_lo, r.after_hi),
            change=_(r.change),
        )
        for label, r in zip(labels, table.itertuples(), strict=True)
    )
    alt = _("{title}, bounds. {lines}.").format(title=title, lines=told)
    return Drawing(figure, name, alt, table)


def _lines(axis: Axes, labels: list[str], columns: dict[str, list[str]]) -> None:
    """Name the lines of a figure at the left and say their results at the right, by column."""
    for place, (head, words) in enumerate(columns.items()):
        for at, word in enumerate([head, *words], -1):
            axis.annotate(
                "\n".join(wrap(_(word), 22)),
                (1.04, max(at, -0.75)),
                (WORDS_WIDTH * place, 0),
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
                va="center",
                fontsize=7,
                color=GREY if word in (OPEN, SOME, NO, head) else "#000000",
            )
    axis.set_yticks(range(len(labels)), labels)
    axis.set_ylim(len(labels) - 0.4, -0.6)
    axis.grid(axis="x")
    axis.grid(axis="y", visible=False)
