"""Judging the register: a verdict, its certificate and its reason for every formula."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from slm_analysis.bounds.panel import build_panel
from slm_analysis.printed import schema
from slm_analysis.printed.read import Raw
from slm_analysis.printed.rules import RULES, ReadingRule
from slm_analysis.verdicts.formulas import Cell, FormulaError, Printed
from slm_analysis.verdicts.grammar import read_formula
from slm_analysis.verdicts.intervals import Counts, counts_of
from slm_analysis.verdicts.reasons import cause, reason
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
        Columns of :data:`schema.PROCESSED` ``["claims"]``, in the order of the register: a row per
        statement, with its parts and readings beneath it; all is text. ``reason`` is in the current
        language.

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
        beneath = []
        try:
            for test in claim.tests[1:]:
                beneath.append(_judge(claim, test, raw, counts, others))
            parts = {row["says"]: row["verdict"] for row in beneath if row["role"] == "part"}
            rows += [_judge(claim, claim.tests[0], raw, counts, others, parts), *beneath]
        except FormulaError as error:
            raise ClaimError(claim.id, str(error)) from None
    return pd.DataFrame(rows, columns=list(schema.PROCESSED["claims"].columns))


def _judge(
    claim: Claim,
    test: Test,
    raw: Raw,
    counts: Counts,
    others: Mapping[str, Counts],
    parts: dict[str, str] | None = None,
) -> dict[str, str]:
    test.question.refuse_if_settled()
    decision = test.question.decide(counts)
    known = {_bounds(test, counts): decision.verdict}
    verdicts = {}
    for name, other in others.items():  # rules differ for few cells
        bounds = _bounds(test, other)
        if bounds not in known:
            known[bounds] = test.question.decide(other, proven=False).verdict
        verdicts[name] = known[bounds]
    stated = test.role == "statement" and decision.verdict == "contradicted"
    likely = cause(test.formula, counts, raw) if stated else ""
    printed = [cell for cell in test.cells if cell.name in counts]
    named = [_told(cell, counts) for cell in printed] + test.rows
    return {
        "claim_id": claim.id,
        "role": test.role,
        "name": test.name,
        "source_id": claim.source_id,
        "page": "" if claim.page is None else str(claim.page),
        "section": claim.section,
        "says": claim.told(test, raw.names),
        "countries": _joined(sorted(test.names & set(raw["countries"]["iso3"]))),
        "indicators": _joined(cell.indicator for cell in test.cells),
        "years": _joined(sorted(str(cell.year) for cell in test.cells)),
        "formula": test.text,
        "verdict": decision.verdict,
        "touches": claim.touches if test.role == "statement" else "",
        "reason": " ".join(
            filter(None, (reason(test.formula, decision, counts, raw, parts), likely))
        ),
        "certificate": _certificate(decision),
        "cells": _joined(named),
        "missing": _joined(decision.missing),
        "stable": "yes" if set(verdicts.values()) == {decision.verdict} else "no",
        "otherwise": _joined(f"{n}: {v}" for n, v in verdicts.items() if v != decision.verdict),
        "words": _joined(_other_numbers(test, raw, counts)),
    }


def _joined(found: Iterable[str]) -> str:
    return ";".join(dict.fromkeys(found))


def _bounds(test: Test, counts: Counts) -> tuple[object, ...]:
    return tuple(counts[c.name][:2] if c.name in counts else None for c in test.cells)


def _told(cell: Cell, counts: Counts) -> str:
    return f"{cell.name} [{counts[cell.name].address}]"


def _certificate(decision: Decision) -> str:
    """Return the proof of a verdict in JSON: pins that force it, or two worlds that disagree."""
    if decision.worlds:
        holds, fails = ({n: _plain(n, v) for n, v in world.items()} for world in decision.worlds)
        return json.dumps({"holds with": holds, "fails with": fails}, ensure_ascii=False)
    pins = [
        (
            name := pin.what.told if isinstance(pin.what, Printed) else pin.what.name,
            pin.relation,
            _plain(name, pin.value),
        )
        for pin in decision.core
    ]
    return json.dumps({"forced by": pins}, ensure_ascii=False, default=str)


def _plain(name: str, value: Any) -> Any:
    """Return the day of a date as people write it, and anything else as it is."""
    is_date = isinstance(value, int) and "." in name  # counts have no point in their name
    return datetime.date.fromordinal(value).isoformat() if is_date else value


def _other_numbers(test: Test, raw: Raw, counts: Counts) -> Iterable[str]:
    """Yield the verdict for each other number that a word of the formula may stand for."""
    numbers = numbers_of_words(raw)
    for row in raw["words"].itertuples():
        if re.search(rf"\b{row.word}\b", test.text):
            for other in row.others.split(";"):
                words = numbers | {row.word: type(numbers[row.word])(other)}
                formula = read_formula(test.text, raw.tables, words)
                decided = Question(formula).decide(counts, proven=False)
                yield f"{row.word} {other}: {decided.verdict}"
