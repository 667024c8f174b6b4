"""Tables: what they say where there is nothing to say."""

from slm_analysis import tables


def test_a_country_without_figures_has_a_table_that_says_so(panel, raw):
    table = tables.country_paragraph(panel[panel["iso3"] == "ARM"], raw, "GHA")
    assert "no cell of this selection is printed" in table.html()
