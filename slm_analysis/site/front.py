"""The front page: what was reproduced, what holds, what does not, what cannot be tested."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from slm_analysis import agreements, claim_tables, figures, findings, response
from slm_analysis.claims import compare_passages
from slm_analysis.language import FOLDERS, _, current
from slm_analysis.read import Raw
from slm_analysis.rendering import Drawing
from slm_analysis.site.drawn import drawn
from slm_analysis.site.links import target
from slm_analysis.site.notebooks import markdown
from slm_analysis.site.pages import fill
from slm_analysis.site.statements import touched


def front_page(raw: Raw, panel: pd.DataFrame, judged: pd.DataFrame, figures_folder: Path) -> Markup:
    """Return the front page, and write the figures on it.

    Parameters
    ----------
    raw, panel
        The raw tables and the bounds.
    judged
        As :func:`claims.judge_all` returns it.
    figures_folder
        Receives the figures.
    """
    first = claim_tables.statements(judged)
    about_counts = first[first["indicators"] != ""]
    untestable = about_counts.loc[about_counts["verdict"] == "untestable", "missing"]
    passages = compare_passages(raw).drop_duplicates("subject")
    drawings = [
        (_figure(drawing, where, figures_folder), finding)
        for drawing, finding, where in _drawings(raw, panel)
    ]
    return fill(
        "front.html.j2",
        found=[*(finding for _drawing, finding in drawings), _departures(raw, panel)],
        all=len(first),
        about=len(about_counts),
        note=claim_tables.note(),
        verdicts=[_verdict(verdict, first, about_counts) for verdict in claim_tables.VERDICTS],
        contradicted=[
            {"id": r.claim_id, "says": r.says, "page": r.page, "touches": touched(r.touches)}
            for r in first[first["verdict"] == "contradicted"].itertuples()
        ],
        differ=(passages["result"] == "differ").sum(),
        subjects=len(passages),
        untestable=len(untestable),
        missing=untestable.str.split(";").explode().nunique(),
        printed=len(raw["dtv_counts"]),
        cells=len(panel),
        countries=panel["iso3"].nunique(),
        goals=len(raw["table1"]) + len(raw["table2"]),
        dates=len(raw["agreements"]),
        drawings=[drawing for drawing, _finding in drawings],
    )


def _verdict(verdict: str, first: pd.DataFrame, about_counts: pd.DataFrame) -> dict[str, Any]:
    return {
        "name": verdict,
        "word": _(verdict),
        "count": (first["verdict"] == verdict).sum(),
        "on_counts": (about_counts["verdict"] == verdict).sum(),
        "href": target([claim_tables.chosen_claims("all", verdict)], ""),
    }


def _departures(raw: Raw, panel: pd.DataFrame) -> Markup:
    """Say how forced departures changed between the last two years of the series."""
    last = raw.years[1]
    forced = panel[panel["indicator"] == "forced"]
    table = agreements.compare_years(forced, last - 1, last)
    what = "Forced departures, last year of the series against the year before:"
    return Markup(markdown(findings.changes(table, raw.names, what).text))


def _drawings(raw: Raw, panel: pd.DataFrame) -> list[tuple[Drawing, Markup, str]]:
    """Return the figures that matter most, a finding for each, and the page with the rest."""
    names = raw.names
    unanswered = panel[panel["indicator"] == "unanswered"]
    table = agreements.before_after(panel, agreements.events(raw))
    both = agreements.two_sided(table)
    what = "Unanswered requests, last printed year against the first:"
    changes = findings.changes(response.trend(panel, "unanswered"), names, what).text
    return [
        (
            figures.counts(
                unanswered, names, raw.years, "unanswered", "Requests without an answer"
            ),
            Markup(markdown(changes)),
            "03_lp_response",
        ),
        (
            figures.before_after(both, names),
            Markup(markdown(findings.comparisons(table, names).text)),
            "04_before_after",
        ),
    ]


def _figure(drawing: Drawing, where: str, folder: Path) -> dict[str, object]:
    drawing.write_svg(folder)
    return {
        "drawing": drawn(folder, drawing.name, drawing.alt, ""),
        "where": f"{'../' if FOLDERS[current()] else ''}{where}.html#figure-{drawing.name}",
    }
