"""The claims page: every statement with its place, verdict, reason, proof and cells."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from markupsafe import Markup

from slm_analysis.claim_tables import (
    VERDICTS,
    evidence_links,
    note,
    other_numbers,
    places,
    statements,
)
from slm_analysis.language import _
from slm_analysis.read import Raw
from slm_analysis.site.links import with_links
from slm_analysis.site.pages import fill


def claims_page(judged: pd.DataFrame, raw: Raw) -> Markup:
    """Return the claims page; claims in the order of the register, grouped by place.

    Parameters
    ----------
    judged
        As :func:`claims.judge_all` returns it.
    raw
        The raw tables, for the names of countries.
    """
    names = raw.names
    first = statements(judged)
    beneath = {name: rows.iloc[1:] for name, rows in judged.groupby("claim_id", sort=False)}
    groups = [
        (
            place,
            [
                _test(row, names)
                | {
                    "source": row.source_id,
                    "page": row.page,
                    "section": _(row.section),
                    "touches": touched(row.touches),
                    "beneath": [_test(r, names) for r in beneath[row.claim_id].itertuples()],
                }
                for row in rows.itertuples()
            ],
        )
        for place, rows in first.assign(place=places(first)).groupby("place", sort=False)
    ]
    counts = first["verdict"].value_counts()
    return fill(
        "claims.html.j2",
        groups=groups,
        verdicts=[(verdict, _(verdict), counts.get(verdict, 0)) for verdict in VERDICTS],
        note=note(),
        total=len(first),
        beneath=len(judged) - len(first),
    )


def touched(touches: str) -> str:
    """Return what a contradiction touches; the page of a conclusion is a number."""
    kind, _open, page = touches.partition(" (")
    return f"{_(kind)} ({page}" if page else _(kind)


def _otherwise(verdicts: str) -> str:
    """Return the verdicts under the rules or numbers that change them: ``outer: zeker``."""
    pairs = (text.split(": ") for text in verdicts.split(";") if text)
    return "; ".join(f"{rule}: {_(verdict)}" for rule, verdict in pairs)


def _proof(certificate: str) -> list[str]:
    """Return the certificate line by line."""
    proof = json.loads(certificate)
    if "forced by" in proof:
        return [
            f"{what} {relation} {value}".strip() for what, relation, value in proof["forced by"]
        ]
    return [
        f"{_(told)}: " + "; ".join(f"{name} = {value}" for name, value in proof[told].items())
        for told in ("holds with", "fails with")
    ]


def _test(row: Any, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": row.claim_id,
        "role": row.role,
        "says": row.says,
        "countries": ", ".join(names[iso3] for iso3 in row.countries.split(";") if iso3),
        "verdict": row.verdict,
        "otherwise": _otherwise(row.otherwise),
        "words": _otherwise(";".join(other_numbers(row))),
        "reason": row.reason,
        "formula": row.formula,
        "proof": _proof(row.certificate),
        "cells": Markup(with_links(evidence_links(row.cells), "")),
        "missing": row.missing.replace(";", "; "),
    }
