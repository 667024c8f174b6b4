"""Tests over bounds: whether a change is more than chance would make, whatever the true counts.

Two counts with exposures (years, or requests) are compared as Poisson rates: given their sum, the
second is binomial (Przyborowski and Wilenski, *Biometrika* 31, 1940). p-value and limits are of one
method, the central one: twice the smaller tail, and the limits that it inverts to (Clopper and
Pearson, *Biometrika* 26, 1934); so the one never contradicts the other, as Fay asks (*R Journal* 2,
2010).

True counts and requests are known within bounds only. Either tail is monotone in each of the four
numbers, so the extremes over *every* combination that fits lie where all four stand at an end, and
no combination needs to be tried. (Where counts fit that point either way, 1 is given for the
greatest p-value; with years as exposure some pair of counts attains it, with requests it is an
upper bound.)

Bounds from rounding and limits from sampling are kept apart: ``ratio_lo`` to ``ratio_hi`` come from
the print alone, ``limit_lo`` and ``limit_hi`` are the outermost confidence limits over all counts.
Counts of people vary more than Poisson counts: :func:`breakdown` says how much more a result bears.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats
from scipy.optimize import brentq
from statsmodels.stats.proportion import proportion_confint

from slm_analysis.bounds.arithmetic import Bounds, Floats
from slm_analysis.errors import AnalysisError

EVERY, SOME, NO = "yes, for every count that fits the print", "for some", "no"
CONTRAST = ["iso3", "channel", "indicator", "years_before", "years_after"]
ENDLESS = 1e9  # a dispersion that no series of counts has


Exposures = tuple[ArrayLike, ArrayLike]  # before and after


class InferenceError(AnalysisError):
    """Counts or an effect with which no test or model can be made."""


def exact_p(before: ArrayLike, after: ArrayLike, exposures: Exposures = (1, 1)) -> Floats:
    """Return the central exact p-value for equal Poisson rates: twice the smaller tail, at most 1.

    Parameters
    ----------
    before, after
        Counts, cases; numbers or arrays that broadcast to one shape.
    exposures
        Years, or requests, before and after; likewise.

    Returns
    -------
    array
        p-values in the shape of the counts; 1 where both counts are 0.

    Raises
    ------
    InferenceError
        If a count is negative or not whole, or an exposure is not positive.

    Examples
    --------
    Ten cases in one year against three, and against thirty, in the next:

    >>> exact_p([10, 10], [3, 30]).round(3).tolist()
    [0.092, 0.002]
    """
    fewer, more = _tails(before, after, *exposures)
    return np.asarray(np.minimum(2 * np.minimum(fewer, more), 1))


def _tails(
    before: ArrayLike, after: ArrayLike, exposure_before: ArrayLike, exposure_after: ArrayLike
) -> tuple[Floats, Floats]:
    """Return the chances of so few and of so many after, given the sum and equal rates."""
    first, second, years, later = (
        np.asarray(given, float) for given in (before, after, exposure_before, exposure_after)
    )
    for counts in (first, second):
        if np.any(counts < 0) or np.any(counts != np.floor(counts)) or np.any(np.isinf(counts)):
            raise InferenceError("counts: allowed are whole numbers of 0 or more")
    if np.any(years <= 0) or np.any(later <= 0):
        raise InferenceError("exposure: allowed are numbers above 0")
    total, share = first + second, later / (years + later)
    return stats.binom.cdf(second, total, share), stats.binom.sf(second - 1, total, share)


def rate_limits(
    before: ArrayLike, after: ArrayLike, exposures: Exposures = (1, 1), level: float = 0.05
) -> tuple[Floats, Floats]:
    """Return exact confidence limits for the ratio of rates, after to before.

    Limits for the share of the total that falls after (Clopper and Pearson), turned into a ratio of
    rates; conservative. They leave out 1 where, and only where, :func:`exact_p` is below the level.
    Where both counts are 0 they are 0 and infinity.

    Parameters
    ----------
    before, after
        Counts, cases; numbers or arrays that broadcast to one shape.
    exposures
        Years, or requests, before and after; likewise.
    level
        One less the confidence.

    Returns
    -------
    tuple of arrays
        Lower and upper limits of the ratio, in the shape of the counts.

    Examples
    --------
    >>> low, high = rate_limits(130, 55)
    >>> round(float(low), 2), round(float(high), 2)
    (0.3, 0.58)
    """
    first, second = (np.array(side, float) for side in np.broadcast_arrays(before, after))
    total = first + second
    low, high = proportion_confint(second, np.maximum(total, 1), alpha=level, method="beta")
    high = np.where(total == 0, 1, high)
    relative = np.asarray(exposures[0], float) / np.asarray(exposures[1], float)
    with np.errstate(divide="ignore"):
        return low / (1 - low) * relative, high / (1 - high) * relative


def breakdown(
    before: float, after: float, exposures: tuple[float, float] = (1, 1), level: float = 0.05
) -> float:
    """Return the largest variance-to-mean ratio under which two counts still differ significantly.

    Counts whose variance is φ times their mean, whatever the mean, are negative binomial of the
    first kind; given the sum of two, the second is beta-binomial (Hausman, Hall and Griliches,
    *Econometrica* 52, 1984). With the common rate put at its estimate the two parameters are
    (sum × share of the exposure) / (φ - 1); at φ = 1 this is the exact test. The result is the φ at
    which twice the smaller tail reaches the level. That the test of a given φ then errs about as
    often as it says is held by simulation.

    Parameters
    ----------
    before, after
        Counts, cases.
    exposures
        Years, or requests, before and after.
    level
        Of the test.

    Returns
    -------
    float
        At least 1; infinite where no dispersion takes the significance away (exposures so unequal
        that even one of the two outcomes 0 and all is rarer than the level), and NaN where the
        exact test itself is not significant.

    Examples
    --------
    >>> round(breakdown(128, 57), 2), breakdown(12, 8)
    (7.24, nan)
    """
    if not exact_p(before, after, exposures) < level:
        return float("nan")
    total, share = before + after, exposures[1] / sum(exposures)
    fell = after < total * share
    fewer, share = (after, share) if fell else (before, 1 - share)

    def excess(dispersion: float) -> float:
        weight = total / (dispersion - 1)
        tail = stats.betabinom.cdf(fewer, total, weight * share, weight * (1 - share))
        return float(2 * tail - level)

    least, most = 1 + 1e-6, 2.0
    if excess(least) >= 0:
        return 1.0
    while excess(most) < 0:
        if most > ENDLESS:
            return float("inf")
        most *= 4
    return float(brentq(excess, least, most, rtol=1e-6))


def rate_test(
    before: Bounds, after: Bounds, exposures: tuple[Bounds, Bounds], level: float = 0.05
) -> pd.DataFrame:
    """Test bounded counts for equal rates, over all counts and exposures that fit the bounds.

    Parameters
    ----------
    before, after
        Cases, n comparisons.
    exposures
        Years, or requests, before and after; of one comparison or of all.
    level
        Of the test, and one less the confidence of the limits.

    Returns
    -------
    DataFrame
        n rows: ``p_lo``, ``p_hi``, ``limit_lo``, ``limit_hi`` (ratio of rates), ``direction``
        (-1 or 1 where every combination is significant that way, else 0) and ``breakdown`` of the
        least favourable combination, NaN where ``direction`` is 0.

    Raises
    ------
    InferenceError
        If a bound is negative or not whole, or an exposure may be 0.

    Examples
    --------
    Printed 10 and 20, so 8..12 and 18..22 cases:

    >>> year = Bounds(1, 1)
    >>> found = rate_test(Bounds([8], [12]), Bounds([18], [22]), (year, year)).iloc[0]
    >>> found[["direction", "p_lo", "p_hi"]].round(3).tolist()
    [0.0, 0.016, 0.362]
    """
    # the combinations that speak most and least for a fall; for a rise it is the other way round
    falling = before.hi, after.lo, exposures[0].lo, exposures[1].hi
    rising = before.lo, after.hi, exposures[0].hi, exposures[1].lo
    least_fall, most_rise = _tails(*falling)
    most_fall, least_rise = _tails(*rising)
    found = pd.DataFrame(
        {
            "p_lo": np.minimum(2 * np.minimum(least_fall, least_rise), 1),
            "p_hi": np.minimum(2 * np.minimum(most_fall, most_rise), 1),
            "limit_lo": rate_limits(*falling[:2], falling[2:], level)[0],
            "limit_hi": rate_limits(*rising[:2], rising[2:], level)[1],
        }
    )
    fell, rose = 2 * most_fall < level, 2 * most_rise < level
    found["direction"] = np.select([fell, rose], [-1, 1], 0)
    least_favourable = np.where(fell, np.broadcast_arrays(*rising), np.broadcast_arrays(*falling))
    found["breakdown"] = [
        breakdown(x, y, years, level) if certain else float("nan")
        for (x, y, *years), certain in zip(least_favourable.T, fell | rose, strict=True)
    ]
    return found


def rate_tests(
    table: pd.DataFrame, level: float = 0.05, joint: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Test every row of a table of comparisons.

    Parameters
    ----------
    table
        With ``iso3``, ``channel``, ``indicator``, ``years_before``, ``years_after`` and
        ``before_lo`` to ``after_hi`` (cases per year), as :func:`response.trend` and the functions
        of :mod:`agreements` return it; ``exposure_before`` and ``exposure_after`` (years) are 1
        where there are no such columns.
    level
        Of each test.
    joint
        As :func:`joint_bounds.joint_totals` returns it: for some rows of the table, the totals
        that fit the print together.

    Returns
    -------
    DataFrame
        The table with ``p_lo``, ``p_hi``, ``limit_lo``, ``limit_hi``; ``verdict``, whether the
        change is more than chance: :data:`EVERY` where all counts that fit are significant in one
        direction, :data:`SOME` where some are, else :data:`NO`; ``breakdown`` (:func:`breakdown` of
        the least favourable counts, NaN unless the verdict is the first); and ``p_holm``, the
        greatest p-value adjusted for the number of distinct comparisons (:func:`holm`).

    Raises
    ------
    InferenceError
        Naming the country, channel, indicator and event of the row that cannot be tested: one
        with a side without a printed year, or with totals that are not whole.

    Examples
    --------
    >>> from slm_analysis.results.response import trend
    >>> rate_tests(trend(panel, "unanswered")).set_index("iso3")["verdict"].tail(3).to_dict()
    {'RWA': 'for some', 'SRB': 'no', 'UKR': 'no'}
    """
    years = table.reindex(columns=["exposure_before", "exposure_after"]).fillna(1).astype(float)
    sides = ("before", "after")
    totals = pd.concat([_totals(table, side, years[f"exposure_{side}"]) for side in sides], axis=1)
    if joint is not None:
        totals = pd.concat([totals.drop(joint.index), joint])
    earlier, later = years.loc[totals.index].to_numpy().T
    exposures = Bounds(earlier, earlier), Bounds(later, later)
    found = rate_test(Bounds.of(totals, "before_"), Bounds.of(totals, "after_"), exposures, level)
    return _with_tests(table, found.set_axis(totals.index), level)


def request_tests(table: pd.DataFrame, level: float = 0.05) -> pd.DataFrame:
    """Test changes per 100 requests: outcomes as counts, requests as their exposure.

    Over every combination of the four counts that fits the print. Were a year's outcomes those of
    its own requests, they would be binomial and vary less than Poisson counts do, and a test could
    find more; but they need not be (report, section 1.4), and are not where they exceed them.

    Parameters
    ----------
    table
        As :func:`response.per_100_changes` returns it.
    level
        Of each test.

    Returns
    -------
    DataFrame
        The table with the columns that :func:`rate_tests` adds.

    Raises
    ------
    InferenceError
        If the requests of a year may be 0.

    Examples
    --------
    >>> from slm_analysis.results.response import per_100_changes
    >>> tested = request_tests(per_100_changes(panel)).set_index(["iso3", "indicator"])
    >>> tested.loc[("SRB", "confirmed"), ["change", "verdict"]].tolist()
    ['rose for certain', 'for some']
    """
    requests = Bounds.of(table, "requests_before_"), Bounds.of(table, "requests_after_")
    cases = Bounds.of(table, "cases_before_"), Bounds.of(table, "cases_after_")
    found = rate_test(*cases, requests, level)
    return _with_tests(table, found.set_axis(table.index), level)


def holm(table: pd.DataFrame) -> pd.Series:
    """Adjust the greatest p-values for the number of distinct comparisons.

    Holm's method (*Scandinavian Journal of Statistics* 6, 1979). The same contrast (country,
    channel, indicator, years before and after) under two events is one comparison.

    Parameters
    ----------
    table
        With the columns of :data:`CONTRAST` and ``p_hi``.

    Returns
    -------
    Series
        Adjusted p-values, with the index of the table. As the adjustment is monotone in every
        p-value, they are upper bounds, whatever the true counts.

    Examples
    --------
    >>> rows = [["ARM", "LP", "unanswered", "2012", "2014", 0.01],
    ...         ["ARM", "LP", "unanswered", "2012", "2014", 0.01],
    ...         ["AZE", "LP", "unanswered", "2012", "2014", 0.04]]
    >>> holm(pd.DataFrame(rows, columns=[*CONTRAST, "p_hi"])).tolist()
    [0.02, 0.02, 0.04]
    """
    distinct = (
        table[[*CONTRAST, "p_hi"]].drop_duplicates(CONTRAST).sort_values("p_hi", kind="stable")
    )
    adjusted = (distinct["p_hi"] * np.arange(len(distinct), 0, -1)).cummax().clip(upper=1)
    distinct = distinct.assign(p_holm=adjusted)
    return table[CONTRAST].merge(distinct, how="left", on=CONTRAST)["p_holm"].set_axis(table.index)


def _with_tests(table: pd.DataFrame, found: pd.DataFrame, level: float) -> pd.DataFrame:
    """Join tests to their comparisons; one that is tested in parts has the tests of all parts."""
    parts = found.groupby(level=0, sort=False)
    joined = parts.agg(
        {"p_lo": "min", "p_hi": "max", "limit_lo": "min", "limit_hi": "max", "breakdown": "min"}
    )
    # parts may be significant in two directions, which is no result
    one_way = parts["direction"].min() * parts["direction"].max() == 1
    verdicts = np.select([one_way, joined["p_lo"] < level], [EVERY, SOME], NO)
    joined["verdict"] = pd.Series(verdicts, joined.index, dtype="str")
    joined["breakdown"] = joined["breakdown"].where(one_way)
    tested = table.join(joined)
    return tested.assign(p_holm=holm(tested))


def _totals(table: pd.DataFrame, side: str, years: pd.Series) -> pd.DataFrame:
    """Turn the means per year of one side back into whole totals."""
    ends = table[[f"{side}_lo", f"{side}_hi"]].astype(float).mul(years, axis=0)
    totals = ends.round()
    told = [f"{lo:g} to {hi:g}" for lo, hi in ends.to_numpy()]
    for wrong, message in (
        (ends.isna(), "no printed year {side}"),
        (~np.isclose(ends, totals), "totals {side}: {told}; allowed are whole numbers"),
        (ends > ends[[f"{side}_hi"]].to_numpy(), "totals {side}: {told}; allowed is lo <= hi"),
    ):
        for at in np.flatnonzero(np.asarray(wrong).any(axis=1)):
            row = table.iloc[at]
            place = [row["iso3"], row["channel"], row["indicator"], row.get("event", "")]
            named = " ".join(filter(None, place))
            raise InferenceError(f"{named}: {message.format(side=side, told=told[at])}")
    return totals
