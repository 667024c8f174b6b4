"""Figures of requests and what became of them in the same year."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from slm_analysis.display.figures import style
from slm_analysis.display.rendering import NARROW, Drawing, intervals
from slm_analysis.display.tables.cells import cells_of
from slm_analysis.language import _
from slm_analysis.printed.read import Raw
from slm_analysis.results.checks import ANSWERS
from slm_analysis.results.response import KEY, OUTCOMES


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
    about = _("Outcomes per 100 requests")
    if ratios.empty:
        return style.draw_nothing("per_100_requests", about, ratios)
    shown = ratios.sort_values("lo", ascending=False)
    if len(shown[KEY].drop_duplicates()) > style.MOST_LINES:
        shown = shown[shown["year"] == shown["year"].max()]
    shown = shown.assign(
        kind="rounded", text=intervals(shown), cells=cells_of(shown, shown["year"])
    )
    # by what was confirmed in the last year, the years of a country together
    confirmed = shown[shown["indicator"] == "confirmed"]
    lines = shown[KEY].drop_duplicates()
    lines["most"] = lines["iso3"].map(confirmed.groupby("iso3")["lo"].max())
    lines = lines.sort_values(["most", *KEY], ascending=[False, True, True, True])
    named = "confirmed" if len(confirmed) else shown["indicator"].iloc[0]
    ends = shown[shown["indicator"] == named].iloc[[-1, 0]]
    least, most = (
        f"{text} ({label})" for text, label in zip(ends["text"], _labels(ends, raw), strict=True)
    )
    finding = _("{indicator} per 100 requests: from {least} to {most}").format(
        indicator=_(named).capitalize(), least=least, most=most
    )
    part = _(" of {count}{which}, the others in the CSV").format(count=len(ratios), which="")
    told = _(
        "cases per 100 requests of the same year, full within the bounds; ratios, not shares: they "
        "may exceed 100; –: not printed; {count} ratios{part}"
    ).format(count=len(shown), part=part if len(shown) < len(ratios) else "")
    columns = [name for name in OUTCOMES if (shown["indicator"] == name).any()]
    texts = about, finding, told
    return _outcomes("per_100_requests", texts, lines, shown, columns, raw, ratios)


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
    columns = ["requests", "negative", "unanswered", "confirmed", "issued", "forced"]
    about = _("Requests, answers and forced departures")
    rows = style.marks(panel[(panel["year"] == year) & panel["indicator"].isin(columns)])
    asked = rows[rows["channel"] != ""].pivot(index=KEY, columns="indicator", values="lo")
    asked = asked.reindex(columns=["requests", "confirmed"]).dropna().reset_index()
    left = rows[rows["indicator"] == "forced"].drop(columns="channel")
    left = left.merge(asked[KEY], on=["iso3", "year"])
    lines = asked[asked["iso3"].isin(left["iso3"])].sort_values("requests", ascending=False)
    shown = pd.concat([rows.merge(lines[KEY], on=KEY), left], ignore_index=True)
    data = shown.drop(columns="cells")
    if shown.empty:
        return style.draw_nothing("departures_beside_requests", about, data)
    most = shown.merge(lines.head(1)[KEY], on=KEY).set_index("indicator")["text"]
    finding = _(
        "{line}: {requests} requests, {confirmed} nationalities confirmed, {issued} documents "
        "issued, {forced} forced departures"
    ).format(line=_labels(lines, raw)[0], **{"issued": "–"} | most.to_dict())
    lines, part = style.first_lines(lines)
    told = _(
        "numbers as printed, bars full within the bounds; –: not printed; {count} lines. These "
        "need not be the same people: a year's answers may concern requests of another year, and "
        "people leave on other papers too (report, section 1.4)"
    ).format(count=f"{len(lines)}{part}")
    texts = about, finding, told
    return _outcomes("departures_beside_requests", texts, lines, shown, columns, raw, data)


def _outcomes(
    name: str,
    texts: tuple[str, str, str],
    lines: pd.DataFrame,
    shown: pd.DataFrame,
    columns: list[str],
    raw: Raw,
    data: pd.DataFrame,
) -> Drawing:
    """Draw a grid of indicators, a line per country, procedure and year."""
    about, finding, told = texts
    source = style.source_line(shown, raw)
    labels = _labels(lines, raw)
    placed = shown.merge(lines[KEY].assign(line=range(len(lines))), on=KEY)

    def draw(width: float) -> Figure:
        return style.grid(width, (finding, told, source), placed, labels, columns)

    said = placed.sort_values("indicator", key=lambda names: names.map(columns.index))
    alt = _("{title}, bounds. {lines}.").format(title=about, lines=style.in_words(said, labels))
    return Drawing(draw, name, alt, data)


def _labels(rows: pd.DataFrame, raw: Raw) -> list[str]:
    """Name country, procedure and year of each row."""
    return [f"{style.series_name(row, raw)} {row.year}" for row in rows.itertuples()]


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
        return style.draw_nothing(
            "requests_left", _("Requests less answers of the same year"), known
        )
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
    if len(known) > style.MOST_LINES:
        shown = known[known["year"] == known["year"].max()].reset_index(drop=True)
        told += "; " + _("the {count} of the last year, the others in the CSV").format(
            count=len(shown)
        )
    shown = shown.rename(columns={"left_lo": "lo", "left_hi": "hi"})
    shown = shown.assign(text=intervals(shown), kind="rounded", cells="")
    labels = _labels(shown, raw)
    counts = raw["dtv_counts"]
    counts = counts[counts["iso3"].isin(shown["iso3"])]
    source = style.source_line(counts[counts["indicator"].isin(("requests", *ANSWERS))], raw)

    def draw(width: float) -> Figure:
        tall, names = 0.58, labels
        if width <= NARROW:
            tall, names = 0.85, [style.wrapped(label, 2.8, style.TEXT) for label in labels]
        figure, room = style.sheet(width, 1.4 + tall * len(shown), title, told, source)
        axis = room.subplots()
        axis.axvline(0, color=style.INK, linewidth=0.8)
        for row in shown.itertuples():
            certain = row.lo > 0 or row.hi < 0
            end, gap = (row.lo, -4) if row.hi < 0 else (row.hi, 4)
            style.draw_bounds(axis, row.Index, row, style.INK if certain else style.PALE)
            style.draw_number(
                axis, row.Index, end, row.text, style.INK if certain else style.GREY, gap
            )
        style.put_lines(axis, names)
        least, most = shown["lo"].min(), shown["hi"].max()
        axis.set_xlim(least - 0.45 * (most - least), most + 0.3 * (most - least))
        return figure

    lines = "; ".join(f"{label} {text}" for label, text in zip(labels, shown["text"], strict=True))
    alt = _("Requests less negative, confirmed and unanswered, bounds. {lines}.")
    return Drawing(draw, "requests_left", alt.format(lines=lines), known)
