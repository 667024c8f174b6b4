"""Instruments in time, and counts before and after them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from slm_analysis.language import _, date
from slm_analysis.printed.read import Raw
from slm_analysis.results.coverage import years_as_text
from slm_analysis.results.event_years import EVENT_YEARS, side_of
from slm_analysis.results.joint_bounds import means, sums
from slm_analysis.results.response import compare, first_and_last, trend

ONE_SIDED = ("no year before", "no year after", "neither")
HAPPENED = ("signed", "made", "in force", "visit", "imposed")


def events(raw: Raw) -> pd.DataFrame:
    """Return what happened and when: the dated instruments, in order of date.

    Returns
    -------
    DataFrame
        The rows of ``agreements.csv`` that happened and carry a date, with ``event_year`` and
        ``new_year``: whether it entered into force on 1 January, so that its year is whole. Of two
        rows that date one event differently within a year, the earlier.

    Examples
    --------
    >>> happened = events(raw).set_index("id")
    >>> happened.loc["arm-eu-to-in-force", ["date", "event_year", "new_year"]].to_dict()
    {'date': '2014-01-01', 'event_year': 2014, 'new_year': True}
    """
    table = raw["agreements"]
    dated = table[table["stage"].isin(HAPPENED) & (table["date"] != "")].copy()
    dated["event_year"] = dated["date"].str[:4].astype(int)
    dated["new_year"] = (dated["stage"] == "in force") & dated["date"].str.endswith("-01-01")
    dated = dated.sort_values(["date", "iso3", "id"], ignore_index=True)
    # two dates within one year for one event: it is one event, and the earlier date stands
    rival = dated["conflicts_with"].map(pd.Series(dated.index, dated["id"]))
    same_year = rival.map(dated["event_year"]) == dated["event_year"]
    return dated[~(same_year & (rival < dated.index))].reset_index(drop=True)


def two_sided(table: pd.DataFrame) -> pd.DataFrame:
    """Return the comparisons of :func:`before_after` that have a printed year on both sides.

    Examples
    --------
    >>> table = before_after(panel[panel["iso3"] == "ARM"], events(raw))
    >>> len(table), len(two_sided(table))
    (28, 2)
    """
    return table[~table["change"].isin(ONE_SIDED)].reset_index(drop=True)


def event_names(table: pd.DataFrame) -> pd.Series:
    """Name the event of each row for readers: instrument, stage and date as printed.

    The names are in the current language; ``table`` has ``instrument``, ``stage`` and ``date``, as
    :func:`events` and :func:`before_after` return them.

    Examples
    --------
    >>> event_names(events(raw)).iloc[0]
    'Benelux readmission agreement, signed 2002-07-19'
    """
    return table["instrument"].map(_) + ", " + table["stage"].map(_) + " " + table["date"].map(date)


def before_after(
    panel: pd.DataFrame,
    happened: pd.DataFrame,
    event_year: str = EVENT_YEARS[0],
    window: int | None = None,
    ranges: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Compare the mean count per year before and after each event.

    Parameters
    ----------
    panel
        Bounds per cell.
    happened
        As :func:`events` returns it.
    event_year
        One of :data:`event_years.EVENT_YEARS`: where the event's own year counts, by default on
        the side that holds ten of its months. An instrument in force on 1 January always counts
        its year as after.
    window
        Calendar years on either side that count; all if ``None``. The event's own year is one of
        them on the side where it counts.
    ranges
        As :func:`joint_bounds.attained_ranges` returns it, to read ranges as attained; loosely if
        ``None``.

    Returns
    -------
    DataFrame
        One row per event, channel and indicator with any figure: ``event`` (its ``id``), ``iso3``,
        ``instrument``, ``stage``, ``date``, ``channel``, ``indicator``, ``years_before`` and
        ``years_after`` (lists of printed years as text), ``exposure_before`` and
        ``exposure_after`` (number of those years), ``own_lo`` and ``own_hi`` (cases in the event's
        year where it is left out), the bounds ``before_lo`` to ``after_hi`` (cases per year),
        ``difference_*``, ``ratio_*``, ``change`` and ``raw_ids`` (of both sides). Where a side has
        no year its bounds are missing and ``change`` is one of :data:`ONE_SIDED`.

    Raises
    ------
    AnalysisError
        If no year of one of the ``ranges`` can attain one of its ends.

    Examples
    --------
    >>> table = before_after(panel[panel["iso3"] == "ARM"], events(raw))
    >>> row = table[table["event"] == "arm-eu-to-in-force"].set_index("indicator").loc["unanswered"]
    >>> row[["years_before", "before_lo", "before_hi"]].to_dict()
    {'years_before': '2012, 2013', 'before_lo': 108.0, 'before_hi': 112.0}
    >>> row[["years_after", "after_lo", "after_hi", "change"]].to_dict()
    {'years_after': '2014', 'after_lo': 53.0, 'after_hi': 57.0, 'change': 'fell for certain'}
    """
    rows = happened.rename(columns={"id": "event"})[
        ["event", "iso3", "instrument", "stage", "date", "event_year", "new_year"]
    ].merge(panel, on="iso3")
    distance = rows["year"] - rows["event_year"]
    by_rule = [side_of(date, event_year) for date in rows["date"]]
    own_side = np.where(rows["new_year"], "after", by_rule)
    rows["side"] = np.select([distance < 0, distance > 0], ["before", "after"], own_side)
    if window is not None:
        # the event's own year is the first year of the window on the side where it counts
        own_first = (rows["side"] == own_side).astype(int)
        rows.loc[distance.abs() + own_first > window, "side"] = "out"
    key = ["event", "iso3", "instrument", "stage", "date", "channel", "indicator"]
    table = pd.DataFrame(index=rows.groupby(key).size().index)
    for side in ("before", "after"):
        cells = rows[rows["side"] == side]
        years = cells.groupby(key)["year"].agg(years_as_text).astype(str)
        table[f"years_{side}"] = years.reindex(table.index, fill_value="")
        table = table.join(means(sums(cells, key, panel, ranges), side))
        table = table.fillna({f"exposure_{side}": 0}).astype({f"exposure_{side}": int})
    left_out = rows[(distance == 0) & (rows["side"] == "out")].set_index(key)
    table[["own_lo", "own_hi"]] = left_out[["lo", "hi"]]
    ids = rows[rows["side"] != "out"].drop_duplicates([*key, "side", "raw_ids"])
    ids = ids.groupby(key)["raw_ids"].agg(";".join).reindex(table.index, fill_value="")
    table["raw_ids"] = ids.astype(str)  # text for a country without events too
    table = table.reset_index()
    no_before, no_after = table["years_before"] == "", table["years_after"] == ""
    lacking = [no_before & ~no_after, no_after & ~no_before, no_before & no_after]
    change = np.select(lacking, ONE_SIDED, "")
    both = change == ""
    table = pd.concat([compare(table[both]), table[~both].assign(change=change[~both])])
    return table.sort_values(["iso3", "date", "event", "channel", "indicator"], ignore_index=True)


def compare_years(panel: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Compare two years wherever both are printed.

    Returns
    -------
    DataFrame
        The columns of :func:`response.trend`, but for its years as numbers, in the order of the
        panel.

    Examples
    --------
    >>> table = compare_years(panel, 2013, 2014).set_index(["iso3", "indicator"])
    >>> table.loc[("UKR", "independent"), ["difference_lo", "difference_hi", "change"]].to_dict()
    {'difference_lo': 26.0, 'difference_hi': 34.0, 'change': 'rose for certain'}
    """
    found = first_and_last(panel[panel["year"].isin((first, last))])
    return found.drop(columns=["first", "last", "years"])


def years_apart(panel: pd.DataFrame, last: int) -> pd.DataFrame:
    """Compare two years of every series for which this project does so.

    Of unanswered requests the first and the last printed year; of the other counts of countries
    with T&O requests the last year of the series and the one before it.

    Parameters
    ----------
    panel
        Bounds per cell.
    last
        Last year of the series.

    Returns
    -------
    DataFrame
        As :func:`compare_years` returns it, with ``name`` (the years).

    Examples
    --------
    >>> found = years_apart(panel[panel["iso3"].isin(["ARM", "GEO"])], 2014)
    >>> found["name"].value_counts().to_dict()
    {'2013 to 2014': 6, '2012 to 2014': 1}
    """
    agreed = panel.loc[panel["channel"] == "TO", "iso3"]
    pairs = compare_years(panel[panel["iso3"].isin(agreed)], last - 1, last)
    pairs = pairs[pairs["indicator"] != "unanswered"]
    ends = trend(panel, "unanswered")[list(pairs)]
    table = pd.concat([ends, pairs], ignore_index=True)
    return table.assign(name=table["years_before"] + " to " + table["years_after"])
