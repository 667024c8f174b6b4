"""The claims page: every statement with its place, verdict, arithmetic and cells."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from slm_analysis.claim_tables import VERDICTS, evidence_links, note, places, relations
from slm_analysis.claims import Claim
from slm_analysis.language import _, current
from slm_analysis.read import Raw
from slm_analysis.site.links import with_links
from slm_analysis.site.pages import fill


def claims_page(judged: pd.DataFrame, claims: list[Claim], raw: Raw) -> Markup:
    """Return the claims page; claims in the order of the register, grouped by place.

    Parameters
    ----------
    judged
        As :func:`claims.judge_all` returns it.
    claims
        The register.
    raw
        The raw tables, for the names of countries.
    """
    names = raw.names
    by_id = {claim.id: claim for claim in claims}
    placed = judged.assign(place=places(judged))
    groups = [
        (place, [_claim(row, by_id[row.claim_id], names) for row in rows.itertuples()])
        for place, rows in placed.groupby("place", sort=False)
    ]
    counts = judged["verdict"].value_counts()
    return fill(
        "claims.html.j2",
        groups=groups,
        verdicts=[(verdict, _(verdict), counts.get(verdict, 0)) for verdict in VERDICTS],
        note=note(),
        total=len(judged),
        foreign=current() != "en",
    )


def _otherwise(verdicts: str) -> str:
    """Return the verdicts under the rules that change them: ``outer: zeker``."""
    pairs = (text.split(": ") for text in verdicts.split(";") if text)
    return "; ".join(f"{rule}: {_(verdict)}" for rule, verdict in pairs)


def _claim(row: Any, claim: Claim, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": row.claim_id,
        "statement": claim.told,
        "source": row.source_id,
        "page": row.page,
        "section": _(row.section),
        "countries": ", ".join(names[iso3] for iso3 in claim.countries),
        "verdict": row.verdict,
        "otherwise": _otherwise(row.otherwise),
        "arithmetic": row.arithmetic,
        "cells": Markup(with_links(evidence_links(row.cells), "")),
        "missing": row.missing.replace(";", "; "),
        "relations": Markup(with_links(Markup("; ").join(relations(claim)), "")),
    }
