"""Tables: what they say where there is nothing to say, and that they promise no more than is so."""

import numpy as np
import pandas as pd
import pytest

from slm_analysis.display import figures, findings, tables
from slm_analysis.display.rendering import ratio_texts, rounded_down
from slm_analysis.display.tables.uncertainty import p_value
from slm_analysis.language import speaking
from slm_analysis.results import before_after, inference, joint_bounds, pre_trends, sensitivity


def test_a_country_without_figures_has_a_table_that_says_so(panel, raw):
    table = tables.country_paragraph(panel[panel["iso3"] == "ARM"], raw, "GHA")
    assert "no cell of this selection is printed" in table.html()


def test_a_country_that_cannot_be_compared_has_a_table_and_a_figure_that_say_so(panel, raw):
    happened = before_after.events(raw)
    around = before_after.before_after(panel[panel["iso3"] == "GEO"], happened)
    none = before_after.two_sided(around)
    assert "what is printed allows no comparison" in tables.comparisons(none, raw).html()
    drawing = figures.before_after(inference.rate_tests(none), raw)
    assert drawing.alt.endswith("what is printed allows no comparison.")


@pytest.mark.parametrize(
    ("iso3", "kinds"),
    [("GEO", "vertrek"), ("ARM", "LP en vertrek"), ("BDI", "nationaliteit, vertrek en LP")],
)
def test_the_table_of_a_country_says_whose_rounding_is_inferred(panel, raw, iso3, kinds):
    with speaking("nl"):
        notes = tables.country_paragraph(panel, raw, iso3).notes
    assert sum("afgeleid en niet vermeld voor: " + kinds in note for note in notes) == 1
    stated = tables.country_paragraph(panel[panel["channel"] == "TO"], raw, "GEO").notes
    assert not any("inferred, not stated" in note for note in stated)


@pytest.mark.parametrize("value", [0.0499, 0.0500001, 0.0010001, 0.9999, 0.05, 1.0])
def test_p_values_are_written_outward(value):
    assert float(p_value(value, up=False)) <= value + 1e-9
    assert float(p_value(value)) >= value - 1e-9
    assert float(p_value(value)) - float(p_value(value, up=False)) < 0.0011


def test_what_a_result_bears_is_rounded_down_and_no_ratio_is_told_as_none():
    assert [rounded_down(value) for value in (1.0999, 2.0, np.inf, np.nan)] == [
        "1", "2", "no limit", "",
    ]  # fmt: skip
    frame = pd.DataFrame({"ratio_lo": [np.nan, 0.5], "ratio_hi": [np.nan, np.inf]})
    assert ratio_texts(frame) == ["none", "≥ 0.50"]


@pytest.fixture
def around(panel, raw):
    """Return the comparisons around events, one of them under a second event."""
    both = before_after.two_sided(before_after.before_after(panel, before_after.events(raw)))
    twice = pd.concat([both, both.head(1).assign(event="again")], ignore_index=True)
    return inference.rate_tests(twice).assign(name=lambda rows: before_after.event_names(rows))


def test_results_are_counted_once_each(around, panel, raw):
    distinct = len(around.drop_duplicates(inference.CONTRAST))
    assert distinct == len(around) - 1
    text = findings.tests(around, raw.names).text
    assert text.startswith(f"**Of {distinct} distinct comparisons")
    sure = around[around["verdict"] == inference.EVERY].drop_duplicates(inference.CONTRAST)
    assert f"fits the print: {len(sure)}**" in text
    assert text.count("up to dispersion") == len(sure)
    own = joint_bounds.range_dispersion(joint_bounds.attained_ranges(raw), panel)
    note = tables.tests(around, raw, own).notes[0]
    assert f"adjusted for the {distinct} distinct comparisons" in note


def test_an_exact_side_leaves_no_mean_open(panel, raw):
    exact = panel.copy()
    forced = (exact["iso3"] == "GEO") & (exact["indicator"] == "forced")
    exact.loc[forced, ["lo", "hi"]] = 0
    rows = exact[exact["iso3"] == "GEO"]
    found = sensitivity.missing_side(before_after.before_after(rows, before_after.events(raw)))
    table = tables.missing_side(found, raw).frame.assign(indicator=found["indicator"])
    of_forced = table.loc[table["indicator"] == "forced", "would stay open for a mean of"]
    assert {text.striptags() for text in of_forced} == {"none"}


def test_a_country_without_three_printed_years_has_a_table_that_says_so(panel, raw):
    rows = panel[panel["iso3"] == "GEO"]
    found = pre_trends.courses(rows, before_after.before_after(rows, before_after.events(raw)))
    assert "what is printed allows no comparison" in tables.courses(found, raw).html()
    assert findings.courses(found, raw.names).text.startswith("**Of 0 series")
