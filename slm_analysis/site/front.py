"""The front page: what the figures show, what the report says of the same, what is not known."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from slm_analysis.display import figures
from slm_analysis.display.tables import claims as claim_tables
from slm_analysis.language import _
from slm_analysis.printed.read import Raw
from slm_analysis.printed.sources import REPORT, citation
from slm_analysis.site import front_numbers, inline_figures, notebooks, pages
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
    untestable = about_counts["verdict"] == "untestable"
    passages = compare_passages(raw).drop_duplicates("subject")
    unanswered = panel[panel["indicator"] == "unanswered"]
    drawings = {  # those that matter most, by the page with the rest
        "03_lp_response": figures.counts(unanswered, raw, raw.years, "unanswered"),
        "04_before_after": figures.departures(panel, raw, raw.years[1]),
    }
    for drawing in drawings.values():
        drawing.write_svg(figures_folder)
    return pages.fill(
        "front.html.j2",
        shown=front_numbers.front_numbers(raw, panel),
        markdown=notebooks.markdown,
        tested=about_counts[~untestable],
        in_short=in_short,
        all=len(first),
        about=len(about_counts),
        untestable=untestable.sum(),
        missing=about_counts.loc[untestable, "missing"].str.split(";").explode().nunique(),
        differ=(passages["result"] == "differ").sum(),
        subjects=len(passages),
        raw=raw,
        panel=panel,
        drawings=drawings,
        drawn=inline_figures.drawn,
        folder=figures_folder,
        citation=citation(),
        report=raw.sources[REPORT],
    )


def in_short(says: str) -> str:
    """Return a statement without brackets and how it is read; what is not tested comes first."""
    short = re.sub(r"\s*\([^()]*\)", "", says).partition(_("; read as"))[0]
    tested, _mark, untested = short.rpartition("; ")
    if tested and _("not tested") in untested:
        return f"{untested[0].upper()}{untested[1:]}. {tested}"
    return short
