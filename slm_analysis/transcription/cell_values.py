"""One value of a transcription: what its kind allows, or a problem with its place."""

from __future__ import annotations

import datetime
import re

from slm_analysis.errors import DataError
from slm_analysis.printed import schema
from slm_analysis.printed.read import Raw
from slm_analysis.printed.rules import notation
from slm_analysis.printed.sources import Source
from slm_analysis.printed.textfiles import one_line, unfit
from slm_analysis.transcription import country_names
from slm_analysis.transcription.spreadsheets import Problem

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


def is_empty(value: object) -> bool:
    """Tell whether a cell has nothing in it."""
    return value is None or (isinstance(value, str) and not one_line(value))


class Values:
    """Reads values of a file one by one, and gathers problems; ``None`` where there is one."""

    def __init__(
        self, file: str, sheet: str, raw: Raw, source: Source | None, problems: list[Problem]
    ) -> None:
        self.file, self.sheet, self.source, self.raw = file, sheet, source, raw
        self.names = country_names.known_names(raw)
        self.problems = problems

    def problem(self, row: int | None, column: str, value: object, allowed: str) -> None:
        """Keep a problem with its place."""
        self.problems.append(Problem(self.file, self.sheet, row, column, value, allowed))

    def country(self, row: int, column: str, value: object) -> str | None:
        """Return the ISO code of a country."""
        name = country_names.plain(one_line(value or ""))
        code = self.names.get(name)
        if code is None and name in country_names.world():
            other = country_names.world()[name]
            told = f"not yet a country of this directory; import with --country {other} to add it"
            self.problem(row, column, value, told)
        elif code is None:
            near = country_names.suggest(str(value or ""), self.names, self.raw)
            hint = f"nearest is {near}" if near else "allowed is a Dutch or English name, or a code"
            self.problem(row, column, value, f"not a known country; {hint}")
        return code

    def year(self, row: int, column: str, value: object) -> int | None:
        """Return a calendar year."""
        text = "" if is_empty(value) else one_line(value).removesuffix(".0")
        if isinstance(value, datetime.date) or not YEAR.fullmatch(text):
            self.problem(row, column, value, "allowed is a calendar year such as 2014")
            return None
        return int(text)

    def indicator(self, row: int, column: str, value: object) -> str | None:
        """Return what is counted."""
        return self._among(row, column, value, INDICATORS)

    def channel(self, row: int, column: str, value: object) -> str | None:
        """Return the kind of request; empty for departures."""
        return self._among(row, column, value, CHANNELS)

    def _among(
        self, row: int, column: str, value: object, known: dict[str, tuple[str, ...]]
    ) -> str | None:
        text = country_names.plain(one_line(value or ""))
        for name, aliases in known.items():
            if text in aliases:
                return name
        allowed = ", ".join(name for name in known if name)
        self.problem(row, column, value, f"allowed are {allowed}")
        return None

    def page(self, row: int, column: str, value: object) -> str | None:
        """Return a page of the source, as text."""
        text = "" if is_empty(value) else one_line(value).removesuffix(".0")
        pages = self.source.pages if self.source else None
        if self.source is None or (not text and pages is None):
            return text
        if pages is None:
            self.problem(row, column, value, f"{self.source.source_id} has no page numbers")
            return None
        if not text:
            allowed = f"empty; a page from {pages[0]} to {pages[1]} is needed"
            self.problem(row, column, None, allowed)
            return None
        if not re.fullmatch("[0-9]{1,5}", text) or not pages[0] <= int(text) <= pages[1]:
            self.problem(row, column, value, f"pages are {pages[0]} to {pages[1]}")
            return None
        return str(int(text))

    def section(self, row: int, column: str, value: object) -> str:
        """Return the section, or where the figure stands in the file."""
        text = f"{self.file}, row {row}" if is_empty(value) else one_line(value)
        if ";" in text:
            self.problem(row, column, text, "a section has no semicolon; use a comma")
        return self._free(row, column, text)

    def note(self, row: int, column: str, value: object) -> str:
        """Return a note whose marks are known."""
        text = "" if is_empty(value) else one_line(value)
        marks = set(re.findall(schema.NOTE_MARK, text)) - set(schema.NOTE_MARKS[1:])
        if marks:
            allowed = ", ".join(schema.NOTE_MARKS[1:])
            self.problem(row, column, value, f"allowed before a colon are {allowed}")
        return self._free(row, column, text)

    def _free(self, row: int, column: str, text: str) -> str:
        if why := unfit(text):
            self.problem(row, column, text, why)
        return text

    def figure(self, row: int, column: str, value: object) -> tuple[str, str] | None:
        """Return a figure as printed, and its normal form."""
        try:
            normal = notation(value)
            if self.source is not None:
                self.source.read(normal)
        except DataError as error:
            told = str(error).split(": ", 1)[-1] if str(error).startswith("'") else str(error)
            self.problem(row, column, value, told)
            return None
        return one_line(value) if isinstance(value, str) else normal, normal
