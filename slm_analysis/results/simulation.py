"""How the pooled limits and the exact test fare on counts of known truth.

The designs are those of the pooled fits: their cells, with the fitted values as true means. Counts
are drawn from them, printed under the rule of the fit, read back, and given to the very functions
that made the fit.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from slm_analysis.bounds.arithmetic import Floats
from slm_analysis.printed.reading_rules import Integers
from slm_analysis.results.censored import interval_moments
from slm_analysis.results.inference import InferenceError, exact_p
from slm_analysis.results.pooled import LIMITS, Change, assess

SEED = 20150601
TOLERANCE = 1e-9  # a step of the effect under which a data set is fitted


def fit_many(lo: Floats, hi: Floats, exog: Floats) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Fit the model to many data sets with one design, by Newton's method side by side.

    Parameters
    ----------
    lo, hi
        Bounds, S × n, for S data sets of n counts; with ``lo = hi`` this is Poisson regression,
        also for values that are not whole.
    exog
        Design, n × k; the last column is the effect asked for.

    Returns
    -------
    tuple
        Estimates S × k (log scale), their covariances S × k × k (inverse of the observed
        information), and whether the effect converged, S.

    Examples
    --------
    Two data sets of two counts, 20 then 10 and 20 then 40:

    >>> counts, design = np.array([[20, 10], [20, 40]]), np.array([[1, 0], [1, 1]])
    >>> params, covariance, converged = fit_many(counts, counts, design)
    >>> np.exp(params[:, -1]).round(2).tolist()
    [0.5, 2.0]
    """
    sets, effects = len(lo), exog.shape[1]
    start = np.linalg.lstsq(exog, np.log((lo + hi) / 2 + 0.5).T, rcond=None)[0].T
    params: Floats = np.array(start, float)
    information = np.empty((sets, effects, effects))
    steps, going = np.full(sets, np.inf), np.arange(sets)
    for _ in range(50):
        eta = params[going] @ exog.T
        _, mean, variance = interval_moments(lo[going], hi[going], eta)
        mu = np.exp(eta)
        information[going] = ((mu - variance)[:, None, :] * exog.T) @ exog
        score = (mean - mu) @ exog
        step = np.linalg.solve(information[going] + 1e-12 * np.eye(effects), score[..., None])
        params[going] += np.clip(step[..., 0], -2, 2)
        # the level of a series without a case sinks for ever, and moves nothing else
        steps[going] = np.abs(step[:, -1, 0])
        going = going[steps[going] >= TOLERANCE]
        if not len(going):
            break
    return params, np.asarray(np.linalg.pinv(information), float), steps < 1e-6


def draw(mean: Floats, dispersion: float, sets: int, random: np.random.Generator) -> Integers:
    """Draw counts of given means: Poisson, or negative binomial with a multiple of the variance.

    Parameters
    ----------
    mean
        n.
    dispersion
        Variance over mean, 1 or more.
    sets
        Number of data sets.
    random
        Generator of the random numbers.

    Returns
    -------
    array
        Counts, sets × n.

    Raises
    ------
    InferenceError
        If the dispersion is below 1.

    Examples
    --------
    >>> counts = draw(np.array([50.0]), 3, 2000, np.random.default_rng(1))
    >>> counts.shape, round(float(counts.var() / counts.mean()), 1)
    ((2000, 1), 3.1)
    """
    if dispersion < 1:
        raise InferenceError(f"dispersion {dispersion:g}: allowed is 1 or more")
    shape = (sets, len(mean))
    if dispersion > 1:  # a Poisson count with a gamma mean, of shape mean / (dispersion - 1)
        return random.poisson(random.gamma(mean / (dispersion - 1), dispersion - 1, shape))
    return random.poisson(mean, shape)


def simulate(
    change: Change, *, dispersion: float, sets: int = 2000, seed: int = SEED
) -> pd.DataFrame:
    """Try the limits of a pooled change on data whose truth is the fit.

    Parameters
    ----------
    change
        The pooled fit: its cells, rule and rounding; its fitted values are the true means.
    dispersion
        Variance of a count over its mean; 1 for Poisson, above 1 for negative binomial.
    sets
        Number of data sets.
    seed
        Of the random numbers.

    Returns
    -------
    DataFrame
        One row per kind of limits (:data:`pooled.LIMITS`): ``limits``, ``fits`` (data sets in which
        there are such limits), ``shown`` (their share of the sets with a finite ratio),
        ``coverage`` (share of ``fits`` whose nominal 95% limits contain the true ratio),
        ``coverage_error`` (its Monte Carlo standard error), ``bias`` (of the ratio's logarithm) and
        ``width`` (median width of the limits on the log scale).

    Raises
    ------
    InferenceError
        If the dispersion is below 1.

    Examples
    --------
    >>> from slm_analysis.results.pooled import pooled_changes
    >>> changes = pooled_changes(raw, "unanswered", ["ARM", "AZE", "NGA"], (2012, 2014))
    >>> table = simulate(next(iter(changes.values())), dispersion=1, sets=100)
    >>> table[["limits", "fits"]].to_numpy().tolist()
    [['Poisson', 89], ['quasi-Poisson', 100], ['random effects', 100]]
    """
    model, truth = change.result.model, float(np.log(change.ratio))
    mean = np.asarray(change.result.fittedvalues)
    counts = draw(mean, dispersion, sets, np.random.default_rng(seed))
    lo, hi = np.moveaxis(model.rule.read_back(counts, model.rounding).astype(float), -1, 0)
    params, covariance, converged = fit_many(lo, hi, model.exog)
    estimate, error = params[converged, -1], np.sqrt(covariance[converged, -1, -1])
    fitted = np.exp(params[converged] @ model.exog.T)
    found = assess(lo[converged], hi[converged], fitted, estimate, error, model.exog)
    table = []
    for name in LIMITS:
        low, high = found[f"{name}_lo"], found[f"{name}_hi"]
        shown = low.notna()
        covered = ((low <= truth) & (truth <= high))[shown].mean()
        centre = found["mean"] if name == "random effects" else pd.Series(estimate)
        table.append(
            {
                "limits": name,
                "fits": int(shown.sum()),
                "shown": shown.mean(),
                "coverage": covered,
                "coverage_error": np.sqrt(covered * (1 - covered) / shown.sum()),
                "bias": centre[shown].mean() - truth,
                "width": (high - low).median(),
            }
        )
    return pd.DataFrame(table)


def exact_size(
    change: Change, *, dispersion: float, sets: int = 2000, seed: int = SEED
) -> pd.DataFrame:
    """Return how often the exact test finds a change where there is none, at 5%.

    Parameters
    ----------
    change
        The pooled fit; both years of a series have the mean of its fitted values as true mean.
    dispersion
        Variance of a count over its mean.
    sets
        Number of pairs of counts for each series.
    seed
        Of the random numbers.

    Returns
    -------
    DataFrame
        ``series``, ``mean`` (cases per year) and ``size`` (share of pairs with p below 0.05): of
        the true counts, before rounding.

    Examples
    --------
    >>> from slm_analysis.results.pooled import pooled_changes
    >>> changes = pooled_changes(raw, "unanswered", ["ARM", "RWA"], (2012, 2014))
    >>> table = exact_size(next(iter(changes.values())), dispersion=3, sets=200)
    >>> table["series"].tolist(), (table["size"] > 0.05).tolist()
    (['ARM LP', 'RWA LP'], [True, True])
    """
    members = change.result.model.exog[:, :-1]
    mean = (np.asarray(change.result.fittedvalues) @ members) / members.sum(0)
    random = np.random.default_rng(seed)
    first, second = (draw(mean, dispersion, sets, random) for _ in range(2))
    size = (exact_p(first, second) < 0.05).mean(0)
    return pd.DataFrame({"series": change.units, "mean": mean, "size": size})


def simulate_designs(
    changes: dict[tuple[str, str], Change], sets: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Simulate every pooled fit under Poisson truth, the dispersion seen, and twice that.

    Parameters
    ----------
    changes
        As :func:`pooled.pooled_changes` returns them.
    sets
        Number of data sets for each fit and truth.

    Returns
    -------
    tuple of DataFrames
        The tables of :func:`simulate` and of :func:`exact_size`, each with ``compared``, ``rule``,
        ``truth`` (``Poisson``, ``dispersion as seen``, ``twice that``) and ``dispersion``. A
        dispersion seen below 1 counts as 1.

    Examples
    --------
    >>> from slm_analysis.results.pooled import pooled_changes
    >>> changes = pooled_changes(raw, "unanswered", ["ARM", "AZE", "NGA"], (2012, 2014))
    >>> limits, sizes = simulate_designs(dict(list(changes.items())[:1]), sets=100)
    >>> len(limits), len(sizes), limits["truth"].unique().tolist()
    (9, 9, ['Poisson', 'dispersion as seen', 'twice that'])
    """
    limits, sizes = [], []
    for (compared, rule), change in changes.items():
        seen = max(1.0, float(np.nan_to_num(change.about["pearson"], nan=1)))
        truths = {"Poisson": 1, "dispersion as seen": seen, "twice that": 2 * seen}
        for truth, dispersion in truths.items():
            head = {"compared": compared, "rule": rule, "truth": truth, "dispersion": dispersion}
            limits.append(simulate(change, dispersion=dispersion, sets=sets).assign(**head))
            sizes.append(exact_size(change, dispersion=dispersion, sets=sets).assign(**head))
    return pd.concat(limits, ignore_index=True), pd.concat(sizes, ignore_index=True)
