"""The reference: what a notebook can call, from the docstrings."""

from __future__ import annotations

import importlib
import inspect
import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from pdoc import doc, docstrings, render_helpers

from slm_analysis.project import HOME
from slm_analysis.site.pages import fill

PACKAGE = "slm_analysis"
HEAD = re.compile("^###### (.*)$", re.MULTILINE)
MENTION = re.compile(r"<code>([\w.]+)(?:\(\))?</code>")
# rooms and modules of how results are made and shown, which a notebook does not call
MACHINERY = {"__main__", "commands", "errors", "project", "regeneration", "site", "textfiles"}
MACHINERY |= {"cell_values", "country_names", "eurostat", "second_look", "spreadsheets"}


def modules() -> list[str]:
    """Return what a notebook can call from, in the order of the data's way."""
    settings = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))
    layers = {
        contract["containers"][0]: re.findall(r"\w+", " ".join(reversed(contract["layers"])))
        for contract in settings["tool"]["importlinter"]["contracts"]
    }
    del layers[f"{PACKAGE}.verdicts"]  # the room itself offers what they have
    found = [
        f"{room}.{name}".rstrip(".")
        for room in layers[PACKAGE]
        for name in layers.get(f"{PACKAGE}.{room}", [""])
    ]
    offered = [name for name in found if MACHINERY.isdisjoint(name.split("."))]
    return sorted(offered, key=lambda name: name != "frames")  # the front door first


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
    for member in space.own_members or _taken_from_below(space):
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


def _taken_from_below(space: doc.Namespace[Any]) -> list[doc.Function]:
    """Return the functions that a room takes from its modules, by name, to offer them."""
    return [
        doc.Function(space.modulename, name, found, (found.__module__, name))
        for name, found in sorted(vars(space.obj).items())
        if inspect.isfunction(found) and found.__module__.startswith(f"{space.modulename}.")
    ]


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
    found = {module: list(entries(module)) for module in modules()}
    names = {entry.name for listed in found.values() for entry in listed} | set(found)
    about = {module: in_html(_module(module).docstring, module, names) for module in found}
    return fill("reference.html.j2", found=found, about=about, in_html=in_html, names=names)
