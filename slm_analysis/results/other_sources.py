"""Counts of other sources set beside those of the DT&V; never joined, as they count otherwise.

Eurostat's also hold departures through the border guard, the police and the IOM (report, section
1.4, p. 30), so the DT&V's may be fewer without either being wrong.
"""

from __future__ import annotations

import pandas as pd

from slm_analysis.bounds.arithmetic import Bounds
from slm_analysis.printed.codebook import DEPARTURES


def beside_departures(panel: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Set departures, forced and independent together, beside the counts of another source.

    Parameters
    ----------
    panel
        As :func:`panel.build_panel` returns it.
    others
        The same of the table ``other_counts``.

    Returns
    -------
    DataFrame
        ``iso3``, ``year``, ``indicator`` (of the other source), ``departures_lo``,
        ``departures_hi``, ``lo``, ``hi`` (of the other source; cases per calendar year),
        ``printed``, ``raw_ids``, ``more`` and ``fewer`` (whether departures are: certain, possible
        or contradicted); a row wherever both departures and the other count are printed.

    Examples
    --------
    >>> others = panel[panel["indicator"] == "forced"].assign(indicator="returned")
    >>> row = beside_departures(panel, others).set_index(["iso3", "year"]).loc[("GEO", 2014)]
    >>> row[["departures_lo", "departures_hi", "lo", "hi", "more"]].astype(str).tolist()
    ['76', '84', '18', '22', 'certain']
    """
    rows = panel[panel["indicator"].isin(DEPARTURES)]
    sums = rows.groupby(["iso3", "year"]).agg(
        departures_lo=("lo", "sum"), departures_hi=("hi", "sum"), printed_of=("lo", "size")
    )
    sums = sums[sums.pop("printed_of") == len(DEPARTURES)].reset_index()
    both = others.merge(sums, on=["iso3", "year"])
    departures, other = Bounds.of(both, "departures_"), Bounds.of(both)
    both = both.assign(more=departures.above(other), fewer=other.above(departures))
    ends = ["departures_lo", "departures_hi", "lo", "hi"]
    return both[["iso3", "year", "indicator", *ends, "printed", "raw_ids", "more", "fewer"]]
