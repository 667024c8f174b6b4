"""Exact tests over bounds: against scipy and statsmodels, and where the extremes lie."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln
from scipy.stats import binomtest, chi2

from slm_analysis.bounds.arithmetic import Bounds
from slm_analysis.results import inference
from slm_analysis.results.inference import InferenceError

counts = st.integers(0, 60)
years = st.integers(1, 5)


@given(counts, counts, years, years)
def test_the_p_value_is_twice_the_smaller_tail_of_scipy(before, after, years_before, years_after):
    found = inference.exact_p(before, after, (years_before, years_after))
    if before + after == 0:
        assert found == 1
        return
    share = years_after / (years_before + years_after)
    one_sided = [
        binomtest(after, before + after, share, alternative=side).pvalue
        for side in ("less", "greater")
    ]
    assert found == pytest.approx(min(1, 2 * min(one_sided)))


@pytest.mark.parametrize("level", [0.01, 0.05, 0.1])
@pytest.mark.parametrize(("years_before", "years_after"), [(1, 1), (2, 1), (1, 2), (3, 2), (5, 1)])
def test_p_value_and_limits_never_contradict_one_another(years_before, years_after, level):
    """For all pairs of counts up to 150: p below the level exactly where the limits leave out 1."""
    first, second = np.meshgrid(np.arange(151), np.arange(151))
    p = inference.exact_p(first, second, (years_before, years_after))
    low, high = inference.rate_limits(first, second, (years_before, years_after), level)
    assert np.array_equal(p < level, (low > 1) | (high < 1))
    assert 0 < (p < level).mean() < 1


@given(st.integers(0, 500), st.integers(0, 500), st.floats(0.2, 300), st.floats(0.2, 300))
def test_nor_at_any_exposure(before, after, exposure_before, exposure_after):
    p = inference.exact_p(before, after, (exposure_before, exposure_after))
    low, high = inference.rate_limits(before, after, (exposure_before, exposure_after))
    if abs(p - 0.05) > 1e-9:
        assert (p < 0.05) == (low > 1 or high < 1)


@given(counts, counts, years, years)
def test_the_limits_are_those_of_scipy(before, after, years_before, years_after):
    low, high = inference.rate_limits(before, after, (years_before, years_after))
    if before + after == 0:
        assert (low, high) == (0, np.inf)
        return
    interval = binomtest(after, before + after, 0.5).proportion_ci(method="exact")
    odds = years_before / years_after
    assert low == pytest.approx(interval.low / (1 - interval.low) * odds)
    expected = interval.high / (1 - interval.high) * odds if interval.high < 1 else np.inf
    assert high == pytest.approx(expected)


def of_bounds(before, after, years_before=1, years_after=1, level=0.05):
    """Test one pair of bounds by way of a table of one row."""
    row = dict(zip(inference.CONTRAST, ["ARM", "LP", "unanswered", "2012", "2014"], strict=True))
    for side, ends, exposure in (
        ("before", before, years_before), ("after", after, years_after)
    ):  # fmt: skip
        row |= {f"{side}_lo": ends[0] / exposure, f"{side}_hi": ends[1] / exposure}
        row[f"exposure_{side}"] = exposure
    return inference.rate_tests(pd.DataFrame([row]), level).iloc[0]


@settings(deadline=None)
@given(
    counts, st.integers(0, 5), counts, st.integers(0, 5), years, st.integers(0, 2), years,
    st.integers(0, 2),
)  # fmt: skip
def test_the_extremes_are_those_of_every_combination(x, wide, y, high, t, more, u, longer):
    """Counts and exposures, each within bounds: all that fit, one by one."""
    bounds = [(x, x + wide), (y, y + high), (t, t + more), (u, u + longer)]
    before, after, *exposures = (Bounds([lo], [hi]) for lo, hi in bounds)
    found = inference.rate_test(before, after, exposures).iloc[0]
    combinations = np.array(
        list(itertools.product(*(range(lo, hi + 1) for lo, hi in bounds)))
    ).T  # fmt: skip
    first, second, *lengths = combinations
    p = inference.exact_p(first, second, lengths)
    low, upper = inference.rate_limits(first, second, lengths)
    assert found["p_lo"] == pytest.approx(p.min())
    if found["p_hi"] < 1 or more == longer == 0:
        assert found["p_hi"] == pytest.approx(p.max())
    assert (found["limit_lo"], found["limit_hi"]) == pytest.approx((low.min(), upper.max()))
    one_way = [(p < 0.05) & (upper < 1), (p < 0.05) & (low > 1)]
    assert found["direction"] == (-1 if one_way[0].all() else 1 if one_way[1].all() else 0)


@settings(deadline=None, max_examples=25)
@given(st.integers(20, 60), st.integers(0, 4), st.integers(0, 15), st.integers(0, 4), years, years)
def test_the_breakdown_is_that_of_the_least_favourable_pair(x, wide, y, high, t, u):
    for before, after in (((x, x + wide), (y, y + high)), ((y, y + high), (x, x + wide))):
        found = of_bounds(before, after, t, u)
        pairs = itertools.product(*(range(lo, hi + 1) for lo, hi in (before, after)))
        each = [inference.breakdown(*pair, (t, u)) for pair in pairs]
        if found["verdict"] == inference.EVERY:
            assert found["breakdown"] == pytest.approx(min(each), rel=1e-4)
        else:
            assert np.isnan(found["breakdown"])


@pytest.mark.parametrize(
    ("before", "after", "exposure"),
    [(128, 57, 1), (216, 57, 2), (103, 37, 1), (17, 43, 1), (15, 13, 3), (53, 7, 1)],
)
def test_the_breakdown_is_where_the_significance_ends(before, after, exposure):
    """Tails of the beta-binomial added up from its mass, written out with factorials."""
    found = inference.breakdown(before, after, (exposure, 1))
    total, share = before + after, 1 / (exposure + 1)

    def p(dispersion):
        first, second = (total * part / (dispersion - 1) for part in (share, 1 - share))
        k = np.arange(total + 1)
        mass = np.exp(
            gammaln(total + 1) - gammaln(k + 1) - gammaln(total - k + 1)
            + gammaln(k + first) + gammaln(total - k + second) - gammaln(total + first + second)
            + gammaln(first + second) - gammaln(first) - gammaln(second)
        )  # fmt: skip
        return 2 * min(mass[: after + 1].sum(), mass[after:].sum())

    grid = [p(dispersion) for dispersion in np.linspace(1.001, 3 * found, 60)]
    assert np.all(np.diff(grid) > 0)
    assert p(found) == pytest.approx(0.05, rel=1e-3)
    # for counts as large as these the usual approximation is near
    score = (after - total * share) ** 2 / (total * share * (1 - share))
    assert found == pytest.approx(score / chi2.ppf(0.95, 1), rel=0.3)


def test_a_dispersion_that_is_true_is_rejected_as_seldom_as_the_level_says():
    """Equal rates, variance φ times the mean: significance beyond φ in about 5% of the pairs."""
    random = np.random.default_rng(3)
    for mean, dispersion, exposure in ((20, 2, 1), (50, 4, 3), (100, 3, 1)):
        counts = [
            random.negative_binomial(mean * years / (dispersion - 1), 1 / dispersion, 1500)
            for years in (exposure, 1)
        ]
        assert np.var(counts[1]) / np.mean(counts[1]) == pytest.approx(dispersion, rel=0.15)
        significant = np.flatnonzero(inference.exact_p(*counts, (exposure, 1)) < 0.05)
        assert significant.size > 150  # the Poisson test errs far more often than it says
        beyond = [
            inference.breakdown(int(counts[0][at]), int(counts[1][at]), (exposure, 1)) > dispersion
            for at in significant
        ]
        assert 0.02 < sum(beyond) / 1500 < 0.068  # within three standard errors of 5%, or below


def test_a_breakdown_has_ends():
    assert np.isnan(inference.breakdown(12, 8))
    assert inference.breakdown(0, 60, (99, 1)) == np.inf  # all of it in a hundredth of the time
    p = float(inference.exact_p(128, 57))
    assert inference.breakdown(128, 57, (1, 1), p * (1 + 1e-9)) == 1


VERDICTS = {
    "far apart": ((128, 132), (53, 57), inference.EVERY),
    "some pairs": ((18, 22), (8, 12), inference.SOME),
    "no pair": ((8, 12), (8, 12), inference.NO),
    "both hidden": ((0, 4), (0, 4), inference.NO),
    "significant both ways": ((0, 60), (30, 30), inference.SOME),
}


@pytest.mark.parametrize(("before", "after", "verdict"), VERDICTS.values(), ids=VERDICTS.keys())
def test_verdicts(before, after, verdict):
    assert of_bounds(before, after)["verdict"] == verdict


def test_pairs_that_fit_jointly_count_and_must_point_one_way():
    """Two boxes: apart they are significant in two directions, which is no result."""
    row = dict(zip(inference.CONTRAST, ["ARM", "LP", "forced", "2012", "2014"], strict=True))
    table = pd.DataFrame(
        [row | {"before_lo": 20.0, "before_hi": 80.0, "after_lo": 20.0, "after_hi": 80.0}], [4]
    )
    ends = ["before_lo", "before_hi", "after_lo", "after_hi"]
    down, up = [78.0, 80.0, 20.0, 22.0], [20.0, 22.0, 78.0, 80.0]
    for boxes, verdict, limits in (
        ([down], inference.EVERY, "below"),
        ([down, [40.0, 41.0, 40.0, 41.0]], inference.SOME, "around"),
        ([down, up], inference.SOME, "around"),
        ([up, up], inference.EVERY, "above"),
    ):
        joint = pd.DataFrame(boxes, [4] * len(boxes), ends)
        found = inference.rate_tests(table, joint=joint).loc[4]
        assert found["verdict"] == verdict
        assert np.isfinite(found["breakdown"]) == (verdict == inference.EVERY)
        assert limits == (
            "below" if found["limit_hi"] < 1 else "above" if found["limit_lo"] > 1 else "around"
        )
    assert inference.rate_tests(table).loc[4, "p_hi"] == 1


def test_holm_counts_a_contrast_once_and_is_the_step_down_method():
    rows = [
        ["ARM", "LP", "unanswered", "2012", "2014"],
        ["AZE", "LP", "unanswered", "2012", "2014"],
        ["ARM", "LP", "unanswered", "2012", "2014"],
        ["ARM", "LP", "confirmed", "2012", "2014"],
        ["ARM", "LP", "unanswered", "2012, 2013", "2014"],
    ]
    p = [0.01, 0.04, 0.01, 0.03, 0.005]
    table = pd.DataFrame(rows, list("abcde"), inference.CONTRAST).assign(p_hi=p)
    found = inference.holm(table)
    # 0.005 x 4, 0.01 x 3, 0.03 x 2, and never below the one before
    assert found.to_dict() == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.03, "d": 0.06, "e": 0.02})


def test_requests_are_the_exposure_of_a_change_per_100():
    table = pd.DataFrame(
        {"iso3": ["ARM"], "channel": ["LP"], "indicator": ["confirmed"], "years_before": ["2012"],
         "years_after": ["2014"], "cases_before_lo": [48], "cases_before_hi": [52],
         "cases_after_lo": [18], "cases_after_hi": [22], "requests_before_lo": [68],
         "requests_before_hi": [72], "requests_after_lo": [98], "requests_after_hi": [102]}, [9]
    )  # fmt: skip
    found = inference.request_tests(table).loc[9]
    assert found["p_hi"] == inference.exact_p(48, 22, (72, 98))
    assert found["p_lo"] == inference.exact_p(52, 18, (68, 102))
    assert found["verdict"] == inference.EVERY
    assert found["breakdown"] == inference.breakdown(48, 22, (72, 98))


@pytest.mark.parametrize(
    ("before", "after", "exposure", "message"),
    [
        ((1, 2.5), (1, 2), (1, 1), "^counts: allowed are whole numbers of 0 or more"),
        ((1, 2), (1, float("inf")), (1, 1), "^counts: allowed are whole numbers of 0 or more"),
        ((-1, 4), (1, 2), (1, 1), "^counts: allowed are whole numbers of 0 or more"),
        ((1, 2), (1, 2), (0, 1), "^exposure: allowed are numbers above 0"),
        ((1, 2), (1, 2), (1, 0), "^exposure: allowed are numbers above 0"),
    ],
)
def test_bad_bounds_are_refused(before, after, exposure, message):
    with pytest.raises(InferenceError, match=message):
        inference.rate_test(
            *(Bounds([lo], [hi]) for lo, hi in (before, after)),
            tuple(Bounds(years, years) for years in exposure),
        )


def test_fractional_counts_are_refused():
    with pytest.raises(InferenceError, match="whole numbers"):
        inference.exact_p(2.5, 3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"before_lo": np.nan, "before_hi": np.nan}, "no printed year"),
        ({"before_lo": np.nan}, "no printed year"),
        ({"before_lo": 1.3}, "totals before: 2.6 to 10; allowed are whole numbers"),
        ({"before_lo": 9.0}, "totals before: 18 to 10; allowed is lo <= hi"),
        ({"after_lo": 2.5}, "totals after: 2.5 to 2; allowed are whole numbers"),
    ],
)
def test_a_row_that_cannot_be_tested_is_named(change, message):
    row = {"iso3": "ARM", "channel": "LP", "indicator": "unanswered", "event": "mou",
           "years_before": "2011, 2012", "years_after": "2014",
           "before_lo": 4.0, "before_hi": 5.0, "after_lo": 1.0, "after_hi": 2.0,
           "exposure_before": 2, "exposure_after": 1}  # fmt: skip
    with pytest.raises(InferenceError, match=f"^ARM LP unanswered mou: {message}"):
        inference.rate_tests(pd.DataFrame([row | change]))


def test_a_p_value_too_small_for_a_number_is_zero():
    assert inference.exact_p(0, 2000) == 0


def test_a_p_value_is_never_above_one():
    """The probabilities of some totals add up to a little more."""
    assert all(inference.exact_p(n // 2, n - n // 2) <= 1 for n in range(60))


def test_a_p_value_at_the_level_is_not_significant():
    at = float(inference.exact_p(0, 2))
    assert of_bounds((0, 0), (2, 2), level=at)["verdict"] == inference.NO


@pytest.mark.parametrize(("before", "after"), [(0, 1), (1, 0), (7, 3)])
def test_the_limits_are_of_the_level(before, after):
    low, high = inference.rate_limits(before, after, level=0.2)
    interval = binomtest(after, before + after).proportion_ci(0.8, method="exact")
    assert low / (1 + low) == pytest.approx(interval.low)
    assert 1 / (1 + 1 / high) == pytest.approx(interval.high)


def test_rows_without_exposure_are_of_one_year_and_keep_their_index():
    row = dict(zip(inference.CONTRAST, ["ARM", "LP", "unanswered", "2012", "2014"], strict=True))
    table = pd.DataFrame(
        [row | dict(zip(("before_lo", "before_hi", "after_lo", "after_hi"), ends, strict=True))
         for ends in ((18.0, 22.0, 8.0, 12.0), (4.0, 5.0, 1.0, 2.0))], index=[7, 3],
    )  # fmt: skip
    found = inference.rate_tests(table, 0.2)
    assert found.index.tolist() == [7, 3]
    for at, before, after in ((7, (18, 22), (8, 12)), (3, (4, 5), (1, 2))):
        alone = of_bounds(before, after, level=0.2)
        pd.testing.assert_series_equal(
            found.loc[at, "p_lo":"verdict"], alone["p_lo":"verdict"], check_names=False
        )
    assert list(inference.rate_tests(table.head(0))) == list(found)
    with pytest.raises(InferenceError, match=r"^ARM LP unanswered: no printed year before"):
        inference.rate_tests(table.assign(before_lo=np.nan))
