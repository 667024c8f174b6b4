"""The pooled change: dispersion, homogeneity and limits against GLM, statsmodels and scipy."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.stats.meta_analysis import combine_effects

from slm_analysis import language
from slm_analysis.bounds.panel import build_panel
from slm_analysis.display import findings, tables
from slm_analysis.parameters import countries
from slm_analysis.printed.reading_rules import RULES, Rounding
from slm_analysis.results import pooled
from slm_analysis.results.inference import InferenceError
from slm_analysis.results.pooled import pooled_change, random_effects

RULE, FIVES = RULES["suppress-then-round"], Rounding(5, 5)


@pytest.fixture(scope="module")
def changes(raw):
    return pooled.pooled_changes(raw, "unanswered", countries("all", raw), raw.years)


@pytest.fixture(scope="module")
def unanswered(raw):
    cells = build_panel(raw, RULE)
    rows = cells[cells["indicator"] == "unanswered"]
    return rows.assign(later=(rows["year"] == 2014).astype(int))


def cells(*rows):
    return pd.DataFrame(rows, columns=["iso3", "channel", "indicator", "year", "later", "lo", "hi"])


def counts(**series):
    """Return exact counts of several series: one count a year, the last year being the later one."""
    return cells(
        *(
            (iso3, "LP", "unanswered", 2012 + at, int(at == len(numbers) - 1), number, number)
            for iso3, numbers in series.items()
            for at, number in enumerate(numbers)
        )
    )


FOUR = {"ARM": (131, 88, 55), "BDI": (55, 30, 5), "NGA": (80, 70, 41), "RWA": (9, 3, 0)}


def test_exact_counts_give_the_dispersion_and_limits_of_a_glm():
    rows = counts(**FOUR)
    change = pooled_change(rows, RULE, FIVES)
    glm = GLM(rows["lo"].to_numpy(), change.result.model.exog, Poisson())
    fit = glm.fit(tol=1e-12)
    about, df = change.about, fit.df_resid
    assert change.ratio == pytest.approx(np.exp(fit.params[-1]))
    assert about["df"] == df == 7
    assert about["pearson"] == pytest.approx(fit.pearson_chi2 / df)
    assert about["deviance"] == pytest.approx(fit.deviance / df)
    assert about["pearson_p"] == pytest.approx(stats.chi2.sf(fit.pearson_chi2, df))
    quasi = glm.fit(tol=1e-12, scale="X2", use_t=True)
    assert quasi.scale > 1
    limits = about[["quasi-Poisson_lo", "quasi-Poisson_hi"]].to_numpy(float)
    assert limits == pytest.approx(quasi.conf_int()[-1], abs=1e-5)
    assert about[["Poisson_lo", "Poisson_hi"]].isna().all()


def test_counts_that_vary_too_little_do_not_narrow_the_limits():
    rows = counts(ARM=(100, 50), AZE=(40, 20), NGA=(80, 40))
    about = pooled_change(rows, RULE, FIVES).about
    error = (about["Poisson_hi"] - about["Poisson_lo"]) / 2 / stats.norm.ppf(0.975)
    assert about["pearson"] == pytest.approx(0, abs=1e-9)
    assert about["i2"] == 0
    half = (about["quasi-Poisson_hi"] - about["quasi-Poisson_lo"]) / 2
    assert half == pytest.approx(stats.t.ppf(0.975, 2) * error)
    half = (about["random effects_hi"] - about["random effects_lo"]) / 2
    assert half == pytest.approx(stats.t.ppf(0.975, 2) * error, rel=0.01)


def test_homogeneity_is_that_of_the_log_ratios():
    about = pooled_change(counts(**FOUR), RULE, FIVES).about
    before = np.array([sum(numbers[:2]) + 0.5 for numbers in FOUR.values()])
    after = np.array([numbers[2] + 0.5 for numbers in FOUR.values()])
    found = combine_effects(np.log(2 * after / before), 1 / before + 1 / after, use_t=True)
    test = found.test_homogeneity()
    assert about[["q", "q_p"]].to_numpy(float) == pytest.approx([test.statistic, test.pvalue])
    assert about["i2"] == pytest.approx(found.i2)
    assert about["mean"] == pytest.approx(found.mean_effect_re, abs=1e-5)
    limits = about[["random effects_lo", "random effects_hi"]].to_numpy(float)
    assert limits == pytest.approx(found.conf_int()[1], abs=1e-4)


@pytest.mark.parametrize("spread", [0.01, 0.5, 2])
def test_random_effects_side_by_side_are_those_of_statsmodels(spread):
    random = np.random.default_rng(11)
    effect, variance = random.normal(0, spread, (20, 5)), random.uniform(0.02, 0.5, (20, 5))
    seen = np.ones((20, 5))
    seen[:, 4] = np.arange(20) % 2
    mean, error, q = random_effects(effect, variance, seen)
    for at in range(20):
        k = int(seen[at].sum())
        one = combine_effects(effect[at, :k], variance[at, :k], atol=1e-7)
        assert (mean[at], error[at], q[at]) == pytest.approx(
            (one.mean_effect_re, one.sd_eff_w_re, one.q), rel=1e-5
        )


def test_hartung_and_knapps_scale_is_one_where_series_differ():
    """So the limits are theirs: with Paule and Mandel's variance their scale has no more to do."""
    found = combine_effects(np.array([-1.5, -0.1, 0.4]), np.array([0.1, 0.05, 0.2]), use_t=True)
    assert found.tau2 > 0
    assert found.scale_hksj_re == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("fell", "rose", "undecided"), [(5, 0, 0), (4, 1, 0), (2, 0, 3), (0, 0, 2), (0, 3, 1)]
)
def test_the_sign_test_covers_what_the_open_series_may_be(fell, rose, undecided):
    least, greatest = pooled.sign_test(fell, rose, undecided)
    ps = []
    for directions in np.ndindex(*(3,) * undecided):
        down, up = fell + directions.count(0), rose + directions.count(1)
        # the two tails that are no nearer to the middle, by hand
        n, far = down + up, abs(down - up)
        tails = [stats.binom.pmf(k, n, 0.5) for k in range(n + 1) if abs(2 * k - n) >= far]
        ps.append(sum(tails))
    assert (least, greatest) == pytest.approx((min(ps), max(ps)))


def test_series_are_counted_by_what_is_certain():
    rows = cells(
        ("ARM", "LP", "unanswered", 2012, 0, 8, 12), ("ARM", "LP", "unanswered", 2014, 1, 5, 7),
        ("AZE", "LP", "unanswered", 2012, 0, 1, 4), ("AZE", "LP", "unanswered", 2014, 1, 1, 4),
        ("NGA", "LP", "unanswered", 2012, 0, 5, 7), ("NGA", "LP", "unanswered", 2014, 1, 13, 17),
    )  # fmt: skip
    change = pooled_change(rows, RULE, FIVES)
    assert (change.fell, change.rose, change.sign_p_hi) == (1, 1, 1)
    assert change.sign_p_lo == pooled.sign_test(1, 1, 1)[0]


def test_a_series_of_zeros_or_with_one_side_is_left_out_and_named():
    rows = cells(
        ("ARM", "LP", "unanswered", 2012, 0, 8, 12), ("ARM", "LP", "unanswered", 2014, 1, 5, 7),
        ("RWA", "LP", "unanswered", 2012, 0, 0, 0), ("RWA", "LP", "unanswered", 2014, 1, 0, 0),
        ("NGA", "LP", "unanswered", 2012, 0, 8, 12),
    )  # fmt: skip
    change = pooled_change(rows, RULE, FIVES)
    assert change.dropped == ("NGA LP", "RWA LP")
    assert (change.units, change.result.nobs) == (("ARM LP",), 2)


def test_one_series_has_no_dispersion_and_only_poisson_limits():
    change = pooled_change(counts(ARM=(131, 55)), RULE, FIVES)
    about = change.about
    assert about["df"] == 0
    assert about[["pearson", "q_p", "i2", "quasi-Poisson_lo", "random effects_hi"]].isna().all()
    assert np.exp(about["Poisson_lo"]) < change.ratio < np.exp(about["Poisson_hi"])
    one = {("LP, 2012 to 2013", RULE.name): change}
    assert "One series alone cannot show" in findings.pooled(one).text
    row = tables.pooled(one).frame.iloc[0].map(str)
    assert "none" in row["I²"]
    assert "none" in row["quasi-Poisson limits"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [("ARM", 2012, 0, 8, 5), ("ARM", 2014, 1, 5, 7)],
            "unanswered: row ARM LP 2012: bounds 8 to 5",
        ),
        (
            [("ARM", 2012, 0, 8, 12), ("ARM", 2014, 1, 0, 0)],
            "unanswered: later: not finite.*ARM LP 2014",
        ),
        ([("ARM", 2012, 0, 8, 12)], r"not identified; no series .*ARM LP"),
        (
            [("ARM", 2012, 0, 8, 12), ("ARM", 2014, 1, 3, 7)],
            "ARM LP 2014: bounds 3 to 7; not a reading of the rule",
        ),
    ],
    ids=["reversed", "not finite", "one side", "of another rule"],
)
def test_what_cannot_be_pooled_is_refused_with_its_place(rows, message):
    rows = cells(*((iso3, "LP", "unanswered", *rest) for iso3, *rest in rows))
    with pytest.raises(InferenceError, match=message):
        pooled_change(rows, RULE, FIVES)


def test_an_incoherent_rule_is_refused(unanswered):
    with pytest.raises(InferenceError, match="rule outer: this likelihood needs a coherent rule"):
        pooled_change(unanswered, RULES["outer"], FIVES)


def test_the_report_is_pooled_under_every_coherent_rule(changes, raw):
    compared = {"LP and nationality, 2012 to 2014", "T&O, 2013 to 2014"}
    coherent = {name for name, rule in RULES.items() if rule.coherent}
    assert set(changes) == {(what, name) for what in compared for name in coherent}
    assert pooled.pooled_changes(raw, "unanswered", ["ARM"], (2013, 2014)) == {}


def test_a_ratio_that_nothing_bounds_is_left_out(raw):
    """Serbia's last count is under five, which may be 0."""
    assert pooled.pooled_changes(raw, "unanswered", ["SRB"], (2013, 2014)) == {}


def test_the_finding_claims_no_more_than_the_limits(changes):
    text = findings.pooled(changes).text
    lp, to, caveat = text.split("\n\n")
    assert "5 of 5 series fell for certain, 0 rose" in lp
    assert "All are below 1" in lp
    assert "do not say whether" in to
    assert "no sample" in caveat
    for (_what, _rule), change in changes.items():
        assert change.about["pearson_p"] < pooled.REFUTED
    assert "Under 4 of 4 rules" in lp
    with language.speaking("nl"):
        assert "5 van de 5 reeksen zeker gedaald" in findings.pooled(changes).text


def test_poisson_limits_are_shown_where_nothing_refutes_them():
    change = pooled_change(counts(ARM=(100, 52), AZE=(40, 18)), RULE, FIVES)
    told = {("LP, 2012 to 2013", RULE.name): change}
    text = findings.pooled(told).text
    assert "That does not refute Poisson limits, which is no proof of them." in text
    assert "not shown" not in str(tables.pooled(told).frame.iloc[0]["Poisson limits"])
    risen = pooled_change(counts(ARM=(52, 400), AZE=(18, 130)), RULE, FIVES)
    assert "All are above 1" in findings.pooled({("x", RULE.name): risen}).text
