"""Checks between cells, on a literal panel and on the real one."""

import pandas as pd
import pytest

from slm_analysis.results.checks import check_cells

COLUMNS = ["iso3", "year", "channel", "indicator", "lo", "hi", "raw_ids"]


def small(*rows):
    return pd.DataFrame(
        [("ARM", 2014, *row, f"c{at}") for at, row in enumerate(rows)], columns=COLUMNS
    )


CASES = {
    "certainly exceed": (
        [
            ("LP", "requests", 10, 12),
            ("LP", "negative", 8, 9),
            ("LP", "confirmed", 5, 6),
            ("LP", "unanswered", 0, 4),
        ],
        (1, 9, "certain", "contradicted", "contradicted", ""),
    ),
    "adjacent, may be equal": (
        [
            ("LP", "requests", 10, 12),
            ("LP", "negative", 4, 4),
            ("LP", "confirmed", 4, 4),
            ("LP", "unanswered", 0, 2),
        ],
        (-4, 0, "contradicted", "possible", "possible", ""),
    ),
    "certainly equal": (
        [
            ("LP", "requests", 3, 3),
            ("LP", "negative", 1, 1),
            ("LP", "confirmed", 1, 1),
            ("LP", "unanswered", 1, 1),
        ],
        (0, 0, "contradicted", "certain", "contradicted", ""),
    ),
    "one not printed": (
        [("LP", "requests", 10, 12), ("LP", "negative", 4, 4), ("LP", "confirmed", 4, 4)],
        (-4, None, "possible", "possible", "possible", "unanswered"),
    ),
    "one not printed, the others exceed": (
        [("LP", "requests", 10, 12), ("LP", "negative", 9, 9), ("LP", "confirmed", 4, 4)],
        (1, None, "certain", "contradicted", "contradicted", "unanswered"),
    ),
}


@pytest.mark.parametrize(("rows", "expected"), CASES.values(), ids=CASES.keys())
def test_answers_against_requests(rows, expected):
    found = check_cells(small(*rows)).iloc[0]
    hi = found["difference_hi"]
    assert (
        found["difference_lo"],
        None if pd.isna(hi) else hi,
        found["exceeds"],
        found["equals"],
        found["falls_short"],
        found["missing"],
    ) == expected


def test_forced_departures_are_held_against_documents_of_any_channel():
    found = check_cells(small(("LP", "issued", 3, 7), ("", "forced", 8, 12)))
    assert found[["check", "difference_lo", "difference_hi", "exceeds"]].to_numpy().tolist() == [
        ["forced against issued", 1, 9, "certain"]
    ]


def test_nothing_printed_gives_no_check():
    assert check_cells(small(("", "forced", 8, 12))).empty


def test_the_report_itself(panel):
    found = check_cells(panel).set_index(["check", "iso3", "year"])
    answers = found.loc["answers against requests"]
    exceed = answers.index[answers["exceeds"] == "certain"].tolist()
    short = answers.index[answers["falls_short"] == "certain"].tolist()
    assert exceed == [("AZE", 2014), ("SRB", 2014)]
    assert short == [("RUS", 2013), ("RUS", 2014), ("SRB", 2013)]
