"""The report's own indicators: whom it judges, and what is printed in evidence."""

import pytest

from slm_analysis.display import effect_indicators, tables


def test_successes_and_failures_are_the_report_s(raw):
    judged = effect_indicators.judged_countries(raw).set_index("iso3")["judged"]
    assert set(judged[judged == "success"].index) == {
        "ARM", "AZE", "BDI", "GEO", "GIN", "NGA", "RUS", "RWA", "SOM", "SRB", "UKR",
    }  # fmt: skip
    assert set(judged[judged == "failure"].index) == {
        "CHN", "DZA", "GHA", "IND", "IRQ", "LKA", "MAR", "PAK", "TUR",
    }  # fmt: skip


def test_each_of_fourteen_indicators_is_set_against_each_country(raw, panel):
    table = effect_indicators.evidence(raw, panel)
    assert table["indicator"].nunique() == 14
    assert len(table) == 14 * table["iso3"].nunique()
    found = table.set_index(["iso3", "indicator"])["evidence"]
    assert found["NGA", "a memorandum (MoU) was concluded"] == ["agreements nga-mou-2014"]
    assert found["IND", "forced return takes place"] == []
    unanswered = ["GEO 2013 TO unanswered", "GEO 2014 TO unanswered"]
    assert found["GEO", "fewer unanswered requests"] == unanswered
    clauses = table[table["indicator"] == "a bilateral treaty with a return clause"]
    assert clauses["evidence"].str.len().eq(0).all()


def test_every_yes_of_the_matrix_leads_to_its_evidence(raw, panel):
    table = effect_indicators.evidence(raw, panel)
    html = tables.indicator_matrix(table, raw).html()
    assert html.count(">yes</data>") == table["evidence"].str.len().gt(0).sum()
    assert '<data value="GEO 2013 TO unanswered;GEO 2014 TO unanswered">yes</data>' in html


def test_the_matrix_has_a_column_per_country_successes_first(raw, panel):
    matrix = tables.indicator_matrix(effect_indicators.evidence(raw, panel), raw)
    heads = [str(name) for name in matrix.frame.columns[2:]]
    signs = [tables.report.SIGNS["success"] in name for name in heads]
    assert signs == sorted(signs, reverse=True)
    assert sum(signs) == 11


# read from the pages, and not from the table: who has evidence, of the twenty that are judged
NAMED = {
    # p. 54, 58 (the seven of which respondents say so), 61, 62, 64, 66, 68
    "a good relation, according to officials": "ARM AZE BDI GEO GIN NGA RUS RWA SOM SRB TUR UKR",
    # p. 69; p. 75, working groups and target countries; p. 78
    "operational cooperation (EURINT, ERIN)": "DZA GIN IND IRQ LKA MAR NGA PAK RUS SOM",
    # p. 48 and 56; note 114
    "forced return of people with a criminal record or 1F": "IRQ SOM",
    # a count of p. 54 to 62, or words: p. 25, 31, 44, 48, 51, 55, 56, 78, note 114
    "forced return takes place": "ARM AZE BDI GEO GIN IRQ MAR NGA RUS RWA SOM SRB UKR",
    # p. 53 to 55
    "task forces": "ARM AZE GIN IRQ NGA",
}


@pytest.mark.parametrize(("indicator", "named"), NAMED.items())
def test_whoever_a_page_names_has_evidence_and_nobody_else(raw, panel, indicator, named):
    table = effect_indicators.evidence(raw, panel)
    shown = table[(table["indicator"] == indicator) & (table["evidence"].str.len() > 0)]
    assert " ".join(shown["iso3"]) == named


def test_a_country_in_any_row_that_bears_on_an_indicator_is_named(raw, panel):
    found = effect_indicators.evidence(raw, panel).set_index(["iso3", "indicator"])["evidence"]
    lists = {
        "a good relation, according to officials": "good|runs well",
        "operational cooperation (EURINT, ERIN)": "EURINT|ERIN",
        "forced return of people with a criminal record or 1F": "criminal record",
        "forced return takes place": "forced return is said|allow or tolerate forced return",
    }
    facts = raw["facts"][raw["facts"]["unit"].str.startswith("country")]
    checked = 0
    for indicator, words in lists.items():
        for row in facts[facts["subject"].str.contains(words)].itertuples():
            if (row.value, indicator) in found.index:
                assert f"facts {row.id}" in found[row.value, indicator]
                checked += 1
    assert checked > 40
