"""Tests over bounds: how strong the evidence is, whatever the true counts were.

Two counts with exposures in years are compared as Poisson rates by the exact conditional test:
given their sum, the second count is binomial (Przyborowski and Wilenski, *Biometrika* 31, 1940).
As the true counts are known only within bounds, the test is made for *every* pair of counts that
fits the print, and its range is reported. The extremes of a p-value need not lie at the corners.

Bounds from rounding and limits from sampling are kept apart: ``ratio_lo`` to ``ratio_hi`` come from
the print alone, ``limit_lo`` and ``limit_hi`` are the outermost confidence limits over all pairs.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from slm_analysis.errors import AnalysisError

TIE = 1 + 1e-7  # as in scipy.stats.binomtest: outcomes this close in probability are ties
ROBUST, DEPENDS, SAME = "robust", "depends on rounding", "not distinguishable"


class InferenceError(AnalysisError):
    """Counts or an effect with which no test or model can be made."""


def exact_p(
    before: npt.ArrayLike, after: npt.ArrayLike, years_before: float, years_after: float
) -> npt.NDArray[np.float64]:
    """Return the two-sided exact conditional p-value for equal Poisson rates.

    Parameters
    ----------
    before, after
        Counts, cases; numbers or arrays that broadcast to one shape.
    years_before, years_after
        Exposure, years.

    Returns
    -------
    array
        p-values in the shape of the counts; 1 where both counts are 0.

    Raises
    ------
    InferenceError
        If a count is negative or not whole, or an exposure is not positive.

    Notes
    -----
    The sum of the probabilities of all outcomes that are no more probable than the one seen, as in
    ``scipy.stats.binomtest``; computed once per total instead of once per pair.

    Examples
    --------
    Ten cases in one year against three, and against thirty, in the next:

    >>> exact_p([10, 10], [3, 30], 1, 1).round(3).tolist()
    [0.092, 0.002]
    """
    first, second = (np.array(side) for side in np.broadcast_arrays(before, after))
    for counts in (first, second):
        if np.any(counts < 0) or np.any(counts != np.floor(counts)):
            raise InferenceError("counts: allowed are whole numbers of 0 or more")
    if years_before <= 0 or years_after <= 0:
        raise InferenceError("exposure: allowed are years above 0")
    first, second = first.astype(int), second.astype(int)
    share = years_after / (years_before + years_after)
    totals = first + second
    p = np.empty(totals.shape)
    for total in np.unique(totals):
        probability = stats.binom.pmf(np.arange(total + 1), total, share)
        order = np.argsort(probability)
        cumulated = np.cumsum(probability[order])
        upto = np.searchsorted(probability[order], probability * TIE, side="right")
        here = totals == total
        p[here] = np.minimum(cumulated[upto - 1], 1)[second[here]]
    return p


def rate_limits(
    before: npt.ArrayLike,
    after: npt.ArrayLike,
    years_before: float,
    years_after: float,
    level: float = 0.05,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return exact confidence limits for the ratio of rates, after to before.

    Limits for the share of the total that falls after (Clopper and Pearson, *Biometrika* 26,
    1934), turned into a ratio of rates; conservative. Where both counts are 0 the limits are 0 and
    infinity.

    Parameters
    ----------
    before, after
        Counts, cases; numbers or arrays that broadcast to one shape.
    years_before, years_after
        Exposure, years.
    level
        One less the confidence.

    Returns
    -------
    tuple of arrays
        Lower and upper limits of the ratio, in the shape of the counts.

    Examples
    --------
    >>> low, high = rate_limits(130, 55, 1, 1)
    >>> round(float(low), 2), round(float(high), 2)
    (0.3, 0.58)
    """
    first, second = (np.array(side, float) for side in np.broadcast_arrays(before, after))
    total = first + second
    low, high = proportion_confint(second, np.maximum(total, 1), alpha=level, method="beta")
    high = np.where(total == 0, 1, high)
    with np.errstate(divide="ignore"):
        odds = [share / (1 - share) * years_before / years_after for share in (low, high)]
    return odds[0], odds[1]


def rate_test(
    before: tuple[int, int],
    after: tuple[int, int],
    years_before: float,
    years_after: float,
    level: float = 0.05,
) -> dict[str, object]:
    """Test two bounded counts for equal rates, over every pair that fits the bounds.

    Parameters
    ----------
    before, after
        Least and greatest count, cases.
    years_before, years_after
        Exposure, years.
    level
        Of the test, and one less the confidence of the limits.

    Returns
    -------
    dict
        ``p_lo``, ``p_hi``, ``limit_lo``, ``limit_hi`` (ratio of rates), ``pairs`` and ``verdict``:
        *robust* where every pair is significant in one direction, *depends on rounding* where
        some pairs are significant, *not distinguishable* where none is.

    Raises
    ------
    InferenceError
        If bounds are reversed, negative or not whole, or an exposure is not above 0.

    Examples
    --------
    Printed 10 and 20, so 8..12 and 18..22 cases:

    >>> found = rate_test((8, 12), (18, 22), 1, 1)
    >>> found["verdict"], found["pairs"]
    ('depends on rounding', 25)
    >>> round(float(found["p_lo"]), 3), round(float(found["p_hi"]), 3)
    (0.016, 0.362)
    """
    for name, (lo, hi) in (("before", before), ("after", after)):
        if lo > hi or lo % 1 or hi % 1:
            allowed = "allowed are whole numbers, lo <= hi"
            raise InferenceError(f"bounds {name}: {lo:g} to {hi:g}; {allowed}")
    first = np.arange(before[0], before[1] + 1)[:, None]
    second = np.arange(after[0], after[1] + 1)[None, :]
    p = exact_p(first, second, years_before, years_after)
    low, high = rate_limits(first, second, years_before, years_after, level)
    significant = p < level
    # bounds leave no gap, so where every pair is significant all point one way
    verdict = ROBUST if significant.all() else DEPENDS if significant.any() else SAME
    return {
        "p_lo": p.min(),
        "p_hi": p.max(),
        "limit_lo": low.min(),
        "limit_hi": high.max(),
        "pairs": p.size,
        "verdict": verdict,
    }


def rate_tests(table: pd.DataFrame, level: float = 0.05) -> pd.DataFrame:
    """Test every row of a table of comparisons.

    Parameters
    ----------
    table
        With ``before_lo`` to ``after_hi`` (cases per year), as :func:`response.compare` returns it;
        ``exposure_before`` and ``exposure_after`` (years) are 1 where there are no such columns.
    level
        Of each test; nothing is corrected for the number of comparisons.

    Returns
    -------
    DataFrame
        The table with the columns of :func:`rate_test`.

    Raises
    ------
    InferenceError
        Naming the country, channel, indicator and event of the row that cannot be tested: one
        with a side without a printed year, or with totals that are not whole.

    Examples
    --------
    >>> from slm_analysis.response import trend
    >>> rate_tests(trend(panel, "unanswered")).set_index("iso3")["verdict"].tail(3).to_dict()
    {'RWA': 'depends on rounding', 'SRB': 'not distinguishable', 'UKR': 'not distinguishable'}
    """
    results = []
    for row in table.itertuples():
        years = getattr(row, "exposure_before", 1), getattr(row, "exposure_after", 1)
        try:
            before = _totals(row.before_lo, row.before_hi, years[0])
            after = _totals(row.after_lo, row.after_hi, years[1])
            results.append(rate_test(before, after, *years, level))
        except InferenceError as error:
            place = [row.iso3, row.channel, row.indicator, getattr(row, "event", "")]
            raise InferenceError(f"{' '.join(filter(None, place))}: {error}") from None
    columns = ["p_lo", "p_hi", "limit_lo", "limit_hi", "pairs", "verdict"]
    return table.join(pd.DataFrame(results, index=table.index, columns=columns))


def _totals(lo: float, hi: float, years: int) -> tuple[int, int]:
    """Turn means per year back into whole totals."""
    if np.isnan(lo) or np.isnan(hi):
        raise InferenceError("no printed year on one side")
    totals = round(lo * years), round(hi * years)
    if not np.allclose(totals, (lo * years, hi * years)):
        raise InferenceError(f"bounds {lo:g} to {hi:g}: allowed are whole numbers")
    return totals
