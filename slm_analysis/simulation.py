"""How the models fare on counts of known truth, printed and read back as the report does it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from slm_analysis.censored import Floats, interval_moments
from slm_analysis.inference import InferenceError
from slm_analysis.rules import ReadingRule, Rounding

NORMAL_975 = float(norm.ppf(0.975))


def fit_many(
    lo: Floats, hi: Floats, exog: Floats, tolerance: float = 1e-9
) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Fit the model to many data sets with one design, by Newton's method side by side.

    Parameters
    ----------
    lo, hi
        Bounds, S × n, for S data sets of n counts; with ``lo = hi`` this is Poisson regression,
        also for values that are not whole.
    exog
        Design, n × k; the last column is the effect asked for.
    tolerance
        Steps of the effect under which all sets count as done; after 100 steps it ends anyway.

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
    middle = (lo + hi) / 2
    params = np.asarray(np.linalg.lstsq(exog, np.log(middle + 0.5).T, rcond=None)[0].T, float)
    for _ in range(100):
        eta = params @ exog.T
        _, mean, variance = interval_moments(lo, hi, eta)
        mu = np.exp(eta)
        score = (mean - mu) @ exog
        information = np.einsum("sn,ni,nj->sij", mu - variance, exog, exog)
        step = np.linalg.solve(information + 1e-12 * np.eye(exog.shape[1]), score[..., None])[
            ..., 0
        ]
        params = params + np.clip(step, -2, 2)
        # the level of a series without a case sinks for ever, and moves nothing else
        if np.abs(step[:, -1]).max() < tolerance:
            break
    covariance: Floats = np.linalg.pinv(information)
    return params, covariance, np.abs(step[:, -1]) < 1e-6


def simulate(
    rows: pd.DataFrame,
    later: str,
    rule: ReadingRule,
    rounding: Rounding,
    *,
    ratio: float,
    dispersion: float,
    sets: int = 2000,
    seed: int = 20150601,
) -> pd.DataFrame:
    """Try the censored model, the midpoint GLM and quasi-Poisson on data of known truth.

    Parameters
    ----------
    rows
        Rows of a panel built under ``rule``, of one indicator: the design (series, years, levels).
    later
        Column of zeros and ones to whose cells the ratio applies.
    rule, rounding
        How the simulated counts are printed and read back; the rule is coherent.
    ratio
        True ratio of rates.
    dispersion
        Variance of a count over its mean; 1 for Poisson, above 1 for negative binomial.
    sets
        Number of data sets.
    seed
        Of the random numbers.

    Returns
    -------
    DataFrame
        One row per method: ``truth``, ``method``, ``coverage`` of the nominal 95% limits,
        ``coverage_error`` (its Monte Carlo standard error), ``bias`` and ``width`` (of the limits)
        on the log scale, ``fits`` that converged.

    Raises
    ------
    AnalysisError
        If the rule is not coherent.

    Notes
    -----
    The true level of a series (country and channel) is the mean of its midpoints where ``later`` is
    0; where it has no such cell, the mean of all its midpoints over the ratio.

    Examples
    --------
    >>> from slm_analysis.rules import RULES
    >>> from slm_analysis.panel import build_panel
    >>> rule, fives = RULES["suppress-then-round"], Rounding(5, 5)
    >>> cells = build_panel(raw, rule).query("indicator == 'unanswered'")
    >>> cells = cells.assign(later=(cells["year"] == 2014).astype(int))
    >>> table = simulate(cells, "later", rule, fives, ratio=0.5, dispersion=1, sets=20)
    >>> table[["method", "fits"]].to_numpy().tolist()
    [['censored', 20], ['midpoint', 20], ['quasi-Poisson', 20]]
    """
    if dispersion < 1:
        raise InferenceError(f"dispersion {dispersion:g}: allowed is 1 or more")
    random = np.random.default_rng(seed)
    units = pd.Categorical(rows["iso3"] + " " + rows["channel"])
    flag = rows[later].to_numpy(float)
    exog = np.column_stack([np.eye(len(units.categories))[units.codes], flag])
    level = ((rows["lo"] + rows["hi"]) / 2).where(flag == 0).groupby(units.codes).mean()
    level = level.fillna(((rows["lo"] + rows["hi"]) / 2).groupby(units.codes).mean() / ratio)
    mu = level.to_numpy()[units.codes] * np.where(flag == 1, ratio, 1)
    shape = (sets, len(mu))
    if dispersion > 1:
        # variance = mean × dispersion: gamma rates of shape mean / (dispersion - 1)
        rates = random.gamma(mu / (dispersion - 1), dispersion - 1, shape)
    else:
        rates = np.broadcast_to(mu, shape)
    counts = random.poisson(rates)
    prints = {n: rule.printed(n, rounding) for n in range(counts.max() + 1)}
    readings = {n: rule.read(text, rounding) for n, text in prints.items()}
    ends = np.array([(readings[n].lo, readings[n].hi) for n in range(counts.max() + 1)], float)
    lo, hi = ends[counts, 0], ends[counts, 1]
    midpoint = (lo + hi) / 2
    truth = "Poisson" if dispersion == 1 else f"negative binomial, variance {dispersion:g} × mean"
    table = []
    for method, low, high in (("censored", lo, hi), ("midpoint", midpoint, midpoint)):
        params, covariance, converged = fit_many(low, high, exog)
        estimate, error = params[:, -1], np.sqrt(covariance[:, -1, -1])
        table.append(_performance(method, truth, estimate, error, converged, ratio))
        if method == "midpoint":
            fitted = np.exp(params @ exog.T)
            pearson = ((midpoint - fitted) ** 2 / fitted).sum(1) / (len(mu) - exog.shape[1])
            table.append(
                _performance(
                    "quasi-Poisson", truth, estimate, error * np.sqrt(pearson), converged, ratio
                )
            )
    return pd.DataFrame(table)


def simulate_truths(
    rows: pd.DataFrame, later: str, rule: ReadingRule, rounding: Rounding, sets: int
) -> pd.DataFrame:
    """Simulate under Poisson truth, and under counts that vary three times as much.

    The true ratio is one half. See :func:`simulate` for the rest.

    Examples
    --------
    >>> from slm_analysis.rules import RULES
    >>> from slm_analysis.panel import build_panel
    >>> rule = RULES["suppress-then-round"]
    >>> cells = build_panel(raw, rule).query("indicator == 'unanswered'")
    >>> cells = cells.assign(later=(cells["year"] == 2014).astype(int))
    >>> table = simulate_truths(cells, "later", rule, Rounding(5, 5), sets=20)
    >>> table["truth"].unique().tolist()
    ['Poisson', 'negative binomial, variance 3 × mean']
    """
    return pd.concat(
        [
            simulate(rows, later, rule, rounding, ratio=0.5, dispersion=dispersion, sets=sets)
            for dispersion in (1, 3)
        ],
        ignore_index=True,
    )


def _performance(
    method: str, truth: str, estimate: Floats, error: Floats, converged: Any, ratio: float
) -> dict[str, object]:
    estimate, error = estimate[converged], error[converged]
    covered = np.abs(estimate - np.log(ratio)) <= NORMAL_975 * error
    share = covered.mean()
    return {
        "truth": truth,
        "method": method,
        "coverage": share,
        "coverage_error": np.sqrt(share * (1 - share) / len(covered)),
        "bias": estimate.mean() - np.log(ratio),
        "width": 2 * NORMAL_975 * error.mean(),
        "fits": int(converged.sum()),
    }
