"""The frame of every page of the site: head, contents, search, turning pages, languages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from slm_analysis.display.rendering import interval
from slm_analysis.display.tables.cells import KIND_WORDS, channel_in_words, places_of
from slm_analysis.language import FOLDERS, LANGUAGES, _, current

ASSETS, TEMPLATES = map(Path(__file__).with_name, ("assets", "templates"))
HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)


def top_of_language() -> str:
    """Return the way from the folder of the current language to the site's."""
    return "../" * FOLDERS[current()].count("/")


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals |= {
    "_": _,
    "languages": LANGUAGES,
    "folders": FOLDERS,
    "top_of_language": top_of_language,
    "interval": interval,
    "places_of": places_of,
    "channel_in_words": channel_in_words,
    "kind_words": KIND_WORDS,
}


@dataclass(frozen=True)
class Page:
    """A page of the site.

    Parameters
    ----------
    name
        Path below the folder of its language, without the ending: ``data``, ``profiles/ARM``.
    title
        As the contents show it.
    body
        What stands in the frame.
    part
        Under which head the contents list it.
    language
        Of the texts around the body.
    translated
        Whether the other language has this page too.
    """

    name: str
    title: str
    body: Markup
    part: str
    language: str = field(default_factory=current)
    translated: bool = True

    @property
    def path(self) -> str:
        """Path below the site's folder."""
        return f"{FOLDERS[self.language]}{self.name}.html"

    @property
    def top(self) -> str:
        """From the page to the site's folder."""
        return "../" * self.path.count("/")

    @property
    def root(self) -> str:
        """From the page to the folder of its language."""
        return "../" * self.name.count("/")

    @property
    def headings(self) -> list[tuple[str, str]]:
        """Anchors and titles of the page's sections."""
        return [
            (Markup(found).unescape(), Markup(title).striptags())
            for found, title in HEADING.findall(self.body)
        ]


def fill(template: str, **values: object) -> Markup:
    """Return a template of the site with its values; all of them are escaped."""
    return Markup(_ENVIRONMENT.get_template(template).render(values))


def framed(page: Page, pages: list[Page]) -> str:
    """Return a page as HTML, with the contents of all pages.

    Parameters
    ----------
    page
        The page.
    pages
        The pages in reading order: those of its language, and English ones that stand for both.
    """
    at = pages.index(page)
    parts: dict[str, list[Page]] = {}
    for each in pages:
        parts.setdefault(each.part, []).append(each)
    return fill(
        "page.html.j2",
        page=page,
        parts=parts,
        previous=pages[at - 1] if at else None,
        next=pages[at + 1] if at + 1 < len(pages) else None,
    )
