"""Figures of the verdicts on the statements, and of the numbers that they rest on."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd

from slm_analysis.claim_tables import numbers_by_place, places, statements
from slm_analysis.figures.style import (
    CENTIMETRE,
    WIDTH,
    draw_nothing,
    finish,
)
from slm_analysis.language import _
from slm_analysis.rendering import Drawing

VERDICT_COLOURS = {
    "certain": "#0072B2",
    "possible": "#56B4E9",
    "untestable": "#b0b0b0",
    "contradicted": "#D55E00",
}
STATE_COLOURS = {"cell": "#0072B2", "fact": "#56B4E9", "claim": "#009E73", "set aside": "#d0d0d0"}


def claims_by_chapter(judged: pd.DataFrame) -> Drawing:
    """Draw the verdicts on the statements by chapter of the report and by other document.

    Parameters
    ----------
    judged
        As :func:`claims.judge_all` returns it; parts and further readings are not counted.

    Examples
    --------
    >>> judged = pd.DataFrame({"role": ["statement"] * 2, "source_id": ["acvz-2015"] * 2,
    ...                        "page": ["54", "61"], "verdict": ["certain", "possible"]})
    >>> claims_by_chapter(judged).data["count"].tolist()
    [1, 0, 0, 1, 0, 0, 0, 0]
    """
    rows = statements(judged)
    if rows.empty:
        return draw_nothing("claims_by_chapter", "Verdicts on the statements", rows)
    words = rows["verdict"].value_counts()
    title = _(
        "Of {count} statements {certain} are certain, {untestable} cannot be tested, "
        "{contradicted} contradicted"
    ).format(count=len(rows), **{verdict: words.get(verdict, 0) for verdict in VERDICT_COLOURS})
    where = places(rows)
    counted = pd.crosstab(where, rows["verdict"].to_numpy())
    counted = counted.reindex(
        index=list(dict.fromkeys(where)), columns=list(VERDICT_COLOURS), fill_value=0
    )
    told = _("statements by chapter of the report and by document, one bar each")
    return _stacked("claims_by_chapter", counted, VERDICT_COLOURS, title, told)


def numbers_by_chapter(counted: pd.DataFrame) -> Drawing:
    """Draw where every number of the documents went, by chapter and document.

    Parameters
    ----------
    counted
        ``raw["numbers"]``.

    Examples
    --------
    >>> numbers_by_chapter(raw["numbers"].head(10)).data["count"].sum()
    np.int64(10)
    """
    by_place = numbers_by_place(counted)
    used = int(by_place.drop(columns="set aside").to_numpy().sum())
    title = _("{used} of {count} numbers in the documents bear on the subject").format(
        used=used, count=len(counted)
    )
    told = _("numbers by chapter of the report and by document; the rest is set aside by reason")
    return _stacked("numbers_by_chapter", by_place, STATE_COLOURS, title, told)


def _stacked(
    name: str, counted: pd.DataFrame, colours: dict[str, str], title: str, told: str
) -> Drawing:
    """Draw a bar per row, parted by column, the number written on each part that has room."""
    figure, axis = plt.subplots(figsize=(WIDTH, (3.4 + 0.62 * len(counted)) * CENTIMETRE))
    left = pd.Series(0, index=counted.index)
    most = counted.sum(axis=1).max()
    at = range(len(counted))
    for column, colour in colours.items():
        values = counted[column]
        axis.barh(at, values, left=left, color=colour, height=0.72, label=_(column))
        for row, (value, start) in enumerate(zip(values, left, strict=True)):
            if value > 0.02 * most:
                dark = colour in ("#0072B2", "#009E73", "#D55E00")
                axis.text(
                    start + value / 2,
                    row,
                    str(value),
                    ha="center",
                    va="center",
                    fontsize=7,
                    color="white" if dark else "black",
                )
        left = left + values
    axis.set_yticks(at, [_(place) for place in counted.index])
    axis.invert_yaxis()
    axis.set_xlim(0, most * 1.02)
    axis.grid(False)
    axis.set_xticks([])
    axis.spines["bottom"].set_visible(False)
    axis.legend(
        ncols=len(colours), loc="upper left", bbox_to_anchor=(0, -0.01), frameon=False, fontsize=8
    )
    finish(figure, title, told, bottom=0.3)
    totals = ", ".join(f"{counted[column].sum()} {_(column)}" for column in colours)
    alt = _("Bars by chapter: {totals}.").format(totals=totals)
    data = (
        counted.rename_axis("place").reset_index().melt("place", var_name="is", value_name="count")
    )
    return Drawing(figure, name, alt, data)
