"""What choosing series for their fall does, against probabilities added up."""

import numpy as np
import pytest
from scipy import stats

from slm_analysis.results.inference import exact_p
from slm_analysis.results.selection_bias import chosen_for_falling


def outcomes(level, dispersion, most):
    """Return all pairs of counts up to a number, the chance of each and whether it is a fall."""
    counts = np.arange(most)
    law = (
        stats.poisson.pmf(counts, level)
        if dispersion == 1
        else stats.nbinom.pmf(counts, level / (dispersion - 1), 1 / dispersion)
    )
    first, last = (side.ravel() for side in np.meshgrid(counts, counts, indexing="ij"))
    return first, last, law[first] * law[last], (last < first) & (exact_p(first, last) < 0.05)


@pytest.mark.parametrize("dispersion", [1, 3])
def test_without_a_choice_falls_are_as_many_as_their_chances_add_up_to(dispersion):
    levels = [4, 12]
    found = chosen_for_falling(levels, multiples=(1,), dispersions=(dispersion,), sets=20000)
    expected = 0
    for level in levels:
        _, _, chance, fall = outcomes(level, dispersion, 120)
        assert chance.sum() == pytest.approx(1, abs=1e-6)
        expected += chance[fall].sum()
    assert found["significant"].iloc[0] == pytest.approx(expected, abs=0.008)


def test_the_one_of_two_that_fell_most_by_every_pair_of_outcomes():
    first, last, chance, fall = outcomes(4, 1, 22)
    score = (last + 0.5) / (first + 0.5)
    of_first = score[:, None] <= score[None, :]
    expected = (chance[:, None] * chance * np.where(of_first, fall[:, None], fall)).sum()
    found = chosen_for_falling([4], multiples=(1, 2), dispersions=(1,), sets=40000)
    assert found["significant"].iloc[1] == pytest.approx(expected, abs=0.003)
    assert found["any"].tolist() == found["significant"].tolist()  # one series
    assert found["significant"].is_monotonic_increasing


def test_the_same_seed_gives_the_same_numbers():
    one, two = (chosen_for_falling([5, 50], sets=50) for _ in range(2))
    assert one.equals(two)
    assert not one.equals(chosen_for_falling([5, 50], sets=50, seed=1))


def test_a_series_without_a_case_is_left_out():
    found = chosen_for_falling([30, 0], sets=20)
    assert set(found["chosen"]) == {1}
