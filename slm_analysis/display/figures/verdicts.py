"""The figure of the verdicts on the statements."""

from __future__ import annotations

import pandas as pd

from slm_analysis.display.figures import style
from slm_analysis.display.rendering import Drawing
from slm_analysis.display.tables.claims import VERDICTS, places, statements
from slm_analysis.language import _
from slm_analysis.printed.read import Raw


def claims_by_chapter(judged: pd.DataFrame, raw: Raw) -> Drawing:
    """Draw the verdicts on the statements by chapter of the report and by other document.

    Parameters
    ----------
    judged
        As :func:`claims.judge_all` returns it; parts and further readings are not counted.
    raw
        The raw tables and source records.

    Examples
    --------
    >>> judged = pd.DataFrame({"role": ["statement"] * 2, "source_id": ["acvz-2015"] * 2,
    ...                        "page": ["54", "61"], "verdict": ["certain", "possible"]})
    >>> claims_by_chapter(judged, raw).data["count"].tolist()
    [1, 0, 0, 1, 0, 0, 0, 0]
    """
    rows = statements(judged)
    if rows.empty:
        return style.draw_nothing("claims_by_chapter", _("Verdicts on the statements"), rows)
    where = places(rows)
    order = list(dict.fromkeys(where))
    counted = pd.crosstab(where, rows["verdict"].to_numpy())
    counted = counted.reindex(index=order, columns=list(VERDICTS), fill_value=0)
    title = _(
        "Of {count} statements {certain} are certain, {untestable} cannot be tested, "
        "{contradicted} contradicted"
    ).format(count=len(rows), **counted.sum())
    told = _(
        "number of statements by chapter of the report, and by other document ({others} of them)"
    ).format(others=sum(not place.startswith("report") for place in where))
    texts = title, told, style.source_line(rows, raw)
    labels = [raw.sources[name].short if name in raw.sources else _(name) for name in order]
    data = (
        counted.rename_axis("place").reset_index().melt("place", var_name="is", value_name="count")
    )
    cells = data.rename(columns={"is": "indicator"})
    cells = cells.assign(line=data["place"].map(order.index), lo=data["count"], hi=data["count"])
    draw = style.grid(texts, style.computed(cells, ""), labels, list(VERDICTS))
    totals = ", ".join(f"{counted[verdict].sum()} {_(verdict)}" for verdict in VERDICTS)
    alt = _("Bars by chapter: {totals}.").format(totals=totals)
    return Drawing(draw, "claims_by_chapter", alt, data)
