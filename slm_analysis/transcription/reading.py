"""Reading transcriptions: long or wide, Dutch or English, all problems at once.

A file is read to cells (:class:`Cell`) or refused with every problem in it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from openpyxl.utils import get_column_letter

from slm_analysis.bounds.panel import cell_name
from slm_analysis.errors import AnalysisError, DataError, shown
from slm_analysis.printed import schema
from slm_analysis.printed.read import Raw
from slm_analysis.printed.sources import Source
from slm_analysis.printed.textfiles import one_line
from slm_analysis.transcription import country_names
from slm_analysis.transcription.cell_values import YEAR, Values, is_empty
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


class _Reader(Values):
    """Turns rows into cells and gathers problems."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.seen: dict[tuple[str, int, str, str], int] = {}
        self.header = 1

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
            text = "" if is_empty(value) else country_names.plain(str(value))
            if not is_empty(value) and YEAR.fullmatch(one_line(value)):
                if int(text) in years:
                    self.once("", value, "the year stands twice")
                years[int(text)] = at
            elif text in known:
                if one_line(value) in fields.setdefault(known[text], {}):
                    self.once("", value, "the heading stands twice")
                fields[known[text]][one_line(value)] = at
            elif not is_empty(value):
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
        headed = {at for at, value in enumerate(header.values) if not is_empty(value)}
        first: dict[int, tuple[int, object]] = {}
        for row in rows:
            for at, value in enumerate(row.values):
                if at not in headed and at not in first and not is_empty(value):
                    first[at] = row.number, value
        for at, (row_number, value) in first.items():
            allowed = "no heading above it; give the column one, or leave it empty"
            self.problem(row_number, get_column_letter(at + 1), value, allowed)

    def _row(self, row: Row, fields: Columns, years: dict[int, int]) -> Iterator[Cell]:
        def at(place: int) -> object:
            return row.values[place] if place < len(row.values) else None

        given = {
            field: [(name, at(place)) for name, place in columns.items() if not is_empty(at(place))]
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
                year: self.figure(row.number, str(year), at(place))
                for year, place in years.items()
                if not is_empty(at(place))
            }
        else:
            year = said("year", self.year) if any(given.values()) else None
            if not given["printed"]:
                return
            figures = {year: said("printed", self.figure)}
        if not figures:
            return  # nothing transcribed in this row
        iso3 = said("country", self.country)
        indicator = said("indicator", self.indicator)
        channel = said("channel", self.channel)
        if None not in (indicator, channel) and (indicator in schema.DEPARTURES) == bool(channel):
            told = f"{indicator}: departures have none, all else has one"
            if "channel" in fields:
                self.problem(row.number, "channel", channel, told)
            else:
                self.once("channel", None, f"no column channel; {told}")
            channel = None
        page = said("page", self.page)
        section = said("section", self.section)
        note = said("note", self.note)
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

    def _in_years(self, row: int, years: dict[int, int], year: int) -> None:
        if self.source is not None and self.source.years is not None:
            first, last = self.source.years
            if not first <= year <= last:
                told = f"years of {self.source.source_id} are {first} to {last}"
                if years:
                    self.once("", year, told)
                else:
                    self.problem(row, "year", year, told)
