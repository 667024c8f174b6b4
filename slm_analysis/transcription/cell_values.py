"""The fields of a transcription: their headings, and what each may hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from slm_analysis.errors import DataError
from slm_analysis.printed import schema
from slm_analysis.printed.read import Raw
from slm_analysis.printed.rules import notation
from slm_analysis.printed.sources import Source
from slm_analysis.printed.textfiles import one_line, unfit
from slm_analysis.transcription import country_names

HEADINGS = {
    "country": ("country", "land", "iso3", "iso", "landcode", "country code"),
    "year": ("year", "jaar"),
    "channel": ("channel", "kanaal", "soort", "procedure"),
    "indicator": ("indicator",),
    "printed": ("printed", "value", "count", "waarde", "aantal", "cijfer"),
    "page": ("page", "pagina", "blz", "bladzijde"),
    "section": ("section", "paragraaf", "sectie"),
    "note": ("note", "opmerking", "noot", "toelichting"),
}

INDICATORS = {
    "requests": ("requests", "aanvragen", "lp aanvragen", "verzoeken", "t o verzoeken"),
    "negative": ("negative", "negatief", "negatief antwoord"),
    "confirmed": ("confirmed", "bevestigd", "nationaliteit bevestigd"),
    "issued": ("issued", "afgegeven", "reisdocument afgegeven"),
    "unanswered": ("unanswered", "geen antwoord", "onbeantwoord"),
    "forced": ("forced", "gedwongen", "gedwongen vertrek"),
    "independent": ("independent", "zelfstandig", "zelfstandig vertrek"),
}

CHANNELS = {
    "LP": ("lp", "laissez passer"),
    "TO": ("to", "t o", "eu t o", "eu to"),
    "nationality": ("nationality", "nationaliteit", "nationaliteitsvaststelling"),
    "": ("", "departures", "vertrek"),
}

YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def named(text: str, names: dict[str, tuple[str, ...]]) -> str | None:
    """Return which name a text is an alias of, in whatever case and with whatever accents."""
    plain = country_names.plain(text)
    return next((name for name, aliases in names.items() if plain in aliases), None)


class Values:
    """Reads the fields of a file: each value becomes what it means, or raises what is allowed."""

    def __init__(self, raw: Raw, source: Source | None) -> None:
        self.raw, self.source = raw, source
        self.countries = country_names.known_names(raw)
        self.readers: dict[str, Callable[[Any], Any]] = {
            "country": self._country,
            "year": self._year,
            "channel": partial(_one_of, CHANNELS),
            "indicator": partial(_one_of, INDICATORS),
            "printed": self._figure,
            "page": self._page,
            "section": _section,
            "note": _note,
        }

    def read(self, field: str, value: object) -> Any:
        """Return what a value of a field means; an empty cell is an empty text.

        Returns
        -------
        str, int or tuple
            The ISO code of a country, a year, a figure as printed with its normal form, or a text.

        Raises
        ------
        DataError
            With what is allowed.
        """
        return self.readers[field](value)

    def _country(self, value: object) -> str:
        name = country_names.plain(str(value))
        if name in self.countries:
            return self.countries[name]
        if code := country_names.world().get(name):
            told = f"not yet a country of this directory; import with --country {code} to add it"
            raise DataError(told)
        near = country_names.suggest(name, self.countries, self.raw)
        hint = f"nearest is {near}" if near else "allowed is a Dutch or English name, or a code"
        raise DataError(f"not a known country; {hint}")

    def _year(self, value: object) -> int:
        text = _whole(value)
        if not YEAR.fullmatch(text):
            raise DataError("allowed is a calendar year such as 2014")
        years = self.source.years if self.source else None
        if self.source and years and not years[0] <= int(text) <= years[1]:
            raise DataError(f"years of {self.source.source_id} are {years[0]} to {years[1]}")
        return int(text)

    def _page(self, value: object) -> str:
        text = _whole(value)
        pages = self.source.pages if self.source else None
        if pages is None:
            if self.source and text:
                raise DataError(f"{self.source.source_id} has no page numbers")
            return text
        first, last = pages
        if not text:
            raise DataError(f"empty; a page from {first} to {last} is needed")
        if not re.fullmatch("[0-9]{1,5}", text) or not first <= int(text) <= last:
            raise DataError(f"pages are {first} to {last}")
        return str(int(text))

    def _figure(self, value: object) -> tuple[str, str]:
        normal = notation(value)
        if self.source is not None:
            self.source.read(normal)
        return one_line(value) if isinstance(value, str) else normal, normal


def _whole(value: object) -> str:
    """Return the digits of a whole number, of which a spreadsheet may have made a decimal."""
    return one_line(value).removesuffix(".0")


def _one_of(names: dict[str, tuple[str, ...]], value: object) -> str:
    name = named(str(value), names)
    if name is None:
        raise DataError(f"allowed are {', '.join(filter(None, names))}")
    return name


def _free(value: object) -> str:
    text = one_line(value)
    if why := unfit(text):
        raise DataError(why)
    return text


def _section(value: object) -> str:
    if ";" in str(value):
        raise DataError("a section has no semicolon; use a comma")
    return _free(value)


def _note(value: object) -> str:
    text = _free(value)
    allowed = schema.NOTE_MARKS[1:]
    if not set(re.findall(schema.NOTE_MARK, text)) <= set(allowed):
        raise DataError(f"allowed before a colon are {', '.join(allowed)}")
    return text
