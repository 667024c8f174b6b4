"""Sharp bounds on sums and means of bounded counts, also where counts are bound jointly.

A range printed for several years (``tussen 90 en 120`` for 2009-2012) can be read loosely, each
year somewhere in it, or as *attained*: one year has the least and one the greatest count that is
printed. The second reading binds the years together and tightens their mean. It is a union of
boxes, one per choice of the two years, so the sharp bounds of a sum are the least and greatest
over these boxes (Horowitz and Manski, *Econometrica* 63, 1995, on bounds under restrictions).

Outcomes of a year are never tightened by its requests: they need not concern the same persons
(report, section 1.4), and the figures of Azerbaijan and Serbia for 2014 show it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from slm_analysis.bounds.arithmetic import Bounds
from slm_analysis.errors import AnalysisError
from slm_analysis.printed.read import Raw
from slm_analysis.printed.reading_rules import ReadingRule
from slm_analysis.results.coverage import years_from_text

SERIES = ["iso3", "channel", "indicator"]


def attained_ranges(raw: Raw, rule: ReadingRule | None = None) -> pd.DataFrame:
    """Return the printed ranges and the bounds of their two ends.

    Returns
    -------
    DataFrame
        ``id``, ``iso3``, ``channel``, ``indicator``, ``first``, ``last`` (years), ``least_lo``,
        ``least_hi``, ``most_lo``, ``most_hi`` (cases): some year lies in each pair of bounds. One
        row per range with years.

    Examples
    --------
    >>> ukraine = attained_ranges(raw).set_index("iso3").loc["UKR"]
    >>> ukraine[["first", "last"]].to_dict()
    {'first': 2009, 'last': 2012}
    >>> ukraine[["least_lo", "least_hi", "most_lo", "most_hi"]].to_dict()
    {'least_lo': 88, 'least_hi': 92, 'most_lo': 118, 'most_hi': 122}
    """
    counts = raw["dtv_counts"]
    ranges = counts[counts["notation"].str.contains("-") & (counts["year_first"] != "")]
    rows = []
    for row in ranges.itertuples():
        source = raw.sources[row.source_id]
        least, most = (source.read(end, rule) for end in row.notation.split("-"))
        rows.append(
            (row.id, row.iso3, row.channel, row.indicator, int(row.year_first), int(row.year_last),
             least.lo, least.hi, most.lo, most.hi)
        )  # fmt: skip
    columns = ["id", *SERIES, "first", "last", "least_lo", "least_hi", "most_lo", "most_hi"]
    return pd.DataFrame(rows, columns=columns)


def attainable(ranges: pd.DataFrame, panel: pd.DataFrame) -> pd.DataFrame:
    """Return the ranges whose ends some year can attain, given all figures of the panel.

    A figure of another source may shut an end out; then the range can only be read loosely.

    Parameters
    ----------
    ranges
        As :func:`attained_ranges` returns it.
    panel
        As :func:`panel.build_panel` returns it, under the same reading rule.

    Returns
    -------
    DataFrame
        Rows of ``ranges``, with their index.

    Examples
    --------
    Ukraine's range of 90 to 120 can be attained; not if there were at most 110 in every year:

    >>> ukraine = attained_ranges(raw).query("iso3 == 'UKR'")
    >>> len(attainable(ukraine, panel))
    1
    >>> len(attainable(ukraine, panel.assign(hi=panel["hi"].clip(upper=110))))
    0
    """
    kept = []
    for index, limit in ranges.iterrows():
        with suppress(AnalysisError):
            series_boxes(one_series(panel, limit[SERIES]), ranges.loc[[index]])
            kept.append(index)
    return ranges.loc[kept]


def sums(
    rows: pd.DataFrame, by: list[str], panel: pd.DataFrame, ranges: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Bound the sum of counts in each group.

    Parameters
    ----------
    rows
        Rows of a panel, each cell at most once per group; a group keeps to one country, channel
        and indicator.
    by
        Columns that define the groups; they include country, channel and indicator.
    panel
        The panel from which the rows come; years of a range that are not in a group still count
        for whether its ends are attained.
    ranges
        As :func:`attained_ranges` returns it, to read ranges as attained; loosely if ``None``.

    Returns
    -------
    DataFrame
        Indexed by group: ``lo``, ``hi`` (cases) and ``years`` (number of cells).

    Raises
    ------
    AnalysisError
        If no year of a range can attain one of its ends.

    Examples
    --------
    Forced departures to Russia, 2009 to 2014, with a range read loosely and as attained:

    >>> rows = panel[(panel["iso3"] == "RUS") & (panel["indicator"] == "forced")]
    >>> sums(rows, SERIES, panel)[["lo", "hi"]].iloc[0].tolist()
    [108.0, 192.0]
    >>> sums(rows, SERIES, panel, attained_ranges(raw))[["lo", "hi"]].iloc[0].tolist()
    [123.0, 177.0]
    """
    totals = rows.groupby(by).agg(lo=("lo", "sum"), hi=("hi", "sum"), years=("year", "size"))
    totals = totals.astype({"lo": float, "hi": float})
    for key, limits in () if ranges is None else ranges.groupby(SERIES):
        groups = one_series(rows, key).groupby(by)
        series = one_series(panel, key)
        boxes = series_boxes(series, limits) if len(groups) else []
        for group, cells in groups:
            inside = series["year"].isin(cells["year"]).to_numpy()
            totals.loc[group, "lo"] = min(box.lo[inside].sum() for box in boxes)
            totals.loc[group, "hi"] = max(box.hi[inside].sum() for box in boxes)
    return totals


def means(totals: pd.DataFrame, side: str) -> pd.DataFrame:
    """Turn sums into means per year, as columns of one side of a comparison.

    Parameters
    ----------
    totals
        As :func:`sums` returns it.
    side
        ``before`` or ``after``.

    Returns
    -------
    DataFrame
        ``exposure_<side>`` (years), ``<side>_lo`` and ``<side>_hi`` (cases per year).

    Examples
    --------
    >>> rows = panel[(panel["iso3"] == "ARM") & (panel["year"] < 2014)]
    >>> means(sums(rows, SERIES, panel), "before").iloc[0].to_dict()
    {'exposure_before': 2.0, 'before_lo': 108.0, 'before_hi': 112.0}
    """
    per_year = totals[["years"]].join(totals[["lo", "hi"]].div(totals["years"], axis=0))
    return per_year.set_axis([f"exposure_{side}", f"{side}_lo", f"{side}_hi"], axis=1)


def one_series(rows: pd.DataFrame, key: Iterable[str]) -> pd.DataFrame:
    """Return the rows of one country, channel and indicator.

    Examples
    --------
    >>> one_series(panel, ["ARM", "LP", "unanswered"])["printed"].tolist()
    ['130', '90', '55']
    """
    return rows[(rows[SERIES] == list(key)).all(axis=1)]


def series_boxes(series: pd.DataFrame, ranges: pd.DataFrame) -> list[Bounds]:
    """Return the boxes whose union is what fits the print of one series.

    Parameters
    ----------
    series
        Rows of a panel: a country, channel and indicator, n years.
    ranges
        Those of the series, as :func:`attainable` returns them. One of which a year is left out of
        the panel binds nothing, as that year may attain either end.

    Returns
    -------
    list
        Bounds on n counts each.

    Raises
    ------
    AnalysisError
        If no year of a range can attain one of its ends.

    Examples
    --------
    >>> serbia = (panel["iso3"] == "SRB") & (panel["indicator"] == "forced")
    >>> limits = attained_ranges(raw).query("iso3 == 'SRB' and indicator == 'forced'")
    >>> len(series_boxes(panel[serbia], limits)), len(series_boxes(panel[serbia], limits.head(0)))
    (12, 1)
    """
    years, boxes = list(series["year"]), [Bounds.of(series)]
    for limit in ranges.itertuples():
        covered = range(limit.first, limit.last + 1)
        if not set(covered) <= set(years):
            continue
        places = [years.index(year) for year in covered]
        attained = []
        for box, (least, most) in product(boxes, product(places, repeat=2)):
            lo, hi = box.lo.copy(), box.hi.copy()
            lo[least], hi[least] = max(lo[least], limit.least_lo), min(hi[least], limit.least_hi)
            lo[most], hi[most] = max(lo[most], limit.most_lo), min(hi[most], limit.most_hi)
            if np.all(lo <= hi):
                attained.append(Bounds(lo, hi))
        if not attained:
            raise AnalysisError(
                f"row {limit.id}: no year of {limit.iso3} {limit.indicator} "
                f"{limit.first}-{limit.last} can attain both ends of the range"
            )
        boxes = attained
    return boxes


def joint_totals(
    table: pd.DataFrame, panel: pd.DataFrame, ranges: pd.DataFrame | None
) -> pd.DataFrame:
    """Return the totals before and after that fit the print together, where ranges are attained.

    A range that has years on both sides binds the sides to one another: the year with the least
    count stands on one of them. What fits is a union of boxes, each whole numbers throughout.

    Parameters
    ----------
    table
        Comparisons, with ``iso3``, ``channel``, ``indicator``, ``years_before`` and
        ``years_after`` (lists of years as text).
    panel
        As :func:`panel.build_panel` returns it.
    ranges
        As :func:`attainable` returns it; read loosely, and binding nothing, if ``None``.

    Returns
    -------
    DataFrame
        ``before_lo``, ``before_hi``, ``after_lo``, ``after_hi`` (cases): a row per box, with the
        index of its comparison; nothing for a comparison whose sides share no range.

    Raises
    ------
    AnalysisError
        If no year of a range can attain one of its ends.

    Examples
    --------
    Between 40 and 50 departures to Serbia in each of 2009 to 2012; two years against two:

    >>> pair = {"iso3": ["SRB"], "channel": [""], "indicator": ["forced"],
    ...         "years_before": ["2009, 2010"], "years_after": ["2011, 2012"]}
    >>> joint_totals(pd.DataFrame(pair), panel, attained_ranges(raw)).to_numpy().tolist()
    [[86.0, 94.0, 76.0, 104.0], [76.0, 94.0, 86.0, 104.0], [86.0, 104.0, 76.0, 94.0],
     [76.0, 104.0, 86.0, 94.0]]
    """
    found: list[tuple[object, ...]] = []
    for key, limits in () if ranges is None else ranges.groupby(SERIES):
        series = one_series(panel, key)
        spans = [set(range(limit.first, limit.last + 1)) for limit in limits.itertuples()]
        spans = [span for span in spans if span <= set(series["year"])]
        for row in one_series(table, key).itertuples():
            sides = [set(years_from_text(years)) for years in (row.years_before, row.years_after)]
            if not any(span & sides[0] and span & sides[1] for span in spans):
                continue
            places = [series["year"].isin(side).to_numpy() for side in sides]
            for box in series_boxes(series, limits):
                totals = (end[at].sum() for at in places for end in (box.lo, box.hi))
                found.append((row.Index, *totals))
    columns = ["row", "before_lo", "before_hi", "after_lo", "after_hi"]
    return pd.DataFrame(found, columns=columns).drop_duplicates().set_index("row").astype(float)


def range_dispersion(ranges: pd.DataFrame, panel: pd.DataFrame) -> pd.DataFrame:
    """Bound how much the counts of a range vary, as variance-to-mean ratio over its years.

    The variance is that of a sample (one less than the years in the divisor). The ratio is a sum of
    squares over a sum less a mean, and so convex in the counts: over each box that attains the ends
    it is greatest at a corner, and has one least value, which is sought.

    Parameters
    ----------
    ranges
        As :func:`attainable` returns it.
    panel
        As :func:`panel.build_panel` returns it. Ranges of which it lacks a year are left out.

    Returns
    -------
    DataFrame
        ``iso3``, ``channel``, ``indicator``, ``first``, ``last`` (years), ``lo`` and ``hi``. Counts
        that need not be whole may come a little lower than counts can.

    Examples
    --------
    >>> found = range_dispersion(attained_ranges(raw), panel).set_index(["iso3", "indicator"])
    >>> found.loc[("SRB", "independent"), ["lo", "hi"]].astype(float).round(1).tolist()
    [6.0, 20.2]
    """
    found = []
    for index, limit in ranges.iterrows():
        series = one_series(panel, limit[SERIES])
        cells = series[series["year"].between(limit["first"], limit["last"])].sort_values(
            "year", kind="stable"
        )
        if len(cells) <= limit["last"] - limit["first"]:
            continue
        # boxes that are one another's in other years have the same dispersion
        boxes = {
            tuple(sorted(zip(box.lo, box.hi, strict=True))): box
            for box in series_boxes(cells, ranges.loc[[index]])
        }
        least, most = np.inf, 0.0
        for box in boxes.values():
            ends = list(zip(box.lo, box.hi, strict=True))
            least = min(least, minimize(_dispersion, (box.lo + box.hi) / 2, bounds=ends).fun)
            most = max(most, *(_dispersion(np.array(corner)) for corner in product(*ends)))
        found.append((*limit[[*SERIES, "first", "last"]], least, most))
    return pd.DataFrame(found, columns=[*SERIES, "first", "last", "lo", "hi"])


def _dispersion(counts: np.ndarray) -> float:
    return float(counts.var(ddof=1) / counts.mean())
