"""How a print is read: the literal table is the contract, and reading inverts printing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slm_analysis.errors import AnalysisError, DataError
from slm_analysis.printed.reading_rules import RULES, Reading, Rounding

FIVES = Rounding(rounded_to=5, suppressed_under=5, zero_in_words=True)
HIDDEN_ZEROS = Rounding(rounded_to=5, suppressed_under=5, zero_in_words=False)
TENS = Rounding(rounded_to=10, suppressed_under=10, zero_in_words=True)
EXACT = Rounding()

READINGS = [
    # rule, rounding, notation, kind, lo, hi
    ("outer", FIVES, "275", "rounded", 273, 277),
    ("outer", FIVES, "5", "rounded", 3, 7),
    ("outer", FIVES, "<5", "suppressed", 0, 4),
    ("outer", FIVES, ">0<5", "suppressed", 1, 4),
    ("outer", FIVES, "0", "zero", 0, 0),
    ("outer", FIVES, "90-120", "range", 88, 122),
    ("outer", TENS, "270", "rounded", 265, 275),
    ("outer", EXACT, "7", "exact", 7, 7),
    ("outer", EXACT, "7-9", "range", 7, 9),
    ("outer", Rounding(5, 0, False), "0", "rounded", 0, 2),
    ("outer", Rounding(5, 0, True), "0", "rounded", 0, 2),
    ("outer", Rounding(5, 6), "5", "rounded", 6, 7),
    ("outer", Rounding(10, 2), "0", "rounded", 0, 5),
    ("suppress-then-round", Rounding(5, 6), "5", "rounded", 6, 7),
    ("suppress-then-round", Rounding(10, 2), "0", "rounded", 0, 4),
    ("suppress-then-round", FIVES, "275", "rounded", 273, 277),
    ("suppress-then-round", FIVES, "5", "rounded", 5, 7),
    ("suppress-then-round", FIVES, "<5", "suppressed", 1, 4),
    ("suppress-then-round", HIDDEN_ZEROS, "<5", "suppressed", 0, 4),
    ("suppress-then-round", FIVES, "90-120", "range", 88, 122),
    ("suppress-then-round", TENS, "270", "rounded", 265, 274),
    ("round-then-suppress", FIVES, "5", "rounded", 3, 7),
    ("round-then-suppress", FIVES, "<5", "suppressed", 1, 2),
    ("round-then-suppress", HIDDEN_ZEROS, "<5", "suppressed", 0, 2),
    ("round-then-suppress", HIDDEN_ZEROS, ">0<5", "suppressed", 1, 2),
    ("round-down", FIVES, "275", "rounded", 275, 279),
    ("round-down", FIVES, "5", "rounded", 5, 9),
    ("round-up", FIVES, "275", "rounded", 271, 275),
    ("round-up", FIVES, "5", "rounded", 5, 5),
    ("random-rounding", FIVES, "275", "rounded", 271, 279),
    ("random-rounding", FIVES, "5", "rounded", 1, 9),
    ("random-rounding", FIVES, "<5", "suppressed", 1, 4),
    ("random-rounding", FIVES, "0", "zero", 0, 0),
    ("random-rounding", FIVES, "90-120", "range", 86, 124),
    ("random-rounding", HIDDEN_ZEROS, "<5", "suppressed", 0, 4),
    ("random-rounding", Rounding(3), "0", "rounded", 0, 2),
    ("random-rounding", EXACT, "7", "exact", 7, 7),
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
        (EXACT, "<5", "the source cannot print this: it prints no suppressed count$"),
        (HIDDEN_ZEROS, "0", "hides counts under 5"),
        (TENS, "5", "multiples of 10"),
        (FIVES, "120-90", "a range rises from its first number to its last$"),
        (FIVES, "90-90", "rises"),
        (FIVES, "270-273", "multiples of 5"),
        (Rounding(5, 20), "10", "hides counts under 20"),
        (FIVES, "ca. 20", "allowed is a number"),
        (FIVES, "-5", "allowed is a number"),
        (FIVES, "2.5", "allowed is a number"),
        (FIVES, "", "allowed is a number"),
        (FIVES, "5" * 16, "allowed is a number"),
    ],
)
def test_a_print_that_the_source_cannot_have_made_is_refused(rounding, notation, message):
    with pytest.raises(DataError, match=f"^{notation!r}: .*{message}"):
        RULES["outer"].read(notation, rounding)


def test_a_print_that_a_rule_cannot_have_made_is_refused():
    """Under one only zero is hidden, and zeros are printed in words: nothing is left to hide."""
    with pytest.raises(
        DataError, match="^'<1': cannot be printed under the rule suppress-then-round$"
    ):
        RULES["suppress-then-round"].read("<1", Rounding(5, 1))


COHERENT = [rule for rule in RULES.values() if rule.coherent]


@pytest.mark.parametrize("rule", COHERENT, ids=lambda rule: rule.name)
@pytest.mark.parametrize("rounding", [FIVES, HIDDEN_ZEROS, TENS, EXACT], ids=str)
def test_under_a_coherent_rule_each_count_has_exactly_one_print(rule, rounding):
    prints = rule.printed(range(300), rounding)
    readings = [rule.read(text, rounding) for text in set(prints)]
    for count in range(250):
        fitting = [reading for reading in readings if reading.lo <= count <= reading.hi]
        assert fitting == [rule.read(prints[count], rounding)]


ROUNDINGS = st.builds(Rounding, st.integers(1, 12), st.integers(0, 15), st.booleans())


def stands_for(rule, rounding, text):
    """Return every count below 60 that a coherent rule prints so."""
    return np.flatnonzero(rule.printed(range(60), rounding) == text).tolist()


@given(st.sampled_from(COHERENT), ROUNDINGS, st.integers(0, 40))
def test_a_print_is_read_as_every_count_that_is_printed_so(rule, rounding, count):
    text = str(rule.printed(count, rounding))
    counts = stands_for(rule, rounding, text)
    assert rule.read(text, rounding)[1:] == (counts[0], counts[-1])


@given(st.sampled_from(COHERENT), ROUNDINGS, st.integers(0, 40))
def test_what_no_count_is_printed_as_is_refused(rule, rounding, number):
    for text in (str(number), f"<{number}"):
        if not stands_for(rule, rounding, text):
            with pytest.raises(DataError):
                rule.read(text, rounding)


@given(ROUNDINGS, st.integers(0, 40))
def test_the_outer_bounds_contain_the_coherent_nearest_rules(rounding, count):
    for rule in COHERENT:
        if rule.direction == "nearest":
            text = str(rule.printed(count, rounding))
            outer, own = RULES["outer"].read(text, rounding), rule.read(text, rounding)
            assert outer.lo <= own.lo <= count <= own.hi <= outer.hi


def test_the_outer_bounds_do_not_contain_random_rounding():
    outer, random = (RULES[name].read("275", FIVES) for name in ("outer", "random-rounding"))
    assert random.lo < outer.lo
    assert outer.hi < random.hi


RANDOM = RULES["random-rounding"]


@given(st.sampled_from([*COHERENT, RANDOM]), ROUNDINGS, st.integers(0, 2**32))
def test_every_print_is_read_as_bounds_around_the_true_count(rule, rounding, seed):
    counts = np.arange(60).reshape(3, 20)
    bounds = rule.read_back(counts, rounding, np.random.default_rng(seed))
    assert bounds.shape == (3, 20, 2)
    assert ((bounds[..., 0] <= counts) & (counts <= bounds[..., 1])).all()
    prints = rule.printed(counts, rounding, np.random.default_rng(seed))
    for text, found in zip(prints.ravel(), bounds.reshape(-1, 2), strict=True):
        assert rule.read(text, rounding)[1:] == tuple(found)


@given(st.sampled_from([Rounding(5), FIVES, HIDDEN_ZEROS, TENS, Rounding(3, 6)]))
def test_bounds_of_random_rounding_are_reached_and_not_too_wide(rounding):
    """Against every print that is drawn in many trials."""
    counts = np.repeat(np.arange(60), 400)
    prints = RANDOM.printed(counts, rounding, np.random.default_rng(1))
    for text in set(prints):
        drawn = counts[prints == text]
        if drawn.max() < 60 - rounding.rounded_to:
            assert RANDOM.read(text, rounding)[1:] == (drawn.min(), drawn.max())


def test_random_rounding_is_to_a_neighbouring_multiple_and_right_on_average():
    trials = 40_000
    for count in range(20, 26):
        prints = RANDOM.printed([count] * trials, FIVES, np.random.default_rng(count)).astype(int)
        assert set(prints) == {count // 5 * 5, -(-count // 5) * 5}
        assert prints.mean() == pytest.approx(count, abs=4 * 2.5 / trials**0.5)


def test_random_rounding_has_no_likelihood_and_no_print_without_a_generator():
    assert not RANDOM.coherent
    with pytest.raises(AnalysisError, match="random-rounding: .* several prints; a generator"):
        RANDOM.printed(7, FIVES)


def test_the_outer_bounds_have_no_print_of_their_own():
    with pytest.raises(AnalysisError, match="several prints$"):
        RULES["outer"].printed(4, FIVES, np.random.default_rng(1))
