"""Figures in a page: inline SVG whose text stays text and whose marks have their cells."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import matplotlib.pyplot as plt
from fontTools import subset
from markupsafe import Markup
from matplotlib.font_manager import FontProperties, findfont

MARK = re.compile(r"[A-Z]{3}-\d{4}(?:-[A-Za-z]+)+(?:\.[A-Z]{3}-\d{4}(?:-[A-Za-z]+)+)*")
PLACES = {"d", "x", "y", "transform"}
FINE = re.compile(r"(\.\d\d)\d+")  # a hundredth of a point is finer than any screen
REFERENCE = re.compile(r"(?<=url\(#)[^)]+|(?<=^#).+")
LETTERS = "20-17F,2010-203F,2190-226F"  # in Unicode


def drawn(folder: Path, name: str, alt: str) -> Markup:
    """Return a figure as SVG in two layouts, for narrow and for wide screens.

    Parameters
    ----------
    folder, name
        ``<name>.narrow.svg`` and ``<name>.svg`` stand there; CSS shows one of them. A mark whose
        id is the cells behind it (``GEO-2013-forced.GEO-2014-forced``) becomes data with their
        names, as :func:`links.with_links` takes it.
    alt
        Words for those who cannot see it.
    """
    narrow = _inline(folder / f"{name}.narrow.svg", f"{name}-narrow", "drawn narrow", alt)
    wide = _inline(folder / f"{name}.svg", f"{name}-wide", "drawn wide", alt)
    return narrow + Markup("\n") + wide


def _inline(path: Path, prefix: str, kind: str, alt: str) -> Markup:
    """Return the SVG of a file; its ids get a prefix, so that figures do not share any."""
    svg = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    for parent in list(svg.iter()):
        for part in list(parent):
            if part.tag.endswith(("}metadata", "}style")):
                parent.remove(part)
    values = [value for part in svg.iter() for value in part.attrib.values()]
    referred = {name for value in values for name in REFERENCE.findall(value)}
    for part in svg.iter():
        part.tag = part.tag.rpartition("}")[2]
        given = {key.rpartition("}")[2]: value for key, value in part.attrib.items()}
        name = given.pop("id", "")
        given = {key: REFERENCE.sub(rf"{prefix}-\g<0>", value) for key, value in given.items()}
        for key in PLACES & given.keys():
            given[key] = FINE.sub(r"\1", given[key])
        if part.tag == "g" and MARK.fullmatch(name):
            part.tag = "data"
            given = {"class": "mark", "value": name.replace("-", " ").replace(".", ";")} | given
        elif name in referred:
            given["id"] = f"{prefix}-{name}"
        part.attrib = given
    svg.attrib = {
        "class": kind,
        "role": "img" if svg.find(".//data") is None else "group",  # an image has no links
        "aria-label": alt,
        **{name: svg.attrib[name] for name in ("width", "height", "viewBox")},
    }
    return Markup(ElementTree.tostring(svg, encoding="unicode"))


def write_typeface(folder: Path) -> None:
    """Write the letters of the figures' typeface, as the pages need them: text is text there."""
    folder.mkdir(parents=True, exist_ok=True)
    for weight in (400, 600):
        font = findfont(FontProperties(family=plt.rcParams["font.family"], weight=weight))
        file = folder / f"figures-{weight}.woff"
        subset.main([font, f"--unicodes={LETTERS}", "--flavor=woff", f"--output-file={file}"])
