"""Figures of requests and what became of them in the same year."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from slm_analysis.figures.style import (
    CENTIMETRE,
    COLOURS,
    GREY,
    MOST_LINES,
    WIDTH,
    draw_nothing,
    finish,
    put_key,
)
from slm_analysis.rendering import Drawing, interval
from slm_analysis.schema import INDICATORS
from slm_analysis.tables.cells import CHANNEL_WORDS


def per_100_requests(ratios: pd.DataFrame, names: dict[str, str]) -> Drawing:
    """Draw outcomes per 100 requests, a line per country and year, bounds as bars.

    Parameters
    ----------
    ratios
        As :func:`response.per_100_requests` returns it. Where they make more than
        :data:`style.MOST_LINES` lines, only those of the last year are drawn.
    names
        Country names by ISO code.

    Examples
    --------
    >>> from slm_analysis.response import per_100_requests as ratios_of
    >>> drawing = per_100_requests(ratios_of(panel[panel["iso3"] == "ARM"]), raw.names)
    >>> print(drawing.alt)
    Outcomes per 100 requests, bounds. Armenia 2014 negative 4–7; Armenia 2014 confirmed 71–74;
    Armenia 2014 issued 6–9; Armenia 2014 unanswered 19–21.
    """
    if ratios.empty:
        return draw_nothing("per_100_requests", "Outcomes per 100 requests", ratios)
    if len(ratios[["iso3", "channel", "year"]].drop_duplicates()) > MOST_LINES:
        # the years before stand in the table
        ratios = ratios[ratios["year"] == ratios["year"].max()].reset_index(drop=True)
    lines = ratios[["iso3", "channel", "year"]].drop_duplicates()
    lines = lines.assign(name=lines["iso3"].map(names)).sort_values(["channel", "name", "year"])
    places = {(r.iso3, r.channel, r.year): at for at, r in enumerate(lines.itertuples())}
    figure, axis = plt.subplots(figsize=(WIDTH, (3.4 + 0.66 * len(lines)) * CENTIMETRE))
    shown = [name for name in INDICATORS if name in set(ratios["indicator"])]
    finite = ratios.loc[np.isfinite(ratios["hi"]), "hi"]
    reach = 1.05 * max(finite.max() if len(finite) else 0, ratios["lo"].max(), 100)
    for position, indicator in enumerate(shown):
        rows = ratios[ratios["indicator"] == indicator]
        at = [
            places[key] + 0.2 * (position - (len(shown) - 1) / 2)
            for key in rows[["iso3", "channel", "year"]].itertuples(index=False, name=None)
        ]
        ends = rows["hi"].clip(upper=reach)
        axis.hlines(at, rows["lo"], ends, colors=COLOURS[indicator], linewidth=3.2)
        beyond, exact = np.isinf(rows["hi"]), rows["lo"] == rows["hi"]
        for marked, marker in ((beyond, ">"), (exact, "D")):
            axis.plot(
                ends[marked],
                np.array(at)[marked],
                linestyle="",
                marker=marker,
                markersize=3,
                color=COLOURS[indicator],
                clip_on=False,
            )
    axis.axvline(100, color=GREY, linewidth=0.8)
    axis.annotate("100", (100, -0.9), ha="center", fontsize=7, color=GREY)
    axis.set_yticks(
        range(len(lines)),
        [f"{r.name}, {CHANNEL_WORDS[r.channel]} {r.year}" for r in lines.itertuples(index=False)],
    )
    axis.set_ylim(len(lines) - 0.4, -1.0)
    axis.set_xlim(left=0)
    axis.set_xlabel("cases per 100 requests of the same year")
    axis.grid(axis="y")
    put_key(figure, [Line2D([], [], color=COLOURS[i], linewidth=3.2, label=i) for i in shown])
    finish(
        figure,
        "Outcomes per 100 requests",
        f"ratios, not shares; bars are bounds, a diamond is exact, no bar: not printed; "
        f"{len(ratios)} ratios",
        bottom=0.9,
    )
    alt = (
        "Outcomes per 100 requests, bounds. "
        + "; ".join(
            f"{names[r.iso3]} {r.year} {r.indicator} {interval(r.lo, r.hi)}"
            for r in ratios.itertuples()
        )
        + "."
    )
    return Drawing(figure, "per_100_requests", alt, ratios)


def requests_left(left: pd.DataFrame, names: dict[str, str]) -> Drawing:
    """Draw requests less answers per country and year; left of zero the answers exceed them.

    Parameters
    ----------
    left
        As :func:`response.where_requests_went` returns it. Rows in which an answer is not printed
        are left out; where more than :data:`style.MOST_LINES` remain, only those of the last year
        are drawn.
    names
        Country names by ISO code.

    Examples
    --------
    >>> from slm_analysis.response import where_requests_went
    >>> drawing = requests_left(where_requests_went(panel[panel["iso3"] == "SRB"]), raw.names)
    >>> print(drawing.alt)
    Requests less negative, confirmed and unanswered, bounds. Serbia 2013 8–24; Serbia 2014
    −16 to −4.
    """
    known = left[left["left_lo"].notna()].reset_index(drop=True)
    if known.empty:
        return draw_nothing("requests_left", "Requests less answers of the same year", known)
    if len(known) > MOST_LINES:
        known = known[known["year"] == known["year"].max()]
    known = known.assign(name=known["iso3"].map(names)).sort_values(
        ["name", "year"], ignore_index=True
    )
    figure, axis = plt.subplots(figsize=(WIDTH, (2.6 + 0.58 * len(known)) * CENTIMETRE))
    axis.axvline(0, color="#000000", linewidth=0.8)
    certain = (known["left_lo"] > 0) | (known["left_hi"] < 0)
    for at, row in known.iterrows():
        axis.hlines(
            at,
            row["left_lo"],
            row["left_hi"],
            linewidth=5,
            colors="#333333" if certain[at] else "#b5b5b5",
        )
        axis.annotate(
            interval(row["left_lo"], row["left_hi"]),
            (row["left_hi"], at),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=7,
            color="#333333",
        )
    axis.set_yticks(
        range(len(known)),
        [f"{r.name}, {CHANNEL_WORDS[r.channel]} {r.year}" for r in known.itertuples(index=False)],
    )
    axis.set_ylim(len(known) - 0.4, -0.6)
    reach = max(abs(known["left_lo"].min()), known["left_hi"].max()) * 1.25
    axis.set_xlim(-reach, reach)
    axis.set_xlabel("← answers exceed requests      cases      requests without a printed answer →")
    axis.grid(False)
    finish(
        figure,
        "Requests less answers of the same year",
        f"bounds; dark where the sign is certain; {len(known)} country-years with all counts",
        bottom=0.35,
    )
    alt = (
        "Requests less negative, confirmed and unanswered, bounds. "
        + "; ".join(
            f"{r.name} {r.year} {interval(r.left_lo, r.left_hi)}" for r in known.itertuples()
        )
        + "."
    )
    return Drawing(figure, "requests_left", alt, known)
