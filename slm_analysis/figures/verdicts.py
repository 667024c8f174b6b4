"""Figures of the verdicts on the report's statements."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd

from slm_analysis.figures.style import (
    CENTIMETRE,
    WIDTH,
    draw_nothing,
    finish,
)
from slm_analysis.language import _
from slm_analysis.rendering import Drawing
from slm_analysis.sources import REPORT

VERDICT_STYLE = {
    "certain": ("#0072B2", "o"),
    "possible": ("#56B4E9", "s"),
    "untestable": ("#8c8c8c", "x"),
    "contradicted": ("#D55E00", "D"),
}


def claims_by_page(judged: pd.DataFrame) -> Drawing:
    """Draw the verdicts along the pages of the report, a mark per claim.

    Parameters
    ----------
    judged
        As :func:`claims.judge_all` returns it; those of the report are drawn.

    Examples
    --------
    >>> judged = pd.DataFrame({"claim_id": ["fewer", "more", "letter"], "page": ["54", "54", ""],
    ...                        "source_id": ["acvz-2015", "acvz-2015", "letter-2013"],
    ...                        "verdict": ["certain", "contradicted", "certain"]})
    >>> drawing = claims_by_page(judged)
    >>> len(drawing.data), drawing.alt.partition(".")[0]
    (2, 'Marks along the pages of the report: 1 certain, 0 possible, 0 untestable, 1 contradicted')
    """
    rows = judged[judged["source_id"] == REPORT].copy()
    if rows.empty:
        return draw_nothing("claims_by_page", "Verdicts along the pages of the report", rows)
    rows["page"] = rows["page"].astype(int)
    figure, axis = plt.subplots(figsize=(WIDTH, 11 * CENTIMETRE))
    base = 0.0
    ticks = []
    for verdict, (colour, marker) in VERDICT_STYLE.items():
        shown = rows[rows["verdict"] == verdict]
        level = shown.groupby("page").cumcount()
        axis.plot(
            shown["page"],
            base + level,
            linestyle="",
            marker=marker,
            markersize=2.4,
            color=colour,
        )
        axis.axhline(base - 1, color="#c8c8c8", linewidth=0.6)
        ticks.append((base, f"{_(verdict)} ({len(shown)})"))
        base += max(level.max() if len(shown) else 0, 2) + 3
    axis.set_yticks([at for at, _ in ticks], [label for _, label in ticks])
    axis.set_ylim(-2, base - 1)
    axis.set_xlim(rows["page"].min() - 2, rows["page"].max() + 2)
    axis.set_xlabel(_("page of the report"))
    axis.grid(False)
    busiest = rows["page"].value_counts()
    finish(
        figure,
        _("Verdicts along the pages of the report"),
        _(
            "a mark per statement of the report, stacked; {count} statements on {pages} pages"
        ).format(count=len(rows), pages=len(busiest)),
        bottom=0.3,
    )
    told = ", ".join(f"{(rows['verdict'] == v).sum()} {_(v)}" for v in VERDICT_STYLE)
    alt = _(
        "Marks along the pages of the report: {verdicts}. Most statements stand on pages {pages}."
    ).format(verdicts=told, pages=", ".join(map(str, busiest.index[:5])))
    return Drawing(figure, "claims_by_page", alt, rows[["claim_id", "page", "verdict"]])
