"""Reading transcriptions: long or wide, Dutch or English, all problems at once.

A file is read to cells (:class:`Cell`) or refused with every problem in it.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from openpyxl.utils import get_column_letter

from slm_analysis import schema
from slm_analysis.errors import AnalysisError, DataError, shown
from slm_analysis.panel import cell_name
from slm_analysis.read import Raw
from slm_analysis.rules import DEFAULT_RULE, Rounding, notation
from slm_analysis.sources import Source
from slm_analysis.textfiles import one_line, unfit
from slm_analysis.transcription import names
from slm_analysis.transcription.spreadsheets import (
    COUNTS_SHEET,
    Problem,
    Row,
    csv_rows,
    workbook_rows,
)

HEADERS = {
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

MOST_PROBLEMS = 100  # that are told of a file

Value = TypeVar("Value")
Columns = dict[str, dict[str, int]]  # of each field: headings, and where they stand


class TranscriptionError(AnalysisError):
    """What is wrong with a transcription, a line each, up to :data:`MOST_PROBLEMS`."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems[:MOST_PROBLEMS]
        more = ["the list ends here; there is more"] if len(problems) > MOST_PROBLEMS else []
        super().__init__("\n".join([*map(str, self.problems), *more]))


@dataclass(frozen=True)
class Cell:
    """One transcribed figure and where it stands in the file."""

    iso3: str
    year: int
    channel: str
    indicator: str
    printed: str
    notation: str
    page: str
    section: str
    note: str
    row: int
    column: str = ""

    @property
    def key(self) -> tuple[str, int, str, str]:
        """Country, year, channel and indicator.

        Examples
        --------
        >>> Cell("ARM", 2014, "LP", "requests", "1.160", "1160", "54", "3.2.3", "", row=2).key
        ('ARM', 2014, 'LP', 'requests')
        """
        return self.iso3, self.year, self.channel, self.indicator


def read_transcription(path: Path, raw: Raw, source: Source | None = None) -> list[Cell]:
    """Read a transcription, or refuse it with everything that is wrong.

    Parameters
    ----------
    path
        A workbook (``.xlsx``) or a CSV file; long (a column ``year``) or wide (years as columns).
    raw
        For the countries.
    source
        What its source can print; unchecked if ``None``.

    Returns
    -------
    list of Cell
        In the order of the file; places without a figure are left out.

    Raises
    ------
    TranscriptionError
        With every problem in the file.
    DataError
        If the file cannot be read at all, or has no figure in it.

    Examples
    --------
    >>> import pandas as pd
    >>> typed = pd.DataFrame({"land": ["Armenië"], "kanaal": ["LP"], "indicator": ["aanvragen"],
    ...                       "2013": ["minder dan 5"], "2014": ["1.160"]})
    >>> typed.to_csv("typed.csv", index=False)
    >>> [(cell.key, cell.notation) for cell in read_transcription(Path("typed.csv"), raw)]
    [(('ARM', 2013, 'LP', 'requests'), '<5'), (('ARM', 2014, 'LP', 'requests'), '1160')]
    """
    if not path.is_file():
        raise DataError("file missing", file=path.name)
    problems: list[Problem] = []
    sheet = ""
    if path.suffix.casefold() in (".xlsx", ".xlsm", ".xls"):
        rows, problems = workbook_rows(path)
        sheet = COUNTS_SHEET
    else:
        rows = csv_rows(path)
    if not rows:
        raise DataError("empty; a header line is needed", file=path.name)
    reader = _Reader(path.name, sheet, raw, source, problems)
    cells = reader.cells(rows[0], rows[1:])
    if reader.problems:
        raise TranscriptionError(reader.problems)
    if not cells:
        raise DataError("no figure in it", file=path.name)
    return cells


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not one_line(value))


class _Reader:
    """Turns rows into cells and gathers problems."""

    def __init__(
        self, file: str, sheet: str, raw: Raw, source: Source | None, problems: list[Problem]
    ) -> None:
        self.file, self.sheet, self.source, self.raw = file, sheet, source, raw
        self.names = names.known_names(raw)
        self.problems = problems
        self.seen: dict[tuple[str, int, str, str], int] = {}
        self.header = 1

    def problem(self, row: int | None, column: str, value: object, allowed: str) -> None:
        self.problems.append(Problem(self.file, self.sheet, row, column, value, allowed))

    def once(self, column: str, value: object, allowed: str) -> None:
        """Tell what is wrong with a heading, or with its absence, once and not in each row."""
        found = Problem(self.file, self.sheet, self.header, column, value, allowed)
        if found not in self.problems:
            self.problems.append(found)

    def cells(self, header: Row, rows: list[Row]) -> list[Cell]:
        self.header = header.number
        fields, years = self._columns(header)
        needed = {"country", "indicator"} | (set() if years else {"year", "printed"})
        if self.source is not None and self.source.pages is not None:
            needed |= {"page"}
        for name in sorted(needed - set(fields)):
            aliases = ", ".join(HEADERS[name])
            self.once("", None, f"no column {name}; it may be headed {aliases}")
        self._without_heading(header, rows)
        if needed - set(fields):
            return []
        found: list[Cell] = []
        for row in rows:
            if len(self.problems) > MOST_PROBLEMS:
                break
            found += self._row(row, fields, years)
        return found

    def _columns(self, header: Row) -> tuple[Columns, dict[int, int]]:
        """Return the columns of each field, and of each year in a wide table."""
        known = {alias: field for field, aliases in HEADERS.items() for alias in aliases}
        fields: Columns = {}
        years: dict[int, int] = {}
        for at, value in enumerate(header.values):
            text = "" if _empty(value) else names.plain(str(value))
            if not _empty(value) and YEAR.fullmatch(one_line(value)):
                if int(text) in years:
                    self.once("", value, "the year stands twice")
                years[int(text)] = at
            elif text in known:
                if one_line(value) in fields.setdefault(known[text], {}):
                    self.once("", value, "the heading stands twice")
                fields[known[text]][one_line(value)] = at
            elif not _empty(value):
                near = difflib.get_close_matches(text, known, n=1)
                hint = f"; nearest is {near[0]}" if near else ""
                allowed = f"{', '.join(HEADERS)}, or a year alone such as 2014"
                self.once("", value, f"unknown heading{hint}; allowed are {allowed}")
        if years:
            for name in [*fields.get("year", ()), *fields.get("printed", ())]:
                self.once("", name, "stands beside headings of years; allowed is one of the two")
        return fields, years

    def _without_heading(self, header: Row, rows: list[Row]) -> None:
        """Tell the columns that have no heading and are not empty, with their first value."""
        headed = {at for at, value in enumerate(header.values) if not _empty(value)}
        first: dict[int, tuple[int, object]] = {}
        for row in rows:
            for at, value in enumerate(row.values):
                if at not in headed and at not in first and not _empty(value):
                    first[at] = row.number, value
        for at, (row_number, value) in first.items():
            allowed = "no heading above it; give the column one, or leave it empty"
            self.problem(row_number, get_column_letter(at + 1), value, allowed)

    def _row(self, row: Row, fields: Columns, years: dict[int, int]) -> Iterator[Cell]:
        def at(place: int) -> object:
            return row.values[place] if place < len(row.values) else None

        given = {
            field: [(name, at(place)) for name, place in columns.items() if not _empty(at(place))]
            for field, columns in fields.items()
        }

        def said(field: str, read: Callable[[int, str, object], Value]) -> Value:
            """Read a field, from all columns that mean it."""
            first, *others = given.get(field) or [(field, None)]
            result = read(row.number, first[0] if others else field, first[1])
            for name, value in others:
                other = read(row.number, name, value)
                if other != result and None not in (other, result):  # None has been told of
                    told = f"column {first[0]} says {shown(first[1])}; make the two agree"
                    self.problem(row.number, name, value, told)
            return result

        figures: dict[int | None, tuple[str, str] | None]
        if years:
            figures = {
                year: self._figure(row.number, str(year), at(place))
                for year, place in years.items()
                if not _empty(at(place))
            }
        else:
            year = said("year", self._year) if any(given.values()) else None
            if not given["printed"]:
                return
            figures = {year: said("printed", self._figure)}
        if not figures:
            return  # nothing transcribed in this row
        iso3 = said("country", self._country)
        indicator = said("indicator", self._indicator)
        channel = said("channel", self._channel)
        if None not in (indicator, channel) and (indicator in schema.DEPARTURES) == bool(channel):
            told = f"{indicator}: departures have none, all else has one"
            if "channel" in fields:
                self.problem(row.number, "channel", channel, told)
            else:
                self.once("channel", None, f"no column channel; {told}")
            channel = None
        page = said("page", self._page)
        section = said("section", self._section)
        note = said("note", self._note)
        for year, figure in figures.items():
            if year is None or figure is None:
                continue
            column = str(year) if years else "printed"
            self._in_years(row.number, years, year)
            if iso3 is None or indicator is None or channel is None or page is None:
                continue
            printed, normal = figure
            cell = Cell(iso3, year, channel, indicator, printed, normal, page, section, note,
                        row.number, column)  # fmt: skip
            if cell.key in self.seen:
                told = f"{cell_name(*cell.key)} stands in row {self.seen[cell.key]} too"
                self.problem(row.number, column, printed, told)
                continue
            self.seen[cell.key] = row.number
            yield cell

    def _country(self, row: int, column: str, value: object) -> str | None:
        name = names.plain(one_line(value or ""))
        code = self.names.get(name)
        if code is None and name in names.world():
            other = names.world()[name]
            told = f"not yet a country of this directory; import with --country {other} to add it"
            self.problem(row, column, value, told)
        elif code is None:
            near = names.suggest(str(value or ""), self.names, self.raw)
            hint = f"nearest is {near}" if near else "allowed is a Dutch or English name, or a code"
            self.problem(row, column, value, f"not a known country; {hint}")
        return code

    def _year(self, row: int, column: str, value: object) -> int | None:
        text = "" if _empty(value) else one_line(value).removesuffix(".0")
        if isinstance(value, datetime.date) or not YEAR.fullmatch(text):
            self.problem(row, column, value, "allowed is a calendar year such as 2014")
            return None
        return int(text)

    def _in_years(self, row: int, years: dict[int, int], year: int) -> None:
        if self.source is not None and self.source.years is not None:
            first, last = self.source.years
            if not first <= year <= last:
                told = f"years of {self.source.source_id} are {first} to {last}"
                if years:
                    self.once("", year, told)
                else:
                    self.problem(row, "year", year, told)

    def _indicator(self, row: int, column: str, value: object) -> str | None:
        return self._among(row, column, value, INDICATORS)

    def _channel(self, row: int, column: str, value: object) -> str | None:
        return self._among(row, column, value, CHANNELS)

    def _among(
        self, row: int, column: str, value: object, known: dict[str, tuple[str, ...]]
    ) -> str | None:
        text = names.plain(one_line(value or ""))
        for name, aliases in known.items():
            if text in aliases:
                return name
        allowed = ", ".join(name for name in known if name)
        self.problem(row, column, value, f"allowed are {allowed}")
        return None

    def _page(self, row: int, column: str, value: object) -> str | None:
        text = "" if _empty(value) else one_line(value).removesuffix(".0")
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

    def _section(self, row: int, column: str, value: object) -> str:
        text = f"{self.file}, row {row}" if _empty(value) else one_line(value)
        if ";" in text:
            self.problem(row, column, text, "a section has no semicolon; use a comma")
        return self._free(row, column, text)

    def _note(self, row: int, column: str, value: object) -> str:
        text = "" if _empty(value) else one_line(value)
        marks = set(re.findall(schema.NOTE_MARK, text)) - set(schema.NOTE_MARKS[1:])
        if marks:
            allowed = ", ".join(schema.NOTE_MARKS[1:])
            self.problem(row, column, value, f"allowed before a colon are {allowed}")
        return self._free(row, column, text)

    def _free(self, row: int, column: str, text: str) -> str:
        if why := unfit(text):
            self.problem(row, column, text, why)
        return text

    def _figure(self, row: int, column: str, value: object) -> tuple[str, str] | None:
        """Return a figure as printed, and its normal form."""
        try:
            normal = notation(value)
            if self.source is not None:
                rule = self.source.reading_rule or DEFAULT_RULE
                rule.read(normal, self.source.rounding or Rounding())
        except DataError as error:
            told = str(error).split(": ", 1)[-1] if str(error).startswith("'") else str(error)
            self.problem(row, column, value, told)
            return None
        return one_line(value) if isinstance(value, str) else normal, normal
