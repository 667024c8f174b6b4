"""Poisson regression on counts that are known only within bounds.

The likelihood of a printed count is the probability that the true count lies in its interval,
``P(lo <= Y <= hi)`` (interval censoring; Cameron and Trivedi, *Regression Analysis of Count
Data*, 2013, section 4.4). With a log link its score is ``x (E[Y | lo <= Y <= hi] - mu)`` and its
observed information ``x x' (mu - Var[Y | lo <= Y <= hi])``; for ``lo = hi`` both are those of
Poisson regression. Only a *coherent* reading rule, under which each true count has exactly one
print, makes these probabilities a likelihood.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog, minimize
from scipy.special import gammaln, logsumexp
from scipy.stats import poisson
from statsmodels.base.model import (
    GenericLikelihoodModel,
    GenericLikelihoodModelResults,
    LikelihoodResultsWrapper,
)

from slm_analysis.bounds.arithmetic import Floats
from slm_analysis.errors import DataError
from slm_analysis.printed.reading_rules import ReadingRule, Rounding
from slm_analysis.results.inference import InferenceError

COVARIANCES = ("nonrobust", "HC0", "cluster")


def interval_moments(lo: Floats, hi: Floats, eta: Floats) -> tuple[Floats, Floats, Floats]:
    """Return log probability, mean and variance of a Poisson count within bounds.

    Parameters
    ----------
    lo, hi
        Bounds of the count, cases; arrays that broadcast with ``eta``. An infinite ``hi`` stands
        for a count of ``lo`` or more.
    eta
        Logarithm of the Poisson mean.

    Returns
    -------
    tuple of arrays
        ``log P(lo <= Y <= hi)``, ``E[Y | lo <= Y <= hi]`` and ``Var[Y | lo <= Y <= hi]``.

    Examples
    --------
    A count that is printed as 5, where 4 are expected, and one of 3 or more:

    >>> found = interval_moments(np.array([3, 3]), np.array([7, np.inf]), np.log([4, 4]))
    >>> np.round(found, 2).tolist()
    [[-0.34, -0.27], [4.49, 4.77], [1.6, 2.64]]
    """
    lo, hi, eta = np.broadcast_arrays(lo, hi, eta)
    unbounded = np.isinf(hi)
    steps = np.arange(int(np.max(np.where(unbounded, lo, hi) - lo)) + 1)
    values = lo[..., None] + steps
    log_p = values * eta[..., None] - np.exp(eta)[..., None] - gammaln(values + 1)
    log_p = np.where(values <= hi[..., None], log_p, -np.inf)
    total = logsumexp(log_p, axis=-1)
    weights = np.exp(log_p - total[..., None])
    mean = (weights * values).sum(-1)
    variance = (weights * (values - mean[..., None]) ** 2).sum(-1)
    if unbounded.any():
        # the slope of log P(Y >= lo) is lo P(Y = lo) / P(Y >= lo); that of the mean is the variance
        tail, mu = poisson.logsf(lo - 1, np.exp(eta)), np.exp(eta)
        slope = lo * np.exp(poisson.logpmf(lo, mu) - tail)
        total = np.where(unbounded, tail, total)
        mean = np.where(unbounded, mu + slope, mean)
        variance = np.where(unbounded, mu + slope * (lo - mu - slope), variance)
    return total, mean, variance


class CensoredPoissonResults(GenericLikelihoodModelResults):
    """A fitted :class:`CensoredPoisson`."""

    @property
    def fittedvalues(self) -> Floats:
        """Expected counts at the estimates, n."""
        return np.asarray(self.model.predict(self.params))

    @property
    def resid(self) -> Floats:
        """Expected count within its bounds less the fitted one, n.

        The generalised residual of Gourieroux, Monfort, Renault and Trognon (*Journal of
        Econometrics* 34, 1987): what the score multiplies the design with.
        """
        expected = self.model.moments(self.params)[1]
        return np.asarray(expected - self.fittedvalues)

    def bootstrap(
        self, nrep: int = 100, *, rng: int | np.random.Generator | None = None
    ) -> tuple[Floats, Floats, Floats]:
        """Refit the model to rows drawn with replacement, each with its offset and exposure.

        Parameters
        ----------
        nrep
            Number of samples.
        rng
            Seed, or generator of the random numbers.

        Returns
        -------
        tuple of arrays
            Mean and standard deviation of the estimates, k, and the estimates, ``nrep`` × k; these
            are kept as ``bootstrap_results``.

        Raises
        ------
        InferenceError
            If a sample has no finite estimate: samples cannot be left out without a bias.

        Examples
        --------
        >>> from slm_analysis.printed.reading_rules import RULES, Rounding
        >>> rows = np.array([[5, 7], [8, 12], [13, 17], [8, 12]])
        >>> rule, rounding = RULES["suppress-then-round"], Rounding(5, 5)
        >>> model = CensoredPoisson(rows, np.ones((4, 1)), rule=rule, rounding=rounding)
        >>> mean, deviation, estimates = model.fit().bootstrap(50, rng=1)
        >>> mean.round(1).tolist(), estimates.shape
        ([2.3], (50, 1))
        """
        random, given = np.random.default_rng(rng), self.model._get_init_kwds()
        by_row = {name: value for name, value in given.items() if isinstance(value, np.ndarray)}
        estimates = []
        for _ in range(nrep):
            rows = random.integers(self.nobs, size=self.nobs)
            drawn = given | {name: value[rows] for name, value in by_row.items()}
            sample = type(self.model)(self.model.endog[rows], self.model.exog[rows], **drawn)
            estimates.append(sample.fit(start_params=self.params).params)
        results = self.bootstrap_results = np.array(estimates)
        return results.mean(0), results.std(0), results


class CensoredPoisson(GenericLikelihoodModel):
    """Poisson regression for counts within bounds, log link.

    Parameters
    ----------
    endog
        n × 2: least and greatest count, cases; an infinite greatest count stands for *or more*.
    exog
        Design matrix, n × k.
    rule
        The coherent reading rule under which the bounds were read.
    rounding
        How the counts were rounded and hidden in print.
    offset
        Added to the linear predictor with coefficient 1, n.
    exposure
        Its logarithm is added likewise, n; above 0.
    missing
        What to do with rows with a missing number, as in statsmodels: ``none`` (do not look for
        them), ``drop`` (with their offset and exposure) or ``raise``.
    **kwargs
        What statsmodels itself passes on (``hasconst``, and the parts of a formula); others are
        refused.

    Raises
    ------
    InferenceError
        If the rule is not coherent, there are not two columns of bounds, bounds are reversed,
        negative or not whole, or no print has them under the rule; if an offset or exposure is not
        a finite number for each row.
    ValueError
        For an unknown keyword argument, as statsmodels has it.

    Notes
    -----
    An exact count (``lo = hi``) is finer than any print, and always allowed. Results hold
    ``params`` and the like by name, ``fittedvalues``, ``resid`` and ``bootstrap``
    (:class:`CensoredPoissonResults`).

    Examples
    --------
    One rate for two years with printed counts of 5 and 10:

    >>> import pandas as pd
    >>> from slm_analysis.printed.reading_rules import RULES, Rounding
    >>> data = pd.DataFrame({"lo": [5, 8], "hi": [7, 12]})
    >>> read = {"rule": RULES["suppress-then-round"], "rounding": Rounding(5, 5)}
    >>> result = CensoredPoisson.from_formula("lo + hi ~ 1", data, **read).fit()
    >>> round(float(np.exp(result.params["Intercept"])), 2)
    7.79
    """

    results_class = CensoredPoissonResults
    _formula_max_endog = 2  # two columns on the left of a formula

    def __init__(
        self,
        endog: Any,
        exog: Any,
        *,
        rule: ReadingRule,
        rounding: Rounding,
        offset: npt.ArrayLike | None = None,
        exposure: npt.ArrayLike | None = None,
        missing: str = "none",
        **kwargs: Any,
    ) -> None:
        self._check_kwargs(kwargs, error=True)
        if not rule.coherent:
            raise InferenceError(
                f"rule {rule.name}: this likelihood needs a coherent rule, under which each true "
                "count has exactly one print; bounds do not tell how likely each of several is"
            )
        # statsmodels drops the offset and exposure of missing rows, and keeps them by these names
        offset, exposure = (
            given if given is None else np.asarray(given, float) for given in (offset, exposure)
        )
        super().__init__(endog, exog, missing=missing, offset=offset, exposure=exposure, **kwargs)
        self.rule, self.rounding = rule, rounding
        # a clone is given these; the parts of a formula belong to its data, and cannot be pickled
        self._init_keys = ["rule", "rounding", "offset", "exposure"]
        for part in ("formula", "model_spec", "missing_idx"):
            self.__dict__.pop(part, None)
        # one name, or statsmodels takes two rows of results for the two columns
        self.data.ynames = ", ".join(np.atleast_1d(self.endog_names))
        self.df_model = self.exog.shape[1] - self.k_constant
        bounds = np.asarray(self.endog, float)
        if bounds.ndim != 2 or bounds.shape[1] != 2:
            raise InferenceError("endog: allowed are two columns, lo and hi")
        self.lo, self.hi = bounds.T
        self._check_bounds()
        self._shift = _shift(len(bounds), self.offset, self.exposure)

    def _row_names(self, rows: npt.NDArray[np.bool_]) -> str:
        labels = self.data.row_labels
        return ", ".join(str(at if labels is None else labels[at]) for at in np.flatnonzero(rows))

    def _check_bounds(self) -> None:
        whole = np.isfinite(self.lo) & (np.floor(self.endog) == self.endog).all(axis=1)
        bad = ~(whole & (self.lo >= 0) & (self.lo <= self.hi))
        allowed = "allowed are whole numbers, 0 <= lo <= hi"
        if not bad.any():
            pairs = zip(self.lo, self.hi, strict=True)
            bad = np.array([not _is_reading(*pair, self.rule, self.rounding) for pair in pairs])
            allowed = (
                f"not a reading of the rule {self.rule.name} of counts rounded to "
                f"{self.rounding.rounded_to} and hidden under {self.rounding.suppressed_under}"
            )
        if bad.any():
            at = int(bad.argmax())
            raise InferenceError(
                f"row {self._row_names(np.arange(len(bad)) == at)}: "
                f"bounds {self.lo[at]:g} to {self.hi[at]:g}; {allowed}"
            )

    def predict(
        self,
        params: Floats,
        exog: Any = None,
        offset: npt.ArrayLike | None = None,
        exposure: npt.ArrayLike | None = None,
    ) -> Floats:
        """Return expected counts at parameters on the log scale.

        Parameters
        ----------
        params
            k, as in ``fit().params``.
        exog
            Design, m × k; by default the model's own, with its own offset and exposure.
        offset, exposure
            Of the rows of ``exog``, m; 0 and 1 where they are not given.

        Returns
        -------
        array
            Expected counts, cases.

        Raises
        ------
        InferenceError
            If there is an offset or exposure without a design, or one that is not allowed.

        Examples
        --------
        >>> from slm_analysis.printed.reading_rules import RULES, Rounding
        >>> rule, rounding = RULES["suppress-then-round"], Rounding(5, 5)
        >>> model = CensoredPoisson([[5, 7], [8, 12]], np.ones((2, 1)), rule=rule,
        ...     rounding=rounding, exposure=[1, 2])
        >>> model.fit().predict().round(1).tolist()
        [5.3, 10.6]
        >>> model.fit().predict([[1]], exposure=[3]).round(1).tolist()
        [15.9]
        """
        if exog is None:
            if offset is not None or exposure is not None:
                raise InferenceError("predict: an offset or exposure needs a design (exog)")
            return np.asarray(np.exp(self.exog @ params + self._shift))
        eta = np.asarray(exog, float) @ params
        return np.asarray(np.exp(eta + _shift(len(eta), offset, exposure)))

    def moments(self, params: Floats) -> tuple[Floats, Floats, Floats]:
        """Return :func:`interval_moments` of the rows at parameters on the log scale, n each.

        Examples
        --------
        >>> from slm_analysis.printed.reading_rules import RULES, Rounding
        >>> rule, rounding = RULES["suppress-then-round"], Rounding(5, 5)
        >>> design = np.ones((2, 1))
        >>> model = CensoredPoisson([[5, 7], [8, 12]], design, rule=rule, rounding=rounding)
        >>> model.moments(np.log([8]))[1].round(2).tolist()
        [6.14, 9.51]
        """
        return interval_moments(self.lo, self.hi, self.exog @ params + self._shift)

    def loglikeobs(self, params: Floats) -> Floats:
        """Log likelihood per observation, n, at parameters on the log scale.

        Examples
        --------
        >>> from slm_analysis.printed.reading_rules import RULES, Rounding
        >>> rule, rounding = RULES["suppress-then-round"], Rounding(5, 5)
        >>> design = np.ones((2, 1))
        >>> model = CensoredPoisson([[5, 7], [8, 12]], design, rule=rule, rounding=rounding)
        >>> model.loglikeobs(np.log([8])).round(2).tolist()
        [-1.04, -0.73]
        """
        return self.moments(params)[0]

    def score_obs(self, params: Floats, **_: Any) -> Floats:
        """Score per observation, n × k.

        Examples
        --------
        >>> from slm_analysis.printed.reading_rules import RULES, Rounding
        >>> rule, rounding = RULES["suppress-then-round"], Rounding(5, 5)
        >>> design = np.ones((2, 1))
        >>> model = CensoredPoisson([[5, 7], [8, 12]], design, rule=rule, rounding=rounding)
        >>> model.score_obs(np.log([8])).round(2).tolist()
        [[-1.86], [1.51]]
        """
        residual = self.moments(params)[1] - self.predict(params)
        return np.asarray(residual[:, None] * self.exog)

    def score(self, params: Floats, **_: Any) -> Floats:
        """Score, k: the sum over the observations.

        Examples
        --------
        >>> from slm_analysis.printed.reading_rules import RULES, Rounding
        >>> rule, rounding = RULES["suppress-then-round"], Rounding(5, 5)
        >>> design = np.ones((2, 1))
        >>> model = CensoredPoisson([[5, 7], [8, 12]], design, rule=rule, rounding=rounding)
        >>> model.score(np.log([8])).round(2).tolist()
        [-0.35]
        """
        return np.asarray(self.score_obs(params).sum(0))

    def hessian(self, params: Floats, **_: Any) -> Floats:
        """Hessian of the log likelihood, k × k.

        Examples
        --------
        >>> from slm_analysis.printed.reading_rules import RULES, Rounding
        >>> rule, rounding = RULES["suppress-then-round"], Rounding(5, 5)
        >>> design = np.ones((2, 1))
        >>> model = CensoredPoisson([[5, 7], [8, 12]], design, rule=rule, rounding=rounding)
        >>> model.hessian(np.log([8])).round(2).tolist()
        [[-13.64]]
        """
        factor = self.moments(params)[2] - self.predict(params)
        return np.asarray((self.exog * factor[:, None]).T @ self.exog)

    def fit(
        self,
        start_params: npt.ArrayLike | None = None,
        *,
        disp: bool = False,
        cov_type: str = "nonrobust",
        cov_kwds: dict[str, Any] | None = None,
    ) -> CensoredPoissonResults:
        """Maximise the likelihood, at last by Newton's method.

        Parameters
        ----------
        start_params
            Where to start, k; by default from the midpoints.
        disp
            Whether to print how it converged.
        cov_type
            Of the estimates: ``nonrobust`` (inverse of the observed information), ``HC0`` or
            ``cluster``, sandwiches of the scores per observation (White, *Econometrica* 50, 1982).
        cov_kwds
            For ``cluster``, and needed there: ``groups``, the cluster of each row that was not
            dropped.

        Raises
        ------
        InferenceError
            If the design leaves an effect unidentified, an effect has no finite estimate, or the
            covariance is none of these.

        Examples
        --------
        >>> from slm_analysis.printed.reading_rules import RULES, Rounding
        >>> rule, rounding = RULES["suppress-then-round"], Rounding(5, 5)
        >>> design = np.ones((2, 1))
        >>> model = CensoredPoisson([[5, 7], [8, 12]], design, rule=rule, rounding=rounding)
        >>> model.fit(cov_type="HC0").params.round(2).tolist()
        [2.05]
        """
        self._check_covariance(cov_type, cov_kwds or {})
        self._refuse_infinite()
        if start_params is None:
            middle = np.where(np.isinf(self.hi), self.lo, (self.lo + self.hi) / 2)
            level = np.log(middle + 0.5) - self._shift
            start_params = np.linalg.lstsq(self.exog, level, rcond=None)[0]
        # the likelihood is concave, but Newton's full steps may lead away from a distant maximum
        near = minimize(
            self.nloglike,
            start_params,
            method="trust-exact",
            jac=lambda params: -self.score(params),
            hess=lambda params: -self.hessian(params),
        )
        result = super().fit(
            start_params=near.x,
            method="newton",
            disp=disp,
            cov_type=cov_type,
            **({"cov_kwds": cov_kwds} if cov_kwds else {}),
        )
        named: CensoredPoissonResults = LikelihoodResultsWrapper(result)
        return named

    def _check_covariance(self, cov_type: str, cov_kwds: dict[str, Any]) -> None:
        if cov_type not in COVARIANCES:
            raise InferenceError(f"cov_type {cov_type!r}: allowed are {', '.join(COVARIANCES)}")
        allowed = "groups" if cov_type == "cluster" else "none"
        if (list(cov_kwds) or ["none"]) != [allowed]:
            raise InferenceError(f"cov_kwds of {cov_type}: allowed is {allowed}")
        for groups in cov_kwds.values():
            if np.shape(groups) != self.lo.shape or len(np.unique(groups)) < 2:
                raise InferenceError(
                    f"groups: allowed are two clusters or more, one for each of {len(self.lo)} rows"
                )

    def _refuse_infinite(self) -> None:
        """Refuse a design on which the likelihood has no maximum, or more than one.

        The likelihood keeps rising along a direction d when ``x'd <= 0`` for every count that may
        be 0, ``x'd >= 0`` for every one without upper bound and ``x'd = 0`` for the others, not all
        of them 0. A linear programme looks for it (as Konis does for binary data: *Linear
        programming algorithms for detecting separated data*, Oxford, 2007).
        """
        finite = np.isfinite(self.hi)
        telling = finite | (self.lo > 0)  # "0 or more" says nothing
        if np.linalg.matrix_rank(self.exog[telling]) < self.exog.shape[1]:
            raise InferenceError(
                f"the effects {', '.join(self.exog_names)} are not identified: columns of the "
                "design depend on one another"
            )
        loose = telling & ~(finite & (self.lo > 0))
        rising = np.where(finite, -1, 1)[:, None] * self.exog
        fixed = self.exog[telling & ~loose]
        # each count rises by up to 1 along d: all that rise along some direction, rise along this
        found = linprog(
            np.repeat([0, -1], [self.exog.shape[1], loose.sum()]),
            A_ub=np.hstack([-rising[loose], np.eye(loose.sum())]),
            b_ub=np.zeros(loose.sum()),
            A_eq=np.hstack([fixed, np.zeros((len(fixed), loose.sum()))]),
            b_eq=np.zeros(len(fixed)),
            bounds=[(None, None)] * self.exog.shape[1] + [(0, 1)] * loose.sum(),
        )
        if -found.fun > 0.5:
            direction = found.x[: self.exog.shape[1]]
            effects = np.array(self.exog_names)[np.abs(direction) > 1e-9]
            raise InferenceError(
                f"{', '.join(effects)}: not finite; nothing bounds the estimate, as these counts "
                "may be 0, or have no upper bound: "
                f"{self._row_names(loose & (rising @ direction > 0.5))}"
            )


def _shift(rows: int, offset: npt.ArrayLike | None, exposure: npt.ArrayLike | None) -> Floats:
    """Return what offset and exposure add to the linear predictor."""
    shift = np.zeros(rows)
    for name, given, allowed, least in (
        ("offset", offset, "a finite number", -np.inf),
        ("exposure", exposure, "a finite number above 0", 0),
    ):
        if given is None:
            continue
        values = np.asarray(given, float)
        if values.shape != (rows,) or not (np.isfinite(values) & (values > least)).all():
            raise InferenceError(f"{name}: allowed is {allowed} for each of {rows} rows")
        shift = shift + (np.log(values) if name == "exposure" else values)
    return shift


@cache
def _is_reading(lo: float, hi: float, rule: ReadingRule, rounding: Rounding) -> bool:
    """Return whether some print has these bounds, or, without upper bound, begins there."""
    if lo == hi:
        return True
    ends = np.array([lo, lo if np.isinf(hi) else hi], int)
    first, last = map(str, rule.printed(ends, rounding))
    notation = first if first == last else f"{first}-{last}"
    prints = (notation, f">0{notation}") if notation[0] == "<" else (notation,)
    try:
        readings = [rule.read(text, rounding) for text in prints]
    except DataError:  # a range from or to a hidden count is never printed
        return False
    return any(lo == read.lo and (np.isinf(hi) or hi == read.hi) for read in readings)
