"""Rows of workbooks and CSV files that others made, and what is wrong with them.

Nothing is executed or fetched: formulas are refused, links are dropped, XML entities are not
resolved.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from defusedxml.ElementTree import iterparse
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.xml.constants import SHEET_MAIN_NS

from slm_analysis.errors import AnalysisError, DataError
from slm_analysis.printed.sources import read_source
from slm_analysis.printed.textfiles import one_line, parse_yaml, utf8_text

COUNTS_SHEET, SOURCE_SHEET = "counts", "source"

LARGEST = 50_000_000  # bytes of a workbook once unpacked
MOST_ROWS = 100_000  # of a file
MOST_CELLS = 2_000_000  # of a sheet, empty ones too

Row = tuple[int, dict[int, object]]  # its number, from 1; what is not empty, by column, from 0


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    """Open a workbook to be read line by line: no links, comments and styles."""
    if not path.is_file():
        raise DataError("file missing", file=path.name)
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"\xd0\xcf\x11\xe0":
        raise DataError("password-protected, or of an old kind; allowed is .xlsx", file=path.name)
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(item.file_size for item in packed.infolist()) > LARGEST:
                raise DataError(f"unpacks to more than {LARGEST:,} bytes", file=path.name)
        with closing(load_workbook(path, read_only=True, keep_links=False)) as book:
            yield book
    except AnalysisError:
        raise
    except Exception:  # openpyxl raises all kinds on damaged files
        raise DataError("not a workbook (.xlsx), or a damaged one", file=path.name) from None


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
    with _workbook(path) as book:
        text = book[SOURCE_SHEET]["A2"].value if SOURCE_SHEET in book.sheetnames else None
    return one_record(parse_yaml(str(text), place), place) if text else None


def workbook_rows(path: Path) -> tuple[list[Row], list[DataError]]:
    """Return the rows of the sheet of counts, formulas left out, and what is wrong with cells."""
    place = f"{path.name}, sheet {COUNTS_SHEET}"
    rows = []
    problems = []
    widest = 1
    with _workbook(path) as book:
        if COUNTS_SHEET not in book.sheetnames:
            raise DataError(f"no sheet {COUNTS_SHEET!r}", file=path.name)
        sheet = book[COUNTS_SHEET]
        for merged in _merged_cells(path, sheet._worksheet_path):
            row, _ = coordinate_to_tuple(merged.partition(":")[0])
            told = "merged cells; unmerge them"
            problems.append(DataError(told, file=place, row=row, value=merged))
        sheet.reset_dimensions()  # what the file says of its size may be wrong
        for number, line in enumerate(sheet.iter_rows(), start=1):
            widest = max(widest, len(line))
            if number * widest > MOST_CELLS:  # a few bytes can ask for billions of cells
                raise DataError(f"a sheet spans more than {MOST_CELLS:,} cells", file=path.name)
            filled = {}
            for at, cell in enumerate(line):
                if cell.data_type == "f":
                    told, column = "a formula; allowed is a figure as printed", cell.column_letter
                    problems.append(
                        DataError(told, file=place, row=number, column=column, value=cell.value)
                    )
                elif cell.value is not None and (cell.data_type != "s" or one_line(cell.value)):
                    filled[at] = cell.value
            if filled:
                rows.append((number, filled))
            if len(rows) > MOST_ROWS:
                raise DataError(f"more than {MOST_ROWS:,} rows", file=path.name)
    return rows, problems


def _merged_cells(path: Path, part: str) -> list[str]:
    """Return the merged cells of a sheet, which openpyxl does not tell when it reads by line."""
    merged = []
    with zipfile.ZipFile(path) as packed:
        for _, element in iterparse(packed.open(part)):
            if element.tag == f"{{{SHEET_MAIN_NS}}}mergeCell":
                merged.append(element.get("ref"))
            element.clear()
    return merged


def csv_lines(path: Path, delimiter: str = "") -> Iterator[list[str]]:
    """Yield the lines of a CSV file, parted by a comma, semicolon or tab as its first line is."""
    text = utf8_text(path).removeprefix("\ufeff")
    chosen = delimiter or max(",;\t", key=text.partition("\n")[0].count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=chosen, strict=True)
    except csv.Error as error:
        raise DataError(f"not a CSV file: {error}", file=path.name) from None


def csv_rows(path: Path) -> list[Row]:
    """Return the rows of a CSV file that are not empty."""
    if path.stat().st_size > LARGEST:
        raise DataError(f"more than {LARGEST:,} bytes", file=path.name)
    rows = []
    for number, line in enumerate(csv_lines(path), start=1):
        if number > MOST_ROWS:
            raise DataError(f"more than {MOST_ROWS:,} rows", file=path.name)
        filled: dict[int, object] = {at: text for at, text in enumerate(line) if one_line(text)}
        if filled:
            rows.append((number, filled))
    return rows
