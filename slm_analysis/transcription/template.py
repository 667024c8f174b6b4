"""The transcription workbook: one line per country, procedure and indicator, years as columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from slm_analysis.printed.read import Raw
from slm_analysis.printed.rules import Rounding
from slm_analysis.printed.schema import CHANNELS, DEPARTURES, INDICATORS
from slm_analysis.printed.sources import Source
from slm_analysis.project import whole
from slm_analysis.transcription.spreadsheets import COUNTS_SHEET, SOURCE_SHEET

FIXED = ("country", "iso3", "channel", "indicator")
LAST = ("page", "section", "note")
GUIDE = (
    "One line per country, procedure and indicator; one column per year.",
    "Type each figure as it is printed: {figures}. Leave a cell empty where nothing is printed.",
    "A point parts thousands (1.160); decimals and commas are not counts.",
    "Lines may be added below for other countries; keep the headings.",
    "Give the printed page and the section in their columns: the address of the figure.",
    "Then: python -m slm_analysis import THIS_FILE --data mydata",
)
HEAD = PatternFill("solid", start_color="DDDDDD")
KNOWN = PatternFill("solid", start_color="EEF5FA")


def write_template(path: Path, raw: Raw, source: Source, record: dict[str, Any]) -> int:
    """Write the workbook for a source.

    Parameters
    ----------
    path
        The ``.xlsx`` file.
    raw
        The focus countries, and the figures of the source that are already known.
    source, record
        A source with years and rounding, and its record as it stands in ``sources.yml``; years,
        pages and rounding decide what the cells accept.

    Returns
    -------
    int
        Number of cells to fill, known ones included.

    Examples
    --------
    >>> from slm_analysis.project import Project
    >>> from slm_analysis.transcription.importing import known_record
    >>> name, record = known_record(Project.current().raw, "acvz-2015")
    >>> write_template(Path("series.xlsx"), raw, raw.sources[name], record)
    3264
    """
    assert source.years is not None
    years = list(range(source.years[0], source.years[1] + 1))
    header = [*FIXED, *map(str, years), *LAST]
    book = Workbook()
    sheet = book.active
    sheet.title = COUNTS_SHEET
    sheet.append(header)
    known = _known(raw, source)
    lines = _lines(raw, {iso3 for iso3, *_ in known})
    for at, (iso3, channel, indicator) in enumerate(lines, start=2):
        sheet.append([raw.names[iso3], iso3, channel, indicator])
        for column, year in enumerate(years, start=len(FIXED) + 1):
            found = known.get((iso3, year, channel, indicator))
            if found:
                text, page, section = found
                cell = sheet.cell(at, column, int(text) if text.isdigit() else text)
                cell.fill = KNOWN
                sheet.cell(at, header.index("page") + 1, int(page) if page else None)
                sheet.cell(at, header.index("section") + 1, section)
    _style(sheet, header, len(lines) + 1)
    _validate(sheet, header, len(lines) + 1, source)
    about = book.create_sheet(SOURCE_SHEET)
    about["A1"] = "The source record; it travels with the figures"
    about["A2"] = yaml.safe_dump({source.source_id: record}, allow_unicode=True, sort_keys=False)
    about["A2"].alignment = Alignment(wrap_text=True, vertical="top")
    about.column_dimensions["A"].width = 100
    guide = book.create_sheet("cover", 0)
    for line in (f"Figures of {source.title}, to type", *GUIDE):
        guide.append([line.format(figures=_figures(source.rounding))])
    guide.column_dimensions["A"].width = 110
    with whole(path) as unfinished:
        book.save(unfinished)
    return len(lines) * len(years)


def _lines(raw: Raw, known: set[str]) -> list[tuple[str, str, str]]:
    """Return country, channel and indicator of every line, in the order of the report."""
    countries = raw["countries"]
    listed = (countries["focus_2015"] == "yes") | countries["iso3"].isin(known)
    return [
        (iso3, channel, indicator)
        for iso3 in countries.loc[listed, "iso3"]
        for channel in CHANNELS
        for indicator in INDICATORS
        if (indicator in DEPARTURES) == (channel == "")
    ]


def _known(raw: Raw, source: Source) -> dict[tuple[str, int, str, str], tuple[str, str, str]]:
    """Return the source's figures for single years; a range is no figure of any one year."""
    counts = raw["dtv_counts"]
    rows = counts[(counts["source_id"] == source.source_id) & (counts["year_first"] != "")]
    return {
        (row.iso3, year, row.channel, row.indicator): (row.notation, row.page, row.section)
        for row in rows.itertuples()
        if "-" not in row.notation or row.year_first == row.year_last
        for year in range(int(row.year_first), int(row.year_last) + 1)
    }


def _figures(rounding: Rounding) -> str:
    """Say which figures a source can print."""
    parts = [f"multiples of {rounding.rounded_to}" if rounding.rounded_to > 1 else "whole numbers"]
    if rounding.suppressed_under:
        under = rounding.suppressed_under
        parts.append(f"<{under} or minder dan {under} for a hidden count")
    if rounding.zero_in_words:
        parts.append("0 for none")
    return ", ".join(parts)


def _style(sheet: Any, header: list[str], rows: int) -> None:
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), HEAD
    sheet.freeze_panes = sheet.cell(2, len(FIXED) + 1)
    sheet.add_table(
        Table(displayName="counts_table", ref=f"A1:{get_column_letter(len(header))}{rows}")
    )
    widths = {"country": 22, "section": 16, "note": 40}
    for at, name in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = widths.get(name, 11)


def _validate(sheet: Any, header: list[str], rows: int, source: Source) -> None:
    """Let each column accept what the source can print, and nothing else."""
    rounding = source.rounding
    limit = rows + 500  # lines that a transcriber may add
    first = get_column_letter(len(FIXED) + 1)
    last = get_column_letter(len(header) - len(LAST))
    cell = f"{first}2"
    accepted = [
        f"AND(ISNUMBER({cell}),{cell}=INT({cell}),{cell}>={max(rounding.suppressed_under, 0)},"
        f"MOD({cell},{rounding.rounded_to})=0)"
    ]
    if rounding.suppressed_under:
        for words in ("<", "minder dan "):
            accepted.append(f'{cell}="{words}{rounding.suppressed_under}"')
    if rounding.zero_in_words:
        accepted.append(f"{cell}=0")
    _rule(sheet, f"{first}2:{last}{limit}", "custom", f"=OR({','.join(accepted)})",
          _figures(rounding))  # fmt: skip
    for name, values in (
        ("channel", [channel for channel in CHANNELS if channel]),
        ("indicator", list(INDICATORS)),
    ):
        column = get_column_letter(header.index(name) + 1)
        _rule(
            sheet, f"{column}2:{column}{limit}", "list", f'"{",".join(values)}"', ", ".join(values)
        )
    if source.pages:
        column = get_column_letter(header.index("page") + 1)
        check = (
            f"=AND(ISNUMBER({column}2),{column}2>={source.pages[0]},{column}2<={source.pages[1]})"
        )
        _rule(sheet, f"{column}2:{column}{limit}", "custom", check,
              f"pages {source.pages[0]} to {source.pages[1]}")  # fmt: skip


def _rule(sheet: Any, cells: str, kind: str, formula: str, allowed: str) -> None:
    rule = DataValidation(type=kind, formula1=formula, allow_blank=True, showErrorMessage=True)
    rule.error, rule.errorTitle = f"Allowed: {allowed}", "Not a figure of this source"
    sheet.add_data_validation(rule)
    rule.add(cells)
