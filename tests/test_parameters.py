"""Parameters: what is allowed, and one line for what is not."""

import pytest

from slm_analysis import parameters
from slm_analysis.errors import ParameterError
from slm_analysis.printed.reading_rules import RULES

GOOD = [
    ("countries", "ARM, NGA", ["ARM", "NGA"]),
    ("countries", "arm", ["ARM"]),
    ("country", "SRB", "SRB"),
    ("years", "all", (2009, 2014)),
    ("years", "2013", (2013, 2013)),
    ("years", "2012-2014", (2012, 2014)),
    ("rule", "source", None),
    ("rule", "round-up", RULES["round-up"]),
    ("event_year", "after", "after"),
    ("event_year", "ten months", "ten months"),
    ("window", "all", None),
    ("window", "2", 2),
    ("ranges", "attained", "attained"),
    ("sets", "2000", 2000),
]
BAD = [
    ("countries", "ARM,XXX"),
    ("countries", "ARM,ARM"),
    ("countries", ""),
    ("country", "all"),
    ("country", "ARM,NGA"),
    ("countries", "IRQ"),
    ("years", "2008"),
    ("years", "2014-2012"),
    ("years", "2012-2015"),
    ("years", "last"),
    ("rule", "exact"),
    ("event_year", "during"),
    ("window", "0"),
    ("window", "-1"),
    ("window", "x"),
    ("ranges", "tight"),
    ("sets", "99"),
    ("sets", "1e5"),
]


@pytest.mark.parametrize(("name", "text", "value"), GOOD)
def test_allowed_values(raw, name, text, value):
    assert parameters.CHECKS[name](text, raw) == value


@pytest.mark.parametrize(("name", "text"), BAD)
def test_refused_values(raw, name, text):
    with pytest.raises(ParameterError, match=f"parameter {name}: {text!r}: allowed is"):
        parameters.CHECKS[name](text, raw)


def test_all_countries_are_those_with_figures(raw, panel):
    assert parameters.countries("all", raw) == sorted(panel["iso3"].unique())


def test_an_unknown_parameter_is_refused(raw):
    with pytest.raises(ParameterError, match=r"'1': allowed is one of the parameters years"):
        parameters.check({"yeers": "1"}, {"years": "all"}, raw)


def test_a_number_that_papermill_made_of_digits_is_taken(raw):
    assert parameters.years(2014, raw) == (2014, 2014)
    assert parameters.window(2, raw) == 2


@pytest.mark.parametrize("value", [["ARM", "NGA"], True, 2.5, None])
def test_what_is_no_text_is_refused_by_name(raw, value):
    with pytest.raises(ParameterError, match="parameter countries: .*allowed is text"):
        parameters.countries(value, raw)


def test_a_parameter_that_no_check_knows_is_refused_by_name(raw):
    with pytest.raises(
        ParameterError, match="parameter mine: 'x': allowed is one that the library"
    ):
        parameters.check({"mine": "x"}, known={"mine": "y"}, raw=raw)
