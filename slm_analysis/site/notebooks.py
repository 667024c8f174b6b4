"""Executed notebooks as pages: prose, tables with links, figures with their data, code folded."""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
from markupsafe import Markup, escape
from nbconvert.exporters import TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from slm_analysis.display.rendering import addressed
from slm_analysis.language import FOLDERS, _, current
from slm_analysis.site.inline_figures import drawn
from slm_analysis.site.links import with_links
from slm_analysis.site.pages import FILES, fill

HEADING_LINK = re.compile(r'<a class="anchor-link".*?</a>')  # the contents have them
HEADING_ID = re.compile(r'(?<=<h\d id=")[^"]+')
JOINT = re.compile("(?:uitvoerings|overname|mobiliteits)(?=[a-z]{8})")
YEAR = re.compile(r"(?<=[a-z])\N{NO-BREAK SPACE}(?=\d{4})")
CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)


def read_notebook(path: Path) -> NotebookNode:
    """Read an executed notebook."""
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    return notebook


def title_of(text: str) -> str:
    """Return the first heading of a Markdown text that begins with it."""
    return text.partition("\n")[0].removeprefix("# ")


def notebook_page(
    notebook: NotebookNode, title: str, figures: Path, folder: str, root: str
) -> Markup:
    """Return the cells of an executed notebook as HTML.

    Parameters
    ----------
    notebook
        The notebook.
    title
        Replaces its first heading.
    figures
        Where its figures and their data stand.
    folder
        The same, as the page names it.
    root
        From the page to the folder of its language.
    """
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _(cell.source)
    _heading, line, text = notebook.cells[0].source.partition("\n")
    notebook.cells[0].source = f"# {title}{line}{text}"
    place = {"figures": figures, "folder": folder, "root": root}
    html, _resources = _exporter().from_notebook_node(notebook, resources={"place": place})
    return Markup(html)


@cache
def _exporter() -> TemplateExporter:
    """Return the exporter; it compiles its templates once."""
    exporter = TemplateExporter(
        template_name="notebook",
        file_extension=".html",
        extra_template_basedirs=[str(FILES)],
        filters={
            "markdown2html": markdown,
            "highlight_code": Highlight2HTML(pygments_lexer="python"),
            "table": scrolling,
            "figure": figure,
        },
    )
    exporter.environment.globals["_"] = _
    return exporter


def markdown(text: str) -> str:
    """Return Markdown as HTML; markup in it stays text."""
    html = MarkdownWithMath(renderer=IPythonRenderer(escape=True)).render(text)
    html = HEADING_LINK.sub("", html)
    return HEADING_ID.sub(lambda found: escape(unquote(found[0])), html)  # letters as they are


def scrolling(html: str, root: str) -> Markup:
    """Return a table with links, in a frame that scrolls on a narrow screen."""
    caption = CAPTION.search(html)
    label = Markup(caption[1]).striptags() if caption else _("table")
    # a narrow column breaks long words at their joint, and dates before the year
    html = YEAR.sub(" ", JOINT.sub("\\g<0>\N{SOFT HYPHEN}", html))
    return Markup('<div class="scroll" tabindex="0" role="group" aria-label="{}">{}</div>').format(
        label, Markup(with_links(html, root))
    )


def figure(output: Any, cell: Any, figures: Path, folder: str, root: str) -> Markup:
    """Return a figure with its data, its words and the function that drew it."""
    about = output.metadata["image/png"]
    name = about["figure"]
    with (figures / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        columns, *rows = list(csv.reader(lines)) or [[]]
    return fill(
        "figure.html.j2",
        name=name,
        alt=about["alt"],
        folder=folder,
        drawing=drawn(figures, name, about["alt"], root),
        function=function_called(cell.source),
        top=root + "../" * FOLDERS[current()].count("/"),
        columns=columns,
        rows=[
            [_shown(column, value, root) for column, value in zip(columns, row, strict=True)]
            for row in rows
        ],
    )


def function_called(code: str) -> str:
    """Return the function of :mod:`figures` that a cell calls."""
    return next(
        node.func.attr
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "figures"
    )


PREFIXES = {"raw_ids": "dtv_counts ", "claim_id": "claims ", "id": "agreements "}


def _shown(column: str, value: str, root: str) -> Markup:
    """Return a value of a figure's data; ids are links, long decimals are cut."""
    if column in PREFIXES and value:
        return Markup(", ").join(
            Markup(with_links(addressed(name, [PREFIXES[column] + name]), root))
            for name in value.split(";")
        )
    if re.fullmatch(r"-?\d+\.\d{5,}(?:e[-+]\d+)?", value):
        return escape(f"{float(value):.5g}")
    return escape(value)
