"""Judging the register: a verdict, its certificate and its reason for every formula."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

import pandas as pd

from slm_analysis.bounds.panel import build_panel
from slm_analysis.printed import codebook
from slm_analysis.printed.read import Raw
from slm_analysis.printed.reading_rules import RULES, ReadingRule
from slm_analysis.verdicts.formula_language import read_formula
from slm_analysis.verdicts.formula_tree import FormulaError
from slm_analysis.verdicts.intervals import Counts, counts_of
from slm_analysis.verdicts.reasons import cause, reason, reason_of_parts
from slm_analysis.verdicts.register import Claim, ClaimError, Test, numbers_of_words
from slm_analysis.verdicts.solver import Decision, Question


def judge_all(claims: list[Claim], raw: Raw, rule: ReadingRule | None = None) -> pd.DataFrame:
    """Decide every formula of every claim, also under every other reading rule and number of words.

    Parameters
    ----------
    claims
        As :func:`read_claims` returns them, or some of them.
    raw
        The raw tables; the panel is built from them once per reading rule.
    rule
        How to read the print; by default each source's own rule.

    Returns
    -------
    DataFrame
        Columns of :data:`codebook.PROCESSED` ``["claims"]``, in the order of the register: a row
        per statement, with its parts and readings beneath it; all is text. ``reason`` is in the
        current language.

    Raises
    ------
    ClaimError
        For a formula that cannot fail or cannot hold, or that is too hard for the solver.

    Examples
    --------
    >>> from slm_analysis.verdicts.register import read_claim
    >>> claim = read_claim(
    ...     {"id": "arm-fewer", "source_id": "acvz-2015", "page": 54, "section": "3.2.3",
    ...      "statement": "Armenia left fewer requests unanswered",
    ...      "statement_nl": "Voor Armenië bleven minder aanvragen onbeantwoord",
    ...      "test": "ARM.LP.unanswered[2014] < ARM.LP.unanswered[2012]"}, raw, {})
    >>> judged = judge_all([claim], raw)
    >>> judged[["verdict", "stable", "reason"]].iloc[0].tolist()
    ['certain', 'yes', 'Armenia, LP requests without an answer: 128 to 132 in 2012 and 53 to 57 in
     2014 (p. 54). So it holds for every count that fits the print.']
    """
    counts = counts_of(build_panel(raw, rule))
    others = {name: counts_of(build_panel(raw, other)) for name, other in RULES.items()}
    rows = []
    for claim in claims:
        try:
            judged = [_judge(claim, test, raw, counts, others) for test in claim.tests]
            statement = judged[0]
            parts = {row["says"]: row["verdict"] for row in judged if row["role"] == "part"}
            if parts:
                statement["reason"] = reason_of_parts(parts)
            if statement["verdict"] == "contradicted":
                why = cause(claim.tests[0].formula, counts, raw)
                statement["reason"] = f"{statement['reason']} {why}".strip()
        except FormulaError as error:
            raise ClaimError(claim.id, str(error)) from None
        rows += judged
    return pd.DataFrame(rows, columns=list(codebook.PROCESSED["claims"].columns))


def _judge(
    claim: Claim, test: Test, raw: Raw, counts: Counts, others: Mapping[str, Counts]
) -> dict[str, str]:
    test.question.refuse_if_settled()
    decision = test.question.decide(counts)
    verdicts = {name: test.question.verdict(other) for name, other in others.items()}
    otherwise = [f"{rule}: {v}" for rule, v in verdicts.items() if v != decision.verdict]
    printed = [cell.name for cell in test.cells if cell.name in counts]
    return {
        "claim_id": claim.id,
        "role": test.role,
        "name": test.name,
        "source_id": claim.source_id,
        "page": "" if claim.page is None else str(claim.page),
        "section": claim.section,
        "says": test.told(raw.names),
        "countries": _joined(sorted(test.names & set(raw["countries"]["iso3"]))),
        "indicators": _joined(cell.indicator for cell in test.cells),
        "years": _joined(sorted(str(cell.year) for cell in test.cells)),
        "formula": test.text,
        "verdict": decision.verdict,
        "touches": claim.touches if test.role == "statement" else "",
        "reason": reason(test.formula, decision, counts, raw),
        "certificate": _certificate(decision),
        "cells": _joined([*(f"{name} [{counts[name].address}]" for name in printed), *test.rows]),
        "missing": _joined(decision.missing),
        "stable": "no" if otherwise else "yes",
        "otherwise": _joined(otherwise),
        "words": _joined(_other_numbers(test, raw, counts)),
    }


def _joined(found: Iterable[str]) -> str:
    return ";".join(dict.fromkeys(found))


def _certificate(decision: Decision) -> str:
    """Return the proof of a verdict in JSON: pins that force it, or two worlds that disagree."""
    if decision.worlds:
        holds, fails = decision.worlds
        return json.dumps({"holds with": holds, "fails with": fails}, ensure_ascii=False)
    return json.dumps({"forced by": decision.core}, ensure_ascii=False, default=str)


def _other_numbers(test: Test, raw: Raw, counts: Counts) -> Iterable[str]:
    """Yield the verdict for each other number that a word of the formula may stand for."""
    numbers = numbers_of_words(raw)
    for row in raw["formula_words"].itertuples():
        if re.search(rf"\b{row.word}\b", test.text):
            for other in row.others.split(";"):
                words = numbers | {row.word: Fraction(other)}
                formula = read_formula(test.text, raw.tables, words)
                yield f"{row.word} {other}: {Question(formula).verdict(counts)}"
