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
        printed), ``before_lo`` to ``after_hi`` (cases), ``raw_ids`` (of every printed year),
        ``difference_lo``, ``difference_hi`` (cases), ``ratio_lo``, ``ratio_hi`` (last to first) and
        ``change``; one row per country and channel with two years or more.

    Examples
    --------
    >>> table = trend(panel, "unanswered").set_index("iso3")
    >>> table.loc["ARM", ["first", "last", "change"]].to_dict()
    {'first': 2012, 'last': 2014, 'change': 'certainly down'}
    >>> table.loc["ARM", ["difference_lo", "difference_hi"]].to_dict()
    {'difference_lo': -79.0, 'difference_hi': -71.0}
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
    """Add difference, ratio and change to a table with columns ``before_*`` and ``after_*``.

    Parameters
    ----------
    table
        With ``before_lo``, ``before_hi``, ``after_lo`` and ``after_hi``, none of them missing
        (cases, or cases per year).

    Returns
    -------
    DataFrame
        The table with ``difference_lo`` and ``difference_hi`` (after less before, same unit),
        ``ratio_lo`` and ``ratio_hi`` (after to before; infinite where before may be 0) and
        ``change`` as :meth:`bounds.Bounds.change_to` names it.

    Raises
    ------
    AnalysisError
        If bounds are missing, reversed or negative.

    Examples
    --------
    >>> pair = {"before_lo": [78], "before_hi": [82], "after_lo": [38], "after_hi": [42]}
    >>> compare(pd.DataFrame(pair))[["difference_lo", "difference_hi", "change"]].iloc[0].to_dict()
    {'difference_lo': -44.0, 'difference_hi': -36.0, 'change': 'certainly down'}
    """
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
        ``lo``, ``hi`` (cases per 100 requests; ``hi`` is infinite where the requests may be 0),
        ``raw_ids``. One row per printed outcome whose requests are printed too.

    Examples
    --------
    >>> ratios = per_100_requests(panel).set_index(["iso3", "indicator"])
    >>> ratios.loc[("ARM", "unanswered"), ["printed", "requests_printed"]].to_dict()
    {'printed': '55', 'requests_printed': '275'}
    >>> ratios.loc[("ARM", "unanswered"), ["lo", "hi"]].astype(float).round(1).tolist()
    [19.1, 20.9]
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

    Examples
    --------
    >>> table = where_requests_went(panel).set_index("iso3")
    >>> table.loc["AZE", ["requests_lo", "requests_hi", "left_lo", "left_hi"]].to_dict()
    {'requests_lo': 93.0, 'requests_hi': 97.0, 'left_lo': -38.0, 'left_hi': -22.0}
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
