"""Addresses on the site: where a cell, a raw row or a claim stands, and links to it."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

LINE = re.compile(r"</?a\b[^>]*>")  # a link to the file, of use where there is no site
ADDRESSED = re.compile(r'<data value="([^"]*)">(.*?)</data>', re.DOTALL)


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


def with_links(html: str, root: str) -> str:
    """Turn every number with an address into a link to it."""

    def link(found: re.Match[str]) -> str:
        names, text = Markup(found[1]).unescape(), LINE.sub("", found[2])
        if not names:
            return text
        return f'<a href="{escape(target(names.split(";"), root))}">{text}</a>'

    return ADDRESSED.sub(link, html)
