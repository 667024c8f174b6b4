"""Figures of instruments in time."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.lines import Line2D

from slm_analysis.figures.style import (
    CENTIMETRE,
    GREY,
    WIDTH,
    draw_nothing,
    finish,
    put_key,
)
from slm_analysis.rendering import Drawing

INSTRUMENT_MARKS = {
    "EU readmission agreement": ("s", "#0072B2"),
    "implementing protocol": ("D", "#56B4E9"),
    "Benelux readmission agreement": ("P", "#009E73"),
    "mobility partnership": ("^", "#CC79A7"),
    "MoU": ("o", "#D55E00"),
    "supplementary arrangement": ("X", "#E69F00"),
    "bilateral agreement": ("p", "#009E73"),
    "migration dialogue": ("8", "#CC79A7"),
    "joint committee": ("H", "#0072B2"),
    "joint declaration": ("d", "#E69F00"),
    "undertaking": ("3", "#000000"),
    "offer of support": ("4", "#000000"),
    "task force": ("v", "#000000"),
    "CAMM": ("<", "#6b6b6b"),
    "aid cut": ("*", "#000000"),
    "working arrangement": ("h", "#D55E00"),
    "association agreement": (">", "#0072B2"),
    "freeze": ("1", "#000000"),
    "resumption": ("2", "#000000"),
}


def timeline(
    happened: pd.DataFrame, panel: pd.DataFrame, names: dict[str, str], years: tuple[int, int]
) -> Drawing:
    """Draw dated instruments against the years that have figures.

    Parameters
    ----------
    happened
        As :func:`agreements.events` returns it; countries without figures are left out.
    panel
        Bounds per cell.
    names
        Country names by ISO code.
    years
        First and last year of the DT&V series.

    Examples
    --------
    >>> from slm_analysis.agreements import events
    >>> georgia = panel[panel["iso3"] == "GEO"]
    >>> drawing = timeline(events(raw), georgia, raw.names, raw.years)
    >>> drawing.name, len(drawing.data), drawing.alt.partition(";")[0]
    ('timeline', 4, 'Timeline. Georgia: mobility partnership signed 2009-11-20')
    """
    countries = sorted(panel["iso3"].unique(), key=lambda code: names[code])
    shown = happened[happened["iso3"].isin(countries)]
    if shown.empty:
        return draw_nothing("timeline", "Instruments and the years that have figures", shown)
    figure, axis = plt.subplots(figsize=(WIDTH, (3.6 + 0.62 * len(countries)) * CENTIMETRE))
    axis.axvspan(years[0], years[1] + 1, color="#f4f4f4", linewidth=0)
    axis.annotate(
        "DT&V series", ((years[0] + years[1] + 1) / 2, -0.75), ha="center", fontsize=7, color=GREY
    )
    for at, code in enumerate(countries):
        for year in sorted(panel.loc[panel["iso3"] == code, "year"].unique()):
            axis.hlines(at, year + 0.06, year + 0.94, color="#b5b5b5", linewidth=5, zorder=1)
    level = shown.groupby(["iso3", "date"]).cumcount() * 0.3
    for rise, row in zip(level, shown.itertuples(), strict=True):
        marker, colour = INSTRUMENT_MARKS[row.instrument]
        axis.plot(
            _decimal_year(row.date),
            countries.index(row.iso3) - rise,
            marker=marker,
            markersize=5.5,
            linestyle="",
            markeredgecolor=colour,
            markeredgewidth=1.1,
            zorder=3,
            markerfacecolor=colour if row.stage != "signed" else "white",
        )
    first = int(shown["event_year"].min())
    axis.set_xlim(first - 0.3, years[1] + 2)
    axis.set_xticks(range(first, years[1] + 2))
    axis.tick_params(axis="x", labelrotation=45)
    axis.set_yticks(range(len(countries)), [names[code] for code in countries])
    axis.set_ylim(len(countries) - 0.4, -1.1)
    axis.grid(False)
    present = [name for name in INSTRUMENT_MARKS if name in set(shown["instrument"])]
    key = [
        Line2D(
            [],
            [],
            linestyle="",
            marker=INSTRUMENT_MARKS[n][0],
            color=INSTRUMENT_MARKS[n][1],
            markersize=5,
            label=n,
        )
        for n in present
    ]
    key += [
        Line2D(
            [],
            [],
            linestyle="",
            marker="o",
            markerfacecolor="white",
            color=GREY,
            markersize=5,
            label="open: signature; filled: in force, or visit",
        ),
        Line2D([], [], color="#b5b5b5", linewidth=5, label="year with figures"),
    ]
    put_key(figure, key, columns=4)
    finish(
        figure,
        "Instruments and the years that have figures",
        f"{len(shown)} dated events of {len(countries)} countries; "
        "a year or month printed alone stands at its middle",
        bottom=1.25,
    )
    alt = (
        "Timeline. "
        + "; ".join(
            f"{names[r.iso3]}: {r.instrument} {r.stage} {r.date}" for r in shown.itertuples()
        )
        + "."
    )
    return Drawing(figure, "timeline", alt, shown)


def _decimal_year(date: str) -> float:
    """Place a date on the year axis; a year or a month alone stands at its middle."""
    year, *rest = date.split("-")
    if not rest:
        return int(year) + 0.5
    day = int(rest[1]) if len(rest) == 2 else 15
    return int(year) + (int(rest[0]) - 1 + (day - 1) / 31) / 12
