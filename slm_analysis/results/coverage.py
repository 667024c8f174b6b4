"""What is printed, and what would be needed to test the report's kinds of statement."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from slm_analysis.printed.read import Raw
from slm_analysis.printed.schema import INDICATORS

ANSWERS = ("negative", "confirmed", "unanswered")


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
    cells = pd.MultiIndex.from_product(
        [countries, INDICATORS, range(years[0], years[1] + 1)], names=["iso3", "indicator", "year"]
    ).to_frame(index=False)
    key = list(cells.columns)
    found = panel[[*key, "channel", "kind"]].drop_duplicates(key)
    return cells.merge(found, how="left", on=key).fillna({"channel": "", "kind": "not printed"})


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
    inferred = []
    for source_ids, channel in zip(panel["source_id"], panel["channel"], strict=True):
        printing = [raw.sources[source_id] for source_id in source_ids.split(";")]
        inferred.append(
            any(
                source.rounding.rounded_to > 1 and channel not in source.stated_of
                for source in printing
            )
        )
    return pd.Series(inferred, panel.index, bool)


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
    printed = cells.assign(printed=cells["kind"] != "not printed")
    table = printed.pivot_table(
        index="iso3",
        columns="indicator",
        values="printed",
        aggfunc="sum",
        margins=True,
        margins_name="all",
        sort=False,
    )
    return table.astype(int)


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
    answers = panel[panel["indicator"].isin(ANSWERS)]
    requests = panel.loc[panel["indicator"] == "requests", key].assign(found=True)
    lacking = answers.merge(requests, how="left", on=key)
    lacking = lacking[lacking["found"].isna()]
    return (
        lacking.groupby(["iso3", "channel", "indicator"])["year"]
        .agg(lambda found: _text(set(found)))
        .rename("years")
        .reset_index()
    )


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
    series = range(first, last + 1)
    agreements = raw["agreements"]
    in_force = agreements[
        (agreements["instrument"] == "EU readmission agreement")
        & (agreements["stage"] == "in force")
        & agreements["iso3"].isin(panel["iso3"])
    ]
    rows = []
    for iso3, date in in_force[["iso3", "date"]].itertuples(index=False):
        started = int(date[:4])
        whole_year = date.endswith("-01-01")
        before = [year for year in series if year < started]
        after = [year for year in series if year > started - whole_year]
        for indicator in ("requests", "confirmed", "unanswered", "forced"):
            found = set(
                panel.loc[(panel["iso3"] == iso3) & (panel["indicator"] == indicator), "year"]
            )
            rows.append(
                {
                    "iso3": iso3,
                    "date": date,
                    "indicator": indicator,
                    "before": _text(before),
                    "printed_before": _text(found.intersection(before)),
                    "after": _text(after),
                    "printed_after": _text(found.intersection(after)),
                }
            )
    columns = [
        "iso3",
        "date",
        "indicator",
        "before",
        "printed_before",
        "after",
        "printed_after",
    ]
    table = pd.DataFrame(rows, columns=columns)
    same = [name for name in table if name != "indicator"]
    grouped = table.groupby(same, sort=False)["indicator"].agg(", ".join).reset_index()
    return grouped[columns]


def _text(years: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(years)))
