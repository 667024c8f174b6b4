"""Trends and ratios on literal panels."""

import numpy as np
import pandas as pd
import pytest

from slm_analysis import response

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
    assert trend.loc["GEO", ["ratio_lo", "ratio_hi"]].tolist() == [0, np.inf]
    assert trend["change"].tolist() == ["certainly down", "undecided"]


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
