"""Answers to requests for travel documents: levels, trends and ratios, all as bounds."""

from __future__ import annotations

import pandas as pd

from slm_analysis.bounds.arithmetic import Bounds
from slm_analysis.results.checks import ANSWERS
from slm_analysis.results.joint_bounds import SERIES

KEY = ["iso3", "channel", "year"]
OUTCOMES = (*ANSWERS, "issued")


def trend(panel: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Compare the first and the last printed year of an indicator, per country and channel.

    Returns
    -------
    DataFrame
        ``iso3``, ``channel``, ``indicator``, ``first``, ``last`` (years), ``years_before`` and
        ``years_after`` (the same as text), ``years`` (number printed), ``before_lo`` to
        ``after_hi`` (cases), ``raw_ids`` (of every printed year), ``difference_lo``,
        ``difference_hi`` (cases), ``ratio_lo``, ``ratio_hi`` (last to first) and ``change``; one
        row per country and channel with two years or more.

    Examples
    --------
    >>> table = trend(panel, "unanswered").set_index("iso3")
    >>> table.loc["ARM", ["first", "last", "change"]].to_dict()
    {'first': 2012, 'last': 2014, 'change': 'fell for certain'}
    >>> table.loc["ARM", ["difference_lo", "difference_hi"]].to_dict()
    {'difference_lo': -79.0, 'difference_hi': -71.0}
    """
    found = first_and_last(panel[panel["indicator"] == indicator])
    return found.sort_values(SERIES, ignore_index=True, kind="stable")


def first_and_last(rows: pd.DataFrame) -> pd.DataFrame:
    """Compare the first and the last year of every series in some rows of a panel.

    Returns
    -------
    DataFrame
        The columns of :func:`trend`; one row per series with two years or more.

    Examples
    --------
    >>> first_and_last(panel[panel["iso3"] == "AZE"])[["indicator", "first", "last"]].head(1)
        indicator  first  last
    0  unanswered   2012  2014
    """
    series = rows.sort_values("year", kind="stable").groupby(SERIES, sort=False)
    first, last = series.first(), series.last()
    table = pd.DataFrame({"first": first["year"], "last": last["year"], "years": series.size()})
    for side, ends in (("before", first), ("after", last)):
        table = table.join(ends[["lo", "hi"]].add_prefix(f"{side}_"))
    table["raw_ids"] = series["raw_ids"].agg(";".join)
    table["years_before"] = first["year"].astype(str)
    table["years_after"] = last["year"].astype(str)
    return compare(table[table["years"] > 1].reset_index())


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
        ``ratio_lo`` and ``ratio_hi`` (after to before; infinite where before may be 0, missing
        where it is) and ``change`` as :meth:`bounds.Bounds.change_to` names it.

    Raises
    ------
    AnalysisError
        If bounds are missing, reversed or negative.

    Examples
    --------
    >>> pair = {"before_lo": [78], "before_hi": [82], "after_lo": [38], "after_hi": [42]}
    >>> compare(pd.DataFrame(pair))[["difference_lo", "difference_hi", "change"]].iloc[0].to_dict()
    {'difference_lo': -44.0, 'difference_hi': -36.0, 'change': 'fell for certain'}
    """
    before, after = Bounds.of(table, "before_"), Bounds.of(table, "after_")
    some = table[table["before_hi"] > 0]
    ratio = Bounds.of(some, "after_") / Bounds.of(some, "before_")
    table = table.assign(**(after - before).columns("difference"))
    table = table.join(pd.DataFrame(ratio.columns("ratio"), some.index))
    return table.assign(change=before.change_to(after))


def per_100_requests(panel: pd.DataFrame) -> pd.DataFrame:
    """Relate outcomes to the requests of the same country, channel and year.

    A year's outcomes need not concern the year's requests (report, section 1.4), so these are
    ratios that may exceed 100, not shares.

    Returns
    -------
    DataFrame
        ``iso3``, ``channel``, ``year``, ``indicator``, ``printed``, ``requests_printed``,
        ``lo``, ``hi`` (cases per 100 requests; ``hi`` is infinite where the requests may be 0),
        ``raw_ids``. One row per printed outcome whose requests are printed too, and not as 0.

    Examples
    --------
    >>> ratios = per_100_requests(panel).set_index(["iso3", "indicator"])
    >>> ratios.loc[("ARM", "unanswered"), ["printed", "requests_printed"]].to_dict()
    {'printed': '55', 'requests_printed': '275'}
    >>> ratios.loc[("ARM", "unanswered"), ["lo", "hi"]].astype(float).round(1).tolist()
    [19.1, 20.9]
    """
    rows = _with_requests(panel)
    ratio = Bounds.of(rows) / Bounds.of(rows, "requests_") * 100
    return rows[[*KEY, "indicator", "printed"]].assign(
        requests_printed=rows["requests_printed"],
        lo=ratio.lo,
        hi=ratio.hi,
        raw_ids=rows["raw_ids"] + ";" + rows["requests_raw_ids"],
    )


def _with_requests(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the outcomes, each with the requests of its year; not where these are exactly 0."""
    some = (panel["indicator"] == "requests") & (panel["hi"] > 0)
    requests = panel[some].set_index(KEY)[["lo", "hi", "printed", "raw_ids"]]
    outcomes = panel[panel["indicator"].isin(OUTCOMES)]
    return outcomes.merge(requests.add_prefix("requests_").reset_index(), on=KEY)


def per_100_changes(panel: pd.DataFrame) -> pd.DataFrame:
    """Compare outcomes per 100 requests in the first and the last year that have both.

    Four counts, each within its own bounds, and each once in the difference: its bounds are sharp.

    Returns
    -------
    DataFrame
        ``iso3``, ``channel``, ``indicator``, ``years_before``, ``years_after`` (a year each, as
        text), ``cases_before_lo`` to ``cases_after_hi`` and ``requests_before_lo`` to
        ``requests_after_hi`` (cases), ``before_lo`` to ``after_hi`` and ``difference_*`` (per 100
        requests), ``ratio_*``, ``change`` and ``raw_ids`` (of all four). One row per outcome of a
        country and channel with two such years. A year whose requests may be 0 has no number of
        requests to relate to, and is left out.

    Examples
    --------
    Serbia confirmed 50 of 70 and 60 of 60:

    >>> table = per_100_changes(panel).set_index(["iso3", "indicator"]).loc[("SRB", "confirmed")]
    >>> table[["years_before", "years_after", "change"]].tolist()
    ['2013', '2014', 'rose for certain']
    >>> table[["difference_lo", "difference_hi"]].astype(float).round(1).tolist()
    [17.1, 40.2]
    """
    rows = _with_requests(panel)
    series = rows[rows["requests_lo"] > 0].sort_values("year", kind="stable").groupby(SERIES)
    several = series.size() > 1
    first, last = series.first()[several], series.last()[several]
    ids = [ends[name] for ends in (first, last) for name in ("raw_ids", "requests_raw_ids")]
    table = pd.DataFrame({"raw_ids": ids[0].str.cat(ids[1:], ";")})
    for side, ends in (("before", first), ("after", last)):
        cases, asked = Bounds.of(ends), Bounds.of(ends, "requests_")
        ratio = cases / asked * 100
        for name, bounds in (("cases_", cases), ("requests_", asked), ("", ratio)):
            table = table.assign(**bounds.columns(f"{name}{side}"))
        table[f"years_{side}"] = ends["year"].astype(str)
    return compare(table.reset_index())


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
    names = ("requests", *ANSWERS)
    cells = panel[panel["indicator"].isin(names)]
    wide = cells.pivot(index=KEY, columns="indicator", values=["lo", "hi"])
    wide = wide.reindex(columns=[(end, name) for name in names for end in ("lo", "hi")])
    wide = wide[wide[("lo", "requests")].notna()]
    wide.columns = [f"{name}_{end}" for end, name in wide.columns]
    answers_lo = wide[[f"{name}_lo" for name in ANSWERS]].sum(axis=1)
    answers_hi = wide[[f"{name}_hi" for name in ANSWERS]].sum(axis=1, skipna=False)
    wide["left_lo"] = wide["requests_lo"] - answers_hi
    wide["left_hi"] = wide["requests_hi"] - answers_lo
    return wide.reset_index()
