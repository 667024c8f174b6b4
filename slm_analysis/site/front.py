"""The front page: what the figures show, what the report says of the same, what is not known."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from slm_analysis.display import figures
from slm_analysis.display.rendering import Drawing
from slm_analysis.display.tables import claims as claim_tables
from slm_analysis.language import _
from slm_analysis.printed.read import Raw
from slm_analysis.printed.sources import REPORT, citation
from slm_analysis.site.headlines import headlines
from slm_analysis.site.inline_figures import drawn
from slm_analysis.site.notebooks import markdown
from slm_analysis.site.pages import fill
from slm_analysis.verdicts import compare_passages


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
    return fill(
        "front.html.j2",
        headlines=headlines(raw, panel),
        caveat=_caveat(),
        tested=[
            {"id": r.claim_id, "says": _in_short(r.says), "page": r.page, "verdict": r.verdict}
            for r in about_counts[about_counts["verdict"] != "untestable"].itertuples()
        ],
        all=len(first),
        about=len(about_counts),
        untestable=len(untestable),
        missing=untestable.str.split(";").explode().nunique(),
        differ=(passages["result"] == "differ").sum(),
        subjects=len(passages),
        focus=(raw["countries"]["focus_2015"] == "yes").sum(),
        drawings=[
            _figure(drawing, where, figures_folder) for drawing, where in _drawings(raw, panel)
        ],
        printed=len(raw["dtv_counts"]),
        cells=len(panel),
        countries=panel["iso3"].nunique(),
        goals=len(raw["table1"]) + len(raw["table2"]),
        dates=len(raw["agreements"]),
        citation=citation(),
        report=raw.sources[REPORT].citation,
    )


def _in_short(says: str) -> str:
    """Return a statement without brackets and how it is read; what is not tested comes first."""
    short = re.sub(r"\s*\([^()]*\)", "", says).partition(_("; read as"))[0]
    tested, _mark, untested = short.rpartition("; ")
    if tested and _("not tested") in untested:
        return f"{untested[0].upper()}{untested[1:]}. {tested}"
    return short


def _caveat() -> Markup:
    """Say what these findings leave out, and where it stands."""
    text = _(
        "*Certainly* means: whatever the true counts behind the rounded ones were. It rules out "
        "neither chance nor another cause. On what each change hangs first (chance, how rounded "
        "figures are read, that many comparisons were made, or counts that vary by themselves) is "
        "listed [country by country]({where})."
    )
    return Markup(markdown(text.format(where="05_sensitivity.html")))


def _drawings(raw: Raw, panel: pd.DataFrame) -> list[tuple[Drawing, str]]:
    """Return the figures that matter most, and the page with the rest."""
    unanswered = panel[panel["indicator"] == "unanswered"]
    return [
        (figures.counts(unanswered, raw, raw.years, "unanswered"), "03_lp_response"),
        (figures.departures(panel, raw, raw.years[1]), "04_before_after"),
    ]


def _figure(drawing: Drawing, where: str, folder: Path) -> dict[str, object]:
    drawing.write_svg(folder)
    return {
        "drawing": drawn(folder, drawing.name, drawing.alt, ""),
        "where": f"{where}.html#figure-{drawing.name}",
    }
