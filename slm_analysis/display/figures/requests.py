"""Figures of requests and what became of them in the same year."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from slm_analysis.bounds.panel import cell_name
from slm_analysis.display.figures.style import (
    COLOURS,
    GREY,
    INK,
    MOST_LINES,
    PALE,
    SMALL,
    TEXT,
    TEXT_COLOURS,
    as_printed,
    draw_bounds,
    draw_nothing,
    first_lines,
    grid,
    grid_height,
    sheet,
    source_line,
    wrapped,
)
from slm_analysis.display.rendering import NARROW, Drawing, interval, intervals
from slm_analysis.display.tables.cells import CHANNEL_WORDS
from slm_analysis.language import _
from slm_analysis.printed.read import Raw
from slm_analysis.printed.schema import DEPARTURES
from slm_analysis.results.response import ANSWERS, KEY, OUTCOMES


def per_100_requests(ratios: pd.DataFrame, raw: Raw) -> Drawing:
    """Draw outcomes per 100 requests, a line per country and year and a column per outcome.

    Parameters
    ----------
    ratios
        As :func:`response.per_100_requests` returns it. Where they make more than
        :data:`style.MOST_LINES` lines, only those of the last year are drawn.
    raw
        The raw tables, for names and sources.

    Examples
    --------
    >>> from slm_analysis.results.response import per_100_requests as ratios_of
    >>> drawing = per_100_requests(ratios_of(panel[panel["iso3"] == "ARM"]), raw)
    >>> print(drawing.alt)
    Outcomes per 100 requests, bounds. Armenia, LP 2014: negative 4–7, confirmed 71–74,
    unanswered 19–21, issued 6–9.
    """
    title = "Outcomes per 100 requests"
    if ratios.empty:
        return draw_nothing("per_100_requests", title, ratios)
    shown = ratios.sort_values("lo", ascending=False)
    if len(shown[KEY].drop_duplicates()) > MOST_LINES:
        shown = shown[shown["year"] == shown["year"].max()]
    # by what was confirmed in the last year, the years of a country together
    last = shown[shown["indicator"] == "confirmed"].groupby("iso3")["lo"].max()
    lines = shown[KEY].drop_duplicates()
    lines = lines.assign(most=lines["iso3"].map(last).fillna(-1))
    lines = lines.sort_values(["most", *KEY], ascending=[False, True, True, True])
    named = "confirmed" if len(last) else shown["indicator"].iloc[0]
    ends = shown[shown["indicator"] == named].iloc[[-1, 0]]
    least, most = (
        f"{text} ({_line(row, raw)})"
        for text, (_at, row) in zip(intervals(ends), ends.iterrows(), strict=True)
    )
    finding = _("{indicator} per 100 requests: from {least} to {most}").format(
        indicator=_(named).capitalize(), least=least, most=most
    )
    told = _(
        "cases per 100 requests of the same year, full within the bounds; ratios, not shares: they "
        "may exceed 100; –: not printed; {count} ratios{part}"
    )
    part = _(" of {count}{which}, the others in the CSV").format(count=len(ratios), which="")
    told = told.format(count=len(shown), part=part if len(shown) < len(ratios) else "")
    shown = shown.assign(kind="rounded", text=intervals(shown))
    columns = tuple(name for name in OUTCOMES if (shown["indicator"] == name).any())
    return _outcomes("per_100_requests", lines, shown, columns, (title, finding, told), ratios, raw)


def departures_beside_requests(panel: pd.DataFrame, raw: Raw, year: int) -> Drawing:
    """Draw a year's requests, answers, documents and forced departures beside one another.

    Parameters
    ----------
    panel
        Bounds per cell.
    raw
        The raw tables, for names and sources.
    year
        Of all of them. Countries and procedures of which requests, confirmed nationalities and
        forced departures are printed, those with most requests first.

    Examples
    --------
    >>> drawing = departures_beside_requests(panel[panel["iso3"] == "ARM"], raw, 2014)
    >>> print(drawing.alt)
    Requests, answers and forced departures, bounds. Armenia, LP 2014: requests 273–277,
    negative 13–17, unanswered 53–57, confirmed 198–202, issued 18–22, forced 28–32.
    """
    columns = ("requests", "negative", "unanswered", "confirmed", "issued", "forced")
    title = "Requests, answers and forced departures"
    rows = panel[(panel["year"] == year) & panel["indicator"].isin(columns)]
    asked = rows[rows["channel"] != ""].pivot(index=KEY, columns="indicator", values="lo")
    asked = asked.reindex(columns=["requests", "confirmed"]).dropna().reset_index()
    left = rows[rows["indicator"] == "forced"].drop(columns="channel")
    left = left.merge(asked[KEY], on=["iso3", "year"])
    lines = asked[asked["iso3"].isin(left["iso3"])].sort_values("requests", ascending=False)
    shown = pd.concat([rows.merge(lines[KEY], on=KEY), left], ignore_index=True)
    if shown.empty:
        return draw_nothing("departures_beside_requests", title, shown)
    shown["text"] = [as_printed(row) for row in shown.itertuples()]
    most = shown.merge(lines.head(1)[KEY], on=KEY).set_index("indicator")["text"]
    finding = _(
        "{line}: {requests} requests, {confirmed} nationalities confirmed, {issued} documents "
        "issued, {forced} forced departures"
    ).format(line=_line(lines.iloc[0], raw), **{"issued": "–"} | most.to_dict())
    lines, part = first_lines(lines)
    told = _(
        "numbers as printed, bars full within the bounds; –: not printed; {count} lines. These "
        "need not be the same people: a year's answers may concern requests of another year, and "
        "people leave on other papers too (report, section 1.4)"
    ).format(count=f"{len(lines)}{part}")
    texts = title, finding, told
    return _outcomes("departures_beside_requests", lines, shown, columns, texts, shown, raw)


def _outcomes(
    name: str,
    lines: pd.DataFrame,
    shown: pd.DataFrame,
    columns: tuple[str, ...],
    texts: tuple[str, str, str],
    data: pd.DataFrame,
    raw: Raw,
) -> Drawing:
    """Draw a grid of indicators, a line per country, procedure and year."""
    labels = [_line(row, raw) for _at, row in lines.iterrows()]
    placed = shown.merge(lines[KEY].assign(line=range(len(lines))), on=KEY)
    placed["column"] = placed["indicator"]
    placed["cells"] = [
        [cell_name(r.iso3, r.year, "" if r.indicator in DEPARTURES else r.channel, r.indicator)]
        for r in placed.itertuples()
    ]
    title, finding, told = texts
    source = source_line(shown, raw)

    def draw(width: float) -> Figure:
        figure, room = sheet(width, grid_height(len(labels), width), finding, told, source)
        heads = {name: (_(name), COLOURS[name], TEXT_COLOURS[name]) for name in columns}
        grid(room, width, placed, labels, heads)
        return figure

    order = placed["indicator"].map(columns.index)
    said = placed.assign(order=order).sort_values(["line", "order"])
    told_lines = "; ".join(
        f"{labels[line]}: "
        + ", ".join(f"{_(row.indicator)} {interval(row.lo, row.hi)}" for row in found.itertuples())
        for line, found in said.groupby("line")
    )
    alt = _("{title}, bounds. {lines}.").format(title=_(title), lines=told_lines)
    return Drawing(draw, name, alt, data)


def _line(row: pd.Series, raw: Raw) -> str:
    """Name a country, procedure and year."""
    return f"{raw.names[row['iso3']]}, {_(CHANNEL_WORDS[row['channel']])} {row['year']}"


def requests_left(left: pd.DataFrame, raw: Raw) -> Drawing:
    """Draw requests less answers per country and year; left of zero the answers exceed them.

    Parameters
    ----------
    left
        As :func:`response.where_requests_went` returns it. Rows in which an answer is not printed
        are left out; where more than :data:`style.MOST_LINES` remain, only those of the last year
        are drawn.
    raw
        The raw tables, for names and sources.

    Examples
    --------
    >>> from slm_analysis.results.response import where_requests_went
    >>> drawing = requests_left(where_requests_went(panel[panel["iso3"] == "SRB"]), raw)
    >>> print(drawing.alt)
    Requests less negative, confirmed and unanswered, bounds. Serbia, T&O 2014 −16 to −4; Serbia,
    T&O 2013 8–24.
    """
    known = left[left["left_lo"].notna()].sort_values(["left_lo", "left_hi"], ignore_index=True)
    if known.empty:
        return draw_nothing("requests_left", "Requests less answers of the same year", known)
    over, short = (known["left_hi"] < 0), (known["left_lo"] > 0)
    title = _(
        "For {over} of {count} countries and years more answers than requests were counted, for "
        "{short} fewer; for {open} rounding hides which"
    ).format(over=over.sum(), short=short.sum(), open=(~over & ~short).sum(), count=len(known))
    told = _(
        "requests less negative, confirmed and unanswered of the same country, procedure and year "
        "(cases); below zero: more answers than requests; bounds, dark where the sign is certain"
    )
    shown = known
    if len(known) > MOST_LINES:
        shown = known[known["year"] == known["year"].max()].reset_index(drop=True)
        told += "; " + _("the {count} of the last year, the others in the CSV").format(
            count=len(shown)
        )
    labels = [_line(row, raw) for _at, row in shown.iterrows()]
    counts = raw["dtv_counts"]
    counts = counts[counts["iso3"].isin(shown["iso3"])]
    source = source_line(counts[counts["indicator"].isin(("requests", *ANSWERS))], raw)

    def draw(width: float) -> Figure:
        tall, names = 0.58, labels
        if width <= NARROW:
            tall, names = 0.85, [wrapped(label, 2.8, TEXT) for label in labels]
        figure, room = sheet(width, 1.4 + tall * len(shown), title, told, source)
        axis = room.subplots()
        axis.axvline(0, color=INK, linewidth=0.8)
        for at, row in shown.iterrows():
            lo, hi = row["left_lo"], row["left_hi"]
            colour, left = INK if lo > 0 or hi < 0 else GREY, hi < 0
            draw_bounds(axis, at, lo, hi, colour if colour == INK else PALE)
            axis.annotate(
                interval(lo, hi), (lo if left else hi, at), (-4 if left else 4, 0), va="center",
                textcoords="offset points", ha="right" if left else "left", fontsize=SMALL,
                color=colour,
            )  # fmt: skip
        axis.set_yticks(range(len(names)), names)
        axis.set_ylim(len(names) - 0.4, -0.6)
        span = shown["left_hi"].max() - shown["left_lo"].min()
        axis.set_xlim(shown["left_lo"].min() - 0.45 * span, shown["left_hi"].max() + 0.3 * span)
        axis.grid(axis="x")
        axis.grid(axis="y", visible=False)
        return figure

    alt = _("Requests less negative, confirmed and unanswered, bounds. {lines}.").format(
        lines="; ".join(
            f"{label} {interval(row.left_lo, row.left_hi)}"
            for label, row in zip(labels, shown.itertuples(), strict=True)
        )
    )
    return Drawing(draw, "requests_left", alt, known)
