"""Notation, rules and interval arithmetic; the literal table is the contract."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slm_analysis.bounds import RULES, Bounds, Reading, Rounding, verdict
from slm_analysis.errors import AnalysisError, DataError

FIVES = Rounding(rounded_to=5, suppressed_under=5, zero_in_words=True)
HIDDEN_ZEROS = Rounding(rounded_to=5, suppressed_under=5, zero_in_words=False)
TENS = Rounding(rounded_to=10, suppressed_under=10, zero_in_words=True)
EXACT = Rounding()

READINGS = [
    # rule, rounding, notation, kind, lo, hi
    ("outer", FIVES, "275", "rounded", 273, 277),
    ("outer", FIVES, "5", "rounded", 3, 7),
    ("outer", FIVES, "<5", "suppressed", 0, 4),
    ("outer", FIVES, "0", "zero", 0, 0),
    ("outer", FIVES, "90-120", "range", 88, 122),
    ("outer", TENS, "270", "rounded", 265, 275),
    ("outer", EXACT, "7", "exact", 7, 7),
    ("outer", EXACT, "7-9", "range", 7, 9),
    ("outer", Rounding(5, 0, False), "0", "rounded", 0, 2),
    ("suppress-then-round", FIVES, "275", "rounded", 273, 277),
    ("suppress-then-round", FIVES, "5", "rounded", 5, 7),
    ("suppress-then-round", FIVES, "<5", "suppressed", 1, 4),
    ("suppress-then-round", HIDDEN_ZEROS, "<5", "suppressed", 0, 4),
    ("suppress-then-round", FIVES, "90-120", "range", 88, 122),
    ("suppress-then-round", TENS, "270", "rounded", 265, 274),
    ("round-then-suppress", FIVES, "5", "rounded", 3, 7),
    ("round-then-suppress", FIVES, "<5", "suppressed", 1, 2),
    ("round-then-suppress", HIDDEN_ZEROS, "<5", "suppressed", 0, 2),
    ("round-down", FIVES, "275", "rounded", 275, 279),
    ("round-down", FIVES, "5", "rounded", 5, 9),
    ("round-up", FIVES, "275", "rounded", 271, 275),
    ("round-up", FIVES, "5", "rounded", 5, 5),
]


@pytest.mark.parametrize(
    ("rule", "rounding", "notation", "kind", "lo", "hi"),
    READINGS,
    ids=[f"{rule} {rounding.rounded_to} {notation}" for rule, rounding, notation, *_ in READINGS],
)
def test_a_print_stands_for_these_counts(rule, rounding, notation, kind, lo, hi):
    assert RULES[rule].read(notation, rounding) == Reading(kind, lo, hi)


@pytest.mark.parametrize(
    ("rounding", "notation", "message"),
    [
        (FIVES, "273", "multiples of 5"),
        (FIVES, "273-280", "multiples of 5"),
        (FIVES, "<10", "it prints <5"),
        (EXACT, "<5", "no suppressed count"),
        (HIDDEN_ZEROS, "0", "hides counts under 5"),
        (TENS, "5", "multiples of 10"),
        (FIVES, "120-90", "rises"),
        (FIVES, "ca. 20", "allowed is a number"),
        (FIVES, "-5", "allowed is a number"),
        (FIVES, "2.5", "allowed is a number"),
        (FIVES, "", "allowed is a number"),
    ],
)
def test_a_print_that_the_source_cannot_have_made_is_refused(rounding, notation, message):
    with pytest.raises(DataError, match=message):
        RULES["outer"].read(notation, rounding)


COHERENT = [rule for rule in RULES.values() if rule.coherent]


@pytest.mark.parametrize("rule", COHERENT, ids=lambda rule: rule.name)
@pytest.mark.parametrize("rounding", [FIVES, HIDDEN_ZEROS, TENS, EXACT], ids=str)
def test_under_a_coherent_rule_each_count_has_exactly_one_print(rule, rounding):
    prints = {rule.printed(count, rounding) for count in range(300)}
    readings = [rule.read(text, rounding) for text in prints]
    for count in range(250):
        fitting = [reading for reading in readings if reading.lo <= count <= reading.hi]
        assert len(fitting) == 1
        assert fitting[0] == rule.read(rule.printed(count, rounding), rounding)


@pytest.mark.parametrize("rounding", [FIVES, TENS, EXACT], ids=str)
def test_the_outer_bounds_contain_the_coherent_nearest_rules(rounding):
    nearest = [rule for rule in COHERENT if rule.direction == "nearest"]
    for rule, count in itertools.product(nearest, range(300)):
        text = rule.printed(count, rounding)
        outer, own = RULES["outer"].read(text, rounding), rule.read(text, rounding)
        assert outer.lo <= own.lo <= count <= own.hi <= outer.hi


def test_the_outer_bounds_have_no_print_of_their_own():
    with pytest.raises(AnalysisError, match="several prints"):
        RULES["outer"].printed(4, FIVES)


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
    ratio = a / b
    if second[0] > 0:
        values = [x / y for x, y in pairs]
        assert (min(values), max(values)) == pytest.approx((ratio.lo[0], ratio.hi[0]))
    else:
        assert ratio.hi[0] == np.inf
        assert all(ratio.lo[0] <= x / y for x, y in pairs if y)


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
        "certainly up"
        if second[0] > first[1]
        else "certainly down"
        if second[1] < first[0]
        else "certainly unchanged"
        if first == second and first[0] == first[1]
        else "undecided"
    )
    assert a.change_to(b)[0] == expected


@given(small_intervals, small_intervals)
def test_intersection_keeps_what_both_allow_and_refuses_nothing(first, second):
    common = set(range(first[0], first[1] + 1)) & set(range(second[0], second[1] + 1))
    a, b = Bounds([first[0]], [first[1]]), Bounds([second[0]], [second[1]])
    if common:
        result = a.intersect(b)
        assert (result.lo[0], result.hi[0]) == (min(common), max(common))
        assert result.contains([min(common)])[0]
        assert not result.contains([max(common) + 1])[0]
    else:
        with pytest.raises(AnalysisError, match="empty bounds"):
            a.intersect(b)


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


def test_a_ratio_to_nought_is_anything():
    assert repr(Bounds([3], [5]) / Bounds([0], [0])) == "Bounds([0], [inf])"


def test_bounds_show_their_ends():
    assert repr(Bounds([273, 1.5], [277, np.inf])) == "Bounds([273, 1.5], [277, inf])"
    assert repr(Bounds(1, 2)) == "Bounds([1], [2])"


def test_verdicts_have_these_three_names():
    assert verdict([True, False, False], [True, True, False]).tolist() == [
        "certain",
        "possible",
        "contradicted",
    ]
