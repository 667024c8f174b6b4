"""Rows of workbooks and CSV files that others made, and every problem in them.

Nothing is executed or fetched: formulas are refused, links are dropped, XML entities are not
resolved.
"""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from defusedxml.ElementTree import ParseError, iterparse
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from openpyxl.xml.constants import SHEET_MAIN_NS

from slm_analysis.errors import DataError

COUNTS_SHEET, SOURCE_SHEET = "counts", "source"

LARGEST = 50_000_000  # bytes of a workbook once unpacked
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
        place = [self.file]
        place += [f"sheet {self.sheet}"] if self.sheet else []
        place += [f"row {self.row}"] if self.row is not None else []
        place += [f"column {self.column}"] if self.column else []
        shown = "" if self.value is None else f"{_short(self.value)}: "
        return f"{', '.join(place)}: {shown}{self.allowed}"


class Row(NamedTuple):
    """A line of a file: its number, from 1, and what stands in it."""

    number: int
    values: list[Any]


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _workbook(path: Path) -> Any:
    """Open a workbook without executing, fetching or unpacking too much."""
    refuse = DataError("not a workbook (.xlsx), or a damaged one", file=path.name)
    if not path.is_file():
        raise DataError("file missing", file=path.name)
    start = path.read_bytes()[:8]
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise DataError("password-protected, or of an old kind; allowed is .xlsx", file=path.name)
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(item.file_size for item in packed.infolist()) > LARGEST:
                raise DataError(f"unpacks to more than {LARGEST:,} bytes", file=path.name)
            if any(_cells_of(packed, part) > MOST_CELLS for part in packed.namelist()):
                raise DataError(f"a sheet spans more than {MOST_CELLS:,} cells", file=path.name)
        return load_workbook(path, keep_links=False)
    except DataError:
        raise
    except Exception:  # openpyxl raises all kinds on damaged files
        raise refuse from None


def _cells_of(packed: zipfile.ZipFile, part: str) -> int:
    """Return how many cells a sheet unfolds into; 0 for a part that is no sheet.

    openpyxl makes every cell up to the outermost, and every merged one, so that a file of a few
    bytes can ask for billions of them.
    """
    row = column = last_row = last_column = merged = 0
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
                left, top, right, bottom = range_boundaries(element.get("ref"))
                merged += (right - left + 1) * (bottom - top + 1)
            last_row, last_column = max(last_row, row), max(last_column, column)
    except ParseError:
        pass  # a picture, say; openpyxl will refuse a damaged sheet
    return last_row * last_column + merged


def workbook_record(path: Path) -> dict[str, Any] | None:
    """Return the source record that a workbook carries, if any."""
    book = _workbook(path)
    if SOURCE_SHEET not in book.sheetnames:
        return None
    try:
        found = yaml.safe_load(str(book[SOURCE_SHEET]["A2"].value or ""))
    except yaml.YAMLError:
        raise DataError("not a source record", file=f"{path.name}, sheet {SOURCE_SHEET}") from None
    return found if isinstance(found, dict) else None


def workbook_rows(path: Path) -> tuple[list[Row], list[Problem]]:
    """Return the rows of the sheet of counts, formulas left out, and what is wrong with cells."""
    book = _workbook(path)
    if COUNTS_SHEET not in book.sheetnames:
        raise DataError(f"no sheet {COUNTS_SHEET!r}", file=path.name)
    sheet = book[COUNTS_SHEET]
    problems = [
        Problem(path.name, COUNTS_SHEET, part.min_row, "", str(part), "merged cells; unmerge them")
        for part in sheet.merged_cells.ranges
    ]
    rows = []
    for line in sheet.iter_rows():
        for cell in line:
            if cell.data_type == "f":
                problems.append(
                    Problem(path.name, COUNTS_SHEET, cell.row, cell.column_letter, cell.value,
                            "a formula; allowed is a figure as printed")
                )  # fmt: skip
        rows.append(Row(line[0].row, [None if c.data_type == "f" else c.value for c in line]))
    return rows, problems


def csv_rows(path: Path) -> list[Row]:
    """Return the rows of a CSV file that are not empty, parted by comma, semicolon or tab."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 at byte {error.start}", file=path.name) from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise DataError(f"not a CSV file: {error}", file=path.name) from None
    return [Row(number, list(line)) for number, line in enumerate(lines, start=1) if any(line)]
