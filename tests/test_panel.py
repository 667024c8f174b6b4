"""From raw rows to cells: ranges spread, figures intersected, addresses kept."""

import pytest

from slm_analysis.errors import DataError
from slm_analysis.panel import build_panel, cell_name
from slm_analysis.read import read_raw
from slm_analysis.rules import RULES

CELLS = [
    # country, year, channel, indicator: kind, lo, hi, printed, raw ids, page
    (("ARM", 2014, "LP", "requests"), ("rounded", 273, 277, "275", "c005", "54")),
    (("AZE", 2014, "", "forced"), ("suppressed", 0, 4, "minder dan 5", "c021", "55")),
    (("RWA", 2013, "", "forced"), ("zero", 0, 0, "geen", "c046", "56")),
    (("GIN", 2009, "LP", "confirmed"), ("suppressed", 0, 4, "minder dan 5", "c032", "55")),
    (("UKR", 2010, "", "forced"), ("range", 88, 122, "tussen 90 en 120", "c078", "61")),
    (("SRB", 2014, "TO", "unanswered"), ("zero", 0, 0, "geen enkele", "c103", "62")),
    (
        ("RUS", 2013, "", "independent"),
        ("rounded", 103, 107, "105;tussen 105 en 435", "c088;c092", "61;61"),
    ),
]


@pytest.mark.parametrize(("cell", "expected"), CELLS, ids=[" ".join(map(str, c)) for c, _ in CELLS])
def test_a_cell_carries_bounds_and_address(panel, cell, expected):
    row = panel.set_index(["iso3", "year", "channel", "indicator"]).loc[cell]
    assert tuple(row[["kind", "lo", "hi", "printed", "raw_ids", "page"]]) == expected


def test_flags_say_what_is_inferred(panel):
    flags = panel.set_index(["iso3", "year", "indicator"])["flags"]
    assert flags["RUS", 2013, "independent"] == "meaning inferred;several years;intersected"
    assert flags["GIN", 2014, "confirmed"] == "year inferred;channel inferred;shared figure"
    assert flags["ARM", 2014, "requests"] == ""


def test_a_general_statement_stays_out_of_the_panel(raw, panel):
    general = raw["dtv_counts"].query("year_first == ''")["id"]
    assert len(general) > 0
    assert not panel["raw_ids"].str.split(";").explode().isin(general).any()


def test_every_dated_row_is_in_the_panel(raw, panel):
    dated = raw["dtv_counts"].query("year_first != ''")["id"]
    assert set(dated) == set(panel["raw_ids"].str.split(";").explode())


def test_cells_are_unique_and_sorted(panel):
    cells = panel[["iso3", "year", "channel", "indicator"]]
    assert not cells.duplicated().any()
    assert list(zip(cells["iso3"], cells["year"], strict=True)) == sorted(
        zip(cells["iso3"], cells["year"], strict=True)
    )


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_every_rule_reads_the_same_cells(raw, panel, rule):
    built = build_panel(raw, rule)
    same = ["iso3", "year", "channel", "indicator", "raw_ids"]
    assert built[same].equals(panel[same])
    assert (built["lo"] <= built["hi"]).all()


def test_figures_that_exclude_each_other_are_an_error_naming_both(with_cell):
    folder = with_cell("dtv_counts", "c088", notation="100", printed="100")
    with pytest.raises(DataError, match=r"c088 and c092 exclude each other for RUS 2013"):
        build_panel(read_raw(folder), RULES["round-down"])


def test_a_figure_that_the_source_cannot_print_names_its_row(with_cell):
    folder = with_cell("dtv_counts", "c005", notation="273", printed="273")
    with pytest.raises(DataError, match=r"dtv_counts.csv, row 6, column notation.*multiples of 5"):
        build_panel(read_raw(folder))


def test_a_changed_figure_changes_its_cell_and_no_other(with_cell, panel):
    folder = with_cell("dtv_counts", "c005", notation="280", printed="280")
    built = build_panel(read_raw(folder))
    different = (built != panel).any(axis=1)
    assert different.sum() == 1
    assert built.loc[different, ["iso3", "lo", "hi"]].to_numpy().tolist() == [["ARM", 278, 282]]


def test_a_cell_is_named_with_its_channel_if_it_has_one():
    assert cell_name("ARM", 2014, "LP", "unanswered") == "ARM 2014 LP unanswered"
    assert cell_name("ARM", 2014, "", "forced") == "ARM 2014 forced"
