"""Trends and ratios on literal panels."""

import itertools

import numpy as np
import pandas as pd
import pytest

from slm_analysis.results import response

COLUMNS = ["iso3", "channel", "year", "indicator", "lo", "hi", "printed", "raw_ids"]


def small(*rows):
    return pd.DataFrame([(*row, f"c{at}") for at, row in enumerate(rows)], columns=COLUMNS)


@pytest.fixture
def two_countries():
    return small(
        ("ARM", "LP", 2012, "unanswered", 8, 12, "10"),
        ("ARM", "LP", 2014, "unanswered", 3, 7, "5"),
        ("ARM", "LP", 2014, "requests", 8, 12, "10"),
        ("GEO", "TO", 2013, "unanswered", 0, 4, "<5"),
        ("GEO", "TO", 2014, "unanswered", 0, 0, "geen"),
        ("GEO", "TO", 2014, "requests", 0, 4, "<5"),
        ("GEO", "TO", 2014, "negative", 3, 7, "5"),
        ("RWA", "LP", 2014, "unanswered", 1, 1, "1"),
    )


def test_a_trend_compares_first_and_last_year_per_country_and_channel(two_countries):
    trend = response.trend(two_countries, "unanswered").set_index("iso3")
    assert trend.index.tolist() == ["ARM", "GEO"]  # one year is no trend
    assert trend.loc["ARM", ["first", "last", "difference_lo", "difference_hi"]].tolist() == [
        2012,
        2014,
        -9,
        -1,
    ]
    assert trend.loc["ARM", ["ratio_lo", "ratio_hi"]].tolist() == [3 / 12, 7 / 8]
    assert trend.loc["GEO", ["ratio_lo", "ratio_hi"]].tolist() == [0, 0]  # nothing after
    assert trend["change"].tolist() == ["fell for certain", "open"]


def test_ratios_may_exceed_100_and_may_have_no_upper_bound(two_countries):
    ratios = response.per_100_requests(two_countries).set_index(["iso3", "indicator"])
    assert ratios.loc[("ARM", "unanswered"), ["lo", "hi"]].tolist() == [25, 87.5]
    assert ratios.loc[("GEO", "negative"), ["lo", "hi"]].tolist() == [75, np.inf]
    assert ratios.at[("ARM", "unanswered"), "raw_ids"] == "c1;c2"


def test_channels_are_never_joined():
    mixed = small(
        ("ARM", "LP", 2013, "unanswered", 8, 12, "10"),
        ("ARM", "TO", 2014, "unanswered", 3, 7, "5"),
        ("ARM", "LP", 2014, "requests", 8, 12, "10"),
    )
    assert response.trend(mixed, "unanswered").empty
    assert response.per_100_requests(mixed).empty


def test_what_is_left_of_the_requests(two_countries):
    left = response.where_requests_went(two_countries).set_index("iso3")
    assert left.loc["ARM", ["unanswered_lo", "left_hi"]].tolist() == [3, 9]
    assert left.loc["ARM", ["negative_lo", "left_lo"]].isna().all()


def test_what_is_left_may_be_negative():
    full = small(
        ("ARM", "LP", 2014, "requests", 8, 12, "10"),
        ("ARM", "LP", 2014, "negative", 3, 7, "5"),
        ("ARM", "LP", 2014, "confirmed", 8, 12, "10"),
        ("ARM", "LP", 2014, "unanswered", 0, 0, "geen"),
    )
    left = response.where_requests_went(full).iloc[0]
    assert left[["left_lo", "left_hi"]].tolist() == [-11, 1]


def test_there_is_no_ratio_to_a_count_of_exactly_nought():
    pairs = {"before_lo": [0, 0, 1], "before_hi": [0, 4, 2], "after_lo": [3, 3, 4],
             "after_hi": [7, 7, 4]}  # fmt: skip
    table = response.compare(pd.DataFrame(pairs, index=[5, 6, 7]))
    assert table.loc[5, ["ratio_lo", "ratio_hi"]].isna().all()
    assert table.loc[6, ["ratio_lo", "ratio_hi"]].tolist() == [3 / 4, np.inf]
    assert table.loc[7, ["ratio_lo", "ratio_hi"]].tolist() == [2, 4]
    assert table["change"].tolist() == ["rose for certain", "open", "rose for certain"]
    nothing = small(
        ("ARM", "LP", 2014, "unanswered", 0, 0, "geen"), ("ARM", "LP", 2014, "requests", 0, 0, "0")
    )
    assert response.per_100_requests(nothing).empty


def test_a_change_per_100_requests_is_sharp_over_four_counts():
    rows = small(
        ("ARM", "LP", 2012, "confirmed", 8, 12, "10"),
        ("ARM", "LP", 2012, "requests", 18, 22, "20"),
        ("ARM", "LP", 2013, "confirmed", 3, 7, "5"),
        ("ARM", "LP", 2014, "confirmed", 3, 7, "5"),
        ("ARM", "LP", 2014, "requests", 28, 32, "30"),
        ("ARM", "LP", 2014, "issued", 3, 7, "5"),
        ("GEO", "TO", 2013, "confirmed", 3, 7, "5"),
        ("GEO", "TO", 2013, "requests", 0, 4, "<5"),
        ("GEO", "TO", 2014, "confirmed", 3, 7, "5"),
        ("GEO", "TO", 2014, "requests", 8, 12, "10"),
    )
    table = response.per_100_changes(rows)
    found = table.iloc[0]
    assert len(table) == 1  # of Georgia, one year may have no request at all
    assert found[["iso3", "indicator", "years_before", "years_after", "raw_ids"]].tolist() == [
        "ARM", "confirmed", "2012", "2014", "c0;c1;c3;c4",
    ]  # fmt: skip
    changes = [
        100 * (d / c - b / a)
        for a, b, c, d in itertools.product(range(18, 23), range(8, 13), range(28, 33), range(3, 8))
    ]
    assert found["difference_lo"] == pytest.approx(min(changes))
    assert found["difference_hi"] == pytest.approx(max(changes))
    assert found["change"] == ("fell for certain" if max(changes) < 0 else "open")
    assert response.per_100_changes(rows.iloc[:2]).empty


def test_a_country_without_requests_has_no_ratios(panel):
    without = panel[(panel["iso3"] == "ARM") & (panel["indicator"] != "requests")]
    assert response.per_100_requests(without).empty
    assert response.per_100_changes(without).empty
    assert response.per_100_changes(panel[panel["iso3"] == "SOM"]).empty
