"""Which results depend on how the print is read, and what would decide the open ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from slm_analysis.bounds.arithmetic import OPEN, Bounds
from slm_analysis.bounds.panel import build_panel
from slm_analysis.language import _
from slm_analysis.printed.read import Raw
from slm_analysis.printed.reading_rules import RULES
from slm_analysis.results import before_after, checks, inference, joint_bounds
from slm_analysis.results.coverage import years_from_text
from slm_analysis.results.specification import AROUND, TWO_YEARS


def comparisons(panel: pd.DataFrame, raw: Raw, ranges: pd.DataFrame | None) -> pd.DataFrame:
    """Return every distinct comparison that has two sides, each with its tests.

    The same contrast (:data:`inference.CONTRAST`) under two events, or under an event and as two
    years, is one comparison and bears both names.

    Parameters
    ----------
    panel
        As :func:`panel.build_panel` returns it.
    raw
        For the events, and the years of the series.
    ranges
        As :func:`joint_bounds.attainable` returns it, to read ranges as attained; loosely if
        ``None``.

    Returns
    -------
    DataFrame
        ``family`` (*two years*, as :func:`before_after.years_apart` has them, or *before and after*
        an event), ``name``, ``iso3``, ``channel``, ``indicator``, ``before_lo`` to ``after_hi``
        (cases per year), ``years_*``, ``exposure_*`` (years), ``difference_*``, ``ratio_*``,
        ``change``, the columns of :func:`inference.rate_tests` and ``raw_ids``; also those in which
        only one family has values (``event`` and so on).

    Examples
    --------
    >>> table = comparisons(panel[panel["iso3"] == "ARM"], raw, None)
    >>> table[["family", "indicator", "verdict"]].iloc[0].to_dict()
    {'family': 'two years', 'indicator': 'unanswered', 'verdict': 'yes, for every count that fits
     the print'}
    """
    pairs = before_after.years_apart(panel, raw.years[1]).assign(family=TWO_YEARS)
    around = before_after.before_after(panel, before_after.events(raw), ranges=ranges)
    around = before_after.two_sided(around)
    around = around.assign(family=AROUND, name=before_after.event_names(around))
    one_year = {"exposure_before": 1, "exposure_after": 1}
    table = pd.concat([pairs, around], ignore_index=True).fillna(one_year)
    table = table.astype(dict.fromkeys(one_year, int))
    table["name"] = table.groupby(inference.CONTRAST)["name"].transform("; ".join)
    table = table.drop_duplicates(inference.CONTRAST, ignore_index=True)
    return inference.rate_tests(table, joint=joint_bounds.joint_totals(table, panel, ranges))


def checks_under_every_rule(raw: Raw) -> pd.DataFrame:
    """Return the checks between cells under every reading rule.

    The comparisons stand under every rule, and every other choice, in :mod:`specification`.

    Returns
    -------
    DataFrame
        ``result`` (in words) and one column per rule with the verdict.

    Examples
    --------
    >>> found = checks_under_every_rule(raw).set_index("result")
    >>> found.loc["Georgia 2013 (TO): answers against requests", ["outer", "round-up"]].tolist()
    ['open', 'certainly falls short']
    """
    rules = RULES.items()
    table = pd.DataFrame({name: _checks(build_panel(raw, rule), raw) for name, rule in rules})
    return table.rename_axis("result").reset_index()


def _checks(panel: pd.DataFrame, raw: Raw) -> pd.Series:
    table = checks.check_cells(panel)
    what = [
        f"{raw.names[row.iso3]} {row.year} ({_(row.channel)}): {_(row.check)}"
        for row in table.itertuples()
    ]
    found = np.select(
        [table[name] == "certain" for name in ("exceeds", "equals", "falls_short")],
        ["certainly exceeds", "certainly equal", "certainly falls short"],
        "open",
    )
    return pd.Series(found, what)


def what_would_decide(table: pd.DataFrame, panel: pd.DataFrame) -> pd.DataFrame:
    """Say for each open comparison what knowing one of its cells exactly would decide.

    Parameters
    ----------
    table
        As :func:`comparisons` returns it with ranges read loosely.
    panel
        The panel on which it rests.

    Returns
    -------
    DataFrame
        ``iso3``, ``channel``, ``indicator``, ``name``, ``cell`` (a year), ``printed``, ``lo``,
        ``hi`` (cases), ``deciding`` (number of its possible values that would decide the
        comparison), ``possible`` (number of its values) and ``decides``: *all*, *some* or *none*.
        One row per open comparison and year that counts on one of its sides.

    Examples
    --------
    >>> serbia = panel[panel["iso3"] == "SRB"]
    >>> cells = what_would_decide(comparisons(serbia, raw, None), serbia)
    >>> cells[["cell", "printed", "deciding", "possible", "decides"]].iloc[0].to_dict()
    {'cell': 2013, 'printed': '<5', 'deciding': 5, 'possible': 5, 'decides': 'all'}
    """
    rows = []
    for row in table[table["change"] == OPEN].to_dict("records"):
        key = [row[name] for name in joint_bounds.SERIES]
        series = joint_bounds.one_series(panel, key)
        sides = ("before", "after")
        means = {side: Bounds(row[f"{side}_lo"], row[f"{side}_hi"]) for side in sides}
        for side, mean in means.items():
            years = years_from_text(row[f"years_{side}"])
            for cell in series[series["year"].isin(years)].itertuples():
                values = np.arange(cell.lo, cell.hi + 1)
                below, above = (values - cell.lo) / len(years), (cell.hi - values) / len(years)
                known = means | {side: Bounds(mean.lo + below, mean.hi - above)}
                decided = known["before"].change_to(known["after"]) != OPEN
                rows.append(
                    (*key, row["name"], cell.year, cell.printed, cell.lo, cell.hi,
                     int(decided.sum()), len(values),
                     "all" if decided.all() else "some" if decided.any() else "none")
                )  # fmt: skip
    columns = ["name", "cell", "printed", "lo", "hi", "deciding", "possible", "decides"]
    return pd.DataFrame(rows, columns=[*joint_bounds.SERIES, *columns])


def missing_side(table: pd.DataFrame) -> pd.DataFrame:
    """Say for each one-sided comparison which unprinted mean would decide it.

    Parameters
    ----------
    table
        As :func:`before_after.before_after` returns it.

    Returns
    -------
    DataFrame
        ``iso3``, ``event``, ``instrument``, ``stage``, ``date``, ``channel``, ``indicator``,
        ``raw_ids``, ``side`` that is not printed, and ``lo``, ``hi``: a mean below the one or above
        the other (cases per year) would decide the comparison, one between them would not.

    Examples
    --------
    >>> happened = before_after.events(raw)
    >>> table = before_after.before_after(panel[panel["iso3"] == "NGA"], happened)
    >>> missing_side(table)[["event", "indicator", "side", "lo", "hi"]].iloc[0].to_dict()
    {'event': 'nga-task-force-2012', 'indicator': 'forced', 'side': 'before', 'lo': 43.0,
     'hi': 47.0}
    """
    about = ["iso3", "event", "instrument", "stage", "date", "channel", "indicator", "raw_ids"]
    parts = []
    for side, other in (("before", "after"), ("after", "before")):
        rows = table[table["change"] == f"no year {side}"]
        parts.append(rows[about].assign(side=side, lo=rows[f"{other}_lo"], hi=rows[f"{other}_hi"]))
    return pd.concat(parts, ignore_index=True)
