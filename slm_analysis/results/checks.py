"""Checks between the cells of one country, year and channel.

A year's answers need not concern the year's requests (report, section 1.4), so nothing is
corrected: what the check finds is the result.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from slm_analysis.bounds.arithmetic import Bounds
from slm_analysis.printed.codebook import PROCESSED

ANSWERS = ("negative", "confirmed", "unanswered")


def check_cells(panel: pd.DataFrame) -> pd.DataFrame:
    """Compare answers with requests, and forced departures with documents issued.

    Parameters
    ----------
    panel
        As :func:`panel.build_panel` returns it.

    Returns
    -------
    DataFrame
        Columns of :data:`codebook.PROCESSED` ``["checks"]``, one row per country, year, channel and
        check for which the right and some count on the left are printed. ``difference_lo`` and
        ``difference_hi`` (cases) bound left less right; the latter is missing where another count
        on the left is not printed. An unprinted count is anything from 0 up.

    Examples
    --------
    Where there are certainly more answers than requests:

    >>> found = check_cells(panel)
    >>> more = found[(found["right"] == "requests") & (found["exceeds"] == "certain")]
    >>> more[["iso3", "year", "difference_lo", "difference_hi"]].to_numpy().tolist()
    [['AZE', 2014, 22, 38], ['SRB', 2014, 4, 16]]
    """
    requests = _compare(panel, "answers against requests", ANSWERS, "requests")
    # departures have no channel: forced ones are held against issued documents of any channel
    issued = panel[panel["indicator"] == "issued"]
    forced = panel[panel["indicator"] == "forced"].drop(columns="channel")
    forced = forced.merge(issued[["iso3", "year", "channel"]], on=["iso3", "year"])
    departures = _compare(
        pd.concat([issued, forced]), "forced against issued", ("forced",), "issued"
    )
    found = pd.concat([requests, departures], ignore_index=True)
    found = found.sort_values(["iso3", "year", "channel", "check"], ignore_index=True)
    texts = ["left", "right", "missing", "raw_ids"]  # an empty selection leaves them untyped
    return found[list(PROCESSED["checks"].columns)].astype(dict.fromkeys(texts, str))


def _compare(panel: pd.DataFrame, check: str, left: tuple[str, ...], right: str) -> pd.DataFrame:
    """Compare the sum of some indicators with another wherever that other is printed."""
    key = ["iso3", "year", "channel"]
    cells = panel[panel["indicator"].isin(left)].groupby(key)
    sums = cells[["lo", "hi"]].sum()
    sums["present"], sums["raw_ids"] = cells["indicator"].agg(set), cells["raw_ids"].agg(";".join)
    whole = panel.loc[panel["indicator"] == right, [*key, "lo", "hi", "raw_ids"]]
    both = whole.merge(sums.reset_index(), on=key, suffixes=("_right", ""))
    both["missing"] = [
        ";".join(name for name in left if name not in present) for present in both["present"]
    ]
    total = Bounds(both["lo"], both["hi"].where(both["missing"] == "", np.inf))
    other = Bounds(both["lo_right"], both["hi_right"])
    difference = total - other
    return both[[*key, "missing"]].assign(
        check=check,
        left="+".join(left),
        right=right,
        difference_lo=difference.lo.astype(int),
        difference_hi=pd.Series(difference.hi, both.index).replace(np.inf, np.nan).astype("Int64"),
        exceeds=total.above(other),
        equals=total.equal(other),
        falls_short=other.above(total),
        raw_ids=both["raw_ids"] + ";" + both["raw_ids_right"],
    )
