"""Figures in a page: inline SVG whose text stays text and whose marks lead to their cells."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import matplotlib.pyplot as plt
from fontTools import subset
from markupsafe import Markup
from matplotlib.font_manager import FontProperties, findfont

from slm_analysis.site.links import target

MARK = re.compile(r"[A-Z]{3}-\d{4}(?:-[A-Za-z]+)+(?:\.[A-Z]{3}-\d{4}(?:-[A-Za-z]+)+)*")
PLACES = {"d", "x", "y", "transform"}
FINE = re.compile(r"(\.\d\d)\d+")  # a hundredth of a point is finer than any screen
REFERENCE = re.compile(r"(?<=url\(#)[^)]+|(?<=^#).+")


def drawn(folder: Path, name: str, alt: str, root: str) -> Markup:
    """Return a figure as SVG, and beside it the layout for narrow screens where there is one.

    Parameters
    ----------
    folder, name
        ``<name>.svg`` stands there, and perhaps ``<name>.narrow.svg``; CSS shows one of them. A
        mark whose id is the cells behind it (``GEO-2013-forced.GEO-2014-forced``) becomes a link.
    alt
        Words for those who cannot see it.
    root
        From the page to the folder of its language.
    """
    narrow = folder / f"{name}.narrow.svg"
    wide = folder / f"{name}.svg"
    layouts = {"narrow": narrow, "wide": wide} if narrow.exists() else {"": wide}
    return Markup("\n").join(
        _inline(path, f"{name}-{layout}", f"drawn {layout}".strip(), alt, root)
        for layout, path in layouts.items()
    )


def _inline(path: Path, prefix: str, kind: str, alt: str, root: str) -> Markup:
    """Return the SVG of a file; its ids get a prefix, so that figures do not share any."""
    svg = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    referred = {
        name
        for part in svg.iter()
        for value in part.attrib.values()
        for name in REFERENCE.findall(value)
    }
    for part in svg.iter():
        part.tag = part.tag.rpartition("}")[2]
        given = {key.rpartition("}")[2]: value for key, value in part.attrib.items()}
        name = given.pop("id", "")
        if part.tag == "g" and MARK.fullmatch(name):
            part.tag = "a"
            given = {"class": "mark", "href": target(name.split("."), root)} | given
        elif name in referred:
            given["id"] = name
        part.attrib = {
            key: f"{prefix}-{value}" if key == "id" else REFERENCE.sub(rf"{prefix}-\g<0>", value)
            for key, value in given.items()
        }
        for key in PLACES & part.attrib.keys():
            part.attrib[key] = FINE.sub(r"\1", part.attrib[key])
    for parent in list(svg.iter()):
        for part in list(parent):
            if part.tag in ("metadata", "style"):
                parent.remove(part)
    marks = svg.find(".//a") is not None  # an image has nothing to follow
    svg.attrib = {
        "class": kind,
        "role": "group" if marks else "img",
        "aria-label": alt,
        **{name: svg.attrib[name] for name in ("width", "height", "viewBox")},
    }
    return Markup(ElementTree.tostring(svg, encoding="unicode"))


def write_typeface(folder: Path) -> None:
    """Write the letters of the figures' typeface, as the pages need them: text is text there."""
    options = subset.Options(flavor="woff")
    for weight in (400, 600):
        wanted = FontProperties(family=plt.rcParams["font.family"], weight=weight)
        font = subset.load_font(findfont(wanted), options)
        letters = subset.Subsetter(options)
        letters.populate(
            unicodes=[*range(0x20, 0x180), *range(0x2010, 0x2040), *range(0x2190, 0x2270)]
        )
        letters.subset(font)
        folder.mkdir(parents=True, exist_ok=True)
        subset.save_font(font, folder / f"figures-{weight}.woff", options)
