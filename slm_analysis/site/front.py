"""The front page: what was reproduced, what holds, what does not, what cannot be tested."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from slm_analysis import agreements, claim_tables, figures, findings, response
from slm_analysis.claims import Claim
from slm_analysis.language import FOLDERS, _, current
from slm_analysis.read import Raw
from slm_analysis.rendering import Drawing
from slm_analysis.site.links import target
from slm_analysis.site.notebooks import markdown, size_of
from slm_analysis.site.pages import fill


def front_page(
    raw: Raw, panel: pd.DataFrame, judged: pd.DataFrame, claims: list[Claim], figures_folder: Path
) -> Markup:
    """Return the front page, and write the figures on it.

    Parameters
    ----------
    raw, panel
        The raw tables and the bounds.
    judged
        As :func:`claims.judge_all` returns it.
    claims
        The register.
    figures_folder
        Receives the figures.
    """
    about_counts = judged[judged["indicators"] != ""]
    on_counts = about_counts["verdict"].value_counts()
    counts = judged["verdict"].value_counts()
    goals = len(raw["table1"]) + len(raw["table2"])
    return fill(
        "front.html.j2",
        all=len(judged),
        about=len(about_counts),
        stable=(judged["stable"] == "yes").sum(),
        verdicts=[
            {
                "name": verdict,
                "word": _(verdict),
                "count": counts.get(verdict, 0),
                "on_counts": on_counts.get(verdict, 0),
                "href": target([claim_tables.chosen_claims("all", verdict)], ""),
            }
            for verdict in claim_tables.VERDICTS
        ],
        printed=len(raw["dtv_counts"]),
        cells=len(panel),
        countries=panel["iso3"].nunique(),
        goals=goals,
        dates=len(raw["agreements"]),
        contradicted=_contradicted(about_counts, claims),
        untestable=len(about_counts[about_counts["verdict"] == "untestable"]),
        missing=_missing(about_counts),
        drawings=[
            _figure(drawing, finding, where, figures_folder)
            for drawing, finding, where in _drawings(raw, panel, judged)
        ],
    )


def _contradicted(judged: pd.DataFrame, claims: list[Claim]) -> list[dict[str, Any]]:
    by_id = {claim.id: claim for claim in claims}
    return [
        {
            "id": row.claim_id,
            "statement": by_id[row.claim_id].told,
            "page": row.page,
            "second": bool(by_id[row.claim_id].reading_of),
        }
        for row in judged[judged["verdict"] == "contradicted"].itertuples()
    ]


def _missing(judged: pd.DataFrame) -> int:
    """Return how many cells would have to be printed to test what cannot be tested."""
    rows = judged.loc[judged["verdict"] == "untestable", "missing"]
    return int(rows.str.split(";").explode().nunique())


def _drawings(
    raw: Raw, panel: pd.DataFrame, judged: pd.DataFrame
) -> list[tuple[Drawing, str, str]]:
    """Return the figures that matter most, a finding for each, and the page with the rest."""
    names = raw.names
    unanswered = panel[panel["indicator"] == "unanswered"]
    table = agreements.before_after(panel, agreements.events(raw))
    both = agreements.two_sided(table)
    what = "Unanswered requests, last printed year against the first:"
    return [
        (
            figures.counts(
                unanswered, names, raw.years, "unanswered", "Requests without an answer"
            ),
            findings.changes(response.trend(panel, "unanswered"), names, what).text,
            "03_lp_response",
        ),
        (
            figures.before_after(both, names),
            findings.comparisons(table, names).text,
            "04_before_after",
        ),
        (figures.claims_by_page(judged), "", "06_claims"),
    ]


def _figure(drawing: Drawing, finding: str, where: str, folder: Path) -> dict[str, object]:
    width, height = size_of(drawing.write_svg(folder))
    return {
        "name": drawing.name,
        "alt": drawing.alt,
        "width": width,
        "height": height,
        "finding": Markup(markdown(finding)),
        "where": f"{'../' if FOLDERS[current()] else ''}{where}.html#figure-{drawing.name}",
    }
