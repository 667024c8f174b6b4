"""From raw rows to cells: ranges spread, figures intersected, addresses kept."""

from dataclasses import replace

import pandas as pd
import pytest

from slm_analysis.bounds.panel import build_panel, cell_name, contradictions
from slm_analysis.errors import DataError
from slm_analysis.printed.codebook import INDICATORS
from slm_analysis.printed.read import Raw, read_raw
from slm_analysis.printed.reading_rules import RULES, Rounding

CELLS = [
    # country, year, channel, indicator: kind, lo, hi, printed, raw ids, page, flags
    (("ARM", 2014, "LP", "requests"), ("rounded", 273, 277, "275", "c005", "54", "")),
    (("AZE", 2014, "", "forced"), ("suppressed", 0, 4, "minder dan 5", "c021", "55", "")),
    (("RWA", 2013, "", "forced"), ("zero", 0, 0, "geen", "c046", "56", "several years")),
    (
        ("GIN", 2009, "LP", "confirmed"),
        ("suppressed", 0, 4, "minder dan 5", "c032", "55", "channel inferred;several years"),
    ),
    (
        ("GIN", 2014, "LP", "confirmed"),
        ("rounded", 13, 17, "15", "c034", "55", "year inferred;channel inferred;shared figure"),
    ),
    (
        ("UKR", 2010, "", "forced"),
        ("range", 88, 122, "tussen 90 en 120", "c078", "61", "several years"),
    ),
    (("SRB", 2014, "TO", "unanswered"), ("zero", 0, 0, "geen enkele", "c103", "62", "")),
    (
        ("RUS", 2013, "", "independent"),
        (
            "rounded", 103, 107, "105;tussen 105 en 435", "c088;c092", "61;61",
            "meaning inferred;several years;intersected",
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "expected"), CELLS, ids=[" ".join(map(str, c)) for c, _ in CELLS])
def test_a_cell_carries_bounds_address_and_cautions(raw, cell, expected):
    row = build_panel(raw).set_index(["iso3", "year", "channel", "indicator"]).loc[cell]
    assert tuple(row[["kind", "lo", "hi", "printed", "raw_ids", "page", "flags"]]) == expected


def with_second_source(raw, **cell):
    """Return the raw tables with one exact figure of a source of its own."""
    row = {"id": "x1", "channel": "", "page": "", "section": "a", "note": ""} | cell
    row |= {"year_first": row["year"], "year_last": row.pop("year"), "printed": row["notation"]}
    counts = pd.concat([raw["dtv_counts"], pd.DataFrame([row | {"source_id": "other-2016"}])])
    source = replace(
        raw.sources["acvz-2015"], source_id="other-2016", rounding=Rounding(), pages=None
    )
    return Raw(
        raw.tables | {"dtv_counts": counts.reset_index(drop=True)},
        raw.sources | {"other-2016": source},
    )


def test_two_sources_that_agree_bind_a_cell_together(raw):
    cell = {"iso3": "ARM", "year": "2014", "channel": "LP", "indicator": "requests"}
    both = with_second_source(raw, **cell, notation="276")
    row = build_panel(both).set_index(["iso3", "year", "channel", "indicator"])
    found = row.loc["ARM", 2014, "LP", "requests"]
    assert found.to_dict() == {
        "kind": "exact", "lo": 276, "hi": 276, "printed": "275;276", "raw_ids": "c005;x1",
        "source_id": "acvz-2015;other-2016", "page": "54;", "section": "3.2.3;a",
        "flags": "intersected",
    }  # fmt: skip
    assert contradictions(both).empty


def test_two_sources_that_exclude_each_other_leave_the_cell_out(raw, panel):
    cell = {"iso3": "UKR", "year": "2010", "channel": "", "indicator": "forced"}
    both = with_second_source(raw, **cell, notation="123")
    built = build_panel(both)
    left_out = (panel["iso3"] == "UKR") & (panel["year"] == 2010) & (panel["indicator"] == "forced")
    assert built.equals(panel[~left_out].reset_index(drop=True))
    assert contradictions(both).to_dict("records") == [
        {
            "iso3": "UKR", "year": 2010, "channel": "", "indicator": "forced",
            "printed": "tussen 90 en 120;123", "raw_ids": "c078;x1",
            "source_id": "acvz-2015;other-2016", "page": "61;",
        }
    ]  # fmt: skip


def test_two_figures_of_one_source_may_leave_one_count(raw):
    cell = {"iso3": "ARM", "year": "2010", "channel": "LP", "indicator": "requests"}
    once = with_second_source(raw, **cell, notation="12")
    twice = with_second_source(once, **cell, notation="12", id="x2", section="b")
    row = build_panel(twice).set_index(["iso3", "year", "indicator"]).loc["ARM", 2010, "requests"]
    assert (row["lo"], row["hi"], row["raw_ids"]) == (12, 12, "x1;x2")


def test_figures_of_which_no_two_speak_of_one_cell_are_as_they_are_printed(raw, panel):
    counts = raw["dtv_counts"].query("indicator == 'unanswered'").reset_index(drop=True)
    built = build_panel(Raw(raw.tables | {"dtv_counts": counts}, raw.sources))
    assert built.equals(panel.query("indicator == 'unanswered'").reset_index(drop=True))


def test_a_caution_that_two_figures_share_is_said_once(raw):
    cell = {"iso3": "GIN", "year": "2014", "channel": "LP", "indicator": "confirmed"}
    both = with_second_source(raw, **cell, notation="15", note="year inferred: a")
    flags = build_panel(both).set_index(["iso3", "year", "indicator"])["flags"]
    assert flags["GIN", 2014, "confirmed"] == (
        "year inferred;channel inferred;shared figure;intersected"
    )


def test_whether_sources_contradict_each_other_depends_on_the_rule(raw):
    cell = {"iso3": "ARM", "year": "2014", "channel": "LP", "indicator": "requests"}
    both = with_second_source(raw, **cell, notation="272")
    assert len(contradictions(both)) == 1
    assert contradictions(both, RULES["round-up"]).empty


def test_the_order_of_the_rows_of_the_file_does_not_matter(raw, panel):
    turned = raw["dtv_counts"].iloc[::-1].reset_index(drop=True)
    built = build_panel(Raw(raw.tables | {"dtv_counts": turned}, raw.sources))
    same = ["iso3", "year", "channel", "indicator", "kind", "lo", "hi"]
    assert built[same].equals(panel[same])


def test_several_contradictions_are_in_order(raw):
    both = raw
    for iso3 in ("UKR", "ARM"):
        cell = {"iso3": iso3, "year": "2014", "indicator": "forced", "id": iso3.lower()}
        both = with_second_source(both, **cell, notation="9000")
    found = contradictions(both)
    assert found["iso3"].tolist() == ["ARM", "UKR"]
    assert found.index.tolist() == [0, 1]


def test_a_general_statement_stays_out_of_the_panel(raw, panel):
    general = raw["dtv_counts"].query("year_first == ''")["id"]
    assert len(general) > 0
    assert not panel["raw_ids"].str.split(";").explode().isin(general).any()


def test_every_dated_row_is_in_the_panel(raw, panel):
    dated = raw["dtv_counts"].query("year_first != ''")["id"]
    assert set(dated) == set(panel["raw_ids"].str.split(";").explode())


def test_cells_are_unique_and_sorted(raw):
    built = build_panel(raw)
    cells = [
        (row.iso3, row.year, row.channel, INDICATORS.index(row.indicator))
        for row in built.itertuples()
    ]
    assert cells == sorted(set(cells))
    assert built.index.tolist() == list(range(len(cells)))


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_every_rule_reads_the_same_cells(raw, panel, rule):
    built = build_panel(raw, rule)
    same = ["iso3", "year", "channel", "indicator", "raw_ids"]
    assert built[same].equals(panel[same])
    assert (built["lo"] <= built["hi"]).all()


def test_figures_that_exclude_each_other_are_an_error_naming_both(with_cell):
    folder = with_cell("dtv_counts", "c088", notation="100", printed="100")
    with pytest.raises(
        DataError,
        match=(
            r"^dtv_counts.csv: rows c088 and c092 exclude each other for RUS 2013 independent: "
            r"printed 100 and tussen 105 en 435$"
        ),
    ):
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
