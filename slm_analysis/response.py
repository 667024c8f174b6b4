"""Answers to requests for travel documents: levels, trends and ratios, all as bounds."""

from __future__ import annotations

import pandas as pd

from slm_analysis.bounds import Bounds

KEY = ["iso3", "channel", "year"]
ANSWERS = ("negative", "confirmed", "unanswered")
OUTCOMES = (*ANSWERS, "issued")


def trend(panel: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Compare the first and the last printed year of an indicator, per country and channel.

    Returns
    -------
    DataFrame
        ``iso3``, ``channel``, ``indicator``, ``first``, ``last`` (years), ``years`` (number
        printed), ``before_lo`` to ``after_hi`` (cases), ``difference_lo``, ``difference_hi``
        (cases), ``ratio_lo``, ``ratio_hi`` (last to first) and ``change``; countries with two
        years or more.
    """
    rows = panel[panel["indicator"] == indicator].sort_values("year")
    ends = (
        rows.groupby(["iso3", "channel"])
        .agg(
            first=("year", "first"),
            last=("year", "last"),
            years=("year", "size"),
            before_lo=("lo", "first"),
            before_hi=("hi", "first"),
            after_lo=("lo", "last"),
            after_hi=("hi", "last"),
            raw_ids=("raw_ids", ";".join),
        )
        .reset_index()
    )
    ends.insert(2, "indicator", indicator)
    return compare(ends[ends["years"] > 1].reset_index(drop=True))


def compare(table: pd.DataFrame) -> pd.DataFrame:
    """Add difference, ratio and change to a table with columns ``before_*`` and ``after_*``."""
    before, after = Bounds.of(table, "before_"), Bounds.of(table, "after_")
    difference, ratio = after - before, after / before
    return table.assign(
        difference_lo=difference.lo,
        difference_hi=difference.hi,
        ratio_lo=ratio.lo,
        ratio_hi=ratio.hi,
        change=before.change_to(after),
    )


def per_100_requests(panel: pd.DataFrame) -> pd.DataFrame:
    """Relate outcomes to the requests of the same country, channel and year.

    A year's outcomes need not concern the year's requests (report, section 1.4), so these are
    ratios that may exceed 100, not shares.

    Returns
    -------
    DataFrame
        ``iso3``, ``channel``, ``year``, ``indicator``, ``printed``, ``requests_printed``,
        ``lo``, ``hi`` (cases per 100 requests), ``raw_ids``.
    """
    requests = panel.loc[panel["indicator"] == "requests", [*KEY, "lo", "hi", "printed", "raw_ids"]]
    rows = panel[panel["indicator"].isin(OUTCOMES)].merge(
        requests, on=KEY, suffixes=("", "_requests")
    )
    ratio = Bounds.of(rows) / Bounds(rows["lo_requests"], rows["hi_requests"]) * 100
    return rows[[*KEY, "indicator", "printed"]].assign(
        requests_printed=rows["printed_requests"],
        lo=ratio.lo,
        hi=ratio.hi,
        raw_ids=rows["raw_ids"] + ";" + rows["raw_ids_requests"],
    )


def where_requests_went(panel: pd.DataFrame) -> pd.DataFrame:
    """Set a year's answers beside its requests, with what is left over.

    Returns
    -------
    DataFrame
        One row per country, channel and year with requests printed: bounds (cases) on
        ``requests``, each answer and ``left`` (requests less answers; negative where the answers
        exceed the requests), as columns ``<name>_lo`` and ``<name>_hi``. An answer that is not
        printed has missing bounds, and leaves ``left_lo`` missing.
    """
    wide = panel[panel["indicator"].isin(("requests", *ANSWERS))].pivot(
        index=KEY, columns="indicator", values=["lo", "hi"]
    )
    wide = wide.reindex(columns=pd.MultiIndex.from_product([("lo", "hi"), ("requests", *ANSWERS)]))
    wide = wide[wide[("lo", "requests")].notna()]
    result = pd.DataFrame(index=wide.index)
    for name in ("requests", *ANSWERS):
        result[f"{name}_lo"], result[f"{name}_hi"] = wide[("lo", name)], wide[("hi", name)]
    answers_lo = sum(result[f"{name}_lo"].fillna(0) for name in ANSWERS)
    answers_hi = sum(result[f"{name}_hi"] for name in ANSWERS)
    result["left_lo"] = result["requests_lo"] - answers_hi
    result["left_hi"] = result["requests_hi"] - answers_lo
    return result.reset_index()
