"""Figures of changes: around an event, between two years, and over the printed years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from slm_analysis.bounds.arithmetic import FELL, OPEN, ROSE
from slm_analysis.display.figures.style import (
    COLOURS,
    GREY,
    INK,
    LEADING,
    MOST_LINES,
    PALE,
    POINT,
    SMALL,
    TEXT_COLOURS,
    draw_bounds,
    draw_nothing,
    first_lines,
    sheet,
    source_line,
    wrapped,
)
from slm_analysis.display.rendering import NARROW, NO_COMPARISON, Drawing, interval, year_spans
from slm_analysis.display.tables.cells import CHANNEL_WORDS, cells_of
from slm_analysis.language import _
from slm_analysis.printed.read import Raw
from slm_analysis.printed.schema import INDICATORS
from slm_analysis.results.before_after import event_names
from slm_analysis.results.inference import CONTRAST, NO, SOME

HEAD, ROW = 0.72, 0.66  # cm, of the heading of a group and of a pair of bars
LABELS, SHORT = 5.9, 3.4  # cm, of labels beside words and of others
WORDS = {"change": 2.5, "verdict": 2.8}  # cm, of columns of words
HEADS = {"change": "in the print", "verdict": "more than chance"}
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
    if tests.empty:
        return draw_nothing(
            "before_after", "Cases per year before and after an event", tests, NO_COMPARISON
        )
    named = tests.assign(event_name=event_names(tests), group=tests["instrument"].map(_))
    events = named.groupby(CONTRAST)["event_name"].agg("; ".join).rename("events")
    rows = named.drop_duplicates(CONTRAST).merge(events, on=CONTRAST)
    rows["label"] = [
        f"{_series(row, raw)}: {_(row.indicator)}\n{_years(row)}; "
        f"{row.events.removeprefix(f'{row.group}, ')}"
        for row in rows.itertuples()
    ]
    title = _(
        "After an agreement, visit or measure {fell} of {count} counts fell for certain, {rose} "
        "rose"
    )
    told = _("mean cases per year before (grey) and after (coloured), bars are bounds; {count}")
    about = _("Cases per year before and after an event")
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
        return draw_nothing("trends", "First and last printed year", tests, NO_COMPARISON)
    indicator = _(tests["indicator"].iloc[0]).capitalize()
    rows = tests.assign(
        group=[_(CHANNEL_WORDS[channel]) for channel in tests["channel"]],
        label=[f"{_series(row, raw)}\n{_years(row)}" for row in tests.itertuples()],
    )
    title = _(
        "{indicator}: {fell} of {count} counts fell for certain from the first to the last printed "
        "year, {rose} rose"
    ).replace("{indicator}", indicator)
    told = _("cases in the first (grey) and the last year (coloured), bars are bounds; {count}")
    about = _("{indicator}, first and last printed year").format(indicator=indicator)
    return _pairs(rows, "trends", (title, told, about), raw)


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
    alt = _("Cases in {first} and {last}").format(first=first, last=last)
    if table.empty:
        return draw_nothing("two_years", alt, table, NO_COMPARISON)
    changed = pd.crosstab(table["indicator"], table["change"]).reindex(
        columns=[FELL, ROSE], fill_value=0
    )
    head = _("{indicator}: {fell} of {count} fell, {rose} rose")
    rows = table.assign(
        group=[
            head.format(
                indicator=_(name),
                fell=changed.at[name, FELL],
                rose=changed.at[name, ROSE],
                count=(table["indicator"] == name).sum(),
            )
            for name in table["indicator"]
        ],
        label=[_series(row, raw) for row in table.itertuples()],
    )
    rows = rows.sort_values("indicator", key=lambda names: names.map(INDICATORS.index))
    years = {"first": first, "last": last}
    title = _("From {first} to {last}, {fell} of {count} counts fell for certain, {rose} rose")
    told = _("cases in {first} (grey) and {last} (coloured), bars are bounds; {count}")
    for name, year in years.items():
        title, told = (text.replace(f"{{{name}}}", str(year)) for text in (title, told))
    return _pairs(rows, "two_years", (title, told, alt), raw, words=())


def _series(row: Any, raw: Raw) -> str:
    """Name country and procedure."""
    return raw.names[row.iso3] + (f", {_(CHANNEL_WORDS[row.channel])}" if row.channel else "")


def _years(row: Any) -> str:
    return _("{before} and {after}").format(
        before=year_spans(row.years_before), after=year_spans(row.years_after)
    )


def _pairs(
    rows: pd.DataFrame,
    name: str,
    texts: tuple[str, str, str],
    raw: Raw,
    words: Sequence[str] = ("change", "verdict"),
) -> Drawing:
    """Draw pairs of bounds in groups, those that fell most first, with columns of words."""
    title, told, about = texts
    changes = rows["change"].value_counts()
    title = title.format(fell=changes.get(FELL, 0), rose=changes.get(ROSE, 0), count=len(rows))
    certain = np.maximum(rows["difference_lo"], -rows["difference_hi"])
    most = MOST_WORDS if words else MOST_LINES
    shown, part = first_lines(rows.loc[certain.sort_values(ascending=False).index], most)
    what = _("the {count} greatest changes") if len(shown) == most else _("{count} comparisons")
    told = told.format(count=what.format(count=len(shown)) + part)
    order = {group: at for at, group in enumerate(dict.fromkeys(rows["group"]))}
    shown = shown.assign(
        order=shown["group"].map(order), middle=shown["difference_lo"] + shown["difference_hi"]
    )
    shown = shown.sort_values(["order", "middle"], ignore_index=True)
    for side in ("before", "after"):
        shown[f"{side}_cells"] = cells_of(shown, shown[f"years_{side}"])
    source = source_line(shown, raw)

    def draw(width: float) -> Figure:
        columns = [shown]
        if width > NARROW and not words and shown["order"].nunique() > 1:
            left = shown["order"] <= shown["order"].median()
            columns = [shown[left], shown[~left]]
        laid = [_laid(rows, words, width) for rows in columns]
        tall = max((rows["top"] + rows["tall"]).max() for rows in laid)
        figure, room = sheet(width, 0.9 + tall, title, told, source)
        axes = room.subplots(1, len(columns), squeeze=False, sharex=True)[0]
        for axis, rows in zip(axes, laid, strict=True):
            _draw_rows(axis, rows, words if width > NARROW else ())
            axis.set_ylim(tall, 0)
            axis.set_xlim(0, max(shown["before_hi"].max(), shown["after_hi"].max()) * 1.35)
            axis.grid(axis="x")
            axis.grid(axis="y", visible=False)
        return figure

    line = _("{what}: {before}, then {after}, {change}")
    lines = "; ".join(
        line.format(
            what=row.label.replace("\n", ", "),
            before=interval(row.before_lo, row.before_hi),
            after=interval(row.after_lo, row.after_hi),
            change=", ".join(_said(row, words) or [_(row.change)]),
        )
        for row in shown.itertuples()
    )
    alt = _("{title}, bounds. {lines}.").format(title=about, lines=lines)
    return Drawing(draw, name, alt, rows.drop(columns=["group", "label"]))


def _said(row: Any, words: Iterable[str]) -> list[str]:
    """Say the results of a row in words, each with the head of its column."""
    return [f"{_(HEADS[word])}: {_(getattr(row, word))}" for word in words]


def _laid(rows: pd.DataFrame, words: Sequence[str], width: float) -> pd.DataFrame:
    """Break labels and words into lines, and place the rows, in centimetres from the top."""
    above = bool(words) and width <= NARROW
    labels = rows["label"]
    if above:
        labels = labels.str.replace("\n", ", ") + [
            "\n" + "; ".join(_said(row, words)) for row in rows.itertuples()
        ]
    room = width - 0.6 if above else LABELS if words else SHORT
    rows = rows.assign(told=[wrapped(label, room, SMALL) for label in labels])
    for word in words:
        rows[f"{word}_told"] = [wrapped(_(text), WORDS[word], SMALL) for text in rows[word]]
    texts = rows[["told", *([] if above else [f"{word}_told" for word in words])]]
    lines = texts.map(lambda text: text.count("\n") + 1).max(axis=1) * SMALL * LEADING * POINT
    rows["bars"] = ROW if above else np.maximum(lines + 0.2, ROW)
    rows["tall"] = rows["bars"] + (lines + 0.15 if above else 0)
    heads = HEAD * ~rows["group"].duplicated()
    return rows.assign(top=(rows["tall"] + heads).cumsum() - rows["tall"])


def _draw_rows(axis: Axes, rows: pd.DataFrame, words: Sequence[str]) -> None:
    """Draw groups of pairs; words stand at the right where there are columns of them."""

    def write(text: str, x: float, y: float, right: float = 0, **look: Any) -> None:
        axis.annotate(
            text, (x, y), (right, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", fontsize=SMALL, linespacing=LEADING, **look,
        )  # fmt: skip

    rights = {"change": 8.0, "verdict": 8.0 + WORDS["change"] / POINT}
    for row in rows.drop_duplicates("group").itertuples():
        write(row.group, 0, row.top - 0.3, fontweight="semibold", va="center")
    for word in words:
        write(_(HEADS[word]), 1, rows["top"].iloc[0] - 0.3, rights[word], color=GREY, va="center")
    for row in rows.itertuples():
        y = row.top + row.tall - row.bars / 2 - (0.15 if row.tall > row.bars else 0)
        if row.tall > row.bars:
            write(row.told, 0, row.top, va="top")
        for word in words:
            faint = getattr(row, word) in (OPEN, SOME, NO)
            write(
                getattr(row, f"{word}_told"), 1, y, rights[word], va="center",
                color=GREY if faint else INK,
            )  # fmt: skip
        for side, shift, colour, dark in (
            ("before", -0.155, PALE, GREY),
            ("after", 0.155, COLOURS[row.indicator], TEXT_COLOURS[row.indicator]),
        ):
            lo, hi, cells = (getattr(row, f"{side}_{name}") for name in ("lo", "hi", "cells"))
            draw_bounds(axis, y + shift, lo, hi, colour, thickness=0.24, cells=cells)
            axis.annotate(
                interval(lo, hi), (hi, y + shift), (4, 0), textcoords="offset points",
                va="center", fontsize=SMALL, color=dark,
            )  # fmt: skip
    beside = rows[rows["tall"] == rows["bars"]]
    axis.set_yticks(beside["top"] + beside["tall"] / 2, beside["told"], fontsize=SMALL)
