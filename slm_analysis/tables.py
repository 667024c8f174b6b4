"""Tables for readers: the report's own, and the results of the other modules.

Each function takes tidy data and returns a :class:`rendering.Table`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

import pandas as pd
from markupsafe import Markup

from slm_analysis import schema
from slm_analysis.agreements import ONE_SIDED, event_names
from slm_analysis.censored import Change
from slm_analysis.language import _
from slm_analysis.panel import cell_name
from slm_analysis.read import Raw
from slm_analysis.rendering import (
    Table,
    addressed,
    interval,
    intervals,
    number,
    stacked,
    year_spans,
)

CHANNEL_WORDS = {"LP": "LP", "TO": "T&O", "nationality": "nationality", "": "departures"}
YEAR_LISTS = {"years", "before", "printed_before", "after", "printed_after"}
KIND_WORDS = {
    "exact": "exact",
    "rounded": "rounded",
    "suppressed": "under five",
    "range": "range of years",
    "zero": "zero, in words",
    "not printed": "not printed",
}


def places_of(row: Any) -> list[tuple[str, str, str]]:
    """Return source, page and section of a row of the panel, each place once."""
    parts = (text.split(";") for text in (row.source_id, row.page, row.section))
    return list(dict.fromkeys(zip(*parts, strict=True)))


def address(rows: pd.DataFrame) -> str:
    """Return the pages and sections of some rows, each once, as a note for readers."""
    places = {place for row in rows.itertuples() for place in places_of(row)}
    texts = [
        _("{source}, p. {page}, section {section}").format(
            source=source, page=page, section=section
        )
        if page
        else f"{source}, {section}"
        for source, page, section in sorted(places)
    ]
    return _("Source: {places}.").format(places="; ".join(texts))


def channels(table: pd.DataFrame) -> pd.Series:
    """Return the kind of request of each row in words."""
    return table["channel"].map(lambda channel: _(CHANNEL_WORDS[channel]))


def _linked(texts: Iterable[str], cells: Iterable[Iterable[str]]) -> list[Markup]:
    """Return numbers with the cells behind each, row by row."""
    return [addressed(text, names) for text, names in zip(texts, cells, strict=True)]


def _cells_of(table: pd.DataFrame, years: Iterable[object], indicator: str = "") -> list[list[str]]:
    """Return the names of the cells behind each row: those of its years (``2013, 2014``)."""
    return [
        [
            cell_name(row.iso3, year, row.channel, indicator or row.indicator)
            for year in str(listed).split(", ")
            if year
        ]
        for row, listed in zip(table.itertuples(), years, strict=True)
    ]


def _together(*cells: list[list[str]]) -> list[list[str]]:
    """Return all the cells behind each row, of several numbers in it."""
    return [list(chain(*names)) for names in zip(*cells, strict=True)]


def _rows_of(raw_ids: pd.Series) -> list[list[str]]:
    """Return the names of the raw rows behind each result."""
    return [[f"dtv_counts {name}" for name in ids.split(";")] for ids in raw_ids]


def _row_links(raw_ids: pd.Series) -> list[Markup]:
    """Return the ids of raw rows, each with its address."""
    return [
        Markup(", ").join(addressed(name.split(" ")[1], [name]) for name in names)
        for names in _rows_of(raw_ids)
    ]


def _origin(table: pd.DataFrame, raw: Raw) -> dict[str, list[str] | list[Markup]]:
    """Return columns with the raw rows behind each result, and what in them is inferred."""
    notes = raw["dtv_counts"].set_index("id")["note"]
    found = []
    for ids in table["raw_ids"]:
        text = " ".join(notes[name] for name in ids.split(";"))
        marks = [mark for mark in schema.NOTE_MARKS if f"{mark}:" in text]
        found.append(", ".join(_(mark.removesuffix(" inferred")) for mark in marks) or _("nothing"))
    return {"inferred": found, "rows": _row_links(table["raw_ids"])}


def general_statements(raw: Raw) -> Table:
    """Return the statements without a year, which stay out of the panel."""
    rows = raw["dtv_counts"].query("year_first == ''")
    frame = pd.DataFrame(
        {
            "country": rows["iso3"].map(raw.names),
            "channel": channels(rows),
            "indicator": rows["indicator"],
            "printed": _linked(rows["printed"], _rows_of(rows["id"])),
            "page": rows["page"],
            "section": rows["section"],
            "row": _row_links(rows["id"]),
            "note": rows["note"].str.removeprefix("general: "),
        }
    )
    return Table(frame, "Statements without a year; they are in no table or figure of counts")


def report_table(raw: Raw, name: str) -> Table:
    """Return table 1 or table 2 of the report; MR countries are bold, as in print."""
    cells, countries = raw[name], raw["countries"].set_index("iso3")
    notes = [note for note in dict.fromkeys(cells["footnote"]) if note]
    numbers = cells["footnote"].str.partition(":")[0]
    marked = [
        addressed(
            Markup("{}<sup>{}</sup>").format(printed, mark) if mark else printed, [f"{name} {row}"]
        )
        for printed, mark, row in zip(cells["printed"], numbers, cells["id"], strict=True)
    ]
    wide = (
        cells.assign(marked=marked)
        .pivot(index="iso3", columns="goal", values="marked")
        .reindex(index=cells["iso3"].unique(), columns=list(schema.GOALS))
    )
    names = [
        Markup("<b>{}</b>").format(row["name"]) if row["mr_2015"] == "yes" else row["name"]
        for _, row in countries.loc[wide.index].iterrows()
    ]
    wide.insert(0, "country", names)
    return Table(
        wide.reset_index(drop=True),
        f"Table {name.removeprefix('table')} of the report, as printed (in Dutch)",
        (
            *(f"Note {note}." for note in notes),
            "Bold: MR country (bold in print; taken from the list of nine in section 1.2.4, "
            "because the text extraction has lost the type).",
            address(cells),
        ),
    )


def country_paragraph(panel: pd.DataFrame, raw: Raw, iso3: str) -> Table:
    """Return a country's figures: printed over bounds, by indicator and year."""
    rows = panel[panel["iso3"] == iso3]
    years = range(rows["year"].min(), rows["year"].max() + 1)
    cells = {
        (channel, indicator, year): addressed(
            stacked(printed.replace(";", "; "), interval(lo, hi)),
            [cell_name(iso3, year, channel, indicator)],
        )
        for channel, indicator, year, printed, lo, hi in zip(
            rows["channel"],
            rows["indicator"],
            rows["year"],
            rows["printed"],
            rows["lo"],
            rows["hi"],
            strict=True,
        )
    }
    lines = rows[["channel", "indicator"]].drop_duplicates()
    lines = lines.sort_values(
        "indicator", key=lambda names: names.map(schema.INDICATORS.index), kind="stable"
    )
    table = pd.DataFrame(
        [
            {
                "indicator": _(indicator),
                "channel": _(CHANNEL_WORDS[channel]),
                **{
                    str(year): cells.get((channel, indicator, year), _("not printed"))
                    for year in years
                },
            }
            for channel, indicator in lines.itertuples(index=False)
        ]
    )
    ids = sorted({name for text in rows["raw_ids"] for name in text.split(";")})
    noted = raw["dtv_counts"].set_index("id").loc[ids, "note"]
    notes = [
        f"{', '.join(same.index)}: {_(note)}."
        for note, same in noted.groupby(noted, sort=False)
        if note
    ]
    told = _("Rows of dtv_counts.csv: {ids}.").format(ids=", ".join(ids))
    return Table(
        table,
        _("{country}: cases per year, printed over bounds").format(country=raw.names[iso3]),
        (*notes, f"{told} {address(rows)}"),
    )


def recommendations(raw: Raw) -> Table:
    """Return the recommendations and the cabinet's answers, paraphrased."""
    table = raw["recommendations"]
    return Table(
        pd.DataFrame(
            {
                "nr": _linked(
                    map(str, range(1, len(table) + 1)),
                    [[f"recommendations {name}"] for name in table["id"]],
                ),
                "recommendation": table["recommendation"],
                "answer of the cabinet": table["answer"],
                "in a word": table["stance"],
            }
        ),
        "The four recommendations and the cabinet's answer, paraphrased; the last column is ours",
        (address(table),),
    )


def spending(raw: Raw) -> Table:
    """Return the spending of 2010 with the sum recomputed."""
    table = raw["spending_2010"]
    parts = table[table["priority"] != "total"]
    total = pd.to_numeric(parts["notation"]).sum()
    amounts = _linked(table["printed"], [[f"spending_2010 {name}"] for name in table["id"]])
    return Table(
        pd.DataFrame({"priority": table["priority"], "million euro, as printed": amounts}),
        "Spending on migration and development, 2010",
        (f"Sum of the printed amounts: {total:.1f} million euro.", address(table)),
    )


def printed_counts(counts: pd.DataFrame, raw: Raw, years: tuple[int, int]) -> Table:
    """Return how many cells are printed, per country and indicator."""
    span = years[1] - years[0] + 1
    per_country = span * len(schema.INDICATORS)
    countries = len(counts) - 1
    table = pd.DataFrame(
        {
            name: _linked(counts[name].astype(str), ([code] for code in counts.index))
            for name in counts
        }
    )
    table.insert(0, "iso3", counts.index.map(raw.names | {"all": "all"}))
    return Table(
        table.rename(columns={"iso3": "country"}),
        f"Cells printed, of {span} years ({years[0]}–{years[1]}) per country and indicator",
        (
            f"With {len(schema.INDICATORS)} indicators a country has {per_country} cells, "
            f"the {countries} countries shown have {per_country * countries}.",
        ),
    )


def needed(table: pd.DataFrame, raw: Raw, caption: str, heads: dict[str, str]) -> Table:
    """Return a table of cells that would be needed, with heads for readers."""
    shown = table.assign(iso3=table["iso3"].map(raw.names))
    for column in YEAR_LISTS.intersection(shown):
        shown[column] = shown[column].map(year_spans)
    if "channel" in shown:
        shown["channel"] = channels(shown)
    return Table(shown.rename(columns={"iso3": "country", **heads}), caption)


def checks(found: pd.DataFrame, raw: Raw) -> Table:
    """Return the checks between cells."""
    frame = pd.DataFrame(
        {
            "country": found["iso3"].map(raw.names),
            "year": found["year"].astype(str),
            "channel": channels(found),
            "left less right": found["left"].str.replace("+", " + ") + " less " + found["right"],
            "difference": _linked(
                [
                    interval(float(lo), float("inf") if pd.isna(hi) else float(hi))
                    for lo, hi in zip(found["difference_lo"], found["difference_hi"], strict=True)
                ],
                _rows_of(found["raw_ids"]),
            ),
            "left exceeds": found["exceeds"],
            "equal": found["equals"],
            "left falls short": found["falls_short"],
            "not printed": found["missing"].str.replace(";", ", "),
            "rows": _row_links(found["raw_ids"]),
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
    first, last = _cells_of(table, table["first"]), _cells_of(table, table["last"])
    both = _together(first, last)
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "channel": channels(table),
            "first year": table["first"].astype(str),
            "cases": _linked(intervals(table, "before_"), first),
            "last year": table["last"].astype(str),
            "cases ": _linked(intervals(table, "after_"), last),
            "difference": _linked(intervals(table, "difference_"), both),
            "ratio": _linked(intervals(table, "ratio_", 2), both),
            "change": table["change"],
            **_origin(table, raw),
        }
    )
    return Table(frame, f"{indicator.capitalize()}: last printed year against the first, bounds")


def ratios(table: pd.DataFrame, raw: Raw) -> Table:
    """Return outcomes per 100 requests."""
    outcomes = _cells_of(table, table["year"])
    requests = _cells_of(table, table["year"], "requests")
    both = _together(outcomes, requests)
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "year": table["year"].astype(str),
            "channel": channels(table),
            "outcome": table["indicator"].map(_),
            "printed": _linked(table["printed"], outcomes),
            "requests, printed": _linked(table["requests_printed"], requests),
            "per 100 requests": _linked(intervals(table, "", 1), both),
            **_origin(table, raw),
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
                _cells_of(table, table["year"], name), table[f"{name}_hi"].notna(), strict=True
            )
        ]
        for name in ("requests", "negative", "confirmed", "unanswered")
    }
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "year": table["year"].astype(str),
            "channel": channels(table),
            **{name: _linked(intervals(table, f"{name}_"), cells[name]) for name in cells},
            "requests less answers": _linked(intervals(table, "left_"), _together(*cells.values())),
        }
    )
    return Table(frame, "Requests and the answers of the same year (cases, bounds)")


def comparisons(table: pd.DataFrame, raw: Raw) -> Table:
    """Return the comparisons before and after events that have years on both sides."""
    cells = {side: _cells_of(table, table[f"years_{side}"]) for side in ("before", "after")}
    both = _together(*cells.values())
    own = _cells_of(table, table["date"].str[:4].where(table["own_lo"].notna(), ""))
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "event": event_names(table),
            "channel": channels(table),
            "indicator": table["indicator"].map(_),
            **{
                side: _linked(
                    map(
                        stacked,
                        intervals(table, f"{side}_", 1),
                        table[f"years_{side}"].map(year_spans),
                    ),
                    names,
                )
                for side, names in cells.items()
            },
            "event's own year": _linked(intervals(table, "own_"), own),
            "difference": _linked(intervals(table, "difference_", 1), both),
            "ratio": _linked(intervals(table, "ratio_", 2), both),
            "change": table["change"].map(_),
            **_origin(table, raw),
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
    before, after = (_cells_of(table, [year] * len(table)) for year in (first, last))
    both = _together(before, after)
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "channel": channels(table),
            "indicator": table["indicator"],
            str(first): _linked(intervals(table, "before_"), before),
            str(last): _linked(intervals(table, "after_"), after),
            "difference": _linked(intervals(table, "difference_"), both),
            "change": table["change"],
            **_origin(table, raw),
        }
    )
    return Table(frame, f"Cases in {first} and {last}, bounds")


def plotted(rows: pd.DataFrame, raw: Raw) -> Table:
    """Return the counts that a figure draws, with their addresses."""
    cells = _cells_of(rows, rows["year"])
    frame = pd.DataFrame(
        {
            "country": rows["iso3"].map(raw.names),
            "channel": channels(rows),
            "indicator": rows["indicator"],
            "year": rows["year"].astype(str),
            "printed": _linked(rows["printed"].str.replace(";", "; "), cells),
            "bounds": _linked(intervals(rows), cells),
            "kind": rows["kind"].map(KIND_WORDS),
            "rows": _row_links(rows["raw_ids"]),
            "page": rows["page"].str.split(";").map(lambda pages: ", ".join(dict.fromkeys(pages))),
        }
    )
    return Table(frame, "The plotted counts (cases per year)")


def timeline(happened: pd.DataFrame, raw: Raw) -> Table:
    """Return the dated instruments with their addresses, and rows that say otherwise."""
    frame = pd.DataFrame(
        {
            "country": happened["iso3"].map(raw.names),
            "date": _linked(happened["date"], [[f"agreements {name}"] for name in happened["id"]]),
            "party": happened["party"],
            "instrument": happened["instrument"].map(_),
            "stage": happened["stage"].map(_),
            "source": happened["source_id"],
            "page": happened["page"],
            "section": happened["section"].map(_),
            "says otherwise": happened["conflicts_with"],
            "row": happened["id"],
        }
    )
    return Table(frame, _("What happened and when, as printed"))


def tests(table: pd.DataFrame, raw: Raw) -> Table:
    """Return the tests over bounds, rounding and sampling apart."""
    rows = _rows_of(table["raw_ids"])
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "indicator": table["indicator"],
            "compared": table["name"],
            "ratio: rounding": _linked(intervals(table, "ratio_", 2), rows),
            "ratio: outermost 95% limits": _linked(intervals(table, "limit_", 2), rows),
            "p from": _linked(table["p_lo"].map(p_value), rows),
            "p to": _linked(table["p_hi"].map(p_value), rows),
            "pairs tested": _linked(table["pairs"].astype(str), rows),
            "change in the print": table["change"],
            "evidence at 5%": table["verdict"],
            **_origin(table, raw),
        }
    )
    return Table(
        frame,
        "Ratio of yearly rates, after to before: what rounding allows, and what chance would add",
        (
            "Exact conditional test of equal Poisson rates for every pair of counts that fits the "
            "print. robust: significant for every pair; depends on rounding: for some; not "
            f"distinguishable: for none. {len(table)} comparisons; nothing is corrected for their "
            "number.",
        ),
    )


def p_value(value: float) -> str:
    """Write a p-value."""
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def pooled(changes: dict[str, Change]) -> Table:
    """Return pooled changes, a line per comparison and rule."""
    rows = []
    for what, change in changes.items():
        countries = [unit.split(" ")[0] for unit in change.units]
        limits = interval(change.limit_lo, change.limit_hi, 2)
        rows.append(
            {
                "compared": what,
                "rule": change.rule,
                "cells": addressed(str(change.cells), countries),
                "series": ", ".join(change.units),
                "dropped": ", ".join(change.dropped) or "none",
                "ratio": addressed(number(change.ratio, 2), countries),
                "95% limits": addressed(limits, countries),
                "p": addressed(p_value(change.p), countries),
            }
        )
    return Table(
        pd.DataFrame(rows),
        "Pooled ratio of unanswered requests, later to earlier (censored Poisson regression)",
        (
            "Each series has a level of its own. A series is dropped, and named, where every "
            "count may be 0. The limits are those of sampling under a Poisson model; the rule "
            "stands for rounding.",
        ),
    )


def simulation(table: pd.DataFrame) -> Table:
    """Return how the models fare on data of known truth."""
    frame = pd.DataFrame(
        {
            "truth": table["truth"],
            "method": table["method"],
            "coverage of nominal 95%": (100 * table["coverage"]).map("{:.1f}%".format),
            "Monte Carlo error": (100 * table["coverage_error"]).map("{:.1f}".format),
            "within 93–97%": table["coverage"].between(0.93, 0.97).map({True: "yes", False: "no"}),
            "bias (log ratio)": [number(value, 4) for value in table["bias"]],
            "mean width (log ratio)": [number(value, 3) for value in table["width"]],
            "data sets": table["fits"].astype(str),
        }
    )
    return Table(frame, "The models on simulated data of the report's design")


def rules(table: pd.DataFrame, caption: str) -> Table:
    """Return headline results under every reading rule."""
    return Table(table.rename(columns={"family": "kind"}), caption)


def deciding(table: pd.DataFrame, raw: Raw) -> Table:
    """Return what knowing one cell exactly would decide."""
    cells = _cells_of(table, table["cell"])
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "indicator": table["indicator"],
            "undecided comparison": table["name"],
            "cell": table["cell"].astype(str),
            "printed": _linked(table["printed"], cells),
            "bounds": _linked(intervals(table), cells),
            "its value would decide": table["decides"],
            "for values": _linked(
                table["deciding"].astype(str) + " of " + table["possible"].astype(str), cells
            ),
        }
    )
    return Table(frame, "Undecided comparisons: what one exact count would decide")


def missing_side(table: pd.DataFrame, raw: Raw) -> Table:
    """Return which unprinted means would decide the one-sided comparisons."""
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "event": event_names(table),
            "channel": channels(table),
            "indicator": table["indicator"],
            "not printed": "years " + table["side"],
            "would stay undecided for a mean of": _linked(
                intervals(table, "", 1), _rows_of(table["raw_ids"])
            ),
        }
    )
    return Table(
        frame,
        "One-sided comparisons: the unprinted mean (cases per year) that would decide nothing",
    )
