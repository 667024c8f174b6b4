"""Before and after, on literal panels: which years count, and on which side."""

import pandas as pd
import pytest

from slm_analysis.results import before_after
from slm_analysis.results.event_years import side_of


def panel_of(*years, iso3="ARM", channel="LP", indicator="unanswered"):
    return pd.DataFrame(
        [(iso3, year, channel, indicator, lo, hi, f"c{year}") for year, lo, hi in years],
        columns=["iso3", "year", "channel", "indicator", "lo", "hi", "raw_ids"],
    )


def event(date, stage="signed"):
    return pd.DataFrame(
        [
            (
                "e",
                "ARM",
                "MoU",
                stage,
                date,
                int(date[:4]),
                stage == "in force" and date.endswith("-01-01"),
            )
        ],
        columns=["id", "iso3", "instrument", "stage", "date", "event_year", "new_year"],
    )


FOUR_YEARS = panel_of((2011, 10, 14), (2012, 20, 24), (2013, 4, 8), (2014, 2, 4))

CASES = {
    "own year left out": (
        "2012-05",
        "signed",
        "out",
        None,
        "2011",
        "2013, 2014",
        "fell for certain",
    ),
    "own year before": (
        "2012-05",
        "signed",
        "before",
        None,
        "2011, 2012",
        "2013, 2014",
        "fell for certain",
    ),
    "own year after": ("2012-05", "signed", "after", None, "2011", "2012, 2013, 2014", "open"),
    "in force on 1 January": (
        "2013-01-01",
        "in force",
        "out",
        None,
        "2011, 2012",
        "2013, 2014",
        "fell for certain",
    ),
    "in force on 1 January, whatever the parameter": (
        "2013-01-01",
        "in force",
        "before",
        None,
        "2011, 2012",
        "2013, 2014",
        "fell for certain",
    ),
    "signed on 1 January is not": (
        "2013-01-01",
        "signed",
        "out",
        None,
        "2011, 2012",
        "2014",
        "fell for certain",
    ),
    "window of one year": ("2012", "signed", "out", 1, "2011", "2013", "fell for certain"),
    "window of one year from 1 January": (
        "2013-01-01",
        "in force",
        "out",
        1,
        "2012",
        "2013",
        "fell for certain",
    ),
    "window with the own year after": (
        "2013",
        "signed",
        "after",
        1,
        "2012",
        "2013",
        "fell for certain",
    ),
    "window with the own year before": (
        "2013",
        "signed",
        "before",
        1,
        "2013",
        "2014",
        "open",
    ),
    "ten months: December is before": (
        "2012-12-05",
        "signed",
        "ten months",
        None,
        "2011, 2012",
        "2013, 2014",
        "fell for certain",
    ),
    "ten months: a day in January is after": (
        "2013-01-25",
        "signed",
        "ten months",
        1,
        "2012",
        "2013",
        "fell for certain",
    ),
    "ten months: in force on 1 January is after": (
        "2013-01-01",
        "in force",
        "ten months",
        None,
        "2011, 2012",
        "2013, 2014",
        "fell for certain",
    ),
    "ten months: neither without a month": (
        "2012",
        "signed",
        "ten months",
        None,
        "2011",
        "2013, 2014",
        "fell for certain",
    ),
    "no year before": ("2011", "signed", "out", None, "", "2012, 2013, 2014", "no year before"),
    "no year after": ("2014-06", "signed", "out", None, "2011, 2012, 2013", "", "no year after"),
}


@pytest.mark.parametrize(
    ("date", "stage", "own", "window", "before", "after", "change"),
    CASES.values(),
    ids=CASES.keys(),
)
def test_which_years_count(date, stage, own, window, before, after, change):
    row = before_after.before_after(FOUR_YEARS, event(date, stage), own, window).iloc[0]
    assert (row["years_before"], row["years_after"], row["change"]) == (before, after, change)


MONTHS = ["after"] * 2 + ["out"] * 8 + ["before"] * 2


@pytest.mark.parametrize("day", ["", "-01", "-28"])
def test_a_year_belongs_to_the_side_with_ten_of_its_months(day):
    assert [side_of(f"2013-{month:02d}{day}", "ten months") for month in range(1, 13)] == MONTHS
    # counted one by one: the months wholly before the event, and those wholly after it
    for month in range(1, 13):
        before = sum(other < month for other in range(1, 13))
        after = sum(other > month for other in range(1, 13))
        side = "before" if before >= 10 else "after" if after >= 10 else "out"
        assert side_of(f"2013-{month:02d}{day}", "ten months") == side


@pytest.mark.parametrize("name", ["out", "before", "after"])
def test_other_rules_ask_no_month(name):
    assert {side_of(date, name) for date in ("2013", "2013-01", "2013-12-05")} == {name}


def test_means_are_per_year():
    row = before_after.before_after(FOUR_YEARS, event("2013-01-01", "in force")).iloc[0]
    assert (row["before_lo"], row["before_hi"]) == (15, 19)
    assert (row["after_lo"], row["after_hi"]) == (3, 6)
    assert (row["difference_lo"], row["difference_hi"]) == (-16, -9)
    assert (row["exposure_before"], row["exposure_after"]) == (2, 2)
    assert row["raw_ids"].split(";") == ["c2011", "c2012", "c2013", "c2014"]


def test_one_side_alone_keeps_its_rows():
    row = before_after.before_after(FOUR_YEARS, event("2011")).iloc[0]
    assert row["raw_ids"] == "c2012;c2013;c2014"
    assert (row["exposure_before"], row["exposure_after"]) == (0, 3)


def test_a_range_can_be_read_as_attained():
    panel = panel_of((2011, 88, 122), (2012, 88, 122), (2014, 1, 2))
    ranges = pd.DataFrame(
        [("c1", "ARM", "LP", "unanswered", 2011, 2012, 88, 92, 118, 122)],
        columns=["id", "iso3", "channel", "indicator", "first", "last",
                 "least_lo", "least_hi", "most_lo", "most_hi"],
    )  # fmt: skip
    row = before_after.before_after(panel, event("2013"), ranges=ranges).iloc[0]
    assert (row["before_lo"], row["before_hi"]) == (103, 107)


def test_only_the_event_year_printed_is_said():
    table = before_after.before_after(panel_of((2012, 1, 2)), event("2012"))
    assert table["change"].tolist() == ["neither"]


def test_unchanged_needs_exact_counts():
    same = panel_of((2011, 3, 3), (2013, 3, 3))
    assert before_after.before_after(same, event("2012")).at[0, "change"] == "unchanged for certain"


def test_channels_are_not_joined():
    both = pd.concat([panel_of((2011, 10, 14)), panel_of((2013, 1, 2), channel="TO")])
    assert set(before_after.before_after(both, event("2012"))["change"]) == {
        "no year before",
        "no year after",
    }


def test_two_years_are_compared_where_both_are_printed():
    table = before_after.compare_years(FOUR_YEARS, 2012, 2013)
    assert table[["difference_lo", "difference_hi", "change"]].to_numpy().tolist() == [
        [-20, -12, "fell for certain"]
    ]
    assert table["raw_ids"].tolist() == ["c2012;c2013"]
    assert before_after.compare_years(FOUR_YEARS, 2010, 2013).empty
    assert before_after.compare_years(FOUR_YEARS, 2012, 2015).empty


def test_the_event_s_own_year_is_shown_where_it_is_left_out():
    row = before_after.before_after(FOUR_YEARS, event("2012")).iloc[0]
    assert (row["own_lo"], row["own_hi"]) == (20, 24)
    counted = before_after.before_after(FOUR_YEARS, event("2012"), "after").iloc[0]
    assert counted[["own_lo", "own_hi"]].isna().all()


def test_two_dates_for_one_event_within_a_year_are_one_event(raw):
    georgia = before_after.events(raw).query(
        "iso3 == 'GEO' and instrument == 'mobility partnership'"
    )
    assert georgia["date"].tolist() == ["2009-11-20"]


def test_of_two_dates_within_a_year_the_earlier_stands_wherever_its_row():
    table = pd.DataFrame(
        [
            ("late", "ARM", "signed", "2012-06-01", "early"),
            ("early", "ARM", "signed", "2012-03-01", "late"),
            ("next", "ARM", "signed", "2013-02-01", "early"),
        ],
        columns=["id", "iso3", "stage", "date", "conflicts_with"],
    )
    found = before_after.events({"agreements": table})
    assert found[["id", "event_year"]].to_dict("list") == {
        "id": ["early", "next"],
        "event_year": [2012, 2013],
    }
    assert found["event_year"].dtype == int
    assert found.index.tolist() == [0, 1]
    assert list(found) == [*table, "event_year", "new_year"]


def test_an_event_is_named_by_instrument_stage_and_date():
    assert before_after.event_names(event("2012-05")).tolist() == ["MoU, signed 2012-05"]


def test_events_are_dated_and_happened(raw):
    happened = before_after.events(raw)
    assert (happened["date"] != "").all()
    assert set(happened["stage"]) <= set(before_after.HAPPENED)
    whole = happened.set_index("id")["new_year"]
    assert whole["arm-eu-to-in-force"]
    assert not whole["geo-eu-to-in-force"]


def test_no_event_of_another_state_and_no_later_one_is_compared(raw):
    happened = before_after.events(raw)
    assert set(happened["party"]) == {"NL", "Benelux", "EU"}
    # what other states did by themselves (p. 27, 81, 85, 86, 90 and 91): years and countries
    others = {("VNM", 1994), ("RUS", 2001), ("VNM", 2011), ("MRT", 2013), ("SEN", 2013)}
    others |= {("MDA", 2013)}
    assert not others & set(zip(happened["iso3"], happened["event_year"], strict=True))
    assert happened["date"].max() <= raw["facts"].set_index("id").at["research-end", "value"]


def test_a_country_without_events_has_an_empty_table_of_the_same_types():
    elsewhere = before_after.before_after(FOUR_YEARS, event("2012-05").assign(iso3="NGA"))
    assert len(elsewhere) == 0
    assert list(elsewhere["raw_ids"].str.split(";")) == []


def test_rows_are_numbered_and_exposures_are_whole_years(panel, raw):
    table = before_after.before_after(panel, before_after.events(raw))
    assert table.index.tolist() == list(range(len(table)))
    assert table["exposure_before"].dtype == table["exposure_after"].dtype == int
    both = before_after.two_sided(table)
    assert both.index.tolist() == list(range(len(both)))
    assert list(both) == list(table)
    for side in ("before", "after"):
        counted = both[f"years_{side}"].str.split(", ").map(len)
        assert both[f"exposure_{side}"].tolist() == counted.tolist()
    key = ["iso3", "date", "event", "channel", "indicator"]
    assert table[key].equals(table[key].sort_values(key, ignore_index=True))


def test_a_country_without_events_has_a_table_of_the_same_types(panel, raw):
    happened = before_after.events(raw)
    full, empty = (before_after.before_after(panel, rows) for rows in (happened, happened.iloc[:0]))
    assert list(empty) == list(full)
    assert empty["raw_ids"].str.split(";").tolist() == []
