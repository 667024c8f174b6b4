"""What is printed, and what would be needed to test the report's kinds of statement."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from slm_analysis.printed.codebook import INDICATORS
from slm_analysis.printed.read import Raw
from slm_analysis.printed.sources import Source
from slm_analysis.results.checks import ANSWERS


def years_as_text(years: Iterable[int]) -> str:
    """Return years as text, in order.

    Examples
    --------
    >>> years_as_text([2014, 2012])
    '2012, 2014'
    """
    return ", ".join(map(str, sorted(years)))


def years_from_text(years: str) -> list[int]:
    """Return the years of a text as :func:`years_as_text` writes it.

    Examples
    --------
    >>> years_from_text("2012, 2014"), years_from_text("")
    ([2012, 2014], [])
    """
    return [int(year) for year in years.split(", ") if year]


def select(panel: pd.DataFrame, countries: list[str], years: tuple[int, int]) -> pd.DataFrame:
    """Return the rows of some countries and years (first and last, both included).

    Examples
    --------
    >>> select(panel, ["ARM", "AZE"], (2012, 2013))["year"].tolist()
    [2012, 2013, 2012, 2013]
    """
    chosen = panel["iso3"].isin(countries) & panel["year"].between(*years)
    return panel[chosen].reset_index(drop=True)


def printed_years(
    panel: pd.DataFrame, countries: list[str], years: tuple[int, int]
) -> pd.DataFrame:
    """Return every cell of countries × indicators × years and whether it is printed.

    Returns
    -------
    DataFrame
        ``iso3``, ``indicator``, ``year``, ``channel``, ``kind``; ``kind`` is ``not printed`` for a
        gap, whose ``channel`` is empty. Of several channels that of the first in the panel stands.

    Examples
    --------
    >>> cells = printed_years(panel, ["ARM"], (2013, 2014)).set_index(["indicator", "year"])
    >>> cells.loc["requests", "kind"].to_dict()
    {2013: 'not printed', 2014: 'rounded'}
    """
    key = ["iso3", "indicator", "year"]
    span = range(years[0], years[1] + 1)
    cells = pd.MultiIndex.from_product([countries, INDICATORS, span], names=key)
    found = panel.drop_duplicates(key).set_index(key)[["channel", "kind"]].reindex(cells)
    return found.fillna({"channel": "", "kind": "not printed"}).reset_index()


def rounding_inferred(panel: pd.DataFrame, raw: Raw) -> pd.Series:
    """Return which cells rest on a rounding that their source does not state of them.

    Returns
    -------
    Series
        A truth value per row of the panel; true where it is so for one of several sources.

    Examples
    --------
    >>> panel.groupby(rounding_inferred(panel, raw))["channel"].unique().map(list).to_dict()
    {False: ['TO'], True: ['LP', '', 'nationality']}
    """
    inferred = [
        any(_inferred(raw.sources[source_id], channel) for source_id in source_ids.split(";"))
        for source_ids, channel in zip(panel["source_id"], panel["channel"], strict=True)
    ]
    return pd.Series(inferred, panel.index, bool)


def _inferred(source: Source, channel: str) -> bool:
    return source.rounding.rounded_to > 1 and channel not in source.stated_of


def count_printed(cells: pd.DataFrame) -> pd.DataFrame:
    """Count the printed cells per country and indicator.

    Parameters
    ----------
    cells
        As :func:`printed_years` returns it.

    Returns
    -------
    DataFrame
        Number of cells; one row per country, one column per indicator and ``all``; a last row
        ``all``.

    Examples
    --------
    >>> table = count_printed(printed_years(panel, ["ARM", "NGA"], (2009, 2014)))
    >>> table.loc["ARM", ["requests", "unanswered", "all"]].to_dict()
    {'requests': 1, 'unanswered': 3, 'all': 9}
    """
    printed = cells["kind"] != "not printed"
    table = printed.groupby([cells["iso3"], cells["indicator"]], sort=False).sum()
    table = table.unstack(sort=False)
    table["all"] = table.sum(axis=1)
    table.loc["all"] = table.sum()
    return table


def needed_for_ratios(panel: pd.DataFrame) -> pd.DataFrame:
    """List the requests that are not printed where their answers are.

    A statement that unanswered requests fell also in relation to the requests needs them.

    Returns
    -------
    DataFrame
        ``iso3``, ``channel``, ``indicator`` (the answers at hand), ``years`` without requests (a
        list as text).

    Examples
    --------
    >>> needed_for_ratios(panel).iloc[0].to_dict()
    {'iso3': 'ARM', 'channel': 'LP', 'indicator': 'unanswered', 'years': '2012, 2013'}
    """
    key = ["iso3", "channel", "year"]
    answers = panel[panel["indicator"].isin(ANSWERS)].set_index(key)
    requests = panel[panel["indicator"] == "requests"].set_index(key)
    lacking = answers[~answers.index.isin(requests.index)].reset_index()
    years = lacking.groupby(["iso3", "channel", "indicator"])["year"].agg(years_as_text)
    return years.reset_index(name="years")


def needed_for_agreements(panel: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """Say for each EU agreement in force which years before and after it are printed.

    Parameters
    ----------
    panel
        Bounds per cell.
    raw
        For the agreements, and the years of the DT&V series.

    Returns
    -------
    DataFrame
        ``iso3``, ``date``, ``indicator``, ``before`` (years of the series before the agreement),
        ``printed_before``, ``after``, ``printed_after``; lists of years as text, empty for none.
        The year of the agreement itself counts only where it entered into force on 1 January,
        as after. Of countries in the panel; ``indicator`` is requests, confirmed, unanswered and
        forced, and those with the same years share a row.

    Examples
    --------
    >>> table = needed_for_agreements(panel, raw).set_index(["iso3", "indicator"])
    >>> table.loc[("ARM", "unanswered"), ["date", "printed_before", "printed_after"]].to_dict()
    {'date': '2014-01-01', 'printed_before': '2012, 2013', 'printed_after': '2014'}
    """
    first, last = raw.years
    series = set(range(first, last + 1))
    agreements = raw["agreements"]
    in_force = agreements[
        (agreements["instrument"] == "EU readmission agreement")
        & (agreements["stage"] == "in force")
        & agreements["iso3"].isin(panel["iso3"])
    ]
    rows = []
    for iso3, date in in_force[["iso3", "date"]].itertuples(index=False):
        started, whole_year = int(date[:4]), date.endswith("-01-01")
        before = {year for year in series if year < started}
        after = series - before - (set() if whole_year else {started})
        for indicator in ("requests", "confirmed", "unanswered", "forced"):
            cells = (panel["iso3"] == iso3) & (panel["indicator"] == indicator)
            printed = set(panel.loc[cells, "year"])
            years = map(years_as_text, (before, before & printed, after, after & printed))
            rows.append((iso3, date, indicator, *years))
    columns = ["iso3", "date", "indicator", "before", "printed_before", "after", "printed_after"]
    table = pd.DataFrame(rows, columns=columns)
    same = table.groupby([name for name in columns if name != "indicator"], sort=False)
    return same["indicator"].agg(", ".join).reset_index()[columns]
