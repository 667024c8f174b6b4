"""Interval arithmetic and the words for what holds."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slm_analysis.bounds.arithmetic import Bounds, verdict
from slm_analysis.errors import AnalysisError

intervals = st.tuples(st.integers(0, 500), st.integers(0, 20)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)
small_intervals = st.tuples(st.integers(0, 12), st.integers(0, 4)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)


@given(small_intervals, small_intervals)
def test_arithmetic_is_sharp(first, second):
    """Every result of true values lies within the bounds, and both ends are reached."""
    a, b = Bounds([first[0]], [first[1]]), Bounds([second[0]], [second[1]])
    pairs = list(itertools.product(range(first[0], first[1] + 1), range(second[0], second[1] + 1)))
    for result, values in (
        (a + b, [x + y for x, y in pairs]),
        (a - b, [x - y for x, y in pairs]),
        (a * 2.5, [x * 2.5 for x, _ in pairs]),
    ):
        assert (min(values), max(values)) == (result.lo[0], result.hi[0])
    if second[1] == 0:
        return
    ratio = a / b
    values = [x / y for x, y in pairs if y]
    assert min(values) == pytest.approx(ratio.lo[0])
    if second[0] > 0 or first[1] == 0:
        assert max(values) == pytest.approx(ratio.hi[0])
    else:  # a divisor that may be 0 may be as small as one likes: a mean
        assert ratio.hi[0] == np.inf


@given(small_intervals, small_intervals)
def test_comparisons_say_what_holds_for_all_some_or_no_true_values(first, second):
    a, b = Bounds([first[0]], [first[1]]), Bounds([second[0]], [second[1]])
    pairs = list(itertools.product(range(first[0], first[1] + 1), range(second[0], second[1] + 1)))
    for found, truths in (
        (a.above(b)[0], [x > y for x, y in pairs]),
        (a.equal(b)[0], [x == y for x, y in pairs]),
    ):
        assert found == (
            "certain" if all(truths) else "possible" if any(truths) else "contradicted"
        )


@given(intervals, intervals)
def test_a_change_is_certain_only_if_it_holds_for_all_true_values(first, second):
    a, b = Bounds([first[0]], [first[1]]), Bounds([second[0]], [second[1]])
    expected = (
        "rose for certain"
        if second[0] > first[1]
        else "fell for certain"
        if second[1] < first[0]
        else "unchanged for certain"
        if first == second and first[0] == first[1]
        else "open"
    )
    assert a.change_to(b)[0] == expected


def test_impossible_bounds_are_refused():
    with pytest.raises(AnalysisError, match="element 1: 5 to 4"):
        Bounds([1, 5], [2, 4])
    with pytest.raises(AnalysisError, match="element 1: 5 to 4"):
        Bounds([1, 5], [1, 4])
    with pytest.raises(AnalysisError, match="element 0, 1: 5 to 4"):
        Bounds([[1, 5]], [[1, 4]])
    with pytest.raises(AnalysisError, match="empty bounds"):
        Bounds([np.nan], [1])
    for first, second in ((-1, 1), (1, -1)):
        with pytest.raises(AnalysisError, match="^a ratio of bounds needs counts of 0 or more"):
            Bounds([first], [1]) / Bounds([second], [1])
    with pytest.raises(AnalysisError, match="0 or more"):
        Bounds([1], [1]) * -1


def test_a_factor_may_be_nought_or_a_fraction():
    assert repr(Bounds([1], [2]) * 0) == "Bounds([0], [0])"
    assert repr(Bounds([1], [2]) * 0.5) == "Bounds([0.5], [1])"


def test_there_is_no_ratio_to_exactly_nought():
    for counts in ((3, 5), (0, 0)):
        with pytest.raises(AnalysisError, match="needs a divisor that may be above 0"):
            Bounds(*counts) / Bounds([1, 0], [2, 0])


@pytest.mark.parametrize(
    ("most", "ratio"), [(0, 0), (1, np.inf)], ids=["none of perhaps none", "one of perhaps none"]
)
def test_a_ratio_to_what_may_be_nought_has_a_limit_only_where_there_is_nothing(most, ratio):
    assert (Bounds([0], [most]) / Bounds([0], [5])).hi.tolist() == [ratio]


def test_bounds_show_their_ends():
    assert repr(Bounds([273, 1.5], [277, np.inf])) == "Bounds([273, 1.5], [277, inf])"
    assert repr(Bounds(1, 2)) == "Bounds([1], [2])"


def test_whole_numbers_become_the_numbers_that_bounds_reckon_in():
    bounds = Bounds([1, 2], [3, 4])
    assert bounds.lo.dtype == bounds.hi.dtype == float


def test_verdicts_have_these_three_names():
    assert verdict([True, False, False], [True, True, False]).tolist() == [
        "certain",
        "possible",
        "contradicted",
    ]
