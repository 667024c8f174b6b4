"""Exact tests over bounds: against scipy and statsmodels, and where the extremes lie."""

import itertools
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.rates import test_poisson_2indep as poisson_2indep

from slm_analysis import inference
from slm_analysis.inference import InferenceError

counts = st.integers(0, 60)
years = st.integers(1, 5)


@settings(deadline=None)
@given(counts, counts, years, years)
def test_the_p_value_is_that_of_scipy(before, after, years_before, years_after):
    found = inference.exact_p(before, after, years_before, years_after)
    if before + after == 0:
        assert found == 1
    else:
        share = years_after / (years_before + years_after)
        assert found == pytest.approx(binomtest(after, before + after, share).pvalue)


@pytest.mark.parametrize(
    ("before", "after", "years_before", "years_after"),
    [(130, 55, 1, 1), (220, 55, 2, 1), (10, 2, 1, 1), (40, 33, 4, 1)],
)
def test_the_p_value_is_that_of_statsmodels(before, after, years_before, years_after):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = poisson_2indep(
            after, years_after, before, years_before, method="exact-cond", compare="ratio"
        ).pvalue
    assert inference.exact_p(before, after, years_before, years_after) == pytest.approx(expected)


@given(counts, counts, years, years)
def test_the_limits_are_those_of_scipy(before, after, years_before, years_after):
    low, high = inference.rate_limits(before, after, years_before, years_after)
    if before + after == 0:
        assert (low, high) == (0, np.inf)
        return
    interval = binomtest(after, before + after, 0.5).proportion_ci(method="exact")
    odds = years_before / years_after
    assert low == pytest.approx(interval.low / (1 - interval.low) * odds)
    expected = interval.high / (1 - interval.high) * odds if interval.high < 1 else np.inf
    assert high == pytest.approx(expected)


@settings(deadline=None)
@given(counts, st.integers(0, 6), counts, st.integers(0, 6), years, years)
def test_the_range_is_over_every_pair(before, wide, after, high, years_before, years_after):
    bounds = (before, before + wide), (after, after + high)
    found = inference.rate_test(*bounds, years_before, years_after)
    p = [
        float(inference.exact_p(x, y, years_before, years_after))
        for x, y in itertools.product(*(range(lo, hi + 1) for lo, hi in bounds))
    ]
    assert (found["p_lo"], found["p_hi"], found["pairs"]) == (min(p), max(p), len(p))
    if found["verdict"] == inference.ROBUST:
        assert max(p) < 0.05
    elif found["verdict"] == inference.SAME:
        assert min(p) >= 0.05


def test_the_extremes_need_not_lie_at_the_corners():
    before, after = (18, 37), (54, 81)
    found = inference.rate_test(before, after, 2, 3)
    corners = [float(inference.exact_p(x, y, 2, 3)) for x, y in itertools.product(before, after)]
    assert found["p_hi"] > max(corners)


VERDICTS = {
    "far apart": ((128, 132), (53, 57), inference.ROBUST),
    "some pairs": ((18, 22), (8, 12), inference.DEPENDS),
    "no pair": ((8, 12), (8, 12), inference.SAME),
    "both hidden": ((0, 4), (0, 4), inference.SAME),
    "significant both ways": ((0, 60), (30, 30), inference.DEPENDS),
}


@pytest.mark.parametrize(("before", "after", "verdict"), VERDICTS.values(), ids=VERDICTS.keys())
def test_verdicts(before, after, verdict):
    assert inference.rate_test(before, after, 1, 1)["verdict"] == verdict


@pytest.mark.parametrize(
    ("before", "after", "exposure", "message"),
    [
        ((5, 4), (1, 2), (1, 1), "bounds before: 5 to 4"),
        ((1, 2), (5, 4), (1, 1), "bounds after: 5 to 4"),
        ((1, 2.5), (1, 2), (1, 1), "bounds before: 1 to 2.5; allowed are whole numbers"),
        ((1, 2), (1, float("inf")), (1, 1), "bounds after: 1 to inf"),
        ((-1, 4), (1, 2), (1, 1), "^counts: allowed are whole numbers of 0 or more"),
        ((1, 2), (1, 2), (0, 1), "^exposure: allowed are years above 0"),
        ((1, 2), (1, 2), (1, 0), "^exposure: allowed are years above 0"),
    ],
)
def test_bad_bounds_are_refused(before, after, exposure, message):
    with pytest.raises(InferenceError, match=message):
        inference.rate_test(before, after, *exposure)


def test_fractional_counts_are_refused():
    with pytest.raises(InferenceError, match="whole numbers"):
        inference.exact_p(2.5, 3, 1, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"before_lo": np.nan, "before_hi": np.nan}, "no printed year"),
        ({"before_lo": np.nan}, "no printed year"),
        ({"before_lo": 1.3}, "bounds 1.3 to 5: allowed are whole numbers"),
        ({"before_lo": 9.0}, "bounds before: 18 to 10"),
    ],
)
def test_a_row_that_cannot_be_tested_is_named(change, message):
    row = {"iso3": "ARM", "channel": "LP", "indicator": "unanswered", "event": "mou",
           "before_lo": 4.0, "before_hi": 5.0, "after_lo": 1.0, "after_hi": 2.0,
           "exposure_before": 2, "exposure_after": 1}  # fmt: skip
    with pytest.raises(InferenceError, match=f"^ARM LP unanswered mou: {message}"):
        inference.rate_tests(pd.DataFrame([row | change]))


def test_a_p_value_too_small_for_a_number_is_zero():
    assert inference.exact_p(0, 2000, 1, 1) == 0


def test_a_p_value_is_never_above_one():
    """The probabilities of some totals add up to a little more."""
    assert all(inference.exact_p(n // 2, n - n // 2, 1, 1) <= 1 for n in range(60))


def test_a_p_value_at_the_level_is_not_significant():
    at = float(inference.exact_p(0, 2, 1, 1))
    assert inference.rate_test((0, 0), (2, 2), 1, 1, at)["verdict"] == inference.SAME


def test_the_limits_are_the_outermost_over_every_pair():
    found = inference.rate_test((3, 5), (1, 2), 2, 1, 0.1)
    limits = [
        inference.rate_limits(x, y, 2, 1, 0.1) for x, y in itertools.product((3, 4, 5), (1, 2))
    ]
    assert found["limit_lo"] == min(low for low, _ in limits)
    assert found["limit_hi"] == max(high for _, high in limits)


@pytest.mark.parametrize(("before", "after"), [(0, 1), (1, 0), (7, 3)])
def test_the_limits_are_of_the_level(before, after):
    low, high = inference.rate_limits(before, after, 1, 1, 0.2)
    interval = binomtest(after, before + after).proportion_ci(0.8, method="exact")
    assert low / (1 + low) == pytest.approx(interval.low)
    assert 1 / (1 + 1 / high) == pytest.approx(interval.high)


def test_rows_without_exposure_are_of_one_year_and_keep_their_index():
    row = {"iso3": "ARM", "channel": "LP", "indicator": "unanswered"}
    table = pd.DataFrame(
        [row | dict(zip(("before_lo", "before_hi", "after_lo", "after_hi"), ends, strict=True))
         for ends in ((18.0, 22.0, 8.0, 12.0), (4.0, 5.0, 1.0, 2.0))], index=[7, 3],
    )  # fmt: skip
    found = inference.rate_tests(table, 0.2)
    assert found.index.tolist() == [7, 3]
    for at, bounds in ((7, ((18, 22), (8, 12))), (3, ((4, 5), (1, 2)))):
        direct = inference.rate_test(*bounds, 1, 1, 0.2)
        assert {name: found.at[at, name] for name in direct} == direct
    assert list(inference.rate_tests(table.head(0))) == list(found)
    with pytest.raises(InferenceError, match=r"^ARM LP unanswered: no printed year"):
        inference.rate_tests(table.assign(before_lo=np.nan))


@pytest.mark.parametrize(("before", "after"), [(2, 1), (1, 3)])
def test_exposures_turn_means_into_totals(before, after):
    row = {"iso3": "ARM", "channel": "LP", "indicator": "unanswered",
           "before_lo": 108.0, "before_hi": 112.0, "after_lo": 53.0, "after_hi": 57.0}  # fmt: skip
    whole = pd.DataFrame([row | {"exposure_before": before, "exposure_after": after}])
    totals = (108 * before, 112 * before), (53 * after, 57 * after)
    direct = inference.rate_test(*totals, before, after)
    found = inference.rate_tests(whole).iloc[0]
    assert {name: found[name] for name in direct} == direct
