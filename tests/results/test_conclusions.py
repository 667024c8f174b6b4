"""Conclusions: each caveat found again from its own module, the ladder, and what had begun."""

import numpy as np
import pandas as pd
import pytest

from slm_analysis.display import tables
from slm_analysis.results import before_after, conclusions, joint_bounds, sensitivity, specification
from slm_analysis.results.conclusions import CAVEATS
from slm_analysis.results.inference import CONTRAST, EVERY

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def every(raw):
    return specification.specifications(raw)


@pytest.fixture(scope="module")
def table(raw, panel, every):
    return conclusions.conclusions(every, raw, sorted(panel["iso3"].unique()))


def turned(every, row):
    """Whether some combination of choices turns a fall into a rise, or the reverse."""
    same = every[
        (every["iso3"] == row.iso3)
        & (every["channel"] == row.channel)
        & (every["indicator"] == row.indicator)
        & (every["family"] == row.family)
        & (every["name"] == row.name)
    ]
    return {"fell for certain", "rose for certain"} <= set(same["change"])


def test_every_comparison_stands_in_it_and_every_country(raw, panel, table):
    tested = sensitivity.comparisons(panel, raw, None)
    rows = table[table["family"] != ""]
    assert set(map(tuple, rows[CONTRAST].to_numpy())) == set(
        map(tuple, tested[CONTRAST].to_numpy())
    )
    assert set(table["iso3"]) == set(panel["iso3"])
    assert table.loc[table["family"] == "", "iso3"].tolist() == ["SOM"]
    lines = tables.conclusions(table, raw).frame
    assert set(lines["country"]) == set(panel["iso3"].map(raw.names))
    assert not lines[["country", "channel"]].duplicated().any()


def test_the_caveat_is_the_first_that_takes_the_result_away(raw, panel, every, table):
    """Each from its own source, row by row."""
    tested = sensitivity.comparisons(panel, raw, None).set_index(CONTRAST)
    ranges = joint_bounds.range_dispersion(
        joint_bounds.attainable(joint_bounds.attained_ranges(raw), panel), panel
    )
    single = specification.one_changed(every)
    for row in table[table["family"] != ""].itertuples():
        key = tuple(getattr(row, name) for name in CONTRAST)
        test = tested.loc[key]
        own = ranges[(ranges[["iso3", "channel", "indicator"]] == list(key[:3])).all(axis=1)]
        same = (single[["family", "iso3", "channel", "indicator", "name"]]
                == [row.family, *key[:3], row.name]).all(axis=1)  # fmt: skip
        fails = [
            test["difference_lo"] <= 0 <= test["difference_hi"],
            test["verdict"] != EVERY,
            bool((own["hi"] > test["breakdown"]).any()),
            bool(single.loc[same, "differs"].any()) or turned(every, row),
            test["p_holm"] >= 0.05,
            True,
        ]
        assert row.caveat == CAVEATS[fails.index(True)], key


def test_of_some_countries_it_says_what_it_says_of_all(raw, table):
    few = conclusions.conclusions(specification.specifications(raw, ["SRB"]), raw, ["SRB"])
    expected = table[table["iso3"] == "SRB"].reset_index(drop=True)
    pd.testing.assert_frame_equal(few, expected)


def test_had_begun_by_trying_all_counts(raw, panel, table):
    """The two years before the event, over all counts that fit: did they change the same way?"""
    around = before_after.before_after(panel, before_after.events(raw))
    around = around.assign(name=before_after.event_names(around))
    cells = panel.set_index(["iso3", "channel", "indicator", "year"])[["lo", "hi"]]
    checked = 0
    for row in table[table["family"] == "before and after"].itertuples():
        years = [int(year) for year in row.years_before.split(", ")][-2:]
        if len(years) < 2 or row.change == "open":
            assert row.begun == ""
            continue
        key = (row.iso3, row.channel, row.indicator)
        first, second = (np.arange(*(cells.loc[(*key, year)] + [0, 1])) for year in years)
        change = np.subtract.outer(second, first)
        same = change < 0 if row.change == "fell for certain" else change > 0
        assert row.begun == ("yes" if same.all() else "open" if same.any() else "no"), key
        checked += 1
    assert checked > 3
