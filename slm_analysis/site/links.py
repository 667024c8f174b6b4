"""Addresses on the site: where a cell, a raw row or a claim stands, and links to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd
from markupsafe import Markup

from slm_analysis.bounds.panel import CELL, cell_name
from slm_analysis.display.rendering import interval
from slm_analysis.display.tables.cells import channel_in_words, places_of
from slm_analysis.language import _
from slm_analysis.site.derivations import derivation

LINE = re.compile(r"</?a\b[^>]*>")  # a link to the file, of use where there is no site
ADDRESSED = re.compile(r'<data (class="mark" )?value="([^"]*)">(.*?)</data>', re.DOTALL)


def anchor(name: str) -> str:
    """Return the anchor of a cell or row: ``ARM-2014-LP-unanswered``, ``facts-named-1996``."""
    return name.replace(" ", "-")


def target(names: list[str], root: str) -> str:
    """Return the address behind a number.

    Parameters
    ----------
    names
        What it rests on, as :func:`rendering.addressed` takes it: cells and rows of the data page,
        ``claims NAME``, or ``claims?...`` for a selection of claims.
    root
        From the page to the folder of its language: empty, or ending in a slash.
    """
    first = names[0]
    if first.startswith("claims"):
        name, sign, chosen = first.partition("?")
        return f"{root}claims.html" + (f"?{chosen}" if sign else f"#{name.removeprefix('claims ')}")
    anchors = list(dict.fromkeys(map(anchor, names)))
    several = f"?cells={'+'.join(anchors)}" if len(anchors) > 1 else ""
    return f"{root}data.html{several}#{anchors[0]}"


class Cells:
    """The cells of a panel by their anchors on the data page, and those of each raw row.

    To the columns of the panel come ``name``, ``anchor``, ``ids`` (of its raw rows) and ``rows``
    (the anchors of these).
    """

    def __init__(self, panel: pd.DataFrame) -> None:
        names = [cell_name(*cell) for cell in panel[CELL].itertuples(index=False)]
        ids = panel["raw_ids"].str.split(";")
        self.panel = panel.assign(
            name=names,
            anchor=[anchor(name) for name in names],
            ids=ids,
            rows=[[f"dtv_counts-{raw_id}" for raw_id in several] for several in ids],
        )
        self.at: dict[str, Any] = {cell.anchor: cell for cell in self.panel.itertuples()}
        of_row = self.panel.explode("rows").groupby("rows", sort=False)["anchor"]
        self.of_row: dict[str, list[str]] = of_row.agg(list).to_dict()

    def behind(self, names: Iterable[str]) -> list[Any]:
        """Return the cells behind names of cells and rows; none where one is of neither."""
        anchors = dict.fromkeys(map(anchor, names))
        found = [name for given in anchors for name in self.of_row.get(given, [given])]
        return [self.at[name] for name in found] if self.at.keys() >= set(found) else []


def with_links(html: str, root: str, cells: Cells, countries: dict[str, str]) -> Markup:
    """Make every number and every mark of a figure that has an address a link to it.

    A number of several cells tells how they make it, and a mark what it shows.

    Parameters
    ----------
    html
        Numbers are as :func:`rendering.addressed` returns them, marks likewise.
    root
        From the page to the folder of its language: empty, or ending in a slash.
    cells
        What the numbers rest on.
    countries
        Names by ISO code.
    """

    def link(found: re.Match[str]) -> str:
        mark, value, content = found.groups()
        text = Markup(LINE.sub("", content))
        if not value:
            return text
        names = Markup(value).unescape().split(";")
        href, behind = target(names, root), cells.behind(names)
        if mark:
            told = "; ".join(f"{title(cell, countries)}: {told_count(cell)}" for cell in behind)
            label = told or anchor(names[0])
            shape = Markup('<a class="mark" href="{}" aria-label="{}"><title>{}</title>{}</a>')
            return shape.format(href, label, label, text)
        how = derivation(Markup(text.partition("<br>")[0]).striptags(), behind)
        told = Markup(' data-how="{}"').format(how) if how else ""
        return Markup('<a href="{}"{}>{}</a>').format(href, told, text)

    return Markup(ADDRESSED.sub(link, html))


def title(cell: Any, countries: dict[str, str]) -> str:
    """Return what a cell counts: ``Armenia 2014, unanswered (LP)``."""
    country, channel = countries[cell.iso3], channel_in_words(cell.channel)
    return f"{country} {cell.year}, {_(cell.indicator)} ({channel})"


def told_count(cell: Any) -> str:
    """Return what is printed of a cell, its bounds and its place."""
    source, page, _section = places_of(cell)[0]
    place = f"{source}, p. {page}" if page else source
    return f"{cell.printed} ({interval(cell.lo, cell.hi)}), {place}"
