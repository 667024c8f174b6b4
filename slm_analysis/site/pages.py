"""The frame of every page of the site: head, contents, search, turning pages, languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from slm_analysis.language import FOLDERS, LANGUAGES, _, current

FILES = Path(__file__).with_name("files")
HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(FILES), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
_ENVIRONMENT.globals["_"] = _


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
    language: str
    translated: bool = True

    @property
    def path(self) -> str:
        """Path below the site's folder."""
        return f"{FOLDERS[self.language]}{self.name}.html"

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
    up = "../" * page.path.count("/")
    root = up + FOLDERS[page.language]
    other = next(language for language in LANGUAGES if language != page.language)

    def entry(other_page: Page) -> dict[str, object]:
        foreign = other_page.language != page.language
        return {
            "title": other_page.title,
            "href": up + other_page.path,
            "hreflang": Markup(' hreflang="{0}" lang="{0}"').format(other_page.language)
            if foreign
            else "",
            "current": other_page is page,
        }

    parts: dict[str, list[dict[str, object]]] = {}
    for each in pages:
        parts.setdefault(each.part, []).append(entry(each))
    counterpart = page.name if page.translated else "index"
    return fill(
        "page.html.j2",
        page={
            "name": page.name,
            "title": page.title,
            "language": current(),
            "root": root,
            "top": up,
            "other": f"{up}{FOLDERS[other]}{counterpart}.html",
            "other_language": other,
            "other_name": LANGUAGES[other]
            if page.translated
            else _("{language} (front page)").format(language=LANGUAGES[other]),
        },
        body=page.body,
        headings=[{"anchor": anchor, "title": title} for anchor, title in page.headings],
        contents=list(parts.items()),
        previous=entry(pages[at - 1]) if at else None,
        next=entry(pages[at + 1]) if at + 1 < len(pages) else None,
    )
