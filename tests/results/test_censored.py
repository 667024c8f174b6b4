"""The censored model: against GLM, a direct maximisation, R, and what it must refuse."""

import pickle
import shutil
import subprocess
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import poisson
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from slm_analysis.bounds.panel import build_panel
from slm_analysis.printed.reading_rules import RULES, Rounding
from slm_analysis.results.censored import CensoredPoisson, interval_moments
from slm_analysis.results.inference import InferenceError

RULE, FIVES = RULES["suppress-then-round"], Rounding(5, 5)
READ = {"rule": RULE, "rounding": FIVES}
FORMULA = "lo + hi ~ 0 + C(unit) + later"


@pytest.fixture(scope="module")
def unanswered(raw):
    cells = build_panel(raw, RULE)
    rows = cells[cells["indicator"] == "unanswered"]
    return rows.assign(
        later=(rows["year"] == 2014).astype(int),
        unit=rows["iso3"],
        days=np.linspace(300, 365, len(rows)),
    )


@pytest.fixture(scope="module")
def model(unanswered):
    return CensoredPoisson.from_formula(FORMULA, unanswered, exposure=unanswered["days"], **READ)


@pytest.fixture(scope="module")
def exact(unanswered):
    """Exact counts, an offset and an exposure, and the Poisson regression on them."""
    data = unanswered.assign(lo=unanswered["hi"])
    given = {"offset": np.linspace(-1, 1, len(data)), "exposure": data["days"].to_numpy()}
    model = CensoredPoisson.from_formula(FORMULA, data, **given, **READ)
    return model, GLM(data["hi"].to_numpy(), model.exog, Poisson(), **given)


def minus_log_likelihood(params, model, shift):
    mu = np.exp(model.exog @ params + shift)
    inside = poisson.cdf(model.hi, mu) - poisson.cdf(model.lo - 1, mu)
    return -np.log(np.maximum(inside, 1e-300)).sum()


def test_exact_counts_give_the_poisson_glm(exact):
    found, expected = exact[0].fit(), exact[1].fit(tol=1e-12)
    assert found.params.to_numpy() == pytest.approx(expected.params, abs=1e-6)
    assert found.bse.to_numpy() == pytest.approx(expected.bse, abs=1e-6)
    assert found.llf == pytest.approx(expected.llf, abs=1e-6)
    assert found.df_resid == expected.df_resid
    assert found.fittedvalues.to_numpy() == pytest.approx(expected.fittedvalues, rel=1e-6)
    assert found.resid.to_numpy() == pytest.approx(expected.resid_response, abs=1e-4)


@pytest.mark.parametrize("cov_type", ["HC0", "cluster"])
def test_sandwiches_are_those_of_the_poisson_glm(exact, unanswered, cov_type):
    groups = pd.factorize(unanswered["year"])[0]
    kwds = {"cov_kwds": {"groups": groups}} if cov_type == "cluster" else {}
    found = exact[0].fit(cov_type=cov_type, **kwds)
    expected = exact[1].fit(tol=1e-12, cov_type=cov_type, **kwds)
    assert found.bse.to_numpy() == pytest.approx(expected.bse, rel=1e-4, abs=1e-9)
    assert found.bse["later"] != pytest.approx(exact[0].fit().bse["later"], rel=0.01)


def test_the_sandwich_of_bounded_counts_is_that_of_their_scores(model):
    result = model.fit(cov_type="HC0")
    scores = model.score_obs(result.params.to_numpy())
    bread = np.linalg.inv(model.hessian(result.params.to_numpy()))
    assert result.cov_params().to_numpy() == pytest.approx(bread @ scores.T @ scores @ bread)


@pytest.mark.parametrize("kind", ["intervals", "some without upper bound"])
def test_the_maximum_is_that_of_a_direct_search(unanswered, kind):
    data = unanswered.astype({"hi": float})
    if kind != "intervals":
        data.loc[data["iso3"].isin(["NGA", "ARM"]) & (data["year"] == 2014), "hi"] = np.inf
    model = CensoredPoisson.from_formula(FORMULA, data, **READ)
    result = model.fit()
    args = model, np.zeros(len(data))
    direct = minimize(minus_log_likelihood, result.params.to_numpy() + 0.2, args, method="BFGS")
    assert result.llf == pytest.approx(-direct.fun, abs=1e-6)
    assert result.params.to_numpy() == pytest.approx(direct.x, abs=1e-3)


def test_score_and_hessian_are_the_derivatives(unanswered):
    data = unanswered.astype({"hi": float})
    data.iloc[::4, data.columns.get_loc("hi")] = np.inf
    model = CensoredPoisson.from_formula(FORMULA, data, offset=np.full(len(data), 0.3), **READ)
    params = np.linspace(0.5, 2, model.exog.shape[1])
    step = 1e-5
    for at in range(len(params)):
        move = np.zeros(len(params))
        move[at] = step
        slope = (model.loglike(params + move) - model.loglike(params - move)) / (2 * step)
        bend = (model.score(params + move) - model.score(params - move)) / (2 * step)
        assert model.score(params)[at] == pytest.approx(slope, rel=1e-4, abs=1e-6)
        assert model.hessian(params)[at] == pytest.approx(bend, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize(("lo", "mu"), [(0, 4.0), (1, 0.2), (12, 4.0), (3, 90.0)])
def test_the_moments_without_upper_bound_are_those_of_a_long_sum(lo, mu):
    found = interval_moments(np.array([lo]), np.array([np.inf]), np.log([mu]))
    values = np.arange(lo, 400)
    weights = poisson.pmf(values, mu)
    mean = (weights * values).sum() / weights.sum()
    variance = (weights * (values - mean) ** 2).sum() / weights.sum()
    assert np.ravel(found) == pytest.approx([np.log(weights.sum()), mean, variance], abs=1e-8)


def test_a_clone_is_the_same_model(model):
    clone = CensoredPoisson(model.endog, model.exog, **model._get_init_kwds())
    assert clone.fit().params == pytest.approx(model.fit().params.to_numpy())
    assert clone.rule is RULE
    assert clone.exposure.tolist() == model.exposure.tolist()


def test_the_bootstrap_draws_offset_and_exposure_with_their_rows():
    random = np.random.default_rng(3)
    n = 40
    shift, exposure = random.normal(0, 1, n), random.uniform(1, 3, n)
    counts = random.poisson(20 * exposure * np.exp(shift))
    exog = np.column_stack([np.ones(n), np.arange(n) % 2])
    endog = np.column_stack([counts, counts])
    model = CensoredPoisson(endog, exog, offset=shift, exposure=exposure, **READ)
    result = model.fit()
    mean, deviation, estimates = result.bootstrap(20, rng=5)
    again = np.random.default_rng(5)
    for estimate in estimates:
        rows = again.integers(n, size=n)
        expected = GLM(
            counts[rows], exog[rows], Poisson(), offset=shift[rows], exposure=exposure[rows]
        ).fit()
        assert estimate == pytest.approx(expected.params, abs=1e-5)
    assert mean == pytest.approx(estimates.mean(0))
    assert deviation == pytest.approx(estimates.std(0))
    assert result.bootstrap_results is estimates


def test_the_bootstrap_says_when_a_sample_has_no_estimate(model):
    with pytest.raises(InferenceError, match="not identified"):
        model.fit().bootstrap(5, rng=1)


def test_results_survive_pickling(model):
    result = model.fit()
    again = pickle.loads(pickle.dumps(result))
    pd.testing.assert_series_equal(again.params, result.params)
    pd.testing.assert_series_equal(again.fittedvalues, result.fittedvalues)
    assert again.model.fit().llf == result.llf
    assert str(again.summary().tables[1]) == str(result.summary().tables[1])


def test_results_have_names(model, unanswered):
    result = model.fit()
    names = [*(f"C(unit)[{code}]" for code in sorted(unanswered["unit"].unique())), "later"]
    for series in (result.params, result.bse, result.pvalues):
        assert series.index.tolist() == names
    assert result.conf_int().index.tolist() == names
    assert result.fittedvalues.index.tolist() == unanswered.index.tolist()


def test_two_rows_are_not_taken_for_the_two_bounds():
    data = pd.DataFrame({"lo": [5, 8], "hi": [7, 12]}, index=["a", "b"])
    fitted = CensoredPoisson.from_formula("lo + hi ~ 1", data, **READ).fit().fittedvalues
    assert fitted.index.tolist() == ["a", "b"]


def test_predictions_take_exposure_and_offset(model, unanswered):
    result = model.fit()
    assert result.predict() == pytest.approx(result.fittedvalues.to_numpy())
    new = unanswered.iloc[[0, 5]]
    twice = result.predict(new, exposure=2 * new["days"])
    assert twice.to_numpy() == pytest.approx(2 * result.fittedvalues.iloc[[0, 5]].to_numpy())
    assert result.predict(new, offset=[0, 0]).to_numpy() == pytest.approx(
        twice.to_numpy() / (2 * new["days"].to_numpy())
    )
    with pytest.raises(InferenceError, match="offset or exposure needs a design"):
        result.predict(exposure=new["days"])


@pytest.mark.parametrize("by", ["formula", "arrays"])
def test_missing_rows_are_dropped_with_their_exposure(model, unanswered, by):
    data = unanswered.astype({"hi": float})
    data.iloc[3, data.columns.get_loc("hi")] = np.nan
    exposure = data["days"].to_numpy()
    if by == "formula":
        found = CensoredPoisson.from_formula(FORMULA, data, exposure=exposure, **READ)
    else:
        endog = data[["lo", "hi"]].to_numpy(float)
        found = CensoredPoisson(endog, model.exog, exposure=exposure, missing="drop", **READ)
    kept = data.drop(index=data.index[3])
    expected = CensoredPoisson.from_formula(FORMULA, kept, exposure=kept["days"], **READ)
    assert found.exposure.tolist() == kept["days"].tolist()
    assert np.asarray(found.fit().params) == pytest.approx(expected.fit().params.to_numpy())


def test_the_summary_reads_like_one_of_statsmodels(model):
    text = str(model.fit().summary())
    for word in ("CensoredPoisson Results", "later", "std err", "Log-Likelihood", "[0.025"):
        assert word in text


@pytest.mark.parametrize("rule", ["outer", "random-rounding"])
def test_a_rule_under_which_a_count_has_several_prints_is_refused(rule):
    with pytest.raises(InferenceError, match=f"rule {rule}: this likelihood needs a coherent rule"):
        CensoredPoisson([[3, 7]], np.ones((1, 1)), rule=RULES[rule], rounding=FIVES)


@pytest.mark.parametrize(
    ("lo", "hi"),
    [(5, 4), (-1, 4), (1.5, 4), (np.inf, np.inf), (1, np.nan)],
    ids=["reversed", "negative", "fraction", "infinite", "missing"],
)
def test_bad_bounds_are_refused(lo, hi):
    with pytest.raises(InferenceError, match="row 1: bounds .*allowed are whole numbers"):
        CensoredPoisson([[5, 7], [lo, hi]], np.ones((2, 1)), **READ)


@pytest.mark.parametrize(
    ("lo", "hi", "rule", "is_one"),
    [
        (5, 7, "suppress-then-round", True),
        (1, 4, "suppress-then-round", True),
        (88, 122, "suppress-then-round", True),  # 90-120
        (13, np.inf, "suppress-then-round", True),
        (6, 6, "suppress-then-round", True),  # exact
        (3, 7, "suppress-then-round", False),  # the outer bounds of 5
        (0, 4, "suppress-then-round", False),  # the outer bounds of <5
        (1, 7, "suppress-then-round", False),  # from a hidden count to a printed one
        (14, np.inf, "suppress-then-round", False),
        (3, 7, "round-then-suppress", True),
        (1, 2, "round-then-suppress", True),
        (5, 7, "round-then-suppress", False),
        (5, 9, "round-down", True),
        (8, 12, "round-down", False),
    ],
)
def test_bounds_must_be_a_reading_of_the_declared_rule(lo, hi, rule, is_one):
    given = {"rule": RULES[rule], "rounding": FIVES}
    if is_one:
        assert CensoredPoisson([[lo, hi]], np.ones((1, 1)), **given).hi[0] == hi
    else:
        with pytest.raises(InferenceError, match=f"row 0: .*not a reading of the rule {rule}"):
            CensoredPoisson([[lo, hi]], np.ones((1, 1)), **given)


def test_a_hidden_count_that_words_exclude_zero_from_is_a_reading():
    hides_zeros = {"rule": RULE, "rounding": Rounding(5, 5, zero_in_words=False)}
    assert CensoredPoisson([[0, 4], [1, 4]], np.ones((2, 1)), **hides_zeros).lo.tolist() == [0, 1]


@pytest.mark.parametrize(
    "given",
    [{"ofset": [1, 1]}, {"weights": [1, 1]}, {"freq_weights": [1, 1]}],
    ids=lambda given: next(iter(given)),
)
def test_an_unknown_argument_is_refused(given):
    with pytest.raises(ValueError, match="unknown kwargs"):
        CensoredPoisson([[5, 7], [8, 12]], np.ones((2, 1)), **given, **READ)


@pytest.mark.parametrize("given", [{"method": "nm"}, {"use_t": True}])
def test_an_unknown_argument_of_fit_is_refused(model, given):
    with pytest.raises(TypeError, match="unexpected keyword"):
        model.fit(**given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"cov_type": "HC3"}, "cov_type 'HC3': allowed are nonrobust, HC0, cluster"),
        ({"cov_type": "cluster"}, "cov_kwds of cluster: allowed is groups"),
        ({"cov_type": "HC0", "cov_kwds": {"groups": [1]}}, "cov_kwds of HC0: allowed is none"),
        ({"cov_type": "cluster", "cov_kwds": {"groups": [1, 2]}}, "groups: allowed are two"),
        (
            {"cov_type": "cluster", "cov_kwds": {"groups": [1] * 23}},
            "groups: allowed are two clusters",
        ),
    ],
)
def test_a_covariance_that_is_not_there_is_refused(model, given, message):
    with pytest.raises(InferenceError, match=message):
        model.fit(**given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"offset": [1]}, "offset: allowed is a finite number for each of 2 rows"),
        ({"offset": [1, np.nan]}, "offset: allowed"),
        ({"exposure": [1, 0]}, "exposure: allowed is a finite number above 0"),
    ],
)
def test_a_bad_offset_or_exposure_is_refused(given, message):
    with pytest.raises(InferenceError, match=message):
        CensoredPoisson([[5, 7], [8, 12]], np.ones((2, 1)), **given, **READ)


def test_one_column_of_counts_is_refused():
    with pytest.raises(InferenceError, match="endog: allowed are two columns"):
        CensoredPoisson([5, 8], np.ones((2, 1)), **READ)


@pytest.mark.parametrize(
    ("endog", "exog", "message"),
    [
        ([[5, 7], [8, 12]], [[1, 1], [1, 1]], "x1, x2 are not identified"),
        ([[5, 7], [0, np.inf]], [[1, 0], [1, 1]], "not identified"),
        ([[5, 7], [0, 0]], [[1, 0], [1, 1]], "x2: not finite.*: 1"),
        ([[5, 7], [13, np.inf]], [[1, 0], [1, 1]], "x2: not finite.*: 1"),
        ([[0, 0], [13, np.inf]], [[1, 0], [1, 1]], "x1, x2: not finite.*: 0, 1"),
        ([[5, 7], [0, 0], [1, 4]], [[1, 0, 0], [1, 1, 0], [1, 1, 1]], "x2, x3: not finite.*: 1"),
    ],
    ids=["collinear", "says nothing", "falls", "rises", "both", "one tied to another"],
)
def test_what_has_no_estimate_is_refused(endog, exog, message):
    exog = pd.DataFrame(exog, columns=[f"x{at + 1}" for at in range(len(exog[0]))])
    model = CensoredPoisson(pd.DataFrame(endog, columns=["lo", "hi"]), exog, **READ)
    with pytest.raises(InferenceError, match=message):
        model.fit()


@pytest.mark.parametrize("seed", range(40))
def test_the_linear_programme_finds_where_the_likelihood_keeps_rising(seed):
    """Against every direction in small whole numbers: is it lower twice as far out?"""
    random = np.random.default_rng(seed)
    exog = np.column_stack([np.ones(6), random.integers(0, 2, (6, 2))])
    exog[:3, 1:] = [[0, 0], [1, 0], [0, 1]]
    pairs = np.array([[0, 0], [1, 4], [13, np.inf], [8, 12]])
    model = CensoredPoisson(pairs[random.choice(4, 6, p=[0.3, 0.3, 0.2, 0.2])], exog, **READ)
    directions = [np.array(d) for d in product(range(-2, 3), repeat=3) if any(d)]
    heights = np.array([[model.loglike(t * d) for t in (5, 10)] for d in directions])
    if (np.isfinite(heights[:, 1]) & (heights[:, 1] > heights[:, 0] - 1e-9)).any():
        with pytest.raises(InferenceError, match="not finite"):
            model.fit()
    else:
        result = model.fit()
        assert model.score(result.params) == pytest.approx(np.zeros(3), abs=1e-4)
        assert result.mle_retvals["converged"]


VGAM = """
suppressMessages(library(VGAM))
given <- read.csv(file("stdin"))
fit <- vglm(SurvS4(start, stop, status, type = "interval") ~ 0 + unit + later + offset(shift),
            cens.poisson, data = given, epsilon = 1e-10, maxit = 100)
cat(coef(fit), sqrt(diag(vcov(fit))), logLik(fit))
"""


@pytest.mark.audit
def test_vgam_gives_the_same(unanswered):
    """R's VGAM (T. W. Yee): intervals are (start, stop], 1 exact, 0 lo or more, 3 interval.

    Its standard errors leave out the score of a censored cell where they pass from the mean to its
    logarithm (scores add up to nothing, but not within each cell); then ours are the same.
    """
    rscript = shutil.which("Rscript")
    asked = [rscript, "-e", "library(VGAM)"] if rscript else ["false"]
    if subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("needs R with VGAM (Debian: r-cran-vgam)")
    data = unanswered.astype({"hi": float})
    data.loc[(data["iso3"] == "NGA") & (data["year"] == 2014), "hi"] = np.inf
    offset = np.linspace(-0.2, 0.2, len(data))
    found = CensoredPoisson.from_formula(FORMULA, data, offset=offset, **READ).fit()
    exact, unbounded = data["lo"] == data["hi"], np.isinf(data["hi"])
    given = pd.DataFrame(
        {
            "start": np.where(exact | unbounded, data["lo"], data["lo"] - 1),
            "stop": np.where(unbounded, data["lo"] + 1, data["hi"]),
            "status": np.select([exact, unbounded], [1, 0], 3),
            "unit": data["unit"],
            "later": data["later"],
            "shift": offset,
        }
    )
    told = subprocess.run(
        [rscript, "-e", VGAM],
        input=given.to_csv(index=False),
        capture_output=True,
        text=True,
        check=True,
    )
    numbers = np.array(told.stdout.split(), float)
    k = len(found.params)
    assert found.params.to_numpy() == pytest.approx(numbers[:k], abs=1e-5)
    model, params = found.model, found.params.to_numpy()
    scores = model.score_obs(params)[:, :-1].sum(axis=1)  # of the log mean: a level is 0 or 1
    scores[exact] = 0
    information = (model.exog.T * scores) @ model.exog - model.hessian(params)
    assert np.sqrt(np.diag(np.linalg.inv(information))) == pytest.approx(
        numbers[k : 2 * k], rel=1e-3
    )
    assert found.llf == pytest.approx(numbers[-1], abs=1e-5)
