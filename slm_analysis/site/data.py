"""The data page: every printed cell and every row of the raw tables, and what rests on each."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from slm_analysis.bounds.panel import cell_name
from slm_analysis.display.rendering import interval
from slm_analysis.display.tables.cells import CHANNEL_WORDS, KIND_WORDS, places_of
from slm_analysis.display.tables.claims import claim_link, statements
from slm_analysis.language import _
from slm_analysis.printed import schema
from slm_analysis.printed.read import Raw
from slm_analysis.site.links import anchor, with_links
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


def data_page(raw: Raw, panel: pd.DataFrame, judged: pd.DataFrame, top: str) -> Markup:
    """Return the data page.

    Parameters
    ----------
    raw, panel
        The raw tables and the bounds.
    judged
        As :func:`claims.judge_all` returns it.
    top
        From the page to the folder of the site.
    """
    resting, names = claims_on(judged), raw.names
    notes = raw["dtv_counts"].set_index("id")["note"].to_dict()
    anchored: set[str] = set()
    countries = [
        {
            "iso3": iso3,
            "name": names[iso3],
            "cells": [told_cell(row, notes, resting, anchored) for row in rows.itertuples()],
        }
        for iso3, rows in sorted(panel.groupby("iso3"), key=lambda group: names[group[0]])
    ]
    general = raw["dtv_counts"].query("year_first == ''")
    tables = [_table(name, raw, resting) for name in ROW_TABLES]
    return fill(
        "data.html.j2",
        countries=countries,
        general=[_general(row, names, resting) for row in general.itertuples()],
        tables=tables,
        sources=list(raw.sources.values()),
        top=top,
        cells=len(panel),
        figures=len(raw["dtv_counts"]),
    )


def claims_on(judged: pd.DataFrame) -> dict[str, Markup]:
    """Return the claims that rest on each cell and row, as links with their verdicts."""
    told: dict[str, list[Markup]] = {}
    for row in statements(judged).itertuples():
        verdict = Markup("{} ({})").format(claim_link(row.claim_id), _(row.verdict))
        for cell in filter(None, row.cells.split(";")):
            told.setdefault(cell.partition(" [")[0], []).append(verdict)
    return {
        name: Markup(with_links(Markup("; ").join(dict.fromkeys(found)), ""))
        for name, found in told.items()
    }


def told_cell(
    row: Any, notes: dict[str, str], resting: dict[str, Markup], anchored: set[str]
) -> dict[str, Any]:
    """Return a cell; a raw row of several cells is anchored at the first, which is noted."""
    name = cell_name(row.iso3, row.year, row.channel, row.indicator)
    ids = row.raw_ids.split(";")
    rows = [(raw_id, raw_id not in anchored) for raw_id in ids]
    anchored.update(ids)
    general = [resting.get(f"dtv_counts {raw_id}") for raw_id in ids]
    return _address(row) | {
        "anchor": anchor(name),
        "name": name,
        "year": row.year,
        "kind": _(KIND_WORDS[row.kind]),
        "bounds": interval(row.lo, row.hi),
        "rows": rows,
        "notes": [_(note) for note in dict.fromkeys(notes[raw_id] for raw_id in ids) if note],
        "claims": Markup("; ").join(found for found in (resting.get(name), *general) if found),
    }


def _general(row: Any, names: dict[str, str], resting: dict[str, Markup]) -> dict[str, object]:
    name = f"dtv_counts {row.id}"
    return _address(row) | {
        "id": row.id,
        "country": names[row.iso3],
        "note": _(row.note),
        "claims": resting.get(name, ""),
    }


def _address(row: Any) -> dict[str, object]:
    """Return what is printed, of what, and where."""
    return {
        "indicator": _(row.indicator),
        "channel": _(CHANNEL_WORDS[row.channel]),
        "printed": row.printed.replace(";", "; "),
        "places": [(source, page, _(section)) for source, page, section in places_of(row)],
    }


def _table(name: str, raw: Raw, resting: dict[str, Markup]) -> dict[str, object]:
    """Return a raw table as it is for the page; its last column holds the claims."""
    table = raw[name]
    key = "iso3" if name == "countries" else "id"
    return {
        "name": name,
        "title": ROW_TABLES[name],
        "about": _(schema.RAW[name].description),
        "columns": list(table),
        "rows": [
            {
                "anchor": anchor(f"{name} {row[key]}"),
                "values": list(row),
                "claims": resting.get(f"{name} {row[key]}", ""),
            }
            for _index, row in table.iterrows()
        ],
    }
