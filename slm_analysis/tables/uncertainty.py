"""Tables of what chance, the reading rule and one more count would change."""

from __future__ import annotations

import pandas as pd

from slm_analysis.agreements import event_names
from slm_analysis.censored import Change
from slm_analysis.read import Raw
from slm_analysis.rendering import (
    Table,
    addressed,
    interval,
    intervals,
    number,
)
from slm_analysis.tables.cells import (
    cells_of,
    channels,
    linked,
    origin,
    rows_of,
)


def tests(table: pd.DataFrame, raw: Raw) -> Table:
    """Return the tests over bounds, rounding and sampling apart."""
    rows = rows_of(table["raw_ids"])
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "indicator": table["indicator"],
            "compared": table["name"],
            "ratio: rounding": linked(intervals(table, "ratio_", 2), rows),
            "ratio: outermost 95% limits": linked(intervals(table, "limit_", 2), rows),
            "p from": linked(table["p_lo"].map(p_value), rows),
            "p to": linked(table["p_hi"].map(p_value), rows),
            "pairs tested": linked(table["pairs"].astype(str), rows),
            "change in the print": table["change"],
            "evidence at 5%": table["verdict"],
            **origin(table, raw),
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
    cells = cells_of(table, table["cell"])
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "indicator": table["indicator"],
            "undecided comparison": table["name"],
            "cell": table["cell"].astype(str),
            "printed": linked(table["printed"], cells),
            "bounds": linked(intervals(table), cells),
            "its value would decide": table["decides"],
            "for values": linked(
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
            "would stay undecided for a mean of": linked(
                intervals(table, "", 1), rows_of(table["raw_ids"])
            ),
        }
    )
    return Table(
        frame,
        "One-sided comparisons: the unprinted mean (cases per year) that would decide nothing",
    )
