"""Figures of changes: around an event, between two years, and over the printed years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from slm_analysis.bounds.arithmetic import FELL, OPEN, ROSE
from slm_analysis.display.figures import style
from slm_analysis.display.rendering import NARROW, NO_COMPARISON, Drawing, year_spans
from slm_analysis.display.tables.cells import cells_of, channel_in_words
from slm_analysis.language import _
from slm_analysis.printed.read import Raw
from slm_analysis.results.before_after import event_names
from slm_analysis.results.inference import CONTRAST, NO, SOME

HEAD, ROW = 0.72, 0.66  # cm, of the heading of a group and of a pair of bars
LABELS, SHORT = 5.9, 3.4  # cm, of labels beside words and of others
# columns of words beside the bars: head, width in cm, where it begins, in points
WORDS = {
    "change": ("in the print", 2.5, 8.0),
    "verdict": ("more than chance", 2.8, 8.0 + 2.5 / style.POINT),
}
MOST_WORDS = 24  # lines with words on a page


def before_after(tests: pd.DataFrame, raw: Raw) -> Drawing:
    """Draw the mean count per year before and after each event, by kind of instrument.

    Beside each stands what the print says of the change, and whether it is more than chance. Events
    that part the same years are one result.

    Parameters
    ----------
    tests
        Comparisons of :func:`before_after.before_after` with years on both sides, as
        :func:`inference.rate_tests` returns them.
    raw
        The raw tables, for names and sources.

    Examples
    --------
    >>> from slm_analysis import results
    >>> from slm_analysis.results.before_after import events, two_sided
    >>> from slm_analysis.results.inference import rate_tests
    >>> cells = panel[panel["iso3"] == "AZE"]
    >>> around = two_sided(results.before_after.before_after(cells, events(raw)))
    >>> print(before_after(rate_tests(around), raw).alt)
    Cases per year before and after an event, bounds. Azerbaijan, LP: unanswered, 2012–2013 and
    2014; signed 2013-12-05: 28–32, then 13–17, in the print: fell for certain, more than chance:
    for some.
    """
    about = _("Cases per year before and after an event")
    if tests.empty:
        return style.draw_nothing("before_after", about, tests, NO_COMPARISON)
    rows = tests.assign(event_name=event_names(tests), group=tests["instrument"].map(_))
    rows["events"] = rows.groupby(CONTRAST)["event_name"].transform("; ".join)
    rows = rows.drop_duplicates(CONTRAST, ignore_index=True)
    rows["label"] = [
        f"{series}: {_(row.indicator)}\n{_years(row)}; {row.events.removeprefix(f'{row.group}, ')}"
        for series, row in zip(style.series_names(rows, raw), rows.itertuples(), strict=True)
    ]
    title = _(
        "After an agreement, visit or measure {fell} of {count} counts fell for certain, {rose} "
        "rose"
    )
    told = _("mean cases per year before (grey) and after (coloured), bars are bounds; {count}")
    return _pairs(rows, "before_after", (title, told, about), raw)


def trends(tests: pd.DataFrame, raw: Raw) -> Drawing:
    """Draw the first and the last printed year of an indicator, by procedure.

    Parameters
    ----------
    tests
        Comparisons of :func:`response.trend`, as :func:`inference.rate_tests` returns them.
    raw
        The raw tables, for names and sources.

    Examples
    --------
    >>> from slm_analysis.results.inference import rate_tests
    >>> from slm_analysis.results.response import trend
    >>> tested = rate_tests(trend(panel[panel["iso3"] == "ARM"], "unanswered"))
    >>> print(trends(tested, raw).alt)
    Unanswered, first and last printed year, bounds. Armenia, LP, 2012 and 2014: 128–132, then
    53–57, in the print: fell for certain, more than chance: yes, for every count that fits the
    print.
    """
    if tests.empty:
        return style.draw_nothing("trends", _("First and last printed year"), tests, NO_COMPARISON)
    indicator = _(tests["indicator"].iloc[0]).capitalize()
    labels = style.series_names(tests, raw) + "\n" + [_years(row) for row in tests.itertuples()]
    title = _(
        "{indicator}: {fell} of {count} counts fell for certain from the first to the last printed "
        "year, {rose} rose"
    )
    told = _("cases in the first (grey) and the last year (coloured), bars are bounds; {count}")
    about = _("{indicator}, first and last printed year").format(indicator=indicator)
    rows = tests.assign(group=tests["channel"].map(channel_in_words), label=labels)
    return _pairs(rows, "trends", (title, told, about), raw, indicator=indicator)


def two_years(table: pd.DataFrame, raw: Raw, first: int, last: int) -> Drawing:
    """Draw two years, requests, answers and departures apart, by country.

    Parameters
    ----------
    table
        As :func:`before_after.compare_years` returns it.
    raw
        The raw tables, for names and sources.
    first, last
        The two years.

    Examples
    --------
    >>> from slm_analysis.results.before_after import compare_years
    >>> pairs = compare_years(panel[panel["iso3"] == "GEO"], 2013, 2014)
    >>> print(two_years(pairs, raw, 2013, 2014).alt.partition(";")[0])
    Cases in 2013 and 2014, bounds. Georgia, T&O: 68–72, then 53–57, fell for certain
    """
    about = _("Cases in {first} and {last}").format(first=first, last=last)
    if table.empty:
        return style.draw_nothing("two_years", about, table, NO_COMPARISON)
    head = _("{indicator}: {fell} of {count} fell, {rose} rose")
    heads = {
        name: head.format(indicator=_(name), **_tallied(found))
        for name, found in table.groupby("indicator")["change"]
    }
    rows = table.assign(group=table["indicator"].map(heads), label=style.series_names(table, raw))
    rows = style.ordered(rows)
    title = _("From {first} to {last}, {fell} of {count} counts fell for certain, {rose} rose")
    told = _("cases in {first} (grey) and {last} (coloured), bars are bounds; {count}")
    texts = title, told, about
    return _pairs(rows, "two_years", texts, raw, words=(), first=first, last=last)


def _tallied(changes: pd.Series) -> dict[str, int]:
    counts = changes.value_counts()
    return {"count": len(changes), "fell": counts.get(FELL, 0), "rose": counts.get(ROSE, 0)}


def _years(row: Any) -> str:
    return _("{before} and {after}").format(
        before=year_spans(row.years_before), after=year_spans(row.years_after)
    )


def _pairs(
    rows: pd.DataFrame,
    name: str,
    texts: tuple[str, str, str],
    raw: Raw,
    words: Sequence[str] = tuple(WORDS),
    **given: object,
) -> Drawing:
    """Draw pairs of bounds in groups, those that fell most first, with columns of words.

    ``given`` fills in title and subtitle, beside what changed.
    """
    title, told, about = texts
    certain = np.maximum(rows["difference_lo"], -rows["difference_hi"])
    most = MOST_WORDS if words else style.MOST_LINES
    shown, part = style.first_lines(
        rows.loc[certain.sort_values(ascending=False, kind="stable").index], most
    )
    what = _("the {count} greatest changes") if len(shown) == most else _("{count} comparisons")
    title = title.format(**_tallied(rows["change"]), **given)
    told = told.format(count=what.format(count=len(shown)) + part, **given)
    heading = title, told, style.source_line(shown, raw)
    shown = shown.assign(
        group=pd.Categorical(shown["group"], rows["group"].unique()),
        middle=shown["difference_lo"] + shown["difference_hi"],
        what=shown["label"].str.replace("\n", ", "),
        said=[_said(row, words) for row in shown.itertuples()],
    )
    for word in words:
        shown[f"{word}_told"] = [style.wrapped(_(text), WORDS[word][1]) for text in shown[word]]
    shown = shown.sort_values(["group", "middle"], ignore_index=True)
    for side in ("before", "after"):
        bounds = shown[[f"{side}_lo", f"{side}_hi"]].set_axis(["lo", "hi"], axis=1)
        cells = cells_of(shown, shown[f"years_{side}"])
        shown[side] = list(style.computed(bounds, cells).itertuples())

    def draw(width: float) -> Figure:
        return _draw_groups(width, heading, shown, words)

    line = _("{what}: {before}, then {after}, {change}")
    lines = "; ".join(
        line.format(
            what=row.what, before=row.before.text, after=row.after.text, change=", ".join(row.said)
        )
        for row in shown.itertuples()
    )
    alt = _("{title}, bounds. {lines}.").format(title=about, lines=lines)
    return Drawing(draw, name, alt, rows.drop(columns=["group", "label"]))


def _said(row: Any, words: Sequence[str]) -> list[str]:
    """Say the results of a row, each with the head of its column of words, or how it changed."""
    return [f"{_(WORDS[word][0])}: {_(getattr(row, word))}" for word in words] or [_(row.change)]


def _draw_groups(
    width: float, heading: style.Texts, rows: pd.DataFrame, words: Sequence[str]
) -> Figure:
    """Draw groups of pairs under one another; on a wide sheet without words, in two columns."""
    above = width <= NARROW and len(words) > 0  # labels stand over their bars, and have the words
    labels, room = rows["label"], LABELS if words else SHORT
    if above:
        labels, room = rows["what"] + "\n" + rows["said"].str.join("; "), width - 0.6
    beside = () if above else words
    rows = rows.assign(told=[style.wrapped(label, room) for label in labels])
    lines = rows[["told", *(f"{word}_told" for word in beside)]].map(style.text_height).max(axis=1)
    groups = rows["group"].cat.codes
    second = (groups > groups.median()) & (width > NARROW and not words)
    # in centimetres from the top
    tall = lines + ROW + 0.15 if above else np.maximum(lines + 0.2, ROW)
    bottom = (tall + HEAD * ~groups.duplicated()).groupby(second).cumsum()
    rows["top"] = bottom - tall
    rows["middle"] = bottom - (ROW / 2 + 0.15 if above else tall / 2)
    figure, part = style.sheet(width, 0.9 + bottom.max(), heading)
    axes = part.subplots(1, second.nunique(), squeeze=False, sharex=True)[0]
    for axis, (_second, column) in zip(axes, rows.groupby(second), strict=True):
        _draw_rows(axis, column, beside, above)
        axis.set_ylim(bottom.max(), 0)
        axis.set_xlim(0, rows[["before_hi", "after_hi"]].max().max() * 1.35)
        axis.grid(axis="x")
    return figure


def _draw_rows(axis: Axes, rows: pd.DataFrame, words: Sequence[str], above: bool) -> None:
    """Draw groups of pairs, their labels above or beside them, words at the right."""

    def write(text: str, x: float, y: float, right: float = 0, **look: Any) -> None:
        look |= {"xycoords": ("axes fraction", "data"), "linespacing": style.LEADING}
        style.write(axis, text, (x, y), (right, 0), **look)

    for row in rows.drop_duplicates("group").itertuples():
        write(row.group, 0, row.top - 0.3, fontweight="semibold", va="center")
    for word in words:
        head, _room, right = WORDS[word]
        write(_(head), 1, rows["top"].iloc[0] - 0.3, right, color=style.GREY, va="center")
    for row in rows.itertuples():
        if above:
            write(row.told, 0, row.top, va="top")
        for word in words:
            colour = style.GREY if getattr(row, word) in (OPEN, SOME, NO) else style.INK
            told = getattr(row, f"{word}_told")
            write(told, 1, row.middle, WORDS[word][2], va="center", color=colour)
        before, after = (style.PALE, style.GREY), style.SHADES[row.indicator]
        style.draw_numbered(axis, row.middle - 0.155, row.before, before, 0.24)
        style.draw_numbered(axis, row.middle + 0.155, row.after, after, 0.24)
    if above:
        axis.set_yticks([])
    else:
        axis.set_yticks(rows["middle"], rows["told"], fontsize=style.SMALL)
