"""Country names as people write them, in Dutch and English, to ISO codes and back.

Names come from CLDR (by Babel) and from ``countries.csv``; spellings that neither has are below.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import cache

from babel import Locale
from babel.core import get_global

from slm_analysis.printed.read import Raw

SPELLINGS = {
    "congo drc": "COD",
    "congo kinshasa": "COD",
    "democratische republiek congo": "COD",
    "guinee conakry": "GIN",
    "guinea conakry": "GIN",
    "kosovo": "XKX",
    "macedonie": "MKD",
    "macedonia": "MKD",
    "rusland": "RUS",
    "somalie": "SOM",
    "somalia": "SOM",
    "somaliland": "SOM",
    "ivory coast": "CIV",
    "palestine": "PSE",
}


@cache
def plain(text: str) -> str:
    """Return a name without accents, case and punctuation."""
    letters = unicodedata.normalize("NFKD", text)
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", kept.casefold()))


@cache
def _cldr() -> dict[str, str]:
    """Return CLDR names, Dutch and English, to ISO alpha-3 codes."""
    aliases = get_global("territory_aliases")
    alpha3 = {
        to[0]: code
        for code, to in aliases.items()
        if re.fullmatch(r"[A-Z]{3}", code) and len(to) == 1  # not a state that fell apart
    }
    return {
        plain(name): alpha3[code]
        for language in ("en", "nl")
        for code, name in Locale(language).territories.items()
        if code in alpha3
    }


def known_names(raw: Raw) -> dict[str, str]:
    """Return every accepted name of the countries in ``countries.csv``, plain, to its code."""
    countries = raw["countries"]
    codes = set(countries["iso3"])
    names = {name: code for name, code in (_cldr() | SPELLINGS).items() if code in codes}
    for column in ("iso3", "name", "name_printed"):
        names |= {
            plain(name): code
            for name, code in zip(countries[column], countries["iso3"], strict=True)
        }
    return names


def suggest(text: str, names: dict[str, str], raw: Raw) -> str:
    """Return the country nearest to a text that is not known, or nothing."""
    near = difflib.get_close_matches(plain(text), names, n=1, cutoff=0.75)
    return f"{raw.names[names[near[0]]]} ({names[near[0]]})" if near else ""
