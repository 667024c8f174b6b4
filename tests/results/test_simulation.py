"""The simulations: many fits against single ones, the moments drawn, and what overdispersion does."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from slm_analysis.display import findings, tables
from slm_analysis.display.tables.simulation import verdict_on
from slm_analysis.parameters import countries
from slm_analysis.results import simulation
from slm_analysis.results.censored import CensoredPoisson
from slm_analysis.results.inference import InferenceError
from slm_analysis.results.pooled import LIMITS, pooled_changes

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def changes(raw):
    return pooled_changes(raw, "unanswered", countries("all", raw), raw.years)


@pytest.fixture(scope="module")
def change(changes):
    return changes["LP and nationality, 2012 to 2014", "suppress-then-round"]


@pytest.fixture(scope="module")
def simulated(change):
    return {
        dispersion: simulation.simulate(change, dispersion=dispersion, sets=400).set_index("limits")
        for dispersion in (1, 3)
    }


def test_many_fits_side_by_side_are_the_single_fits(change):
    model, exog = change.result.model, change.result.model.exog
    other = np.array([[13, 17], [13, 17], [8, 12], [1, 4], [28, 32], [23, 27], [5, 7], [5, 7],
                      [8, 12], [8, 12]], float)  # fmt: skip
    lo, hi = np.array([model.lo, other[:, 0]]), np.array([model.hi, other[:, 1]])
    params, covariance, converged = simulation.fit_many(lo, hi, exog)
    assert converged.all()
    single = CensoredPoisson(other, exog, rule=model.rule, rounding=model.rounding).fit()
    for at, result in enumerate((change.result, single)):
        assert params[at] == pytest.approx(np.asarray(result.params), abs=1e-6)
        assert np.sqrt(np.diag(covariance[at])) == pytest.approx(np.asarray(result.bse), abs=1e-6)


def test_a_ratio_that_runs_away_has_not_converged():
    lo = np.array([[5, 0, 8, 0], [5, 5, 8, 8]], float)
    exog = np.array([[1, 0, 0], [1, 0, 1], [0, 1, 0], [0, 1, 1]], float)
    assert simulation.fit_many(lo, lo, exog)[2].tolist() == [False, True]


@pytest.mark.parametrize("dispersion", [1, 3.5])
def test_counts_are_drawn_with_the_mean_and_variance_asked_for(dispersion):
    mean = np.array([0.7, 12, 130])
    drawn = simulation.draw(mean, dispersion, 20_000, np.random.default_rng(2))
    assert drawn.mean(0) == pytest.approx(mean, rel=0.05)
    assert drawn.var(0) / drawn.mean(0) == pytest.approx(np.full(3, dispersion), rel=0.05)


def test_counts_cannot_vary_less_than_poisson_counts(change):
    with pytest.raises(InferenceError, match=r"dispersion 0.5: allowed is 1 or more"):
        simulation.simulate(change, dispersion=0.5, sets=2)


def test_the_simulation_is_seeded_and_keeps_its_promise_under_poisson(change, simulated):
    again = simulation.simulate(change, dispersion=1, sets=400).set_index("limits")
    pd.testing.assert_frame_equal(simulated[1], again)
    assert (again["coverage"] > 0.92).all()
    assert abs(again.at["Poisson", "bias"]) < 0.02
    assert (again.loc[list(LIMITS[1:]), "fits"] == 400).all()
    assert again["width"].idxmin() == "Poisson"


def test_overdispersion_breaks_the_poisson_limits_and_not_the_others(simulated):
    table = simulated[3]
    assert table.at["Poisson", "coverage"] < 0.85
    assert (table.loc[list(LIMITS[1:]), "coverage"] > 0.94).all()
    assert table.at["Poisson", "shown"] < 0.5 < simulated[1].at["Poisson", "shown"]


def test_limits_are_counted_where_they_are_shown(change):
    """Against one set at a time, by the functions that notebook 3 uses."""
    model = change.result.model
    sets = 60
    table = simulation.simulate(change, dispersion=2, sets=sets).set_index("limits")
    random = np.random.default_rng(simulation.SEED)
    drawn = simulation.draw(np.asarray(change.result.fittedvalues), 2, sets, random)
    shown = covered = 0
    for counts in drawn:
        reads = [model.rule.read(str(model.rule.printed(n, model.rounding)), model.rounding)
                 for n in counts]  # fmt: skip
        endog = np.array([(read.lo, read.hi) for read in reads], float)
        fit = CensoredPoisson(
            endog, change.result.model.exog, rule=model.rule, rounding=model.rounding
        ).fit()
        middle, fitted = endog.mean(1), fit.fittedvalues
        squares = ((middle - fitted) ** 2 / fitted).sum()
        if stats.chi2.sf(squares, 4) >= 0.1:
            shown += 1
            low, high = fit.conf_int()[-1]
            covered += low <= np.log(change.ratio) <= high
    assert table.at["Poisson", "fits"] == shown
    assert table.at["Poisson", "coverage"] == pytest.approx(covered / shown)


def test_the_exact_test_keeps_its_size_under_poisson_only(change):
    sizes = simulation.exact_size(change, dispersion=1, sets=1000)
    assert (sizes["size"] < 0.06).all()
    assert sizes["series"].tolist() == list(change.units)
    over = simulation.exact_size(change, dispersion=3, sets=1000)
    # far out the share of |z| > 1.96 sqrt(1/3)
    expected = 2 * stats.norm.sf(1.96 / np.sqrt(3))
    assert over["size"].iloc[0] == pytest.approx(expected, abs=0.05)


def test_every_fit_is_simulated_and_told(changes):
    limits, sizes = simulation.simulate_designs(changes, sets=100)
    assert len(limits) == len(changes) * 9
    seen = limits[limits["truth"] == "dispersion as seen"].groupby(["compared", "rule"])
    for key, rows in seen:
        assert (rows["dispersion"] == changes[key].about["pearson"]).all()
    text = findings.simulation(limits, sizes).text
    assert "- quasi-Poisson: " in text
    assert len(tables.simulation(limits).frame) == 18
    assert len(tables.exact_size(sizes).frame) == 6


def test_the_words_for_coverage_go_by_the_worst_fit():
    words = {
        name: verdict_on(pd.Series(values))
        for name, values in {"a": [0.92, 0.99], "b": [0.93, 0.99], "c": [0.98, 0.99]}.items()
    }
    assert words == {"a": "too narrow", "b": "as promised", "c": "wider than needed"}
