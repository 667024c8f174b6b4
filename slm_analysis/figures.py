"""One function per figure: a tidy frame in, a :class:`rendering.Drawing` out.

To add a figure, add a function here, call it in a notebook, and add its plotted data to
``tests/test_figures.py``. A colour has one meaning through the whole project: an indicator.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from slm_analysis.inference import ROBUST
from slm_analysis.language import _
from slm_analysis.rendering import Drawing, interval, year_spans
from slm_analysis.schema import INDICATORS
from slm_analysis.tables import CHANNEL_WORDS, KIND_WORDS

plt.style.use(Path(__file__).with_name("slm.mplstyle"))

CENTIMETRE = 1 / 2.54
WIDTH = 16 * CENTIMETRE
GREY, UNPRINTED = "#6b6b6b", "#efefef"
COLOURS = dict(
    zip(
        INDICATORS,
        ("#000000", "#D55E00", "#0072B2", "#009E73", "#E69F00", "#CC79A7", "#56B4E9"),
        strict=True,
    )
)
# the same hues, dark enough to be read as small text on white
TEXT_COLOURS = COLOURS | {
    "negative": "#A34700",
    "issued": "#00664B",
    "unanswered": "#8A5F00",
    "forced": "#94457A",
    "independent": "#1F6F9F",
}


def coverage(cells: pd.DataFrame, names: dict[str, str]) -> Drawing:
    """Draw which cells of countries × indicators × years are printed, and how.

    Parameters
    ----------
    cells
        As :func:`coverage.printed_years` returns it.
    names
        Country names by ISO code.
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
    _key(
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
    _finish(
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
    """
    if rows.empty:
        return _nothing(name, title, rows)
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
        axis.set_ylim(0, rows["hi"].max() * 1.12)
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
    _key(figure, handles, min(len(handles), KEY_COLUMNS))
    told = _("cases per year; bars are bounds, numbers as printed; {count} cells")
    _heading(figure, _(title), told.format(count=len(rows)), _source(rows))
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


def per_100_requests(ratios: pd.DataFrame, names: dict[str, str]) -> Drawing:
    """Draw outcomes per 100 requests, a line per country and year, bounds as bars."""
    if ratios.empty:
        return _nothing("per_100_requests", "Outcomes per 100 requests", ratios)
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
    _key(figure, [Line2D([], [], color=COLOURS[i], linewidth=3.2, label=i) for i in shown])
    _finish(
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
    """Draw requests less answers per country and year; left of zero the answers exceed them."""
    known = left[left["left_lo"].notna()].reset_index(drop=True)
    if known.empty:
        return _nothing("requests_left", "Requests less answers of the same year", known)
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
    _finish(
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


FOREST_SPAN = (0.02, 50)
MOST_LINES = 40
KEY_COLUMNS = 6
INSTRUMENT_MARKS = {
    "EU readmission agreement": ("s", "#0072B2"),
    "implementing protocol": ("D", "#56B4E9"),
    "Benelux readmission agreement": ("P", "#009E73"),
    "mobility partnership": ("^", "#CC79A7"),
    "MoU": ("o", "#D55E00"),
    "supplementary arrangement": ("X", "#E69F00"),
    "bilateral agreement": ("p", "#009E73"),
    "task force": ("v", "#000000"),
    "CAMM": ("<", "#6b6b6b"),
    "aid cut": ("*", "#000000"),
}


def timeline(
    happened: pd.DataFrame, panel: pd.DataFrame, names: dict[str, str], years: tuple[int, int]
) -> Drawing:
    """Draw dated instruments against the years that have figures.

    Parameters
    ----------
    happened
        As :func:`agreements.events` returns it.
    panel
        Bounds per cell.
    names
        Country names by ISO code.
    years
        First and last year of the DT&V series.
    """
    countries = sorted(panel["iso3"].unique(), key=lambda code: names[code])
    shown = happened[happened["iso3"].isin(countries)]
    if shown.empty:
        return _nothing("timeline", "Instruments and the years that have figures", shown)
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
    _key(figure, key, columns=4)
    _finish(
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


def before_after(table: pd.DataFrame, names: dict[str, str]) -> Drawing:
    """Draw the mean count per year before and after each event, bounds as bars.

    Parameters
    ----------
    table
        Rows of :func:`agreements.before_after` with years on both sides.
    names
        Country names by ISO code.
    """
    table, part = _first_lines(table)
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

    Parameters
    ----------
    table
        As :func:`inference.rate_tests` returns it, with a column ``name`` (what is compared).
    names
        Country names by ISO code.
    name, title
        Of the figure.
    """
    if table.empty:
        return _nothing(name, title, table)
    table, part = _first_lines(table)
    figure, axis = plt.subplots(figsize=(WIDTH, (3.6 + 0.95 * len(table)) * CENTIMETRE))
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
    ticks = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20]
    axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.minorticks_off()
    _lines(
        axis,
        [f"{names[row.iso3]}: {_(row.indicator)}\n{row.name}" for row in table.itertuples()],
        list(table["verdict"]),
    )
    axis.set_xlabel(_("ratio of yearly counts, later to earlier (log scale); 1: no change"))
    _key(
        figure,
        [
            Line2D([], [], color=GREY, linewidth=5.5, alpha=0.75, label=_("what rounding allows")),
            Line2D(
                [], [], color="#333333", linewidth=0.9, label=_("outermost 95% limits (sampling)")
            ),
            Line2D([], [], color="#333333", marker=">", linestyle="", label=_("beyond the axis")),
        ],
    )
    _finish(
        figure,
        _(title),
        _("{count} comparisons{part}; rounding and sampling apart").format(
            count=len(table), part=part
        ),
        bottom=0.9,
    )
    line = _("{country} {indicator}, {name}: rounding {ratio}, limits {limits}, {verdict}")
    told = "; ".join(
        line.format(
            country=names[r.iso3],
            indicator=_(r.indicator),
            name=r.name,
            ratio=interval(r.ratio_lo, r.ratio_hi, 2),
            limits=interval(r.limit_lo, r.limit_hi, 2),
            verdict=_(r.verdict),
        )
        for r in table.itertuples()
    )
    alt = _("{title}, ratios later to earlier. {lines}.").format(title=_(title), lines=told)
    return Drawing(figure, name, alt, table)


def two_years(table: pd.DataFrame, names: dict[str, str], first: int, last: int) -> Drawing:
    """Draw two years side by side, a line per country and indicator, bounds as bars."""
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
        return _nothing(name, title, table)
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
    _lines(axis, labels, list(table["change"]))
    axis.set_xlim(left=0)
    axis.set_xlabel(_("cases per year"))
    before = Line2D([], [], color=GREY, marker="o", markerfacecolor="white", markersize=4)
    after = Line2D([], [], color="#333333", marker="o", markersize=4)
    before.set_label(sides[0])
    after.set_label(_("{side} (colour: the indicator)").format(side=sides[1]))
    _key(figure, [before, after])
    _finish(figure, title, subtitle, bottom=0.9)
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


def _lines(axis: Axes, labels: list[str], words: list[str]) -> None:
    """Name the lines of a figure at the left and say their results at the right."""
    for at, word in enumerate(words):
        axis.annotate(
            _(word),
            (1.025, at),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=7,
            color="#000000" if word == ROBUST or word.startswith("certainly") else GREY,
        )
    axis.set_yticks(range(len(labels)), labels)
    axis.set_ylim(len(labels) - 0.4, -0.6)
    axis.grid(axis="x")
    axis.grid(axis="y", visible=False)


def _nothing(name: str, title: str, data: pd.DataFrame) -> Drawing:
    """Draw that a selection has nothing to show, so that silence is not taken for zero."""
    text = _("no cell of this selection is printed")
    figure = plt.figure(figsize=(WIDTH, 2 * CENTIMETRE))
    _heading(figure, _(title), text)
    return Drawing(figure, name, f"{_(title)}: {text}.", data)


def _first_lines(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return as many lines as a page can bear, and words that say so where it is not all."""
    if len(table) <= MOST_LINES:
        return table, ""
    part = _(" of {count}, the others in the table").format(count=len(table))
    return table.head(MOST_LINES).reset_index(drop=True), part


def _decimal_year(date: str) -> float:
    """Place a date on the year axis; a year or a month alone stands at its middle."""
    year, *rest = date.split("-")
    if not rest:
        return int(year) + 0.5
    day = int(rest[1]) if len(rest) == 2 else 15
    return int(year) + (int(rest[0]) - 1 + (day - 1) / 31) / 12


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


def _key(figure: Figure, handles: Sequence[Artist], columns: int | None = None) -> None:
    """Put the key at the foot of a figure."""
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.005, 0.0),
        ncols=columns or len(handles),
        handletextpad=0.6,
        columnspacing=1.2,
    )


def _finish(figure: Figure, title: str, subtitle: str, bottom: float) -> None:
    """Lay a figure out under its heading; ``bottom`` (cm) is kept free for a key."""
    height = figure.get_size_inches()[1] / CENTIMETRE
    figure.tight_layout(rect=(0, bottom / height, 1, 1 - 1.0 / height))
    _heading(figure, title, subtitle)


def _heading(figure: Figure, title: str, subtitle: str, source: str = "") -> None:
    """Put title and subtitle in place, and the source where one is told."""
    width, height = figure.get_size_inches() / CENTIMETRE
    figure.text(0.01, 1 - 0.12 / height, title, va="top", fontsize=10, fontweight="bold")
    figure.text(0.01, 1 - 0.62 / height, subtitle, va="top", fontsize=8, color="#333333")
    figure.text(
        1 - 0.1 / width, 0.1 / height, source, va="bottom", ha="right", fontsize=6.5, color=GREY
    )


VERDICT_STYLE = {
    "certain": ("#0072B2", "o"),
    "possible": ("#56B4E9", "s"),
    "untestable": ("#8c8c8c", "x"),
    "contradicted": ("#D55E00", "D"),
}


def claims_by_page(judged: pd.DataFrame) -> Drawing:
    """Draw the verdicts along the pages of the report, a mark per claim.

    Parameters
    ----------
    judged
        As :func:`claims.judge_all` returns it; claims without a page are left out.
    """
    rows = judged[judged["page"] != ""].copy()
    rows["page"] = rows["page"].astype(int)
    figure, axis = plt.subplots(figsize=(WIDTH, 11 * CENTIMETRE))
    base = 0.0
    ticks = []
    for verdict, (colour, marker) in VERDICT_STYLE.items():
        shown = rows[rows["verdict"] == verdict]
        level = shown.groupby("page").cumcount()
        axis.plot(
            shown["page"],
            base + level,
            linestyle="",
            marker=marker,
            markersize=2.4,
            color=colour,
        )
        axis.axhline(base - 1, color="#c8c8c8", linewidth=0.6)
        ticks.append((base, f"{_(verdict)} ({len(shown)})"))
        base += max(level.max() if len(shown) else 0, 2) + 3
    axis.set_yticks([at for at, _ in ticks], [label for _, label in ticks])
    axis.set_ylim(-2, base - 1)
    axis.set_xlim(rows["page"].min() - 2, rows["page"].max() + 2)
    axis.set_xlabel(_("page of the report"))
    axis.grid(False)
    busiest = rows["page"].value_counts()
    _finish(
        figure,
        _("Verdicts along the pages of the report"),
        _(
            "a mark per statement of the report, stacked; {count} statements on {pages} pages"
        ).format(count=len(rows), pages=len(busiest)),
        bottom=0.3,
    )
    told = ", ".join(f"{(rows['verdict'] == v).sum()} {_(v)}" for v in VERDICT_STYLE)
    alt = _(
        "Marks along the pages of the report: {verdicts}. Most statements stand on pages {pages}."
    ).format(verdicts=told, pages=", ".join(map(str, busiest.index[:5])))
    return Drawing(figure, "claims_by_page", alt, rows[["claim_id", "page", "verdict"]])
