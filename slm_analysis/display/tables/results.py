"""Tables of what follows from the printed counts for all true counts that fit them."""

from __future__ import annotations

import pandas as pd

from slm_analysis.bounds.panel import cell_name
from slm_analysis.display.rendering import (
    NO_COMPARISON,
    Table,
    interval,
    intervals,
    ratio_texts,
    stacked,
    year_spans,
)
from slm_analysis.display.tables.cells import (
    cells_of,
    channels,
    linked,
    origin,
    row_links,
    rows_of,
    together,
)
from slm_analysis.language import _, date
from slm_analysis.printed.read import Raw
from slm_analysis.printed.schema import DEPARTURES
from slm_analysis.results.before_after import ONE_SIDED, event_names


def checks(found: pd.DataFrame, raw: Raw) -> Table:
    """Return the checks between cells, as :func:`checks.check_cells` returns them.

    Examples
    --------
    >>> from slm_analysis.results.checks import check_cells
    >>> row = checks(check_cells(panel[panel["iso3"] == "ARM"]), raw).frame.iloc[1]
    >>> row["left less right"], row["difference"].striptags(), row["left exceeds"]
    ('forced less issued', '6–14', 'certain')
    """
    frame = pd.DataFrame(
        {
            "country": found["iso3"].map(raw.names),
            "year": found["year"].astype(str),
            "channel": channels(found),
            "left less right": [
                _("{left} less {right}").format(
                    left=" + ".join(map(_, left.split("+"))), right=_(right)
                )
                for left, right in zip(found["left"], found["right"], strict=True)
            ],
            "difference": linked(
                [
                    interval(float(lo), float("inf") if pd.isna(hi) else float(hi))
                    for lo, hi in zip(found["difference_lo"], found["difference_hi"], strict=True)
                ],
                rows_of(found["raw_ids"]),
            ),
            "left exceeds": found["exceeds"].map(_),
            "equal": found["equals"].map(_),
            "left falls short": found["falls_short"].map(_),
            "not printed": [", ".join(map(_, names.split(";"))) for names in found["missing"]],
            "rows": row_links(found["raw_ids"], raw),
        }
    )
    return Table(
        frame,
        _("Checks between the cells of one country, year and channel (cases)"),
        (
            _(
                "certain: for all true counts that fit the print; possible: for some; "
                "contradicted: for none. A count that is not printed is anything from 0 up."
            ),
        ),
        data=found,
    )


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
    cells = [
        [cell_name(row.iso3, row.year, "", name) for name in DEPARTURES]
        for row in table.itertuples()
    ]
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "year": table["year"].astype(str),
            "departures, DT&V": linked(intervals(table, "departures_"), cells),
            "counted by the other": table["indicator"].str.replace("_", " ").map(_),
            "other source": list(map(stacked, table["printed"], intervals(table))),
            "departures are more": table["more"].map(_),
            "fewer": table["fewer"].map(_),
            "rows of other_counts": table["raw_ids"],
        }
    )
    return Table(
        frame,
        _(
            "Departures, forced and independent, beside the counts of other sources (cases per "
            "year)"
        ),
        (
            _(
                "Different counts, never joined: Eurostat's also hold departures through the "
                "border guard, the police and the IOM (report, section 1.4, p. 30)."
            ),
            *(
                f"{name}: {raw.sources[name].citation}."
                for name in raw["other_counts"]["source_id"].unique()
            ),
        ),
        data=table,
    )


def ratios(table: pd.DataFrame, raw: Raw) -> Table:
    """Return outcomes per 100 requests, as :func:`response.per_100_requests` returns them.

    Examples
    --------
    >>> from slm_analysis.results.response import per_100_requests
    >>> row = ratios(per_100_requests(panel), raw).frame.iloc[0]
    >>> row["country"], row["outcome"], row["per 100 requests"].striptags()
    ('Armenia', 'negative', '4.6–6.3')
    """
    outcomes = cells_of(table, table["year"])
    requests = cells_of(table, table["year"], "requests")
    both = together(outcomes, requests)
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "year": table["year"].astype(str),
            "channel": channels(table),
            "outcome": table["indicator"].map(_),
            "printed": linked(table["printed"], outcomes),
            "requests, printed": linked(table["requests_printed"], requests),
            "per 100 requests": linked(intervals(table, "", 1), both),
            **origin(table, raw),
        }
    )
    return Table(
        frame,
        _("Outcomes per 100 requests of the same year"),
        (
            _(
                "Ratios, not shares: a year's outcomes need not concern its requests, "
                "and a ratio may exceed 100."
            ),
        ),
        data=table,
    )


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
    cells = {
        name: [
            names if known else []
            for names, known in zip(
                cells_of(table, table["year"], name), table[f"{name}_hi"].notna(), strict=True
            )
        ]
        for name in ("requests", "negative", "confirmed", "unanswered")
    }
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "year": table["year"].astype(str),
            "channel": channels(table),
            **{name: linked(intervals(table, f"{name}_"), cells[name]) for name in cells},
            "requests less answers": linked(intervals(table, "left_"), together(*cells.values())),
        }
    )
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
    cells = {side: cells_of(table, table[f"years_{side}"]) for side in ("before", "after")}
    both = together(*cells.values())
    own = cells_of(table, table["date"].str[:4].where(table["own_lo"].notna(), ""))
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "event": event_names(table),
            "channel": channels(table),
            "indicator": table["indicator"].map(_),
            **{
                side: linked(
                    map(
                        stacked,
                        intervals(table, f"{side}_", 1),
                        table[f"years_{side}"].map(year_spans),
                    ),
                    names,
                )
                for side, names in cells.items()
            },
            "event's own year": linked(intervals(table, "own_"), own),
            "difference": linked(intervals(table, "difference_", 1), both),
            "ratio": linked(ratio_texts(table), both),
            "change": table["change"].map(_),
            **origin(table, raw),
        }
    )
    return Table(
        frame,
        _("Mean cases per year before and after, bounds over the years that count"),
        data=table,
        nothing=NO_COMPARISON,
    )


def courses(table: pd.DataFrame, raw: Raw) -> Table:
    """Return whether changes had begun before, and whether they slowed, went on or steepened.

    The table is as :func:`slopes.courses` returns it.

    Examples
    --------
    >>> from slm_analysis.results import before_after
    >>> from slm_analysis.results.slopes import courses as all_courses
    >>> around = before_after.before_after(panel, before_after.events(raw))
    >>> row = courses(all_courses(panel, around), raw).frame.iloc[1]
    >>> row[["country", "had begun", "then"]].tolist(), row["off the line"].striptags()
    (['Azerbaijan', 'yes', 'slowed'], '7–23')
    """
    years = ["first", "second", "third"]
    cells = cells_of(table, [", ".join(map(str, row)) for row in table[years].to_numpy()])
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "channel": channels(table),
            "indicator": table["indicator"].map(_),
            "years": [", ".join(map(str, row)) for row in table[years].to_numpy()],
            "event between the last two": table["event"].where(table["event"] != "", _("none")),
            **{
                words: linked(intervals(table, f"{name}_", 1), cells)
                for name, words in (
                    ("earlier", "earlier change per year"),
                    ("later", "later change per year"),
                    ("bend", "second difference"),
                    ("miss", "off the line"),
                )
            },
            "later change": table["change"].map(_),
            "had begun": table["begun"].map(_),
            "then": table["course"].map(_),
            "the print allows": [
                ", ".join(map(_, listed.split(", "))) for listed in table["possible"]
            ],
            **origin(table, raw),
        }
    )
    return Table(
        frame,
        _("Three printed years: whether a change had begun before, bounds (cases)"),
        (
            _(
                "Second difference: later less earlier change per year. Off the line: the third "
                "count less that on the straight line through the first two. Had begun: whether a "
                "change in the same direction stood in the earlier stretch already. Two years make "
                "no model: the line shows what they promise, and chance is not weighed."
            ),
        ),
        data=table,
        nothing=NO_COMPARISON,
    )


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
    sides = table["change"].where(table["change"].isin(ONE_SIDED), "both")
    counted = table.assign(sides=sides).pivot_table(
        index=["iso3", "date", "event", "instrument", "stage"],
        columns="sides",
        values="indicator",
        aggfunc="size",
        fill_value=0,
    )
    counted = counted.reindex(columns=[*ONE_SIDED, "both"], fill_value=0).reset_index()
    frame = pd.DataFrame(
        {
            "country": counted["iso3"].map(raw.names),
            "event": counted["instrument"].map(_) + ", " + counted["stage"].map(_),
            "date": counted["date"].map(date),
            **{name: counted[name].astype(str) for name in [*ONE_SIDED, "both"]},
        }
    )
    return Table(
        frame,
        _("Number of indicators per event with a printed year before, after, or both"),
        data=table,
    )
