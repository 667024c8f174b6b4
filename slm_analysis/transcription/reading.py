"""Reading transcriptions: long or wide, Dutch or English, all problems at once.

A file is read to cells (:class:`Cell`) or refused with every problem in it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from slm_analysis.bounds.panel import cell_name
from slm_analysis.errors import LONGEST_VALUE, AnalysisError, DataError, short, shown
from slm_analysis.printed import schema
from slm_analysis.printed.read import Raw
from slm_analysis.printed.sources import Source
from slm_analysis.printed.textfiles import one_line
from slm_analysis.transcription import spreadsheets
from slm_analysis.transcription.cell_values import HEADINGS, YEAR, Values, named
from slm_analysis.transcription.country_names import plain

MOST_PROBLEMS = 100  # that are told of a file

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


@dataclass
class _Reader:
    """Turns the rows of a file into cells, and gathers all that is wrong with them."""

    file: str
    place: str  # for messages
    values: Values
    problems: list[DataError]
    header: int = 1  # its row
    fields: dict[str, dict[str, int]] = field(default_factory=dict)  # headings and their columns
    years: dict[int, int] = field(default_factory=dict)  # of a wide table, and their columns
    seen: dict[Key, int] = field(default_factory=dict)  # cells and their rows

    def problem(self, row: int, column: str, value: object, allowed: str) -> None:
        """Keep what is wrong, with its place; once, if it is of a heading and not of a row."""
        found = DataError(allowed, file=self.place, row=row, column=column, value=value)
        if str(found) not in map(str, self.problems):
            self.problems.append(found)

    def cells(self, rows: list[spreadsheets.Row]) -> list[Cell]:
        """Return all cells, as far as they can be read."""
        (self.header, headings), *lines = rows
        self._read_header(headings)
        needed = {"country", "indicator"} | (set() if self.years else {"year", "printed"})
        if self.values.source and self.values.source.pages:
            needed.add("page")
        missing = sorted(needed - self.fields.keys())
        for name in missing:
            aliases = ", ".join(HEADINGS[name])
            told = f"no column {name}; it may be headed {aliases}"
            self.problem(self.header, "", None, told)
        filled = {at: (row, value) for row, line in reversed(lines) for at, value in line.items()}
        for at, (row, value) in sorted(filled.items()):
            if at not in headings:
                told = "no heading above it; give the column one, or leave it empty"
                self.problem(row, get_column_letter(at + 1), value, told)
        for year, at in self.years.items():
            if at in filled:
                self._value(self.header, "", "year", year)
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
            name = named(heading, HEADINGS)
            if YEAR.fullmatch(heading):
                if int(heading) in self.years:
                    self.problem(self.header, "", value, "the year stands twice")
                self.years[int(heading)] = at
            elif name:
                if heading in self.fields.setdefault(name, {}):
                    self.problem(self.header, "", value, "the heading stands twice")
                self.fields[name][heading] = at
            else:
                known = [alias for aliases in HEADINGS.values() for alias in aliases]
                near = difflib.get_close_matches(plain(heading), known, n=1)
                hint = f"; nearest is {near[0]}" if near else ""
                allowed = f"{', '.join(HEADINGS)}, or a year alone such as 2014"
                told = f"unknown heading{hint}; allowed are {allowed}"
                self.problem(self.header, "", value, told)
        if self.years:
            for heading in [*self.fields.get("year", ()), *self.fields.get("printed", ())]:
                told = "stands beside headings of years; allowed is one of the two"
                self.problem(self.header, "", heading, told)

    def _row(self, row: int, line: dict[int, object]) -> Iterator[Cell]:
        """Yield the cells of a row, if there is a figure in it."""
        given = {
            name: [(heading, line[at]) for heading, at in columns.items() if at in line]
            for name, columns in self.fields.items()
        }
        figures = {}
        if self.years:
            for year, at in self.years.items():
                if at in line:
                    figures[year] = self._value(row, str(year), "printed", line[at])
        elif any(given.values()):
            year = self._said(row, "year", given)
            if given["printed"]:
                figures[year] = self._said(row, "printed", given)
        if not figures:
            return
        if not given.get("section"):
            given["section"] = [("section", f"{self.file}, row {row}")]
        texts = ("country", "indicator", "channel", "page", "section", "note")
        said = {name: self._said(row, name, given) for name in texts}
        channel, indicator = said["channel"], said["indicator"]
        if None not in (indicator, channel) and (indicator in schema.DEPARTURES) == bool(channel):
            told = f"{indicator}: departures have none, all else has one"
            if "channel" in self.fields:
                self.problem(row, "channel", channel, told)
            else:
                self.problem(self.header, "channel", None, f"no column channel; {told}")
            said["channel"] = None
        for year, figure in figures.items():
            if None in (year, figure, *said.values()):
                continue
            column = str(year) if self.years else "printed"
            printed, normal = figure
            cell = Cell(said["country"], year, channel, indicator, printed, normal, said["page"],
                        said["section"], said["note"], row, column)  # fmt: skip
            if cell.key in self.seen:
                told = f"{cell_name(*cell.key)} stands in row {self.seen[cell.key]} too"
                self.problem(row, column, cell.printed, told)
            else:
                self.seen[cell.key] = row
                yield cell

    def _said(self, row: int, name: str, given: dict[str, list[tuple[str, object]]]) -> Any:
        """Return what a row says in all columns of a field, or nothing where that is wrong."""
        (first, value), *others = given.get(name) or [(name, None)]
        result = self._value(row, first if others else name, name, value)
        for heading, other_value in others:
            other = self._value(row, heading, name, other_value)
            if other != result and None not in (other, result):
                told = f"column {first} says {shown(value)}; make the two agree"
                self.problem(row, heading, other_value, told)
        return result

    def _value(self, row: int, column: str, name: str, value: object) -> Any:
        """Return what a value of a field means, or nothing where it is not allowed."""
        try:
            return self.values.read(name, "" if value is None else value)
        except DataError as error:
            self.problem(row, column, value, error.problem)
            return None
