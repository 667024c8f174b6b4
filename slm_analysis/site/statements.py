"""The claims page: every statement with its place, verdict, reason, proof and cells."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
from markupsafe import Markup

from slm_analysis.display.tables.claims import (
    VERDICTS,
    evidence_links,
    note,
    other_numbers,
    places,
    statements,
)
from slm_analysis.language import _
from slm_analysis.printed.read import Raw
from slm_analysis.printed.rules import RULES
from slm_analysis.site.links import with_links
from slm_analysis.site.pages import fill

# what a statement is about, by the indicators and the tables of its formula
KINDS = {
    "requests and answers": "requests|negative|confirmed|issued|unanswered",
    "departures": "forced|independent",
    "agreements": "agreements|table1|table2",
    "lists and facts": "countries|facts|recommendations|spending_2010",
}


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
                    "chosen_by": _chosen_by(row),
                    "beneath": [_test(r, names) for r in beneath[row.claim_id].itertuples()],
                }
                for row in rows.itertuples()
            ],
        )
        for place, rows in first.assign(place=places(first)).groupby("place", sort=False)
    ]
    chosen = [claim["chosen_by"] for _place, claims in groups for claim in claims]
    countries = sorted(names, key=lambda iso3: names[iso3])

    def options(name: str, values: Iterable[str], word: Callable[[str], str]) -> list[Any]:
        counts = Counter(value for by in chosen for value in by[name])
        return [(value, word(value), counts[value]) for value in values if counts[value]]

    return fill(
        "claims.html.j2",
        groups=groups,
        choices=[
            ("country", _("Country"), options("country", countries, names.__getitem__)),
            ("kind", _("About"), options("kind", KINDS, _)),
            ("verdict", _("Verdict"), options("verdict", VERDICTS, _)),
            ("place", _("Place"), options("place", [place for place, _claims in groups], _)),
        ],
        note=note(),
        total=len(first),
        beneath=len(judged) - len(first),
    )


def _chosen_by(row: Any) -> dict[str, list[str]]:
    """Return the values by which a reader can choose a statement."""
    named = re.sub("'[^']*'", "", row.formula)
    return {
        "country": row.countries.split(";"),
        "kind": [kind for kind, words in KINDS.items() if re.search(rf"\b({words})\b", named)],
        "verdict": [row.verdict],
        "place": [row.place],
    }


def touched(touches: str) -> str:
    """Return what a contradiction touches; the page of a conclusion is a number."""
    kind, _open, page = touches.partition(" (")
    return f"{_(kind)} ({page}" if page else _(kind)


def _otherwise(verdicts: str) -> str:
    """Return the verdicts under the rules or numbers that change them: ``outer: zeker``."""
    pairs = (text.split(": ") for text in verdicts.split(";") if text)
    return "; ".join(
        f"{_(rule) if rule in RULES else rule}: {_(verdict)}" for rule, verdict in pairs
    )


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
