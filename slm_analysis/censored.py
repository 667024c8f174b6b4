"""Poisson regression on counts that are known only within bounds.

The likelihood of a printed count is the probability that the true count lies in its interval,
``P(lo <= Y <= hi)`` (interval censoring; Cameron and Trivedi, *Regression Analysis of Count
Data*, 2013, section 4.4). With a log link its score is ``x (E[Y | lo <= Y <= hi] - mu)`` and its
observed information ``x x' (mu - Var[Y | lo <= Y <= hi])``; for ``lo = hi`` both are those of
Poisson regression. Only a *coherent* reading rule, under which each true count has exactly one
print, makes these probabilities a likelihood.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linprog
from scipy.special import gammaln, logsumexp
from statsmodels.base.model import GenericLikelihoodModel, GenericLikelihoodModelResults

from slm_analysis.inference import InferenceError
from slm_analysis.rules import ReadingRule

Floats = npt.NDArray[np.float64]


def interval_moments(lo: Floats, hi: Floats, eta: Floats) -> tuple[Floats, Floats, Floats]:
    """Return log probability, mean and variance of a Poisson count within bounds.

    Parameters
    ----------
    lo, hi
        Bounds of the count, cases; arrays that broadcast with ``eta``.
    eta
        Logarithm of the Poisson mean.

    Returns
    -------
    tuple of arrays
        ``log P(lo <= Y <= hi)``, ``E[Y | lo <= Y <= hi]`` and ``Var[Y | lo <= Y <= hi]``.

    Examples
    --------
    A count that is printed as 5, where 4 are expected:

    >>> found = interval_moments(np.array([3]), np.array([7]), np.log([4]))
    >>> [round(float(each[0]), 2) for each in found]
    [-0.34, 4.49, 1.6]
    """
    steps = np.arange(int(np.max(hi - lo)) + 1)
    values = lo[..., None] + steps
    log_p = values * eta[..., None] - np.exp(eta)[..., None] - gammaln(values + 1)
    log_p = np.where(values <= hi[..., None], log_p, -np.inf)
    total = logsumexp(log_p, axis=-1)
    weights = np.exp(log_p - total[..., None])
    mean = (weights * values).sum(-1)
    return total, mean, (weights * (values - mean[..., None]) ** 2).sum(-1)


class CensoredPoisson(GenericLikelihoodModel):
    """Poisson regression for counts within bounds, log link.

    Parameters
    ----------
    endog
        n × 2: least and greatest count, cases.
    exog
        Design matrix, an n × k array.
    rule
        The coherent reading rule under which the bounds were read.
    offset
        Logarithm of the exposure, n; 0 if not given.

    Raises
    ------
    InferenceError
        If the rule is not coherent, there are not two columns of bounds, or bounds are reversed,
        negative, infinite or not whole.

    Examples
    --------
    One rate for two years with printed counts of 5 and 10:

    >>> from slm_analysis.rules import RULES
    >>> data = pd.DataFrame({"lo": [5, 8], "hi": [7, 12]})
    >>> rule = RULES["suppress-then-round"]
    >>> result = CensoredPoisson.from_formula("lo + hi ~ 1", data, rule=rule).fit()
    >>> round(float(np.exp(result.params[0])), 2)
    7.79
    """

    _formula_max_endog = 2  # two columns on the left of a formula

    def __init__(
        self,
        endog: Any,
        exog: Any = None,
        *,
        rule: ReadingRule,
        offset: npt.ArrayLike | None = None,
        **kwargs: Any,
    ) -> None:
        if not rule.coherent:
            raise InferenceError(
                f"rule {rule.name}: a likelihood needs a coherent rule, under which each true "
                "count has exactly one print"
            )
        super().__init__(endog, exog, **kwargs)
        bounds = np.asarray(self.endog, float)
        if bounds.ndim != 2 or bounds.shape[1] != 2:
            raise InferenceError("endog: allowed are two columns, lo and hi")
        self.lo, self.hi = bounds.T
        _check_bounds(self.lo, self.hi)
        self.rule = rule
        self.offset = np.zeros(len(bounds)) if offset is None else np.asarray(offset, float)
        self._init_keys.append("rule")

    def _moments(self, params: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        eta = self.exog @ params + self.offset
        return (*interval_moments(self.lo, self.hi, eta), np.exp(eta))

    def loglikeobs(self, params: Floats) -> Floats:
        """Log likelihood per observation, n, at parameters on the log scale.

        Examples
        --------
        >>> from slm_analysis.rules import RULES
        >>> rule = RULES["suppress-then-round"]
        >>> model = CensoredPoisson([[5, 7], [8, 12]], np.ones((2, 1)), rule=rule)
        >>> model.loglikeobs(np.log([8])).round(2).tolist()
        [-1.04, -0.73]
        """
        return self._moments(params)[0]

    def score_obs(self, params: Floats, **_: Any) -> Floats:
        """Score per observation, n × k.

        Examples
        --------
        >>> from slm_analysis.rules import RULES
        >>> rule = RULES["suppress-then-round"]
        >>> model = CensoredPoisson([[5, 7], [8, 12]], np.ones((2, 1)), rule=rule)
        >>> model.score_obs(np.log([8])).round(2).tolist()
        [[-1.86], [1.51]]
        """
        _loglike, mean, _variance, mu = self._moments(params)
        score: Floats = (mean - mu)[:, None] * self.exog
        return score

    def score(self, params: Floats, **_: Any) -> Floats:
        """Score, k: the sum over the observations.

        Examples
        --------
        >>> from slm_analysis.rules import RULES
        >>> rule = RULES["suppress-then-round"]
        >>> model = CensoredPoisson([[5, 7], [8, 12]], np.ones((2, 1)), rule=rule)
        >>> model.score(np.log([8])).round(2).tolist()
        [-0.35]
        """
        score: Floats = self.score_obs(params).sum(0)
        return score

    def hessian(self, params: Floats, **_: Any) -> Floats:
        """Hessian of the log likelihood, k × k.

        Examples
        --------
        >>> from slm_analysis.rules import RULES
        >>> rule = RULES["suppress-then-round"]
        >>> model = CensoredPoisson([[5, 7], [8, 12]], np.ones((2, 1)), rule=rule)
        >>> model.hessian(np.log([8])).round(2).tolist()
        [[-13.64]]
        """
        _loglike, _mean, variance, mu = self._moments(params)
        hessian: Floats = (self.exog * (variance - mu)[:, None]).T @ self.exog
        return hessian

    def fit(self, **_: Any) -> GenericLikelihoodModelResults:
        """Maximise the likelihood by Newton's method from the midpoints.

        Raises
        ------
        InferenceError
            If the design leaves an effect unidentified.

        Examples
        --------
        >>> from slm_analysis.rules import RULES
        >>> rule = RULES["suppress-then-round"]
        >>> model = CensoredPoisson([[5, 7], [8, 12]], np.ones((2, 1)), rule=rule)
        >>> model.fit().params.round(2).tolist()
        [2.05]
        """
        if np.linalg.matrix_rank(self.exog) < self.exog.shape[1]:
            raise InferenceError(
                f"the effects {', '.join(self.exog_names)} are not identified: columns of the "
                "design depend on one another"
            )
        start = np.linalg.lstsq(
            self.exog, np.log((self.lo + self.hi) / 2 + 0.5) - self.offset, rcond=None
        )[0]
        return super().fit(start_params=start, method="newton", maxiter=100, disp=0)


def _check_bounds(lo: Floats, hi: Floats) -> None:
    for at, (low, high) in enumerate(zip(lo, hi, strict=True)):
        if not (0 <= low <= high < np.inf) or low != np.floor(low) or high != np.floor(high):
            raise InferenceError(
                f"row {at}: bounds {low:g} to {high:g}; allowed are whole numbers, 0 <= lo <= hi"
            )


@dataclass(frozen=True)
class Change:
    """A pooled change: a ratio of rates with 95% limits, and what it rests on.

    Parameters
    ----------
    rule
        Name of the reading rule.
    ratio, limit_lo, limit_hi
        Ratio of rates, later to earlier, and its Wald limits.
    p
        p-value of the Wald test that the ratio is 1.
    cells
        Number of cells in the model.
    units, dropped
        Series (country and channel) in the model; those left out as every count may be 0.
    result
        The fitted model.
    """

    rule: str
    ratio: float
    limit_lo: float
    limit_hi: float
    p: float
    cells: int
    units: tuple[str, ...]
    dropped: tuple[str, ...]
    result: GenericLikelihoodModelResults


def pooled_change(rows: pd.DataFrame, later: str, rule: ReadingRule) -> Change:
    """Estimate one ratio of rates for several series, each with a level of its own.

    A series is a country and channel. One of which every count may be 0 is left out.

    Parameters
    ----------
    rows
        Rows of a panel built under ``rule``, of one indicator, with a column of zeros and ones.
    later
        Name of that column: 1 for the cells to which the ratio applies.
    rule
        A coherent reading rule.

    Raises
    ------
    InferenceError
        If bounds are reversed or negative, the rule is not coherent, or the ratio is not finite or
        not identified, with the countries and indicator at fault.

    Examples
    --------
    >>> from slm_analysis.rules import RULES
    >>> from slm_analysis.panel import build_panel
    >>> rule = RULES["suppress-then-round"]
    >>> cells = build_panel(raw, rule).query("channel == 'LP' and indicator == 'unanswered'")
    >>> cells = cells.assign(later=(cells["year"] == 2014).astype(int))
    >>> change = pooled_change(cells, "later", rule)
    >>> change.units, round(change.ratio, 2)
    (('ARM LP', 'AZE LP', 'NGA LP', 'RWA LP'), 0.51)
    """
    for row in rows.itertuples():
        if not 0 <= row.lo <= row.hi:
            raise InferenceError(
                f"{row.iso3} {row.year} {row.indicator}: bounds {row.lo} to {row.hi}; "
                "allowed is 0 <= lo <= hi"
            )
    unit = rows["iso3"] + " " + rows["channel"]
    silent = rows["lo"].groupby(unit).max() == 0
    dropped = tuple(sorted(silent.index[silent]))
    used = rows[~unit.isin(dropped)].assign(unit=unit)
    # a series with only one side fits its own level and says nothing on the ratio
    informative = used.groupby("unit")[later].nunique() == 2
    indicator = ", ".join(rows["indicator"].unique())
    if not informative.any():
        raise InferenceError(
            f"{indicator}: the ratio is not identified; no series has cells on both sides "
            f"({', '.join(sorted(unit.unique())) or 'none given'})"
        )
    model = CensoredPoisson.from_formula(f"lo + hi ~ 0 + C(unit) + {later}", used, rule=rule)
    _refuse_infinite(model, later, indicator, used)
    result = model.fit()
    at = model.exog_names.index(later)
    limit_lo, limit_hi = np.exp(result.conf_int()[at])
    return Change(
        rule=rule.name,
        ratio=float(np.exp(result.params[at])),
        limit_lo=float(limit_lo),
        limit_hi=float(limit_hi),
        p=float(result.pvalues[at]),
        cells=len(used),
        units=tuple(sorted(used["unit"].unique())),
        dropped=dropped,
        result=result,
    )


FIRST_YEARS = {"LP and nationality": 2012, "T&O": 2013}


def pooled_trend(
    panel: pd.DataFrame, indicator: str, what: str, first: int, last: int, rule: ReadingRule
) -> dict[str, Change]:
    """Pool the change of an indicator between two years over the series of one kind.

    Parameters
    ----------
    panel
        Built under ``rule``.
    indicator
        What is counted.
    what
        ``T&O``, or any other name for the series that are not T&O.
    first, last
        Years compared.
    rule
        A coherent reading rule.

    Returns
    -------
    dict
        One entry, named after the kind, the years and the rule; empty where no series has both
        years.

    Raises
    ------
    InferenceError
        As :func:`pooled_change` does.

    Examples
    --------
    >>> from slm_analysis.rules import RULES
    >>> from slm_analysis.panel import build_panel
    >>> rule = RULES["suppress-then-round"]
    >>> found = pooled_trend(build_panel(raw, rule), "unanswered", "T&O", 2013, 2014, rule)
    >>> {name: round(change.ratio, 2) for name, change in found.items()}
    {'T&O, 2013 to 2014, suppress-then-round': 0.81}
    """
    kind = panel["channel"] == "TO" if what == "T&O" else panel["channel"] != "TO"
    rows = panel[kind & (panel["indicator"] == indicator) & panel["year"].isin((first, last))]
    if rows.groupby(["iso3", "channel"])["year"].nunique().max() != 2:
        return {}
    rows = rows.assign(later=(rows["year"] == last).astype(int))
    return {f"{what}, {first} to {last}, {rule.name}": pooled_change(rows, "later", rule)}


def _refuse_infinite(
    model: CensoredPoisson, effect: str, indicator: str, rows: pd.DataFrame
) -> None:
    """Refuse an effect on which the likelihood has no maximum.

    The likelihood keeps rising along a direction d when ``x'd = 0`` for every count that is
    certainly above 0 and ``x'd <= 0`` for the others; a linear programme looks for such a d that
    moves the effect.
    """
    at = model.exog_names.index(effect)
    positive = model.lo > 0
    for sign in (1, -1):
        cost = np.zeros(model.exog.shape[1])
        cost[at] = -sign
        found = linprog(
            cost,
            A_ub=model.exog[~positive] if (~positive).any() else None,
            b_ub=np.zeros((~positive).sum()) if (~positive).any() else None,
            A_eq=model.exog[positive] if positive.any() else None,
            b_eq=np.zeros(positive.sum()) if positive.any() else None,
            bounds=(-1, 1),
        )
        if found.status == 0 and -found.fun > 1e-9:
            side = rows.loc[rows[effect] == (1 if sign < 0 else 0)]
            cells = ", ".join(f"{r.iso3} {r.year}" for r in side.itertuples())
            raise InferenceError(
                f"{indicator}: the ratio is not finite; every count on one side may be 0 ({cells})"
            )
