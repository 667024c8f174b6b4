"""Executed notebooks as pages: prose, tables in a frame, figures with their data, code folded."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import nbformat
from markupsafe import Markup, escape
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from slm_analysis.display.rendering import addressed
from slm_analysis.language import _
from slm_analysis.printed.textfiles import read_text_table
from slm_analysis.site.inline_figures import drawn
from slm_analysis.site.pages import Page, fill

HEADING_LINK = re.compile(r'<a class="anchor-link".*?</a>')  # the contents have them
HEADING_ID = re.compile(r'(?<=<h\d id=")[^"]+')
JOINT = re.compile("(?:uitvoerings|overname|mobiliteits)(?=[a-z]{8})")
YEAR = re.compile(r"(?<=[a-z])\N{NO-BREAK SPACE}(?=\d{4})")
CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)
FUNCTION = re.compile(r"\bfigures\.(\w+)\(")
PREFIXES = {"raw_ids": "dtv_counts ", "claim_id": "claims ", "id": "agreements "}  # of addresses


def title_of(text: str) -> str:
    """Return the first heading of a Markdown text that begins with it."""
    return text.partition("\n")[0].removeprefix("# ")


def notebook_page(
    path: Path, name: str, part: str, figures: Path, folder: str, title: str = ""
) -> Page:
    """Return the cells of an executed notebook as a page.

    Parameters
    ----------
    path
        The notebook.
    name, part
        Of the page.
    figures
        Where its figures and their data stand.
    folder
        The same, as the page names it.
    title
        Replaces its first heading.
    """
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _(cell.source)
    heading, line, text = notebook.cells[0].source.partition("\n")
    page = Page(name, title or title_of(heading), Markup(), part)
    notebook.cells[0].source = f"# {page.title}{line}{text}"
    body = fill(
        "notebook.html.j2",
        page=page,
        cells=notebook.cells,
        figures=figures,
        folder=folder,
        markdown=markdown,
        highlighted=Highlight2HTML(pygments_lexer="python"),
        scrolling=scrolling,
        drawn=drawn,
        function_called=function_called,
        read_text_table=read_text_table,
        readable=readable,
    )
    return replace(page, body=body)


def markdown(text: str) -> Markup:
    """Return Markdown as HTML; markup in it stays text."""
    html = MarkdownWithMath(renderer=IPythonRenderer(escape=True)).render(text)
    html = HEADING_LINK.sub("", html)
    return Markup(HEADING_ID.sub(lambda found: escape(unquote(found[0])), html))  # letters as are


def scrolling(html: str) -> Markup:
    """Return a table in a frame that scrolls on a narrow screen."""
    caption = CAPTION.search(html)
    label = Markup(caption[1]).striptags() if caption else _("table")
    # a narrow column breaks long words at their joint, and dates before the year
    html = YEAR.sub(" ", JOINT.sub("\\g<0>\N{SOFT HYPHEN}", html))
    frame = Markup('<div class="scroll" tabindex="0" role="group" aria-label="{}">{}</div>')
    return frame.format(label, Markup(html))


def function_called(code: str) -> str:
    """Return the function of :mod:`figures` that a cell calls."""
    return next(FUNCTION.finditer(code))[1]


def readable(column: str, value: str) -> str:
    """Return a value of a figure's data; ids have their addresses, long decimals are cut."""
    if column in PREFIXES and value:
        return Markup(", ").join(
            addressed(name, [PREFIXES[column] + name]) for name in value.split(";")
        )
    if re.fullmatch(r"-?\d+\.\d{5,}(?:e[-+]\d+)?", value):
        return f"{float(value):.5g}"
    return value
