"""The fields of a transcription: their headings, and what each may hold."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any

from slm_analysis.errors import DataError
from slm_analysis.printed import codebook
from slm_analysis.printed.read import Raw
from slm_analysis.printed.reading_rules import notation
from slm_analysis.printed.sources import Source
from slm_analysis.printed.textfiles import one_line, read_text_table, unfit
from slm_analysis.transcription import country_names

# what a heading, an indicator and a kind of request may be called, in either language
_NAMES = read_text_table(Path(__file__).with_name("headings_and_values.csv"))
HEADINGS, INDICATORS, CHANNELS = (
    rows.set_index("stands_for")["written"].str.split(";").to_dict()
    for _what, rows in _NAMES.groupby("what", sort=False)
)
YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def named(text: str, names: dict[str, list[str]]) -> str | None:
    """Return which name a text is an alias of, in whatever case and with whatever accents."""
    plain = country_names.plain(text)
    return next((name for name, aliases in names.items() if plain in aliases), None)


class Values:
    """Reads the fields of a file: each value becomes what it means, or raises what is allowed."""

    def __init__(self, raw: Raw, source: Source | None) -> None:
        self.raw, self.source = raw, source
        self.countries = country_names.known_names(raw)

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
        match field:
            case "country":
                return self._country(str(value))
            case "channel" | "indicator":
                names = CHANNELS if field == "channel" else INDICATORS
                name = named(str(value), names)
                if name is None:
                    raise DataError(f"allowed are {', '.join(filter(None, names))}")
                return name
            case "printed":
                normal = notation(value)
                if self.source is not None:
                    self.source.read(normal)
                return one_line(value) if isinstance(value, str) else normal, normal
        text = one_line(value)
        whole = text.removesuffix(".0")  # of which a spreadsheet may have made a decimal
        if field == "year":
            return self._year(whole)
        if field == "page":
            return self._page(whole)
        if field == "section" and ";" in text:
            raise DataError("a section has no semicolon; use a comma")
        if why := unfit(text):
            raise DataError(why)
        allowed = codebook.NOTE_MARKS[1:]
        if field == "note" and not set(re.findall(codebook.NOTE_MARK, text)) <= set(allowed):
            raise DataError(f"allowed before a colon are {', '.join(allowed)}")
        return text

    def _country(self, text: str) -> str:
        name = country_names.plain(text)
        if name in self.countries:
            return self.countries[name]
        if code := country_names.world().get(name):
            told = f"not yet a country of this directory; import with --country {code} to add it"
            raise DataError(told)
        near = difflib.get_close_matches(name, self.countries, n=1, cutoff=0.75)
        told = "allowed is a Dutch or English name, or a code"
        if near:
            code = self.countries[near[0]]
            told = f"nearest is {self.raw.names[code]} ({code})"
        raise DataError(f"not a known country; {told}")

    def _year(self, text: str) -> int:
        if not YEAR.fullmatch(text):
            raise DataError("allowed is a calendar year such as 2014")
        if self.source and self.source.years:
            first, last = self.source.years
            if not first <= int(text) <= last:
                raise DataError(f"years of {self.source.source_id} are {first} to {last}")
        return int(text)

    def _page(self, text: str) -> str:
        if self.source is None:
            return text
        if self.source.pages is None:
            if text:
                raise DataError(f"{self.source.source_id} has no page numbers")
            return ""
        first, last = self.source.pages
        if not text:
            raise DataError(f"empty; a page from {first} to {last} is needed")
        if not re.fullmatch("[0-9]{1,5}", text) or not first <= int(text) <= last:
            raise DataError(f"pages are {first} to {last}")
        return str(int(text))
