"""Tables of what follows from the printed counts for all true counts that fit them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from slm_analysis.display.rendering import NO_COMPARISON, Table, intervals, ratio_texts, stacked
from slm_analysis.display.tables import cells
from slm_analysis.language import _
from slm_analysis.printed.codebook import DEPARTURES
from slm_analysis.printed.read import Raw
from slm_analysis.results.before_after import ONE_SIDED, event_names
from slm_analysis.results.checks import ANSWERS


def checks(found: pd.DataFrame, raw: Raw) -> Table:
    """Return the checks between cells, as :func:`checks.check_cells` returns them.

    Examples
    --------
    >>> from slm_analysis.results.checks import check_cells
    >>> row = checks(check_cells(panel[panel["iso3"] == "ARM"]), raw).frame.iloc[1]
    >>> row["left less right"], row["difference"].striptags(), row["left exceeds"]
    ('forced less issued', '6–14', 'certain')
    """
    frame = cells.worded(found[["iso3", "year", "channel"]], raw)
    told = _("{left} less {right}")
    frame["left less right"] = [
        told.format(left=" + ".join(map(_, row.left.split("+"))), right=_(row.right))
        for row in found.itertuples()
    ]
    rows = cells.rows_of(found["raw_ids"])
    most = found["difference_hi"].to_numpy(float, na_value=np.inf)
    frame["difference"] = cells.bounds(found.assign(difference_hi=most), "difference_", rows)
    answers = cells.worded(found[["exceeds", "equals", "falls_short", "missing"]], raw)
    frame[["left exceeds", "equal", "left falls short", "not printed"]] = answers
    frame["rows"] = cells.row_links(found["raw_ids"], raw)
    note = _(
        "certain: for all true counts that fit the print; possible: for some; contradicted: for "
        "none. A count that is not printed is anything from 0 up."
    )
    caption = _("Checks between the cells of one country, year and channel (cases)")
    return Table(frame, caption, (note,), data=found)


def beside_departures(table: pd.DataFrame, raw: Raw) -> Table:
    """Return departures beside other counts (:func:`other_sources.beside_departures`).

    Examples
    --------
    >>> from slm_analysis.results.other_sources import beside_departures as found
    >>> others = panel[panel["indicator"] == "forced"].assign(indicator="returned")
    >>> row = beside_departures(found(panel, others).query("iso3 == 'GEO'"), raw).frame.iloc[-1]
    >>> row["country"], row["departures, DT&V"].striptags(), row["departures are more"]
    ('Georgia', '76–84', 'certain')
    """
    dated = table.assign(channel="")
    forced, independent = (cells.cells_of(dated, table["year"], name) for name in DEPARTURES)
    frame = cells.worded(table[["iso3", "year"]], raw)
    frame["departures, DT&V"] = cells.bounds(table, "departures_", forced + independent)
    frame["counted by the other"] = table["indicator"].str.replace("_", " ").map(_)
    frame["other source"] = list(map(stacked, table["printed"], intervals(table)))
    frame[["departures are more", "fewer"]] = cells.worded(table[["more", "fewer"]], raw)
    frame["rows of other_counts"] = table["raw_ids"]
    caption = _(
        "Departures, forced and independent, beside the counts of other sources (cases per year)"
    )
    note = _(
        "Different counts, never joined: Eurostat's also hold departures through the border guard, "
        "the police and the IOM (report, section 1.4, p. 30)."
    )
    others = raw["other_counts"]["source_id"].unique()
    cited = [f"{name}: {raw.sources[name].citation}." for name in others]
    return Table(frame, caption, (note, *cited), data=table)


def ratios(table: pd.DataFrame, raw: Raw) -> Table:
    """Return outcomes per 100 requests, as :func:`response.per_100_requests` returns them.

    Examples
    --------
    >>> from slm_analysis.results.response import per_100_requests
    >>> row = ratios(per_100_requests(panel), raw).frame.iloc[0]
    >>> row["country"], row["outcome"], row["per 100 requests"].striptags()
    ('Armenia', 'negative', '4.6–6.3')
    """
    outcomes = cells.cells_of(table, table["year"])
    requests = cells.cells_of(table, table["year"], "requests")
    frame = cells.worded(table[["iso3", "year", "channel", "indicator"]], raw, indicator="outcome")
    frame["printed"] = cells.linked(table["printed"], outcomes)
    frame["requests, printed"] = cells.linked(table["requests_printed"], requests)
    frame["per 100 requests"] = cells.bounds(table, "", outcomes + requests, 1)
    note = _(
        "Ratios, not shares: a year's outcomes need not concern its requests, and a ratio may "
        "exceed 100."
    )
    caption = _("Outcomes per 100 requests of the same year")
    return Table(frame.join(cells.origin(table, raw)), caption, (note,), data=table)


def requests_left(table: pd.DataFrame, raw: Raw) -> Table:
    """Return requests, answers and what is left over (cases).

    The table is as :func:`response.where_requests_went` returns it.

    Examples
    --------
    >>> from slm_analysis.results.response import where_requests_went
    >>> table = requests_left(where_requests_went(panel[panel["iso3"] == "GEO"]), raw)
    >>> [left.striptags() for left in table.frame["requests less answers"]]
    ['0–16', '−8 to 8']
    """
    frame = cells.worded(table[["iso3", "year", "channel"]], raw)
    behind = []
    for name in ("requests", *ANSWERS):
        printed = table["year"].astype(str).where(table[f"{name}_hi"].notna(), "")
        behind.append(cells.cells_of(table, printed, name))
        frame[name] = cells.bounds(table, f"{name}_", behind[-1])
    requests, *answers = behind
    frame["requests less answers"] = cells.bounds(table, "left_", sum(answers, requests))
    return Table(frame, _("Requests and the answers of the same year (cases, bounds)"), data=table)


def comparisons(table: pd.DataFrame, raw: Raw) -> Table:
    """Return the comparisons before and after events that have years on both sides.

    The table is as :func:`before_after.two_sided` returns it.

    Examples
    --------
    >>> from slm_analysis.results import before_after
    >>> around = before_after.before_after(panel, before_after.events(raw))
    >>> row = comparisons(before_after.two_sided(around), raw).frame.iloc[1]
    >>> row["event"], row["difference"].striptags(), row["change"]
    ('EU readmission agreement, in force 2014-01-01', '−59 to −51', 'fell for certain')
    """
    frame = cells.worded(table[["iso3", "channel", "indicator"]], raw)
    frame.insert(1, "event", event_names(table))
    before = cells.cells_of(table, table["years_before"])
    after = cells.cells_of(table, table["years_after"])
    frame["before"] = cells.over_years(table, "before", before)
    frame["after"] = cells.over_years(table, "after", after)
    own = cells.cells_of(table, table["date"].str[:4].where(table["own_lo"].notna(), ""))
    frame["event's own year"] = cells.bounds(table, "own_", own)
    frame["difference"] = cells.bounds(table, "difference_", before + after, 1)
    frame["ratio"] = cells.linked(ratio_texts(table), before + after)
    frame["change"] = table["change"].map(_)
    frame = frame.join(cells.origin(table, raw))
    caption = _("Mean cases per year before and after, bounds over the years that count")
    return Table(frame, caption, data=table, nothing=NO_COMPARISON)


def courses(table: pd.DataFrame, raw: Raw) -> Table:
    """Return whether changes had begun before, and whether they slowed, went on or steepened.

    The table is as :func:`pre_trends.courses` returns it.

    Examples
    --------
    >>> from slm_analysis.results import before_after
    >>> from slm_analysis.results.pre_trends import courses as all_courses
    >>> around = before_after.before_after(panel, before_after.events(raw))
    >>> row = courses(all_courses(panel, around), raw).frame.iloc[1]
    >>> row[["country", "had begun", "then"]].tolist(), row["off the line"].striptags()
    (['Azerbaijan', 'yes', 'slowed'], '7–23')
    """
    years = [", ".join(map(str, row)) for row in table[["first", "second", "third"]].to_numpy()]
    behind = cells.cells_of(table, years)
    frame = cells.worded(table[["iso3", "channel", "indicator"]], raw)
    frame["years"] = years
    frame["event between the last two"] = table["event"].where(table["event"] != "", _("none"))
    frame["earlier change per year"] = cells.bounds(table, "earlier_", behind, 1)
    frame["later change per year"] = cells.bounds(table, "later_", behind, 1)
    frame["second difference"] = cells.bounds(table, "bend_", behind, 1)
    frame["off the line"] = cells.bounds(table, "miss_", behind, 1)
    answers = cells.worded(table[["change", "begun", "course", "possible"]], raw)
    frame[["later change", "had begun", "then", "the print allows"]] = answers
    note = _(
        "Second difference: later less earlier change per year. Off the line: the third count less "
        "that on the straight line through the first two. Had begun: whether a change in the same "
        "direction stood in the earlier stretch already. Two years make no model: the line shows "
        "what they promise, and chance is not weighed."
    )
    frame = frame.join(cells.origin(table, raw))
    caption = _("Three printed years: whether a change had begun before, bounds (cases)")
    return Table(frame, caption, (note,), data=table, nothing=NO_COMPARISON)


def one_sided(table: pd.DataFrame, raw: Raw) -> Table:
    """Return, per event, how many comparisons lack a printed year on a side, and how many do not.

    A comparison is of one indicator and channel; the table is as :func:`before_after.before_after`
    returns it.

    Examples
    --------
    >>> from slm_analysis.results import before_after
    >>> table = one_sided(before_after.before_after(panel, before_after.events(raw)), raw)
    >>> table.frame[["event", "date", "no year before", "both"]].iloc[0].tolist()
    ['MoU, signed', '2005', '7', '0']
    """
    event = ["iso3", "date", "event", "instrument", "stage"]
    sides = table["change"].where(table["change"].isin(ONE_SIDED), "both")
    counted = pd.crosstab([table[name] for name in event], sides)
    counted = counted.reindex(columns=[*ONE_SIDED, "both"], fill_value=0).astype(str).reset_index()
    frame = cells.worded(counted[["iso3", "date"]], raw)
    frame.insert(1, "event", counted["instrument"].map(_) + ", " + counted["stage"].map(_))
    frame = frame.join(counted[[*ONE_SIDED, "both"]])
    caption = _("Number of indicators per event with a printed year before, after, or both")
    return Table(frame, caption, data=table)
