"""Tables of what chance, the reading rule and one more count would change."""

from __future__ import annotations

import pandas as pd

from slm_analysis.agreements import event_names
from slm_analysis.censored import Change
from slm_analysis.derived import SERIES
from slm_analysis.language import _
from slm_analysis.read import Raw
from slm_analysis.rendering import (
    Table,
    addressed,
    interval,
    intervals,
    number,
    ratio_texts,
    stacked,
)
from slm_analysis.tables.cells import (
    cells_of,
    channels,
    judged,
    linked,
    origin,
    p_value,
    rows_of,
    test_note,
    together,
)


def tests(table: pd.DataFrame, raw: Raw, dispersion: pd.DataFrame) -> Table:
    """Return the tests over bounds, rounding and sampling apart.

    Parameters
    ----------
    table
        As :func:`inference.rate_tests` returns it, with a column ``name`` (what is compared).
    raw
        For the names of the countries and the notes of the rows.
    dispersion
        As :func:`derived.range_dispersion` returns it, to stand beside the dispersion that a result
        bears.

    Examples
    --------
    >>> from slm_analysis.derived import attained_ranges, range_dispersion
    >>> from slm_analysis.inference import rate_tests
    >>> from slm_analysis.response import trend
    >>> tested = rate_tests(trend(panel, "unanswered")).assign(name="last to first printed year")
    >>> own = range_dispersion(attained_ranges(raw), panel)
    >>> row = tests(tested, raw, own).frame.iloc[0]
    >>> row["country"], row["ratio: rounding"].striptags(), row["in the print"]
    ('Armenia', '0.40–0.45', 'fell for certain')
    """
    rows = rows_of(table["raw_ids"])
    ranges = dispersion.assign(text=intervals(dispersion, "", 1)).groupby(SERIES)["text"]
    own = ranges.agg("; ".join).reindex(pd.MultiIndex.from_frame(table[SERIES]))
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "indicator": table["indicator"],
            "compared": table["name"],
            "ratio: rounding": linked(ratio_texts(table), rows),
            "ratio: outermost 95% limits": linked(intervals(table, "limit_", 2), rows),
            **judged(table),
            "dispersion in a printed range": linked(own.fillna("not known"), rows),
            **origin(table, raw),
        }
    )
    return Table(
        frame,
        "Ratio of yearly rates, after to before: what rounding allows, and what chance would add",
        (
            test_note(table),
            "Dispersion in a printed range: the variance-to-mean ratio over the years for which "
            "the series is printed as a range, if some year attains each of its ends. A result "
            "that bears less is within the ups and downs, or the trend, of its own series.",
        ),
    )


def ratio_changes(table: pd.DataFrame, raw: Raw) -> Table:
    """Return the changes per 100 requests, with what print and chance allow.

    The table is as :func:`inference.request_tests` returns it, of
    :func:`response.per_100_changes`.

    Examples
    --------
    >>> from slm_analysis.inference import request_tests
    >>> from slm_analysis.response import per_100_changes
    >>> tested = request_tests(per_100_changes(panel[panel["iso3"] == "SRB"]))
    >>> row = ratio_changes(tested, raw).frame.iloc[0]
    >>> row["outcome"], row["change per 100"].striptags(), row["in the print"]
    ('confirmed', '17–40.3', 'rose for certain')
    """
    cells = {
        side: together(
            cells_of(table, table[f"years_{side}"]),
            cells_of(table, table[f"years_{side}"], "requests"),
        )
        for side in ("before", "after")
    }
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "channel": channels(table),
            "outcome": table["indicator"],
            **{
                column: linked(
                    map(stacked, intervals(table, f"{side}_", 1), table[f"years_{side}"]),
                    cells[side],
                )
                for side, column in (("before", "per 100, earlier"), ("after", "per 100, later"))
            },
            "change per 100": linked(intervals(table, "difference_", 1), together(*cells.values())),
            **judged(table),
            **origin(table, raw),
        }
    )
    return Table(
        frame,
        "Outcomes per 100 requests: last year with both against the first, bounds over four counts",
        (
            "Equal rates per request, the requests as exposure, over every combination of the four "
            "counts that fits the print. Were the outcomes those of the same requests, they would "
            "vary less and a test could find more; a year's outcomes need not be.",
            test_note(table),
        ),
    )


def pooled(changes: dict[str, Change]) -> Table:
    """Return pooled changes, a line per comparison and rule.

    Parameters
    ----------
    changes
        What is compared, and its change: the entries of :func:`censored.pooled_trend`.

    Examples
    --------
    >>> from slm_analysis.rules import RULES
    >>> from slm_analysis.censored import pooled_trend
    >>> from slm_analysis.panel import build_panel
    >>> rule = RULES["suppress-then-round"]
    >>> changes = pooled_trend(build_panel(raw, rule), "unanswered", "T&O", 2013, 2014, rule)
    >>> pooled(changes).frame[["compared", "series"]].iloc[0].tolist()
    ['T&O, 2013 to 2014, suppress-then-round', 'GEO TO, RUS TO, SRB TO, UKR TO']
    """
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
    """Return how the models fare on data of known truth: one row per truth and method.

    The table is as :func:`simulation.simulate_truths` returns it.

    Examples
    --------
    >>> table = pd.DataFrame({"truth": ["Poisson"], "method": ["censored"], "coverage": [0.9485],
    ...     "coverage_error": [0.0049], "bias": [-0.0021], "width": [0.3794], "fits": [2000]})
    >>> simulation(table).frame.iloc[0, 2:].tolist()
    ['94.8%', '0.5', 'yes', '−0.0021', '0.379', '2000']
    """
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


def selection(table: pd.DataFrame) -> Table:
    """Return what choosing series for their fall does where nothing changes: an illustration.

    The table is as :func:`selection.chosen_for_falling` returns it.

    Examples
    --------
    >>> from slm_analysis.selection import chosen_for_falling
    >>> selection(chosen_for_falling([130, 40, 10], sets=200)).frame["chosen among"].tolist()
    ['3', '6', '15', '3', '6', '15']
    """
    frame = pd.DataFrame(
        {
            "variance of a count": [f"{number(d, 1)} times its mean" for d in table["dispersion"]],
            "series chosen": table["chosen"].astype(str),
            "chosen among": table["among"].astype(str),
            "of these fell": [number(mean, 2) for mean in table["fell"]],
            "fell significantly": [number(mean, 2) for mean in table["significant"]],
            "at least one did": (100 * table["any"]).map("{:.0f}%".format),
        }
    )
    return Table(
        frame,
        "Illustration: series without change, chosen because they fell most (means of the draws)",
        (
            "The exact test at 5%, of counts known without rounding. Chosen among as many series "
            "as there are: no choice at all.",
        ),
    )


def rules(table: pd.DataFrame, caption: str) -> Table:
    """Return results under every reading rule.

    Parameters
    ----------
    table
        Rows of :func:`sensitivity.under_every_rule`, with all readings or some.
    caption
        Of the table.

    Examples
    --------
    >>> table = pd.DataFrame({"family": ["trend"], "result": ["Ukraine"], "outer": ["open"]})
    >>> list(rules(table, "Results").frame)
    ['kind', 'result', 'outer']
    """
    return Table(table.rename(columns={"family": "kind"}), caption)


def deciding(table: pd.DataFrame, raw: Raw) -> Table:
    """Return what knowing one cell exactly would decide, a line per open comparison and cell.

    The table is as :func:`sensitivity.what_would_decide` returns it.

    Examples
    --------
    >>> from slm_analysis.sensitivity import comparisons, what_would_decide
    >>> serbia = panel[panel["iso3"] == "SRB"]
    >>> table = deciding(what_would_decide(comparisons(serbia, raw, None), serbia), raw)
    >>> print(table.text().splitlines()[2])
    Serbia | unanswered | 2013 to 2014 | 2013 | <5 | 0–4 | all | 5 of 5
    """
    cells = cells_of(table, table["cell"])
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "indicator": table["indicator"],
            "open comparison": table["name"],
            "cell": table["cell"].astype(str),
            "printed": linked(table["printed"], cells),
            "bounds": linked(intervals(table), cells),
            "its value would decide": table["decides"],
            "for values": linked(
                table["deciding"].astype(str) + " of " + table["possible"].astype(str), cells
            ),
        }
    )
    return Table(frame, "Open comparisons: what one exact count would decide")


def missing_side(table: pd.DataFrame, raw: Raw) -> Table:
    """Return for each one-sided comparison the unprinted means that would leave it open.

    The table is as :func:`sensitivity.missing_side` returns it.

    Examples
    --------
    >>> from slm_analysis import agreements, sensitivity
    >>> around = agreements.before_after(panel, agreements.events(raw))
    >>> row = missing_side(sensitivity.missing_side(around), raw).frame.iloc[0]
    >>> row["not printed"], row["would stay open for a mean of"].striptags()
    ('years before', '28–32')
    """
    # a side that is known exactly decides against every mean: its own is no change
    open_means = [
        _("none") if known else text
        for known, text in zip(table["lo"] == table["hi"], intervals(table, "", 1), strict=True)
    ]
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "event": event_names(table),
            "channel": channels(table),
            "indicator": table["indicator"],
            "not printed": "years " + table["side"],
            "would stay open for a mean of": linked(open_means, rows_of(table["raw_ids"])),
        }
    )
    return Table(
        frame,
        "One-sided comparisons: the unprinted mean (cases per year) that would decide nothing",
    )
