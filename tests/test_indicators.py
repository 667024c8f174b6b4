"""The report's own indicators: whom it judges, and what is printed in evidence."""

from slm_analysis import indicators, tables


def test_successes_and_failures_are_the_report_s(raw):
    judged = indicators.judged_countries(raw).set_index("iso3")["judged"]
    assert set(judged[judged == "success"].index) == {
        "ARM", "AZE", "BDI", "GEO", "GIN", "NGA", "RUS", "RWA", "SOM", "SRB", "UKR",
    }  # fmt: skip
    assert set(judged[judged == "failure"].index) == {
        "CHN", "DZA", "GHA", "IND", "IRQ", "LKA", "MAR", "PAK", "TUR",
    }  # fmt: skip


def test_each_of_fourteen_indicators_is_set_against_each_country(raw, panel):
    table = indicators.evidence(raw, panel)
    assert table["indicator"].nunique() == 14
    assert len(table) == 14 * table["iso3"].nunique()
    found = table.set_index(["iso3", "indicator"])["evidence"]
    assert "2014-03, p. 55" in found["NGA", "a memorandum (MoU) was concluded"]
    assert found["IND", "forced return takes place"] == indicators.NOTHING
    fewer = found["GEO", "fewer unanswered requests"]
    assert "2013: 0–4, 2014: 8–12 (p. 61)" in fewer.striptags()
    assert '<data value="GEO 2013 TO unanswered">' in fewer
    clauses = table[table["indicator"] == "a bilateral treaty with a return clause"]
    assert (clauses["evidence"] == indicators.NOTHING).all()


def test_the_matrix_has_a_column_per_country_successes_first(raw, panel):
    matrix = tables.indicator_matrix(indicators.evidence(raw, panel), raw)
    heads = [str(name) for name in matrix.frame.columns[2:]]
    signs = [tables.indicators.SIGNS["success"] in name for name in heads]
    assert signs == sorted(signs, reverse=True)
    assert sum(signs) == 11
