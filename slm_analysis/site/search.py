"""What the search finds: every place of the site that has an address, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from unicodedata import combining, normalize

from markupsafe import Markup

from slm_analysis.language import LANGUAGES, speaking
from slm_analysis.printed.read import Raw
from slm_analysis.site.pages import Page

PLACE = re.compile(r'(?=<(?:h[23]|article|tr|dt)\b[^>]* id="([^"]+)")')
TITLE = re.compile(r'data-title="([^"]*)"|<(h3|h2|dt)\b[^>]*>(.*?)</\2>', re.DOTALL)
FOLDED = re.compile(r"<(details|pre|nav|svg)\b.*?</\1>", re.DOTALL)  # code, proofs, drawings
# a line for each thing: the words for it, in both languages; what has one is found by the others
SYNONYMS = Path(__file__).with_name("synonyms.csv")


def index(pages: Iterable[Page], raw: Raw) -> str:
    """Return what the search reads, as a script: places and words for one thing.

    A place holds the numbers of the groups of which it has a word, and then address, title, page
    and text, once in each of its languages.

    Parameters
    ----------
    pages
        Of both languages; those of a name have their places in one order.
    raw
        For the names of countries.
    """
    groups = [line.split(", ") for line in SYNONYMS.read_text(encoding="utf-8").splitlines()]
    english, dutch = (_names(raw, language) for language in LANGUAGES)
    groups += [[iso3, english[iso3], dutch[iso3]] for iso3 in english]
    group_of = {_plain(word): at for at, group in enumerate(groups) for word in group}
    longest_first = sorted(map(re.escape, group_of), key=len, reverse=True)
    words = re.compile(rf"\b(?:{'|'.join(longest_first)})\b")
    versions: dict[str, list[list[tuple[str, str, str, str]]]] = {}
    for page in pages:
        versions.setdefault(page.name, []).append(list(_places(page)))
    places = []
    for found in versions.values():
        for same in zip(*found, strict=True):
            text = _plain(" ".join(word for place in same for word in place))
            places.append([sorted({group_of[word] for word in words.findall(text)}), *same])
    return "".join(
        f"const {name} = {json.dumps(value, ensure_ascii=False, separators=(',', ':'))};\n"
        for name, value in (("SAME", groups), ("PLACES", places))
    )


def _names(raw: Raw, language: str) -> dict[str, str]:
    with speaking(language):
        return raw.names


def _places(page: Page) -> Iterator[tuple[str, str, str, str]]:
    """Yield address, title, part and text of a page, and of the places in it with its title.

    The page of a country is one place.
    """
    body = FOLDED.sub("", page.body)
    first, *rest = [body] if page.name.startswith("profiles/") else PLACE.split(body)
    yield page.path, page.title, page.part, _text(first)
    for at, piece in zip(rest[::2], rest[1::2], strict=True):
        found = TITLE.search(piece)
        title = _text(found[1] or found[3]) if found else page.title
        yield f"{page.path}#{Markup(at).unescape()}", title, page.title, _text(piece)


def _text(html: str) -> str:
    words = " ".join(Markup(re.sub("<[^>]*>", " ", html)).unescape().split())
    words = words.replace("\N{SOFT HYPHEN}", "")
    return re.sub(" (?=[,;:.)])", "", words)


def _plain(text: str) -> str:
    """Return a text without accents and capitals, as the script does with what is typed."""
    return "".join(sign for sign in normalize("NFKD", text) if not combining(sign)).lower()
