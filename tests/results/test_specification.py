"""Specifications: each verdict as a fresh computation has it, and choices held to change it."""

from dataclasses import replace
from itertools import product
from time import process_time

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from slm_analysis.bounds.panel import build_panel
from slm_analysis.printed.reading_rules import RULES
from slm_analysis.results import before_after, inference, joint_bounds, pooled, specification
from slm_analysis.results.specification import CHOICES, NONE, RESULT, YEARS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def table(raw):
    return specification.specifications(raw)


def test_every_result_stands_under_every_specification(table):
    around = table[table["family"] == "before and after"]
    combinations = len(list(product(*list(CHOICES.values())[:4])))
    assert (around.groupby(RESULT).size() == combinations).all()
    assert not table.duplicated([*RESULT, *CHOICES]).any()
    ratios = table[table["family"] == "per 100 requests"]
    assert (ratios.groupby(RESULT)["rule"].apply(set) == set(CHOICES["rule"])).all()
    pairs = table[table["family"] == "two years"]
    readings = set(product(CHOICES["rule"], CHOICES["ranges"]))
    assert (
        pairs.set_index(["rule", "ranges"]).groupby(RESULT).apply(lambda x: set(x.index))
        == readings
    ).all()


@pytest.mark.parametrize(
    ("event_year", "window", "rule", "ranges"),
    [
        ("ten months", "all", "outer", "loose"),
        ("ten months", "2", "outer", "attained"),
        ("before", "2", "suppress-then-round", "loose"),
        ("after", "1", "round-up", "attained"),
        ("out", "all", "round-then-suppress", "attained"),
    ],
)
def test_verdicts_are_those_of_the_comparison_itself(raw, table, event_year, window, rule, ranges):
    """The way of notebook 4, once through for one specification."""
    panel = build_panel(raw, RULES[rule])
    attained = None
    if ranges == "attained":
        attained = joint_bounds.attainable(joint_bounds.attained_ranges(raw, RULES[rule]), panel)
    most = None if window == "all" else int(window)
    happened = before_after.events(raw)
    around = before_after.before_after(panel, happened, event_year, most, attained)
    both = pd.concat([before_after.two_sided(around), before_after.years_apart(panel, 2014)])
    both = both.fillna({"exposure_before": 1, "exposure_after": 1}).reset_index(drop=True)
    tested = inference.rate_tests(both, joint=joint_bounds.joint_totals(both, panel, attained))
    expected = {
        (*row[inference.CONTRAST], row["change"], row["verdict"]) for _, row in tested.iterrows()
    }
    chosen = (table[["rule", "ranges"]] == [rule, ranges]).all(axis=1) & (
        (table["family"] == "two years")
        | (table[["event_year", "window"]] == [event_year, window]).all(axis=1)
    )
    found = table[chosen & (table["change"] != NONE)]
    columns = [*inference.CONTRAST, "change", "verdict"]
    assert set(found[columns].itertuples(index=False, name=None)) == expected


def test_pooled_results_are_those_of_notebook_3_and_their_bounds_hold_for_every_count(raw, table):
    """The ratio of exact counts, fitted anew, lies on the side that the bounds of the total say."""
    fits = pooled.pooled_changes(raw, "unanswered", list(raw.names), raw.years)
    rows = table[table["family"] == "pooled"].set_index(["name", "rule", "limits"])
    assert len(rows) == len(fits) * len(CHOICES["limits"])
    random = np.random.default_rng(1)
    for (compared, rule), change in fits.items():
        model, members = change.result.model, change.result.model.exog
        for _ in range(3):
            counts = random.integers(model.lo.astype(int), model.hi.astype(int) + 1)
            found = sm.GLM(counts, members, family=sm.families.Poisson()).fit().params[-1]
            said = rows.loc[(compared, rule, "quasi-Poisson"), "change"]
            assert said == "open" or (found < 0) == (said == "fell for certain")
        for limits in CHOICES["limits"]:
            low, high = change.about[[f"{limits}_lo", f"{limits}_hi"]]
            expected = "limits refuted" if np.isnan(low) else "no" if low <= 0 <= high else None
            verdict = rows.loc[(compared, rule, limits), "verdict"]
            assert verdict == (expected or "yes, by these limits")


def test_a_family_without_the_first_value_of_a_choice_has_its_own_default(table):
    own = specification.one_changed(table[table["family"] == "pooled"]).query("choice == ''")
    assert set(own["rule"]) == {"suppress-then-round"}
    assert len(own) == own["name"].nunique()


def test_two_events_between_the_same_years_whatever_the_choice_are_one_result(raw, table):
    events = raw["agreements"]
    twin = events[events["id"] == "aze-mp-signed"].assign(id="twin", instrument="MoU")
    twice = replace(raw, tables={**raw.tables, "agreements": pd.concat([events, twin])})
    found = specification.specifications(twice)
    assert len(found) == len(table)
    around = (found["iso3"] == "AZE") & (found["family"] == "before and after")
    names = found.loc[around, "name"].unique()
    assert names.tolist() == ["mobility partnership, signed 2013-12-05; MoU, signed 2013-12-05"]


def test_the_table_takes_less_than_ten_seconds_of_the_processor(raw):
    start = process_time()
    specification.summary(specification.specifications(raw))
    assert process_time() - start < 10


def test_where_a_choice_leaves_one_side_there_is_no_comparison(table):
    chosen = table[(table["event_year"] == "out") & (table["iso3"] == "RWA")]
    assert len(chosen)
    assert set(chosen["change"]) == {NONE}  # a MoU of January 2014, and no figure of 2015


def literal(verdicts):
    """Return one result under two rules and two windows; all else at the default."""
    first = {name: values[0] for name, values in CHOICES.items()} | dict.fromkeys(YEARS, "")
    rows = [
        dict.fromkeys(RESULT, "x")
        | first
        | {"window": window, "rule": rule, "change": change, "verdict": "no"}
        for (window, rule), change in verdicts.items()
    ]
    return pd.DataFrame(rows)


def test_a_choice_changes_a_result_where_it_alone_gives_another_verdict():
    table = literal({
        ("all", "outer"): "open", ("1", "outer"): "open",
        ("all", "round-up"): "fell", ("1", "round-up"): "rose",
    })  # fmt: skip
    row = specification.summary(table).iloc[0]
    assert row[list(CHOICES)].tolist() == ["", "", "round-up", "", ""]
    assert row["changes"] == {"open": 2, "fell": 1, "rose": 1}
    # what two choices change together only is no single choice's
    together = literal({
        ("all", "outer"): "open", ("1", "outer"): "open",
        ("all", "round-up"): "open", ("1", "round-up"): "rose",
    })  # fmt: skip
    assert specification.summary(together).loc[0, list(CHOICES)].tolist() == [""] * 5
