"""The inspector: what stands behind a number, for the panel that opens on it."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from slm_analysis.bounds.arithmetic import Bounds
from slm_analysis.bounds.panel import cell_name
from slm_analysis.display.rendering import interval
from slm_analysis.display.tables.cells import CHANNEL_WORDS, places_of
from slm_analysis.display.tables.claims import statements
from slm_analysis.language import FOLDERS, _, current
from slm_analysis.printed.read import Raw
from slm_analysis.site.data import ROW_TABLES, told_cell
from slm_analysis.site.links import anchor
from slm_analysis.site.pages import Page, fill

LINK = re.compile(
    r'<a (class="mark" )?href="((?:\.\./)*data\.html(?:\?cells=([^"#]+))?#([^"]+))">(.*?)</a>',
    re.DOTALL,
)
# what a page tells of the place where a number stands
PLACE = re.compile(
    r'<h2 id="(?P<at>[^"]+)">(?P<head>.*?)</h2>|<figure id="(?P<figure>[^"]+)"|</figure>'
    r'|<caption[^>]*>(?P<caption>.*?)</caption>|</table>|href="(?P<data>[^"]+\.csv)" download'
    r'|href="(?:\.\./)*data\.html(?:\?cells=(?P<cells>[^"#]+))?#(?P<first>[^"]+)"',
    re.DOTALL,
)


class Cells:
    """The cells of a panel by their anchors on the data page, and those of each raw row."""

    def __init__(self, panel: pd.DataFrame) -> None:
        self.at: dict[str, Any] = {}
        self.of_row: dict[str, list[str]] = defaultdict(list)
        for row in panel.itertuples():
            name = anchor(cell_name(row.iso3, row.year, row.channel, row.indicator))
            self.at[name] = row
            for raw_id in row.raw_ids.split(";"):
                self.of_row[anchor(f"dtv_counts {raw_id}")].append(name)

    def behind(self, names: list[str]) -> list[Any]:
        """Return the cells behind anchors of cells and rows; none where one is of neither."""
        found = [name for given in names for name in self.of_row.get(given, [given])]
        return [self.at[name] for name in found] if self.at.keys() >= set(found) else []


def with_explanations(html: Markup, cells: Cells, names: dict[str, str]) -> Markup:
    """Tell at each number of several cells how they make it, and at each mark what it shows."""

    def explain(found: re.Match[str]) -> str:
        mark, href, several, first, shown = found.groups()
        behind = cells.behind(several.split("+") if several else [first])
        if mark:
            told = "; ".join(f"{title(row, names)}: {told_count(row)}" for row in behind)
            link = Markup('<a class="mark" href="{}" aria-label="{}"><title>{}</title>')
            return f"{link.format(Markup(href), told or first, told or first)}{shown}</a>"
        how = arithmetic(Markup(shown.partition("<br>")[0]).striptags(), behind)
        return f'<a href="{href}" data-how="{escape(how)}">{shown}</a>' if how else found[0]

    return Markup(LINK.sub(explain, html))


def title(row: Any, names: dict[str, str]) -> str:
    """Return what a cell counts: ``Armenia 2014, unanswered (LP)``."""
    return f"{names[row.iso3]} {row.year}, {_(row.indicator)} ({_(CHANNEL_WORDS[row.channel])})"


def told_count(row: Any) -> str:
    """Return what is printed of a cell, its bounds and its place."""
    source, page, _section = places_of(row)[0]
    place = f"{source}, p. {page}" if page else source
    return f"{row.printed} ({interval(row.lo, row.hi)}), {place}"


def arithmetic(shown: str, cells: list[Any]) -> str:
    """Return how a number is made of its cells; empty where no way or more than one gives it.

    Parameters
    ----------
    shown
        The number as people read it.
    cells
        Rows of the panel, in the order in which the number names them.
    """
    ways = {
        f"{formula} = {shown}"
        for formula, found in _ways(cells)
        if shown in {interval(float(found.lo), float(found.hi), digits) for digits in range(3)}
    }
    return ways.pop() if len(ways) == 1 else ""


def _ways(cells: list[Any]) -> Iterator[tuple[str, Bounds]]:
    """Yield what tables make of cells: mean, change, ratio, outcomes per 100 requests, rest."""
    counts = [Bounds(row.lo, row.hi) for row in cells]
    texts = [f"[{told}]" if "–" in told else told for told in (interval(c.lo, c.hi) for c in cells)]

    def mean(start: int, end: int) -> tuple[str, Bounds]:
        total = sum(counts[start + 1 : end], counts[start])
        if end - start == 1:
            return texts[start], total
        return f"{_('mean')}({'; '.join(texts[start:end])})", total * (1 / (end - start))

    def per_100(at: int) -> tuple[str, Bounds]:
        return f"100 × {texts[at]} ÷ {texts[at + 1]}", counts[at] / counts[at + 1] * 100

    series = {(row.iso3, row.channel, row.indicator) for row in cells}
    years = {(row.iso3, row.year) for row in cells}
    if len(cells) > 1 and len(series) == 1:
        yield mean(0, len(cells))
        spans = [((0, at), (at, len(cells))) for at in range(1, len(cells))]
        spans += [((i, i + 1), (j, j + 1)) for i, j in combinations(range(len(cells)), 2)]
        for earlier, later in spans:
            (before, first), (after, last) = mean(*earlier), mean(*later)
            yield f"{after} − {before}", last - first
            if first.hi > 0:
                yield f"{after} ÷ {before}", last / first
        if len(cells) == 3:  # by how much the second step differs from the first
            middle = f"{texts[2]} − 2 × {texts[1]} + {texts[0]}"
            yield middle, counts[2] - counts[1] * 2 + counts[0]
    elif len(cells) > 1 and len(years) == 1:
        yield " − ".join(texts), counts[0] - sum(counts[2:], counts[1])
        others = " + ".join(texts[:-1])
        yield f"{others} − {texts[-1]}", sum(counts[1:-1], counts[0]) - counts[-1]
        if len(cells) == 2 and counts[1].hi > 0:
            yield per_100(0)
    elif len(cells) == 4 and len(series) == len(years) == 2 and counts[1].hi > 0 < counts[3].hi:
        (before, first), (after, last) = per_100(0), per_100(2)
        yield f"{after} − {before}", last - first


def uses(pages: list[Page], language: str, cells: Cells, folder: Path) -> dict[str, dict[str, str]]:
    """Return what rests on each cell or row: addresses of figures and tables with their names.

    Parameters
    ----------
    pages
        What a reader of the language is shown; the claims and the data themselves rest on nothing.
    language
        To whose folder the addresses are relative.
    cells
        The cells.
    folder
        That of the site, with the data of the figures.
    """
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for page in pages:
        if page.name in ("claims", "data"):
            continue
        own = page.language == language
        path = page.path.removeprefix(FOLDERS[language]) if own else f"../{page.path}"
        at = head = caption = figure = ""
        for place in PLACE.finditer(page.body):
            given = place.groupdict()
            if given["at"]:
                at, head = Markup(given["at"]).unescape(), Markup(given["head"]).striptags()
            elif given["figure"] or place[0] == "</figure>":
                figure = given["figure"] or ""
            elif given["caption"] or place[0] == "</table>":
                caption = Markup(given["caption"] or "").striptags()
            names = (given["cells"] or given["first"] or "").split("+")
            if figure and given["data"]:
                names = cells_drawn((folder / page.path).parent / given["data"], cells)
            told = f"{head} ({figure.partition('-')[2]})" if figure else caption or head
            for name in filter(None, names):
                found[name][f"{path}#{figure or at}"] = f"{page.title}: {told}"
    return found


def cells_drawn(data: Path, cells: Cells) -> list[str]:
    """Return the cells that a figure's data name by country, year and what was counted."""
    with data.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if not rows or "raw_ids" in rows[0]:  # links to its rows stand in the page
        return []
    counted = {name.removesuffix("_lo") for name in rows[0] if name.endswith("_lo")}
    wanted = {
        (row.get("iso3"), year, row.get("channel"), row.get("indicator"))
        for row in rows
        for key, value in row.items()
        if key.startswith("year")
        for year in re.findall(r"\b\d{4}\b", value)
    }
    return [
        name
        for name, cell in cells.at.items()
        for channel in (cell.channel, None)
        for indicator in (cell.indicator, None if cell.indicator in counted else "")
        if (cell.iso3, str(cell.year), channel, indicator) in wanted
    ]


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
    claims: dict[str, dict[str, str]] = defaultdict(dict)
    for claim in statements(judged).itertuples():
        for name in filter(None, claim.cells.split(";")):
            address, told = f"claims.html#{claim.claim_id}", f"{claim.says} ({_(claim.verdict)})"
            claims[anchor(name.partition(" [")[0])][address] = told
    prints = raw["dtv_counts"].set_index("id", drop=False)
    notes = prints["note"].to_dict()
    shown: dict[str, dict[str, Any]] = {}
    for name, row in cells.at.items():
        cell = told_cell(row, notes, {}, set())
        readings = [_reading(prints.loc[raw_id], raw) for raw_id, _first in cell["rows"]]
        shown[name] = cell | {"title": title(row, raw.names), "readings": readings}
    for table in (*ROW_TABLES, "dtv_counts"):
        for record in raw[table].to_dict("records"):
            name = f"{table} {record['iso3' if table == 'countries' else 'id']}"
            if anchor(name) not in cells.of_row:
                shown[anchor(name)] = {
                    "anchor": anchor(name),
                    "title": name,
                    "pairs": [pair for pair in record.items() if pair[1]],
                }
    panels = {}
    for name, cell in shown.items():
        names = [name, *(reading["anchor"] for reading in cell.get("readings", ()))]
        rests = {href: text for each in names for href, text in used[each].items()}
        figures = {href: text for href, text in rests.items() if "#figure-" in href}
        panels[name] = fill(
            "cell.html.j2",
            cell=cell,
            rests={
                _("Statements"): {k: v for each in names for k, v in claims[each].items()},
                _("Figures"): figures,
                _("Tables"): {href: text for href, text in rests.items() if href not in figures},
            },
            sources=raw.sources,
            top="../" * FOLDERS[current()].count("/"),
        )
    data = {"rows": cells.of_row, "cells": panels}
    text = json.dumps(data, ensure_ascii=False, separators=(",\n", ":"))
    path = folder / f"inspector-{current()}.js"
    path.write_text(f"const INSPECTOR = {text};\n", encoding="utf-8")


def _reading(row: Any, raw: Raw) -> dict[str, str]:
    """Return how the rule of its source reads a printed figure."""
    source = raw.sources[row["source_id"]]
    read = source.read(row["notation"])
    return {
        "anchor": anchor(f"dtv_counts {row['id']}"),
        "printed": row["printed"],
        "bounds": interval(read.lo, read.hi),
        "rule": _("{rule}; rounded to multiples of {base}, hidden under {under}").format(
            rule=_(source.reading_rule.name),
            base=source.rounding.rounded_to,
            under=source.rounding.suppressed_under,
        ),
    }
