"""Courses over three years: bounds and names against every whole count that fits, one by one."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from slm_analysis.results import before_after, joint_bounds, pre_trends

AROUND = ["event", "iso3", "instrument", "stage", "date", "channel", "indicator",
          "years_before", "years_after"]  # fmt: skip


def series(*cells):
    return pd.DataFrame(
        [("ARM", year, "LP", "unanswered", lo, hi, f"c{year}") for year, lo, hi in cells],
        columns=["iso3", "year", "channel", "indicator", "lo", "hi", "raw_ids"],
    )


def around(before, after):
    row = ("e", "ARM", "MoU", "signed", "2013", "LP", "unanswered", before, after)
    return pd.DataFrame([row], columns=AROUND)


NO_EVENT = around("", "").head(0)


def name(first, second, third, ahead, after):
    """Name a course from its two slopes, in words of its own."""
    earlier, later = (second - first) / ahead, (third - second) / after
    if earlier == later == 0:
        return "none"
    if earlier == 0:
        return "began after"
    if later == 0:
        return "stopped"
    if (earlier < 0) != (later < 0):
        return "turned"
    if np.isclose(abs(later), abs(earlier)):
        return "went on"
    return "steepened" if abs(later) > abs(earlier) else "slowed"


RANDOM = np.random.default_rng(7)
LITERAL = [
    ((2012, 128, 132), (2013, 88, 92), (2014, 53, 57)),
    ((2010, 0, 3), (2011, 0, 2), (2014, 0, 1)),
    ((2012, 5, 5), (2013, 5, 5), (2014, 5, 5)),
]
DRAWN = [
    tuple((2000 + int(year), int(lo), int(lo + wide)) for year, lo, wide in
          zip(np.cumsum(RANDOM.integers(1, 4, 3)), RANDOM.integers(0, 8, 3),
              RANDOM.integers(0, 5, 3), strict=True))
    for _ in range(40)
]  # fmt: skip


@pytest.mark.parametrize("cells", LITERAL + DRAWN)
def test_bounds_and_courses_are_those_of_all_counts_that_fit(cells):
    row = pre_trends.courses(series(*cells), NO_EVENT).iloc[0]
    years = [year for year, *_ in cells]
    ahead, after = years[1] - years[0], years[2] - years[1]
    worlds = list(product(*(range(lo, hi + 1) for _, lo, hi in cells)))
    found = {name(*world, ahead, after) for world in worlds}
    assert set(row["possible"].split(", ")) == found
    assert row["course"] == (found.pop() if len(found) == 1 else "open")
    changes = {"rose" if c > b else "fell" if c < b else "unchanged" for _, b, c in worlds}
    told = f"{changes.pop()} for certain" if len(changes) == 1 else "open"
    assert row["change"] == told
    onward = {"slowed", "went on", "steepened"}
    among = {name(*world, ahead, after) in onward for world in worlds}
    assert row["begun"] == {(True,): "yes", (False,): "no"}.get(tuple(among), "open")
    for what, value in (
        ("earlier", lambda a, b, c: (b - a) / ahead),
        ("later", lambda a, b, c: (c - b) / after),
        ("bend", lambda a, b, c: (c - b) / after - (b - a) / ahead),
        # the line that numpy fits through the first two, at the third
        ("miss", lambda a, b, c: c - np.polyval(np.polyfit([0, ahead], [a, b], 1), ahead + after)),
    ):
        values = [value(*map(float, world)) for world in worlds]
        assert row[f"{what}_lo"] == pytest.approx(min(values), abs=1e-9)
        assert row[f"{what}_hi"] == pytest.approx(max(values), abs=1e-9)


def test_a_range_read_as_attained_binds_the_years():
    """Of two years in 10 to 16, one near 10 and one near 16; held against all counts, filtered."""
    panel = series((2011, 9, 17), (2012, 9, 17), (2013, 20, 22))
    ranges = pd.DataFrame(
        [("c1", "ARM", "LP", "unanswered", 2011, 2012, 9, 11, 15, 17)],
        columns=["id", "iso3", "channel", "indicator", "first", "last",
                 "least_lo", "least_hi", "most_lo", "most_hi"],
    )  # fmt: skip
    loose, tight = (pre_trends.courses(panel, NO_EVENT, given).iloc[0] for given in (None, ranges))
    worlds = [
        (a, b, c)
        for a, b, c in product(range(9, 18), range(9, 18), range(20, 23))
        if 9 <= min(a, b) <= 11 and 15 <= max(a, b) <= 17
    ]
    assert set(tight["possible"].split(", ")) == {name(*world, 1, 1) for world in worlds}
    bends = [c - 2 * b + a for a, b, c in worlds]
    assert (tight["bend_lo"], tight["bend_hi"]) == (min(bends), max(bends))
    assert "began after" in loose["possible"]
    assert "began after" not in tight["possible"]  # no longer can both years be alike


def test_an_event_parts_the_last_two_years_before_it_from_the_first_after_it():
    panel = series(*((year, 10, 12) for year in range(2010, 2015)))
    found = pre_trends.courses(panel, around("2010, 2011, 2012", "2013, 2014"))
    assert found[["first", "second", "third", "event"]].to_numpy().tolist() == [
        [2011, 2012, 2013, "MoU, signed 2013"],
        [2012, 2013, 2014, ""],
    ]
    assert found["raw_ids"].tolist() == ["c2011;c2012;c2013", "c2012;c2013;c2014"]
    for before, after in (("2012", "2013, 2014"), ("2012, 2013", "")):  # too few on a side
        assert pre_trends.courses(panel, around(before, after))["event"].tolist() == [""]


def test_two_printed_years_have_no_course():
    assert pre_trends.courses(series((2012, 1, 2), (2013, 1, 2)), NO_EVENT).empty


def test_falls_of_the_report_had_begun_before(panel, raw):
    table = pre_trends.courses(panel, before_after.before_after(panel, before_after.events(raw)))
    unanswered = table[table["indicator"] == "unanswered"].set_index("iso3")
    assert unanswered.loc[["ARM", "AZE"], "begun"].tolist() == ["yes", "yes"]
    assert unanswered.at["AZE", "course"] == "slowed"
    ranges = joint_bounds.attainable(joint_bounds.attained_ranges(raw), panel)
    tight = pre_trends.courses(
        panel, before_after.before_after(panel, before_after.events(raw)), ranges
    )
    assert (tight["bend_lo"] >= table["bend_lo"]).all()
    assert (tight["bend_hi"] <= table["bend_hi"]).all()
