"""Tables of what follows from the printed counts for all true counts that fit them."""

from __future__ import annotations

import pandas as pd

from slm_analysis.agreements import ONE_SIDED, event_names
from slm_analysis.language import _
from slm_analysis.read import Raw
from slm_analysis.rendering import (
    Table,
    interval,
    intervals,
    stacked,
    year_spans,
)
from slm_analysis.tables.cells import (
    cells_of,
    channels,
    linked,
    origin,
    row_links,
    rows_of,
    together,
)


def checks(found: pd.DataFrame, raw: Raw) -> Table:
    """Return the checks between cells."""
    frame = pd.DataFrame(
        {
            "country": found["iso3"].map(raw.names),
            "year": found["year"].astype(str),
            "channel": channels(found),
            "left less right": found["left"].str.replace("+", " + ") + " less " + found["right"],
            "difference": linked(
                [
                    interval(float(lo), float("inf") if pd.isna(hi) else float(hi))
                    for lo, hi in zip(found["difference_lo"], found["difference_hi"], strict=True)
                ],
                rows_of(found["raw_ids"]),
            ),
            "left exceeds": found["exceeds"],
            "equal": found["equals"],
            "left falls short": found["falls_short"],
            "not printed": found["missing"].str.replace(";", ", "),
            "rows": row_links(found["raw_ids"]),
        }
    )
    return Table(
        frame,
        "Checks between the cells of one country, year and channel (cases)",
        (
            "certain: for all true counts that fit the print; possible: for some; contradicted: "
            "for none. A count that is not printed is anything from 0 up.",
        ),
    )


def trends(table: pd.DataFrame, raw: Raw, indicator: str) -> Table:
    """Return the first and last printed year of an indicator, compared."""
    first, last = cells_of(table, table["first"]), cells_of(table, table["last"])
    both = together(first, last)
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "channel": channels(table),
            "first year": table["first"].astype(str),
            "cases": linked(intervals(table, "before_"), first),
            "last year": table["last"].astype(str),
            "cases ": linked(intervals(table, "after_"), last),
            "difference": linked(intervals(table, "difference_"), both),
            "ratio": linked(intervals(table, "ratio_", 2), both),
            "change": table["change"],
            **origin(table, raw),
        }
    )
    return Table(frame, f"{indicator.capitalize()}: last printed year against the first, bounds")


def ratios(table: pd.DataFrame, raw: Raw) -> Table:
    """Return outcomes per 100 requests."""
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
    )


def requests_left(table: pd.DataFrame, raw: Raw) -> Table:
    """Return requests, answers and what is left over."""
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
    return Table(frame, "Requests and the answers of the same year (cases, bounds)")


def comparisons(table: pd.DataFrame, raw: Raw) -> Table:
    """Return the comparisons before and after events that have years on both sides."""
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
            "ratio": linked(intervals(table, "ratio_", 2), both),
            "change": table["change"].map(_),
            **origin(table, raw),
        }
    )
    return Table(frame, _("Mean cases per year before and after, bounds over the years that count"))


def one_sided(table: pd.DataFrame, raw: Raw) -> Table:
    """Return, per event, the comparisons that the print cannot give, and why."""
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
            "event": counted["instrument"] + ", " + counted["stage"],
            "date": counted["date"],
            **{name: counted[name].astype(str) for name in [*ONE_SIDED, "both"]},
        }
    )
    return Table(frame, "Number of indicators per event with a printed year before, after, or both")


def two_years(table: pd.DataFrame, raw: Raw, first: int, last: int) -> Table:
    """Return the comparison of two years."""
    before, after = (cells_of(table, [year] * len(table)) for year in (first, last))
    both = together(before, after)
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "channel": channels(table),
            "indicator": table["indicator"],
            str(first): linked(intervals(table, "before_"), before),
            str(last): linked(intervals(table, "after_"), after),
            "difference": linked(intervals(table, "difference_"), both),
            "change": table["change"],
            **origin(table, raw),
        }
    )
    return Table(frame, f"Cases in {first} and {last}, bounds")
