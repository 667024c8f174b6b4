"""Reading transcriptions: long or wide, Dutch or English, all problems at once.

A file is read to cells (:class:`Cell`) or refused with every problem in it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from slm_analysis.bounds.panel import cell_name
from slm_analysis.errors import LONGEST_VALUE, AnalysisError, DataError, short, shown
from slm_analysis.printed import codebook
from slm_analysis.printed.read import Raw
from slm_analysis.printed.sources import Source
from slm_analysis.printed.textfiles import one_line
from slm_analysis.transcription import spreadsheets
from slm_analysis.transcription.cell_values import HEADINGS, YEAR, Values, named
from slm_analysis.transcription.country_names import plain

MOST_PROBLEMS = 100  # that are told of a file
YEARS = "years"  # the columns of a wide table that are headed by a year

Key = tuple[str, int, str, str]  # country, year, channel and indicator


class TranscriptionError(AnalysisError):
    """What is wrong with a transcription, a line each, up to :data:`MOST_PROBLEMS`."""

    def __init__(self, problems: list[DataError]) -> None:
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
    def key(self) -> Key:
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
    problems: list[DataError] = []
    place = short(path.name, LONGEST_VALUE)
    if path.suffix.casefold() in (".xlsx", ".xlsm", ".xls"):
        rows, problems = spreadsheets.workbook_rows(path)
        place += f", sheet {spreadsheets.COUNTS_SHEET}"
    else:
        rows = spreadsheets.csv_rows(path)
    if not rows:
        raise DataError("empty; a header line is needed", file=path.name)
    reader = _Reader(path.name, place, Values(raw, source), problems)
    cells = reader.cells(rows)
    if reader.problems:
        raise TranscriptionError(reader.problems)
    if not cells:
        raise DataError("no figure in it", file=path.name)
    return cells


class _Reader:
    """Turns the rows of a file into cells, and gathers all that is wrong with them."""

    def __init__(self, file: str, place: str, values: Values, problems: list[DataError]) -> None:
        self.file, self.place, self.values, self.problems = file, place, values, problems
        self.header = 1  # its row
        self.columns: dict[str, dict[str, int]] = {name: {} for name in (*HEADINGS, YEARS)}
        self.seen: dict[Key, int] = {}  # cells and their rows

    def problem(self, row: int, column: str, value: object, allowed: str) -> None:
        """Keep what is wrong, with its place; once, if it is of a heading and not of a row."""
        found = DataError(allowed, file=self.place, row=row, column=column, value=value)
        if str(found) not in map(str, self.problems):
            self.problems.append(found)

    def cells(self, rows: list[spreadsheets.Row]) -> list[Cell]:
        """Return all cells, as far as they can be read."""
        (self.header, headings), *lines = rows
        self._read_header(headings)
        needed = ["country", "indicator"]
        if self.values.source and self.values.source.pages:
            needed.append("page")
        if not self.columns[YEARS]:
            needed += ["printed", "year"]
        missing = [name for name in needed if not self.columns[name]]
        for name in missing:
            told = f"no column {name}; it may be headed {', '.join(HEADINGS[name])}"
            self.problem(self.header, "", None, told)
        filled = {at: (row, value) for row, line in reversed(lines) for at, value in line.items()}
        for at in sorted(filled.keys() - headings.keys()):
            row, value = filled[at]
            told = "no heading above it; give the column one, or leave it empty"
            self.problem(row, get_column_letter(at + 1), value, told)
        found: list[Cell] = []
        for row, line in lines if not missing else []:
            if len(self.problems) > MOST_PROBLEMS:
                break
            found += self._row(row, line)
        return found

    def _read_header(self, headings: dict[int, object]) -> None:
        """Find the columns of each field, and of each year in a wide table."""
        for at, value in headings.items():
            heading = one_line(value)
            name = YEARS if YEAR.fullmatch(heading) else named(heading, HEADINGS)
            if name is None:
                known = [alias for aliases in HEADINGS.values() for alias in aliases]
                near = difflib.get_close_matches(plain(heading), known, n=1)
                hint = f"; nearest is {near[0]}" if near else ""
                allowed = f"{', '.join(HEADINGS)}, or a year alone such as 2014"
                told = f"unknown heading{hint}; allowed are {allowed}"
                self.problem(self.header, "", value, told)
                continue
            if heading in self.columns[name]:
                self.problem(self.header, "", value, "the heading stands twice")
            self.columns[name][heading] = at
        if self.columns[YEARS]:
            for heading in (*self.columns["year"], *self.columns["printed"]):
                told = "stands beside headings of years; allowed is one of the two"
                self.problem(self.header, "", heading, told)

    def _row(self, row: int, line: dict[int, object]) -> Iterator[Cell]:
        """Yield the cells of a row, if there is a figure in it."""
        filled = {name for name, at in self.columns.items() if line.keys() & at.values()}
        figures = {}  # the year and the figure by their column
        for heading, at in self.columns[YEARS].items():
            if at in line:
                year = self._value(self.header, "", "year", int(heading))
                figures[heading] = year, self._value(row, heading, "printed", line[at])
        if filled and not self.columns[YEARS]:
            year = self._said(row, "year", line)
            if "printed" in filled:
                figures["printed"] = year, self._said(row, "printed", line)
        if not figures:
            return
        fields = ("country", "indicator", "channel", "page", "section", "note")
        said = {name: self._said(row, name, line) for name in fields}
        channel, indicator = said["channel"], said["indicator"]
        if None not in (indicator, channel) and (indicator in codebook.DEPARTURES) == bool(channel):
            told = f"{indicator}: departures have none, all else has one"
            if self.columns["channel"]:
                self.problem(row, "channel", channel, told)
            else:
                self.problem(self.header, "channel", None, f"no column channel; {told}")
            return
        iso3 = said.pop("country")
        for column, (year, figure) in figures.items():
            if None in (iso3, year, figure, *said.values()):
                continue
            printed, normal = figure
            place = {"iso3": iso3, "year": year, "row": row, "column": column}
            cell = Cell(printed=printed, notation=normal, **place, **said)
            if cell.key in self.seen:
                told = f"{cell_name(*cell.key)} stands in row {self.seen[cell.key]} too"
                self.problem(row, column, cell.printed, told)
            else:
                self.seen[cell.key] = row
                yield cell

    def _said(self, row: int, name: str, line: dict[int, object]) -> Any:
        """Return what a row says in all columns of a field, or nothing where that is wrong."""
        given = {head: line[at] for head, at in self.columns[name].items() if at in line}
        if not given:
            given[name] = f"{self.file}, row {row}" if name == "section" else None
        first = next(iter(given))
        read = {
            heading: self._value(row, heading if len(given) > 1 else name, name, value)
            for heading, value in given.items()
        }
        for heading, result in read.items():
            if result != read[first] and None not in (result, read[first]):
                told = f"column {first} says {shown(given[first])}; make the two agree"
                self.problem(row, heading, given[heading], told)
        return read[first]

    def _value(self, row: int, column: str, name: str, value: object) -> Any:
        """Return what a value of a field means, or nothing where it is not allowed."""
        try:
            return self.values.read(name, "" if value is None else value)
        except DataError as error:
            self.problem(row, column, value, error.problem)
            return None
