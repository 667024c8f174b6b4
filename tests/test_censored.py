"""The censored model: against GLM, a direct maximisation, and what it must refuse."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import poisson
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from slm_analysis import censored, simulation
from slm_analysis.inference import InferenceError
from slm_analysis.panel import build_panel
from slm_analysis.rules import RULES, Rounding

RULE = RULES["suppress-then-round"]


@pytest.fixture(scope="module")
def unanswered(raw):
    cells = build_panel(raw, RULE)
    rows = cells[cells["indicator"] == "unanswered"]
    return rows.assign(later=(rows["year"] == 2014).astype(int), unit=rows["iso3"])


def test_exact_counts_give_the_poisson_glm(unanswered):
    data = unanswered.assign(lo=unanswered["hi"], exposure=np.arange(len(unanswered)) + 1.0)
    offset = np.log(data["exposure"])
    model = censored.CensoredPoisson.from_formula(
        "lo + hi ~ 0 + C(unit) + later", data, rule=RULE, offset=offset
    )
    usable = data[data.groupby("unit")["hi"].transform("max") > 0]
    assert len(usable) == len(data)
    found = model.fit()
    expected = GLM(data["hi"].to_numpy(), model.exog, Poisson(), offset=offset).fit(tol=1e-12)
    assert found.params == pytest.approx(expected.params, abs=1e-6)
    assert found.bse == pytest.approx(expected.bse, abs=1e-6)
    assert found.llf == pytest.approx(expected.llf, abs=1e-6)


def test_the_maximum_is_that_of_a_direct_search(unanswered):
    change = censored.pooled_change(unanswered, "later", RULE)
    model = change.result.model

    def minus_log_likelihood(params):
        mu = np.exp(model.exog @ params)
        inside = poisson.cdf(model.hi, mu) - poisson.cdf(model.lo - 1, mu)
        return -np.log(np.maximum(inside, 1e-300)).sum()

    direct = minimize(minus_log_likelihood, change.result.params + 0.2, method="BFGS")
    assert change.result.llf == pytest.approx(-direct.fun, abs=1e-6)
    assert change.ratio == pytest.approx(np.exp(direct.x[-1]), abs=1e-4)


def test_score_and_hessian_are_the_derivatives(unanswered):
    model = censored.CensoredPoisson.from_formula(
        "lo + hi ~ 0 + C(unit) + later", unanswered, rule=RULE
    )
    params = np.linspace(0.5, 2, model.exog.shape[1])
    step = 1e-5
    for at in range(len(params)):
        move = np.zeros(len(params))
        move[at] = step
        slope = (model.loglike(params + move) - model.loglike(params - move)) / (2 * step)
        bend = (model.score(params + move) - model.score(params - move)) / (2 * step)
        assert model.score(params)[at] == pytest.approx(slope, rel=1e-4, abs=1e-6)
        assert model.hessian(params)[at] == pytest.approx(bend, rel=1e-4, abs=1e-5)


def test_many_fits_side_by_side_are_the_single_fits(unanswered):
    change = censored.pooled_change(unanswered, "later", RULE)
    model = change.result.model
    lo, hi = np.array([model.lo, model.lo]), np.array([model.hi, model.hi])
    params, covariance, converged = simulation.fit_many(lo, hi, model.exog)
    assert converged.all()
    assert params[0] == pytest.approx(change.result.params, abs=1e-6)
    assert np.sqrt(np.diag(covariance[1])) == pytest.approx(change.result.bse, abs=1e-6)


def test_the_summary_reads_like_one_of_statsmodels(unanswered):
    text = str(censored.pooled_change(unanswered, "later", RULE).result.summary())
    for word in ("CensoredPoisson Results", "later", "std err", "Log-Likelihood", "[0.025"):
        assert word in text


def test_an_incoherent_rule_is_refused(unanswered):
    with pytest.raises(InferenceError, match="rule outer: a likelihood needs a coherent rule"):
        censored.pooled_change(unanswered, "later", RULES["outer"])


@pytest.mark.parametrize(
    ("lo", "hi"),
    [(5, 4), (-1, 4), (1.5, 4), (1, np.inf)],
    ids=["reversed", "negative", "fraction", "infinite"],
)
def test_bad_bounds_are_refused(lo, hi):
    with pytest.raises(InferenceError, match="row 1: bounds"):
        censored.CensoredPoisson([[1, 2], [lo, hi]], np.ones((2, 1)), rule=RULE)


def cells(*rows):
    return pd.DataFrame(rows, columns=["iso3", "channel", "indicator", "year", "later", "lo", "hi"])


def test_reversed_bounds_are_named_by_country_year_and_indicator():
    rows = cells(
        ("ARM", "LP", "unanswered", 2012, 0, 8, 2), ("ARM", "LP", "unanswered", 2014, 1, 3, 7)
    )
    with pytest.raises(InferenceError, match="ARM 2012 unanswered: bounds 8 to 2"):
        censored.pooled_change(rows, "later", RULE)


def test_a_silent_series_is_dropped_and_named():
    rows = cells(
        ("ARM", "LP", "unanswered", 2012, 0, 8, 12), ("ARM", "LP", "unanswered", 2014, 1, 3, 7),
        ("RWA", "LP", "unanswered", 2012, 0, 0, 4), ("RWA", "LP", "unanswered", 2014, 1, 0, 4),
    )  # fmt: skip
    change = censored.pooled_change(rows, "later", RULE)
    assert change.dropped == ("RWA LP",)
    assert change.units == ("ARM LP",)


def test_a_ratio_that_is_not_finite_is_refused_with_the_reason():
    rows = cells(
        ("ARM", "LP", "unanswered", 2012, 0, 8, 12), ("ARM", "LP", "unanswered", 2014, 1, 0, 4),
    )  # fmt: skip
    with pytest.raises(InferenceError, match=r"unanswered: the ratio is not finite.*ARM 2014"):
        censored.pooled_change(rows, "later", RULE)


def test_a_ratio_without_two_sides_is_refused():
    rows = cells(("ARM", "LP", "unanswered", 2012, 0, 8, 12))
    with pytest.raises(InferenceError, match=r"not identified; no series .*ARM LP"):
        censored.pooled_change(rows, "later", RULE)


def test_a_design_whose_columns_depend_on_one_another_is_refused():
    with pytest.raises(InferenceError, match="not identified"):
        censored.CensoredPoisson([[1, 2], [3, 4]], np.ones((2, 2)), rule=RULE).fit()


def test_the_simulation_is_seeded_and_keeps_its_promise_under_poisson(unanswered):
    rounding = Rounding(5, 5, True)
    first, again = (
        simulation.simulate(unanswered, "later", RULE, rounding, ratio=0.5, dispersion=1, sets=400)
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(first, again)
    by = first.set_index("method")
    assert by.at["censored", "coverage"] > 0.92
    assert abs(by.at["censored", "bias"]) < 0.02
    assert (first["fits"] == 400).all()


def test_counts_cannot_vary_less_than_poisson_counts(unanswered):
    with pytest.raises(InferenceError, match=r"dispersion 0.5: allowed is 1 or more"):
        simulation.simulate(
            unanswered, "later", RULE, Rounding(5, 5), ratio=0.5, dispersion=0.5, sets=2
        )


def test_overdispersion_breaks_the_poisson_limits(unanswered):
    rounding = Rounding(5, 5, True)
    table = simulation.simulate(
        unanswered, "later", RULE, rounding, ratio=0.5, dispersion=3, sets=400
    ).set_index("method")
    assert table.at["censored", "coverage"] < 0.85
    assert table.at["quasi-Poisson", "coverage"] > table.at["censored", "coverage"] + 0.05
