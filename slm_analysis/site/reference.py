"""The reference: what a notebook can call, from the docstrings."""

from __future__ import annotations

import importlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from pdoc import doc, docstrings, render_helpers

from slm_analysis.site.pages import fill

PACKAGE = "slm_analysis"
HEAD = re.compile("^###### (.*)$", re.MULTILINE)
MENTION = re.compile(r"<code>([\w.]+)(?:\(\))?</code>")
# in the order of the data's way; the rest of the package is how results are made and shown
MODULES = (
    "frames",
    "printed.rules",
    "results.event_years",
    "printed.sources",
    "printed.read",
    "printed.schema",
    "parameters",
    "bounds.arithmetic",
    "bounds.panel",
    "results.checks",
    "results.totals",
    "results.other_sources",
    "results.coverage",
    "results.joint_bounds",
    "results.response",
    "results.before_after",
    "results.pre_trends",
    "results.inference",
    "results.censored",
    "results.pooled",
    "results.simulation",
    "results.selection_bias",
    "results.specification",
    "results.conclusions",
    "results.sensitivity",
    "verdicts",
    "display.effect_indicators",
    "display.rendering",
    "display.tables",
    "display.figures",
    "display.findings",
    "language",
    "transcription.reading",
    "transcription.comparison",
    "transcription.importing",
    "transcription.template",
)


@dataclass(frozen=True)
class Entry:
    """A function, class or method: its name below the package, signature and docstring."""

    name: str
    kind: str
    signature: str
    docstring: str


def entries(module: str) -> Iterator[Entry]:
    """Yield what a module offers, each class followed by its methods.

    Parameters
    ----------
    module
        Name below the package: ``bounds``, ``transcription.reading``.
    """
    yield from _entries(_module(module), module)


def _entries(space: doc.Namespace[Any], name: str) -> Iterator[Entry]:
    """Yield the functions and classes of a module or class that have a docstring."""
    for member in space.own_members:
        path = f"{name}.{member.name}"
        if member.name.startswith("_") or not member.docstring:
            continue
        if isinstance(member, doc.Function):
            kind = "method" if isinstance(space, doc.Class) else "function"
            signature = str(member.signature).replace(f"{PACKAGE}.", "")
            yield Entry(path, kind, signature, member.docstring)
        elif isinstance(member, doc.Class):
            yield Entry(path, "class", "", member.docstring)
            yield from _entries(member, path)


def _module(name: str) -> doc.Module:
    return doc.Module(importlib.import_module(f"{PACKAGE}.{name}"))


def in_html(docstring: str, module: str, names: Collection[str]) -> Markup:
    """Return a docstring in NumPy's style as HTML; its heads are bold, not headings.

    Parameters
    ----------
    docstring
        Of something in ``module``.
    module
        Name below the package.
    names
        What the page has an entry for; a mention of one of these, and of no other, becomes a link.
    """

    def link(mention: re.Match[str]) -> str:
        name = mention[1]
        own = [each for each in names if each == f"{module}.{name}"]
        found = own or [each for each in names if f".{each}".endswith(f".{name}")]
        return f'<a href="#{found[0]}">{mention[0]}</a>' if len(found) == 1 else mention[0]

    text = HEAD.sub(r"**\1**\n", docstrings.convert(docstring, "numpy", None))
    return Markup(MENTION.sub(link, render_helpers.to_html(text)))


def reference_page() -> Markup:
    """Return the reference as one page: a section per module, an entry per function and class."""
    found = {module: list(entries(module)) for module in MODULES}
    names = {entry.name for listed in found.values() for entry in listed} | set(MODULES)
    about = {module: in_html(_module(module).docstring, module, names) for module in MODULES}
    return fill("reference.html.j2", found=found, about=about, in_html=in_html, names=names)
