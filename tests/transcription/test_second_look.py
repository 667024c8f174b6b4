"""Figures to look at again: slips are found, and of the report's own figures next to nothing is told."""

from dataclasses import replace

import numpy as np
import pytest

from slm_analysis.printed.codebook import DEPARTURES, INDICATORS
from slm_analysis.printed.reading_rules import RULES, Rounding
from slm_analysis.transcription.reading import Cell
from slm_analysis.transcription.second_look import MOST, look_again

RULE, ROUNDING = RULES["suppress-then-round"], Rounding(5, 5)
YEARS = range(2009, 2015)


@pytest.fixture
def source(raw):
    return replace(raw.sources["acvz-2015"], rounding=ROUNDING, reading_rule=RULE)


def line(*figures, indicator="requests", row=2, iso3="GHA"):
    channel = "" if indicator in DEPARTURES else "LP"
    return [
        Cell(iso3, year, channel, indicator, figure, figure, "1", "a", "", row, str(year))
        for year, figure in zip(YEARS, figures, strict=False)
        if figure
    ]


SLIPS = {
    "digits exchanged": (
        line("280", "290", "275", "725", "285", "270"),
        "row 2, column 2012: '725': beside 275 in 2011 and 285 in 2013; 275 would fit",
    ),
    "of three": (line("275", "725", "280"), "275 in 2009 and 280 in 2011; 275 would fit"),
    "a digit more": (
        line("100", "110", "1050", "95"),
        "column 2011: '1050': beside 110 in 2010 and 95 in 2012; 100 or 105 would fit",
    ),
    "in the last year": (
        line("100", "110", "105", "95", "105", "1050"),
        "column 2014: '1050': beside 105 in 2013; 105 or 100 would fit",
    ),
    "far, whatever it was": (
        line("100", "110", "105", "340", "105", "100"),
        "column 2012: '340': beside 105 in 2011 and 105 in 2013",
    ),
    "answers over requests": (
        line("", "", "105") + line("", "", "300", indicator="issued", row=3),
        "row 3, column 2011: '300': the requests of the year are at most 107",
    ),
}


@pytest.mark.parametrize(("cells", "expected"), SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_is_found_first(panel, source, cells, expected):
    told = look_again(cells, panel, source, "t.xlsx")[0]
    assert told.startswith("t.xlsx, row ")
    assert told.endswith(expected)


@pytest.mark.parametrize(
    "figures",
    [
        ("100", "110", "105", "95", "105", "100"),
        ("200", "150", "110", "85", "60", "45"),  # falls all the time
        ("5", "<5", "10", "25", "<5", "0"),  # small counts vary
        ("100", "", "", "", "", "1000"),  # no neighbour
    ],
)
def test_what_is_no_slip_is_not_told(panel, source, figures):
    assert look_again(line(*figures), panel, source, "t.xlsx") == ()


def test_a_line_one_column_off_is_told(panel, source):
    """Against what the report has: 130, 90 and 55 unanswered for Armenia in 2012 to 2014."""
    right = [replace(cell, year=cell.year + 3) for cell in line("130", "90", "55")]
    right = [replace(cell, iso3="ARM", indicator="unanswered") for cell in right]
    source = replace(source, source_id="other-1")
    assert look_again(right, panel, source, "t.xlsx") == ()
    for by, told in ((1, "earlier"), (-1, "later")):
        moved = [replace(cell, year=cell.year + by) for cell in right]
        found = look_again(moved, panel, source, "t.xlsx")
        assert f"'130': what is known of this line stands a year {told}" in found[0]


def test_of_the_report_s_own_figures_only_what_stands_out_is_told(raw, panel):
    """Guinea, confirmed: 5 in 2011, 95 in 2012, 15 in 2014."""
    notation = raw["dtv_counts"].set_index("id")["notation"]
    cells = [
        Cell(row.iso3, row.year, row.channel, row.indicator, row.printed,
             notation[row.raw_ids.partition(";")[0]], "", "", "", row.Index, "x")
        for row in panel[panel["kind"] != "range"].itertuples()
    ]  # fmt: skip
    assert len(cells) == 100
    told = look_again(cells, panel.head(0), raw.sources["acvz-2015"], "t")
    assert [text.partition(": ")[2] for text in told] == [
        "'95': beside 5 in 2011 and 15 in 2014; 5 would fit",
        "'15': beside 95 in 2012; 150 would fit",
    ]


def synthetic_series(random):
    """SYNTHETIC: walks of 32 countries, answers along with their requests."""
    cells = []
    for at in range(32):
        level = random.gamma(1.5, 80)
        for kind, indicator in enumerate(INDICATORS):
            walk = np.cumsum(random.normal(0, 0.2, len(YEARS)))
            if indicator == "requests":
                asked = walk
            elif indicator not in DEPARTURES:
                walk = asked + random.normal(0, 0.1, len(YEARS))
            share = 1 if indicator == "requests" else 0.3
            counts = random.poisson(level * share * np.exp(walk))
            figures = RULE.printed(counts, ROUNDING).tolist()
            cells += line(*figures, indicator=indicator, row=2 + 7 * at + kind, iso3=f"C{at}")
    return cells


def test_a_0_too_many_is_caught_in_synthetic_series_and_few_others_are_told(panel, source):
    """SYNTHETIC, seeded: 8 series of 1,344 figures, 5 slips in each, one at a time."""
    random = np.random.default_rng(1)
    false, caught = [], []
    for _ in range(8):
        cells = synthetic_series(random)
        false.append(len(look_again(cells, panel.head(0), source, "t")))
        large = [at for at, cell in enumerate(cells) if int(cell.notation.strip("<")) > 5]
        for at in random.choice(large, 5):
            wrong = replace(cells[at], notation=f"{cells[at].notation}0")
            told = look_again([*cells[:at], wrong, *cells[at + 1 :]], panel.head(0), source, "t")
            caught.append(any(f"row {wrong.row}, column {wrong.column}:" in text for text in told))
    assert np.mean(caught) >= 0.9, caught
    assert np.mean(false) <= 3, false  # of 1,344 figures
    assert max(false) <= MOST
