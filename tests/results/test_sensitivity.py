"""Sensitivity: which results vary with the rule, and what would decide the open ones."""

import pandas as pd

from slm_analysis.display import findings
from slm_analysis.printed.reading_rules import RULES
from slm_analysis.results import before_after, inference, joint_bounds, response, sensitivity


def test_every_check_stands_under_every_rule(raw):
    everything = sensitivity.checks_under_every_rule(raw)
    readings = everything.columns.drop("result")
    assert list(readings) == list(RULES)
    assert everything[readings].notna().all().all()
    assert not everything["result"].duplicated().any()


def test_what_one_count_would_decide(raw, panel):
    table = sensitivity.comparisons(panel, raw, None)
    found = sensitivity.what_would_decide(table, panel)
    decides = {
        (row.iso3, row.indicator, row.cell): (row.decides, row.possible)
        for row in found.itertuples()
        if "in force 2011-11-01" not in row.name  # Russia's other event of the year
    }
    assert decides["SRB", "unanswered", 2013] == ("all", 5)
    assert decides["UKR", "unanswered", 2013] == ("none", 5)
    assert decides["RUS", "forced", 2009] == ("some", 20)


def test_deciding_by_brute_force(raw, panel):
    """Setting the cell to each value in turn decides exactly as often as is said."""
    table = sensitivity.comparisons(panel, raw, None)
    found = sensitivity.what_would_decide(table, panel)
    found = found[found["name"].str.startswith("implementing protocol, signed 2011")]
    assert len(found) == 5
    happened = before_after.events(raw)
    for row in found.itertuples():
        at = panel.index[
            (panel["iso3"] == row.iso3)
            & (panel["indicator"] == row.indicator)
            & (panel["year"] == row.cell)
        ]
        decided = 0
        for value in range(row.lo, row.hi + 1):
            known = panel.copy()
            known.loc[at, ["lo", "hi"]] = value
            after = before_after.before_after(known, happened).set_index(["event", "indicator"])
            change = after.loc[("rus-benelux-protocol-signed", row.indicator), "change"]
            decided += change != "open"
        assert decided == row.deciding


def test_series_of_two_procedures_are_two_comparisons(raw, panel):
    serbia = panel[panel["iso3"] == "SRB"]
    both = pd.concat([serbia, serbia.assign(channel="LP")], ignore_index=True)
    found = sensitivity.what_would_decide(sensitivity.comparisons(both, raw, None), both)
    answers = found[found["indicator"] == "unanswered"]
    assert findings.deciding(answers).text.startswith("**Of 2 open comparisons")


def test_a_missing_side_is_bounded_by_the_other(panel, raw):
    table = before_after.before_after(panel, before_after.events(raw))
    found = sensitivity.missing_side(table).set_index(["event", "indicator"])
    row = found.loc[("geo-eu-to-in-force", "forced")]
    assert row["side"] == "before"
    assert (row["lo"], row["hi"]) == (23, 27)


def test_a_contrast_under_two_events_is_one_comparison_with_both_names(panel, raw):
    table = sensitivity.comparisons(panel, raw, None)
    assert not table.duplicated(inference.CONTRAST).any()
    armenia = table[(table["iso3"] == "ARM") & (table["years_before"] == "2012")]
    assert armenia["name"].tolist() == ["2012 to 2014; EU readmission agreement, signed 2013-04-19"]
    every = [
        response.trend(panel, "unanswered"),
        before_after.two_sided(before_after.before_after(panel, before_after.events(raw))),
    ]
    for found in every:
        assert set(map(tuple, found[inference.CONTRAST].to_numpy())) <= set(
            map(tuple, table[inference.CONTRAST].to_numpy())
        )


def test_a_range_read_as_attained_is_tested_jointly(panel, raw):
    """Russia's forced departures: the event of 2011 splits the range of 2009 to 2012."""
    ranges = joint_bounds.attainable(joint_bounds.attained_ranges(raw), panel)
    loose, joint = (
        sensitivity.comparisons(panel, raw, given).set_index(inference.CONTRAST)
        for given in (None, ranges)
    )
    at = ("RUS", "", "forced", "2009, 2010", "2012, 2013, 2014")
    assert joint.at[at, "p_lo"] >= loose.at[at, "p_lo"]
    assert joint.at[at, "verdict"] == inference.SOME
