"""Claims: the language, the solver against enumeration, certificates, and what a register may be."""

import itertools
import json
import math
import re
from fractions import Fraction

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from slm_analysis import language, verdicts
from slm_analysis.bounds.panel import build_panel
from slm_analysis.display import effect_indicators
from slm_analysis.display.tables import report
from slm_analysis.errors import DataError
from slm_analysis.printed.codebook import PROCESSED
from slm_analysis.printed.reading_rules import RULES
from slm_analysis.project import HOME
from slm_analysis.verdicts import ClaimError, observations, reasons, register
from slm_analysis.verdicts.formula_language import read_formula
from slm_analysis.verdicts.formula_tree import FormulaError
from slm_analysis.verdicts.intervals import Count, counts_of, evaluate
from slm_analysis.verdicts.solver import Question
from tests.verdicts.formula_oracle import Day, oracle

WORDS = {"constant": Fraction(5), "marked": Fraction(3, 2)}
LARGE = 10**6  # far beyond every printed count


def cell(name):
    """Return a cell of Armenia: a to d are its forced departures of 2009 to 2012."""
    return f"ARM.forced[{2009 + 'abcd'.index(name)}]"


def named(text):
    """Return a formula with a to d written out."""
    return re.sub(r"\b[abcd]\b", lambda match: cell(match[0]), text)


def bounded(**bounds):
    names = {letter: f"ARM {2009 + 'abcd'.index(letter)} forced" for letter in "abcd"}
    return {names[key]: Count(lo, hi, key) for key, (lo, hi) in bounds.items()}


def verdict(raw, text, **bounds):
    return Question(read_formula(named(text), raw.tables, WORDS)).verdict(bounded(**bounds))


CASES = [
    ("b < a", {"a": (5, 7), "b": (3, 4)}, "certain"),
    ("b < a", {"a": (5, 7), "b": (3, 5)}, "possible"),
    ("b < a", {"a": (5, 5), "b": (5, 5)}, "contradicted"),
    ("b < a", {"a": (3, 5), "b": (5, 7)}, "contradicted"),
    ("b < a", {"a": (0, 0), "b": (0, 4)}, "contradicted"),
    ("b < a", {"a": (0, 0)}, "contradicted"),
    ("b < a", {"a": (3, 7)}, "untestable"),
    ("b < a", {"b": (3, 7)}, "untestable"),
    ("b <= a", {"a": (5, 7), "b": (3, 5)}, "certain"),
    ("b > a", {"a": (0, 4), "b": (0, 0)}, "contradicted"),
    ("a == b", {"a": (5, 5), "b": (5, 5)}, "certain"),
    ("a != b", {"a": (3, 7), "b": (3, 7)}, "possible"),
    ("b < each(a, c)", {"a": (9, 9), "b": (5, 6), "c": (7, 8)}, "certain"),
    ("b < each(a, c)", {"a": (9, 9), "b": (5, 6), "c": (2, 4)}, "contradicted"),
    ("each(a, b) < each(c, d)", {"a": (1, 2), "b": (2, 2), "c": (3, 4), "d": (3, 3)}, "certain"),
    ("3 <= each(a, b) <= 5", {"a": (3, 5), "b": (4, 6)}, "possible"),
    ("abs(a - b) <= constant", {"a": (3, 5), "b": (4, 8)}, "certain"),
    ("abs(a - b) <= constant", {"a": (0, 4), "b": (8, 12)}, "possible"),
    ("abs(a - b) <= constant", {"a": (0, 2), "b": (8, 12)}, "contradicted"),
    (
        "largest(a, b, c) - smallest(a, b, c) <= 2",
        {"a": (1, 2), "b": (2, 2), "c": (3, 3)},
        "certain",
    ),
    ("sum(a, b) > c", {"a": (3, 4), "b": (3, 4), "c": (5, 5)}, "certain"),
    ("sum(a, b) == c", {"a": (3, 4), "b": (3, 4), "c": (9, 9)}, "contradicted"),
    ("mean(a, b) < c", {"a": (1, 2), "b": (4, 4), "c": (3, 3)}, "possible"),
    ("c >= marked * a", {"a": (4, 4), "c": (6, 6)}, "certain"),
    ("a / b < c / d", {"a": (0, 4), "b": (68, 72), "c": (8, 12), "d": (53, 57)}, "certain"),
    ("a / b > c / d", {"a": (0, 4), "b": (68, 72), "c": (8, 12), "d": (53, 57)}, "contradicted"),
    ("a / b < c / d", {"a": (0, 4), "b": (68, 72), "c": (8, 12)}, "untestable"),
    ("a / b > 1", {"a": (1, 2), "b": (0, 0)}, "untestable"),
    ("a / b > 1", {"a": (1, 2), "b": (0, 1)}, "possible"),
    ("a < 3 or a > 4", {"a": (3, 4)}, "contradicted"),
    ("a < 4 or a > 3 and b < 2", {"a": (3, 5), "b": (0, 1)}, "certain"),
    ("a < b and b < c", {"a": (1, 5), "b": (1, 5), "c": (1, 5)}, "possible"),
    ("not (a < b)", {"a": (3, 4), "b": (1, 3)}, "certain"),
    ("a - b + b == a", {"a": (3, 7), "b": (3, 7)}, "certain"),
]


@pytest.mark.parametrize(("text", "bounds", "expected"), CASES)
def test_the_language_on_counts(raw, text, bounds, expected):
    assert verdict(raw, text, **bounds) == expected


TABLES = {
    "countries": pd.DataFrame(
        {"iso3": ["ARM", "AZE", "GEO"], "focus_2015": ["yes", "yes", "no"], "mr_2015": ["no"] * 3}
    ),
    "agreements": pd.DataFrame(
        {
            "id": ["one", "two", "three"],
            "iso3": ["ARM", "ARM", "GEO"],
            "instrument": ["MoU", "CAMM", "MoU"],
            "stage": ["signed", "signed", "announced"],
            "date": ["2005", "2005-06-01", ""],
        }
    ),
    "facts": pd.DataFrame(
        {
            "id": ["half", "five", "when"],
            "subject": ["share", "number", "month"],
            "value": ["0.5", "5", "2014-03"],
            "unit": ["share", "countries", "month"],
        }
    ),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count(countries, focus_2015='yes') == 2", "certain"),
        ("count(agreements.iso3) == 2", "certain"),
        ("count(agreements) == 3", "certain"),
        ("count(agreements, stage=('signed', 'announced'), instrument='MoU') == 2", "certain"),
        ("set(agreements.iso3) == {ARM, GEO}", "certain"),
        ("set(agreements.iso3) == {ARM, AZE}", "contradicted"),
        ("set(agreements.iso3) <= {ARM, AZE, GEO}", "certain"),
        ("{ARM, AZE} <= set(agreements.iso3)", "contradicted"),
        ("set(agreements.iso3) >= {ARM}", "certain"),
        ("{ARM} >= set(agreements.iso3)", "contradicted"),
        ("set(agreements.iso3, instrument='CAMM', stage='announced') <= set()", "certain"),
        ("set(agreements.iso3, instrument='CAMM', stage='announced') == set()", "certain"),
        ("GEO in set(agreements.iso3, instrument='MoU')", "certain"),
        ("AZE not in set(agreements.iso3)", "certain"),
        ("count(set(countries.iso3, focus_2015='yes') & set(agreements.iso3)) == 1", "certain"),
        ("count(set(countries.iso3) - set(agreements.iso3)) == 1", "certain"),
        ("set(agreements.iso3) | {AZE} == set(countries.iso3)", "certain"),
        ("count(set(countries.iso3, mr_2015='yes') & set(agreements.iso3)) == 0", "certain"),
        ("agreements['one'].stage == 'signed'", "certain"),
        ("agreements['one'].instrument != agreements['two'].instrument", "certain"),
        ("agreements['one'].date < date('2006')", "certain"),
        ("agreements['one'].date < agreements['two'].date", "possible"),
        ("agreements['one'].date == date('2005')", "certain"),
        ("agreements['one'].date == date('2005-06')", "possible"),
        ("date('2005-06') == agreements['two'].date", "certain"),
        ("agreements['three'].date < date('2005')", "untestable"),
        ("agreements['two'].date >= date('2005-07')", "contradicted"),
        ("facts['half'].value * 10 == facts['five'].value", "certain"),
        ("facts['half'].value == 0.5", "certain"),
        ("facts['when'].value > date('2014-02')", "certain"),
    ],
)
def test_the_language_on_tables(text, expected):
    question = Question(read_formula(text, TABLES, {}))
    question.refuse_if_settled()  # each of them can fail, and can hold
    assert question.verdict({}) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a formula"),
        ("a <", "not a formula"),
        ("XYZ.forced[2014] > 3", r"character 1, XYZ\.forced\[2014\]: XYZ: country not in"),
        ("ARM.LP.forced[2014] > 3", "allowed is a count such as"),
        ("ARM.requests[2014] > 3", "allowed is a count such as"),
        ("ARM.XX.requests[2014] > 3", "allowed is a count such as"),
        ("ARM.forced['2014'] > 3", "allowed is a count such as"),
        ("ARM[2014] > 3", "allowed is a count such as"),
        ("sum(ARM.forced[2012:]) > 3", "allowed is a count such as"),
        ("sum(ARM.forced[2012:2014:2]) > 3", "allowed is a count such as"),
        ("ARM.forced[2014:2012] > 3", "a span of years stands in one of"),
        ("sum(ARM.forced[2014:2012]) > 3", "the first not after the last"),
        ("ARM.forced[20140] > 3", "calendar years"),
        ("ARM.forced[2014]", "this is a number; allowed is a comparison"),
        ("ARM.forced[2014] > date('2014')", "a number is compared with a date"),
        ("ARM.forced[2014] > 'many'", "a number is compared with a text"),
        ("ARM.forced[2014] and 3 > 2", "this is a number; allowed is a truth"),
        ("date('2014-13') == agreements['arm-mou-2005'].date", "allowed is a date such as"),
        ("open('x') == 3", "character 1, open\\('x'\\): allowed are sum, mean"),
        ("ARM.__class__ == 3", "allowed are counts, look-ups"),
        ("[c for c in 'x'] == 3", "allowed are counts, look-ups"),
        ("ARM.forced[2014] ** 2 > 3", "allowed are \\+ - \\* / of numbers"),
        ("ARM.forced[2014] > unknown", "allowed are counts, look-ups"),
        ("True == (3 > 2)", "allowed are numbers and texts"),
        ("count(nothing) == 3", "nothing: allowed are the tables"),
        ("count(agreements.nothing) == 3", "nothing: allowed are the columns"),
        ("count(agreements, nothing='x') == 3", "nothing: allowed are the columns"),
        ("count(agreements, stage='broken') == 3", "'broken' is not in agreements.csv, stage"),
        ("agreements['none'].date < date('2014')", "no such row in agreements.csv"),
        ("abs(1, 2) > 3", "allowed is one number"),
        ("set(agreements) == {ARM}", "allowed is table.column"),
        ("{ARM, 3} == set(agreements.iso3)", "this is a number; allowed is a text"),
        ("set(agreements.iso3) < {ARM}", "a set is compared by == and != alone"),
        ("(" * 300 + "1" + ")" * 300 + " > 2", "not a formula"),
        ("1 > 2 and " * 400 + "1 > 2", "parts; allowed are 400"),
    ],
)  # fmt: skip
def test_what_is_not_in_the_language_is_refused_with_its_place(raw, text, message):
    with pytest.raises(FormulaError, match=message):
        read_formula(text, raw.tables, {})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a >= 0", "holds whatever is printed"),
        ("a < 0", "cannot hold at all"),
        ("a < b or a >= b", "holds whatever is printed"),
        ("set(countries.iso3) <= set(countries.iso3)", "holds whatever is printed"),
        ("count(agreements) >= 0", "holds whatever is printed"),
        ("agreements['arm-mou-2005'].stage == 'signed' and agreements['arm-mou-2005'].stage == 'x'",
         "cannot hold at all"),
        ("3 > 2", "holds whatever is printed"),
    ],
)  # fmt: skip
def test_a_formula_that_says_nothing_is_refused(raw, text, told):
    with pytest.raises(FormulaError, match=told):
        Question(read_formula(named(text), raw.tables, {})).refuse_if_settled()


def test_a_formula_that_is_too_hard_is_no_verdict(raw, monkeypatch):
    monkeypatch.setattr("slm_analysis.verdicts.solver.MOST_STEPS", 10)
    hard = "a * a * a + b * b * b == c * c * c and each(a, b, c) > 0"
    with pytest.raises(FormulaError, match="too hard: not decided within 10 steps"):
        verdict(raw, hard, a=(0, 99), b=(0, 99))


# the solver against enumeration ---------------------------------------------------------------

NUMBERS = st.recursive(
    st.sampled_from(["a", "b", "c", "d", "2", "5", "constant"]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["({} + {})", "({} - {})", "({} * {})"]), inner, inner).map(
            lambda drawn: drawn[0].format(*drawn[1:])
        ),
        st.tuples(st.sampled_from(["sum", "mean", "largest", "smallest"]), inner, inner).map(
            lambda drawn: "{}({}, {})".format(*drawn)
        ),
        inner.map("abs({})".format),
    ),
    max_leaves=4,
)
COMPARED = st.tuples(NUMBERS, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), NUMBERS).map(
    " ".join
)
TRUTHS = st.recursive(
    COMPARED,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda drawn: "({} {} {})".format(*drawn)
        ),
        inner.map("not ({})".format),
    ),
    max_leaves=3,
)
BOX = st.tuples(st.integers(0, 6), st.integers(0, 3)).map(lambda pair: (pair[0], sum(pair)))


@settings(max_examples=150, deadline=None)
@given(TRUTHS, st.tuples(BOX, BOX, BOX, BOX))
def test_the_solver_agrees_with_trying_all_counts(raw, text, boxes):
    bounds = bounded(**dict(zip("abcd", boxes, strict=True)))
    decided = Question(read_formula(named(text), raw.tables, WORDS)).decide(bounds)
    holds = oracle(named(text), raw.tables, WORDS)
    tried = {
        holds(dict(zip(bounds, values, strict=True)))
        for values in itertools.product(*(range(lo, hi + 1) for lo, hi in boxes))
    }
    expected = {(True,): "certain", (False,): "contradicted"}.get(tuple(tried), "possible")
    assert decided.verdict == expected


@settings(max_examples=150, deadline=None)
@given(NUMBERS, st.tuples(BOX, BOX, BOX, BOX))
def test_the_intervals_hold_every_value_of_a_number(raw, text, boxes):
    """They may be too wide where a cell stands twice, never too narrow; else both ends occur."""
    bounds = bounded(**dict(zip("abcd", boxes, strict=True)))
    formula = read_formula(named(f"{text} < a"), raw.tables, WORDS)
    number = formula.args[0]
    least, greatest = evaluate(number, bounds)
    ends = WORDS | {"least": least, "greatest": greatest}
    fits, is_least, is_greatest = (
        oracle(named(asked), raw.tables, ends)
        for asked in (f"least <= {text} <= greatest", f"{text} == least", f"{text} == greatest")
    )
    worlds = [
        dict(zip(bounds, values, strict=True))
        for values in itertools.product(*(range(lo, hi + 1) for lo, hi in boxes))
    ]
    assert all(map(fits, worlds))
    cells = [node.args[0] for node in number.walk() if node.op == "cell"]
    if len(cells) == len(set(cells)) and "abs" not in text:
        assert any(map(is_least, worlds))
        assert any(map(is_greatest, worlds))


@pytest.mark.parametrize(
    ("text", "bounds", "expected"),
    [
        ("abs(a - b)", {"a": (3, 7), "b": (5, 6)}, (0, 3)),
        ("a / b", {"a": (3, 7), "b": (2, 4)}, (Fraction(3, 4), Fraction(7, 2))),
        ("a / b", {"a": (0, 4), "b": (0, 4)}, (0, math.inf)),
        ("a / b", {"a": (3, 4)}, (0, math.inf)),
        ("a - b", {"a": (3, 4)}, (-math.inf, 4)),
    ],
)
def test_the_intervals_of_differences_and_ratios(raw, text, bounds, expected):
    formula = read_formula(named(f"{text} < 1"), raw.tables, {})
    assert evaluate(formula.args[0], bounded(**bounds)) == expected


# the register -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def read(raw):
    return verdicts.read_claims(raw, HOME / "data" / "raw")


@pytest.fixture(scope="module")
def judged(raw, read):
    return verdicts.judge_all(read, raw)


@pytest.fixture(scope="module")
def counts(panel):
    return counts_of(panel)


@pytest.fixture(scope="module")
def words(raw):
    return register.numbers_of_words(raw)


def all_tests(read):
    return [(claim, test) for claim in read for test in claim.tests]


def test_every_pair_of_worlds_fits_the_print_and_disagrees(raw, read, judged, counts, words):
    checked = 0
    for (_claim, test), row in zip(all_tests(read), judged.itertuples(), strict=True):
        proof = json.loads(row.certificate)
        if "holds with" not in proof:
            continue
        checked += 1
        holds = oracle(test.text, raw.tables, words)
        for told, expected in (("holds with", True), ("fails with", False)):
            world = {
                name: Day(value).first if isinstance(value, str) else value
                for name, value in proof[told].items()
            }
            for name, value in world.items():
                if name in counts:
                    assert counts[name].lo <= value <= counts[name].hi, row.claim_id
            assert holds(world) is expected, (row.claim_id, told)
    assert checked > 20


@pytest.mark.slow
def test_every_core_forces_its_verdict(raw, read, judged, words):
    """Evaluate each on the corners of its core, and on whole boxes where they are small."""
    checked = 0
    for (_claim, test), row in zip(all_tests(read), judged.itertuples(), strict=True):
        proof = json.loads(row.certificate)
        if "forced by" not in proof:
            continue
        checked += 1
        holds = oracle(test.text, raw.tables, words)
        sides = {one.name: [0, LARGE] for one in test.cells}
        for what, relation, value in proof["forced by"]:
            if what in sides:
                sides[what][relation == "at most"] = value
        small = all(hi - lo < 5 for lo, hi in sides.values()) and len(sides) <= 5
        ranges = [range(lo, hi + 1) if small else {lo, hi} for lo, hi in sides.values()]
        assert len(sides) <= 16, row.claim_id
        for values in itertools.product(*ranges):
            world = dict(zip(sides, values, strict=True))
            try:
                found = holds(world)
            except ZeroDivisionError:
                continue
            assert found is (row.verdict == "certain"), (row.claim_id, world)
    assert checked > 20


def test_no_pin_of_a_core_can_be_left_out(raw):
    formula = read_formula(named("b < a"), raw.tables, {})
    core = Question(formula).decide(bounded(a=(5, 7), b=(3, 4))).core
    assert core == (("ARM 2010 forced", "at most", 4), ("ARM 2009 forced", "at least", 5))


def test_no_bound_of_any_core_of_the_register_can_be_left_out(read, judged):
    checked = 0
    for (_claim, test), row in zip(all_tests(read), judged.itertuples(), strict=True):
        pins = json.loads(row.certificate).get("forced by", [])
        cells = {cell.name for cell in test.cells}
        for left_out in pins:
            if left_out[0] not in cells:
                continue
            bounds = {name: [0, LARGE] for name in cells}
            for what, relation, value in pins:
                if what in cells and [what, relation, value] != left_out:
                    bounds[what][relation == "at most"] = value
            loose = {name: Count(lo, hi, "") for name, (lo, hi) in bounds.items()}
            assert test.question.verdict(loose) == "possible", row.claim_id
            checked += 1
    assert checked > 40


def test_worlds_are_the_least_ones(raw):
    decided = Question(read_formula(named("a < b"), raw.tables, {})).decide(bounded(a=(5, 9)))
    (first, second) = ("ARM 2009 forced", "ARM 2010 forced")
    assert decided.worlds == ({first: 5, second: 6}, {first: 5, second: 0})


def test_the_evidence_of_a_claim_is_not_its_own_sentence_alone(raw, read):
    """Lists and dates rest on a row of another place; a total is held against its own parts."""
    for claim in read:
        test = claim.tests[0]
        if test.cells or any(node.op == "+" for node in test.formula.walk()):
            continue
        places = set()
        for name in test.rows:
            table, _space, key = name.partition(" ")
            rows = raw[table]
            if table == "countries":
                places.add("lists of p. 23, 47 and 59, and of letter-2013")
            else:
                row = rows[rows["id"] == key].iloc[0]
                places.add((row["source_id"], row["page"], row["section"]))
        assert places - {(claim.source_id, str(claim.page or ""), claim.section)}, claim.id


def test_no_claim_has_a_tolerance_of_its_own(read, words):
    for claim, test in all_tests(read):
        for node in test.formula.walk():
            if node.op == "less" and any(
                arg.op == "abs" or (arg.op == "-" and arg.args[0].op == "max") for arg in node.args
            ):
                assert set(words) & set(re.findall(r"\w+", test.text)), claim.id


def test_a_contradicted_statement_says_what_it_touches_and_only_it(judged):
    first = judged[judged["role"] == "statement"]
    assert ((first["touches"] != "") == (first["verdict"] == "contradicted")).all()


def test_every_claim_is_judged_the_same_alone_or_together(raw, read, judged):
    for claim in read[::17]:
        alone = verdicts.judge_all([claim], raw)
        together = judged[judged["claim_id"] == claim.id]
        assert alone.to_numpy().tolist() == together.to_numpy().tolist()


def test_what_was_asked_before_changes_no_certificate(raw, judged):
    again = verdicts.judge_all(verdicts.read_claims(raw, HOME / "data" / "raw")[::-1], raw)
    key = ["claim_id", "role", "name"]
    assert (
        again.sort_values(key)["certificate"].tolist()
        == judged.sort_values(key)["certificate"].to_list()
    )


def test_a_rule_that_changes_a_verdict_is_named(raw, read, judged):
    panels = {name: counts_of(build_panel(raw, rule)) for name, rule in RULES.items()}
    for (_claim, test), row in zip(all_tests(read), judged.itertuples(), strict=True):
        if row.stable == "no":
            found = {name: Question(test.formula).verdict(panel) for name, panel in panels.items()}
            others = [f"{name}: {v}" for name, v in found.items() if v != row.verdict]
            assert row.otherwise == ";".join(others), row.claim_id


def test_a_verdict_is_stable_where_no_rule_changes_it(judged):
    assert ((judged["stable"] == "yes") == (judged["otherwise"] == "")).all()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("facts['fedasil'].value <= facts['report-month-60'].value",
         "With October 2014 in the place of October 2015 it could hold."),
        ("count(countries, mr_2015='yes') == 8", "With 9 in the place of 8 it could hold."),
        ("set(countries.iso3, mr_2015='yes') <= set(countries.iso3, less_cooperative_2013='yes')",
         "Without Somalia/Somaliland in the list it could hold."),
        ("UKR.forced[2014] > UKR.forced[2013]", "With 25 in the place of 45 it could hold."),
        ("UKR.TO.unanswered[2014] > 40", ""),
    ],
)  # fmt: skip
def test_the_likeliest_cause_is_the_least_change_of_one_thing(raw, counts, text, told):
    assert reasons.cause(read_formula(text, raw.tables, {}), counts, raw) == told


def test_the_verdicts_with_other_numbers_for_words_are_shown(raw):
    entry = ENTRY | {"test": "abs(ARM.LP.unanswered[2014] - ARM.LP.unanswered[2013]) <= constant"}
    assert judge(entry, raw)["words"] == "constant 2: contradicted;constant 10: contradicted"


# reasons ----------------------------------------------------------------------------------------

ENTRY = {
    "id": "some",
    "source_id": "acvz-2015",
    "page": 61,
    "section": "3.3.1",
    "statement": "Some fell",
    "statement_nl": "Enkele daalden",
    "test": "GEO.TO.unanswered[2014] / GEO.TO.requests[2014]"
    " > GEO.TO.unanswered[2013] / GEO.TO.requests[2013]",
}


def judge(entry, raw, at=0):
    claim = register.read_claim(entry, raw, register.numbers_of_words(raw))
    return verdicts.judge_all([claim], raw).iloc[at]


def test_a_reason_is_sentences_in_both_languages(raw):
    assert judge(ENTRY, raw)["reason"] == (
        "Georgia, T&O requests without an answer: 0 to 4 in 2013 and 8 to 12 in 2014 (p. 61). "
        "Georgia, T&O requests: 68 to 72 in 2013 and 53 to 57 in 2014 (p. 61). "
        "That is at most 5.9 per 100 in 2013. That is 14 to 22.7 per 100 in 2014. "
        "So it holds for every count that fits the print."
    )
    with language.speaking("nl"):
        assert judge(ENTRY, raw)["reason"].startswith(
            "Georgië, T&O-verzoeken zonder antwoord: 0 tot 4 in 2013 en 8 tot 12 in 2014 (p. 61). "
        )


@pytest.mark.parametrize(
    ("text", "bounds", "told"),
    [
        ("a - b < 3", {"a": (0, 0)},
         "not printed for 2010. A difference of at most 0. So it holds"),
        ("sum(a, b) > 3", {"a": (1234567, 1234567), "b": (1, 1)},
         "forced departures: 1234567 in 2009 and 1 in 2010. Together 1234568 in 2009 and 2010."),
    ],
)  # fmt: skip
def test_a_reason_of_counts_without_a_page_or_an_end_and_of_large_ones(raw, text, bounds, told):
    formula, counts = read_formula(named(text), raw.tables, {}), bounded(**bounds)
    assert told in reasons.reason(formula, Question(formula).decide(counts), counts, raw)


def test_no_reason_has_the_name_of_a_column_or_a_code(raw, read):
    columns = {name for table in raw.tables.values() for name in table if "_" in name}
    for tongue in language.LANGUAGES:
        with language.speaking(tongue):
            told = verdicts.judge_all(read, raw)
            named = set(re.findall(r"\w+", " ".join(raw.names.values())))  # Hong Kong SAR
        for row in told.itertuples():
            found = set(re.findall(r"\w+", row.reason))
            assert not found & columns, row.claim_id
            codes = {word for word in found if re.fullmatch("(?![IVX]+)[A-Z]{3}", word)}
            assert codes <= named, row.claim_id
            assert row.reason.endswith("."), row.claim_id
            assert "  " not in row.reason, row.claim_id
            assert "{" not in row.reason, row.claim_id


# bad input --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source_id": "none-2000"}, r"claims\.yml, some: 'none-2000': source_id: allowed are"),
        ({"page": 300}, "300: page: those of acvz-2015 are 9 to 108"),
        ({"page": True}, "True: page: those of acvz-2015"),
        ({"page": None}, "some: page: those of acvz-2015"),
        ({"statement": ""}, "statement: allowed is a text"),
        ({"statement_nl": None}, "statement_nl: allowed is a text"),
        ({"unknown": 1}, "'unknown': allowed fields are id, source_id"),
        ({"test": 3}, "3: test: allowed is a formula"),
        ({"test": "ARM.forced[2014]"}, "some: test: character 1"),
        ({"parts": {"ARM": "ARM.forced[2014] > 3", "AZE": "AZE.forced[2014] > 3"}},
         "allowed is a test, or else parts"),
        ({"test": None, "parts": None}, "allowed is a test, or else parts"),
        ({"readings": "none"}, "readings: allowed is a list"),
        ({"readings": [{"says": "x", "test": "ARM.forced[2014] > 3"}]}, "says_nl: allowed is a text"),
        ({"readings": [{"says": "x", "says_nl": "x", "test": "ARM.forcd[2014] > 3"}]},
         "readings, 1: character 1"),
        ({"touches": "everything"}, "touches: allowed are a conclusion"),
        ({"touches": 3}, "3: touches: allowed are a conclusion"),
    ],
)  # fmt: skip
def test_an_entry_that_is_not_right_is_refused_by_name(raw, change, message):
    entry = {key: value for key, value in (ENTRY | change).items() if value is not None}
    with pytest.raises(DataError, match=message):
        register.read_claim(entry, raw, register.numbers_of_words(raw))


def test_one_part_alone_is_refused(raw):
    entry = {k: v for k, v in ENTRY.items() if k != "test"} | {
        "parts": {"ARM": "ARM.forced[2014] > 3"}
    }
    with pytest.raises(ClaimError, match="parts: allowed are two names or more"):
        register.read_claim(entry, raw, {})


def test_a_claim_that_stands_twice_is_refused(raw, tmp_path):
    (tmp_path / "claims.yml").write_text(2 * yaml.safe_dump([ENTRY]), encoding="utf-8")
    with pytest.raises(ClaimError, match="some: stands more than once"):
        verdicts.read_claims(raw, tmp_path)


def test_a_register_that_is_no_list_is_refused(raw, tmp_path):
    (tmp_path / "claims.yml").write_text("a: 1", encoding="utf-8")
    with pytest.raises(DataError, match="allowed is a list of claims"):
        verdicts.read_claims(raw, tmp_path)


# passages ---------------------------------------------------------------------------------------

FACTS = ["id", "subject", "value", "unit", "source_id", "page", "section"]


def passages(raw, *rows):
    tables = raw.tables | {
        "facts": pd.DataFrame(
            [(f"f{at}", "x", *row) for at, row in enumerate(rows)], columns=FACTS
        ),
        "agreements": raw["agreements"].head(0),
    }
    found = verdicts.compare_passages(type(raw)(tables, raw.sources))
    assert list(found) == list(PROCESSED["passages"].columns)
    return found


@pytest.mark.parametrize(
    ("one", "other", "result"),
    [
        (("2010", "year", "acvz-2015", "9", "a"), ("2010", "year", "acvz-2015", "9", "b"), "agree"),
        (("2010", "date", "acvz-2015", "9", "a"), ("2010-06", "date", "acvz-2015", "42", "b"), "agree"),
        (("2010", "year", "acvz-2015", "9", "a"), ("2011", "year", "acvz-2015", "42", "b"), "differ"),
        (("1.0", "million", "acvz-2015", "9", "a"), ("1", "million", "letter-2013", "", "b"), "agree"),
        (("GHA", "country", "acvz-2015", "9", "a"), ("IND", "country", "acvz-2015", "10", "b"), "differ"),
    ],
)  # fmt: skip
def test_passages_are_compared_by_subject(raw, one, other, result):
    found = passages(raw, one, other)
    assert set(found["result"]) == {result}


def test_a_list_is_one_value_and_one_place_is_no_passage(raw):
    members = [("GHA", "country", "acvz-2015", "9", "a"), ("IND", "country", "acvz-2015", "9", "a")]
    assert passages(raw, *members).empty
    again = [(value, unit, source, "10", "b") for value, unit, source, _page, _section in members]
    found = passages(raw, *members, *again)
    assert found[["value", "passages", "result"]].to_numpy().tolist() == [
        ["GHA, IND", "2", "agree"]
    ]


def test_a_member_named_in_passing_is_compared_with_the_list_by_member(raw):
    found = passages(
        raw,
        ("GHA", "country", "acvz-2015", "9", "a"),
        ("IND", "country", "acvz-2015", "9", "a"),
        ("IND", "country mentioned", "letter-2013", "", "b"),
        ("IRQ", "country mentioned", "letter-2013", "", "b"),
    )
    assert found[
        ["subject", "value", "unit", "result", "passages", "rows"]
    ].to_numpy().tolist() == [["IND, x", "IND", "country", "agree", "2", "facts f1;facts f2"]]


def test_a_list_of_the_facts_stands_once_at_a_place(raw):
    facts = raw["facts"]
    listed = facts[facts["value"].isin(raw["countries"]["iso3"])]
    place = ["source_id", "page", "section"]
    assert not listed.duplicated([*place, "subject", "value"]).any()
    lists = listed.groupby([*place, "subject"])["value"].agg(set)
    for where, here in lists.groupby(level=place):
        for one, other in itertools.permutations(here, 2):
            assert len(one) == 1 or not one <= other, where


def test_a_subject_of_the_facts_has_the_countries_of_a_list_or_their_number_not_both(raw):
    facts = raw["facts"]
    listed = set(facts.loc[facts["value"].isin(raw["countries"]["iso3"]), "subject"])
    numbered = set(facts.loc[facts["value"].str.fullmatch(r"\d+"), "subject"])
    assert listed & numbered == set()


def test_no_row_of_the_facts_is_there_for_nothing(raw, read):
    facts = raw["facts"]
    rows = {row for _claim, test in all_tests(read) for row in test.rows}
    rows |= {row for text in verdicts.compare_passages(raw)["rows"] for row in text.split(";")}
    used = set(facts.loc[("facts " + facts["id"]).isin(rows), "subject"])
    used |= {effect_indicators.IMPROVED, effect_indicators.MISSED}
    patterns = [
        pattern
        for indicators in effect_indicators.INDICATORS.values()
        for pattern in indicators.values()
    ]
    used |= set(facts.loc[facts["subject"].str.fullmatch("|".join(patterns)), "subject"])
    left = facts[~facts["subject"].isin(used) & ~facts["subject"].str.startswith(report.HRT)]
    assert left["id"].tolist() == []


def test_an_id_of_the_facts_that_ends_in_a_page_or_section_has_the_right_one(raw):
    checked = 0
    for row in raw["facts"].itertuples():
        said = re.search(r"-p?(\d{2,3})(?:-[a-z]{3})?$", row.id)
        if said and not row.id.startswith("letter-"):
            checked += 1
            sections = re.findall(r"\d+(?:\.\d+)*", row.section)
            allowed = {row.page, *(section.replace(".", "") for section in sections)}
            assert said[1] in allowed, row.id
    assert checked > 50


def test_both_sides_get_the_same_word_and_what_stands_on_either_is_told(raw):
    found = passages(
        raw,
        ("2010", "year", "acvz-2015", "9", "a"),
        ("2010", "year", "acvz-2015", "12", "b"),
        ("2012-06", "year", "letter-2013", "", "c"),
    )
    assert found[["value", "result", "passages", "documents", "remark"]].to_numpy().tolist() == [
        ["2010", "differ", "2", "1", "in the later document"],
        ["2012-06", "differ", "1", "1", ""],
    ]


def test_instruments_that_name_each_other_differ_on_both_sides(raw):
    found = verdicts.compare_passages(raw)
    georgia = found[found["subject"] == "GEO, EU, mobility partnership"]
    assert georgia["result"].tolist() == ["differ", "differ"]
    assert set(georgia["value"]) == {"signed 2009-11-20", "signed 2009-11-30"}


# observations -----------------------------------------------------------------------------------


def test_what_no_formula_compares_is_an_observation(panel, read):
    found = observations.unmentioned_changes(panel, read)
    named = set(zip(found["iso3"], found["indicator"], strict=True))
    assert {("GIN", "confirmed"), ("GEO", "independent"), ("SRB", "independent")} <= named
    assert not {("UKR", "forced"), ("UKR", "independent"), ("ARM", "unanswered")} & named
