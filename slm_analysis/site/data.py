"""The data page: every printed cell and every row of the raw tables, and what rests on each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pandas as pd
from markupsafe import Markup

from slm_analysis.display.tables.claims import claim_link, statements
from slm_analysis.printed import codebook
from slm_analysis.printed.read import Raw
from slm_analysis.site.links import Cells, anchor
from slm_analysis.site.pages import fill

ROW_TABLES = {
    "agreements": "Instruments",
    "facts": "Facts",
    "table1": "Table 1",
    "table2": "Table 2",
    "recommendations": "Recommendations",
    "spending_2010": "Spending in 2010",
    "countries": "Countries and lists",
}


def data_page(raw: Raw, cells: Cells, judged: pd.DataFrame) -> Markup:
    """Return the data page.

    Parameters
    ----------
    raw, cells
        The raw tables, and the cells that they bound.
    judged
        As :func:`claims.judge_all` returns it.
    """
    names, prints = raw.names, raw["dtv_counts"]
    return fill(
        "data.html.j2",
        countries=sorted(cells.panel.groupby("iso3"), key=lambda group: names[group[0]]),
        names=names,
        prints=prints.set_index("id", drop=False),
        general=prints[prints["year_first"] == ""],
        tables=[(name, title, codebook.RAW[name], raw[name]) for name, title in ROW_TABLES.items()],
        sources=raw.sources,
        claims=claims_on(judged),
        of_all=of_all,
        claim_link=claim_link,
        cells=cells,
    )


def claims_on(judged: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return the statements that rest on each cell and row, by anchor and name."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for claim in statements(judged).itertuples():
        for name in filter(None, claim.cells.split(";")):
            found[anchor(name.partition(" [")[0])][claim.claim_id] = claim
    return found


def of_all(found: dict[str, dict[str, Any]], anchors: Iterable[str]) -> dict[str, Any]:
    """Return what is found of any of some anchors, each once."""
    return {name: each for at in anchors for name, each in found.get(at, {}).items()}
