"""The inspector: what stands behind a number, for the panel that opens on it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from slm_analysis.bounds.panel import cell_name
from slm_analysis.language import _, current
from slm_analysis.printed.read import Raw
from slm_analysis.printed.textfiles import read_text_table
from slm_analysis.site.data import ROW_TABLES, claims_on, of_all
from slm_analysis.site.links import Cells, anchor, title
from slm_analysis.site.pages import Page, fill, top_of_language

# what a page tells of the place where a number stands
PLACE = re.compile(
    r'<h2 id="(?P<at>[^"]+)">(?P<head>.*?)</h2>|<figure id="(?P<figure>[^"]+)"|</figure>'
    r'|<caption[^>]*>(?P<caption>.*?)</caption>|</table>|href="(?P<data>[^"]+\.csv)" download'
    r'|href="(?:\.\./)*data\.html(?:\?cells=(?P<cells>[^"#]+))?#(?P<first>[^"]+)"',
    re.DOTALL,
)


def uses(pages: list[Page], folder: Path) -> dict[str, dict[str, str]]:
    """Return what rests on each cell or row: addresses of figures and tables with their names.

    Parameters
    ----------
    pages
        What a reader of the current language is shown; addresses are relative to its folder. The
        claims and the data themselves rest on nothing.
    folder
        That of the site, with the data of the figures.
    """
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for page in pages:
        if page.name in ("claims", "data"):
            continue
        own = page.language == current()
        path = f"{page.name}.html" if own else top_of_language() + page.path
        at = head = caption = figure = ""
        for place in PLACE.finditer(page.body):
            names: Iterable[str] = ()
            if place["at"]:
                at, head = Markup(place["at"]).unescape(), Markup(place["head"]).striptags()
            elif place["figure"] or place[0] == "</figure>":
                figure = place["figure"] or ""
            elif place["caption"] or place[0] == "</table>":
                caption = Markup(place["caption"] or "").striptags()
            elif place["first"]:
                names = (place["cells"] or place["first"]).split("+")
            elif figure:
                names = cells_drawn((folder / page.path).parent / place["data"])
            told = f"{head} ({figure.partition('-')[2]})" if figure else caption or head
            for name in names:
                found[name][f"{path}#{figure or at}"] = f"{page.title}: {told}"
    return found


def cells_drawn(data: Path) -> set[str]:
    """Return the anchors of the cells that a figure's data name by country, year and indicator."""
    rows = read_text_table(data)
    if "raw_ids" in rows:  # links to its rows stand in the page
        return set()
    bounded = [column.removesuffix("_lo") for column in rows if column.endswith("_lo")]
    found = set()
    for row in rows.to_dict("records"):
        told = " ".join(value for column, value in row.items() if column.startswith("year"))
        years = re.findall(r"\b\d{4}\b", told)
        indicators = [row["indicator"]] if "indicator" in row else bounded
        for year, indicator in product(years, indicators):
            name = cell_name(row.get("iso3", ""), year, row.get("channel", ""), indicator)
            found.add(anchor(name))
    return found


def write_panels(
    folder: Path, raw: Raw, cells: Cells, judged: pd.DataFrame, used: dict[str, dict[str, str]]
) -> None:
    """Write what the panel shows of each cell, and of each row that bounds none, by anchor.

    A script that sets a variable, since a page opened from a file can read nothing else.

    Parameters
    ----------
    folder
        Receives the script of the current language.
    raw, cells
        The raw tables, and the cells of the panel.
    judged
        As :func:`claims.judge_all` returns it.
    used
        As :func:`uses` returns it.
    """
    claims = claims_on(judged)
    panels: dict[str, Markup] = {}

    def add(anchors: list[str], **told: object) -> None:
        resting = of_all(used, anchors)
        figures = {href: text for href, text in resting.items() if "#figure-" in href}
        panels[anchors[0]] = fill(
            "inspector.html.j2",
            anchor=anchors[0],
            rests={
                _("Statements"): {
                    f"claims.html#{name}": f"{claim.says} ({_(claim.verdict)})"
                    for name, claim in of_all(claims, anchors).items()
                },
                _("Figures"): figures,
                _("Tables"): {href: text for href, text in resting.items() if href not in figures},
            },
            sources=raw.sources,
            **told,
        )

    prints = {row.id: row for row in raw.readings("dtv_counts").itertuples()}
    for cell in cells.at.values():
        rows = [prints[raw_id] for raw_id in cell.ids]
        add([cell.anchor, *cell.rows], title=title(cell, raw.names), cell=cell, prints=rows)
    for table in (*ROW_TABLES, "dtv_counts"):
        for row in raw[table].itertuples(index=False):
            name = f"{table} {row[0]}"
            if anchor(name) not in cells.of_row:
                add([anchor(name)], title=name, row=row._asdict())
    data = {"rows": cells.of_row, "cells": panels}
    text = json.dumps(data, ensure_ascii=False, separators=(",\n", ":"))
    path = folder / f"inspector-{current()}.js"
    path.write_text(f"const INSPECTOR = {text};\n", encoding="utf-8")
