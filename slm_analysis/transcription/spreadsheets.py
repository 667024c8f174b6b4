"""Rows of workbooks and CSV files that others made, and every problem in them.

Nothing is executed or fetched: formulas are refused, links are dropped, XML entities are not
resolved.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from defusedxml.ElementTree import ParseError, iterparse
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.xml.constants import SHEET_MAIN_NS

from slm_analysis.errors import AnalysisError, DataError, short, shown
from slm_analysis.printed.sources import read_source
from slm_analysis.printed.textfiles import parse_yaml

COUNTS_SHEET, SOURCE_SHEET = "counts", "source"

LARGEST = 50_000_000  # bytes of a workbook once unpacked
MOST_ROWS = 100_000  # of a file
MOST_CELLS = 2_000_000  # of a sheet, empty ones too


class Problem(NamedTuple):
    """One thing that is wrong, and where."""

    file: str
    sheet: str
    row: int | None
    column: str
    value: object
    allowed: str

    def __str__(self) -> str:
        place = [shown(self.file).strip("'") if len(self.file) > 60 else self.file]
        place += [f"sheet {self.sheet}"] if self.sheet else []
        place += [f"row {self.row}"] if self.row is not None else []
        place += [f"column {self.column}"] if self.column else []
        told = self.allowed if self.value is None else f"{shown(self.value)}: {self.allowed}"
        return short(f"{', '.join(place)}: {told}")


class Row(NamedTuple):
    """A line of a file: its number, from 1, and what stands in it."""

    number: int
    values: list[Any]


@contextmanager
def _workbook(path: Path) -> Iterator[tuple[Any, dict[str, list[str]]]]:
    """Open a workbook to be read line by line, with the merged cells of each of its parts.

    Nothing is executed, fetched or unpacked too far; links, comments and styles are not read.
    """
    if not path.is_file():
        raise DataError("file missing", file=path.name)
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise DataError("password-protected, or of an old kind; allowed is .xlsx", file=path.name)
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(item.file_size for item in packed.infolist()) > LARGEST:
                raise DataError(f"unpacks to more than {LARGEST:,} bytes", file=path.name)
            merged = {part: _merged(packed, part, path.name) for part in packed.namelist()}
        with closing(load_workbook(path, read_only=True, keep_links=False)) as book:
            yield book, merged
    except AnalysisError:
        raise
    except Exception:  # openpyxl raises all kinds on damaged files
        raise DataError("not a workbook (.xlsx), or a damaged one", file=path.name) from None


def _merged(packed: zipfile.ZipFile, part: str, file: str) -> list[str]:
    """Return the merged cells of a sheet; none of a part that is no sheet.

    openpyxl makes every cell up to the outermost, so that a file of a few bytes can ask for
    billions of them.
    """
    row = column = last_row = last_column = 0
    merged = []
    try:
        for event, element in iterparse(packed.open(part), events=("start", "end")):
            place = element.get("r")
            if event == "end":
                element.clear()
            elif element.tag == f"{{{SHEET_MAIN_NS}}}row":
                row, column = int(place) if place else row + 1, 0
            elif element.tag == f"{{{SHEET_MAIN_NS}}}c":
                row, column = coordinate_to_tuple(place) if place else (row, column + 1)
            elif element.tag == f"{{{SHEET_MAIN_NS}}}mergeCell":
                merged.append(element.get("ref"))
            last_row, last_column = max(last_row, row), max(last_column, column)
    except ParseError:
        pass  # a picture, say; openpyxl will refuse a damaged sheet
    if last_row * last_column > MOST_CELLS:
        raise DataError(f"a sheet spans more than {MOST_CELLS:,} cells", file=file)
    return merged


def one_record(found: object, file: str) -> tuple[str, dict[str, Any]]:
    """Return the one source record of a file, under its ``source_id``.

    Raises
    ------
    DataError
        If it is not one record, or the record is not allowed.
    """
    if not isinstance(found, dict) or len(found) != 1:
        raise DataError("allowed is one record under its source_id", file=file)
    ((source_id, record),) = found.items()
    read_source(str(source_id), record, file)
    return str(source_id), record


def workbook_record(path: Path) -> tuple[str, dict[str, Any]] | None:
    """Return the source record that a workbook carries, if any."""
    place = f"{path.name}, sheet {SOURCE_SHEET}"
    with _workbook(path) as (book, _):
        text = book[SOURCE_SHEET]["A2"].value if SOURCE_SHEET in book.sheetnames else None
    return one_record(parse_yaml(str(text), place), place) if text else None


def workbook_rows(path: Path) -> tuple[list[Row], list[Problem]]:
    """Return the rows of the sheet of counts, formulas left out, and what is wrong with cells."""
    rows: list[Row] = []
    problems: list[Problem] = []
    with _workbook(path) as (book, merged):
        if COUNTS_SHEET not in book.sheetnames:
            raise DataError(f"no sheet {COUNTS_SHEET!r}", file=path.name)
        sheet = book[COUNTS_SHEET]
        for part in merged[sheet._worksheet_path]:
            row = coordinate_to_tuple(part.partition(":")[0])[0]
            told = "merged cells; unmerge them"
            problems.append(Problem(path.name, COUNTS_SHEET, row, "", part, told))
        sheet.reset_dimensions()  # what the file says of its size may be wrong
        for number, line in enumerate(sheet.iter_rows(), start=1):
            if len(rows) > MOST_ROWS:
                raise DataError(f"more than {MOST_ROWS:,} rows", file=path.name)
            for cell in line:
                if cell.data_type == "f":
                    place = path.name, COUNTS_SHEET, number, cell.column_letter
                    told = "a formula; allowed is a figure as printed"
                    problems.append(Problem(*place, cell.value, told))
            values = [None if cell.data_type == "f" else cell.value for cell in line]
            if any(value is not None for value in values):
                rows.append(Row(number, values))
    return rows, problems


def csv_rows(path: Path) -> list[Row]:
    """Return the rows of a CSV file that are not empty, parted by comma, semicolon or tab."""
    if path.stat().st_size > LARGEST:
        raise DataError(f"more than {LARGEST:,} bytes", file=path.name)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 at byte {error.start}", file=path.name) from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        lines = list(islice(reader, MOST_ROWS + 1))
    except csv.Error as error:
        raise DataError(f"not a CSV file: {error}", file=path.name) from None
    if len(lines) > MOST_ROWS:
        raise DataError(f"more than {MOST_ROWS:,} rows", file=path.name)
    return [Row(number, list(line)) for number, line in enumerate(lines, start=1) if any(line)]
