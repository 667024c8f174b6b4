"""Figures of requests and departures: what became of either in a year, a line per country."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from slm_analysis.display.figures import style
from slm_analysis.display.rendering import NARROW, Drawing
from slm_analysis.display.tables.cells import cells_of
from slm_analysis.language import _
from slm_analysis.printed.codebook import DEPARTURES
from slm_analysis.printed.read import Raw
from slm_analysis.results.checks import ANSWERS
from slm_analysis.results.response import KEY, OUTCOMES

BESIDE = ["requests", "negative", "unanswered", "confirmed", "issued", "forced"]


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
    about = _("Departures in {year}").format(year=year)
    rows = panel[panel["indicator"].isin(DEPARTURES) & (panel["year"] == year)]
    if rows.empty:
        return style.draw_nothing("departures", about, rows)
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
    lines, part = style.first_lines(
        hi.sort_values("forced", ascending=False, kind="stable").reset_index()
    )
    labels = list(lines["iso3"].map(raw.names))
    told = _("departures of people, bounds as bars, numbers as printed; {count} cells")
    texts = title, told.format(count=len(rows)) + part, style.source_line(rows, raw)
    shown = style.placed(style.marks(rows), lines, ["iso3"])
    key = [Patch(color=style.COLOURS[name], label=_(name)) for name in DEPARTURES]

    def draw(width: float) -> Figure:
        figure, room = style.sheet(width, 0.8 + 0.8 * len(labels), texts, key)
        axis = room.subplots()
        for row in shown.itertuples():
            at = row.line + (0.19 if row.indicator == "independent" else -0.19)
            style.draw_numbered(axis, at, row, style.SHADES[row.indicator], gap=5)
        style.put_lines(axis, labels)
        axis.grid(axis="x")
        axis.set_xlim(0, rows["hi"].max() * 1.12)
        return figure

    alt = style.bounds_in_words(about, shown, labels, DEPARTURES)
    return Drawing(draw, "departures", alt, rows)


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
    shown = _of_last_year(ratios.sort_values("lo", ascending=False, kind="stable"))
    shown = style.computed(shown, cells_of(shown, shown["year"]))
    # by what was confirmed in the last year, the years of a country together
    confirmed = shown[shown["indicator"] == "confirmed"]
    lines = shown[KEY].drop_duplicates()
    lines["most"] = lines["iso3"].map(confirmed.groupby("iso3")["lo"].max())
    lines = lines.sort_values(["most", *KEY], ascending=[False, True, True, True])
    named = "confirmed" if len(confirmed) else shown["indicator"].iloc[0]
    ends = shown[shown["indicator"] == named].iloc[[-1, 0]]
    least, most = ends["text"] + " (" + _labels(ends, raw) + ")"
    finding = _("{indicator} per 100 requests: from {least} to {most}").format(
        indicator=_(named).capitalize(), least=least, most=most
    )
    part = _(" of {count}{which}, the others in the CSV").format(count=len(ratios), which="")
    told = _(
        "cases per 100 requests of the same year, full within the bounds; ratios, not shares: they "
        "may exceed 100; –: not printed; {count} ratios{part}"
    ).format(count=len(shown), part=part if len(shown) < len(ratios) else "")
    columns = [name for name in OUTCOMES if (shown["indicator"] == name).any()]
    texts = finding, told, style.source_line(shown, raw)
    labels, shown = list(_labels(lines, raw)), style.placed(shown, lines, KEY)
    draw = style.grid(texts, shown, labels, columns)
    alt = style.bounds_in_words(about, shown, labels, columns)
    return Drawing(draw, "per_100_requests", alt, ratios)


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
    about = _("Requests, answers and forced departures")
    rows = style.marks(panel[(panel["year"] == year) & panel["indicator"].isin(BESIDE)])
    asked = rows[rows["channel"] != ""].pivot(index=KEY, columns="indicator", values="lo")
    asked = asked.reindex(columns=["requests", "confirmed"]).dropna().reset_index()
    left = rows[rows["indicator"] == "forced"].drop(columns="channel")
    left = left.merge(asked[KEY], on=["iso3", "year"])
    lines = asked[asked["iso3"].isin(left["iso3"])].sort_values(
        "requests", ascending=False, kind="stable"
    )
    shown = pd.concat([rows.merge(lines[KEY], on=KEY), left], ignore_index=True)
    data = shown.drop(columns="cells")
    if shown.empty:
        return style.draw_nothing("departures_beside_requests", about, data)
    most = shown.merge(lines.head(1)[KEY], on=KEY).set_index("indicator")["text"]
    finding = _(
        "{line}: {requests} requests, {confirmed} nationalities confirmed, {issued} documents "
        "issued, {forced} forced departures"
    ).format(line=_labels(lines, raw).iloc[0], **{"issued": "–"} | most.to_dict())
    lines, part = style.first_lines(lines)
    told = _(
        "numbers as printed, bars full within the bounds; –: not printed; {count} lines. These "
        "need not be the same people: a year's answers may concern requests of another year, and "
        "people leave on other papers too (report, section 1.4)"
    ).format(count=f"{len(lines)}{part}")
    texts = finding, told, style.source_line(shown, raw)
    labels, shown = list(_labels(lines, raw)), style.placed(shown, lines, KEY)
    draw = style.grid(texts, shown, labels, BESIDE)
    alt = style.bounds_in_words(about, shown, labels, BESIDE)
    return Drawing(draw, "departures_beside_requests", alt, data)


def _labels(rows: pd.DataFrame, raw: Raw) -> pd.Series:
    """Name country, procedure and year of each row."""
    return style.series_names(rows, raw) + " " + rows["year"].astype(str)


def _of_last_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows, of more than a page can bear those of the last year."""
    if len(rows[KEY].drop_duplicates()) <= style.MOST_LINES:
        return rows
    return rows[rows["year"] == rows["year"].max()].reset_index(drop=True)


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
    shown = _of_last_year(known).rename(columns={"left_lo": "lo", "left_hi": "hi"})
    if len(shown) < len(known):
        told += "; " + _("the {count} of the last year, the others in the CSV").format(
            count=len(shown)
        )
    shown = style.computed(shown, "")
    labels = _labels(shown, raw)
    counts = raw["dtv_counts"]
    counts = counts[counts["iso3"].isin(shown["iso3"])]
    source = style.source_line(counts[counts["indicator"].isin(("requests", *ANSWERS))], raw)

    def draw(width: float) -> Figure:
        tall, names = 0.58, labels
        if width <= NARROW:
            tall, names = 0.85, labels.map(lambda label: style.wrapped(label, 2.8, style.TEXT))
        figure, room = style.sheet(width, 1.4 + tall * len(shown), (title, told, source))
        axis = room.subplots()
        axis.axvline(0, color=style.INK, linewidth=0.8)
        for row in shown.itertuples():
            certain = row.lo > 0 or row.hi < 0
            shades = (style.INK, style.INK) if certain else (style.PALE, style.GREY)
            style.draw_numbered(axis, row.Index, row, shades)
        style.put_lines(axis, names)
        axis.grid(axis="x")
        least, most = shown["lo"].min(), shown["hi"].max()
        axis.set_xlim(least - 0.45 * (most - least), most + 0.3 * (most - least))
        return figure

    alt = _("Requests less negative, confirmed and unanswered, bounds. {lines}.")
    alt = alt.format(lines="; ".join(labels + " " + shown["text"]))
    return Drawing(draw, "requests_left", alt, known)
