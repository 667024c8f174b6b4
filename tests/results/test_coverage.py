"""What is printed and what is needed, on a literal panel and the real one."""

from dataclasses import replace

import pandas as pd

from slm_analysis.printed.read import read_raw
from slm_analysis.printed.reading_rules import Rounding
from slm_analysis.results import coverage

SMALL = pd.DataFrame(
    [
        ("ARM", 2012, "LP", "unanswered", "rounded"),
        ("ARM", 2014, "LP", "unanswered", "suppressed"),
        ("ARM", 2014, "LP", "requests", "rounded"),
    ],
    columns=["iso3", "year", "channel", "indicator", "kind"],
)


def test_a_gap_is_not_a_zero():
    cells = coverage.printed_years(SMALL, ["ARM", "GEO"], (2012, 2014))
    assert len(cells) == 2 * 7 * 3
    kinds = cells.set_index(["iso3", "indicator", "year"])["kind"]
    assert kinds["ARM", "unanswered", 2014] == "suppressed"
    assert kinds["ARM", "unanswered", 2013] == "not printed"
    assert (kinds["GEO"] == "not printed").all()
    assert coverage.count_printed(cells).at["ARM", "all"] == len(SMALL)


def test_rounding_is_stated_of_the_requests_that_page_61_speaks_of_only(panel, raw):
    inferred = coverage.rounding_inferred(panel, raw)
    assert set(panel.loc[~inferred, "channel"]) == {"TO"}
    assert set(panel.loc[~inferred, "page"]) == {"61", "62"}
    assert inferred[panel["section"] == "3.2.3"].all()
    assert inferred[panel["channel"] != "TO"].all()


def test_exact_counts_rest_on_no_rounding_unless_another_source_rounds(panel, raw):
    exact = replace(raw.sources["acvz-2015"], rounding=Rounding(), stated_of={})
    both = replace(raw, sources=raw.sources | {"exact-1": exact})
    for source_ids, expected in (("exact-1", False), ("exact-1;acvz-2015", True)):
        cells = panel[panel["iso3"] == "ARM"].assign(source_id=source_ids)
        assert (coverage.rounding_inferred(cells, both) == expected).all()


def test_requests_missing_beside_their_answers_are_named():
    needed = coverage.needed_for_ratios(SMALL)
    assert needed.to_numpy().tolist() == [["ARM", "LP", "unanswered", "2012"]]


def test_years_before_an_agreement_are_none_where_the_series_starts_later(panel, raw):
    needed = coverage.needed_for_agreements(panel, raw).set_index("iso3")
    assert set(needed.loc[["RUS", "SRB", "UKR"], "before"]) == {""}
    assert set(needed.loc[["GEO"], "before"]) == {"2009, 2010"}
    assert set(needed.loc[["GEO"], "printed_before"]) == {""}
    assert set(needed.loc[["ARM"], "after"]) == {"2014"}  # in force on 1 January


def test_an_agreement_of_which_only_the_year_is_known_has_no_whole_first_year(with_cell, panel):
    raw = read_raw(with_cell("agreements", "arm-eu-to-in-force", date="2014", conflicts_with=""))
    needed = coverage.needed_for_agreements(panel, raw).set_index("iso3")
    assert set(needed.loc[["ARM"], "after"]) == {""}


def test_selection_keeps_countries_and_years(panel):
    chosen = coverage.select(panel, ["GEO"], (2013, 2013))
    assert set(chosen["iso3"]) == {"GEO"}
    assert set(chosen["year"]) == {2013}
