"""Country names as people write them, in Dutch and English, to ISO codes and back.

Names come from CLDR (by Babel) and from ``countries.csv``; spellings that neither has are below.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from babel import Locale
from babel.core import get_global

from slm_analysis.errors import DataError
from slm_analysis.printed.codebook import LISTS
from slm_analysis.printed.read import Raw

SPELLINGS = {
    "congo drc": "COD",
    "democratische republiek congo": "COD",
    "guinee conakry": "GIN",
    "guinea conakry": "GIN",
    "macedonie": "MKD",
    "macedonia": "MKD",
    "somaliland": "SOM",
    "ivory coast": "CIV",
    "palestine": "PSE",
}

NO_COUNTRIES = {"BUR", "DDR", "FXX", "QUU", "TMP", "XAA", "XBB", "XKK", "YMD", "ZAR", "ZZZ"}


@cache
def plain(text: str) -> str:
    """Return a name without accents, case and punctuation."""
    letters = unicodedata.normalize("NFKD", text)
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", kept.casefold()))


@cache
def _territories() -> dict[str, tuple[str, str]]:
    """Return the English and the Dutch name of all countries by ISO alpha-3 code, from CLDR."""
    english, dutch = (Locale(language).territories for language in ("en", "nl"))
    codes = {**get_global("territory_aliases"), "XKX": ["XK"]}
    return {
        code: (english[alpha2[0]], dutch[alpha2[0]])
        for code, alpha2 in codes.items()
        if re.fullmatch("[A-Z]{3}", code)
        and len(alpha2) == 1  # not a state that fell apart
        and alpha2[0] in english
        and code not in NO_COUNTRIES
    }


@cache
def world() -> dict[str, str]:
    """Return every code and every name, Dutch and English, of all countries to their codes."""
    known = {plain(name): code for code, names in _territories().items() for name in (code, *names)}
    return known | SPELLINGS


def known_names(raw: Raw) -> dict[str, str]:
    """Return every accepted name of the countries in ``countries.csv``, plain, to its code."""
    countries = raw["countries"].set_index("iso3", drop=False)
    names = {name: code for name, code in world().items() if code in countries.index}
    for column in ("iso3", "name", "name_printed"):
        names |= {plain(name): code for code, name in countries[column].items()}
    return names


def country_row(code: str) -> dict[str, str]:
    """Return the row of ``countries.csv`` for a country that stands on none of the lists.

    Raises
    ------
    DataError
        If it is no code of a country.

    Examples
    --------
    >>> country_row("ERI")["name"], country_row("ERI")["focus_2015"]
    ('Eritrea', 'no')
    """
    if code not in _territories():
        raise DataError("allowed is an ISO 3166-1 alpha-3 code such as ERI", value=code)
    name, printed = _territories()[code]
    row = {"iso3": code, "name": name, "name_printed": printed, "note": "added by an import"}
    return row | dict.fromkeys(LISTS, "no")
