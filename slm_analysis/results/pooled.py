"""One ratio for several series, and whether they bear it.

The ratio is that of a censored Poisson regression in which each series has a level of its own.
Beside it stands what the same counts say against it:

- the *dispersion*, Pearson's statistic and the deviance per degree of freedom, of the midpoints
  about the fitted values (McCullagh and Nelder, *Generalized Linear Models*, 1989, section
  6.2.3); about 1 where the counts vary as Poisson counts with one ratio would. Midpoints err to the
  safe side: rounding adds to the dispersion, expected values within the bounds would hide some;
- the *homogeneity* of the ratios of the series: Cochran's Q and I² (Higgins and Thompson,
  *Statistics in Medicine* 21, 2002) of the log ratios of midpoints, one half added to each count so
  that 0 has a logarithm too (Haldane, *Annals of Human Genetics* 20, 1956);
- limits that hold where the ratios differ. *Quasi-Poisson*: the Poisson ones widened by the root of
  Pearson's dispersion, at least 1, with a t quantile. *Random effects*, about the mean log ratio:
  the variance between series of Paule and Mandel (*Journal of Research of the NBS* 87, 1982), with
  the limits of Hartung and Knapp (*Statistics in Medicine* 20, 2001), their scale at least 1
  (Röver, Knapp and Friede, *BMC Medical Research Methodology* 15, 2015);
- how many series fell, whatever the counts were, with the *sign test*.

The Poisson limits are shown only where Pearson's statistic does not refute them at 10%: with so few
series the test has little power, as Higgins, Thompson, Deeks and Altman say of Q (*BMJ* 327, 2003).
How far that rule can be trusted on these designs, :mod:`simulation` shows.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import kl_div

from slm_analysis.bounds.arithmetic import FELL, OPEN, ROSE, Bounds, Floats
from slm_analysis.bounds.panel import build_panel
from slm_analysis.printed.read import Raw
from slm_analysis.printed.reading_rules import RULES, ReadingRule, Rounding
from slm_analysis.printed.sources import REPORT
from slm_analysis.results.censored import CensoredPoisson, CensoredPoissonResults
from slm_analysis.results.coverage import select
from slm_analysis.results.inference import InferenceError

REFUTED = 0.1  # the p-value of Pearson's statistic under which no Poisson limits are shown
FIRST_YEARS = {"LP and nationality": 2012, "T&O": 2013}
LIMITS = ("Poisson", "quasi-Poisson", "random effects")


@dataclass(frozen=True)
class Change:
    """A pooled change: a ratio of rates, later to earlier, and what speaks for and against it.

    Parameters
    ----------
    ratio
        Ratio of rates for all series.
    units, dropped
        Series (country and channel) in the model; those left out, as every count may be 0 or one
        side is not printed.
    fell, rose
        Number of series whose rate fell for certain, rose for certain.
    sign_p_lo, sign_p_hi
        p-value of the two-sided sign test, least and greatest over what the open series may be.
    about
        Dispersion, homogeneity and limits: a row of :func:`assess`.
    result
        The fitted model; its design has a column for each series, and last the effect.
    """

    ratio: float
    units: tuple[str, ...]
    dropped: tuple[str, ...]
    fell: int
    rose: int
    sign_p_lo: float
    sign_p_hi: float
    about: pd.Series
    result: CensoredPoissonResults


def pooled_change(rows: pd.DataFrame, rule: ReadingRule, rounding: Rounding) -> Change:
    """Estimate one ratio of rates for several series, each with a level of its own.

    A series is a country and channel. One of which every count may be 0 is left out, and so is one
    without a cell on each side.

    Parameters
    ----------
    rows
        Rows of a panel built under ``rule``, of one indicator, with a column ``later``: 1 for the
        cells to which the ratio applies, else 0.
    rule
        A coherent reading rule.
    rounding
        How the counts were rounded and hidden in print.

    Raises
    ------
    InferenceError
        If the rule is not coherent, bounds are none of its readings, or the ratio is not finite or
        not identified, with the indicator and the countries at fault.

    Examples
    --------
    >>> from slm_analysis.printed.reading_rules import RULES
    >>> from slm_analysis.bounds.panel import build_panel
    >>> rule, rounding = RULES["suppress-then-round"], raw.sources["acvz-2015"].rounding
    >>> cells = build_panel(raw, rule).query("channel == 'LP' and indicator == 'unanswered'")
    >>> cells = cells.assign(later=(cells["year"] == 2014).astype(int))
    >>> change = pooled_change(cells, rule, rounding)
    >>> change.units, round(change.ratio, 2)
    (('ARM LP', 'AZE LP', 'NGA LP', 'RWA LP'), 0.51)
    >>> change.fell, change.rose, change.sign_p_lo
    (4, 0, 0.125)
    """
    rows = rows.assign(unit=rows["iso3"] + " " + rows["channel"])
    by_unit = rows.groupby("unit")
    usable = (
        (by_unit["hi"].max() > 0) & (by_unit["lo"].max() != 0) & (by_unit["later"].nunique() == 2)
    )
    used = rows[rows["unit"].map(usable)]
    indicator = ", ".join(rows["indicator"].unique())
    if used.empty:
        raise InferenceError(
            f"{indicator}: the ratio is not identified; no series has a count above 0 and cells on "
            f"both sides ({', '.join(by_unit.groups) or 'none given'})"
        )
    used = used.set_index(used["unit"] + " " + used["year"].astype(str))
    members = pd.get_dummies(used["unit"], dtype=float)
    exog = members.assign(later=used["later"])
    try:
        result = CensoredPoisson(used[["lo", "hi"]], exog, rule=rule, rounding=rounding).fit()
    except InferenceError as error:
        raise InferenceError(f"{indicator}: {error}") from None
    rates = used.groupby(["unit", "later"])[["lo", "hi"]].mean().unstack("later")
    before, after = (Bounds(rates["lo", side], rates["hi", side]) for side in (0, 1))
    changes = before.change_to(after).tolist()
    fell, rose, undecided = (changes.count(change) for change in (FELL, ROSE, OPEN))
    sign_p_lo, sign_p_hi = sign_test(fell, rose, undecided)
    lo, hi, fitted = result.model.lo, result.model.hi, np.asarray(result.fittedvalues)
    effect, deviation = (found[["later"]].to_numpy() for found in (result.params, result.bse))
    about = assess(lo[None], hi[None], fitted[None], effect, deviation, result.model.exog)
    return Change(
        ratio=float(np.exp(result.params["later"])),
        units=tuple(members),
        dropped=tuple(sorted(usable.index[~usable])),
        fell=fell,
        rose=rose,
        sign_p_lo=sign_p_lo,
        sign_p_hi=sign_p_hi,
        about=about.iloc[0],
        result=result,
    )


def sign_test(fell: int, rose: int, open_: int) -> tuple[float, float]:
    """Return the p-value of the two-sided sign test, least and greatest over what is open.

    Parameters
    ----------
    fell, rose, open_
        Number of series that fell for certain, rose for certain, or may have fallen, risen or
        stayed; one that stayed does not count.

    Examples
    --------
    Five of five fell; and two of five, where three are open:

    >>> sign_test(5, 0, 0), sign_test(2, 0, 3)
    ((0.0625, 0.0625), (0.0625, 1.0))
    """
    ps = [
        float(stats.binomtest(fell + down, fell + rose + down + up).pvalue)
        if fell + rose + down + up
        else 1.0
        for down in range(open_ + 1)
        for up in range(open_ - down + 1)
    ]
    return min(ps), max(ps)


def assess(
    lo: Floats, hi: Floats, fitted: Floats, estimate: Floats, error: Floats, exog: Floats
) -> pd.DataFrame:
    """Return dispersion, homogeneity and limits of pooled ratios, for many data sets at once.

    Parameters
    ----------
    lo, hi, fitted
        Bounds and fitted values, S × n, for S data sets of n cells.
    estimate, error
        Log ratio and its Poisson standard error, S.
    exog
        Design matrix, n × (k + 1): which cell belongs to which of k series, and last the effect.

    Returns
    -------
    DataFrame
        One row per data set: ``pearson`` and ``deviance`` (per degree of freedom ``df``),
        ``pearson_p``, ``q``, ``q_p``, ``i2`` (0 to 1), ``mean`` (the random effects' log ratio),
        and the limits ``<name>_lo`` and ``<name>_hi`` on the log scale for the names
        :data:`LIMITS`; NaN where there is none, as for the Poisson ones where they are refuted.
        Series of which every count may be 0 are left out of all of them.

    Examples
    --------
    Two series, of which one fell from 40 to 10, the other from 40 to 30:

    >>> counts = np.array([[40.0, 10, 40, 30]])
    >>> exog = np.array([[1, 0, 0], [1, 0, 1], [0, 1, 0], [0, 1, 1]])
    >>> fitted = np.array([[100 / 3, 50 / 3, 140 / 3, 70 / 3]])
    >>> found = assess(counts, counts, fitted, np.log([0.5]), np.array([0.19]), exog).iloc[0]
    >>> found[["pearson", "q", "i2", "Poisson_lo"]].round(2).tolist()
    [6.86, 6.41, 0.84, nan]
    """
    members, later = exog[:, :-1], exog[:, -1]
    seen = (lo @ members > 0).astype(float)
    counted = seen @ members.T > 0
    df = counted.sum(1) - seen.sum(1) - 1
    middle = (lo + hi) / 2
    before, after = ((middle * side) @ members + 0.5 for side in (1 - later, later))
    years = later @ members / ((1 - later) @ members)
    with np.errstate(divide="ignore", invalid="ignore"):
        # where the dispersion or the homogeneity cannot be seen, there is none
        per = np.where(df > 0, df, np.nan)
        free = np.where(seen.sum(1) > 1, seen.sum(1) - 1, np.nan)
        squares = np.where(counted, (middle - fitted) ** 2 / fitted, 0).sum(1)
        unlikely = np.where(counted, kl_div(middle, fitted), 0).sum(1)
        mean, deviation, q = random_effects(
            np.log(after / before / years), 1 / before + 1 / after, seen
        )
        found = {
            "df": df,
            "pearson": squares / per,
            "deviance": 2 * unlikely / per,
            "pearson_p": stats.chi2.sf(squares, per),
            "q": q,
            "q_p": stats.chi2.sf(q, free),
            "i2": np.maximum(0, 1 - free / q),
            "mean": mean,
        }
    # where the dispersion cannot be seen, nothing refutes the Poisson limits
    normal = np.where(found["pearson_p"] < REFUTED, np.nan, stats.norm.ppf(0.975))
    root = np.sqrt(np.maximum(found["pearson"], 1))
    for name, centre, half in (
        ("Poisson", estimate, error * normal),
        ("quasi-Poisson", estimate, error * root * stats.t.ppf(0.975, per)),
        ("random effects", mean, deviation * stats.t.ppf(0.975, free)),
    ):
        found |= {f"{name}_lo": centre - half, f"{name}_hi": centre + half}
    return pd.DataFrame(found)


def random_effects(effect: Floats, variance: Floats, seen: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the mean effect under random effects, for many sets of series at once.

    Paule and Mandel's between-series variance, by Newton's method from 0, which rises to the root;
    Hartung and Knapp's scale is then exactly 1 where that variance is above 0, and taken as 1 where
    it is 0. ``statsmodels.stats.meta_analysis.combine_effects`` gives the same for one set.

    Parameters
    ----------
    effect, variance
        Of each series, S × k.
    seen
        1 for the series that count, else 0; S × k.

    Returns
    -------
    tuple of arrays
        Mean effect and its standard error, S, and Cochran's Q.

    Examples
    --------
    >>> effect, variance = np.log([[0.25, 0.75]]), np.array([[0.12, 0.06]])
    >>> [round(float(each[0]), 2) for each in random_effects(effect, variance, np.ones((1, 2)))]
    [-0.81, 0.55, 6.71]
    """
    between = np.zeros(len(effect))
    totals = []
    for _ in range(100):
        weights = seen / (variance + between[:, None])
        mean = (weights * effect).sum(1) / weights.sum(1)
        squares = (effect - mean[:, None]) ** 2
        totals.append((weights * squares).sum(1))
        excess = np.maximum(totals[-1] - (seen.sum(1) - 1), 0)
        step = np.where(excess > 0, excess / (weights**2 * squares).sum(1), 0)
        between = between + step
        if step.max() < 1e-12:
            break
    return mean, 1 / np.sqrt(weights.sum(1)), totals[0]


def pooled_changes(
    raw: Raw, indicator: str, countries: list[str], years: tuple[int, int]
) -> dict[tuple[str, str], Change]:
    """Pool the change of an indicator in the report under every coherent reading rule.

    Countries with LP or nationality requests and those with T&O requests are pooled apart, each
    from the first year of :data:`FIRST_YEARS` to the last of the report.

    Parameters
    ----------
    raw
        The raw tables.
    indicator
        What is counted.
    countries, years
        Which cells to use: ISO codes, and first and last year.

    Returns
    -------
    dict
        By what is compared and the name of the rule; without those for which no series has both
        years, or whose ratio nothing bounds (the counts may be 0).

    Examples
    --------
    >>> changes = pooled_changes(raw, "unanswered", ["GEO", "RUS", "UKR"], (2013, 2014))
    >>> {rule: round(change.ratio, 2) for (compared, rule), change in changes.items()}
    {'suppress-then-round': 0.86, 'round-then-suppress': 0.92, 'round-down': 0.95,
     'round-up': 0.76}
    >>> set(compared for compared, rule in changes)
    {'T&O, 2013 to 2014'}
    """
    rounding = raw.sources[REPORT].rounding
    found, last = {}, raw.years[1]
    coherent = [rule for rule in RULES.values() if rule.coherent]
    for (what, first), rule in product(FIRST_YEARS.items(), coherent):
        rows = select(build_panel(raw, rule), countries, years)
        rows = rows[
            (rows["channel"].eq("TO") == (what == "T&O"))
            & (rows["indicator"] == indicator)
            & (rows["source_id"] == REPORT)
            & rows["year"].isin((first, last))
        ]
        rows = rows.assign(later=(rows["year"] == last).astype(int))
        with suppress(InferenceError):
            found[f"{what}, {first} to {last}", rule.name] = pooled_change(rows, rule, rounding)
    return found
