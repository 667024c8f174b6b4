"""Back-test: the published figures, and the sums and ratios that follow from them.

The numbers below were read from the printed page by another reader than the raw table.
"""

import re

import pytest
from scipy import stats

from slm_analysis.printed.codebook import LISTS
from slm_analysis.project import HOME
from slm_analysis.results import before_after, response

# country, year, indicator: printed figure (section 3.2.3, p. 54-56; section 3.3.1, p. 61-62)
PRINTED = {
    ("ARM", 2014): {
        "requests": "275",
        "negative": "15",
        "confirmed": "200",
        "issued": "20",
        "unanswered": "55",
        "forced": "30",
        "independent": "95",
    },
    ("ARM", 2013): {"unanswered": "90"},
    ("ARM", 2012): {"unanswered": "130"},
    ("AZE", 2014): {
        "requests": "95",
        "negative": "75",
        "confirmed": "35",
        "issued": "5",
        "unanswered": "15",
        "forced": "<5",
        "independent": "10",
    },
    ("AZE", 2013): {"unanswered": "20"},
    ("AZE", 2012): {"unanswered": "40"},
    ("BDI", 2014): {
        "issued": "0",
        "confirmed": "25",
        "unanswered": "5",
        "forced": ">0<5",
        "independent": "10",
    },
    ("BDI", 2013): {"unanswered": "30"},
    ("BDI", 2012): {"unanswered": "55"},
    ("GIN", 2014): {
        "requests": "140",
        "confirmed": "15",
        "issued": "15",
        "forced": "10",
        "independent": "5",
    },
    ("GIN", 2012): {"confirmed": "95"},
    ("GIN", 2011): {"confirmed": "5"},
    ("GIN", 2010): {"confirmed": "<5"},
    ("GIN", 2009): {"confirmed": "<5"},
    ("NGA", 2014): {
        "requests": "120",
        "confirmed": "75",
        "issued": "20",
        "unanswered": "40",
        "forced": "45",
        "independent": "20",
    },
    ("NGA", 2013): {"unanswered": "70"},
    ("NGA", 2012): {"unanswered": "80"},
    ("RWA", 2014): {"unanswered": "<5", "forced": "<5", "independent": "5"},
    ("RWA", 2013): {"unanswered": "<5", "forced": "0"},
    ("RWA", 2012): {"unanswered": "10", "forced": "0"},
    ("SOM", 2014): {"requests": "0", "forced": "10", "independent": "20"},
    ("GEO", 2014): {
        "requests": "55",
        "negative": "10",
        "confirmed": "35",
        "forced": "20",
        "independent": "60",
        "unanswered": "10",
    },
    ("GEO", 2013): {
        "requests": "70",
        "negative": "10",
        "confirmed": "50",
        "forced": "30",
        "independent": "70",
        "unanswered": "<5",
    },
    ("UKR", 2014): {
        "requests": "45",
        "negative": "20",
        "confirmed": "25",
        "forced": "30",
        "independent": "45",
        "unanswered": "<5",
    },
    ("UKR", 2013): {
        "requests": "40",
        "negative": "15",
        "confirmed": "20",
        "forced": "45",
        "independent": "15",
        "unanswered": "<5",
    },
    ("RUS", 2014): {
        "requests": "110",
        "negative": "30",
        "confirmed": "50",
        "forced": "20",
        "independent": "35",
        "unanswered": "10",
    },
    ("RUS", 2013): {
        "requests": "125",
        "negative": "40",
        "confirmed": "45",
        "forced": "20",
        "independent": "105",
        "unanswered": "20",
    },
    ("SRB", 2014): {
        "requests": "60",
        "negative": "10",
        "confirmed": "60",
        "forced": "35",
        "independent": "155",
        "unanswered": "0",
    },
    ("SRB", 2013): {
        "requests": "70",
        "negative": "<5",
        "confirmed": "50",
        "forced": "50",
        "independent": "180",
        "unanswered": "<5",
    },
}
RANGES = {
    ("UKR", "forced", "2009", "2012"): "90-120",
    ("RUS", "forced", "2009", "2012"): "20-35",
    ("RUS", "independent", "2011", "2013"): "105-435",
    ("SRB", "forced", "2009", "2012"): "40-50",
    ("SRB", "independent", "2009", "2012"): "15-55",
}


def test_every_published_figure_and_no_other_is_in_the_raw_table(raw):
    counts = raw["dtv_counts"].query("year_first != ''")
    found, ranges = {}, {}
    for row in counts.itertuples():
        if "-" in row.notation:
            ranges[row.iso3, row.indicator, row.year_first, row.year_last] = row.notation
            continue
        for year in range(int(row.year_first), int(row.year_last) + 1):
            found.setdefault((row.iso3, year), {})[row.indicator] = row.notation
    assert found == PRINTED
    assert ranges == RANGES


def test_the_nine_mr_countries_and_the_lists_have_the_printed_lengths(raw):
    countries = raw["countries"]
    lengths = {
        name: (countries[name] == "yes").sum()
        for name in countries
        if name.endswith(("2015", "2013", "priority", "development"))
    }
    assert lengths == {
        "focus_2015": 32,
        "mr_2015": 9,
        "less_cooperative_2013": 8,
        "benelux_priority": 24,
        "migration_development": 37,
    }


def test_spending_adds_up_to_the_printed_total(raw):
    amounts = raw["spending_2010"].set_index("id")["notation"]
    parts = [float(value) for name, value in amounts.items() if name != "spending-total" and value]
    assert sum(parts) == pytest.approx(float(amounts["spending-total"]))


def test_the_codebook_s_bounds_on_errors_left_follow_from_the_cells_compared(raw):
    text = (HOME / "data" / "raw" / "codebook.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (.+) \| (\d+) \| (\d+) \| ([\d.]+)% \|$", text, re.MULTILINE)
    *tables, (_all, together, differences, _most) = found
    cells = {name: int(number) for name, number, *_rest in tables}
    assert sum(cells.values()) == int(together)
    assert sum(int(differ) for _name, _number, differ, _most in tables) == int(differences)
    assert list(cells.values())[2:-1] == [
        len(raw["table1"]) + len(raw["table2"]),
        len(raw["countries"]) * len(LISTS),
        len(raw["spending_2010"]),
    ]
    for _name, number, differ, most in found:
        limit = (
            stats.binomtest(int(differ), int(number), alternative="less").proportion_ci(0.95).high
        )
        assert f"{100 * limit:.1f}" == most


@pytest.mark.parametrize(
    ("iso3", "change"),
    [
        ("ARM", "fell for certain"),
        ("AZE", "fell for certain"),
        ("BDI", "fell for certain"),
        ("GEO", "rose for certain"),
        ("NGA", "fell for certain"),
        ("RUS", "fell for certain"),
        ("RWA", "fell for certain"),
        ("SRB", "open"),
        ("UKR", "open"),
    ],
)
def test_unanswered_requests(panel, iso3, change):
    trend = response.trend(panel, "unanswered").set_index("iso3")
    assert trend.at[iso3, "change"] == change


def test_confirmed_per_100_requests_of_serbia_may_exceed_100(panel):
    ratios = response.per_100_requests(panel).set_index(["iso3", "year", "indicator"])
    serbia = ratios.loc[("SRB", 2014, "confirmed")]
    assert (serbia["lo"], serbia["hi"]) == pytest.approx((100 * 58 / 62, 100 * 62 / 58))


def test_armenia_around_its_agreement(panel, raw):
    table = before_after.before_after(panel, before_after.events(raw)).set_index(
        ["event", "indicator"]
    )
    row = table.loc[("arm-eu-to-in-force", "unanswered")]
    assert (row["years_before"], row["years_after"]) == ("2012, 2013", "2014")
    assert (row["before_lo"], row["before_hi"]) == (108, 112)
    assert (row["difference_lo"], row["difference_hi"]) == (-59, -51)
    assert row["change"] == "fell for certain"
