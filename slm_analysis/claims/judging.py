"""Judging claims, over all true counts that fit the print.

A count that is not printed is anything from 0 up.
"""

from __future__ import annotations

import json

import pandas as pd

from slm_analysis import schema
from slm_analysis.claims.evaluation import evaluate
from slm_analysis.claims.evidence import Evidence
from slm_analysis.claims.register import Claim, ClaimError
from slm_analysis.errors import AnalysisError
from slm_analysis.panel import build_panel
from slm_analysis.read import Raw
from slm_analysis.rules import RULES, ReadingRule


def judge_all(claims: list[Claim], raw: Raw, rule: ReadingRule | None = None) -> pd.DataFrame:
    """Evaluate every claim, also under every other reading rule.

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
        Columns of :data:`schema.PROCESSED` ``["claims"]``, one row per claim, in the order of the
        register; all is text, lists are parted by ``;``. ``stable`` is *yes* where every rule gives
        the same verdict; ``otherwise`` lists the rules that give another.

    Raises
    ------
    ClaimError
        For a claim whose test cannot be evaluated, such as one that compares a word as a number.

    Examples
    --------
    >>> test = {"falls": {"from": ["ARM 2012 LP unanswered"], "to": "ARM 2014 LP unanswered"}}
    >>> claim = Claim("arm-fewer", "acvz-2015", "3.2.3", "Armenia left fewer requests unanswered",
    ...               ("ARM",), ("unanswered",), (2012, 2014), test, page=54)
    >>> judged = judge_all([claim], raw)
    >>> judged[["verdict", "stable", "arithmetic"]].iloc[0].tolist()
    ['certain', 'yes',
     'ARM 2014 LP unanswered: 53–57 less than each of ARM 2012 LP unanswered: 128–132']
    """
    evidence = Evidence.of(raw, build_panel(raw, rule))
    others = {name: Evidence.of(raw, build_panel(raw, other)) for name, other in RULES.items()}
    rows = []
    for claim in claims:
        try:
            outcome = evaluate(claim.test, evidence)
            verdicts = {name: evaluate(claim.test, other).verdict for name, other in others.items()}
        except AnalysisError as error:
            raise ClaimError(claim.id, str(error)) from None
        rows.append(
            {
                "claim_id": claim.id,
                "source_id": claim.source_id,
                "page": "" if claim.page is None else str(claim.page),
                "section": claim.section,
                "statement": claim.statement,
                "countries": ";".join(claim.countries),
                "indicators": ";".join(claim.indicators),
                "years": ";".join(map(str, claim.years)),
                "test": json.dumps(claim.test, ensure_ascii=False),
                "verdict": outcome.verdict,
                "arithmetic": outcome.arithmetic,
                "cells": ";".join(outcome.cells),
                "missing": ";".join(outcome.missing),
                "stable": "yes" if set(verdicts.values()) == {outcome.verdict} else "no",
                "otherwise": ";".join(
                    f"{name}: {verdict}"
                    for name, verdict in verdicts.items()
                    if verdict != outcome.verdict
                ),
            }
        )
    return pd.DataFrame(rows, columns=list(schema.PROCESSED["claims"].columns))
