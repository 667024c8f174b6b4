"""Sharp sums, also where a range binds its years: against enumeration and integer programming."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds as Box
from scipy.optimize import LinearConstraint, milp

from slm_analysis.errors import AnalysisError
from slm_analysis.results import joint_bounds

KEY = ["iso3", "channel", "indicator"]


def panel_of(*cells):
    return pd.DataFrame(
        [("ARM", "", "forced", 2009 + at, lo, hi) for at, (lo, hi) in enumerate(cells)],
        columns=[*KEY, "year", "lo", "hi"],
    )


def range_of(years, least, most):
    return pd.DataFrame(
        [("c1", "ARM", "", "forced", 2009, 2009 + years - 1, *least, *most)],
        columns=["id", *KEY, "first", "last", "least_lo", "least_hi", "most_lo", "most_hi"],
    )


def enumerated(cells, chosen, least, most):
    """Return the least and greatest sum over all true values that attain both ends."""
    sums = [
        sum(values[at] for at in chosen)
        for values in itertools.product(*(range(lo, hi + 1) for lo, hi in cells))
        if any(least[0] <= v <= least[1] for v in values)
        and any(most[0] <= v <= most[1] for v in values)
    ]
    return (min(sums), max(sums)) if sums else None


widths = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=2, max_size=4)


@settings(deadline=None)
@given(widths, st.data())
def test_a_range_read_as_attained_is_sharp(cells, data):
    cells = [(lo, lo + width) for lo, width in cells]
    low = data.draw(st.integers(0, 4))
    high = data.draw(st.integers(low + 1, 8))
    least, most = (low, low + 1), (high, high + 1)
    chosen = sorted(data.draw(st.sets(st.integers(0, len(cells) - 1), min_size=1)))
    panel = panel_of(*cells)
    rows = panel.iloc[chosen]
    expected = enumerated(cells, chosen, least, most)
    limits = range_of(len(cells), least, most)
    if expected is None:
        with pytest.raises(AnalysisError, match="row c1: no year of ARM forced"):
            joint_bounds.sums(rows, KEY, panel, limits)
    else:
        found = joint_bounds.sums(rows, KEY, panel, limits).iloc[0]
        assert (found["lo"], found["hi"]) == expected


def test_the_same_by_integer_programming():
    """Four years within 88-122, one at 88-92 and one at 118-122, as a binary programme."""
    n = 4
    # variables: four counts, then four flags for the least and four for the greatest year
    size = 3 * n
    cost = np.r_[np.ones(n), np.zeros(2 * n)]
    constraints = [
        LinearConstraint(np.r_[np.zeros(n), np.ones(n), np.zeros(n)], 1, np.inf),
        LinearConstraint(np.r_[np.zeros(n), np.zeros(n), np.ones(n)], 1, np.inf),
    ]
    for at in range(n):
        row = np.zeros(size)
        row[at], row[n + at] = 1, 30  # count <= 92 where the first flag stands
        constraints.append(LinearConstraint(row, -np.inf, 122))
        row = np.zeros(size)
        row[at], row[2 * n + at] = 1, -30  # count >= 118 where the second flag stands
        constraints.append(LinearConstraint(row, 88, np.inf))
    box = Box(np.r_[[88] * n, [0] * 2 * n], np.r_[[122] * n, [1] * 2 * n])
    ends = [
        sign * milp(sign * cost, constraints=constraints, bounds=box, integrality=1).fun
        for sign in (1, -1)
    ]
    panel = panel_of(*[(88, 122)] * n)
    found = joint_bounds.sums(panel, KEY, panel, range_of(n, (88, 92), (118, 122))).iloc[0]
    assert ends == pytest.approx([found["lo"], found["hi"]])
    assert (found["lo"], found["hi"]) == (3 * 88 + 118, 3 * 122 + 92)


def test_loosely_read_ranges_bound_each_year():
    panel = panel_of((88, 122), (88, 122))
    found = joint_bounds.sums(panel, KEY, panel).iloc[0]
    assert (found["lo"], found["hi"], found["years"]) == (176, 244, 2)


def test_a_year_left_out_may_attain_an_end():
    panel = panel_of((88, 122), (88, 122), (88, 122))
    limits = range_of(3, (88, 92), (118, 122))
    two = joint_bounds.sums(panel.iloc[:2], KEY, panel, limits).iloc[0]
    assert (two["lo"], two["hi"]) == (176, 244)
    # and a year that is not in the panel at all binds nothing
    short = joint_bounds.sums(panel.iloc[:2], KEY, panel.iloc[:2], limits).iloc[0]
    assert (short["lo"], short["hi"]) == (176, 244)


def test_a_year_with_a_figure_of_its_own_can_attain_the_end(raw, panel):
    """Russia 2013 is printed as 105, the low end; so 2011 or 2012 is at the high end."""
    rows = panel.query("iso3 == 'RUS' and indicator == 'independent' and year < 2013")
    found = joint_bounds.sums(rows, KEY, panel, joint_bounds.attained_ranges(raw)).iloc[0]
    assert (found["lo"], found["hi"]) == (103 + 433, 437 + 437)


def test_the_report_s_ranges(raw):
    ranges = joint_bounds.attained_ranges(raw).set_index(["iso3", "indicator"])
    ends = ["least_lo", "least_hi", "most_lo", "most_hi"]
    assert ranges.loc[("UKR", "forced"), ends].tolist() == [88, 92, 118, 122]
    assert len(ranges) == 5


@settings(deadline=None)
@given(widths, st.data())
def test_joint_totals_are_those_of_every_world_that_attains_the_range(cells, data):
    cells = [(lo, lo + width) for lo, width in cells]
    low = data.draw(st.integers(0, 4))
    high = data.draw(st.integers(low + 1, 8))
    least, most = (low, low + 1), (high, high + 1)
    sides = [data.draw(st.sampled_from(["before", "after", "out"])) for _ in cells]
    sides[:2] = ["before", "after"]
    chosen = {
        side: [at for at, found in enumerate(sides) if found == side]
        for side in ("before", "after")
    }
    expected = {
        tuple(sum(values[at] for at in chosen[side]) for side in chosen)
        for values in itertools.product(*(range(lo, hi + 1) for lo, hi in cells))
        if any(least[0] <= v <= least[1] for v in values)
        and any(most[0] <= v <= most[1] for v in values)
    }
    table = pd.DataFrame({"iso3": ["ARM"], "channel": [""], "indicator": ["forced"]}, index=[7])
    for side, places in chosen.items():
        table[f"years_{side}"] = ", ".join(str(2009 + at) for at in places)
    limits = range_of(len(cells), least, most)
    if not expected:
        with pytest.raises(AnalysisError, match="row c1: no year of ARM forced"):
            joint_bounds.joint_totals(table, panel_of(*cells), limits)
        return
    found = joint_bounds.joint_totals(table, panel_of(*cells), limits)
    assert set(found.index) == {7}
    assert {
        pair
        for box in found.astype(int).itertuples()
        for pair in itertools.product(
            range(box.before_lo, box.before_hi + 1), range(box.after_lo, box.after_hi + 1)
        )
    } == expected


def test_sides_that_share_no_whole_range_are_not_bound_together():
    panel, limits = panel_of(*[(0, 9)] * 4), range_of(2, (0, 1), (8, 9))
    table = pd.DataFrame(
        {"iso3": ["ARM"] * 2, "channel": [""] * 2, "indicator": ["forced"] * 2,
         "years_before": ["2009, 2010", "2009"], "years_after": ["2011, 2012", "2010"]}
    )  # fmt: skip
    assert set(joint_bounds.joint_totals(table, panel, limits).index) == {1}
    assert joint_bounds.joint_totals(table, panel.iloc[:1], limits).empty


@settings(deadline=None, max_examples=30)
@given(st.integers(3, 20), st.integers(2, 8), st.integers(0, 2), st.integers(2, 4))
def test_the_dispersion_of_a_range_is_that_of_every_world_that_attains_it(low, wide, ends, years):
    least, most = (low, low + ends), (low + wide, low + wide + ends)
    cells = [(low, low + wide + ends)] * years
    ratios = [
        np.var(values, ddof=1) / np.mean(values)
        for values in itertools.product(range(low, low + wide + ends + 1), repeat=years)
        if any(least[0] <= v <= least[1] for v in values)
        and any(most[0] <= v <= most[1] for v in values)
    ]
    found = joint_bounds.range_dispersion(range_of(years, least, most), panel_of(*cells)).iloc[0]
    assert found["hi"] == pytest.approx(max(ratios))
    # counts that need not be whole come no more than half a case nearer to the middle
    assert min(ratios) - 0.5 / low <= found["lo"] <= min(ratios) + 1e-6
    assert joint_bounds.range_dispersion(range_of(5, least, most), panel_of(*cells)).empty
